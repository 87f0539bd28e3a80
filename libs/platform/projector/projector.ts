import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { refusal, type AnyView, type Day, type JsonObject, type Rows } from '#kernel';
import { LEASES, Together, type Database } from '#platform/database';
import { type EventStore, isBehind, type Upcasting } from '#platform/event-store';
import { Filling } from './filling.js';
import { Fenced, Generation, PoisonedEvent } from './generation.js';
import { keptAmong, Leases } from './leases.js';
import { type ReadEvent, readEvents } from './read-event.js';

/** How a view stands. `lag` counts positions of the log that the view has not passed yet. */
export type ViewState = {
  readonly view: string;
  readonly position: string;
  readonly lag: number;
  readonly status: 'live' | 'stopped' | 'foreign';
  readonly stopped: { readonly event: string; readonly type: string; readonly error: string } | null;
  /** Some worker keeps it. */
  readonly kept: boolean;
};

/** Told of what the projector does; the programs write it to their log. */
export type ProjectorLog = (level: 'info' | 'warn' | 'error', words: string) => void;

/** An event that nobody has recorded: on which stream it would be, and what it would say. */
export type Supposed = {
  readonly stream: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly on: Day;
  readonly actor: string;
};

/** A view as this process carries it: what the database knows (`stored`) and what it has read (`seen`). */
type Carried = {
  readonly generation: Generation;
  stored: string;
  seen: string;
  stopped: boolean;
  work: Promise<void>;
  /** Events applied here, and the count at which the planner is told of the tables again. */
  applied: number;
  /** How often it may have changed here, or somewhere else unseen. */
  version: number;
  analyzeAt: number;
};

const EMPTY = '0';
/** How long views wait at most between two batches while much is recorded and nobody waits for them. */
const LONGEST_PAUSE_MS = 100;
/** Where a resume or a rebuild by another process is told to those that keep views. */
const CHANGED = 'camket_views';
/** Where a process says which view it waits for, and how often it says so at most. */
const WAITING = 'camket_view_waited_for';
const SAYING_MS = 25;
const stoppedAt = ({ event, reason }: PoisonedEvent): NonNullable<ViewState['stopped']> => ({
  event: event.id,
  type: event.type,
  error: reason,
});

/**
 * One reader of the log feeds all live views of this process. Each view has its own checkpoint and lease; a poisoned
 * event stops its view alone; checkpoints pass events that a view ignores, at most once a second.
 */
@Injectable()
export class Projector {
  private readonly carried = new Map<string, Carried>();
  private readonly passedBy = new EventEmitter().setMaxListeners(0);
  private readonly ending = new AbortController();
  private reading: AbortController | undefined;
  /** Somebody waits for a view since the last pause; what ends the pause of now. */
  private hurried = false;
  private pausing: AbortController | undefined;
  private running: Promise<void> | undefined;
  private idle: NodeJS.Timeout | undefined;
  private readonly leases: Leases;
  private readonly said = new Map<string, number>();
  private readonly checkpoints = new Together<string, string>(async (names) => {
    const { rows } = await this.database.pool.query<{ view: string; position: string }>(
      'select view, position from projector.checkpoint where view = any($1)',
      [names],
    );
    return names.map((name) => rows.find(({ view }) => view === name)?.position ?? EMPTY);
  });

  constructor(
    private readonly store: EventStore,
    private readonly database: Database,
    private readonly upcasting: Upcasting,
    readonly views: readonly AnyView[],
    private readonly log: ProjectorLog = () => undefined,
  ) {
    const look = (): void => this.reading?.abort();
    const lost = (): void => {
      for (const view of this.carried.values()) view.version += 1;
      look();
    };
    const hears = { [CHANGED]: look, [WAITING]: (name: string) => this.waitedFor(name) };
    this.leases = new Leases(database, LEASES, { lost, hears });
  }

  /** Makes or rebuilds what is missing, then follows the log until `stop`. */
  async start(progress: (view: string, done: bigint, all: bigint) => void = () => undefined): Promise<void> {
    await this.prepare(progress);
    await this.leases.take([...this.carried.keys()]);
    this.idle = setInterval(() => {
      for (const view of this.carried.values()) if (this.owns(view) && view.stored !== view.seen) this.keep(view);
      this.takeFree().catch(() => undefined);
    }, 1000);
    this.idle.unref();
    this.running = this.follow();
  }

