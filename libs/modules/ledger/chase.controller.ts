import { Injectable } from '@nestjs/common';
import { daysFrom, plusDays, type Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import {
  OwedPeriods,
  periodName,
  ProgressQuery,
  type Clocks,
  type OwedPeriod,
  type PlanFacts,
} from '#modules/progress';
import { LedgerRows, type LedgerRow, type Named } from './ledger-rows.controller.js';

/** A period of an obligation that somebody is to be reminded of. */
export type ChaseItem = {
  readonly obligation: string;
  readonly task: LedgerRow;
  readonly period: number;
  readonly periodName: string;
  readonly due: Day;
  /** Days behind the due day, or days that are left. */
  readonly days: number;
  /** The last percentage that was reported; null without a report. */
  readonly percent: number | null;
  readonly state: OwedPeriod['state'];
  /** The work day of a complete report that waits. */
  readonly reportedDay: Day | null;
};

export type ChaseCounts = { readonly overdue: number; readonly dueSoon: number; readonly awaiting: number };

/** What one unit is to be reminded of; what waits to be accepted stands apart, it is not the unit's delay. */
export type ChasedUnit = {
  readonly unit: Named;
  readonly overdue: readonly ChaseItem[];
  readonly dueSoon: readonly ChaseItem[];
  readonly awaiting: readonly ChaseItem[];
};

export type ChaseList = {
  /** Most overdue first, then by name. */
  readonly units: readonly ChasedUnit[];
  readonly totals: ChaseCounts & { readonly units: number };
};

type Sort = 'overdue' | 'dueSoon' | 'awaiting';

const vietnamese = new Intl.Collator('vi');

type Place = { readonly overdue: number; readonly dueSoon: number; readonly name: string; readonly id: string };

export const placeOf = ({ unit, overdue, dueSoon }: ChasedUnit): Place => ({
  overdue: overdue.length,
  dueSoon: dueSoon.length,
  ...unit,
});

/** Units with most of what is overdue first, then most of what is due soon, then by name. */
export const byUrgency = (a: Place, b: Place): number =>
  b.overdue - a.overdue ||
  b.dueSoon - a.dueSoon ||
  vietnamese.compare(a.name, b.name) ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Where a period stands in the list; undefined when nobody needs to be reminded of it. */
const sortOf = ({ state, complete, suspended, due }: OwedPeriod, on: Day, last: Day): Sort | undefined => {
  if (state === 'accepted' || suspended || due === null || due > last) return undefined;
  if (state === 'waiting' && complete === true) return 'awaiting';
  return due < on ? 'overdue' : 'dueSoon';
};

/** The list for chasing ("danh sách đôn đốc"): what is overdue and what is due soon, unit by unit. */
@Injectable()
export class Chase {
  constructor(
    private readonly periods: OwedPeriods,
    private readonly progress: ProgressQuery,
    private readonly rows: LedgerRows,
    private readonly organization: OrganizationQuery,
  ) {}

  /** Who is to be reminded of what at (D, R), with what falls due within so many days. */
  async of(
    plan: PlanFacts,
    clocks: Clocks,
    {
      within,
      unit,
      field,
    }: { readonly within: number; readonly unit?: string | undefined; readonly field?: string | undefined },
  ): Promise<ChaseList> {
    const { on } = clocks;
    const last = plusDays(on, within);
    const [periods, states, rowOf] = await Promise.all([
      this.periods.of(plan.id, clocks, { unit }),
      this.progress.rows(plan.id, clocks),
      this.rows.of(plan, clocks),
    ]);
    const completed = new Set(states.filter((row) => row.completed).map(({ task }) => task));
    const names = await this.organization.unitNames(periods.map((period) => period.unit));
    const chased = new Map<string, Record<Sort, ChaseItem[]>>();
    for (const period of periods) {
      const sort = sortOf(period, on, last);
      // Nobody is reminded of a row that counts as completed, and a row of another field was not asked for.
      if (!sort || period.due === null || completed.has(period.task)) continue;
      if (field !== undefined && period.field !== field) continue;
      const of = chased.get(period.unit) ?? { overdue: [], dueSoon: [], awaiting: [] };
      of[sort].push({
        obligation: period.obligation,
        task: rowOf(period.task),
        period: period.period,
        periodName: periodName(period.cycle, period.period),
        due: period.due,
        days: Math.abs(daysFrom(on, period.due)),
        percent: period.percent,
        state: period.state,
        reportedDay: sort === 'awaiting' ? period.reportedDay : null,
      });
      chased.set(period.unit, of);
    }
    const units = [...chased]
      .map(([id, { overdue, dueSoon, awaiting }]): ChasedUnit => ({
        unit: { id, name: names.get(id) ?? '' },
        overdue: overdue.sort(byDue),
        dueSoon: dueSoon.sort(byDue),
        awaiting: awaiting.sort(byDue),
      }))
      .sort((a, b) => byUrgency(placeOf(a), placeOf(b)));
    const count = (sort: Sort): number => units.reduce((sum, one) => sum + one[sort].length, 0);
    return {
      units,
      totals: {
        units: units.length,
        overdue: count('overdue'),
        dueSoon: count('dueSoon'),
        awaiting: count('awaiting'),
      },
    };
  }
}

/** What was due first comes first; what is due on one day stays in the order of the annex. */
const byDue = (a: ChaseItem, b: ChaseItem): number => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0);
