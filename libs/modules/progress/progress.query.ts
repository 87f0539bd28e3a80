import { Injectable } from '@nestjs/common';
import { countingOn, existingDay, matches, OPEN, plusDays, ratio, refusal, type Day, type Ratio } from '#kernel';
import { Clock } from '#platform/clock';
import { Database } from '#platform/database';
import { keyOf, pageOf, type Page } from '#platform/http';
import { Projector } from '#platform/projector';
import {
  obligationPeriods,
  obligationStates,
  obligationStatesWith,
  rowStates,
  rowStatesWith,
  statesOfRows,
} from './progress-states.query.js';
import {
  countOf,
  countsOfStates,
  groupedStates,
  hopedFor,
  quarterNameOf,
  RowCounts,
  type StateCount,
} from './row-counts.query.js';
import { STATE } from './row-state.judgement.js';

/** The question's two clocks, as asked. */
export type Asked = { readonly on?: string | undefined; readonly recorded?: string | undefined };

/** The question's two clocks, answered: days, and the position up to which the log counts. */
export type Clocks = {
  readonly on: Day;
  readonly recorded: Day;
  /** Digits; the last position recorded by the end of that day. */
  readonly upTo: string;
  readonly position: string;
  readonly stale: boolean;
};

/** A row at (D, R) as the figures see it. */
export type RowState = {
  readonly task: string;
  readonly ordinal: number;
  readonly field: string;
  readonly code: string;
  readonly title: string;
  readonly deliverable: string;
  readonly leads: string;
  readonly coordinating: string;
  readonly deadline: string;
  readonly cycle: string;
  readonly mode: string;
  readonly searched: string;
  readonly due: string | null;
  readonly originalDue: string | null;
  readonly workDay: string | null;
  readonly owed: number;
  readonly met: number;
  readonly completed: boolean;
  readonly maintained: boolean;
  readonly started: boolean;
  readonly overdue: boolean;
  readonly dueSoon: boolean;
  readonly awaiting: boolean;
  readonly suspended: boolean;
  readonly late: boolean;
  readonly lateAgainstOriginal: boolean;
  readonly periodsOverdue: boolean;
  readonly periodsLate: boolean;
  readonly claimed: boolean;
  readonly evidenced: boolean;
  readonly selfAccepted: boolean;
};

/** An obligation at (D, R). */
export type ObligationState = {
  readonly obligation: string;
  readonly task: string;
  readonly ordinal: number;
  readonly code: string;
  readonly title: string;
  readonly unit: string;
  readonly cycle: string;
  readonly due: string | null;
  readonly workDay: string | null;
  /** Periods owed and accepted. */
  readonly owed: number;
  readonly met: number;
  readonly completed: boolean;
  readonly started: boolean;
  readonly upToDate: boolean;
  readonly waiting: boolean;
  readonly overdue: boolean;
  readonly suspended: boolean;
};

/** How far a row or an obligation counts no more at (D, R): from `left` on, null while it counts. */
export type Leaving = {
  readonly left: Day | null;
  readonly leftBecause: 'ended' | 'removed' | 'cancelled' | null;
  /** False when it left with the first day on which it would have counted: it never did. */
  readonly counted: boolean;
};

/** One period of an obligation. */
export type PeriodState = {
  readonly period: number;
  readonly cutoff: string | null;
  readonly due: string | null;
  readonly workDay: string | null;
  readonly acceptance: string | null;
  readonly report: string | null;
  /** The obligation on which it was made and is accepted or returned, where that is another one, which was handed on. */
  readonly reportOf: string | null;
  readonly state: 'accepted' | 'waiting' | 'returned' | 'in-progress' | 'nothing';
};

