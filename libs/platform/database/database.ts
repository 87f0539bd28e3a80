import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DataSource, type EntityTarget, type MigrationInterface, type QueryRunner } from 'typeorm';
import { DatabaseUnusable } from './database-unusable.js';

/** Numbers of PostgreSQL's `int8` arrive as text unless they are counts; dates stay the text they are. */
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());

/** The SQL files of a folder, each a migration of its own; the name begins with its time. */
const filesOf = (folder: string): { readonly file: string; readonly name: string }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const [, time, name] = /^(\d{13})-(.+)\.sql$/.exec(file) ?? [];
      if (!time || !name) throw new Error(`a migration's file is called <13 digits>-<name>.sql, not ${file}`);
      return { file, name: `${name}${time}` };
    });

const migrationsOf = (folder: string, only?: readonly string[]): (new () => MigrationInterface)[] =>
  filesOf(folder)
    .filter(({ name }) => only === undefined || only.includes(name))
    .map(
      ({ file, name }) =>
        class implements MigrationInterface {
          readonly name = name;
          async up(runner: QueryRunner): Promise<void> {
            await runner.query(readFileSync(join(folder, file), 'utf8'));
          }
          down(): Promise<void> {
            return Promise.reject(new Error('migrations only go forward; restore a backup to go back'));
          }
        },
    );

/** The names of the migrations of a folder, in their order. */
export const migrationsIn = (folder: string): readonly string[] => filesOf(folder).map(({ name }) => name);

const sourceOf = (
  url: string,
  tables: readonly EntityTarget<object>[],
  migrations: (new () => MigrationInterface)[],
): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    entities: [...tables] as (new () => object)[],
    migrations,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'all',
    applicationName: 'camket',
    extra: { max: 5 },
    logging: false,
  });

/** Everything of ours in a database; what extensions brought along stays. */
const EMPTY = `do $$ declare thing record; begin
  for thing in select n.nspname from pg_namespace n
    where n.nspname not in ('public', 'information_schema') and n.nspname !~ '^pg_'
      and pg_get_userbyid(n.nspowner) = current_user
      and not exists (select from pg_depend d where d.objid = n.oid and d.deptype = 'e')
  loop execute format('drop schema %I cascade', thing.nspname); end loop;
  for thing in select c.relname, c.relkind from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('e', 'a', 'i'))
  loop execute format('drop %s if exists public.%I cascade',
    case thing.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
    thing.relname); end loop;
  for thing in select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop execute format('drop routine if exists %s cascade', thing.name); end loop;
  for thing in select t.typname from pg_type t
    where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd')
      and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')
  loop execute format('drop type if exists public.%I cascade', thing.typname); end loop;
end $$`;

/** What PostgreSQL says where a name is somebody else's: of a table, schema, routine or type, or of a table with other columns. */
const TAKEN: ReadonlySet<unknown> = new Set(['42P07', '42P06', '42723', '42710', '42703']);

/** Brings a database up to date, wholly or not at all. */
const migrated = async (pool: pg.Pool, source: DataSource): Promise<void> => {
  const before = await pool.query<{ there: boolean }>(`select to_regclass('migration') is not null as there`);
  try {
    await source.runMigrations();
  } catch (error) {
    if (before.rows[0]?.there === false) await pool.query('drop table if exists migration');
    if (!TAKEN.has((error as { code?: unknown }).code)) throw error;
    throw new DatabaseUnusable(
      `The database holds something under a name that Camket needs (${(error as Error).message}). Give Camket a database of its own; nothing was changed in this one.`,
      { cause: error },
    );
  }
};

/** What the programs need of PostgreSQL: one pool for SQL, one TypeORM data source for ordinary tables. */
export class Database {
  private constructor(
    readonly url: string,
    /** For SQL that is written by hand. */
    readonly pool: pg.Pool,
    /** For the ordinary tables. */
    readonly source: DataSource,
  ) {}

  /**
   * Connects, checks the version (15 or newer) and brings log and ordinary tables up to date; several processes may
   * open at once. The folder of migrations is `infra/migrations` of the installed product.
   */
  static async open(
    url: string,
    tables: readonly EntityTarget<object>[],
    options: { readonly migrations: string; readonly connections?: number } = { migrations: 'infra/migrations' },
  ): Promise<Database> {
    const pool = new pg.Pool({ connectionString: url, max: options.connections ?? 10, application_name: 'camket' });
    pool.on('error', () => undefined);
    let source: DataSource | undefined;
    try {
      const version = await pool.query<{ number: string }>("select current_setting('server_version_num') as number");
      const number = Number(version.rows[0]?.number);
      if (number < 150_000)
        throw new DatabaseUnusable(`PostgreSQL 15 or newer is needed; this is ${Math.floor(number / 10_000)}`);
      source = await sourceOf(url, tables, migrationsOf(options.migrations)).initialize();
      const gate = await pool.connect();
      try {
        await gate.query('select pg_advisory_lock(7_026_001)');
        await migrated(pool, source);
      } finally {
        await gate.query('select pg_advisory_unlock(7_026_001)').catch(() => undefined);
        gate.release();
      }
      return new Database(url, pool, source);
    } catch (error) {
      await Promise.all([pool.end(), source?.isInitialized ? source.destroy() : undefined]);
      throw error;
    }
  }

  /**
   * Connects to read and to do nothing else: the database is taken as it is, of whatever version and level, and writing
   * over this connection is refused.
   */
  static async look(url: string): Promise<Database> {
    // The pool waits for what `onConnect` returns; its types do not say so.
    const onConnect = ((client: pg.ClientBase) =>
      client.query('set default_transaction_read_only = on')) as unknown as (client: pg.ClientBase) => void;
    const pool = new pg.Pool({
      connectionString: url,
      max: 4,
      application_name: 'camket look',
      connectionTimeoutMillis: 10_000,
      onConnect,
    });
    pool.on('error', () => undefined);
    try {
      await pool.query('select 1');
      return new Database(url, pool, sourceOf(url, [], []));
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  /**
   * Asks a question that joins what its own parts have found. The planner cannot count these, takes each for one row and
   * would look through one for every row of another; here it joins them in one pass.
   */
  async joined<Row extends pg.QueryResultRow>(question: pg.QueryConfig): Promise<readonly Row[]> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin read only; set local enable_nestloop = off; set local jit = off');
      const { rows } = await client.query<Row>(question);
      await client.query('commit');
      return rows;
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** The migrations that this database has behind it, in the order in which they ran. */
  async level(client: pg.Pool | pg.ClientBase = this.pool): Promise<readonly string[]> {
    const { rows } = await client.query<{ name: string }>('select name from migration order by id');
    return rows.map(({ name }) => name);
  }

  /**
   * Drops everything of ours and migrates anew, up to these migrations alone: for a restore into a database that holds
   * nothing yet. `migrate` goes on from there.
   */
  async beginAt(level: readonly string[], migrations: string): Promise<void> {
    await this.pool.query(EMPTY);
    await this.migrate(migrations, level);
  }

  /** Runs the migrations that this database has not behind it. */
  async migrate(migrations: string, only?: readonly string[]): Promise<void> {
    const source = sourceOf(this.url, [], migrationsOf(migrations, only));
    await source.initialize();
    try {
      await source.runMigrations();
    } finally {
      await source.destroy();
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.source.isInitialized ? this.source.destroy() : undefined]);
  }
}
