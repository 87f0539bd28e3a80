import { Injectable } from '@nestjs/common';
import { OPEN, ratio } from '#kernel';
import { Database } from '#platform/database';
import type { Clocks, Counts } from './progress.query.js';
import { quarterOfState, STATE } from './row-state.judgement.js';

/** So many rows are in that state, on some day, in the field in which they stand. */
export type StateCount = { readonly field: string; readonly state: number; readonly rows: number };

/** The plans that some units have issued for a year; of all units without them. */
export type Branch = { readonly units: readonly string[] | null; readonly year: number };

const LATEST = String(BigInt(OPEN) - 1n);

/** What rows are on the day $1, by what is recorded now or, of a past, by the end of the day $3. */
const states = (past: boolean, condition = 'true'): string => {
  const from = (table: string, recorded: string): string =>
    `select v.promulgation, v.field, v.task, v.states[width_bucket($1::date, v.days)] as state
     from view_progress.${table} v where ${condition}${recorded}`;
  return past
    ? `(${from('row_now', ' and v.begins <= $3')}
       union all ${from('row_then', ' and v.begins <= $3 and v.ends > $3')}) s`
    : `(${from('row_now', '')}) s`;
};

/** The promulgations in force on the day $1, recorded by the position $2. */
const IN_FORCE = `p."on" <= $1::date and p.since <= $2 and $2 < p.until`;

/** The position of the promulgation of a plan that is in force. */
const inForce = (plan: number): string =>
  `select p.since from view_progress.promulgation p where p.plan = $${plan} and ${IN_FORCE}`;

/** The condition of a plan `b` of a branch. */
export const ofBranch = (units: string, year: string): string =>
  `b.year = ${year} and (${units}::uuid[] is null or b.unit = any(${units}::uuid[]))`;

/**
 * How many rows are in which state at (D, R): of one plan, or of all plans of a branch. It counts what the view found
 * rows to be (`row-state.judgement.ts`); lists and details ask the facts (`progress-states.query.ts`), which say the same.
 */
@Injectable()
export class RowCounts {
  constructor(private readonly database: Database) {}

  /** The rows of a plan by field and state. */
  async ofPlan(plan: string, clocks: Pick<Clocks, 'on' | 'recorded' | 'upTo'>): Promise<readonly StateCount[]> {
    const { past, values } = asked(clocks);
    const { rows } = await this.database.pool.query<StateCount>({
      name: `row-counts-of-plan-${past ? 'then' : 'now'}`,
      text: `select s.field, s.state, count(*)::int as rows
        from ${states(past, `v.promulgation = (${inForce(values.length + 1)})`)} group by s.field, s.state`,
      values: [...values, plan],
    });
    return rows.filter(isInBase);
  }

  /** The rows of a plan by field and state, and beside them one row; undefined where that does not stand in the base. */
  async ofPlanWith(
    plan: string,
    task: string,
    clocks: Pick<Clocks, 'on' | 'recorded' | 'upTo'>,
  ): Promise<{ readonly rows: readonly StateCount[]; readonly row: StateCount | undefined }> {
    const { past, values } = asked(clocks);
    const { rows: found } = await this.database.pool.query<StateCount & { readonly own: boolean }>({
      name: `row-counts-with-row-${past ? 'then' : 'now'}`,
      text: `select s.field, s.state, s.task = $${values.length + 2} as own, count(*)::int as rows
        from ${states(past, `v.promulgation = (${inForce(values.length + 1)})`)} group by 1, 2, 3`,
      values: [...values, plan, task],
    });
    const rows = found.filter(isInBase).map(({ own: _, ...count }) => count);
    const own = found.filter(isInBase).find((count) => count.own);
    return { rows, row: own && { field: own.field, state: own.state, rows: 1 } };
  }

  /** The rows of all plans of a branch by field and state. */
  async ofBranch(
    { units, year }: Branch,
    clocks: Pick<Clocks, 'on' | 'recorded' | 'upTo'>,
  ): Promise<readonly StateCount[]> {
    const { past, values } = asked(clocks);
    const plans = ofBranch(`$${values.length + 1}`, `$${values.length + 2}`);
    const { rows } = await this.database.pool.query<StateCount>({
      name: `row-counts-of-branch-${past ? 'then' : 'now'}`,
      text: `select s.field, s.state, count(*)::int as rows
        from ${states(past)}
        join view_progress.promulgation p on p.since = s.promulgation and ${IN_FORCE}
        join view_progress.plan b on b.plan = p.plan and ${plans}
        group by s.field, s.state`,
      values: [...values, units, year],
    });
    return rows.filter(isInBase);
  }