/** The counts of a set of rows, each named as `counting.md` section 6 names it. */
export type Counts = {
  readonly completed: Ratio;
  readonly carriedOut: Ratio;
  readonly started: Ratio;
  readonly completedOfDue: Ratio;
  readonly completedOfYear: Ratio;
  readonly planned: number;
  readonly overdue: number;
  readonly overdueAwaiting: number;
  readonly awaiting: number;
  readonly dueSoon: number;
  readonly noDueDate: number;
  readonly suspended: number;
  readonly periodsOverdue: number;
  readonly late: number;
  readonly lateAgainstOriginal: number;
  readonly periodsLate: number;
};

/** A plan as figures name it. */
export type PlanFacts = {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly year: number;
  readonly unit: string;
  readonly fieldSet: string;
  readonly headline: 'completed' | 'carriedOut' | 'started';
};

/** A row's states as filters name them; `open` is what is not completed. */
export const ROW_FILTERS = [
  'completed',
  'maintained',
  'carriedOut',
  'started',
  'notStarted',
  'inProgress',
  'open',
  'due',
  'completedOfDue',
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

export type RowFilter = (typeof ROW_FILTERS)[number];

/** Which rows are asked for; `quarter` is that of the due date, `2026-Q3` or `none`. */
export type RowsAsked = {
  readonly state?: RowFilter | undefined;
  readonly field?: string | undefined;
  readonly unit?: string | undefined;
  readonly quarter?: string | undefined;
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** Names sort as Vietnamese dictionaries do. */
const vietnamese = new Intl.Collator('vi');

const endOf = (year: number): Day => `${year}-12-31`;
const inYear = (due: string | null, year: number): boolean => due !== null && due.startsWith(`${year}-`);
const within = (due: string | null, day: Day): boolean => due !== null && due <= day;

/** What each filter keeps; the figures count with the very same conditions, so that every figure opens to its rows. */
const KEEPS: Readonly<Record<RowFilter, (row: RowState, on: Day, year: number) => boolean>> = {
  completed: (row) => row.completed,
  maintained: (row) => row.maintained,
  carriedOut: (row) => row.completed || row.maintained,
  started: (row) => row.started,
  notStarted: (row) => !row.started,
  inProgress: (row) => row.started && !row.completed && !row.maintained,
  open: (row) => !row.completed,
  due: (row, on) => within(row.due, on),
  completedOfDue: (row, on) => row.completed && within(row.due, on),
  completedOfYear: (row, _, year) => row.completed && inYear(row.due, year),
  planned: (row, on) => within(row.originalDue, on),
  overdue: (row) => row.overdue,
  overdueAwaiting: (row) => row.overdue && row.awaiting,
  awaiting: (row) => row.awaiting,
  dueSoon: (row) => row.dueSoon,
  noDueDate: (row) => row.due === null,
  suspended: (row) => row.suspended,
  periodsOverdue: (row) => row.periodsOverdue,
  late: (row) => row.late,
  lateAgainstOriginal: (row) => row.lateAgainstOriginal,
  periodsLate: (row) => row.periodsLate,
};

/** Whether a row is kept by a filter. */
export const keeps = (filter: RowFilter, row: RowState, on: Day, year: number): boolean => KEEPS[filter](row, on, year);

/** Counts rows as `counting.md` section 6 says. */
export const countsOf = (rows: readonly RowState[], on: Day, year: number): Counts => {
  const count = (filter: RowFilter): number => rows.filter((row) => keeps(filter, row, on, year)).length;
  const all = rows.length;
  return {
    completed: ratio(count('completed'), all, 'tasks'),
    carriedOut: ratio(count('carriedOut'), all, 'tasks'),
    started: ratio(count('started'), all, 'tasks'),
    completedOfDue: ratio(count('completedOfDue'), count('due'), 'tasks-due'),
    completedOfYear: ratio(
      count('completedOfYear'),
      rows.filter((row) => inYear(row.due, year)).length,
      'tasks-due-in-year',
    ),
    planned: count('planned'),
    overdue: count('overdue'),
    overdueAwaiting: count('overdueAwaiting'),
    awaiting: count('awaiting'),
    dueSoon: count('dueSoon'),
    noDueDate: count('noDueDate'),
    suspended: count('suspended'),
    periodsOverdue: count('periodsOverdue'),
    late: count('late'),
    lateAgainstOriginal: count('lateAgainstOriginal'),
    periodsLate: count('periodsLate'),
  };
};

/** What rows make together at (D, R), of one plan or of many. */
export type Summary = Counts & {
  readonly on: Day;
  readonly recorded: Day;
  readonly position: string;
  readonly stale: boolean;
  /** True when D lies ahead of today: the answer holds if nothing more happens. */
  readonly ahead: boolean;
  readonly forecast: {
    readonly low: number;
    readonly high: number;
    readonly until: Day;
    readonly atRisk: number;
  } | null;
  readonly grades: {
    readonly claimed: number;
    readonly evidenced: number;
    readonly accepted: number;
    /** Null until inspections can contradict. */
    readonly contradicted: number | null;
  };
  readonly byField: readonly (Counts & { readonly code: string })[];
  readonly byQuarter: readonly (Counts & { readonly quarter: string })[];
};

/** The figures of a plan at (D, R), before names of units and fields are put in. */
export type Figures = Summary & {
  readonly plan: PlanFacts;
  readonly status: 'in-force' | 'not-in-force';
  readonly headline: Ratio & { readonly name: PlanFacts['headline'] };
  readonly byUnit: readonly {
    readonly unit: string;
    readonly completed: Ratio;
    readonly carriedOut: Ratio;
    readonly started: Ratio;
    readonly completedOfDue: Ratio;
    readonly overdue: number;
    readonly awaiting: number;
  }[];
};

/** That a row stands in the annex, is not cancelled, or is owed by a unit, from a day on; or that it is no more so. */
type HoldingFact = {
  readonly what: 'task' | 'cancelled' | 'obligation';
  readonly on: Day;
  readonly holds: boolean;
};

/** What each of them means where it does not hold; of several, what no reopening of the row brings back is told first. */
const LEFT_BECAUSE = [
  ['obligation', 'ended'],
  ['task', 'removed'],
  ['cancelled', 'cancelled'],
] as const;

/** How something left, by its facts up to a day in the order of recording; undefined when it has not begun by then. */
const leavingOf = (kind: 'task' | 'obligation', facts: readonly HoldingFact[]): Leaving | undefined => {
  const holdsOn = (asked: HoldingFact['what'], day: Day): boolean =>
    countingOn(
      facts.filter(({ what }) => what === asked),
      day,
    )?.holds ?? asked === 'cancelled';
  const needed = LEFT_BECAUSE.filter(([what]) => kind === 'obligation' || what !== 'obligation');
  const days = [...new Set(facts.map(({ on }) => on))].sort();
  const counts = days.map((day) => needed.every(([what]) => holdsOn(what, day)));
  const last = counts.lastIndexOf(true);
  const [first] = facts.flatMap(({ what, holds, on }) => (what === kind && holds ? [on] : [])).sort();
  if (first === undefined) return undefined;
  if (last === days.length - 1) return { left: null, leftBecause: null, counted: true };
  const left = (last < 0 ? undefined : days[last + 1]) ?? first;
  const because = needed.find(([what]) => !holdsOn(what, left));
  return { left, leftBecause: because?.[1] ?? null, counted: last >= 0 };
};

/** Figures, and the rows and obligations behind them, at any (on, recorded). */
@Injectable()
export class ProgressQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
    private readonly clock: Clock,
    private readonly counts: RowCounts,
  ) {}

  /** The plan of an id or of a code. */
  async plan(idOrCode: string): Promise<PlanFacts> {
    const { rows } = await this.database.pool.query<PlanFacts>(
      `select plan as id, code, title, year, unit, "fieldSet", headline
       from view_progress.plan where plan::text = $1 or code = $1
       order by (plan::text = $1) desc, promulgations > 0 desc, plan limit 1`,
      [idOrCode],
    );
    const plan = rows[0];
    if (!plan) throw refusal('absent', 'plan.absent');
    return plan;
  }

  /** The plan that holds a row or an obligation. */
  async planOf(kind: 'task' | 'obligation', id: string): Promise<PlanFacts> {
    const { rows } = await this.database.pool.query<{ plan: string }>(
      kind === 'task'
        ? 'select plan from view_progress.task where task = $1 limit 1'
        : 'select plan from view_progress.obligation where obligation = $1 limit 1',
      [id],
    );
    if (!rows[0]) throw refusal('absent', kind === 'task' ? 'task.absent' : 'obligation.absent');
    return this.plan(rows[0].plan);
  }

  /** The row of an obligation. */
  async taskOf(obligation: string): Promise<string> {
    const { rows } = await this.database.pool.query<{ task: string }>(
      'select task from view_progress.obligation where obligation = $1 limit 1',
      [obligation],
    );
    if (!rows[0]) throw refusal('absent', 'obligation.absent');
    return rows[0].task;
  }

  /** Those of some rows that are owed in more than one period, as the annex says last. */
  async recurring(tasks: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.database.pool.query<{ task: string }>(
      `select task from (
         select distinct on (task) task, cycle from view_progress.task where task = any($1) order by task, since desc
       ) t where cycle <> 'once'`,
      [[...new Set(tasks)]],
    );
    return new Set(rows.map(({ task }) => task));
  }

  /** Reads both clocks; waits until the view has passed `after`. */
  async clocks(asked: Asked, after?: string): Promise<Clocks> {
    const today = this.clock.today();
    const [on, recorded] = [asked.on ?? today, asked.recorded ?? today];
    for (const day of [on, recorded]) existingDay(day);
    const stale = await this.projector.lags(['progress', 'entries'], after);
    if (recorded >= today) {
      const position = await this.projector.checkpointOf('progress');
      return { on, recorded, upTo: String(BigInt(OPEN) - 1n), position, stale };
    }
    const { rows } = await this.database.pool.query<{ position: string }>(
      'select position from view_progress.recorded_day where day <= $1 order by day desc limit 1',
      [recorded],
    );
    const upTo = rows[0]?.position ?? '0';
    return { on, recorded, upTo, position: upTo, stale };
  }

  /** The rows in the base of a plan, in their order. */
  async rows(plan: string, { on, upTo }: Pick<Clocks, 'on' | 'upTo'>): Promise<readonly RowState[]> {
    return this.database.joined<RowState>({
      name: 'row-states',
      text: rowStates,
      values: [plan, on, upTo, plusDays(on, 15)],
    });
  }

  /** Some of them, by what was recorded up to any position; their ordinals mean nothing. */
  async someRows(
    plan: string,
    tasks: readonly string[],
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
  ): Promise<readonly RowState[]> {
    return this.database.joined<RowState>({
      name: 'states-of-rows',
      text: statesOfRows,
      values: [plan, on, upTo, plusDays(on, 15), tasks],
    });
  }

  /** A row among those in the base of a plan, and as it would stand there where it does not. */
  async row(plan: string, task: string, { on, upTo }: Pick<Clocks, 'on' | 'upTo'>): Promise<RowState | undefined> {
    const rows = await this.database.joined<RowState>({
      name: 'row-state',
      text: rowStatesWith,
      values: [plan, on, upTo, plusDays(on, 15), task],
    });
    return rows.find((row) => row.task === task);
  }

  /**
   * What the annex says of each row on D, of those that have left the plan what it said last; those that come later, and
   * those of a promulgation that was withdrawn, are as they were said last, too.
   */
  async everSaid(
    plan: string,
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
  ): Promise<readonly Pick<RowState, 'task' | 'code' | 'title' | 'field'>[]> {
    const { rows } = await this.database.pool.query<Pick<RowState, 'task' | 'code' | 'title' | 'field'>>({
      name: 'rows-ever-said',
      text: `select distinct on (task) task, code, title, field from view_progress.task
             where plan = $1 and since <= $3 and $3 < until
             order by task,
               since >= (select max(since) from view_progress.promulgation
                         where plan = $1 and since <= $3 and $3 < until) desc,
               "on" <= $2 desc, "on" desc, since desc`,
      values: [plan, on, upTo],
    });
    return rows;
  }

  /** An obligation of a plan, in force or as it would be. */
  async obligation(
    plan: string,
    id: string,
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
  ): Promise<ObligationState | undefined> {
    const all = await this.database.joined<ObligationState>({
      name: 'obligation-state',
      text: obligationStatesWith,
      values: [plan, on, upTo, id],
    });
    return all.find(({ obligation }) => obligation === id);
  }

  /** The obligations in force of a plan. */
  async obligations(plan: string, { on, upTo }: Pick<Clocks, 'on' | 'upTo'>): Promise<readonly ObligationState[]> {
    return this.database.joined<ObligationState>({
      name: 'obligation-states',
      text: obligationStates,
      values: [plan, on, upTo],
    });
  }

  /** Who has ever owed a row of a plan, in force or not, and the acts that said so. */
  async everOwed(
    plan: string,
  ): Promise<
    readonly { readonly obligation: string; readonly task: string; readonly unit: string; readonly entry: string }[]
  > {
    const { rows } = await this.database.pool.query(
      'select obligation, task, unit, entry from view_progress.obligation where plan = $1 and until = $2',
      [plan, OPEN],
    );
    return rows as never;
  }

  /** What some units owe and have not completed on a day, over all plans, by what is recorded now. */
  async openOf(
    units: readonly string[],
    on: Day,
  ): Promise<readonly (ObligationState & { readonly plan: Pick<PlanFacts, 'id' | 'code'> })[]> {
    const { rows } = await this.database.pool.query<Pick<PlanFacts, 'id' | 'code'>>(
      `select plan as id, code from view_progress.plan
       where plan in (select plan from view_progress.obligation where unit = any($1)) order by year, code`,
      [units],
    );
    const { upTo } = await this.clocks({ on });
    const open = rows.map(async (plan) =>
      (await this.obligations(plan.id, { on, upTo }))
        .filter(({ unit, completed }) => !completed && units.includes(unit))
        .map((one) => ({ ...one, plan })),
    );
    return (await Promise.all(open)).flat();
  }

  /** The figures of a plan. */
  async figures(plan: PlanFacts, clocks: Clocks): Promise<Figures> {
    const [rows, obligations, promulgated] = await Promise.all([
      this.counts.ofPlan(plan.id, clocks),
      this.obligations(plan.id, clocks),
      this.inForce([plan.id], clocks),
    ]);
    const { on } = clocks;
    const summary = this.summary(rows, plan.year, clocks, promulgated.size > 0);
    return {
      ...summary,
      plan,
      status: promulgated.size > 0 ? 'in-force' : 'not-in-force',
      headline: { name: plan.headline, ...summary[plan.headline] },
      byUnit: grouped(obligations, ({ unit }) => unit).map(([unit, group]) => {
        const due = group.filter((one) => within(one.due, on));
        const count = (keep: (one: ObligationState) => boolean): Ratio =>
          ratio(group.filter(keep).length, group.length, 'obligations');
        return {
          unit,
          completed: count(({ completed }) => completed),
          carriedOut: count((one) => one.completed || (one.owed > 1 && one.met > 0 && one.upToDate)),
          started: count(({ started }) => started),
          completedOfDue: ratio(due.filter(({ completed }) => completed).length, due.length, 'obligations-due'),
          overdue: group.filter(({ overdue }) => overdue).length,
          awaiting: group.filter(({ completed, waiting }) => !completed && waiting).length,
        };
      }),
    };
  }

  /** What counted rows make together; `inForce` says whether there is a base at all. */
  summary(rows: readonly StateCount[], year: number, clocks: Clocks, inForce: boolean): Summary {
    const { on, recorded, position, stale } = clocks;
    const counts = countsOfStates(rows, year);
    const today = this.clock.today();
    const { numerator: low } = counts.completed;
    return {
      ...counts,
      on,
      recorded,
      position,
      stale,
      ahead: on > today,
      forecast:
        inForce && on === recorded && on <= today
          ? { low, high: low + hopedFor(rows, year), until: endOf(year), atRisk: counts.overdue }
          : null,
      grades: {
        claimed: countOf(rows, (state) => (state & STATE.claimed) !== 0),
        evidenced: countOf(rows, (state) => (state & STATE.evidenced) !== 0),
        accepted: low,
        contradicted: null,
      },
      byField: [...groupedStates(rows, ({ field }) => field)].map(([code, group]) => ({
        code,
        ...countsOfStates(group, year),
      })),
      byQuarter: [...groupedStates(rows, quarterNameOf)]
        .sort(([a], [b]) => (a === 'none' ? 1 : b === 'none' ? -1 : a < b ? -1 : 1))
        .map(([quarter, group]) => ({ quarter, ...countsOfStates(group, year) })),
    };
  }

  /** A page of the rows in the base, filtered; `total` counts all that the filters keep. */
  async page(plan: PlanFacts, clocks: Clocks, asked: RowsAsked): Promise<Page<RowState> & { readonly total: number }> {
    const { state, field, unit, quarter } = asked;
    const of = unit === undefined ? undefined : await this.tasksOf(plan.id, unit, clocks);
    const kept = (await this.rows(plan.id, clocks)).filter(
      (row) =>
        (state === undefined || keeps(state, row, clocks.on, plan.year)) &&
        (field === undefined || row.field === field) &&
        (of === undefined || of.has(row.task)) &&
        (quarter === undefined || quarterOf(row.due) === quarter) &&
        matches(row.searched, asked.search ?? ''),
    );
    const key = keyOf(asked.cursor, 1);
    const from = key ? kept.filter((row) => row.ordinal > Number(key[0])) : kept;
    return {
      ...pageOf(from.slice(0, asked.limit + 1), asked.limit, (row) => [String(row.ordinal)]),
      total: kept.length,
    };
  }

  /** A page of obligations in force, in the order of rows and, within a row, of the units' names. */
  async obligationPage(
    plan: string,
    clocks: Clocks,
    asked: {
      readonly unit?: string | undefined;
      readonly task?: string | undefined;
      readonly state?: 'completed' | 'open' | 'overdue' | 'waiting' | 'notStarted' | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
    names: (units: readonly string[]) => Promise<(unit: string) => { readonly name: string }>,
  ): Promise<Page<ObligationState> & { readonly total: number }> {
    const all = (await this.obligations(plan, clocks)).filter(
      (one) =>
        (asked.unit === undefined || one.unit === asked.unit) &&
        (asked.task === undefined || one.task === asked.task) &&
        (asked.state === undefined ||
          {
            completed: one.completed,
            open: !one.completed,
            overdue: one.overdue,
            waiting: !one.completed && one.waiting,
            notStarted: !one.started,
          }[asked.state]),
    );
    const named = await names([...new Set(all.map(({ unit }) => unit))]);
    const inOrder = (
      a: Pick<ObligationState, 'ordinal' | 'unit'>,
      b: Pick<ObligationState, 'ordinal' | 'unit'>,
    ): number =>
      a.ordinal - b.ordinal ||
      vietnamese.compare(named(a.unit).name, named(b.unit).name) ||
      (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0);
    const kept = all.toSorted(inOrder);
    const key = keyOf(asked.cursor, 2);
    const last = key ? { ordinal: Number(key[0]), unit: key[1] ?? '' } : undefined;
    return {
      ...pageOf(last ? kept.filter((one) => inOrder(last, one) < 0) : kept, asked.limit, ({ ordinal, unit }) => [
        String(ordinal),
        unit,
      ]),
      total: kept.length,
    };
  }

  /** The periods of one obligation at (D, R): cut-off, due day, what was reported and accepted. */
  async periods(
    plan: string,
    obligation: string,
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
  ): Promise<readonly PeriodState[]> {
    return this.database.joined<PeriodState>({
      name: 'obligation-periods',
      text: obligationPeriods,
      values: [plan, on, upTo, obligation],
    });
  }

  /**
   * How far rows or obligations of a plan count no more at (D, R). Those of which nothing is recorded by R, or that begin
   * later than D, are not among them.
   */
  async leavings(
    plan: string,
    kind: 'task' | 'obligation',
    ids: readonly string[],
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
  ): Promise<ReadonlyMap<string, Leaving>> {
    const { rows } = await this.database.pool.query<HoldingFact & { readonly id: string }>(
      `with promulgated as (
         select since from view_progress.promulgation
         where plan = $1 and "on" <= $2 and since <= $3 and $3 < until),
       asked as (select distinct ${kind} as id, task from view_progress.${kind} where plan = $1 and ${kind} = any($4)),
       facts as (
         select a.id, 'task' as what, f."on", f.since as entered, f.since, f.until, f.holds
           from asked a join view_progress.task f on f.task = a.task
         union all
         select a.id, 'cancelled', f."on", f.entered, f.since, f.until, not f.holds
           from asked a join view_progress.standing f on f.plan = $1 and f.task = a.task and f.kind = 'cancelled'
         union all
         select a.id, 'obligation', f."on", f.since, f.since, f.until, f.holds
           from asked a join view_progress.obligation f on f.obligation = a.id)
       select id, what, "on", holds from facts
       where "on" <= $2 and since <= $3 and $3 < until and entered >= (select since from promulgated)
       order by entered`,
      [plan, on, upTo, ids],
    );
    return new Map(
      grouped(rows, ({ id }) => id).flatMap(([id, facts]) => {
        const leaving = leavingOf(kind, facts);
        return leaving ? [[id, leaving] as const] : [];
      }),
    );
  }

  /**
   * The clocks at which something is shown that may count no more at (D, R): what does not as it was on its last day,
   * what never counted as it would have been on the first, which it left. Undefined where `leavings` does not name it.
   */
  async lastInForce(
    plan: string,
    kind: 'task' | 'obligation',
    id: string,
    clocks: Clocks,
  ): Promise<{ readonly leaving: Leaving; readonly asOf: Clocks } | undefined> {
    const leaving = (await this.leavings(plan, kind, [id], clocks)).get(id);
    if (!leaving) return undefined;
    const { left, counted } = leaving;
    return { leaving, asOf: left === null ? clocks : { ...clocks, on: counted ? plusDays(left, -1) : left } };
  }

  /** Where P(R) lies for comparisons with entries: what was recorded behind it changed the figure since. */
  isPast(recorded: Day): boolean {
    return recorded < this.clock.today();
  }

  /** Those of some plans that are in force at (D, R). */
  async inForce(plans: readonly string[], { on, upTo }: Pick<Clocks, 'on' | 'upTo'>): Promise<ReadonlySet<string>> {
    const { rows } = await this.database.pool.query<{ plan: string }>(
      `select plan from view_progress.promulgation
       where plan = any($1) and "on" <= $2 and since <= $3 and $3 < until`,
      [plans, on, upTo],
    );
    return new Set(rows.map(({ plan }) => plan));
  }

  private async tasksOf(plan: string, unit: string, clocks: Pick<Clocks, 'on' | 'upTo'>): Promise<ReadonlySet<string>> {
    const obligations = await this.obligations(plan, clocks);
    return new Set(obligations.filter((one) => one.unit === unit).map(({ task }) => task));
  }
}

/** The quarter of a due date as figures name it; `none` without one. */
export const quarterOf = (due: string | null): string =>
  due === null ? 'none' : `${due.slice(0, 4)}-Q${Math.ceil(Number(due.slice(5, 7)) / 3)}`;

const grouped = <Item>(items: readonly Item[], key: (item: Item) => string): [string, Item[]][] => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups];
};
