import { Injectable } from '@nestjs/common';
import { plusDays, type Day } from '#kernel';
import { PlanQuery, type PlanActItem } from '#modules/plan';
import { EntryQuery } from '#modules/task';
import { isBehind } from '#platform/event-store';
import {
  keeps,
  ProgressQuery,
  ROW_FILTERS,
  type Clocks,
  type PeriodState,
  type PlanFacts,
  type RowState,
} from './progress.query.js';

/** The counts between which two questions differ; every numerator and denominator of the figures is one of them. */
export const COMPARED = [
  'tasks',
  'completed',
  'carriedOut',
  'started',
  'due',
  'completedOfDue',
  'dueInYear',
  'completedOfYear',
  'planned',
  'overdue',
  'overdueAwaiting',
  'awaiting',
  'dueSoon',
  'noDueDate',
  'suspended',
  'periodsOverdue',
  'late',
  'lateAgainstOriginal',
  'periodsLate',
] as const;

/** How counts change; those that stay are left out. */
export type Change = Partial<Record<(typeof COMPARED)[number], number>>;

/** One reason of the difference: a day that came, or what was recorded at one position of the log. */
export type Contribution = {
  readonly task: string;
  readonly change: Change;
  /** What happened to the plan as a document and to this row by it: recorded there, or in force from that day. */
  readonly act?: PlanActItem;
} & ({ readonly kind: 'day'; readonly day: Day } | { readonly kind: 'entry'; readonly at: string });
/** The rows of two questions, those on the day of the second by the log of the first, and what makes the difference. */
type Compared = {
  readonly before: readonly RowState[];
  readonly between: readonly RowState[];
  readonly after: readonly RowState[];
  readonly contributions: readonly Contribution[];
};
type Recorded = Extract<Contribution, { readonly kind: 'entry' }>;
type Dated = Extract<Contribution, { readonly kind: 'day' }>;

type Counted = ReadonlySet<string>;

const counted = (row: RowState | undefined, on: Day, year: number): Counted => {
  if (!row) return new Set();
  const names = new Set<string>(['tasks']);
  for (const filter of ROW_FILTERS) if (keeps(filter, row, on, year)) names.add(filter);
  if (row.due?.startsWith(`${year}-`)) names.add('dueInYear');
  return names;
};

const countedRows = (rows: readonly RowState[], on: Day, year: number): ReadonlyMap<string, Counted> =>
  new Map(rows.map((row) => [row.task, counted(row, on, year)]));

const changeOf = (before: Counted, after: Counted): Change =>
  Object.fromEntries(
    COMPARED.flatMap((name) => {
      const difference = Number(after.has(name)) - Number(before.has(name));
      return difference === 0 ? [] : [[name, difference]];
    }),
  );

const isNothing = (change: Change): boolean => Object.keys(change).length === 0;

/** Adds changes up. */
export const sumOf = (changes: Iterable<Change>): Change => {
  const sum: Record<string, number> = {};
  for (const change of changes) {
    for (const [name, by] of Object.entries(change)) sum[name] = (sum[name] ?? 0) + by;
  }
  return Object.fromEntries(Object.entries(sum).filter(([, by]) => by !== 0));
};

/** What happens to a plan from a day of effect on; all else counts from where it is recorded, or changes no figure. */
const OF_A_DAY: ReadonlySet<string> = new Set([
  'PlanPromulgated',
  'PlanAmended',
  'RuleSetApplied',
  'ObligationTransferred',
  'ObligationEnded',
]);

/** The acts of a day that are recorded by a position and not taken back by then, the last one first. */
const standingAt = (acts: readonly PlanActItem[], upTo: string): readonly PlanActItem[] => {
  const recorded = acts.filter(({ at }) => !isBehind(upTo, at));
  const withdrawn = new Set(recorded.flatMap(({ type, data }) => (type === 'PlanActWithdrawn' ? [data['act']] : [])));
  return recorded
    .slice(recorded.findLastIndex(({ type }) => type === 'PromulgationWithdrawn') + 1)
    .filter(({ type, data }) => OF_A_DAY.has(type) && !withdrawn.has(data['entry']))
    .toReversed();
};

/** The counts that follow from which periods have fallen due. */
const OF_PERIODS = ['carriedOut', 'periodsOverdue', 'periodsLate'] as const;

