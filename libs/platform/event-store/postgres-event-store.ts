import { setImmediate } from 'node:timers/promises';
import type pg from 'pg';
import { refuseBeyondLimits } from './append-limits.js';
import {
  type Appended,
  EventStore,
  type ExpectedRevision,
  ForeignCheckpoint,
  type NewEvent,
  type Position,
  type StoredEvent,
} from './event-store.js';
import { growingWait } from './growing-wait.js';
import { PostgresAppendQueue } from './postgres-append-queue.js';
import { isPassing, readersOf } from './postgres-connection.js';
import { COLUMNS, PostgresReadQueue, type Row, storedEvent } from './postgres-read-queue.js';
import { PostgresWakeups } from './postgres-wakeups.js';
import { RecentEvents } from './recent-events.js';

export type PostgresEventStoreOptions = {
  /** The set clock of a demonstration: an instant (ISO), or undefined for the server's time. Other logs refuse it. */
  readonly now?: () => string | undefined;
  /** How many connections append. */
  readonly writers?: number;
  /** How many connections read. */
  readonly readers?: number;
  /** How often a subscriber that was not woken looks by himself, ms. */
  readonly poll?: number;
};

/** How many events a batch of the whole log holds unless asked otherwise, and how many bytes of data at most. */
const BATCH = { events: 1_000, bytes: 8 * 1024 * 1024 } as const;

const POSITION = /^[1-9]\d{0,18}$/;
const LAST = 2n ** 63n - 1n;

const PAGE = {
  name: 'log-page',
  rowMode: 'array',
  text: `select ${COLUMNS}
    from (
      select l.*, sum(octet_length(l.data)) over (order by l.position) - octet_length(l.data) as before
      from (select * from log.events where position > $1 order by position limit $2) l
    ) e
    where e.before < ${BATCH.bytes}
    order by e.position`,
} as const;

const SOME = {
  name: 'log-some',
  rowMode: 'array',
  text: `select ${COLUMNS} from log.events e where e.position = any($1::bigint[]) order by e.position`,
} as const;

/** There may be more behind a page: it was cut by its count, or perhaps by its bytes, of which a sign has four at most. */
const isFull = (page: readonly StoredEvent[], batch: number): boolean =>
  page.length === batch || page.reduce((sum, { data }) => sum + data.length, 0) * 4 >= BATCH.bytes;

const END = { name: 'log-end', rowMode: 'array', text: 'select max(position) from log.events' } as const;

/**
 * The log in PostgreSQL. The database has been migrated before. Appends are committed in groups; a position is the
 * decimal number of the event in the log.
 */
export class PostgresEventStore extends EventStore {
  private readonly pool: pg.Pool;
  private readonly appends: PostgresAppendQueue;
  private readonly reads: PostgresReadQueue;
  private readonly wakeups: PostgresWakeups;
  private readonly poll: number;
  private readonly closing = new AbortController();
  private readonly recent = new RecentEvents();
  private id: string | undefined;

  constructor(url: string, options: PostgresEventStoreOptions = {}) {
    super();
    const readers = Math.max(2, options.readers ?? 4);
    this.poll = options.poll ?? 250;
    this.pool = readersOf(url, readers);
    this.reads = new PostgresReadQueue(this.pool, readers - 1);
    this.wakeups = new PostgresWakeups(url, (statement) => this.pool.query(statement));
    this.appends = new PostgresAppendQueue(url, {
      lanes: options.writers ?? 2,
      now: options.now ?? (() => undefined),
      onStored: (events) => {
        this.recent.append(events);
        this.wakeups.appended();
      },
    });
  }

