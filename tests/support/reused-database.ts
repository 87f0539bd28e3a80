import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Database } from '#platform/database';
import { keptProcesses } from './kept-connections.js';

/** How the catalogs stand: making, changing or dropping a table, an index, a function or a trigger leaves a trace here. */
const CATALOGS = ['class', 'attribute', 'index', 'constraint', 'trigger', 'proc', 'type', 'namespace'];
const OF_CATALOGS = CATALOGS.map(
  (name) =>
    `select '${name}' as catalog, count(*) as things, max(xmin::text::bigint) as latest from pg_${name}
      ${name === 'namespace' ? "where nspname !~ '^pg_(toast_)?temp_'" : ''}`,
);

/** What was set for the database itself: with how many settings of its own its connections begin, how many there may be. */
const OF_DATABASE = `
  select 'database', (select count(*) from pg_db_role_setting where setdatabase = oid), datconnlimit
  from pg_database where datname = current_database()`;
const STRUCTURE = [...OF_CATALOGS, OF_DATABASE].join(' union all ');

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

/** How a new database is made, and the SQL by which one that was used holds what a new one holds. */
export type AsNew = { readonly schemas: readonly string[]; readonly structure: string; readonly back: string };

const schemasIn = async (pool: pg.Pool): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ names: string[] }>(SCHEMAS);
  return rows[0]?.names ?? [];
};

const structureOf = async (pool: pg.Pool): Promise<string> => JSON.stringify((await pool.query(STRUCTURE)).rows);

/** Looks at a new database, before anybody has worked with it. */
export const asNew = async ({ pool }: Database): Promise<AsNew> => {
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
export class Reused {
  constructor(
    /** Whose place it can take: databases of one kind are the same when they are new. */
    readonly kind: string,
    readonly database: Database,
    private readonly asNew: AsNew,
  ) {}

  /** Makes it what it was when it was new; answers whether that can be. */
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
      return true;
    } catch {
      return false;
    }
  }

  /** A server's process goes a little later than its connection: it may still hold a lock. */
  private async isAlone(): Promise<boolean> {
    const { pool, source } = this.database;
    for (let look = 0; look < 100; look += 1) {
      const { rows } = await pool.query<{ all: number }>(
        'select count(*)::int as all from pg_stat_activity where datname = current_database() and pid <> all($1)',
        [keptProcesses()],
      );
      const ours = pool.totalCount + (source.driver as PostgresDriver).master.totalCount;
      if ((rows[0]?.all ?? 0) <= ours) return true;
      await pause(10);
    }
    return false;
  }
}