/** Asks of each day once. */
const onceADay = <Answer>(ask: (day: Day) => Promise<Answer>): ((day: Day) => Promise<Answer>) => {
  const answers = new Map<Day, Promise<Answer>>();
  return (day) => {
    const answer = answers.get(day) ?? ask(day);
    answers.set(day, answer);
    return answer;
  };
};

/** How many rows are looked at side by side: each waits for the database, step after step. */
const AT_ONCE = 4;

/** Asks of all items, some at a time; answers in their order. */
const eachOf = async <Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> => {
  const answers: Answer[] = [];
  const rest = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) answers[next[0]] = await ask(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
};

/**
 * Where something changes along a line of points, as steps that add up to the whole: between two points that say the
 * same nothing is looked for, because whatever happened there took itself back.
 */
const stepsOf = async (
  points: number,
  at: (point: number) => Promise<Counted>,
): Promise<readonly { readonly point: number; readonly change: Change }[]> => {
  const steps: { point: number; change: Change }[] = [];
  const walk = async (first: number, last: number, before: Counted, after: Counted): Promise<void> => {
    const change = changeOf(before, after);
    if (isNothing(change)) return;
    if (last - first === 1) {
      steps.push({ point: last, change });
      return;
    }
    const middle = (first + last) >> 1;
    const between = await at(middle);
    await walk(first, middle, before, between);
    await walk(middle, last, between, after);
  };
  if (points > 1) await walk(0, points - 1, await at(0), await at(points - 1));
  return steps;
};

/**
 * What makes two figures of a plan differ: first the days that lie between them, by what was recorded for the first
 * question; then, on the day of the second, what was recorded between them, entry by entry. The changes add up exactly
 * to the difference, whichever way the questions lie.
 */
