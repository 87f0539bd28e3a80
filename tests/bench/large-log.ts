import canonicalize from 'canonicalize';
import { plusDays, startOf, weekday, type Day } from '#kernel';
import { freshId, idOf } from '#platform/commands';
import type { EventStore, NewEvent } from '#platform/event-store';

/** What the loader made: a year of many plans, each of one unit, and what was done on them day by day. */
export type LargeLog = {
  readonly plans: readonly string[];
  readonly units: readonly string[];
  readonly tasks: number;
  readonly events: number;
  /** The first and the last day on which something was recorded. */
  readonly first: Day;
  readonly last: Day;
};

const ROWS = 70;
const YEAR = 2026;
const [PROMULGATED, LAST]: [Day, Day] = ['2025-12-22', '2026-12-18'];
/** So many appends are under way at once. */
const TOGETHER = 2_000;

/** 0 (inclusive) to 1, always the same for the same seed: what happens to a task follows from its number. */
const chanceOf = (seed: number): (() => number) => {
  let state = (seed + 1) * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Days as numbers from the promulgation on; nothing is recorded on a Saturday or Sunday. */
const DAYS = Array.from({ length: 500 }, (_, number) => plusDays(PROMULGATED, number));
const NUMBERS = new Map(DAYS.map((day, number) => [day, number]));
const dayAt = (number: number): Day => DAYS[number] ?? LAST;
const numberOf = (day: Day): number => NUMBERS.get(day) ?? 0;
const FREE = DAYS.map((day) => weekday(day) % 6 === 0);
const workday = (number: number): number => {
  let day = Math.max(1, number);
  while (FREE[day]) day += 1;
  return day;
};

type Cycle = 'once' | 'quarterly' | 'monthly';
type PeriodDays = { readonly period: number; readonly cutoff: Day | null; readonly due: Day | null };
const periodsOf = (months: readonly number[]): readonly PeriodDays[] =>
  months.map((month, index) => {
    const of = `${YEAR}-${String(month).padStart(2, '0')}`;
    return { period: index + 1, cutoff: `${of}-14`, due: `${of}-20` };
  });
const PERIODS: Readonly<Record<Cycle, readonly PeriodDays[]>> = {
  once: [{ period: 1, cutoff: null, due: null }],
  quarterly: periodsOf([3, 6, 9, 12]),
  monthly: periodsOf(Array.from({ length: 12 }, (_, index) => index + 1)),
};
const FIELDS = ['CDDH', 'TCHC', 'TTHC', 'TCBM', 'CCCV', 'TCC', 'CDS'];

/** How a task is owed; follows from its number. */
const termsOf = (task: number): { readonly cycle: Cycle; readonly due: number; readonly owers: number } => {
  const chance = chanceOf(task);
  const kind = chance();
  const cycle = kind < 0.5 ? 'once' : kind < 0.94 ? 'quarterly' : 'monthly';
  const due = numberOf(`${YEAR}-03-01`) + Math.floor(chance() * 300);
  return { cycle, due: cycle === 'once' ? due : numberOf(`${YEAR}-12-31`), owers: chance() < 0.1 ? 2 : 1 };
};

type Act =
  | {
      readonly kind: 'report';
      readonly day: number;
      readonly work: number;
      readonly period: number;
      readonly complete: boolean;
    }
  | { readonly kind: 'acceptance' | 'return'; readonly day: number; readonly report: number };

/** What is done on one obligation, in the order of recording; nothing is recorded behind the last day. */
const actsOf = (task: number, ower: number): readonly Act[] => {
  const { cycle, due } = termsOf(task);
  const chance = chanceOf(1_000_000 + 2 * task + ower);
  const acts: Act[] = [];
  let today = 1;
  let reports = 0;
  const told = (about: number, period: number, complete: boolean): void => {
    const work = Math.max(about, today);
    today = workday(work + Math.floor(chance() * 3));
    acts.push({ kind: 'report', day: today, work: Math.min(work, today), period, complete });
    const report = (reports += 1) - 1;
    const isReturned = complete && chance() < 0.08;
    // Half of what comes in is dealt with on the same day.
    today = workday(today + (chance() < 0.5 ? 0 : 1 + Math.floor(chance() * 5)));
    acts.push({ kind: isReturned ? 'return' : 'acceptance', day: today, report });
    if (isReturned) told(today + 1 + Math.floor(chance() * 4), period, complete);
  };
  if (cycle === 'once') {
    const progress = 2 + Math.floor(chance() * 2);
    for (let index = 1; index <= progress; index += 1) told(Math.floor((due * index) / (progress + 1)), 1, false);
    if (chance() < 0.94) told(due - 40 + Math.floor(chance() * 50), 1, true);
  } else {
    for (const { period, cutoff } of PERIODS[cycle]) {
      if (cutoff !== null && chance() < 0.98) told(numberOf(cutoff) + Math.floor(chance() * 8), period, true);
    }
  }
  return acts;
};

/** UUIDs that say of what they are: a name and three numbers. */
const named = (what: number, task: number, ower: number, index: number): string =>
  `${what.toString(16).padStart(8, '0')}-0000-5000-8000-${task.toString(16).padStart(7, '0')}${ower}${index.toString(16).padStart(4, '0')}`;

const actor = freshId();
const eventOf = (id: string, type: string, on: Day, data: string): NewEvent => ({
  id,
  type,
  schema: 1,
  on,
  actor,
  command: id,
  correlation: id,
  causation: id,
  data,
});

const documentOf = (day: Day): string => `{"date":"${day}","kind":"Công văn","number":"0085/UBND-NC"}`;
const REASON = `{"hash":"${'95a80b24'.repeat(8)}","id":"efc9f801-bca5-5a88-9a56-c33fb3aad248"}`;

/** Does all of it, in no order; as soon as one is done another one is begun, so that nobody waits for the slowest. */
const together = async (works: readonly (() => Promise<unknown>)[]): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let work = works[next++]; work; work = works[next++]) await work();
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
};

