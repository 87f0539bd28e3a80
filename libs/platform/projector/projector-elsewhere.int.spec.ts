import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OPEN, type View } from '#kernel';
import type { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { newEvent, newStream } from '../../../tests/support/events.js';
import { freshDatabase, giveBack } from '../../../tests/support/postgres.js';
import { Projector } from './projector.js';

@Entity('thing')
class Thing {
  @PrimaryColumn('bigint') at!: string;
  @Column('integer') number!: number;
}

/** What both processes would be: the repair makes the handler take what it could not. */
const views = { repaired: false };
const things: View<{ ThingHappened: { number: number } }> = {
  name: 'things',
  tables: [Thing],
  on: {
    ThingHappened: ({ at, data: { number } }, rows) => {
      if (number === 13 && !views.repaired) throw new Error('not thirteen');
      rows.add(Thing, { at, number });
    },
  },
};

let database: Database;
let store: PostgresEventStore;
let server: Projector;
let elsewhere: Projector;

const happen = async (number: number): Promise<string> => {
  const event = newEvent({ type: 'ThingHappened', data: `{"number":${number}}` });
  return (await store.append(newStream(), [event], -1)).position;
};
const numbers = async (): Promise<number[]> => {
  const { rows } = await database.pool.query<{ number: number }>('select number from view_things.thing order by at');
  return rows.map(({ number }) => number);
};
const statusIs = async (wanted: string): Promise<void> => {
  while ((await elsewhere.states())[0]?.status !== wanted) await server.passed(['things'], OPEN, 20);
};

beforeEach(async () => {
  views.repaired = false;
  database = await freshDatabase();
  store = await PostgresEventStore.open(database.url);
  const projector = (): Projector => new Projector(store, database, new Upcasting([]), [things]);
  [server, elsewhere] = [projector(), projector()];
  await server.start();
});
afterEach(async () => {
  await server.stop();
  await elsewhere.stop();
  await store.close();
  await giveBack(database);
});

describe('a server that keeps a view', () => {
  it('goes on with it at once when another process lets it go on', async () => {
    await happen(1);
    await happen(13);
    await statusIs('stopped');
    views.repaired = true;
    await elsewhere.resume('things');
    expect(await server.passed(['things'], await happen(2), 10_000)).toBe(true);
    expect(await numbers()).toEqual([1, 13, 2]);
  });

  it('goes on with what another process has made anew', async () => {
    const last = await happen(1);
    expect(await server.passed(['things'], last, 10_000)).toBe(true);
    await database.pool.query('update view_things.thing set number = 100');
    await elsewhere.rebuild('things');
    expect(await server.passed(['things'], await happen(2), 10_000)).toBe(true);
    expect(await numbers()).toEqual([1, 2]);
    expect(await elsewhere.states()).toMatchObject([{ status: 'live' }]);
  });

  it('knows whether it still holds what it held, and says so of no view that another process keeps', async () => {
    const versions = new Set<number | undefined>();
    const version = async (after: string): Promise<number | undefined> => {
      expect(await server.passed(['things'], after, 10_000)).toBe(true);
      return server.versionOf('things');
    };
    const other = async (): Promise<string> =>
      (await store.append(newStream(), [newEvent({ type: 'NobodyListens' })], -1)).position;
    versions.add(await version(await happen(1)));
    versions.add(await version(await other()));
    expect(versions.size).toBe(1);
    expect(versions).not.toContain(undefined);
    versions.add(await version(await happen(2)));
    expect(versions.size).toBe(2);
    await elsewhere.rebuild('things');
    while (versions.has(server.versionOf('things'))) await server.passed(['things'], OPEN, 20);
    await elsewhere.start();
    expect(elsewhere.versionOf('things')).toBeUndefined();
    await server.stop();
    expect(server.versionOf('things')).toBeUndefined();
    const last = await happen(3);
    while (elsewhere.versionOf('things') === undefined) await elsewhere.passed(['things'], last, 20);
  });

  it('may have missed a change when it lost its lease', async () => {
    expect(await server.passed(['things'], await happen(1), 10_000)).toBe(true);
    const before = server.versionOf('things');
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'camket leases%' and datname = current_database()`,
    );
    while (server.versionOf('things') === before) await server.passed(['things'], OPEN, 20);
    expect(await server.passed(['things'], await happen(2), 10_000)).toBe(true);
    expect(server.versionOf('things')).toBeGreaterThan(Number(before));
  });
});
