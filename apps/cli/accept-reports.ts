import { dayInWords } from '#kernel';
import { Acceptances, BatchRuns, type RunOutcome, type WaitingFilter, type WaitingReport } from '#modules/batch';
import { PlanQuery } from '#modules/plan';
import { EXIT, type Exit } from './answer.js';
import { ASKED_MS, followed } from './batch-followed.js';
import type { Context } from './context.js';
import { fieldCalled } from './field-named.js';
import { ALL, columns, say, type Bars } from './terminal.js';
import { unitNamed } from './unit-named.js';

/** What `camket plan accept` is told beside the plan. */
export type AcceptOptions = {
  readonly as: string;
  readonly unit?: string;
  readonly field?: string;
  readonly period?: number;
  /** Progress reports too, not only those of finished work. */
  readonly progress?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

/** So many refusals are told one by one. */
const REFUSALS = 200;

/** Accepts the reports of a plan that wait, or shows them. */
export const acceptReports = async (
  context: Context,
  asked: string,
  options: AcceptOptions,
  bars: Bars,
): Promise<Exit> => {
  const sender = await context.sender(options.as, 'coordinate');
  await context.caughtUp(['plans', 'progress']);
  const plan = await context.get(PlanQuery).find(asked);
  const { period } = options;
  const field = fieldCalled(plan.fieldSet, options.field);
  const unit = await unitNamed(context, options.unit);
  const filter: WaitingFilter = { unit, field, period, ...(options.progress ? {} : { complete: true }) };
  const acceptances = context.get(Acceptances);
  const page = await acceptances.page(plan.id, filter, { limit: ALL });
  if (options.dryRun || page.total === 0) {
    await say(options.json ? page : waitingInWords(page.items));
    return EXIT.done;
  }
  const { total: count, position } = page;
  const begun = await acceptances.begin(plan.id, { waiting: filter, count, position }, sender);
  const asking = { limit: REFUSALS, waitMs: ASKED_MS };
  const look = () => context.get(BatchRuns).outcome(plan.id, begun.id, asking);
  const outcome = await followed(plan.code, begun, look, bars);
  await context.caughtUp(['progress', 'entries']);
  await say(options.json ? outcome : outcomeInWords(outcome, page.items));
  return outcome.refused > 0 ? EXIT.refused : EXIT.done;
};

const waitingInWords = (items: readonly WaitingReport[]): string => {
  if (items.length === 0) return 'Không có báo cáo nào chờ nghiệm thu.';
  const rows = items.map(({ task, unit, period, complete, percent, workDay, leftBecause }) => [
    task.code,
    unit.name,
    String(period),
    complete ? 'hoàn thành' : `${percent} %`,
    dayInWords(workDay),
    leftBecause === null ? task.title : `${task.title} (không còn tính)`,
  ]);
  const header = ['Mục', 'Đơn vị', 'Kỳ', 'Báo cáo', 'Ngày', 'Nhiệm vụ'];
  return [`${items.length} báo cáo chờ nghiệm thu.`, '', columns([header, ...rows], [2])].join('\n');
};

const outcomeInWords = (
  { accepted, unchanged, refused, refusals }: RunOutcome,
  items: readonly WaitingReport[],
): string => {
  const called = new Map(items.map(({ obligation, task, unit }) => [obligation, `${task.code} ${unit.name}`]));
  return [
    `Đã công nhận ${accepted} báo cáo; ${unchanged} đã được công nhận từ trước, ${refused} bị từ chối.`,
    ...refusals.map(({ obligation, detail }) => `  ${called.get(obligation ?? '') ?? obligation ?? '?'}: ${detail}`),
    ...(refusals.length < refused ? [`  … và ${refused - refusals.length} báo cáo khác.`] : []),
  ].join('\n');
};
