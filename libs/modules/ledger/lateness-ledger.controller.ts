import { Injectable } from '@nestjs/common';
import { daysFrom, type Day, type Document } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import {
  OwedPeriods,
  periodName,
  ProgressQuery,
  type Clocks,
  type OwedPeriod,
  type PlanFacts,
} from '#modules/progress';
import { ExtensionLedgerQuery } from '#modules/task';
import { LedgerRows, type LedgerRow, type Named } from './ledger-rows.controller.js';

/** What is late: not yet met, met late, or met in time only because there was an extension. */
export const LATENESS = ['overdue', 'late', 'late-against-original'] as const;
export type Lateness = (typeof LATENESS)[number];

export type LatenessFilter = {
  readonly unit?: string | undefined;
  readonly field?: string | undefined;
  readonly task?: string | undefined;
  readonly kind?: Lateness | undefined;
};

/** A period of an obligation that is late, or was. */
export type LatenessItem = {
  readonly kind: Lateness;
  readonly obligation: string;
  readonly task: LedgerRow;
  readonly unit: Named;
  readonly period: number;
  readonly periodName: string;
  /** The due day in force: on the work day where it is met, else on D. */
  readonly due: Day;
  readonly originalDue: Day | null;
  readonly workDay: Day | null;
  /** Days behind the due day in force; 0 when it was kept. */
  readonly days: number;
  /** Days behind the due day at promulgation. */
  readonly daysAgainstOriginal: number;
  /** A complete report waits: what is late now is not the unit's delay. */
  readonly awaiting: boolean;
  /** The work day that such a report names. */
  readonly reportedDay: Day | null;
  /** The row as a whole counts as completed all the same. */
  readonly rowCompleted: boolean;
  /** Extensions of the row and of this obligation that stand. */
  readonly extensions: number;
  /** The documents that permitted these, in the order of recording. */
  readonly documents: readonly Document[];
};

export type LatenessSums = {
  readonly overdue: number;
  /** Of these with a complete report that waits. */
  readonly awaiting: number;
  readonly late: number;
  readonly lateAgainstOriginal: number;
  /** Days behind due days in force: all of them, and the most of one. */
  readonly days: number;
  readonly most: number;
};

export type LatenessTotals = LatenessSums & {
  /** By unit, most of them first. */
  readonly byUnit: readonly (LatenessSums & { readonly unit: Named })[];
};

type Place = { readonly ordinal: number; readonly unitName: string; readonly unit: string; readonly period: number };
export type PlacedLateness = { readonly item: LatenessItem; readonly place: Place };

const vietnamese = new Intl.Collator('vi');

/** The order of rows, units' names and periods. */
export const inOrder = (a: Place, b: Place): number =>
  a.ordinal - b.ordinal ||
  vietnamese.compare(a.unitName, b.unitName) ||
  (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0) ||
  a.period - b.period;

const sumsOf = (items: readonly LatenessItem[]): LatenessSums => {
  const count = (keep: (item: LatenessItem) => boolean): number => items.filter(keep).length;
  return {
    overdue: count(({ kind }) => kind === 'overdue'),
    awaiting: count(({ kind, awaiting }) => kind === 'overdue' && awaiting),
    late: count(({ kind }) => kind === 'late'),
    lateAgainstOriginal: count(({ kind, daysAgainstOriginal }) => kind !== 'overdue' && daysAgainstOriginal > 0),
    days: items.reduce((sum, { days }) => sum + days, 0),
    most: items.reduce((most, { days }) => Math.max(most, days), 0),
  };
};