/**
 * Records a year of so many plans of 70 rows, day by day through the append path; `clock` says what day it is. Half of
 * the rows are one-off, the others are owed quarterly or monthly; some reports are returned and reported again, some rows
 * extended; a row has some ten events.
 */
export const fillLarge = async (
  store: EventStore,
  clock: (instant: string) => void,
  plans: number,
): Promise<LargeLog> => {
  const units = Array.from({ length: plans }, (_, index) => idOf('bench', 'unit', index));
  const ids = units.map((unit) => idOf('bench', 'plan', unit));
  const tasks = plans * ROWS;
  const taskIds = Array.from({ length: tasks }, (_, task) => idOf('bench', 'task', task));
  const ower = (task: number, which: number): string =>
    units[(Math.floor(task / ROWS) + which * (1 + (task % 7))) % plans] ?? '';
  let events = 0;

  clock(startOf(PROMULGATED));
  for (let from = 0; from < plans; from += 8) {
    await Promise.all(
      ids.slice(from, from + 8).map((plan, index) => {
        const number = from + index;
        const own = Array.from({ length: ROWS }, (_, row) => number * ROWS + row);
        const append = [
          eventOf(
            freshId(),
            'PlanDrafted',
            PROMULGATED,
            canonicalize({
              unit: units[number],
              year: YEAR,
              kind: 'cchc',
              sequence: 1,
              code: `CCHC-${YEAR}-${number}`,
              title: `Kế hoạch CCHC năm ${YEAR} số ${number}`,
              fieldSet: '2021',
              ruleSet: '2021',
              headline: 'completed',
            }) ?? '',
          ),
          ...own.map((task, row) => {
            const { cycle, due } = termsOf(task);
            return eventOf(
              freshId(),
              'RowAdded',
              PROMULGATED,
              canonicalize({
                row: taskIds[task],
                rank: row + 1,
                content: {
                  field: FIELDS[row % FIELDS.length],
                  code: `${(row % FIELDS.length) + 1}.${row + 1}`,
                  title: `Nhiệm vụ số ${row + 1} của kế hoạch cải cách hành chính`,
                  deliverable: 'Báo cáo kết quả thực hiện',
                  leads: [],
                  leadsText: 'Văn phòng',
                  coordinatingText: 'Các đơn vị liên quan',
                  deadline: cycle === 'once' ? dayAt(due) : cycle === 'quarterly' ? 'Hằng quý' : 'Hằng tháng',
                  due: dayAt(due),
                  rule: cycle === 'once' ? 'day' : `recurring-${cycle}`,
                  cycle,
                  milestones: [],
                  funding: '',
                  note: '',
                  mode: { kind: 'all' },
                },
              }) ?? '',
            );
          }),
          eventOf(
            freshId(),
            'PlanPromulgated',
            `${YEAR}-01-01`,
            canonicalize({
              document: { kind: 'Kế hoạch', number: `${number}/KH-UBND`, date: PROMULGATED },
              effect: `${YEAR}-01-01`,
              obliged: own.map((task) => ({
                units: Array.from({ length: termsOf(task).owers }, (_, which) => ower(task, which)),
                rows: [taskIds[task]],
              })),
              periods: PERIODS,
            }) ?? '',
          ),
        ];
        events += append.length;
        return store.append(`plan-${plan}`, append, -1);
      }),
    );
  }

  // For each day, what begins on it: task, ower and the number of the first act, in one number.
  const agenda: number[][] = DAYS.map(() => []);
  for (let task = 0; task < tasks; task += 1) {
    for (let which = 0; which < termsOf(task).owers; which += 1) {
      let before = -1;
      for (const [index, { day }] of actsOf(task, which).entries()) {
        if (day !== before) agenda[day]?.push((task * 2 + which) * 64 + index);
        before = day;
      }
    }
  }
  const extended: number[][] = DAYS.map(() => []);
  for (let task = 0; task < tasks; task += 1) {
    const { cycle, due } = termsOf(task);
    if (cycle === 'once' && task % 12 === 0) extended[workday(due - 14)]?.push(task);
  }
  const obligationIds: string[] = [];
  const obligationOf = (task: number, which: number): string =>
    (obligationIds[task * 2 + which] ??= idOf(taskIds[task] ?? '', ower(task, which)));

  const act = (task: number, which: number, index: number, one: Act): NewEvent => {
    const id = named(0xe, task, which, index);
    const reportId = (report: number): string => named(0xa, task, which, report);
    const today = dayAt(one.day);
    if (one.kind === 'report') {
      const evidence = `{"date":"${today}","entry":"${named(0xc, task, which, index)}","kind":"Báo cáo","number":"${task % 900}/BC-UBND"}`;
      const report = reportId(
        actsOf(task, which)
          .slice(0, index)
          .filter(({ kind }) => kind === 'report').length,
      );
      return eventOf(
        id,
        'WorkReported',
        dayAt(one.work),
        `{"complete":${one.complete},"entry":"${report}","evidence":[${evidence}],"percent":${one.complete ? 100 : 40},` +
          `"period":${one.period},"plan":"${ids[Math.floor(task / ROWS)] ?? ''}","task":"${taskIds[task] ?? ''}",` +
          `"unit":"${ower(task, which)}"}`,
      );
    }
    const head = `{"entry":"${named(0xb, task, which, index)}"`;
    return one.kind === 'acceptance'
      ? eventOf(id, 'ReportAccepted', today, `${head},"ownUnit":false,"report":"${reportId(one.report)}","version":0}`)
      : eventOf(
          id,
          'ReportReturned',
          today,
          `${head},"reason":${REASON},"report":"${reportId(one.report)}","version":0}`,
        );
  };

  for (let day = 1; day <= numberOf(LAST); day += 1) {
    const today = dayAt(day);
    clock(new Date(Date.parse(startOf(today)) + 9 * 3_600_000).toISOString());
    const appends: (() => Promise<unknown>)[] = (agenda[day] ?? []).map((packed) => () => {
      const [subject, first] = [Math.floor(packed / 64), packed % 64];
      const [task, which] = [Math.floor(subject / 2), subject % 2];
      const acts = actsOf(task, which);
      const now: NewEvent[] = [];
      for (let index = first; acts[index]?.day === day; index += 1)
        now.push(act(task, which, index, acts[index] as Act));
      events += now.length;
      return store.append(`obligation-${obligationOf(task, which)}`, now, first - 1);
    });
    for (const task of extended[day] ?? []) {
      const { due } = termsOf(task);
      events += 1;
      appends.push(() =>
        store.append(
          `task-${taskIds[task] ?? ''}`,
          [
            eventOf(
              named(0xf, task, 0, 0),
              'TaskExtended',
              today,
              `{"afterDue":false,"before":"${dayAt(due)}","document":${documentOf(today)},"due":"${dayAt(due + 31)}",` +
                `"entry":"${named(0xd, task, 0, 0)}","plan":"${ids[Math.floor(task / ROWS)] ?? ''}"}`,
            ),
          ],
          -1,
        ),
      );
    }
    await together(appends);
  }
  return { plans: ids, units, tasks, events, first: PROMULGATED, last: LAST };
};
