import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import type pg from 'pg';
import { Refusal, refusal } from '#kernel';
import { ObligationDispatch, type Evidence, type ObligationCommands } from '#modules/task';
import { Clock } from '#platform/clock';
import { freshId, idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { isPlace, keyOf, pageOf, shownRefusal, type Page, type ShownRefusal } from '#platform/http';
import { Texts } from '#platform/texts';
import { BatchRun, type BatchLine } from './batch-run.table.js';

/** A report as a line carries it: typed text as it was typed, until it is kept where texts are kept. */
export type ReportData = Omit<ObligationCommands['ReportWork'], 'account' | 'evidence'> & {
  readonly account: string;
  readonly evidence: readonly Omit<Evidence, 'entry'>[];
};

export type AcceptData = ObligationCommands['AcceptReport'];

/** An act of a run that begins: one to be carried out, or one that is known to be refused. */
export type NewLine = { readonly row?: number; readonly command: string } & (
  | { readonly act: 'report'; readonly obligation: string; readonly data: ReportData }
  | { readonly act: 'accept'; readonly obligation: string; readonly data: AcceptData }
  | { readonly act: 'report' | 'accept'; readonly obligation: string | null; readonly refused: Refusal }
);

/** How far a run is. */
export type RunState = {
  readonly id: string;
  readonly plan: string;
  readonly kind: BatchRun['kind'];
  readonly made: string;
  readonly finished: string | null;
  /** Lines in all, and lines that have an outcome. */
  readonly total: number;
  readonly settled: number;
  readonly reported: number;
  readonly accepted: number;
  /** Wishes that were fulfilled already. */
  readonly unchanged: number;
  readonly refused: number;
  /** True while a process is at it; a run that nobody is at goes on by itself. */
  readonly working: boolean;
  /** What broke when it was last tried. */
  readonly fault: string | null;
};

/** A line that was refused. */
export type RefusedLine = {
  readonly line: number;
  readonly row: number | null;
  readonly obligation: string | null;
  readonly act: 'report' | 'accept';
} & ShownRefusal;

/** How a run is carried out; `refusals` are the first of what was refused. */
export type RunOutcome = RunState & { readonly refusals: readonly RefusedLine[]; readonly next: string | null };

type PendingLine = Pick<BatchLine, 'line' | 'act' | 'command' | 'data'> & { readonly obligation: string };
type Outcome = Pick<BatchLine, 'line' | 'code' | 'details'> & { readonly outcome: NonNullable<BatchLine['outcome']> };

/** How many lines are carried out before they are counted, and how many obligations at once. */
const CHUNK = 200;
const AT_ONCE = 12;
/** How long a process that says nothing counts as being at a run, and how often unfinished runs are looked for. */
const LEASE_SECONDS = 20;
const LOOK_MS = 5_000;
/** Runs of one process at a time. */
const RUNS_AT_ONCE = 3;

/**
 * Carries out many commands one by one, each counted or refused on its own. A run survives the process: its commands
 * have ids of their own, so that lines whose outcome was not noted any more are sent again and answered with their first
 * receipt. A process that serves HTTP goes on with runs that nobody is at.
 */
@Injectable()
export class BatchRuns implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly holder = freshId();
  private readonly logger = new Logger('batch');
  private readonly under = new Map<string, Promise<void>>();
  private looking: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly commands: CommandBus,
    private readonly texts: Texts,
    private readonly clock: Clock,
    private readonly http: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    if (!(this.http.httpAdapter as unknown)) return;
    this.looking = setInterval(() => void this.resume().catch(() => undefined), LOOK_MS);
    this.looking.unref();
  }

  /** Ends with the lines under way noted; the rest is for the next process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.looking);
    await Promise.allSettled(this.under.values());
  }

  /** Notes a run with all its lines and begins it; the same run noted again is the first one. */
  async begin(
    run: Pick<BatchRun, 'id' | 'plan' | 'kind'>,
    sender: Sender,
    lines: readonly NewLine[],
    within?: (client: pg.PoolClient) => Promise<unknown>,
  ): Promise<void> {
    const { actor, unit, role } = sender;
    const client = await this.database.pool.connect();
    try {
      await client.query('begin');
      const made = await client.query(
        `insert into batch_run (id, plan, kind, sender, made) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
        [run.id, run.plan, run.kind, { actor, unit, role }, this.clock.now()],
      );
      if (made.rowCount === 1) {
        for (let from = 0; from < lines.length; from += 1000) {
          const part = lines.slice(from, from + 1000).map((line, index) => rowOf(line, from + index));
          await client.query(
            `insert into batch_line (run, line, "row", obligation, act, command, data, outcome, code, details)
             select $1, line, "row", obligation, act, command, data, outcome, code, details
             from jsonb_to_recordset($2::jsonb) as l(line int, "row" int, obligation uuid, act text, command uuid,
               data jsonb, outcome text, code text, details jsonb)`,
            [run.id, JSON.stringify(part)],
          );
        }
        await within?.(client);
      }
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
    this.carryOn(run.id);
  }

  /** True when a run of that id was begun. */
  async has(id: string): Promise<boolean> {
    return (await this.database.pool.query('select 1 from batch_run where id = $1', [id])).rowCount === 1;
  }

  /** How far a run is; refused when there is none of that id in the plan. */
  async state(plan: string, id: string): Promise<RunState> {
    const { rows } = await this.database.pool.query<RunState>(
      `select r.id, r.plan, r.kind, r.made, r.finished, r.fault,
         r.finished is null and coalesce(r.held_until > now(), false) as working, l.*
       from batch_run r cross join lateral (
         select count(*)::int as total, count(outcome)::int as settled,
           (count(*) filter (where outcome = 'done' and act = 'report'))::int as reported,
           (count(*) filter (where outcome = 'done' and act = 'accept'))::int as accepted,
           (count(*) filter (where outcome = 'same'))::int as unchanged,
           (count(*) filter (where outcome = 'refused'))::int as refused
         from batch_line where run = r.id) l
       where r.id = $1 and r.plan = $2`,
      [id, plan],
    );
    const [found] = rows;
    if (!found) throw refusal('absent', 'batch.absent');
    return found;
  }

  /** A page of what was refused, in the order of the lines. */
  async refused(
    id: string,
    asked: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<RefusedLine>> {
    const [after = '-1'] = keyOf(asked.cursor, 1, [isPlace]) ?? [];
    const { rows } = await this.database.pool.query<Omit<RefusedLine, 'detail'>>(
      `select line, "row", obligation, act, code, coalesce(details, '{}') as details from batch_line
       where run = $1 and outcome = 'refused' and line > $2 order by line limit $3`,
      [id, Number.parseInt(after, 10), asked.limit + 1],
    );
    const { items, next } = pageOf(rows, asked.limit, ({ line }) => [String(line)]);
    return { items: items.map((line) => ({ ...line, ...shownRefusal(line) })), next };
  }

  /** How far a run is, after waiting for its end at most `waitMs`, and a page of what was refused. */
  async outcome(
    plan: string,
    id: string,
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly waitMs?: number },
  ): Promise<RunOutcome> {
    if (asked.waitMs !== undefined) await this.ended(id, asked.waitMs);
    const [state, page] = await Promise.all([this.state(plan, id), this.refused(id, asked)]);
    return { ...state, refusals: page.items, next: page.next };
  }

  /** Waits until a run has ended or something broke, at most that long. */
  async ended(id: string, patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    for (;;) {
      // What this process is at is not over, though the fault of its last try may still be noted.
      const work = this.under.get(id);
      const { rows } = await this.database.pool.query<{ over: boolean }>(
        'select finished is not null or (fault is not null and $2) as over from batch_run where id = $1',
        [id, !work],
      );
      const left = until - performance.now();
      if (rows[0]?.over !== false || left <= 0) return;
      await Promise.race([
        pause(Math.min(left, work ? left : 200), undefined, { ref: false }),
        ...(work ? [work] : []),
      ]);
    }
  }

  /** Goes on with every run that is not finished and that nobody is at. */
  async resume(): Promise<void> {
    const { rows } = await this.database.pool.query<{ id: string }>(
      `select id from batch_run where finished is null and coalesce(held_until < now(), true) order by made limit 20`,
    );
    for (const { id } of rows) this.carryOn(id);
  }

  private carryOn(id: string): void {
    if (this.stopping || this.under.has(id) || this.under.size >= RUNS_AT_ONCE) return;
    const work = this.work(id)
      .catch((error: unknown) => this.broken(id, error))
      .finally(() => {
        this.under.delete(id);
        if (!this.stopping && this.looking) void this.resume().catch(() => undefined);
      });
    this.under.set(id, work);
  }

  private async work(id: string): Promise<void> {
    const run = await this.hold(id);
    if (!run) return;
    for (;;) {
      if (this.stopping || !(await this.hold(id))) break;
      const { rows } = await this.database.pool.query<PendingLine>(
        `select line, obligation, act, command, data from batch_line
         where run = $1 and outcome is null order by line limit $2`,
        [id, CHUNK],
      );
      if (rows.length === 0) {
        await this.database.pool.query(
          'update batch_run set finished = $2, holder = null, held_until = null, fault = null where id = $1',
          [id, this.clock.now()],
        );
        return;
      }
      await this.chunk(run, rows);
    }
    await this.letGo(id, null);
  }

  /** Takes a run for this process, or says that it still has it; undefined when another one is at it. */
  private async hold(id: string): Promise<BatchRun | undefined> {
    const { rows } = await this.database.pool.query<BatchRun>(
      `update batch_run set holder = $2, held_until = now() + make_interval(secs => $3), fault = null
       where id = $1 and finished is null and (holder = $2 or coalesce(held_until < now(), true))
       returning id, plan, kind, sender`,
      [id, this.holder, LEASE_SECONDS],
    );
    return rows[0];
  }

  private async letGo(id: string, fault: string | null): Promise<void> {
    await this.database.pool.query(
      'update batch_run set holder = null, held_until = null, fault = $3 where id = $1 and holder = $2',
      [id, this.holder, fault],
    );
  }

  /** What broke may be whole again in a moment: the run stays, and is left alone until its hold has run out. */
  private async broken(id: string, error: unknown): Promise<void> {
    this.logger.error(`run ${id} stops: ${String(error)}`);
    await this.database.pool
      .query('update batch_run set fault = $3 where id = $1 and holder = $2', [id, this.holder, String(error)])
      .catch(() => undefined);
  }

  /** Carries lines out, those of one obligation in their order, and notes every outcome even when one breaks. */
  private async chunk(run: BatchRun, lines: readonly PendingLine[]): Promise<void> {
    const groups = new Map<string, PendingLine[]>();
    for (const line of lines) groups.set(line.obligation, [...(groups.get(line.obligation) ?? []), line]);
    const outcomes: Outcome[] = [];
    const waiting = [...groups.values()];
    const worker = async (): Promise<void> => {
      for (let group = waiting.shift(); group; group = waiting.shift()) {
        for (const line of group) outcomes.push(await this.carriedOut(run, line));
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, groups.size) }, worker));
    await this.database.pool.query(
      `update batch_line l set outcome = o.outcome, code = o.code, details = o.details, data = null
       from jsonb_to_recordset($2::jsonb) as o(line int, outcome text, code text, details jsonb)
       where l.run = $1 and l.line = o.line`,
      [run.id, JSON.stringify(outcomes)],
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private async carriedOut(run: BatchRun, line: PendingLine): Promise<Outcome> {
    try {
      const receipt = await this.send(run, line);
      return { line: line.line, outcome: receipt.unchanged ? 'same' : 'done', code: null, details: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { line: line.line, outcome: 'refused', code: error.code, details: error.details };
    }
  }

  private send({ id, sender: from }: BatchRun, { obligation, act, command, data }: PendingLine): Promise<Receipt> {
    const sender: Sender = { ...from, command, correlation: id, causation: id };
    if (act === 'accept') {
      const accept = data as AcceptData;
      return this.commands.execute(new ObligationDispatch(obligation, sender, 'AcceptReport', accept));
    }
    const { account, evidence, ...report } = data as unknown as ReportData;
    return this.texts.during(sender, { account }, (refs) =>
      this.commands.execute(
        new ObligationDispatch(obligation, sender, 'ReportWork', {
          ...report,
          evidence: evidence.map((piece, index) => ({ entry: idOf(command, 'evidence', index), ...piece })),
          ...(refs.account ? { account: refs.account } : {}),
        }),
      ),
    );
  }
}

const rowOf = (line: NewLine, index: number): object => {
  const { obligation, act, command } = line;
  const of = { line: index, row: line.row ?? null, obligation, act, command };
  if (!('refused' in line)) return { ...of, data: line.data };
  return { ...of, outcome: 'refused', code: line.refused.code, details: line.refused.details };
};
