import { plusDays } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanQuery } from '#modules/plan';
import { Settlements, type Outcomes, type Unsettled, type Wish } from '#modules/settlement';
import type { Sender } from '#platform/commands';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { rowCalled } from './row-called.js';
import { columns, say } from './terminal.js';
import { unitCalled, unitNamed } from './unit-named.js';
import { dueInWords, untilInWords } from './words.js';

/** What `camket plan unsettled` is told beside the plan. */
export type UnsettledOptions = { readonly on?: string; readonly json?: boolean };

type SettleOptions = {
  readonly on: string;
  readonly document: { readonly kind: string; readonly number: string; readonly date: string };
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

/** What `camket plan transfer` is told beside the plan. */
export type TransferOptions = SettleOptions & { readonly from: string; readonly to: string; readonly reason?: string };

/** What `camket plan end` is told beside the plan: without rows all that the unit has open ends. */
export type EndOptions = SettleOptions & {
  readonly unit: string;
  readonly row?: readonly string[];
  readonly reason: string;
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
  const { on } = options;
  const from = await unitNamed(context, options.from, plusDays(on, -1));
  const to = unitCalled(await context.get(OrganizationQuery).unitsOn(on), options.to, on).id;
  return settle(context, plan, [{ act: 'transfer', from, to }], options, sender);
};

/** Ends what a unit owes without anybody who takes it over, or shows what would come of it. */
export const endOwed = async (context: Context, asked: string, options: EndOptions): Promise<Exit> => {
  const sender = await context.sender(options.as, 'coordinate');
  const plan = await seenPlan(context, asked);
  const from = await unitNamed(context, options.unit, plusDays(options.on, -1));
  const rows = await Promise.all((options.row ?? []).map((row) => rowCalled(context, { plan, row })));
  const ends = rows.map(({ id }): Wish => ({ act: 'end', row: id, from }));
  const names = rows.map(({ name }) => name);
  return settle(context, plan, ends.length > 0 ? ends : [{ act: 'end', from }], options, sender, names);
};

const settle = async (
  context: Context,
  plan: string,
  items: readonly Wish[],
  { on, document, reason, dryRun, json }: SettleOptions & { readonly reason?: string },
  sender: Sender,
  names: readonly string[] = [],
): Promise<Exit> => {
  const wishes = { on, document, reason, items };
  const settlements = context.get(Settlements);
  const came = dryRun
    ? await settlements.preview(plan, wishes, sender)
    : await settlements.settle(plan, wishes, sender);
  await say(json ? came : outcomesInWords(came, dryRun ? 'sẽ được' : 'được', names));
  return came.counts.counted > 0 ? EXIT.done : EXIT.refused;
};

const seenPlan = async (context: Context, asked: string): Promise<string> => {
  await context.caughtUp();
  return (await context.get(PlanQuery).find(asked)).id;
};

const listInWords = (items: readonly Unsettled[]): string => {
  if (items.length === 0) return 'Không đơn vị nào đã kết thúc hoạt động còn nợ nhiệm vụ.';
  const rows = items.map(({ unit, task, due, met, owed, successors }) => [
    `${unit.code} ${unit.name} (${untilInWords(unit.ended)})`,
    task.code,
    `${met}/${owed}`,
    dueInWords(due),
    successors.map((each) => `${each.unit.code} ${each.unit.name}`).join(', '),
    task.title,
  ]);
  const header = ['Đơn vị cũ', 'Mục', 'Kỳ', 'Hạn', 'Đơn vị kế thừa', 'Nhiệm vụ'];
  return [columns([header, ...rows]), `${items.length} nghĩa vụ chờ chuyển giao hoặc kết thúc.`].join('\n');
};

const ACTS = { transfer: 'chuyển giao', end: 'kết thúc' } as const;

const outcomesInWords = ({ items, counts }: Outcomes, how: 'được' | 'sẽ được', names: readonly string[]): string => {
  const act = ACTS[items[0]?.act ?? 'transfer'];
  const lines = items.map(({ item, task, entry, refusal, inherits, met, owed, waiting }) => {
    // Of a row that the unit does not owe the outcome says nothing.
    const name = task ? `${task.code} ${task.title}`.trim() : names[item];
    if (refusal) return name === undefined ? `  ${refusal.detail}` : `  ${name}: ${refusal.detail}`;
    const had = inherits === false ? 'đơn vị nhận đã có nhiệm vụ này' : `đã được công nhận ${met ?? 0}/${owed ?? 0} kỳ`;
    return [
      `  ${name ?? ''}: ${had}${inherits ? ', tính cho đơn vị nhận' : ''}`,
      ...(waiting ? ['có báo cáo chờ nghiệm thu'] : []),
      // What would be recorded is not there to be withdrawn.
      ...(how === 'được' ? [`mục ${entry ?? ''}`] : []),
    ].join('; ');
  });
  return [`${counts.counted} nghĩa vụ ${how} ${act}, ${counts.refused} bị từ chối.`, ...lines].join('\n');
};
