import { dayInWords } from '#kernel';
import { PlanQuery } from '#modules/plan';
import { ForecastAnswers, type ForecastsAnswer } from '#modules/progress';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { columns, say } from './terminal.js';

/** What `camket plan forecasts` is told beside the plan. */
export type ForecastsOptions = { readonly json?: boolean };

/** Answers what was forecast at the end of each month beside what came. */
export const showForecasts = async (context: Context, asked: string, options: ForecastsOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const answer = await context.get(ForecastAnswers).of(id);
  await say(options.json ? answer : inWords(answer));
  return EXIT.done;
};

const inWords = ({ on, until, came, items }: ForecastsAnswer): string => {
  const head = `Đến hết ngày ${dayInWords(on)} đã hoàn thành ${came} nhiệm vụ.`;
  if (items.length === 0) return `${head}\nChưa có dự báo cuối tháng nào.`;
  const rows = items.map(({ on: said, total, low, high, atRisk, held }) => [
    dayInWords(said),
    String(low),
    String(high),
    String(total),
    String(atRisk),
    held ? 'Trong khoảng' : 'Ngoài khoảng',
  ]);
  const header = ['Dự báo ngày', 'Ít nhất', 'Nhiều nhất', 'Tổng số', 'Quá hạn', on < until ? 'Đến nay' : 'Cả năm'];
  return [
    head,
    `Dự báo số nhiệm vụ hoàn thành đến hết ngày ${dayInWords(until)}; nhiệm vụ đang quá hạn không được tính vào dự báo.`,
    '',
    columns([header, ...rows], [1, 2, 3, 4]),
  ].join('\n');
};
