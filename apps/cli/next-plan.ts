import { PlanQuery } from '#modules/plan';
import { NextPlans, type NextPreview, type NextRow } from '#modules/succession';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, say } from './terminal.js';

/** What `camket plan next` is told beside the plan. */
export type NextOptions = {
  readonly year?: number;
  readonly rows: string;
  readonly title?: string;
  readonly code?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

/** Makes next year's plan out of a plan, or shows what it would take. */
export const nextPlan = async (context: Context, asked: string, options: NextOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const sender = await context.sender(options.as, 'plan');
  const nextPlans = context.get(NextPlans);
  const { year, title, code } = options;
  const preview = await nextPlans.preview(asked, { year, limit: ALL });
  const chosen = chosenOf(preview, options.rows);
  if (options.dryRun) {
    await say(options.json ? { ...preview, items: chosen, total: chosen.length } : inWords(preview, chosen));
    return chosen.some(({ faults }) => faults.length > 0) ? EXIT.refused : EXIT.done;
  }
  const faulty = chosen.filter(({ faults, copied }) => faults.length > 0 && copied === null);
  if (faulty.length > 0) throw new Refused([`Nothing was copied:`, ...faulty.flatMap(faultsOf)].join('\n'));
  const made = await nextPlans.make(preview.from.id, { year, title, code, rows: chosen.map(({ row }) => row) }, sender);
  if (made.receipt) await context.seen(made.receipt.position, ['plans']);
  const plan = await context.get(PlanQuery).find(made.plan);
  if (options.json) await say(made);
  else
    await say(
      `${plan.title} (${plan.code})${made.drafted ? ', drafted now' : ''}: ${made.rows} rows copied, ${plan.rows} rows now.`,
    );
  return EXIT.done;
};

/** The rows that are meant, in the order of the old annex. */
const chosenOf = ({ items }: NextPreview, rows: string): readonly NextRow[] => {
  const inOrder = items.toSorted((a, b) => a.ordinal - b.ordinal);
  if (rows === 'all') return inOrder;
  if (rows === 'open') return inOrder.filter(({ open }) => open);
  if (rows === 'none') return [];
  const named = rows.split(',').map((text) => text.trim());
  const chosen = named.map((text) => {
    const found = items.find(({ row, code, ordinal }) => [row, code, String(ordinal)].includes(text));
    if (!found) throw new Refused(`The plan has no row ${text || '“”'} to copy.`);
    return found;
  });
  return [...new Set(chosen)];
};

const faultsOf = ({ code, title, faults }: NextRow): readonly string[] =>
  faults.map(({ column, code: fault, text }) => `  ${code} ${title.after}: ${column}: ${fault} (${text})`);

const inWords = ({ from, to, offered, open }: NextPreview, chosen: readonly NextRow[]): string =>
  [
    `${from.title} (${from.code}) → ${to.title} (${to.code})${to.status === 'none' ? ', which would be drafted' : ''}`,
    `${offered} rows offered, ${open} of them open; ${chosen.length} chosen.`,
    ...chosen.flatMap((row) => [
      `${row.open ? '○' : '●'} ${row.code} ${row.title.after}${row.copied === null ? '' : '  (there already)'}`,
      ...row.changes.map(({ column, before, after }) => `    ${column}: ${before} → ${after}`),
      ...row.kept.map(({ column, text, because }) => `    ${column}: ${text} stays (${because})`),
      ...faultsOf(row).map((fault) => `  ${fault}`),
    ]),
  ].join('\n');
