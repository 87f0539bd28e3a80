import { dayInWords } from '#kernel';
import { ChasePapers, type ChaseAnswer, type ChaseItem, type LetterWish, type Paper } from '#modules/ledger';
import { PlanQuery } from '#modules/plan';
import { ProgressQuery } from '#modules/progress';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { sizeOf, written } from './output.js';
import { ALL, columns, say } from './terminal.js';
import { fieldCalled } from './field-named.js';
import { unitNamed } from './unit-named.js';
import { clocksInWords } from './words.js';

/** What `camket plan chase` is told beside the plan. */
export type ChaseOptions = Omit<LetterWish, 'within'> & {
  readonly on?: string;
  readonly recorded?: string;
  readonly within?: number;
  readonly xlsx?: string;
  readonly docx?: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

/** Answers whom to remind of what, and writes it as a workbook or a letter. */
export const chasePlan = async (context: Context, asked: string, options: ChaseOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const progress = context.get(ProgressQuery);
  const [plan, clocks] = [await progress.plan(id), await progress.clocks(options)];
  const papers = context.get(ChasePapers);
  const { xlsx, docx, force = false, ...rest } = options;
  const [unit, issuer] = [await unitNamed(context, options.unit, clocks.on), await unitNamed(context, options.issuer)];
  const wish = { ...rest, unit, issuer, field: fieldCalled(plan.fieldSet, options.field) };
  const hand = async (path: string, { bytes }: Paper): Promise<void> => {
    await written(path, bytes, force);
    if (!options.json) await say(`${path}: ${sizeOf(bytes)}.`);
  };
  if (xlsx !== undefined) await hand(xlsx, await papers.workbook(plan, clocks, wish));
  if (docx !== undefined) await hand(docx, await papers.letter(plan, clocks, wish));
  const answer = await papers.list(plan, clocks, { ...wish, limit: ALL });
  if (options.json) await say(answer);
  else if (xlsx === undefined && docx === undefined) await say(inWords(answer));
  return EXIT.done;
};

const STANDS = {
  overdue: ({ days }: ChaseItem) => `Quá hạn ${days} ngày`,
  dueSoon: ({ days }: ChaseItem) => (days === 0 ? 'Đến hạn hôm nay' : `Còn ${days} ngày`),
  awaiting: () => 'Chờ nghiệm thu',
};
const SORTS = ['overdue', 'dueSoon', 'awaiting'] as const;

const inWords = ({ on, recorded, within, totals, items }: ChaseAnswer): string => {
  const lines = items.flatMap(({ unit, ...sorts }) =>
    SORTS.flatMap((sort) =>
      sorts[sort].map((item) => [
        unit.name,
        item.task.code,
        item.periodName,
        dayInWords(item.due),
        STANDS[sort](item),
        item.task.title,
      ]),
    ),
  );
  const header = ['Đơn vị', 'Mục', 'Kỳ', 'Hạn', 'Tình trạng', 'Nhiệm vụ'];
  return [
    clocksInWords({ on, recorded }),
    `${totals.units} đơn vị: ${totals.overdue} lượt quá hạn, ${totals.dueSoon} lượt đến hạn trong ${within} ngày, ${totals.awaiting} lượt chờ nghiệm thu.`,
    ...(lines.length === 0 ? [] : ['', columns([header, ...lines])]),
  ].join('\n');
};
