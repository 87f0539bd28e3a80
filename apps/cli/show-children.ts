import { dayInWords } from '#kernel';
import { CascadeAnswers, type ChildrenAnswer } from '#modules/cascade';
import { PlanQuery } from '#modules/plan';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';
import { clocksInWords, fraction, untilInWords } from './words.js';

/** What `camket plan children` is told beside the plan. */
export type ChildrenOptions = {
  readonly on?: string;
  readonly recorded?: string;
  readonly state?: 'none' | 'draft' | 'promulgated';
  readonly json?: boolean;
};

/** Answers which units have made a plan of their own below a plan, and how that stands. */
export const showChildren = async (context: Context, asked: string, options: ChildrenOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress', 'cascade']);
  const { id } = await context.get(PlanQuery).find(asked);
  const { json, state: plan, ...clocks } = options;
  const answer = await context.get(CascadeAnswers).children(id, { ...clocks, plan, limit: ALL });
  await say(json ? answer : inWords(answer));
  return EXIT.done;
};

const planInWords = ({ code, effect }: ChildrenAnswer['items'][number]['plans'][number]): string =>
  `${code} (${effect === null ? 'dự thảo' : `hiệu lực ${dayInWords(effect)}`})`;

const inWords = ({ on, recorded, summary, items }: ChildrenAnswer): string => {
  const { units, none, draft, promulgated } = summary;
  const head = [
    clocksInWords({ on, recorded }),
    `${units} đơn vị: ${promulgated} đã ban hành kế hoạch của mình, ${draft} mới có dự thảo, ${none} chưa có.`,
  ];
  if (items.length === 0) return head.join('\n');
  const rows = items.map(({ unit, plans, linked, own }) => [
    unit.ended === undefined ? unit.name : `${unit.name} (${unit.code}, ${untilInWords(unit.ended)})`,
    fraction(linked),
    own ? fraction(own.completed) : '–',
    own ? String(own.overdue) : '–',
    plans.length === 0 ? 'Chưa có' : plans.map(planInWords).join(', '),
  ]);
  const header = ['Đơn vị', 'Nhiệm vụ đã đưa vào', 'Đã hoàn thành', 'Quá hạn', 'Kế hoạch của đơn vị'];
  return [...head, '', columns([header, ...rows], [1, 2, 3])].join('\n');
};
