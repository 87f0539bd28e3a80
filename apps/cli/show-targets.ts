import { dayInWords } from '#kernel';
import { TargetAnswers, type TargetsAnswer } from '#modules/target';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';
import { clocksInWords } from './words.js';

/** What `camket plan targets` is told beside the plan. */
export type TargetsOptions = { readonly on?: string; readonly recorded?: string; readonly json?: boolean };

export type ShownTarget = TargetsAnswer['items'][number];

/** Answers the targets of a plan with their last values and verdicts. */
export const showTargets = async (context: Context, asked: string, options: TargetsOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'targets']);
  const answer = await context.get(TargetAnswers).list(asked, { ...options, limit: ALL });
  await say(options.json ? answer : inWords(answer));
  return EXIT.done;
};

const comma = (decimal: string): string => decimal.replace('.', ',');

const goalInWords = ({ goal }: ShownTarget): string => {
  switch (goal.kind) {
    case 'at-least':
      return `từ ${comma(goal.value)} ${goal.unit} trở lên`;
    case 'at-most':
      return `không quá ${comma(goal.value)} ${goal.unit}`;
    case 'rank-at-most':
      return `từ hạng ${goal.rank}${goal.of === undefined ? '' : `/${goal.of}`} trở lên`;
    case 'group-at-least':
      return `nhóm ${goal.group} trở lên`;
    case 'yes':
      return 'có';
  }
};

const QUALIFIERS = { exact: '', about: 'khoảng ', 'more-than': 'hơn ', 'less-than': 'dưới ' } as const;

/** The last value of a target, with its day. */
export const valueInWords = ({ value: shown }: ShownTarget): string => {
  if (!shown) return '–';
  const { value, qualifier, on } = shown;
  const said =
    'number' in value
      ? comma(value.number)
      : 'rank' in value
        ? `hạng ${value.rank}${value.of === undefined ? '' : `/${value.of}`}`
        : 'group' in value
          ? value.group
          : value.yes
            ? 'có'
            : 'không';
  return `${QUALIFIERS[qualifier]}${said} (${dayInWords(on)})`;
};

const VERDICTS = { met: 'Đạt', missed: 'Chưa đạt', open: 'Chưa rõ' } as const;

/** Whether a target is met, and what that rests on. */
export const verdictInWords = ({ verdict, interim, doubtful }: ShownTarget): string =>
  [
    VERDICTS[verdict],
    ...(verdict !== 'open' && interim ? ['số trong năm'] : []),
    ...(doubtful ? ['tỷ lệ không khớp số đếm'] : []),
  ].join(', ');

const inWords = ({ on, recorded, targets, items }: TargetsAnswer): string => {
  const rows = items.map((target) => [target.title, goalInWords(target), valueInWords(target), verdictInWords(target)]);
  return [
    clocksInWords({ on, recorded }),
    `${targets.met} chỉ tiêu đạt, ${targets.missed} chưa đạt, ${targets.open} chưa rõ.`,
    ...(rows.length === 0 ? [] : ['', columns([['Chỉ tiêu', 'Mức', 'Giá trị', 'Kết quả'], ...rows])]),
  ].join('\n');
};
