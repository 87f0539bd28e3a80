import { type Ratio } from '#kernel';
import { PlanQuery } from '#modules/plan';
import { ProgressAnswers, ProgressQuery, type FiguresAnswer } from '#modules/progress';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { columns, say } from './terminal.js';
import { said } from '#platform/wording';
import { clocksInWords, fraction } from './words.js';

/** What `camket plan progress` is told beside the plan. */
export type ProgressOptions = { readonly on?: string; readonly recorded?: string; readonly json?: boolean };

/** Answers the figures of a plan. */
export const showProgress = async (context: Context, asked: string, options: ProgressOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const progress = context.get(ProgressQuery);
  const clocks = await progress.clocks(options);
  const figures = await context.get(ProgressAnswers).figures(await progress.plan(id), clocks);
  await say(options.json ? figures : inWords(figures));
  return EXIT.done;
};

const percent = ({ percent: text }: Ratio): string => (text === null ? '–' : `${text.replace('.', ',')} %`);

/** The first sentence of a page of figures: what was due first, or an early percentage reads like failure. */
const firstSentence = ({ completedOfDue: due, carriedOut, overdue, overdueAwaiting }: FiguresAnswer): string => {
  const ofDue = due.denominator === 0 ? 'noneDue' : 'due';
  const late = overdue === 0 ? 'noneOverdue' : 'overdue';
  const sentence = [
    said(`summary.${ofDue}`, { n: due.numerator, d: due.denominator }),
    said('summary.carriedOut', { n: carriedOut.numerator, d: carriedOut.denominator }),
    said(`summary.${late}`, { n: overdue }),
  ].join('; ');
  return `${sentence}${overdueAwaiting > 0 ? ` ${said('summary.overdueAwaiting', { n: overdueAwaiting })}` : ''}.`;
};

const inWords = (figures: FiguresAnswer): string => {
  const { plan, on, recorded, status } = figures;
  const head = `${plan.title} (${plan.code}), ${plan.unit.name}`;
  const clocks = clocksInWords({ on, recorded });
  if (status === 'not-in-force') return [head, clocks, 'Kế hoạch chưa có hiệu lực.'].join('\n');
  const ratios = (['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const).map((name) => [
    said(`figures.${name}`),
    fraction(figures[name]),
    percent(figures[name]),
  ]);
  const fields = figures.byField.map(({ numeral, field, completed, carriedOut, overdue }) => [
    `${numeral} ${field}`.trim(),
    fraction(completed),
    percent(completed),
    fraction(carriedOut),
    String(overdue),
  ]);
  const header = ['Lĩnh vực', said('figures.completed'), '', said('figures.carriedOut'), 'Quá hạn'];
  return [
    head,
    clocks,
    '',
    firstSentence(figures),
    '',
    columns(ratios, [1, 2]),
    '',
    columns([header, ...fields], [1, 2, 3, 4]),
  ].join('\n');
};
