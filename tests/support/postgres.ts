import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { EntityTarget } from 'typeorm';
import { Database } from '#platform/database';
import { endKept } from './kept-connections.js';
import { asNew, Reused, type AsNew } from './reused-database.js';

const MIGRATIONS = 'infra/migrations';

/** Makes the log of a copied database one of its own, which is that of its views. */
const OWN_LOG = `
  with own as (update log.head set id = gen_random_uuid() returning id)
  update projector.checkpoint c set log = own.id from own`;

const administrate = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: process.env['CAMKET_TEST_POSTGRES'] });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const addressOf = (name: string): string => {
  const url = new URL(process.env['CAMKET_TEST_POSTGRES'] ?? '');
  url.pathname = `/${name}`;
  return url.href;
};

const freshName = (): string => `t_${randomBytes(6).toString('hex')}`;

/** The address of a new, empty database on the server of this test run. */
export const emptyDatabase = async (): Promise<string> => {
  const name = freshName();
  await administrate((client) => client.query(`create database ${name}`));
  return addressOf(name);
};

/**
 * The address of a new database that is a copy of one on which `prepare` was run. That is done once on the server of
 * this test run for each `key`, as it takes far longer than a copy.
 */
const copiedDatabase = async (key: string, prepare: (url: string) => Promise<void>): Promise<string> =>
  administrate(async (client) => {
    const template = `prepared_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
    await client.query('select pg_advisory_lock(hashtext($1))', [template]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) {
      const url = await emptyDatabase();
      await prepare(url);
      await endKept(new URL(url).pathname.slice(1));
      await client.query(`alter database ${new URL(url).pathname.slice(1)} rename to ${template}`);
    }
    await client.query('select pg_advisory_unlock(hashtext($1))', [template]);
    const name = freshName();
    await client.query(`create database ${name} template ${template} strategy file_copy`);
    return addressOf(name);
  });

const made = new Map<string, AsNew>();
const free = new Map<string, Reused[]>();
const lent = new WeakMap<Database, Reused>();

/** One that was given back, as new; those that cannot be made so are closed. */
const renewed = async (kind: string): Promise<Reused | undefined> => {
  for (let reused = free.get(kind)?.pop(); reused; reused = free.get(kind)?.pop()) {
    if (await reused.renew()) return reused;
    await reused.database.close();
  }
  return undefined;
};

/**
 * A new database, opened and migrated; where a `key` is given, also with what `prepare` leaves in it. At the end of the
 * test close it, or give it back; it goes with the server.
 */
export const freshDatabase = async (
  tables: readonly EntityTarget<object>[] = [],
  key = '',
  prepare: (database: Database) => Promise<void> = () => Promise.resolve(),
): Promise<Database> => {
  const kind = `${key} ${tables.map((table) => (table as { readonly name: string }).name).join()}`;
  const copy = async (): Promise<Reused> => {
    const url = await copiedDatabase(key, async (empty) => {
      const database = await Database.open(empty, tables, { migrations: MIGRATIONS });
      await prepare(database);
      await database.close();
    });
    const database = await Database.open(url, tables, { migrations: MIGRATIONS });
    const looksLike = made.get(key) ?? (await asNew(database));
    made.set(key, looksLike);
    return new Reused(kind, database, looksLike);
  };
  const reused = (await renewed(kind)) ?? (await copy());
  lent.set(reused.database, reused);
  await reused.database.pool.query(OWN_LOG);
  return reused.database;
};

/** Gives a fresh database back in the place of closing it: the next test that asks for such a one finds it as new. */
export const giveBack = async (database: Database): Promise<void> => {
  const reused = lent.get(database);
  lent.delete(database);
  if (!reused || database.pool.ended) return database.close();
  free.set(reused.kind, [...(free.get(reused.kind) ?? []), reused]);
};