/** How a period is late at D; undefined when it is not. */
export const latenessOf = (
  { state, due, dueThen, originalDue, workDay, suspended }: OwedPeriod,
  on: Day,
): Pick<LatenessItem, 'kind' | 'due' | 'days' | 'daysAgainstOriginal'> | undefined => {
  const behind = (day: Day, limit: string | null): number => (limit !== null && day > limit ? daysFrom(limit, day) : 0);
  if (state === 'accepted' && workDay !== null) {
    const [days, daysAgainstOriginal] = [behind(workDay, dueThen), behind(workDay, originalDue)];
    if (days === 0 && daysAgainstOriginal === 0) return undefined;
    return {
      kind: days > 0 ? 'late' : 'late-against-original',
      due: dueThen ?? workDay,
      days,
      daysAgainstOriginal,
    };
  }
  if (suspended || due === null || due >= on) return undefined;
  return { kind: 'overdue', due, days: behind(on, due), daysAgainstOriginal: behind(on, originalDue) };
};

/** The ledger of lateness: who was late with what, by how much, against the due day in force and the first one. */
@Injectable()
export class LatenessLedger {
  constructor(
    private readonly periods: OwedPeriods,
    private readonly progress: ProgressQuery,
    private readonly extensions: ExtensionLedgerQuery,
    private readonly rows: LedgerRows,
    private readonly organization: OrganizationQuery,
  ) {}

  /** What is late at (D, R), in the order of rows, units' names and periods, and its sums. */
  async of(
    plan: PlanFacts,
    clocks: Clocks,
    filter: LatenessFilter = {},
  ): Promise<{ readonly placed: readonly PlacedLateness[]; readonly totals: LatenessTotals }> {
    const [periods, states, extensions, rowOf] = await Promise.all([
      this.periods.of(plan.id, clocks, filter),
      this.progress.rows(plan.id, clocks),
      this.extensions.extensions(plan.id, clocks.upTo),
      this.rows.of(plan, clocks),
    ]);
    const completed = new Set(states.filter((row) => row.completed).map(({ task }) => task));
    const standing = new Map<string, (typeof extensions)[number][]>();
    for (const one of extensions) {
      if (one.withdrawn || one.effect > clocks.on) continue;
      const there = standing.get(one.task);
      if (there) there.push(one);
      else standing.set(one.task, [one]);
    }
    const found = periods.flatMap((period) => {
      const late = latenessOf(period, clocks.on);
      const isKept =
        late &&
        (filter.kind === undefined || late.kind === filter.kind) &&
        (filter.field === undefined || period.field === filter.field);
      return isKept ? [{ period, late }] : [];
    });
    const names = await this.organization.unitNames(found.map(({ period }) => period.unit));
    const placed = found
      .map(({ period: one, late }): PlacedLateness => {
        const { obligation, task, unit, period, ordinal, cycle, originalDue, workDay } = one;
        const unitName = names.get(unit) ?? '';
        const given = (standing.get(task) ?? []).filter(({ obligation: own }) => own === null || own === obligation);
        const awaiting = late.kind === 'overdue' && one.state === 'waiting' && one.complete === true;
        return {
          place: { ordinal, unitName, unit, period },
          item: {
            ...late,
            obligation,
            task: rowOf(task),
            unit: { id: unit, name: unitName },
            period,
            periodName: periodName(cycle, period),
            originalDue,
            workDay,
            awaiting,
            reportedDay: awaiting ? one.reportedDay : null,
            rowCompleted: completed.has(task),
            extensions: given.length,
            documents: given.map(({ permit }) => permit),
          },
        };
      })
      .sort((a, b) => inOrder(a.place, b.place));
    const byUnit = new Map<string, LatenessItem[]>();
    for (const { item } of placed) byUnit.set(item.unit.id, [...(byUnit.get(item.unit.id) ?? []), item]);
    return {
      placed,
      totals: {
        ...sumsOf(placed.map(({ item }) => item)),
        byUnit: [...byUnit]
          .map(([id, items]) => ({ unit: { id, name: names.get(id) ?? '' }, ...sumsOf(items) }))
          .sort(
            (a, b) =>
              b.overdue + b.late - a.overdue - a.late ||
              b.days - a.days ||
              vietnamese.compare(a.unit.name, b.unit.name),
          ),
      },
    };
  }
}
