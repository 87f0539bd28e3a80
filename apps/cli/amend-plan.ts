import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { AmendmentImports, PlanQuery, type AmendmentPreview } from '#modules/plan';
import { idOf } from '#platform/commands';
import { Texts } from '#platform/texts';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { say } from './terminal.js';
import { sentenceOf } from '#platform/wording';

/** What `camket plan amend` is told beside the plan and the file. */
export type AmendOptions = {
  readonly effect: string;
  readonly document: { readonly kind: string; readonly number: string; readonly date: string };
  readonly reason?: string;
  /** Lines of the file that are rows of the plan or new ones: `9=<row>`, `12=new`. */
  readonly line?: Readonly<Record<string, string | null>>;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

/** Amends a plan by an edited annex file, or shows what it would change. */
export const amendPlan = async (
  context: Context,
  asked: string,
  path: string,
  options: AmendOptions,
): Promise<Exit> => {
  const bytes = await contentOf(path);
  const sender = await context.sender(options.as, 'plan');
  await context.caughtUp(['plans']);
  const plan = await context.get(PlanQuery).find(asked);
  const imports = context.get(AmendmentImports);
  const { effect, document, reason, line = {} } = options;
  const looked = await imports.look(plan.id, effect, bytes, line, sender);
  const { faults, uncertain, changed, added, removed } = looked.summary;
  const isRefused = faults + uncertain > 0 || looked.refusal !== null;
  if (options.dryRun || isRefused) {
    await say(options.json ? looked : inWords(looked));
    return isRefused ? EXIT.refused : EXIT.done;
  }
  const file = { name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  const taken = await imports.take(plan.id, effect, file, sender);
  if (Object.keys(line).length > 0) await imports.decide(taken.id, line, sender);
  const once = { ...sender, command: idOf(taken.id, 'amend'), causation: sender.command };
  const amended = await context
    .get(Texts)
    .during(once, { reason }, (refs) =>
      imports.confirm(taken.id, { document, ...(refs.reason ? { reason: refs.reason } : {}) }, once),
    );
  if (amended.receipt) await context.seen(amended.receipt.position, ['plans']);
  await say(
    options.json
      ? { ...taken, ...amended }
      : amended.unchanged
        ? 'The plan says what the file says; nothing was amended.'
        : `${plan.title} (${plan.code}): ${changed} rows changed, ${added} added, ${removed} removed from ${effect}.`,
  );
  return EXIT.done;
};

const inWords = ({
  rows,
  removed,
  faults,
  summary,
  refusal,
}: Pick<AmendmentPreview, 'rows' | 'removed' | 'faults' | 'summary' | 'refusal'>): string => {
  const { same, changed, added, uncertain } = summary;
  const lines = rows.flatMap(({ status, row, title, changes, candidates, begins, ends }) => [
    `  ${row}: ${status}: ${title}`,
    ...changes.map(({ column, before, after }) => `      ${column}: ${before || '–'} → ${after || '–'}`),
    ...unitsInWords('owed from then on by', begins),
    ...unitsInWords('owed no more by', ends),
    ...candidates.map(
      (one) => `      perhaps ${one.row} ${one.title} (--line ${row}=${one.row}, or --line ${row}=new)`,
    ),
  ]);
  return [
    `${same} rows stay, ${changed} change, ${added} are added, ${removed.length} are removed, ${uncertain} are uncertain.`,
    ...lines,
    ...removed.map(
      ({ code, title, reports }) =>
        `  removed: ${code} ${title}`.trimEnd() +
        (reports > 0 ? ` (${reports} reports count up to the day before)` : ''),
    ),
    ...faults.map(({ row, column, code, message }) => `  ${row}, ${column}: ${sentenceOf(code, {}) ?? message}`),
    ...(refusal ? [`  the plan refuses it: ${refusal.detail}`] : []),
  ].join('\n');
};

/** So many units are named; of more their number says enough. */
const NAMED = 5;

const unitsInWords = (how: string, units: readonly { readonly name: string }[]): readonly string[] => {
  if (units.length === 0) return [];
  const names = units.slice(0, NAMED).map(({ name }) => name);
  const more = units.length > NAMED ? ` and ${units.length - NAMED} more` : '';
  return [`      ${how}: ${names.join(', ')}${more}`];
};
