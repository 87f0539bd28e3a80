import { PlanQuery } from '#modules/plan';
import { ProgressAnswers, ProgressQuery, type RowFilter, type RowsAnswer } from '#modules/progress';
import { said } from '#platform/wording';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { fieldCalled } from './field-named.js';
import { ALL, columns, say } from './terminal.js';
import { unitNamed } from './unit-named.js';
import { clocksInWords, dueInWords } from './words.js';

/** What `camket plan rows` is told beside the plan. */
export type RowsOptions = {
  readonly on?: string;
  readonly recorded?: string;
  readonly state?: RowFilter;
  readonly field?: string;
  readonly unit?: string;
  readonly quarter?: string;
  readonly search?: string;
  readonly json?: boolean;
};

/** Lists the rows of a plan and how each stands: those behind a figure, when its state is named. */
export const showRows = async (context: Context, asked: string, options: RowsOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const progress = context.get(ProgressQuery);
  const [plan, clocks] = [await progress.plan(id), await progress.clocks(options)];
  const { state, quarter, search, json } = options;
  const field = fieldCalled(plan.fieldSet, options.field);
  const unit = await unitNamed(context, options.unit, clocks.on);
  const wish = { state, field, unit, quarter, search, limit: ALL };
  const answer = await context.get(ProgressAnswers).rows(plan, clocks, wish);
  await say(json ? answer : inWords(answer));
  return EXIT.done;
};

const inWords = ({ on, recorded, items, total }: RowsAnswer): string => {
  const head = `${clocksInWords({ on, recorded })}: ${total} nhiệm vụ`;
  if (items.length === 0) return head;
  const rows = items.map(({ code, due, state, flags, obligations: { met, owed }, title }) => [
    code,
    dueInWords(due),
    `${met}/${owed}`,
    [said(`states.${state}`), ...flags.map((flag) => said(`flags.${flag}`))].join(', '),
    title,
  ]);
  return [head, '', columns([['Mục', 'Hạn', 'Đơn vị đã xong', 'Tình trạng', 'Nhiệm vụ'], ...rows], [2])].join('\n');
};
