import {
  dayInWords,
  dayOf,
  isDay,
  lastOfMonth,
  plusDays,
  workingDayFrom,
  yearOf,
  type CalendarEntry,
  type Day,
} from '#kernel';

/** The choices of reading deadlines: a version of the rule set, from the first plan year it applies to. */
export type DeadlineRules = {
  readonly version: string;
  readonly since: number;
  /** Whether the day behind "trước" still counts. */
  readonly before: 'inclusive' | 'exclusive';
  /** What becomes of a due date on a day off (Civil Code 2015 art. 148). */
  readonly dayOff: 'stays' | 'next-working-day';
  readonly calendar: readonly CalendarEntry[];
  /** How many years around the plan's a due date can lie; beyond them the year is a slip of the pen. */
  readonly yearsBefore: number;
  readonly yearsAfter: number;
};

/** The stable name of what computed a due date. */
export type DeadlineRule =
  | 'date'
  | 'month'
  | 'quarter'
  | 'half-year'
  | 'year'
  | 'recurring-quarterly'
  | 'recurring-monthly'
  | 'parts'
  | 'none';

export type DeadlineReading = {
  readonly due: Day | null;
  readonly rule: DeadlineRule;
  readonly cycle: 'once' | 'quarterly' | 'monthly';
  /** What is wanted before the due date, in the order of the text. */
  readonly milestones: readonly { readonly text: string; readonly due: Day }[];
};

/** Why a text gives no reading, and the part of it that is to blame. */
export type DeadlineFault = { readonly fault: 'impossible-date' | 'unreadable-deadline'; readonly part: string };

/** A time named in a part: the days from `first` to `last`, or none when there are no such days. */
type Time = {
  readonly at: number;
  readonly end: number;
  readonly rule: DeadlineRule;
  readonly year: number | undefined;
  readonly days: (year: number) => readonly [first: Day, last: Day] | undefined;
};

type Part = {
  /** As it is written. */
  readonly written: string;
  /** As it is read: compatibility forms composed, lower case, one kind of dash, "hằng" for "hàng", months in digits. */
  readonly text: string;
  /** The same with its capitals. */
  readonly cased: string;
  readonly times: readonly Time[];
};

const L = String.raw`(?<![\p{L}\p{N}])`;
const R = String.raw`(?![\p{L}\p{N}])`;
const pattern = (source: string): RegExp => new RegExp(`${L}(?:${source})${R}`, 'gu');

const YEAR = String.raw`(?:\s*(?:[/.\-](?:\s*năm)?|,?\s*năm)\s*(?<year>\d{4})|\s*/\s*(?<short>\d{2})(?!\s*[/.\-]\s*\d)|\s+(?<bare>20\d{2}))?`;
/** The first of a range whose second comes next. */
const LED = /([ivx]+|\d+)\s*-\s*(?:qu[ýí]|q\.?|tháng)?\s*$/u;
const LISTED = new RegExp(String.raw`${L}([ivx]+|\d+)${R}(?!\s*-)`, 'gu');
const ROMAN = ['i', 'ii', 'iii', 'iv'];
const WORDS: Readonly<Record<string, number>> = { ba: 3, sáu: 6, chín: 9 };

const span = (year: number, from: number, to: number): readonly [Day, Day] | undefined => {
  const first = dayOf(year, from, 1);
  return first !== undefined && to >= from && to <= 12 ? [first, lastOfMonth(year, to)] : undefined;
};
const single = (year: number, month: number, day: number): readonly [Day, Day] | undefined => {
  const found = dayOf(year, month, day);
  return found === undefined ? undefined : [found, found];
};
const numeral = (text: string): number => (/^\d+$/.test(text) ? Number(text) : ROMAN.indexOf(text) + 1);

type Groups = Readonly<Record<string, string | undefined>>;
const yearIn = ({ year, short, bare }: Groups): number | undefined => {
  if (year ?? bare) return Number(year ?? bare);
  return short === undefined ? undefined : 2000 + Number(short);
};