  /** Ends after the batches under way. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.reading?.abort();
    clearInterval(this.idle);
    await this.running;
    await Promise.all([...this.carried.values()].map(({ work }) => work.catch(() => undefined)));
    await this.leases.close();
  }

  /**
   * Waits until these views have passed a position, at most `patience` milliseconds (2 s). False: they have not; the
   * answer that follows is stale. Refuses what is no position (`request.bad-position`).
   */
  async passed(views: readonly string[], position: string, patience = 2000): Promise<boolean> {
    const wanted = this.orderOf(position);
    const until = performance.now() + patience;
    for (const name of views) {
      for (;;) {
        // A view that another process keeps is seen in its checkpoint only.
        const own = this.running && this.leases.holds(name) ? this.carried.get(name) : undefined;
        if (!isBehind(own?.seen ?? (await this.checkpointOf(name)), wanted)) break;
        const left = until - performance.now();
        if (left <= 0) return false;
        if (own) this.hurry();
        else this.sayWaiting(name);
        await (own
          ? Promise.race([new Promise((resolve) => this.passedBy.once(name, resolve)), wait(Math.min(left, 100))])
          : wait(Math.min(left, 25)));
      }
    }
    return true;
  }

  /**
   * Waits likewise for a position that somebody may name, as of the receipt behind which he asks; true when what these
   * views answer is stale all the same. An empty one is none.
   */
  async lags(views: readonly string[], after: string | undefined): Promise<boolean> {
    return after !== undefined && after !== '' && !(await this.passed(views, after));
  }

  /** People send positions back that they were given; some send others. */
  private orderOf(position: string): string {
    try {
      return this.store.order(position);
    } catch {
      throw refusal('invalid', 'request.bad-position');
    }
  }

  /** Waits likewise until these views have seen all that the log holds now. */
  async caughtUp(views: readonly string[], patience = 2000): Promise<boolean> {
    const end = await this.store.end();
    return end === undefined || this.passed(views, end, patience);
  }

  /**
   * As long as this number stays the same a view holds what it held: who has asked it need not ask again. Undefined when
   * another process keeps the view, and may change it at any time.
   */
  versionOf(name: string): number | undefined {
    const view = this.carried.get(name);
    return this.running && view && !view.stopped && this.leases.keeps(name) ? view.version : undefined;
  }

  /**
   * Rows of a view as they would stand if these events were recorded now, at the instant `recorded`, behind what the view
   * has seen; rows that they do not touch are not found. Nothing is written.
   */
  async suppose(name: string, events: readonly Supposed[], recorded: string): Promise<Pick<Rows, 'find'>> {
    const view = this.known(name);
    const generation = this.carried.get(name)?.generation ?? (await Generation.of(view));
    const end = await this.store.end();
    const last = BigInt(end === undefined ? EMPTY : this.store.order(end));
    const stored = events.map((event, index) => {
      const id = randomUUID();
      const data = JSON.stringify(event.data);
      const at = { position: this.store.positionOf(String(last + BigInt(index + 1))), revision: index, recorded };
      return {
        ...event,
        ...at,
        data,
        id,
        schema: this.upcasting.schemaOf(event.type),
        command: id,
        correlation: id,
        causation: id,
      };
    });
    return generation.suppose(this.database.pool, readEvents(stored, this.store, this.upcasting));
  }

  /** The position up to which a view has seen the log, as the database knows it. */
  checkpointOf(name: string): Promise<string> {
    return this.checkpoints.of(name);
  }

