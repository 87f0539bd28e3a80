import { plusDays, weekday, type Day } from '#kernel';
import { idOf } from '#platform/commands';

/** Days of 2026 on which no office works, and of the week before: holidays, compensatory days, the swapped Monday. */
const DAYS_OFF: ReadonlySet<string> = new Set([
  '2026-01-01',
  '2026-02-16',
  '2026-02-17',
  '2026-02-18',
  '2026-02-19',
  '2026-02-20',
  '2026-04-27',
  '2026-04-30',
  '2026-05-01',
  '2026-08-31',
  '2026-09-01',
  '2026-09-02',
  '2026-11-24',
]);

/** True on a day on which offices record things. */
export const isWorkingDay = (day: Day): boolean => ![0, 6].includes(weekday(day)) && !DAYS_OFF.has(day);

/** The working day `count` working days later (earlier when negative); 0 is the day itself or the next working day. */
export const workingDay = (from: Day, count: number): Day => {
  let day = from;
  const step = count < 0 ? -1 : 1;
  while (!isWorkingDay(day)) day = plusDays(day, step);
  for (let left = Math.abs(count); left > 0;) {
    day = plusDays(day, step);
    if (isWorkingDay(day)) left -= 1;
  }
  return day;
};

/** The working days of a span, both ends included. */
export const workingDays = (from: Day, to: Day): readonly Day[] => {
  const days: Day[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) if (isWorkingDay(day)) days.push(day);
  return days;
};

/** A number from 0 up to below `below` that follows from its parts alone: the year is the same at every load. */
export const chance = (below: number, ...parts: readonly (string | number)[]): number =>
  below <= 0 ? 0 : parseInt(idOf('chance', ...parts).slice(0, 8), 16) % below;

