import pg from 'pg';
import { PostgresEventStore, restorePostgresLog, type StoredEvent } from '#platform/event-store';
import { newEvent, newEvents, newStream } from '../support/events.js';
import { freshDatabase, giveBack } from '../support/postgres.js';
import { eventStoreContract, expectEventually } from './cases.js';

eventStoreContract('PostgreSQL keeps it', (url, options) => PostgresEventStore.open(url, options));

type Ask = (this: pg.Client, ...asked: [string | { readonly name?: string }]) => unknown;

describe('The log in PostgreSQL', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let url: string;
  let sql: pg.Pool;
  let store: PostgresEventStore;

  beforeEach(async () => {
    const database = await freshDatabase();
    ({ url, pool: sql } = database);
    store = await PostgresEventStore.open(url);
    closing.push(
      () => giveBack(database),
      () => store.close(),
    );
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('takes rows from its own function only, and never changes or loses one', async () => {
    await store.append(newStream(), newEvents(2), -1);
    for (const statement of [
      `insert into log.events select position + 100, stream || 'x', revision, id, type, schema, day, actor, command,
         correlation, causation, recorded, data from log.events`,
      `update log.events set data = '{}'`,
      'delete from log.events',
      'truncate log.events',
      'update log.head set id = gen_random_uuid()',
      'update log.head set demonstration = true',
      'delete from log.head',
      'insert into log.head default values',
    ]) {
      await expect(sql.query(statement)).rejects.toThrow(/the log is only added to|a log keeps its id/);
    }
    expect(await store.end()).toBe('2');
  });

  it('is not appended to under a snapshot that may be older than its lock', async () => {
    const client = new pg.Client({ connectionString: url });
    closing.push(() => client.end());
    await client.connect();
    await client.query('begin isolation level repeatable read');
    const { id, type, schema, on, actor, command, correlation, causation, data } = newEvent();
    const values = [1, newStream(), -1, 0, id, type, schema, on, actor, command, correlation, causation, data, null];
    await expect(
      client.query('select log.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)', values),
    ).rejects.toThrow('read committed');
  });

  it('counts on whatever the defaults of the database are', async () => {
    const name = new URL(url).pathname.slice(1);
    for (const setting of [
      "datestyle to 'SQL, DMY'",
      "timezone to 'Asia/Ho_Chi_Minh'",
      "default_transaction_isolation to 'serializable'",
      'synchronous_commit to off',
    ]) {
      await sql.query(`alter database ${name} set ${setting}`);
    }
    const other = await PostgresEventStore.open(url);
    closing.push(() => other.close());
    const stream = newStream();
    const before = new Date().toISOString();
    const { recorded } = await other.append(stream, [newEvent({ on: '2026-03-04' })], -1);
    const [event] = await other.read(stream);
    expect(event).toMatchObject({ on: '2026-03-04', recorded });
    expect(recorded >= before && recorded <= new Date().toISOString()).toBe(true);
  });

  it('is read in batches that memory can hold', async () => {
    const data = JSON.stringify('x'.repeat(500_000));
    for (let n = 0; n < 40; n += 1) await store.append(newStream(), [newEvent({ data })], -1);
    const sizes: number[] = [];
    for await (const page of store.readAll()) sizes.push(page.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(40);
    expect(Math.max(...sizes)).toBeLessThan(20);
  });

  /** A store that hardly ever looks by itself, and the positions that a subscriber of it has got. */
  const listening = async (): Promise<{
    readonly store: PostgresEventStore;
    readonly seen: readonly string[];
    readonly end: () => Promise<void>;
  }> => {
    const quiet = await PostgresEventStore.open(url, { poll: 60_000 });
    closing.push(() => quiet.close());
    const ending = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const page of quiet.subscribe(undefined, ending.signal)) {
        seen.push(...page.map(({ position }) => position));
      }
    })();
    const end = (): Promise<void> => {
      ending.abort();
      return reading;
    };
    return { store: quiet, seen, end };
  };

  it('tells its subscribers at once what is appended here and elsewhere, though they never look by themselves', async () => {
    const { store: here, seen, end } = await listening();
    const appended: string[] = [];
    // Alone, behind each other, and at the same time: what is known of the end must not hide what others add to it.
    for (const writers of [[store], [here], [store], [here, store], [store, here], [store]]) {
      await Promise.all(writers.map((one) => one.append(newStream(), newEvents(1), -1)));
      appended.push(...writers.map((_, index) => String(appended.length + 1 + index)));
      await expectEventually(() => seen.length >= appended.length);
      expect(seen).toEqual(appended);
    }
    await end();
  }, 5_000);

  it('is not read again by a subscriber that has got all that was appended here', async () => {
    let reads = 0;
    const { prototype } = pg.Client;
    const own = Object.getOwnPropertyDescriptor(prototype, 'query') as TypedPropertyDescriptor<Ask>;
    prototype.query = function (this: pg.Client, ...asked: [string | { readonly name?: string }]): unknown {
      const [query] = asked;
      if (typeof query !== 'string' && query.name === 'log-page') reads += 1;
      return own.value?.apply(this, asked);
    } as typeof prototype.query;
    closing.push(() => Promise.resolve(Object.defineProperty(prototype, 'query', own)));
    const { store: here, seen, end } = await listening();
    // It reads when it begins, and once more when it has begun to hear of others, however long that takes.
    await expectEventually(() => reads === 2);
    for (let n = 0; n < 20; n += 1) {
      const before = seen.length;
      await here.append(newStream(), newEvents(1), -1);
      await expectEventually(() => seen.length > before);
    }
    expect(reads).toBe(2);
    await end();
  });

  it('closes after what was waiting has been written, and then takes nothing more', async () => {
    const other = await PostgresEventStore.open(url);
    const waiting = Array.from({ length: 100 }, () => other.append(newStream(), newEvents(1), -1));
    const following = (async () => {
      for await (const page of other.subscribe(undefined, new AbortController().signal)) void page;
    })();
    await other.close();
    await Promise.all(waiting);
    await following;
    await expect(other.append(newStream(), newEvents(1), -1)).rejects.toThrow('closed');
    expect(BigInt((await store.end()) as string)).toBe(100n);
  });

  it('is not there in a database that was never migrated', async () => {
    const bare = new URL(url);
    bare.pathname = '/postgres';
    await expect(PostgresEventStore.open(bare.href)).rejects.toThrow('log.head');
  });

  it('is restored into an empty one event by event, position by position, and goes on from there', async () => {
    const streams = [newStream(), newStream()] as const;
    await store.append(streams[0], newEvents(3), -1);
    await store.append(streams[1], newEvents(2), -1);
    await Promise.allSettled([
      store.append(streams[1], newEvents(2), 0),
      store.append(streams[0], newEvents(1), 2),
      store.append(newStream(), newEvents(1), -1),
    ]);
    const all = async (one: PostgresEventStore): Promise<StoredEvent[]> => {
      const events: StoredEvent[] = [];
      for await (const page of one.readAll(undefined, 2)) events.push(...page);
      return events;
    };
    const target = await freshDatabase();
    closing.push(() => target.close());
    const log = { id: await store.logId(), demonstration: false };
    await restorePostgresLog(target.url, log, store.readAll(undefined, 3));
    const restored = await PostgresEventStore.open(target.url);
    closing.push(() => restored.close());
    expect(await restored.logId()).toBe(log.id);
    expect(await all(restored)).toEqual(await all(store));
    expect(await restored.append(streams[0], newEvents(1), 3)).toMatchObject({ revision: 4 });
    await expect(restorePostgresLog(target.url, log, store.readAll())).rejects.toThrow('empty');
  });
});