  /** Opens the log of a migrated database; fails when there is none. */
  static async open(url: string, options: PostgresEventStoreOptions = {}): Promise<PostgresEventStore> {
    const store = new PostgresEventStore(url, options);
    try {
      await store.logId();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Ends subscriptions, writes what waits to be appended, and closes all connections. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.wakeups.close(), this.appends.close()]);
    await this.pool.end();
  }

  override async logId(): Promise<string> {
    return (this.id ??= await this.currentLogId());
  }

  override async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    refuseBeyondLimits(stream, events, expected);
    return this.appends.append(stream, events, expected);
  }

  override read(stream: string, from = 0): Promise<readonly StoredEvent[]> {
    return this.reads.read(stream, from);
  }

  override async at(positions: readonly Position[]): Promise<readonly StoredEvent[]> {
    if (positions.length === 0) return [];
    const values = [positions.map((position) => this.order(position))];
    const { rows } = await this.pool.query<Row & unknown[]>({ ...SOME, values });
    return rows.map(storedEvent);
  }

  override async *readAll(after?: Position, batch: number = BATCH.events): AsyncIterable<readonly StoredEvent[]> {
    let at = after === undefined ? '0' : this.order(after);
    const end = await this.end();
    const last = end === undefined ? 0n : BigInt(end);
    const following = (): Promise<readonly StoredEvent[]> => {
      const page = this.page(at, batch);
      page.catch(() => undefined);
      return page;
    };
    let next = BigInt(at) < last ? following() : undefined;
    while (next !== undefined) {
      const page = await next;
      const reached = page.at(-1)?.position;
      if (reached === undefined) return;
      at = reached;
      next = BigInt(at) < last ? following() : undefined;
      // The pool asks when nothing else is to be done: who takes a page in one go would have the next one asked for behind it.
      await setImmediate();
      yield BigInt(at) > last ? page.filter(({ position }) => BigInt(position) <= last) : page;
    }
  }

  override async *subscribe(
    after: Position | undefined,
    signal: AbortSignal,
    batch: number = BATCH.events,
  ): AsyncIterable<readonly StoredEvent[]> {
    const ended = AbortSignal.any([signal, this.closing.signal]);
    let at = after === undefined ? '0' : this.order(after);
    let log: string | undefined;
    let failures = 0;
    // What had been heard from elsewhere when the log was read last.
    let read: number | undefined;
    for (let connected = false; !ended.aborted;) {
      const { heard, elsewhere } = this.wakeups.count;
      let page: readonly StoredEvent[];
      let known: readonly StoredEvent[] | undefined;
      try {
        if (!connected) log = await this.verified(at, log);
        connected = true;
        known = this.recent.behind(at, batch);
        if (known) page = known;
        else if (read === elsewhere && this.recent.isLast(at)) page = [];
        else {
          page = await this.page(at, batch);
          this.recent.add(at, page);
          read = elsewhere;
        }
        failures = 0;
      } catch (error) {
        this.recent.forget();
        read = undefined;
        if (ended.aborted) return;
        if (error instanceof ForeignCheckpoint || !isPassing(error)) throw error;
        connected = false;
        failures += 1;
        await growingWait(failures, ended);
        continue;
      }
      const reached = page.at(-1)?.position;
      if (reached !== undefined) {
        at = reached;
        yield page;
      }
      // Behind what others have read there may be more by now.
      if (!known && !isFull(page, batch) && (await this.wakeups.next(heard, this.poll, ended))) read = undefined;
    }
  }

  override async end(): Promise<Position | undefined> {
    const { rows } = await this.pool.query<[string | null]>(END);
    return rows[0]?.[0] ?? undefined;
  }

  override order(position: Position): string {
    // Fewer than 19 digits are no number beyond the last.
    if (!POSITION.test(position) || (position.length > 18 && BigInt(position) > LAST))
      throw new ForeignCheckpoint(`"${position}" is no position of a log in PostgreSQL`);
    return position;
  }

  override positionOf(order: string): Position {
    return this.order(order);
  }

  private async currentLogId(): Promise<string> {
    const { rows } = await this.pool.query<[string]>({ text: 'select id from log.head', rowMode: 'array' });
    const id = rows[0]?.[0];
    if (id === undefined) throw new Error('the database holds no log');
    return id;
  }

  private async page(at: string, batch: number): Promise<readonly StoredEvent[]> {
    const { rows } = await this.pool.query<Row & unknown[]>({ ...PAGE, values: [at, batch] });
    return rows.map(storedEvent);
  }

  /** The id of the log, after making sure that `at` lies in it and that it is the log of before. */
  private async verified(at: string, before: string | undefined): Promise<string> {
    const [id, end] = await Promise.all([this.currentLogId(), this.end()]);
    if (before !== undefined && before !== id)
      throw new ForeignCheckpoint(`the log ${before} has become the log ${id}`);
    if (BigInt(end ?? 0) < BigInt(at)) {
      throw new ForeignCheckpoint(`position ${at} lies beyond the end of the log ${id}, which is ${end ?? 'empty'}`);
    }
    return id;
  }
}
