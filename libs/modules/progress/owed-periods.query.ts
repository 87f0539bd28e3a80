import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import { owedPeriods, waitingReports } from './progress-states.query.js';
import type { Clocks, ObligationState, PeriodState } from './progress.query.js';

/** What one unit owes in one period of one row, at (D, R). */
export type OwedPeriod = Pick<
  ObligationState,
  'obligation' | 'task' | 'ordinal' | 'code' | 'title' | 'unit' | 'cycle' | 'suspended'
> &
  PeriodState & {
    readonly field: string;
    /** How many periods the obligation has. */
    readonly periods: number;
    /** The period's own due day; the due date in force, own or of the row, where the row is met once. */
    readonly due: string | null;
    /** The due day at promulgation or addition. */
    readonly originalDue: string | null;
    /** The due date that was in force on the accepted work day. */
    readonly dueThen: string | null;
    readonly version: number | null;
    /** The obligation on which the report was made: this one, or one from which it was handed on. */
    readonly reportOf: string | null;
    readonly complete: boolean | null;
    readonly percent: number | null;
    /** The work day that the report names. */
    readonly reportedDay: string | null;
  };

/** A report that waits and may be answered, at (D, R). */
export type WaitingPeriod = Pick<OwedPeriod, 'task' | 'code' | 'title' | 'field' | 'unit' | 'period'> & {
  /** Where it counts: its own obligation, or one to which that was handed on; of none in force the one that began last. */
  readonly obligation: string;
  readonly reportOf: string;
  readonly report: string;
  readonly version: number;
  readonly complete: boolean;
  readonly percent: number;
  readonly workDay: string;
  /** As it is in force on D, also where the obligation is not. */
  readonly due: string | null;
  /** The place of the row in the annex. */
  readonly rank: number;
  /** That obligation is in force. */
  readonly counts: boolean;
};

/** What is owed period by period: the lines of status tables, of the ledger of lateness and of the list for chasing. */
@Injectable()
export class OwedPeriods {
  constructor(private readonly database: Database) {}

  /** All periods of the obligations in force, in the order of rows, units' ids and periods. */
  async of(
    plan: string,
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
    asked: { readonly unit?: string | undefined; readonly task?: string | undefined } = {},
  ): Promise<readonly OwedPeriod[]> {
    return this.database.joined<OwedPeriod>({
      name: 'owed-periods',
      text: owedPeriods,
      values: [plan, on, upTo, asked.unit ?? null, asked.task ?? null],
    });
  }

  /** The reports that wait and may be answered, each once, in no order. */
  async waiting(
    plan: string,
    { on, upTo }: Pick<Clocks, 'on' | 'upTo'>,
    asked: { readonly unit?: string | undefined; readonly task?: string | undefined },
  ): Promise<readonly WaitingPeriod[]> {
    return this.database.joined<WaitingPeriod>({
      name: 'waiting-reports',
      text: waitingReports,
      values: [plan, on, upTo, asked.unit ?? null, asked.task ?? null],
    });
  }
}
