import { dayInWords, dayOfInstant } from '#kernel';
import { ProgressAnswers, type HistoryAnswer } from '#modules/progress';
import { said } from '#platform/wording';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { rowCalled } from './row-called.js';
import { ALL, say } from './terminal.js';

/** What `camket plan history` is told beside the plan and the row. */
export type HistoryOptions = { readonly json?: boolean };

/** Tells what happened to a row and to all who owe it, oldest first. */
export const showHistory = async (
  context: Context,
  asked: { readonly plan: string; readonly row: string },
  { json }: HistoryOptions,
): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress', 'entries']);
  const { id, name } = await rowCalled(context, asked);
  const history = await context.get(ProgressAnswers).history(id, { limit: ALL });
  await say(json ? history : [name, ...linesOf(history)].join('\n'));
  return EXIT.done;
};

const linesOf = ({ entries }: HistoryAnswer): readonly string[] =>
  entries.length === 0 ? [said('history.none')] : entries.flatMap((entry) => ['', ...linesOfEntry(entry)]);

/** Acts of the plan that a row's history tells: they are taken back where plans are, not by an entry of theirs. */
const OF_PLANS: ReadonlySet<string> = new Set(['PlanPromulgated', 'PromulgationWithdrawn']);

const linesOfEntry = (entry: HistoryAnswer['entries'][number]): readonly string[] => {
  const { id, kind, recorded, actor, unit, words, account, reason, document, permit, evidence = [] } = entry;
  const typed = (text: typeof reason): string | undefined =>
    text && ('text' in text ? text.text : `(${said('history.erased')})`);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['account', typed(account)],
    ['reason', typed(reason)],
    ['document', written(document ?? permit)],
    ...evidence.map((piece) => ['evidence', `${written(piece) ?? ''} (mục ${piece.entry})`] as const),
  ];
  return [
    [dayInWords(dayOfInstant(recorded)), actor.name, ...(OF_PLANS.has(kind) ? [] : [`(mục ${id})`])].join('  '),
    `  ${unit === null ? '' : `${unit.name}: `}${words}`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${said(`history.${name}`)}: ${value}`])),
  ];
};

/** A document, or what is known of one. */
const written = (
  document: { readonly kind: string; readonly number?: string; readonly date?: string | null } | undefined,
): string | undefined =>
  document &&
  [
    document.kind,
    ...(document.number ? [said('history.number', { number: document.number })] : []),
    ...(document.date ? [said('history.dated', { day: document.date })] : []),
  ].join(' ');
