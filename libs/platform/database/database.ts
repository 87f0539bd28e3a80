import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DataSource, type EntityTarget, type MigrationInterface, type QueryRunner } from 'typeorm';
import { DatabaseUnusable } from './database-unusable.js';

/** Numbers of PostgreSQL's `int8` arrive as text unless they are counts; dates stay the text they are. */
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());

/** The SQL files of the ordinary tables and of the log, each a migration of its own; the name begins with its time. */
const migrationsOf = (folder: string): (new () => MigrationInterface)[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const [, time, name] = /^(\d{13})-(.+)\.sql$/.exec(file) ?? [];
      if (!time || !name) throw new Error(`a migration's file is called <13 digits>-<name>.sql, not ${file}`);
      return class implements MigrationInterface {
        readonly name = `${name}${time}`;
        async up(runner: QueryRunner): Promise<void> {
          await runner.query(readFileSync(join(folder, file), 'utf8'));
        }
        down(): Promise<void> {
          return Promise.reject(new Error('migrations only go forward; restore a backup to go back'));
        }
      };
    });

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
    try {
      const version = await pool.query<{ number: string }>("select current_setting('server_version_num') as number");
      const number = Number(version.rows[0]?.number);
      if (number < 150_000)
        throw new DatabaseUnusable(`PostgreSQL 15 or newer is needed; this is ${Math.floor(number / 10_000)}`);
      const source = new DataSource({
        type: 'postgres',
        url,
        entities: [...tables] as (new () => object)[],
        migrations: migrationsOf(options.migrations),
        migrationsTableName: 'migration',
        migrationsTransactionMode: 'each',
        extra: { max: 5 },
        logging: false,
      });
      await source.initialize();
      const gate = await pool.connect();
      try {
        await gate.query('select pg_advisory_lock(7_026_001)');
        await source.runMigrations();
      } finally {
        await gate.query('select pg_advisory_unlock(7_026_001)').catch(() => undefined);
        gate.release();
      }
      return new Database(url, pool, source);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.source.isInitialized ? this.source.destroy() : undefined]);
  }
}
