import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { Clock } from '#platform/clock';
import { Projector, type Supposed } from '#platform/projector';
import type { Clocks, Counts, PlanFacts, RowState } from './progress.query.js';
import { RowNow } from './progress.view.js';
import { countsOfStates, RowCounts, type StateCount } from './row-counts.query.js';
import { quarterOfState, STATE } from './row-state.judgement.js';

/** What a row is, apart from its days and numbers. */
export type RowStanding = Pick<
  RowState,
  | 'completed'
  | 'maintained'
  | 'started'
  | 'overdue'
  | 'dueSoon'
  | 'awaiting'
  | 'suspended'
  | 'late'
  | 'lateAgainstOriginal'
  | 'periodsOverdue'
  | 'periodsLate'
> & { readonly hasDueDate: boolean };

/** A row and the figures of its plan as they are, and as they would be; a row that does not stand in the base is null. */
export type RowForeseen = {
  readonly row: { readonly before: RowStanding | null; readonly after: RowStanding | null };
  readonly figures: { readonly before: Counts; readonly after: Counts };
};

const standingOf = (row: StateCount | undefined): RowStanding | null => {
  if (!row) return null;
  const is = (name: keyof typeof STATE): boolean => (row.state & STATE[name]) !== 0;
  return {
    completed: is('completed'),
    maintained: is('maintained'),
    started: is('started'),
    overdue: is('overdue'),
    dueSoon: is('dueSoon'),
    awaiting: is('awaiting'),
    suspended: is('suspended'),
    late: is('late'),
    lateAgainstOriginal: is('lateAgainstOriginal'),
    periodsOverdue: is('periodsOverdue'),
    periodsLate: is('periodsLate'),
    hasDueDate: quarterOfState(row.state) !== undefined,
  };
};

/** What a row is on a day, as the view has just found it; 0 where it does not stand in the base. */
const stateOn = (row: RowNow | undefined, day: Day): number => {
  if (!row || typeof row.days === 'string' || typeof row.states === 'string') return 0;
  return row.states[row.days.findLastIndex((begins) => begins <= day)] ?? 0;
};

/** Tells how a row, and with it the figures of its plan, would stand if something were recorded now. */
@Injectable()
export class RowForesight {
  constructor(
    private readonly projector: Projector,
    private readonly counts: RowCounts,
    private readonly clock: Clock,
  ) {}

  /** What is supposed comes behind all that the view has seen; the row may stand in one of these fields. */
  async of(
    { id, year }: Pick<PlanFacts, 'id' | 'year'>,
    task: string,
    fields: readonly string[],
    clocks: Clocks,
    events: readonly Supposed[],
  ): Promise<RowForeseen> {
    const [{ rows, row: before }, supposed] = await Promise.all([
      this.counts.ofPlanWith(id, task, clocks),
      events.length === 0 ? undefined : this.projector.suppose('progress', events, this.clock.now()),
    ]);
    const after = supposed
      ? fields
          .map((field) => ({ field, state: stateOn(supposed.find(RowNow, { task, field }), clocks.on), rows: 1 }))
          .find(({ state }) => state > 0)
      : before;
    const changed = [...rows, ...(before ? [{ ...before, rows: -1 }] : []), ...(after ? [after] : [])];
    return {
      row: { before: standingOf(before), after: standingOf(after) },
      figures: { before: countsOfStates(rows, year), after: countsOfStates(changed, year) },
    };
  }
}
