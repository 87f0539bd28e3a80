import { dayInWords, plusDays } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanQuery } from '#modules/plan';
import { Settlements, type Outcomes, type Unsettled } from '#modules/settlement';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { columns, say } from './terminal.js';
import { unitCalled } from './unit-named.js';

/** What `camket plan unsettled` is told beside the plan. */
export type UnsettledOptions = { readonly on?: string; readonly json?: boolean };

/** What `camket plan transfer` is told beside the plan. */
export type TransferOptions = {
  readonly from: string;
  readonly to: string;
  readonly on: string;
  readonly document: { readonly kind: string; readonly number: string; readonly date: string };
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

const PAGE = 200;

/** Lists what units that have ended still owe. */
export const showUnsettled = async (context: Context, asked: string, options: UnsettledOptions): Promise<Exit> => {
  const plan = await seenPlan(context, asked);
  const settlements = context.get(Settlements);
  const items: Unsettled[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await settlements.unsettled(plan, { on: options.on, cursor, limit: PAGE });
    items.push(...page.items);
    if (page.next === null) break;
    cursor = page.next;
  }
  await say(options.json ? { items, total: items.length } : listInWords(items));
  return EXIT.done;
};

/** Transfers everything that a unit has open to another one, or shows what would come of it. */
export const transferOpen = async (context: Context, asked: string, options: TransferOptions): Promise<Exit> => {
  const sender = await context.sender(options.as, 'coordinate');
  const plan = await seenPlan(context, asked);
  const { on, document, reason } = options;
  const [from, to] = [await unitOf(context, options.from, plusDays(on, -1)), await unitOf(context, options.to, on)];
  const wishes = { on, document, reason, items: [{ act: 'transfer', from, to }] } as const;
  const settlements = context.get(Settlements);
  if (options.dryRun) {
    const looked = await settlements.preview(plan, wishes, sender);
    await say(options.json ? looked : outcomesInWords(looked, 'would be'));
    return looked.counts.counted > 0 ? EXIT.done : EXIT.refused;
  }
  const done = await settlements.settle(plan, wishes, sender);
  await say(options.json ? done : outcomesInWords(done, 'are'));
  return done.counts.counted > 0 ? EXIT.done : EXIT.refused;
};

const seenPlan = async (context: Context, asked: string): Promise<string> => {
  await context.caughtUp();
  return (await context.get(PlanQuery).find(asked)).id;
};

const unitOf = async (context: Context, named: string, day: string): Promise<string> =>
  unitCalled(await context.get(OrganizationQuery).unitsOn(day), named, day).id;

const listInWords = (items: readonly Unsettled[]): string => {
  if (items.length === 0) return 'No unit that has ended owes anything any more.';
  const rows = items.map(({ unit, task, due, met, owed, successors }) => [
    `${unit.code} ${unit.name} (đến ${dayInWords(plusDays(unit.ended, -1))})`,
    task.code,
    `${met}/${owed}`,
    due === null ? '–' : dayInWords(due),
    successors.map((each) => `${each.unit.code} ${each.unit.name}`).join(', '),
    task.title,
  ]);
  const header = ['Đơn vị cũ', 'Mục', 'Kỳ', 'Hạn', 'Đơn vị kế thừa', 'Nhiệm vụ'];
  return [columns([header, ...rows]), `${items.length} obligations wait for somebody to transfer or end them.`].join(
    '\n',
  );
};

const outcomesInWords = ({ items, counts }: Outcomes, how: 'are' | 'would be'): string => {
  const lines = items.map(({ task, refusal, inherits, met, owed, waiting }) => {
    const name = task ? `${task.code} ${task.title}`.trim() : '';
    if (refusal) return `  ${name} ${refusal.detail}`.trimEnd();
    const had = inherits ? `${met ?? 0}/${owed ?? 0} periods accepted go along` : 'the successor owes it already';
    return `  ${name}: ${had}${waiting ? '; a report waits' : ''}`;
  });
  return [`${counts.counted} obligations ${how} transferred, ${counts.refused} refused.`, ...lines].join('\n');
};
