import { dayInWords } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanQuery } from '#modules/plan';
import { ProgressQuery, Rankings, type Ranked, type RankingAnswer } from '#modules/progress';
import { said } from '#platform/wording';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';
import { clocksInWords } from './words.js';

/** What `camket plan ranking` is told beside the plan. */
export type RankingOptions = {
  readonly on?: string;
  readonly recorded?: string;
  readonly by?: Ranked;
  readonly class?: string;
  readonly json?: boolean;
};

/** Ranks the units of a plan by a ratio of what they owe. */
export const rankUnits = async (context: Context, asked: string, options: RankingOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const { on } = await context.get(ProgressQuery).clocks(options);
  const { json, class: named, ...wish } = options;
  const among = named === undefined ? undefined : await classOf(context, named, on);
  const ranking = await context.get(Rankings).of(id, { ...wish, class: among, limit: ALL });
  await say(json ? ranking : inWords(ranking));
  return EXIT.done;
};

const classOf = async (context: Context, named: string, on: string): Promise<string> => {
  const classes = await context.get(OrganizationQuery).classesOn(on);
  const found = classes.find(({ name }) => name.normalize().toLowerCase() === named.normalize().toLowerCase());
  if (found) return found.id;
  const known = classes.map(({ name }) => `"${name}"`).join(', ');
  throw new Refused(`There is no class of units called "${named}" on ${dayInWords(on)}; there are ${known}.`);
};

const inWords = ({ on, recorded, by, items }: RankingAnswer): string => {
  const rows = items.map(({ rank, unit, overdue, awaiting, ...ratios }) => {
    const { numerator, denominator, percent } = ratios[by];
    return [
      rank === null ? '–' : String(rank),
      unit.name,
      `${numerator}/${denominator}`,
      percent === null ? '–' : `${percent.replace('.', ',')} %`,
      String(overdue),
      String(awaiting),
    ];
  });
  const header = ['Hạng', 'Đơn vị', said(`figures.${by}`), 'Tỷ lệ', 'Quá hạn', 'Chờ nghiệm thu'];
  return [
    clocksInWords({ on, recorded }),
    'Tỷ lệ trên số nghĩa vụ của từng đơn vị; bằng nhau thì cùng hạng, hạng sau tính cả số đơn vị cùng hạng.',
    '',
    columns([header, ...rows], [0, 2, 3, 4, 5]),
  ].join('\n');
};