  /** How all views stand. */
  async states(): Promise<readonly ViewState[]> {
    const names = this.views.map(({ name }) => name);
    const { rows } = await this.database.pool.query<{
      view: string;
      position: string;
      log: string;
      stopped: ViewState['stopped'];
    }>('select view, position, log, stopped from projector.checkpoint');
    // Asked for behind the checkpoints, so that none of this log lies beyond it.
    const [end, log, kept] = await Promise.all([
      this.store.end(),
      this.store.logId(),
      keptAmong(this.database.pool, LEASES, names),
    ]);
    const last = end === undefined ? EMPTY : this.store.order(end);
    return this.views.map(({ name }) => {
      const row = rows.find(({ view }) => view === name);
      const seen = this.carried.get(name)?.seen;
      const position = seen && row && isBehind(row.position, seen) ? seen : (row?.position ?? EMPTY);
      return {
        view: name,
        position,
        lag: Math.max(0, Number(BigInt(last) - BigInt(position))),
        status: row?.stopped
          ? 'stopped'
          : row && (row.log !== log || isBehind(last, row.position))
            ? 'foreign'
            : 'live',
        stopped: row?.stopped ?? null,
        kept: kept.has(name),
      };
    });
  }

  /** Views of which tables are not there as they were made, with the names of those; a rebuild makes them anew. */
  async incomplete(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { pool } = this.database;
    const { rows } = await pool.query<{ view: string; shape: string }>('select view, shape from projector.checkpoint');
    const found = new Map<string, readonly string[]>();
    for (const view of this.views) {
      const generation = this.carried.get(view.name)?.generation ?? (await Generation.of(view));
      // One of other tables is made anew at the next start.
      if (rows.find((row) => row.view === view.name)?.shape !== generation.shape) continue;
      const lacking = await generation.lacking(pool);
      if (lacking.length > 0) found.set(view.name, lacking);
    }
    return found;
  }

  /** Lets a stopped view go on from its checkpoint, after the repair. */
  async resume(name: string): Promise<void> {
    this.known(name);
    await this.database.pool.query('update projector.checkpoint set stopped = null where view = $1', [name]);
    await this.tell();
  }

  /**
   * Fills the next generation of some views beside the live ones, with one reading of the log, and puts each in its place
   * in one transaction; commands go on meanwhile. Throws the PoisonedEvent that a view cannot take; that view stays as it
   * is, the others are rebuilt.
   */
  async rebuild(
    names: string | readonly string[],
    progress: (done: bigint, all: bigint) => void = () => undefined,
  ): Promise<void> {
    const views = (typeof names === 'string' ? [names] : [...names].sort()).map((name) => this.known(name));
    const [poison] = await this.fill(views, progress);
    await this.tell();
    if (poison) throw poison;
  }

  /**
   * Fills and puts in place; answers the events that views could not take. Such a view stays as it is, or, when what is
   * there is of no use to it, begins with what stood before that event and stands stopped.
   */
  private async fill(
    views: readonly AnyView[],
    progress: (done: bigint, all: bigint) => void,
    options: { readonly evenPoisoned?: boolean } = {},
  ): Promise<readonly PoisonedEvent[]> {
    const { pool } = this.database;
    const gate = await this.lockedClient('rebuild');
    const slower = (view: string, why: string): void =>
      this.log('warn', `the view ${view} is not filled in bulk but event by event, because ${why}`);
    const filling = new Filling(this.store, this.database, this.upcasting, progress, slower);
    try {
      let waiting: readonly Generation[] = await Promise.all(views.map((view) => Generation.of(view, { next: true })));
      await filling.begin(waiting);
      while (waiting.length > 0) {
        await filling.catchUp(waiting);
        const behind: Generation[] = [];
        for (const next of waiting) {
          const poison = filling.poisons.get(next);
          if (poison && !options.evenPoisoned) continue;
          if (!(await next.takeOver(pool, this.store, poison && stoppedAt(poison)))) behind.push(next);
        }
        waiting = behind;
      }
    } finally {
      await gate.end();
    }
    return [...filling.poisons.values()];
  }

  /** Lets whoever keeps views look at their checkpoints again, in this process and in others. */
  private async tell(): Promise<void> {
    await this.database.pool.query(`notify ${CHANGED}`);
    this.reading?.abort();
  }

  private known(name: string): AnyView {
    const view = this.views.find((candidate) => candidate.name === name);
    if (!view) throw refusal('absent', 'view.absent', { view: name });
    return view;
  }

