import { randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import { dayOfInstant, type AnyView, type JsonObject, type Table, type Upcasters } from '#kernel';
import type { Database } from '#platform/database';
import { PostgresEventStore, Upcasting, type StoredEvent } from '#platform/event-store';
import { Generation, Projector, type ReadEvent, readEvents, schemaOf } from '#platform/projector';
import { TestClock } from './clock.js';
import { MemoryRows } from './memory-rows.js';
import { freshDatabase, giveBack } from './postgres.js';
import { releasedLog } from './stored-events.js';

/** Something that happened, as far as a test tells it. */
export type Happened = {
  readonly stream: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly on?: string;
  /** A day or an instant; the clock of the log does not move without it. */
  readonly recorded?: string;
  readonly actor?: string;
};

/** A log and the views that follow it, without the rest of the product. */
export class ViewBench {
  private readonly projectors: Projector[] = [];

  private constructor(
    readonly database: Database,
    readonly store: PostgresEventStore,
    readonly clock: TestClock,
    readonly upcasting: Upcasting,
    readonly views: readonly AnyView[],
  ) {}

  static async open(views: readonly AnyView[], upcasters: Upcasters = {}): Promise<ViewBench> {
    const database = await freshDatabase();
    await database.pool.query('update log.head set demonstration = true');
    const clock = new TestClock('2025-12-01T02:00:00.000Z');
    const store = await PostgresEventStore.open(database.url, { now: () => clock.now() });
    return new ViewBench(database, store, clock, new Upcasting([upcasters]), views);
  }

  /** Another projector over the same log and tables, as another process would run it; it is stopped with the bench. */
  projector(views: readonly AnyView[] = this.views): Projector {
    const projector = new Projector(this.store, this.database, this.upcasting, views);
    this.projectors.push(projector);
    return projector;
  }

  /** Records what happened, event by event; answers the last position. */
  async given(...happened: readonly Happened[]): Promise<string> {
    let last = '';
    for (const { stream, type, data, on, recorded, actor } of happened) {
      if (recorded !== undefined) this.clock.set(recorded);
      const command = randomUUID();
      const event = {
        id: randomUUID(),
        type,
        schema: this.upcasting.schemaOf(type),
        on: on ?? dayOfInstant(this.clock.now()),
        actor: actor ?? 'someone',
        command,
        correlation: command,
        causation: command,
        data: canonicalize(data) ?? '',
      };
      const before = await this.store.read(stream);
      last = (await this.store.append(stream, [event], before.length - 1)).position;
    }
    return last;
  }

  /** Records the events as they are, into an empty log. */
  async stored(events: readonly StoredEvent[]): Promise<void> {
    for (const { stream, revision, recorded, position: _, ...event } of events) {
      this.clock.set(recorded);
      await this.store.append(stream, [event], revision - 1);
    }
  }

  /** The whole log. */
  async log(): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const batch of this.store.readAll()) events.push(...batch);
    return events;
  }

  /** The rows of a table of the live view. */
  async rows<Row extends object>(view: AnyView, table: Table<Row>): Promise<Row[]> {
    return (await this.tables(view))[table.name] as Row[];
  }

  /** All rows of a view, also those that follow from others, by the names of its tables' classes, in an order of their own. */
  async tables(view: AnyView, schema = schemaOf(view.name)): Promise<Record<string, object[]>> {
    const memory = new MemoryRows(view);
    const named = await Promise.all(
      [...view.tables, ...(view.derived?.tables ?? [])].map(async (table) => {
        const { rows } = await this.database.pool.query<object>(
          `select * from "${schema}"."${memory.tableName(table)}"`,
        );
        return [table.name, inOrder(rows)] as const;
      }),
    );
    return Object.fromEntries(named);
  }

  /** What the view's handlers make of the log when they are applied in memory, event by event. */
  async inMemory(view: AnyView): Promise<Record<string, object[]>> {
    const memory = new MemoryRows(view);
    for (const event of await this.log()) memory.see(event, this.upcasting);
    return Object.fromEntries(view.tables.map((table) => [table.name, inOrder([...memory.all(table)])]));
  }

  /** All rows of the view after the whole log was applied in batches of that size. */
  async inBatches(view: AnyView, size: number): Promise<Record<string, object[]>> {
    const { pool } = this.database;
    let from = '0';
    return this.next(view, size, async (generation, batch) => {
      const { at: to } = batch.at(-1) as ReadEvent;
      await generation.apply(pool, batch, from, to);
      from = to;
    });
  }

  /** All rows of the view after it was filled from nothing with no more than so many rows of a table, and facts, in hand. */
  async inBulk(view: AnyView, kept: number, facts = 1_000_000): Promise<Record<string, object[]>> {
    const { pool, url } = this.database;
    let last = '0';
    return this.next(
      view,
      7,
      async (generation, batch) => {
        last = (batch.at(-1) as ReadEvent).at;
        const heard = batch.filter((event) => generation.hears(event));
        if (heard.length > 0) await generation.add(url, heard, { formed: 1, sent: 1, kept, facts });
      },
      (generation) => generation.show(pool, url, last),
    );
  }

  /** All rows of a next generation of the view that takes the log in batches of that size. */
  private async next(
    view: AnyView,
    size: number,
    take: (generation: Generation, batch: readonly ReadEvent[]) => Promise<void>,
    end: (generation: Generation) => Promise<void> = () => Promise.resolve(),
  ): Promise<Record<string, object[]>> {
    const { pool } = this.database;
    const generation = await Generation.of(view, { next: true });
    await generation.make(pool, await this.store.logId());
    const log = await this.log();
    try {
      for (let at = 0; at < log.length; at += size) {
        await take(generation, readEvents(log.slice(at, at + size), this.store, this.upcasting));
      }
      await end(generation);
    } finally {
      await generation.abandon();
    }
    const tables = await this.tables(view, generation.schema);
    await pool.query(`drop schema "${generation.schema}" cascade`);
    await pool.query('delete from projector.checkpoint where view = $1', [generation.checkpoint]);
    return tables;
  }

  async close(): Promise<void> {
    await Promise.all(this.projectors.map((projector) => projector.stop()));
    await this.store.close();
    await giveBack(this.database);
  }
}

