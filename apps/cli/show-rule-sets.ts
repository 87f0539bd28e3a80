import { type Document } from '#kernel';
import { periodName } from '#modules/progress';
import { RulebookQuery, type RuleSetItem } from '#modules/rulebook';
import { said } from '#platform/wording';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { columns, say } from './terminal.js';
import { documentInWords } from './words.js';

/** What `camket rules list` and `camket rules show` are told. */
export type RuleSetsOptions = { readonly json?: boolean };

/** Lists the rule sets, those of earlier plan years first. */
export const listRuleSets = async (context: Context, { json }: RuleSetsOptions): Promise<Exit> => {
  await context.caughtUp(['rules']);
  const items = await context.get(RulebookQuery).ruleSets();
  await say(json ? { items, stale: false } : listInWords(items));
  return EXIT.done;
};

/** Shows one rule set with its windows and calendars. */
export const showRuleSet = async (context: Context, version: string, { json }: RuleSetsOptions): Promise<Exit> => {
  await context.caughtUp(['rules']);
  const set = await context.get(RulebookQuery).ruleSet(version);
  await say(json ? set : inWords(set));
  return EXIT.done;
};

const BEFORE = { inclusive: 'tính cả ngày đó', exclusive: 'không tính ngày đó' } as const;
const DAY_OFF = { stays: 'giữ nguyên', 'next-working-day': 'dời sang ngày làm việc kế tiếp' } as const;

const sourceInWords = (document: Document | null): string =>
  document === null ? 'có sẵn trong phần mềm' : documentInWords(document);

const calendarsInWords = ({ calendars }: RuleSetItem): string =>
  calendars.map(({ year, version }) => `${year} (bản ${version})`).join(', ') || '–';

const listInWords = (sets: readonly RuleSetItem[]): string => {
  const rows = sets.map((set) => [
    set.version,
    String(set.since),
    BEFORE[set.before],
    DAY_OFF[set.dayOff],
    calendarsInWords(set),
    sourceInWords(set.document),
  ]);
  const header = ['Bộ quy tắc', 'Từ kế hoạch năm', '“trước ngày”', 'Hạn vào ngày nghỉ', 'Lịch nghỉ', 'Căn cứ'];
  return columns([header, ...rows]);
};

/** A day of any year. */
const dayOfYear = (day: string): string => day.split('-').reverse().join('/');

const inWords = (set: RuleSetItem): string => {
  const windows = (['quarterly', 'monthly'] as const).flatMap((cycle) =>
    set[cycle].map(({ cutoff, due }, index) => [periodName(cycle, index + 1), dayOfYear(cutoff), dayOfYear(due)]),
  );
  return [
    `Bộ quy tắc ${set.version}, áp dụng cho kế hoạch từ năm ${set.since}; căn cứ: ${sourceInWords(set.document)}`,
    `Hạn ghi “trước ngày”: ${BEFORE[set.before]}`,
    `Hạn rơi vào ngày nghỉ: ${DAY_OFF[set.dayOff]}; lịch nghỉ: ${calendarsInWords(set)}`,
    `Hạn của nhiệm vụ nằm trong khoảng từ ${set.yearsBefore} năm trước đến ${set.yearsAfter} năm sau năm kế hoạch`,
    ...(set.headline ? [`Số đứng đầu trang: ${said(`figures.${set.headline}`)}`] : []),
    '',
    columns([['Kỳ', 'Chốt số liệu', 'Hạn báo cáo'], ...windows]),
  ].join('\n');
};
