import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { EntityTarget } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Database } from '#platform/database';

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
      await client.query(`alter database ${new URL(url).pathname.slice(1)} rename to ${template}`);
    }
    await client.query('select pg_advisory_unlock(hashtext($1))', [template]);
    const name = freshName();
    await client.query(`create database ${name} template ${template} strategy file_copy`);
    return addressOf(name);
  });

/** How often each catalog was changed: by whatever made, changed or dropped a table, an index, a function, a trigger. */
const CATALOGS = ['class', 'attribute', 'index', 'constraint', 'trigger', 'proc', 'type', 'namespace'];
const STRUCTURE = CATALOGS.map(
  (name) =>
    `select '${name}' as catalog, count(*) as things, max(xmin::text::bigint) as latest from pg_${name}
      ${name === 'namespace' ? "where nspname !~ '^pg_(toast_)?temp_'" : ''}`,
).join(' union all ');

const TABLES = `
  select c.oid::regclass::text as name, (
    select string_agg(quote_ident(a.attname), ', ') from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'`;

const SCHEMAS = `
  select coalesce(array_agg(nspname::text), '{}') as names from pg_namespace where nspname !~ '^(pg_|information_schema$)'`;

const SEQUENCES = `
  select format('select setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
    last_value is not null) as back
  from pg_sequences`;

/** How a new database is made of, and what makes one that was used hold what a new one holds. */
type AsNew = { readonly schemas: readonly string[]; readonly structure: string; readonly back: string };

const schemasIn = async (pool: pg.Pool): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ names: string[] }>(SCHEMAS);
  return rows[0]?.names ?? [];
};

const structureOf = async (pool: pg.Pool): Promise<string> => JSON.stringify((await pool.query(STRUCTURE)).rows);

const asNew = async ({ pool }: Database): Promise<AsNew> => {
  const { rows: tables } = await pool.query<{ name: string; columns: string }>(TABLES);
  const { rows: sequences } = await pool.query<{ back: string }>(SEQUENCES);
  const filled: string[] = [];
  for (const { name, columns } of tables) {
    const { rows } = await pool.query<{ held: string | null }>(`select json_agg(t)::text as held from ${name} t`);
    const held = rows[0]?.held;
    if (held)
      filled.push(
        `insert into ${name} (${columns}) overriding system value
          select ${columns} from json_populate_recordset(null::${name}, ${pg.escapeLiteral(held)})`,
      );
  }
  const back = [
    'begin',
    // Whatever guards the log against changes, and ties tables to each other, is about those who work with it.
    'set local session_replication_role = replica',
    ...tables.map(({ name }) => `delete from ${name}`),
    ...filled,
    ...sequences.map((each) => each.back),
    'commit',
  ];
  return { schemas: await schemasIn(pool), structure: await structureOf(pool), back: back.join(';\n') };
};

/** Beyond this, a fresh copy is quicker than what rows leave behind in tables and indexes. */
const LARGEST_BYTES = 40 * 1024 * 1024;

/** A database that tests use one after the other, each as if it were new. */
class Reused {
  constructor(
    readonly database: Database,
    private readonly asNew: AsNew,
  ) {}

  /** Makes it what it was when it was new; answers whether it is. */
  async renew(): Promise<boolean> {
    const { pool } = this.database;
    try {
      if (!(await this.isAlone())) return false;
      // Views that a test made are schemas of their own.
      const made = (await schemasIn(pool)).filter((name) => !this.asNew.schemas.includes(name));
      if (made.length > 0) await pool.query(`drop schema ${made.map(pg.escapeIdentifier).join(', ')} cascade`);
      if ((await structureOf(pool)) !== this.asNew.structure) return false;
      const { rows } = await pool.query<{ size: string }>('select pg_database_size(current_database()) as size');
      if (Number(rows[0]?.size) > LARGEST_BYTES) return false;
      await pool.query(this.asNew.back);
      await pool.query(OWN_LOG);
      return true;
    } catch (e) {
      console.error(e);
      return false;
    }
  }

  /** A server's process goes a little later than its connection: it may still hold a lock. */
  private async isAlone(): Promise<boolean> {
    const { pool, source } = this.database;
    const ours = pool.totalCount + (source.driver as PostgresDriver).master.totalCount;
    for (let look = 0; look < 100; look += 1) {
      const { rows } = await pool.query<{ all: number }>(
        'select count(*)::int as all from pg_stat_activity where datname = current_database()',
      );
      if ((rows[0]?.all ?? 0) <= ours) return true;
      await pause(10);
    }
    return false;
  }
}

const news = new Map<string, AsNew>();
const free = new Map<string, Reused[]>();
const lent = new Map<Database, { readonly kind: string; readonly reused: Reused }>();

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
  for (let reused = free.get(kind)?.pop(); reused; reused = free.get(kind)?.pop()) {
    const { database } = reused;
    if (await reused.renew()) {
      lent.set(database, { kind, reused });
      return database;
    }
    await database.close();
  }
  const url = await copiedDatabase(key, async (empty) => {
    const database = await Database.open(empty, tables, { migrations: MIGRATIONS });
    await prepare(database);
    await database.close();
  });
  const database = await Database.open(url, tables, { migrations: MIGRATIONS });
  const kept = news.get(key) ?? (await asNew(database));
  news.set(key, kept);
  lent.set(database, { kind, reused: new Reused(database, kept) });
  await database.pool.query(OWN_LOG);
  return database;
};

/** Gives a fresh database back in the place of closing it: the next test that asks for such a one finds it as new. */
export const giveBack = async (database: Database): Promise<void> => {
  const loan = lent.get(database);
  lent.delete(database);
  if (!loan || database.pool.ended) return database.close();
  free.set(loan.kind, [...(free.get(loan.kind) ?? []), loan.reused]);
};