const inOrder = (rows: readonly object[]): object[] =>
  rows
    .map((row) => [canonicalize(row) ?? '', row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);

/** What every view keeps, shown on the memory of the past; to be called inside a `describe` of the view. */
export const keepsItsWord = (view: AnyView): void => {
  let bench: ViewBench;
  beforeAll(async () => {
    bench = await ViewBench.open([view]);
    await bench.stored(releasedLog());
    await bench.projector().start();
    await bench.projector().caughtUp([view.name], 20_000);
  });
  afterAll(() => bench.close());

  it('holds what its handlers make of the log, one event after the other', async () => {
    expect(await bench.tables(view)).toMatchObject(await bench.inMemory(view));
  });

  it.each([1, 2, 5, 1000])('holds the same rows whether the log comes in batches of %i or otherwise', async (size) => {
    expect(await bench.inBatches(view, size)).toEqual(await bench.tables(view));
  });

  it.each([
    [0, 1_000_000],
    [30, 1_000_000],
    [1_000, 1_000_000],
    [1_000, 5],
  ])('holds the same rows when it is filled with %i of each table and %i facts in hand', async (kept, facts) => {
    expect(await bench.inBulk(view, kept, facts)).toEqual(await bench.tables(view));
  });

  it('holds the same rows after a rebuild', async () => {
    const before = await bench.tables(view);
    await bench.projector().rebuild(view.name);
    expect(await bench.tables(view)).toEqual(before);
    expect(Object.values(before).flat().length).toBeGreaterThan(0);
  });
};
