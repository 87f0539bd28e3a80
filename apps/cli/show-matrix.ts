import { PlanQuery } from '#modules/plan';
import { Matrices, ProgressQuery, type MatrixCell, type RowMatrix, type UnitMatrix } from '#modules/progress';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { fieldCalled } from './field-named.js';
import { rowCalled } from './row-called.js';
import { ALL, columns, say } from './terminal.js';
import { unitNamed } from './unit-named.js';
import { clocksInWords, dueInWords } from './words.js';

/** What `camket plan matrix` is told beside the plan: a row, a unit, or one of both. */
export type MatrixOptions = {
  readonly row?: string;
  readonly unit?: string;
  readonly field?: string;
  readonly on?: string;
  readonly recorded?: string;
  readonly json?: boolean;
};

/** Shows a row over the units that owe it, or a unit over the rows that it owes, period by period. */
export const showMatrix = async (context: Context, asked: string, options: MatrixOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id, fieldSet } = await context.get(PlanQuery).find(asked);
  const { row, on, recorded, json } = options;
  const clocks = await context.get(ProgressQuery).clocks(options);
  const unit = await unitNamed(context, options.unit, clocks.on);
  const matrices = context.get(Matrices);
  const wish = { on, recorded, limit: ALL };
  if (row !== undefined) {
    const { id: task } = await rowCalled(context, { plan: id, row });
    const matrix = await matrices.ofTask(task, { ...wish, unit });
    await say(json ? matrix : rowInWords(matrix));
    return EXIT.done;
  }
  const matrix = await matrices.ofUnit(id, unit ?? '', { ...wish, field: fieldCalled(fieldSet, options.field) });
  await say(json ? matrix : unitInWords(matrix));
  return EXIT.done;
};

/** Short, because twelve periods stand side by side. */
const STATES = {
  accepted: 'Xong',
  waiting: 'Chờ',
  returned: 'Trả lại',
  'in-progress': 'Đang làm',
  nothing: 'Chưa',
  missed: 'Quá hạn',
} as const satisfies Record<MatrixCell['state'], string>;

const LEGEND =
  'Xong: đã được công nhận; Chờ: chờ nghiệm thu; Quá hạn: đã qua hạn mà chưa có báo cáo; Trễ: thực hiện sau hạn.';

const stateInWords = ({ state, late }: MatrixCell, suspended: boolean): string => {
  if (suspended && state === 'nothing') return 'Tạm hoãn';
  const marks = [...(late ? ['trễ'] : []), ...(suspended && state !== 'accepted' ? ['tạm hoãn'] : [])];
  return [STATES[state], ...marks].join(', ');
};

const rowInWords = (matrix: RowMatrix): string => {
  const { task, periods, items, total } = matrix;
  const one = periods.length === 1;
  const rows = items.map(({ unit, met, owed, suspended, periods: own }) => [
    unit.name,
    `${met}/${owed}`,
    ...periods.map(({ period }) => {
      const cell = own.find((each) => each.period === period);
      return cell ? stateInWords(cell, suspended) : '';
    }),
  ]);
  const header = ['Đơn vị', 'Kỳ xong', ...periods.map(({ period }) => (one ? 'Tình trạng' : `Kỳ ${period}`))];
  const head = `${task.code} ${task.title}`.trim();
  const clocks = `${clocksInWords(matrix)}: ${total} đơn vị`;
  if (total === 0) return [head, clocks].join('\n');
  return [
    head,
    clocks,
    LEGEND,
    '',
    columns(
      [
        header,
        ['Hạn', '', ...periods.map(({ due }) => dueInWords(due))],
        ['Đã được công nhận', '', ...periods.map(({ accepted, of }) => `${accepted}/${of}`)],
        [],
        ...rows,
      ],
      [1],
    ),
  ].join('\n');
};

/** The periods of one row, those side by side that stand alike said once. */
const runsOf = (cells: readonly MatrixCell[], suspended: boolean): string => {
  const runs: { first: number; last: number; words: string }[] = [];
  for (const cell of cells) {
    const words = stateInWords(cell, suspended);
    const run = runs.at(-1);
    if (run?.words === words && run.last === cell.period - 1) run.last = cell.period;
    else runs.push({ first: cell.period, last: cell.period, words });
  }
  if (cells.length === 1) return runs.map(({ words }) => words).join('');
  return runs
    .map(({ first, last, words }) => `Kỳ ${first === last ? first : `${first}–${last}`}: ${words.toLowerCase()}`)
    .join('; ');
};

const unitInWords = (matrix: UnitMatrix): string => {
  const { unit, items, total } = matrix;
  const rows = items.map(({ task, met, owed, suspended, periods }) => {
    const open = periods.find(({ state }) => state !== 'accepted');
    return [task.code, `${met}/${owed}`, open ? dueInWords(open.due) : '', runsOf(periods, suspended), task.title];
  });
  const head = `${unit.name}\n${clocksInWords(matrix)}: ${total} nhiệm vụ`;
  if (total === 0) return head;
  return [
    head,
    LEGEND,
    '',
    columns([['Mục', 'Kỳ xong', 'Hạn tiếp theo', 'Tình trạng', 'Nhiệm vụ'], ...rows], [1]),
  ].join('\n');
};
