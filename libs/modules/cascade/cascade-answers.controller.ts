import { Injectable } from '@nestjs/common';
import { matches, ratio, type Day, type Ratio } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { ProgressQuery, type Clocks, type RowState } from '#modules/progress';
import { keyOf, PAGE_LENGTH, pageOf } from '#platform/http';
import { CascadeQuery, type ChildPlan, type ChildRow } from './cascade.query.js';

export const STATES = ['none', 'draft', 'promulgated'] as const;
type State = (typeof STATES)[number];

type Wish = {
  readonly on?: string | undefined;
  readonly recorded?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
};

/** Which units below a plan: by whether a unit has made its own plan, and how far that is. */
export type ChildrenWish = Wish & { readonly plan?: State | undefined };

/** Which of the rows that carry out a row: by the name of the unit. */
export type CarriedOutWish = Wish & { readonly search?: string | undefined };

/** `ended`: the first day on which a unit operates no more; another one may be called the same since. */
type NamedUnit = { readonly id: string; readonly code: string; readonly name: string; readonly ended?: Day };

/** One unit below a plan: what it owes there, its own plan, and how that stands. */
type Child = {
  readonly unit: NamedUnit;
  readonly state: State;
  /** Rows of the parent plan that oblige the unit, and of these the ones that rows of its own plan carry out. */
  readonly linked: Ratio;
  readonly plans: readonly (Omit<ChildPlan, 'unit'> & { readonly status: 'draft' | 'promulgated' })[];
  /** The rows of its own plan that carry out rows of the parent plan; null while it has no plan in force. */
  readonly own: { readonly completed: Ratio; readonly carriedOut: Ratio; readonly overdue: number } | null;
};

/** The units below a plan, each with its own. */
export type ChildrenAnswer = Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'> & {
  readonly summary: { readonly units: number } & Readonly<Record<State, number>>;
  readonly items: readonly Child[];
  readonly next: string | null;
  readonly total: number;
};

const stateOf = (row: RowState | undefined): string =>
  !row
    ? 'not-in-force'
    : row.completed
      ? 'completed'
      : row.maintained
        ? 'maintained'
        : row.started
          ? 'in-progress'
          : 'not-started';

const statusOf = ({ effect }: ChildPlan): 'draft' | 'promulgated' => (effect === null ? 'draft' : 'promulgated');

const standing = (plans: readonly ChildPlan[]): State =>
  plans.length === 0 ? 'none' : plans.some(({ effect }) => effect !== null) ? 'promulgated' : 'draft';

/** Names sort as Vietnamese dictionaries do. */
const vietnamese = new Intl.Collator('vi', { numeric: true });

/** What plans carry out of plans above them, over HTTP and on the command line alike. */
@Injectable()
export class CascadeAnswers {
  constructor(
    private readonly cascade: CascadeQuery,
    private readonly progress: ProgressQuery,
    private readonly organization: OrganizationQuery,
  ) {}

  /** Every unit that a plan obliges or that has made a plan of its own below it. */
  async children(id: string, query: ChildrenWish): Promise<ChildrenAnswer> {
    const plan = await this.progress.plan(id);
    const clocks = await this.clocks(query);
    const [obligations, children] = await Promise.all([
      this.progress.obligations(plan.id, clocks),
      this.cascade.childrenOf(plan.id, clocks),
    ]);
    const units = [...new Set([...obligations.map(({ unit }) => unit), ...children.map(({ unit }) => unit)])];
    const all = (await this.units(units, clocks.on))
      .map((unit) => {
        const plans = children.filter((child) => child.unit === unit.id);
        return { unit, plans, state: standing(plans) };
      })
      .toSorted((a, b) => vietnamese.compare(a.unit.name, b.unit.name) || (a.unit.id < b.unit.id ? -1 : 1));
    const kept = all
      .map((one, index) => ({ ...one, place: index + 1 }))
      .filter(({ state }) => query.plan === undefined || state === query.plan);
    const key = keyOf(query.cursor, 1);
    const from = key ? kept.filter(({ place }) => place > Number(key[0])) : kept;
    const page = pageOf(from, query.limit ?? PAGE_LENGTH, ({ place }) => [String(place)]);
    const shownPlans = page.items.flatMap(({ plans }) => plans.map((child) => child.id));
    const [rows, states] = await Promise.all([
      this.cascade.rowsOf(shownPlans, clocks),
      this.statesOf(shownPlans, clocks),
    ]);
    const owedRows = new Set(obligations.map(({ task }) => task));
    const items = page.items.map(({ unit, plans, state }): Child => {
      const owed = obligations.filter((one) => one.unit === unit.id).map(({ task }) => task);
      const own = rows.filter((row) => plans.some((child) => child.id === row.plan));
      const carried = new Set(own.map(({ parentRow }) => parentRow));
      return {
        unit,
        state,
        linked: ratio(owed.filter((task) => carried.has(task)).length, owed.length, 'obligations'),
        plans: plans.map(({ unit: _, ...child }) => ({ ...child, status: statusOf({ unit: unit.id, ...child }) })),
        own: ownOf(
          own.filter(({ parentRow }) => owedRows.has(parentRow)),
          states,
          plans,
        ),
      };
    });
    const { on, recorded, position, stale } = clocks;
    const count = (state: State): number => all.filter((one) => one.state === state).length;
    const summary = {
      units: all.length,
      none: count('none'),
      draft: count('draft'),
      promulgated: count('promulgated'),
    };
    return { on, recorded, position, stale, summary, items, next: page.next, total: kept.length };
  }

