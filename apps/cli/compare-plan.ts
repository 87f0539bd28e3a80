import { dayInWords, type Ratio } from '#kernel';
import { PlanQuery } from '#modules/plan';
import { COMPARED, ComparisonAnswers, type Change, type ComparedItem, type ComparisonAnswer } from '#modules/progress';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';
import { said } from '#platform/wording';
import { documentInWords } from './words.js';

/** What `camket plan compare` is told beside the plan. */
export type CompareOptions = {
  readonly on1?: string;
  readonly recorded1?: string;
  readonly on2?: string;
  readonly recorded2?: string;
  readonly json?: boolean;
};

/** Answers two figures of a plan, what differs between them, and why. */
export const comparePlan = async (context: Context, asked: string, options: CompareOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress', 'entries']);
  const { id } = await context.get(PlanQuery).find(asked);
  const { json, ...clocks } = options;
  const answer = await context.get(ComparisonAnswers).compare(id, { ...clocks, limit: ALL });
  await say(json ? answer : inWords(answer));
  return EXIT.done;
};

const RATIOS = ['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const;
/** How counts are called that are only denominators elsewhere. */
const NAMES = {
  tasks: 'Số nhiệm vụ',
  due: said('kinds.due'),
  dueInYear: 'Có hạn trong năm kế hoạch',
  planned: said('kinds.planned'),
};
type RatioName = (typeof RATIOS)[number];
type CountName = Exclude<keyof Change, RatioName | keyof typeof NAMES>;

const isRatio = (name: keyof Change): name is RatioName => RATIOS.some((one) => one === name);
const isCount = (name: keyof Change): name is CountName => !isRatio(name) && !(name in NAMES);
const COUNTS = COMPARED.filter(isCount);

const nameOf = (name: keyof Change): string => {
  if (isRatio(name)) return said(`figures.${name}`);
  return isCount(name) ? said(`counts.${name}`) : NAMES[name];
};

const signed = (by: number): string => (by > 0 ? `+${by}` : String(by));
const changeInWords = (change: Change): string =>
  COMPARED.flatMap((name) => {
    const by = change[name] ?? 0;
    return by === 0 ? [] : [`${nameOf(name)} ${signed(by)}`];
  }).join('; ');

const ratioInWords = ({ numerator, denominator, percent }: Ratio): string =>
  `${numerator}/${denominator}${percent === null ? '' : ` (${percent.replace('.', ',')} %)`}`;

const sideInWords = ({ on, recorded }: ComparisonAnswer['first']): string =>
  `đến ngày ${dayInWords(on)}, sổ ghi đến ${dayInWords(recorded)}`;

type Said = Pick<ComparedItem['entries'][number], 'document' | 'reason'>;

/** By which document something was done, and why. */
const groundInWords = ({ document, reason }: Said): string => {
  const by = document ? ` (${documentInWords(document)})` : '';
  return `${by}${reason && 'text' in reason ? ` – ${reason.text}` : ''}`;
};

const reasonInWords = ({ kind, task, day, change, entries, act }: ComparedItem): string[] => {
  const head = kind === 'day' ? `Đến ngày ${dayInWords(day ?? '')}` : 'Ghi sau đó';
  return [
    `${head}: ${`${task.code} ${task.title}`.trim()}`,
    `    ${changeInWords(change)}`,
    ...(act ? [`    ${act.words}${groundInWords(act)}`] : []),
    ...entries.map((entry) => `    ${entry.words}${entry.unit ? `, ${entry.unit.name}` : ''}${groundInWords(entry)}`),
  ];
};

const inWords = ({ first, second, difference, items }: ComparisonAnswer): string => {
  const ratios = RATIOS.map((name) => [
    said(`figures.${name}`),
    ratioInWords(first.counts[name]),
    ratioInWords(second.counts[name]),
    signed(difference[name] ?? 0),
  ]);
  const counts = COUNTS.filter((name) => first.counts[name] + second.counts[name] > 0).map((name) => [
    said(`counts.${name}`),
    String(first.counts[name]),
    String(second.counts[name]),
    signed(difference[name] ?? 0),
  ]);
  return [
    `1: ${sideInWords(first)}`,
    `2: ${sideInWords(second)}`,
    '',
    columns([['', '1', '2', 'Chênh lệch'], ...ratios, ...counts], [1, 2, 3]),
    '',
    ...(items.length === 0 ? ['Không có gì khác nhau.'] : items.flatMap(reasonInWords)),
  ].join('\n');
};