  /** The rows of some plans by state, plan by plan; plans without rows in the base are missing. */
  async byPlan(
    plans: readonly string[],
    clocks: Pick<Clocks, 'on' | 'recorded' | 'upTo'>,
  ): Promise<ReadonlyMap<string, readonly StateCount[]>> {
    const { past, values } = asked(clocks);
    const { rows } = await this.database.pool.query<StateCount & { readonly plan: string }>({
      name: `row-counts-by-plan-${past ? 'then' : 'now'}`,
      text: `select p.plan, '' as field, s.state, count(*)::int as rows
        from ${states(past)}
        join view_progress.promulgation p on p.since = s.promulgation and ${IN_FORCE}
        where p.plan = any($${values.length + 1}::uuid[])
        group by p.plan, s.state`,
      values: [...values, plans],
    });
    const found = new Map<string, StateCount[]>();
    for (const { plan, ...count } of rows.filter(isInBase)) {
      const counts = found.get(plan);
      if (counts) counts.push(count);
      else found.set(plan, [count]);
    }
    return found;
  }
}

/** Rows that do not stand in the base are cast out here: a condition in SQL would find the state of each row twice. */
const isInBase = ({ state }: { readonly state: number | null }): boolean => state !== null && state > 0;

const asked = ({
  on,
  recorded,
  upTo,
}: Pick<Clocks, 'on' | 'recorded' | 'upTo'>): { readonly past: boolean; readonly values: readonly string[] } => {
  const past = upTo !== LATEST;
  return { past, values: past ? [on, upTo, recorded] : [on, upTo] };
};

/** How many of the rows hold to a condition. */
export const countOf = (counts: readonly StateCount[], keep: (state: number) => boolean): number =>
  counts.reduce((sum, { state, rows }) => (keep(state) ? sum + rows : sum), 0);

/** Counts rows as `counting.md` section 6 says; `countsOf` counts the same from the rows themselves. */
export const countsOfStates = (counts: readonly StateCount[], year: number): Counts => {
  const having = (...flags: readonly (keyof typeof STATE)[]): number => {
    const mask = flags.reduce((sum, flag) => sum | STATE[flag], 0);
    return countOf(counts, (state) => (state & mask) === mask);
  };
  const some = (state: number, mask: number): boolean => (state & mask) !== 0;
  const inYear = (state: number): boolean => quarterOfState(state)?.year === year;
  const all = having('base');
  return {
    completed: ratio(having('completed'), all, 'tasks'),
    carriedOut: ratio(
      countOf(counts, (state) => some(state, STATE.completed | STATE.maintained)),
      all,
      'tasks',
    ),
    started: ratio(having('started'), all, 'tasks'),
    completedOfDue: ratio(having('completed', 'due'), having('due'), 'tasks-due'),
    completedOfYear: ratio(
      countOf(counts, (state) => some(state, STATE.completed) && inYear(state)),
      countOf(counts, inYear),
      'tasks-due-in-year',
    ),
    planned: having('planned'),
    overdue: having('overdue'),
    overdueAwaiting: having('overdue', 'awaiting'),
    awaiting: having('awaiting'),
    dueSoon: having('dueSoon'),
    noDueDate: countOf(counts, (state) => quarterOfState(state) === undefined),
    suspended: having('suspended'),
    periodsOverdue: having('periodsOverdue'),
    late: having('late'),
    lateAgainstOriginal: having('lateAgainstOriginal'),
    periodsLate: having('periodsLate'),
  };
};

/** Open rows that are neither suspended nor overdue and due by the end of a year: what a forecast may hope for. */
export const hopedFor = (counts: readonly StateCount[], year: number): number =>
  countOf(counts, (state) => {
    const due = quarterOfState(state);
    const settled = STATE.completed | STATE.suspended | STATE.overdue;
    return (state & settled) === 0 && due !== undefined && due.year <= year;
  });

/** The groups of rows that share some key. */
export const groupedStates = (
  counts: readonly StateCount[],
  key: (count: StateCount) => string,
): ReadonlyMap<string, readonly StateCount[]> => {
  const groups = new Map<string, StateCount[]>();
  for (const count of counts) {
    const group = groups.get(key(count));
    if (group) group.push(count);
    else groups.set(key(count), [count]);
  }
  return groups;
};

/** The quarter of the due date in force as the figures name it (`2026-Q3`, `none`). */
export const quarterNameOf = ({ state }: StateCount): string => {
  const due = quarterOfState(state);
  return due ? `${due.year}-Q${due.quarter}` : 'none';
};