@Injectable()
export class Comparisons {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly entries: EntryQuery,
    private readonly plans: PlanQuery,
  ) {}

  async between(plan: PlanFacts, from: Clocks, to: Clocks): Promise<Compared> {
    const turned: Clocks = { ...from, on: to.on };
    const [before, between, after] = await Promise.all([
      this.progress.rows(plan.id, from),
      this.progress.rows(plan.id, turned),
      this.progress.rows(plan.id, to),
    ]);
    const middle = countedRows(between, to.on, plan.year);
    const differing = (one: ReadonlyMap<string, Counted>, other: ReadonlyMap<string, Counted>): string[] =>
      [...new Set([...one.keys(), ...other.keys()])].filter(
        (task) => !isNothing(changeOf(one.get(task) ?? new Set(), other.get(task) ?? new Set())),
      );
    const acts = await this.actsOf(plan.id);
    const contributions: Contribution[] = [];
    const moved = differing(countedRows(before, from.on, plan.year), middle);
    if (moved.length > 0) contributions.push(...(await this.byDays(plan, moved, from, to.on, acts)));
    const told = differing(middle, countedRows(after, to.on, plan.year));
    if (told.length > 0) contributions.push(...(await this.byEntries(plan, told, turned, to, acts)));
    return { before, between, after, contributions };
  }

  private async byDays(
    plan: PlanFacts,
    tasks: readonly string[],
    { on: first, upTo }: Clocks,
    last: Day,
    acts: readonly PlanActItem[],
  ): Promise<readonly Contribution[]> {
    const days = [first];
    const step = first < last ? 1 : -1;
    for (let day = first; day !== last;) days.push((day = plusDays(day, step)));
    const found: Dated[] = [];
    // All rows are looked at together.
    const on = onceADay(async (day) =>
      countedRows(await this.progress.someRows(plan.id, tasks, { on: day, upTo }), day, plan.year),
    );
    for (const task of tasks) {
      const steps = await stepsOf(days.length, async (point) => (await on(days[point] ?? last)).get(task) ?? new Set());
      for (const { point, change } of steps) {
        // Back in time it is the day that is left that had made the difference.
        const day = (step > 0 ? days[point] : days[point - 1]) ?? last;
        found.push({ kind: 'day', task, day, change });
      }
    }
    const decisive = new Set(found.map(({ day }) => day));
    const named = await eachOf(
      standingAt(acts, upTo).filter((act) => decisive.has(act.on)),
      async (act) => ({ act, rows: await this.rowsOf(plan.id, act) }),
    );
    const owed = onceADay(async (day) => {
      const obligations = await this.progress.obligations(plan.id, { on: day, upTo });
      return new Map(obligations.map(({ task, obligation }) => [task, obligation]));
    });
    const explained = await eachOf(found, async (one): Promise<Dated> => {
      const ofDay = named.filter(({ act }) => act.on === one.day);
      const act =
        ofDay.find(({ rows }) => rows.has(one.task))?.act ?? (await this.ofAll(plan.id, one, { upTo, owed }, ofDay));
      return act ? { ...one, act } : one;
    });
    return explained.toSorted((a, b) => (a.day < b.day ? -step : step));
  }

  /** The rows of which an act says something: those with an entry of it. */
  private async rowsOf(plan: string, { at, data }: PlanActItem): Promise<ReadonlySet<string>> {
    if (typeof data['row'] === 'string') return new Set([data['row']]);
    const said = await this.entries.positions(plan, String(BigInt(at) - 1n), at);
    return new Set(said.map(({ task }) => task));
  }

  /** Of some acts of a day the one that changes a row without naming it: it brings all rows, or moves their periods. */
  private async ofAll(
    plan: string,
    { task, day, change }: Dated,
    { upTo, owed }: { readonly upTo: string; readonly owed: (day: Day) => Promise<ReadonlyMap<string, string>> },
    acts: readonly { readonly act: PlanActItem }[],
  ): Promise<PlanActItem | undefined> {
    const periods = acts.find(({ act }) => act.type === 'RuleSetApplied' && act.data['periods']);
    const concerns = periods && OF_PERIODS.some((name) => change[name]);
    // All who owe a row owe it in the same periods.
    const obligation = concerns ? (await owed(plusDays(day, -1))).get(task) : undefined;
    const isMoved = obligation !== undefined && (await this.moves(plan, obligation, day, upTo));
    return (isMoved ? periods : acts.find(({ act }) => act.type === 'PlanPromulgated'))?.act;
  }

  /** Whether a period has fallen due by the days that are in force from a day on and not by those before, or conversely. */
  private async moves(plan: string, obligation: string, day: Day, upTo: string): Promise<boolean> {
    const [before, after] = await Promise.all(
      [plusDays(day, -1), day].map((on) => this.progress.periods(plan, obligation, { on, upTo })),
    );
    const fallen = (periods: readonly PeriodState[] = []): readonly number[] =>
      periods.flatMap(({ period, due }) => (due !== null && due < day ? [period] : []));
    return fallen(before).join() !== fallen(after).join();
  }

  private async byEntries(
    plan: PlanFacts,
    tasks: readonly string[],
    from: Clocks,
    to: Clocks,
    acts: readonly PlanActItem[],
  ): Promise<readonly Contribution[]> {
    const forward = isBehind(from.upTo, to.upTo);
    const [low, high] = forward ? [from.upTo, to.upTo] : [to.upTo, from.upTo];
    const said = await this.entries.positions(plan.id, low, high);
    const ofPlan = acts.map(({ at }) => at).filter((at) => isBehind(low, at) && !isBehind(high, at));
    const stepsOfTask = async (task: string): Promise<readonly Recorded[]> => {
      const own = said.filter((one) => one.task === task).map(({ at }) => at);
      const positions = [...new Set([...own, ...ofPlan])].sort((a, b) => (isBehind(a, b) ? -1 : 1));
      const points = forward ? [low, ...positions] : [...positions.toReversed(), low];
      const steps = await stepsOf(points.length, async (point) => {
        const [row] = await this.progress.someRows(plan.id, [task], { on: to.on, upTo: points[point] ?? low });
        return counted(row, to.on, plan.year);
      });
      return steps.map(({ point, change }): Recorded => {
        const at = (forward ? points[point] : points[point - 1]) ?? low;
        const act = acts.find((one) => one.at === at);
        return { kind: 'entry', task, at, change, ...(act ? { act } : {}) };
      });
    };
    const found = await eachOf(tasks, stepsOfTask);
    const order = (a: Recorded, b: Recorded): number => (isBehind(a.at, b.at) ? -1 : isBehind(b.at, a.at) ? 1 : 0);
    return found.flat().sort((a, b) => (forward ? order(a, b) : order(b, a)));
  }

  private async actsOf(plan: string): Promise<readonly PlanActItem[]> {
    const acts: PlanActItem[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await this.plans.acts(plan, { cursor, limit: 200 });
      acts.push(...page.items);
      if (page.next === null) return acts;
      cursor = page.next;
    }
  }
}