  /** Makes or rebuilds what is missing; of several that start at once one does it and the others wait. */
  async prepare(progress: (view: string, done: bigint, all: bigint) => void = () => undefined): Promise<void> {
    const gate = await this.lockedClient('prepare');
    try {
      const [log, end] = await Promise.all([this.store.logId(), this.store.end()]);
      const outdated: string[] = [];
      for (const view of this.views) {
        const generation = await Generation.of(view);
        const { rows } = await this.database.pool.query<{ shape: string; log: string; position: string }>(
          'select shape, log, position from projector.checkpoint where view = $1',
          [view.name],
        );
        const row = rows[0];
        if (!row && end === undefined) {
          await generation.make(this.database.pool, log);
        } else if (!row || (row.shape !== generation.shape && row.log === log)) {
          outdated.push(view.name);
        } else if (row.log === log) {
          const lacking = await generation.lacking(this.database.pool);
          if (lacking.length > 0) {
            this.log('warn', `somebody has changed or dropped ${lacking.join(', ')} of the view ${view.name}`);
            outdated.push(view.name);
          }
        }
        this.carried.set(view.name, {
          generation,
          stored: EMPTY,
          seen: EMPTY,
          stopped: false,
          work: Promise.resolve(),
          applied: 0,
          version: 0,
          analyzeAt: 200,
        });
      }
      if (outdated.length > 0) {
        this.log('info', `rebuilding ${outdated.join(', ')}`);
        const poisons = await this.fill(
          outdated.map((name) => this.known(name)),
          (done, all) => progress(outdated.join(', '), done, all),
          { evenPoisoned: true },
        );
        for (const poison of poisons) this.log('error', `a view stopped at ${poison.message}`);
        await this.tell();
      }
    } finally {
      await gate.end();
    }
  }

  private async follow(): Promise<void> {
    let patience = 50;
    while (!this.ending.signal.aborted) {
      const reading = (this.reading = new AbortController());
      try {
        const views = await this.claim();
        if (views.length === 0) {
          await wait(1000, undefined, { signal: AbortSignal.any([reading.signal, this.ending.signal]) });
          continue;
        }
        const from = views.map(({ seen }) => seen).reduce((a, b) => (isBehind(a, b) ? a : b));
        const after = from === EMPTY ? undefined : this.store.positionOf(from);
        for await (const batch of this.store.subscribe(after, reading.signal, 1000)) {
          const began = performance.now();
          const events = readEvents(batch, this.store, this.upcasting);
          await Promise.all(views.map((view) => this.take(view, events)));
          if (batch.length > 1) await this.pause(performance.now() - began, reading.signal);
          patience = 50;
        }
      } catch (error) {
        if (reading.signal.aborted || this.ending.signal.aborted) continue;
        if (!(error instanceof Fenced)) {
          this.log('warn', `views wait: ${error instanceof Error ? error.message : String(error)}`);
        }
        await wait(patience, undefined, { signal: this.ending.signal }).catch(() => undefined);
        patience = Math.min(patience * 2, 5000);
      }
    }
  }

  /**
   * Views come along in the pauses of a busy machine: what is recorded meanwhile is written together. They rest as long
   * as their work took, and on for as long as nobody waits for them.
   */
  private async pause(worked: number, reading: AbortSignal): Promise<void> {
    const least = Math.min(LONGEST_PAUSE_MS, worked);
    await wait(least, undefined, { signal: reading }).catch(() => undefined);
    if (!this.hurried) {
      this.pausing = new AbortController();
      const signal = AbortSignal.any([reading, this.pausing.signal]);
      await wait(LONGEST_PAUSE_MS - least, undefined, { signal }).catch(() => undefined);
    }
    this.hurried = false;
  }

  /** Lets whoever keeps a view know that somebody here waits for it. */
  private sayWaiting(name: string): void {
    const now = performance.now();
    if (now - (this.said.get(name) ?? -SAYING_MS) < SAYING_MS) return;
    this.said.set(name, now);
    this.database.pool.query('select pg_notify($1, $2)', [WAITING, name]).catch(() => undefined);
  }