  /** The rows of other plans that carry out a row. */
  async carriedOutBy(id: string, query: CarriedOutWish): Promise<object> {
    const plan = await this.progress.planOf('task', id);
    const clocks = await this.clocks(query);
    const children = await this.cascade.childrenOf(plan.id, clocks);
    const rows = (
      await this.cascade.rowsOf(
        children.map((child) => child.id),
        clocks,
      )
    ).filter(({ parentRow }) => parentRow === id);
    const units = await this.units([...new Set(children.map(({ unit }) => unit))], clocks.on);
    const states = await this.statesOf([...new Set(rows.map((row) => row.plan))], clocks);
    const all = rows
      .flatMap((row) => {
        const child = children.find((one) => one.id === row.plan);
        const unit = units.find(({ id: one }) => one === child?.unit);
        return child && unit ? [{ row, child, unit, state: states.get(row.row) }] : [];
      })
      .filter(({ unit }) => query.search === undefined || matches(unit.name, query.search))
      .toSorted(
        (a, b) =>
          vietnamese.compare(a.unit.name, b.unit.name) ||
          (a.state?.ordinal ?? 0) - (b.state?.ordinal ?? 0) ||
          (a.row.row < b.row.row ? -1 : 1),
      )
      .map((one, index) => ({ ...one, place: index + 1 }));
    const key = keyOf(query.cursor, 1);
    const from = key ? all.filter(({ place }) => place > Number(key[0])) : all;
    const page = pageOf(from, query.limit ?? PAGE_LENGTH, ({ place }) => [String(place)]);
    const { on, recorded, position, stale } = clocks;
    return {
      on,
      recorded,
      position,
      stale,
      task: id,
      items: page.items.map(({ row, child: { unit: _, ...child }, unit, state }) => ({
        unit,
        plan: { ...child, status: statusOf({ unit: unit.id, ...child }) },
        row: {
          id: row.row,
          ...(state
            ? {
                code: state.code,
                title: state.title,
                deadline: state.deadline,
                due: state.due,
                workDay: state.workDay,
              }
            : {}),
          state: stateOf(state),
          overdue: state?.overdue ?? false,
        },
      })),
      next: page.next,
      total: all.length,
    };
  }

  private async clocks(query: Wish): Promise<Clocks> {
    const clocks = await this.progress.clocks(query, query.after);
    return (await this.cascade.lags(query.after)) ? { ...clocks, stale: true } : clocks;
  }

  /** Units as they were called on a day; with their last names where they have ended by then. */
  private units(ids: readonly string[], on: Day): Promise<readonly NamedUnit[]> {
    return Promise.all(
      ids.map(async (id) => {
        const unit = await this.organization.unit(id, on);
        const ended = unit?.dissolved ?? null;
        return { id, code: unit?.code ?? '', name: unit?.name ?? '', ...(ended === null ? {} : { ended }) };
      }),
    );
  }

  /** The states of all rows of some plans, by row. */
  private async statesOf(plans: readonly string[], clocks: Clocks): Promise<ReadonlyMap<string, RowState>> {
    const all = await Promise.all(plans.map((plan) => this.progress.rows(plan, clocks)));
    return new Map(all.flat().map((row) => [row.task, row]));
  }
}

const ownOf = (
  rows: readonly ChildRow[],
  states: ReadonlyMap<string, RowState>,
  plans: readonly ChildPlan[],
): Child['own'] => {
  if (!plans.some(({ effect }) => effect !== null)) return null;
  const own = rows.flatMap(({ row }) => states.get(row) ?? []);
  const count = (keep: (row: RowState) => boolean): Ratio => ratio(own.filter(keep).length, own.length, 'child-rows');
  return {
    completed: count(({ completed }) => completed),
    carriedOut: count(({ completed, maintained }) => completed || maintained),
    overdue: own.filter(({ overdue }) => overdue).length,
  };
};