/** One way of naming a time. What matches is taken out of the text before the next way is tried. */
type Way = {
  readonly pattern: RegExp;
  readonly read: (groups: Groups, before: string) => readonly Pick<Time, 'rule' | 'days' | 'year'>[] | undefined;
};

const each = (
  list: string,
  groups: Groups,
  rule: DeadlineRule,
  days: (n: number) => Time['days'],
): readonly Pick<Time, 'rule' | 'days' | 'year'>[] =>
  // Of a range ("quý I-III") only the end is a deadline; of a list each member is. One that runs backwards is none.
  [...list.matchAll(LISTED)].map(({ 1: item = '', index }) => {
    const [, first] = LED.exec(list.slice(0, index)) ?? [];
    const isBackwards = first !== undefined && numeral(first) >= numeral(item);
    return { rule, year: yearIn(groups), days: isBackwards ? () => undefined : days(numeral(item)) };
  });

const LIMIT = /(?:ngày|trước|nhất|hết|đến|hạn)\s*$/u;
const HALF = /(\d{1,2})\s*([-./]+)\s*$/u;
/** Words before a range of numbers that make it one of months or quarters ("tháng 3-6/26"). */
const COUNTED = /(?:tháng|qu[ýí]|q\.?)\s*$/u;

const WAYS: readonly Way[] = [
  {
    pattern: pattern(String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})`),
    read: (groups) => [
      {
        rule: 'date',
        year: yearIn(groups),
        days: (year) => single(year, Number(groups['month']), Number(groups['day'])),
      },
    ],
  },
  {
    pattern: pattern(
      String.raw`(?<part>\d{1,2}|ba|sáu|chín)\s+tháng\s+(?<which>đầu|cuối)\s+(?:của\s+)?năm(?:\s+(?<year>\d{4}))?`,
    ),
    read: (groups) => {
      const months = WORDS[groups['part'] ?? ''] ?? Number(groups['part']);
      if (![3, 6, 9].includes(months)) return undefined;
      const [from, to] = groups['which'] === 'đầu' ? [1, months] : [13 - months, 12];
      return [{ rule: 'half-year', year: yearIn(groups), days: (year) => span(year, from, to) }];
    },
  },
  {
    pattern: pattern(
      String.raw`(?:ngày\s+(?<named>\d{1,2})(?:\s*\([^()]{1,30}\))?\s*(?:,|-|của)?\s*|(?<day>\d{1,2})\s+)tháng\s+(?<month>\d{1,2})(?!\s*lần|\d)${YEAR}`,
    ),
    read: (groups) => [
      {
        rule: 'date',
        year: yearIn(groups),
        days: (year) => single(year, Number(groups['month']), Number(groups['named'] ?? groups['day'])),
      },
    ],
  },
  {
    // Days within a month, of which the last is the deadline: "từ ngày" in front names the first.
    pattern: pattern(
      String.raw`(?:(?:từ|trong|các|ngày)\s+)*(?<![/.\-]\s*)(?<first>\d{1,2})\s*-\s*(?<day>\d{1,2})\s*(?<sign>[/.])\s*(?<month>\d{1,2})(?!\d)(?:\s*\k<sign>\s*(?<year>\d{4}|\d{2})|\s*,?\s*năm\s+(?<bare>\d{4}))?(?!\d|\s*[/.]\s*\d|\s*/\s*\p{L})`,
    ),
    read: (groups, before) => {
      if (COUNTED.test(before)) return undefined;
      const { first, day, month, year } = groups;
      return [
        {
          rule: 'date',
          year: yearIn(year?.length === 2 ? { short: year } : groups),
          days: (of) =>
            Number(first) > 0 && Number(first) < Number(day) ? single(of, Number(month), Number(day)) : undefined,
        },
      ];
    },
  },
  {
    pattern: pattern(
      String.raw`(?<day>\d{1,2})\s*(?<sign>[/.\-])\s*(?<month>\d{1,2})(?:\s*\k<sign>\s*(?<year>\d{4}|\d{2})|\s*,?\s*năm\s+(?<bare>\d{4}))?(?!\d|\s*\k<sign>\s*\d|\s*/\s*\p{L})`,
    ),
    read: (groups, before) => {
      const { year, bare, sign } = groups;
      if (sign !== '/' && (COUNTED.test(before) || (!year && !bare && !LIMIT.test(before)))) return undefined;
      return [
        {
          rule: 'date',
          year: yearIn(year?.length === 2 ? { short: year } : groups),
          days: (of) => single(of, Number(groups['month']), Number(groups['day'])),
        },
      ];
    },
  },
  {
    pattern: pattern(
      String.raw`(?:qu[ýí]\s*|q\.?\s*)(?<list>(?:[ivx]+|\d{1,2})(?:\s*(?:,\s*và|,|-|và)\s*(?:qu[ýí]\s*)?(?:[ivx]+|\d{1,2})(?![\p{L}\p{N}]))*)${YEAR}`,
    ),
    read: (groups) =>
      each(
        groups['list'] ?? '',
        groups,
        'quarter',
        (n) => (year) => (n >= 1 && n <= 4 ? span(year, 3 * n - 2, 3 * n) : undefined),
      ),
  },
  {
    pattern: pattern(
      String.raw`tháng\s*(?<list>\d{1,2}(?!\d)(?:\s*(?:,\s*và|,|-|và)\s*(?:tháng\s*)?\d{1,2}(?!\d))*)(?!\s*lần)${YEAR}`,
    ),
    read: (groups) => each(groups['list'] ?? '', groups, 'month', (n) => (year) => span(year, n, n)),
  },
  {
    pattern: pattern(String.raw`t?\.?(?<month>\d{1,2})\s*[/.\-]\s*(?<year>\d{4})(?!\d|\s*[/.\-]\s*\d|\s*/\s*\p{L})`),
    read: (groups, before) => {
      const month = Number(groups['month']);
      // "3-6/2026" is a range of months; what else stands before it was half of a day.
      const [, first, sign] = HALF.exec(before) ?? [];
      const isHalf = first !== undefined && (sign !== '-' || Number(first) > 12 || Number(first) >= month);
      return [{ rule: 'month', year: yearIn(groups), days: (year) => (isHalf ? undefined : span(year, month, month)) }];
    },
  },
  {
    pattern: pattern(String.raw`(?:năm|giai đoạn)\s+\d{4}\s*(?:-|đến)\s*(?:năm\s+)?(?<year>\d{4})`),
    read: (groups) => [{ rule: 'year', year: yearIn(groups), days: (year) => span(year, 1, 12) }],
  },
  {
    pattern: pattern(String.raw`năm\s+(?<year>\d{4})`),
    read: (groups) => [{ rule: 'year', year: yearIn(groups), days: (year) => span(year, 1, 12) }],
  },
  {
    pattern: pattern(String.raw`(?:cuối|hết|trong|cả|suốt)\s+năm`),
    read: () => [{ rule: 'year', year: undefined, days: (year) => span(year, 1, 12) }],
  },
  {
    pattern: /^\s*(?<year>\d{4})\s*$/gu,
    read: (groups) => [{ rule: 'year', year: yearIn(groups), days: (year) => span(year, 1, 12) }],
  },
];

const MONTHLY = pattern('(?:hằng|mỗi|từng|theo)\\s+tháng|lần\\s*/\\s*(?:0?1\\s+)?tháng');
const QUARTERLY = pattern(
  '(?:hằng|mỗi|từng|theo)\\s+qu[ýí]|lần\\s*/\\s*(?:0?1\\s+)?qu[ýí]|qu[ýí]\\s+(?:0?1|một)\\s+lần|0?3 tháng(?:\\s*(?:/|0?1|một))?\\s*lần|(?<!không\\s)thường xuyên',
);
const YEARLY = pattern('(?:hằng|mỗi)\\s+năm');
const NONE = pattern(
  'theo|sau khi|ngay sau|kể từ|khi (?:có|được|phát sinh)|đột xuất|(?:không|chưa) (?:có |xác định |quy định )*(?:thời )?hạn',
);
/** Words before a time that make it a beginning, which is no deadline. */
const BEGINNING = /(?:kể từ|bắt đầu từ|bắt đầu|từ|sau)(?:\s+(?:ngày|đầu|cuối))?\s*$/u;
/** Words before a time that leave open which day of it is meant. */
const VAGUE = /(?:đầu|giữa|(?:thượng|trung|hạ)\s+tuần|tuần(?:\s+\S+)?)\s*$/u;
const BEFORE = /trước(?:\s+(?:ngày|thời điểm))?\s*$/u;
/** Words that make a time a deadline even where the text otherwise leaves it open. */
const DEADLINE = /(?:trước|chậm nhất|muộn nhất|hoàn thành|xong|hạn|đến hết)(?:[^,;:]{0,30})$/u;
/** What parts the times of a list. */
const LISTED_ON = /^\s*(?:,|và|,\s*và)\s*(?:trước\s+)?(?:ngày\s+)?$/u;
const NEXT_YEAR = /^\s*(?:của\s+)?năm\s+(?:sau|tới|kế tiếp|tiếp theo|liền kề)/u;
const RANGE = /^\s*(?:-|đến|tới)(?:\s+(?:hết|ngày|hết ngày))?\s*$/u;
/** Numbers as words; "năm" is a year as well, and is no number here. */
const NUMBERS: Readonly<Record<string, number>> = {
  một: 1,
  giêng: 1,
  nhất: 1,
  hai: 2,
  ba: 3,
  tư: 4,
  bốn: 4,
  sáu: 6,
  bảy: 7,
  bẩy: 7,
  tám: 8,
  chín: 9,
  mười: 10,
  'mười một': 11,
  'mười hai': 12,
  chạp: 12,
};
const NUMBER = Object.keys(NUMBERS)
  .sort((a, b) => b.length - a.length)
  .join('|');
/** A number of days or weeks before a time: from which day they count, and which of them do, nobody says. */
const AHEAD = new RegExp(
  String.raw`(?:\d|${L}(?:${NUMBER}|năm))\s+(?:ngày|tuần)(?: lễ| làm việc)?\s+trước(?:\s+(?:ngày|thời điểm))?\s*$`,
  'u',
);
/** The same said the other way round ("trước 30/6 ít nhất 10 ngày"). */
const AHEAD_BEHIND = new RegExp(
  String.raw`^\s*,?\s*(?:ít nhất\s+|tối thiểu\s+)?(?:\d+|${NUMBER}|năm)\s+(?:ngày|tuần)${R}(?!\s*(?:/\s*|một\s+|\d+\s+)?lần)`,
  'u',
);
const NUMBERED = new RegExp(`${L}(?<what>tháng|qu[ýí])\\s+(?<word>${NUMBER})${R}(?!\\s*lần)`, 'gu');
/** What looks like the rest of a date and was read by no way: half of one, a day without its month, a year with a slip. */
const UNREAD = new RegExp(
  `/\\s*\\d|(?:,|và)\\s*\\d{1,2}(?:\\s*[-.]\\s*\\d{1,2})?\\s*(?:,|$)|${L}(?:ngày|tháng|qu[ýí]|năm)\\s+(?:\\d|(?:${NUMBER}|năm)${R})`,
  'u',
);
/** The number of a document ("06/2022/QĐ-UBND"), which is no time. */
const DOCUMENT = /\d+\s*\/\s*(?:\d{4}\s*\/\s*)?(?!năm)(?=\p{L})[\p{L}\-/]+(?![\p{L}\-/\d])/gu;
/** A longer text is a paragraph in the wrong column. */
const LONGEST = 500;
const USUAL = new RegExp(`${L}hàng${R}`, 'gu');
/** From fine to coarse: of the times in one part only the finest are deadlines ("báo cáo quý I trước 20/3"). */
const PRECISION: readonly DeadlineRule[] = ['date', 'month', 'quarter', 'half-year', 'year'];

const has = (text: string, what: RegExp): boolean => text.search(what) >= 0;

const timesIn = (text: string): readonly Time[] => {
  const times: Time[] = [];
  let rest = text;
  for (const way of WAYS)
    for (const match of [...rest.matchAll(way.pattern)]) {
      const before = rest.slice(0, match.index);
      const read = way.read(match.groups ?? {}, before);
      if (!read) continue;
      const end = match.index + match[0].length;
      times.push(...read.map((time) => ({ ...time, at: match.index, end })));
      rest = before + '\0'.repeat(match[0].length) + rest.slice(end);
    }
  return times.sort((a, b) => a.at - b.at);
};

const partOf = (written: string): Part => {
  const cased = written
    .normalize('NFKC')
    .replace(/[‐-―−]/gu, '-')
    .replace(/\s+/gu, ' ')
    .replace(DOCUMENT, (number) => ' '.repeat(number.length))
    .trim();
  const text = cased
    .toLowerCase()
    .replace(USUAL, 'hằng')
    .replace(NUMBERED, (_, what: string, word: string) => `${what} ${NUMBERS[word] ?? word}`);
  return { written: written.normalize('NFC').replace(/\s+/gu, ' ').trim(), text, cased, times: timesIn(text) };
};

const masked = ({ text, times }: Part): string =>
  times.reduce((rest, { at, end }) => rest.slice(0, at) + ' '.repeat(end - at) + rest.slice(end), text);

const settled = (day: Day, { dayOff, calendar }: DeadlineRules): Day =>
  dayOff === 'next-working-day' ? workingDayFrom(day, calendar) : day;

type Dated = { readonly text: string; readonly due: Day; readonly rule: DeadlineRule };

const statedYear = ({ times }: Part): number | undefined => times.filter(({ year }) => year !== undefined).at(-1)?.year;

/** The times of a part that are deadlines, as days in the order of the text. */
const datesOf = (
  part: Part,
  meant: readonly Time[],
  fallback: number,
  planYear: number,
  rules: DeadlineRules,
): readonly Dated[] | DeadlineFault['fault'] => {
  const partYear = statedYear(part) ?? fallback;
  const dates: (Dated & { readonly end: number; readonly at: number })[] = [];
  for (const time of meant) {
    const before = part.text.slice(0, time.at);
    const after = part.text.slice(time.end);
    const isAhead = AHEAD.test(before) || (BEFORE.test(before) && AHEAD_BEHIND.test(after));
    const next = part.times.find(({ at, rule }) => at >= time.end && rule !== time.rule);
    const goesOn = next !== undefined && LISTED_ON.test(part.text.slice(time.end, next.at));
    if (isAhead || goesOn || VAGUE.test(before) || NEXT_YEAR.test(after)) return 'unreadable-deadline';
    const days = time.days(time.year ?? partYear);
    if (!days) return 'impossible-date';
    const from = part.times.filter(({ end }) => end <= time.at).at(-1);
    if (from && RANGE.test(part.text.slice(from.end, time.at))) {
      const begin = from.days(from.year ?? time.year ?? partYear);
      if (!begin || begin[0] > days[1]) return 'unreadable-deadline';
    }
    const year = yearOf(days[1]);
    if (year < planYear - rules.yearsBefore || year > planYear + rules.yearsAfter) return 'impossible-date';
    const stated = rules.before === 'exclusive' && BEFORE.test(before) ? plusDays(days[0], -1) : days[1];
    const last = dates.at(-1);
    if (last && RANGE.test(part.text.slice(last.end, time.at))) dates.pop();
    dates.push({
      text: (part.cased.length === part.text.length ? part.cased : part.text).slice(time.at, time.end),
      due: settled(stated, rules),
      rule: time.rule,
      at: time.at,
      end: time.end,
    });
  }
  const disordered = dates.some(({ due }, index) => index > 0 && due < (dates[index - 1]?.due ?? due));
  return disordered ? 'unreadable-deadline' : dates;
};

type PartReading = {
  readonly cycle: DeadlineReading['cycle'];
  readonly due: Day | null;
  readonly rule: DeadlineRule;
  readonly milestones: readonly { readonly text: string; readonly due: Day }[];
};

const readPart = (
  part: Part,
  fallback: number,
  planYear: number,
  rules: DeadlineRules,
): PartReading | DeadlineFault['fault'] => {
  const { text } = part;
  const cycle = has(text, MONTHLY) ? 'monthly' : has(text, QUARTERLY) ? 'quarterly' : 'once';
  const open = text.search(NONE);
  let listed: Time | undefined;
  const limits = part.times.filter((time) => {
    const { at, rule } = time;
    const before = text.slice(0, at);
    if (BEGINNING.test(before)) return false;
    const isListed = listed !== undefined && LISTED_ON.test(text.slice(listed.end, at));
    const isDeadline = rule === 'date' && (isListed || DEADLINE.test(before));
    if (isDeadline) listed = time;
    return (cycle === 'once' && (open < 0 || at < open)) || isDeadline;
  });
  const finest = PRECISION.find((precision) => limits.some(({ rule }) => rule === precision));
  const meant = limits.filter(({ rule }) => rule === finest);
  const dates = datesOf(part, meant, fallback, planYear, rules);
  if (typeof dates === 'string') return dates;
  const yearEnd = settled(lastOfMonth(planYear, 12), rules);
  const last = dates.at(-1);
  if (cycle !== 'once')
    return {
      cycle,
      due: last?.due ?? yearEnd,
      rule: cycle === 'monthly' ? 'recurring-monthly' : 'recurring-quarterly',
      milestones: [],
    };
  if (last) {
    if (has(masked(part), UNREAD)) return 'unreadable-deadline';
    const milestones = dates.slice(0, -1).map(({ text: named, due }) => ({ text: named, due }));
    return { cycle, due: last.due, rule: last.rule, milestones };
  }
  if (has(text, YEARLY)) return { cycle, due: yearEnd, rule: 'year', milestones: [] };
  if (open >= 0) return { cycle, due: null, rule: 'none', milestones: [] };
  return 'unreadable-deadline';
};

/**
 * The due date, the milestones and the cycle that a deadline of the annex states for a plan of that year. A date cell
 * of a spreadsheet comes as its `Day`. The text is read part by part, parts being parted by ";" only; the last is due.
 */
export const readDeadline = (
  text: string,
  plan: { readonly year: number; readonly rules: DeadlineRules },
): DeadlineReading | DeadlineFault => {
  const { rules } = plan;
  if (isDay(text.trim())) return readDeadline(dayInWords(text.trim()), plan);
  const parts = text
    .slice(0, LONGEST)
    .split(/[;；]/u)
    .map(partOf)
    .filter((part) => part.text !== '');
  const end = parts.at(-1);
  if (!end || text.length > LONGEST) return { fault: 'unreadable-deadline', part: text.trim().slice(0, LONGEST) };
  const fallback = statedYear(end) ?? plan.year;

  const readings: { readonly part: Part; readonly reading: PartReading }[] = [];
  for (const part of parts) {
    const reading = readPart(part, fallback, plan.year, rules);
    if (typeof reading !== 'string') readings.push({ part, reading });
    // A leading part that names no time at all describes the work; the deadline is behind it.
    else if (reading === 'impossible-date' || part === end || /\d/u.test(part.text) || part.times.length > 0)
      return { fault: reading, part: part.written };
  }

  const last = readings.at(-1)?.reading;
  if (!last) return { fault: 'unreadable-deadline', part: text.trim() };
  if (readings.length === 1) return { ...last };
  const recurring = readings.map(({ reading }) => reading).filter(({ cycle }) => cycle !== 'once');
  const cycle = recurring.some((reading) => reading.cycle === 'monthly')
    ? 'monthly'
    : recurring.length > 0
      ? 'quarterly'
      : 'once';
  return {
    due: last.due ?? recurring.at(-1)?.due ?? null,
    rule: 'parts',
    cycle,
    milestones: [
      ...readings
        .slice(0, -1)
        .flatMap(({ part, reading }) => [
          ...reading.milestones,
          ...(reading.due === null || reading.cycle !== 'once' ? [] : [{ text: part.written, due: reading.due }]),
        ]),
      ...last.milestones,
    ],
  };
};