  /** Somebody elsewhere waits for a view and sees its checkpoint alone. */
  private waitedFor(name: string): void {
    this.hurry();
    const view = this.carried.get(name);
    if (view && this.owns(view) && view.stored !== view.seen) this.keep(view);
  }

  private hurry(): void {
    this.hurried = true;
    this.pausing?.abort();
  }

  /** Takes the leases that are free and reads where their views stand. */
  private async claim(): Promise<Carried[]> {
    await this.leases.take([...this.carried.keys()]);
    const log = await this.store.logId();
    const views: Carried[] = [];
    for (const view of this.carried.values()) {
      const { name } = view.generation.view;
      const { rows } = await this.database.pool.query<{ position: string; stopped: object | null; log: string }>(
        'select position, stopped, log from projector.checkpoint where view = $1',
        [name],
      );
      const row = rows[0];
      if (!row) throw new Error(`the view ${name} has no checkpoint`);
      const end = await this.store.end();
      const beyond = isBehind(end === undefined ? EMPTY : this.store.order(end), row.position);
      if (row.log !== log || beyond) {
        this.log('error', `the view ${name} was made from another log; rebuild it: camket views rebuild ${name}`);
        view.stopped = true;
      } else {
        view.stopped = row.stopped !== null;
      }
      view.stored = view.seen = row.position;
      view.version += 1;
      view.analyzeAt = Math.max(view.analyzeAt, 4 * Number(row.position));
      view.generation.forget();
      if (this.owns(view) && !view.stopped) views.push(view);
    }
    return views;
  }

  /** Takes the leases of views that another process has let go, beside those that this one keeps. */
  private async takeFree(): Promise<void> {
    if ((await this.leases.take([...this.carried.keys()])).length > 0) this.reading?.abort();
  }

  private owns({ generation }: Carried): boolean {
    return this.leases.holds(generation.view.name);
  }

  private take(view: Carried, batch: readonly ReadEvent[]): Promise<void> {
    return (view.work = view.work
      .catch(() => undefined)
      .then(async () => {
        if (view.stopped) return;
        const [first, { at: last }] = [batch[0], batch.at(-1)] as [ReadEvent, ReadEvent];
        if (!isBehind(view.seen, last)) return;
        const fresh = isBehind(view.seen, first.at) ? batch : batch.filter(({ at }) => isBehind(view.seen, at));
        if (fresh.some((event) => view.generation.hears(event))) {
          try {
            const { pool } = this.database;
            await view.generation.apply(pool, fresh, view.stored, last).finally(() => (view.version += 1));
            view.stored = last;
            view.applied += fresh.length;
            // Tables that grow fast look small to PostgreSQL's planner until somebody counts; autovacuum is a minute late.
            if (view.applied >= view.analyzeAt) {
              view.analyzeAt = view.applied * 4;
              await view.generation.analyze(pool);
            }
          } catch (error) {
            if (!(error instanceof PoisonedEvent)) throw error;
            await this.stopView(view, error);
            return;
          }
        }
        view.seen = last;
        this.passedBy.emit(view.generation.view.name);
      }));
  }

  private keep(view: Carried): void {
    view.work = view.work
      .catch(() => undefined)
      .then(async () => {
        if (view.stopped || view.stored === view.seen) return;
        const to = view.seen;
        await view.generation.apply(this.database.pool, [], view.stored, to);
        view.stored = to;
      });
    view.work.catch(() => this.reading?.abort());
  }

  private async stopView(view: Carried, poison: PoisonedEvent): Promise<void> {
    const { name } = view.generation.view;
    await this.database.pool.query('update projector.checkpoint set stopped = $2 where view = $1', [
      name,
      JSON.stringify(stoppedAt(poison)),
    ]);
    view.stopped = true;
    view.stored = view.seen = await this.checkpointOf(name);
    this.log('error', `the view ${name} stopped at ${poison.message}; after the repair: camket views resume ${name}`);
  }

  /** A connection that holds a lock of that name until it ends. */
  private async lockedClient(name: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.database.url, application_name: 'camket lock' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('select pg_advisory_lock($1, hashtext($2))', [LEASES + 1, name]);
    return client;
  }
}
