import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { Database } from '#platform/database';
import { EventStore } from '#platform/event-store';
import { Projector } from '#platform/projector';
import { OwedPeriods } from './owed-periods.query.js';
import { ProgressQuery, type Clocks } from './progress.query.js';

/** A period that a unit still owes. A row that is owed once has one period, whose due day is that of the obligation. */
export type OpenPeriod = {
  readonly plan: string;
  readonly task: string;
  readonly obligation: string;
  readonly unit: string;
  readonly code: string;
  readonly title: string;
  readonly period: number;
  /** How many periods the row has. */
  readonly periods: number;
  readonly due: Day;
  /** A complete report of it waits for acceptance. */
  readonly waiting: boolean;
};

/** Which row of which plan an obligation is about, and who owes it. */
export type OwedRow = Pick<OpenPeriod, 'plan' | 'task' | 'obligation' | 'unit' | 'code' | 'title' | 'periods'>;

/** Asks what is still to come, for those who remind. */
@Injectable()
export class DuesQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
    private readonly store: EventStore,
    private readonly progress: ProgressQuery,
    private readonly periods: OwedPeriods,
  ) {}

  /** The plans that count on a day as the log had it at a position. */
  async plansInForce({ on, upTo }: Pick<Clocks, 'on' | 'upTo'>): Promise<readonly string[]> {
    const { rows } = await this.database.pool.query<{ plan: string }>(
      `select distinct plan from view_progress.promulgation where "on" <= $1 and since <= $2 and $2 < until order by plan`,
      [on, upTo],
    );
    return rows.map(({ plan }) => plan);
  }

  /** What is still owed in the rows of a plan that are neither completed nor suspended, in the order of rows. */
  async open(plan: string, clocks: Pick<Clocks, 'on' | 'upTo'>): Promise<readonly OpenPeriod[]> {
    const [rows, periods] = await Promise.all([this.progress.rows(plan, clocks), this.periods.of(plan, clocks)]);
    const done = new Set(rows.filter(({ completed }) => completed).map(({ task }) => task));
    return periods.flatMap((one) => {
      const { task, obligation, unit, code, title, period, due, state } = one;
      if (due === null || state === 'accepted' || one.suspended || done.has(task)) return [];
      const waiting = state === 'waiting' && one.complete === true;
      return [{ plan, task, obligation, unit, code, title, period, periods: one.periods, due, waiting }];
    });
  }

  /** What an obligation is about, as the log had it at a position; undefined when there was no such obligation. */
  async owed(obligation: string, upTo: string): Promise<OwedRow | undefined> {
    const { rows } = await this.database.pool.query<OwedRow>({
      name: 'owed-row',
      text: `select o.plan, o.task, o.obligation, o.unit, t.code, t.title,
               (select count(distinct p.period)::int from view_progress.period p
                where p.plan = o.plan and p.cycle = t.cycle and p.period >= t."firstPeriod"
                  and p.since <= $2 and $2 < p.until) as periods
             from view_progress.obligation o
             join view_progress.task t on t.task = o.task and t.since <= $2 and $2 < t.until
             where o.obligation = $1 and o.since <= $2 and $2 < o.until
             order by t."on" desc, t.since desc, o."on" desc, o.since desc limit 1`,
      values: [obligation, upTo],
    });
    return rows[0];
  }

  /** The period that a report is about, as the log had it at a position. */
  async periodOf(report: string, upTo: string): Promise<number | undefined> {
    const { rows } = await this.database.pool.query<{ period: number }>({
      name: 'period-of-report',
      text: `select period from view_progress.report_version where report = $1 and since <= $2 order by version limit 1`,
      values: [report, upTo],
    });
    return rows[0]?.period;
  }

  /**
   * The due date that each extension moves, as the log had it at a position: the one in force on its day of effect by what
   * was entered before it, with everything as corrected.
   */
  async beforeExtensions(plan: string, upTo: string): Promise<ReadonlyMap<string, Day>> {
    const { rows } = await this.database.pool.query<{ entry: string; before: Day }>({
      name: 'due-before-extension',
      text: `with known as materialized (
               select d.* from view_progress.due d
               where d.plan = $1 and d.since <= $2 and $2 < d.until and d.since >= (
                 select max(since) from view_progress.promulgation
                 where plan = $1 and since <= $2 and $2 < until)
             )
             select e.entry, b.due as before from known e
             cross join lateral (
               select due from known
               where subject in (e.subject, e.task) and "on" <= e."on" and entered < e.entered
               order by ranks desc, entered desc, since desc limit 1) b
             where e.kind = 'extension' and b.due is not null`,
      values: [plan, upTo],
    });
    return new Map(rows.map(({ entry, before }) => [entry, before]));
  }

  /**
   * Who owed a row on the day on which something of it took effect, as the log had it at a position: by `entry` of what
   * is asked. Of what took effect before anybody owed the row, those who owe it first. A row that is cancelled or removed
   * takes nobody out.
   */
  async owersAt(
    plan: string,
    asked: readonly { readonly entry: string; readonly task: string; readonly effect: Day }[],
    upTo: string,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const { rows } = await this.database.pool.query<{ entry: string; units: readonly string[] }>({
      name: 'owers-at',
      text: `with known as materialized (
               select * from view_progress.obligation
               where plan = $1 and since <= $2 and $2 < until and since >= (
                 select max(since) from view_progress.promulgation
                 where plan = $1 and since <= $2 and $2 < until)
             ),
             first as (select task, min("on") as "on" from known group by task),
             last as (
               select distinct on (a.entry, k.obligation) a.entry, k.unit, k.holds
               from unnest($3::uuid[], $4::uuid[], $5::date[]) as a (entry, task, effect)
               join first f on f.task = a.task
               join known k on k.task = a.task and k."on" <= greatest(a.effect, f."on")
               order by a.entry, k.obligation, k."on" desc, k.since desc
             )
             select entry, array_agg(unit order by unit) as units from last where holds group by entry`,
      values: [
        plan,
        upTo,
        asked.map(({ entry }) => entry),
        asked.map(({ task }) => task),
        asked.map(({ effect }) => effect),
      ],
    });
    return new Map(rows.map(({ entry, units }) => [entry, units]));
  }

  /** True once the figures have come as far as that position. */
  hasSeen(upTo: string): Promise<boolean> {
    return this.projector.passed(['progress'], this.store.positionOf(upTo));
  }
}