/** One of a list, always the same for the same parts. */
export const pick = <Item>(items: readonly Item[], ...parts: readonly (string | number)[]): Item => {
  const item = items[chance(items.length, ...parts)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** What the sample says of a row: its state, the work day of its last obligation, the day of the completing acceptance. */
export type SampleRow = {
  readonly code: string;
  readonly field: string;
  readonly title: string;
  readonly deliverable: string;
  readonly cycle: 'once' | 'quarterly' | 'monthly';
  readonly due: Day;
  readonly done: Day | null;
  readonly recorded: Day | null;
};

/** One thing that somebody does on a day; acts of one day come in the order of `at` (minutes of the day). */
export type Act = {
  readonly day: Day;
  readonly at: number;
  readonly kind: 'report' | 'accept' | 'return' | 'extend' | 'correct' | 'withdraw-acceptance';
  /** The row's code and the index of the obligation among the row's units. */
  readonly row: string;
  readonly unit: number;
  readonly period: number;
  /** Which report of that period, from 0. */
  readonly attempt: number;
  readonly workDay?: Day;
  readonly complete?: boolean;
  readonly percent?: number;
  readonly due?: Day;
  readonly by?: 'first' | 'second';
};

const MORNING = 8 * 60;
const AFTERNOON = 13 * 60 + 30;

/** Cut-off and due day of each period of a cycle in 2026. */
const periodsOf = (
  cycle: 'quarterly' | 'monthly',
): readonly { readonly period: number; readonly cutoff: Day; readonly due: Day }[] =>
  (cycle === 'quarterly' ? [3, 6, 9, 12] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]).map((month, index) => {
    const text = `2026-${String(month).padStart(2, '0')}`;
    return { period: index + 1, cutoff: `${text}-14`, due: `${text}-20` };
  });

/** Reported and accepted, once: `reported` ≤ `accepted`, both working days. */
const pair = (
  row: string,
  unit: number,
  period: number,
  workDay: Day,
  reported: Day,
  accepted: Day,
): readonly Act[] => {
  const parts = [row, unit, period];
  return [
    {
      day: reported,
      at: MORNING + chance(200, 'report', ...parts),
      kind: 'report',
      row,
      unit,
      period,
      attempt: 0,
      workDay,
      complete: true,
      percent: 100,
    },
    { day: accepted, at: AFTERNOON + chance(180, 'accept', ...parts), kind: 'accept', row, unit, period, attempt: 0 },
  ];
};

/** A one-off row: its last unit ends on the day of the sample, the others lie before, spread over some weeks. */
const onceActs = (row: SampleRow, units: number, done: Day, recorded: Day): Act[] =>
  Array.from({ length: units }, (_, unit) => {
    if (unit === units - 1) {
      const next = workingDay(done, 1);
      return pair(row.code, unit, 1, done, next <= recorded ? next : workingDay(done, 0), recorded);
    }
    const first = '2026-01-05';
    const earliest = workingDay(plusDays(done, -35), 0);
    const days = workingDays(earliest < first ? first : earliest, done);
    const workDay = pick(days.length > 0 ? days : [done], row.code, 'work', unit);
    const reported = [workingDay(workDay, chance(3, row.code, 'reported', unit)), recorded].sort()[0] ?? recorded;
    const accepted = [workingDay(reported, 1 + chance(3, row.code, 'accepted', unit)), recorded].sort()[0] ?? recorded;
    return pair(row.code, unit, 1, workDay, reported, accepted);
  }).flat();

/** A recurring row: each period between cut-off and due day; Tết moves month 2 forward to 13/2. */
const recurringActs = (row: SampleRow, units: number, recorded: Day): Act[] =>
  Array.from({ length: units }, (_, unit) =>
    periodsOf(row.cycle === 'monthly' ? 'monthly' : 'quarterly').flatMap(({ period, cutoff, due }) => {
      if (row.cycle === 'monthly' && period === 2)
        return pair(row.code, unit, period, '2026-02-13', '2026-02-13', '2026-02-13');
      const isLast = cutoff === '2026-12-14';
      const days = workingDays(cutoff, isLast ? recorded : due);
      const acceptedIndex =
        isLast && unit === units - 1
          ? days.length - 1
          : Math.min(days.length - 1, 1 + chance(days.length - 1, row.code, 'accepted', unit, period));
      const reportedIndex = chance(Math.max(1, acceptedIndex), row.code, 'reported', unit, period);
      return pair(row.code, unit, period, cutoff, days[reportedIndex] ?? due, days[acceptedIndex] ?? due);
    }),
  ).flat();

/** The stories that `counting.md` section 7 tells, by the code of their row. */
const stories = (row: SampleRow, units: number): Act[] | undefined => {
  const last = units - 1;
  const about = { row: row.code, unit: last, period: 1, attempt: 0 };
  switch (row.code) {
    case 'I.5':
      return [
        {
          ...about,
          day: '2026-12-16',
          at: 9 * 60,
          kind: 'report',
          workDay: '2026-12-14',
          complete: true,
          percent: 100,
        },
        { ...about, day: '2026-12-17', at: 15 * 60, kind: 'accept' },
        { ...about, day: '2026-12-18', at: 6 * 60 + 45, kind: 'withdraw-acceptance' },
        { ...about, day: '2026-12-18', at: 6 * 60 + 50, kind: 'return' },
      ];
    case 'I.12':
      return [];
    case 'IV.2':
      return [
        { ...about, day: '2026-09-25', at: 10 * 60, kind: 'extend', due: '2026-10-31' },
        ...onceActs(row, units, row.done ?? '', row.recorded ?? ''),
      ];
    case 'V.4':
      return [
        {
          ...about,
          day: '2026-06-22',
          at: 9 * 60,
          kind: 'report',
          workDay: '2026-06-18',
          complete: true,
          percent: 100,
        },
        { ...about, day: '2026-06-24', at: 14 * 60, kind: 'return' },
        {
          ...about,
          day: '2026-06-29',
          at: 9 * 60,
          kind: 'report',
          attempt: 1,
          workDay: '2026-06-18',
          complete: true,
          percent: 100,
        },
        { ...about, day: '2026-07-01', at: 14 * 60, kind: 'accept', attempt: 1 },
      ];
    case 'VI.2':
      return [
        ...onceActs(row, units, row.done ?? '', row.recorded ?? ''),
        { ...about, day: '2026-12-16', at: 10 * 60, kind: 'correct', workDay: '2026-04-09', by: 'first' },
        { ...about, day: '2026-12-16', at: 15 * 60, kind: 'accept', by: 'second' },
      ];
    case 'VI.4':
      return [
        {
          ...about,
          day: '2026-05-05',
          at: 9 * 60,
          kind: 'report',
          workDay: '2026-05-05',
          complete: false,
          percent: 35,
        },
        { ...about, day: '2026-05-05', at: 15 * 60, kind: 'accept' },
        {
          ...about,
          day: '2026-11-05',
          at: 9 * 60,
          kind: 'report',
          attempt: 1,
          workDay: '2026-11-05',
          complete: false,
          percent: 80,
        },
        { ...about, day: '2026-11-05', at: 15 * 60, kind: 'accept', attempt: 1 },
      ];
    default:
      return undefined;
  }
};

/** Everything that happens to the rows in the year, in order; `units` gives how many obligations a row has. */
export const actsOf = (rows: readonly SampleRow[], units: ReadonlyMap<string, number>): readonly Act[] =>
  rows
    .flatMap((row) => {
      const count = units.get(row.code) ?? 0;
      const told = stories(row, count);
      if (told) return told;
      if (!row.done || !row.recorded) return [];
      return row.cycle === 'once'
        ? onceActs(row, count, row.done, row.recorded)
        : recurringActs(row, count, row.recorded);
    })
    .map((act, index) => ({ act, index }))
    .sort((a, b) => (a.act.day < b.act.day ? -1 : a.act.day > b.act.day ? 1 : a.act.at - b.act.at || a.index - b.index))
    .map(({ act }) => act);
