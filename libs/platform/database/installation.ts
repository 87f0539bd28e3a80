import pg from 'pg';
import type { EntityTarget } from 'typeorm';
import { inProduct, type Mode, type Settings } from '#platform/config';
import { DataFolder } from './data-folder.js';
import { DatabaseUnusable } from './database-unusable.js';
import { Database } from './database.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { viewsAreKept } from './kept-views.js';

const asked = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, application_name: 'camket', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const createCamket = (server: EmbeddedPostgres): Promise<void> =>
  asked(server.url('postgres'), async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = 'camket'");
    if (rowCount === 0) await client.query('create database camket');
  });

/** Tables that hold rows before anybody has done anything. */
const FILLED_BY_THEMSELVES = /^(log\.head|public\.migration|projector\..*|processes\..*)$/;

/** What a database holds: nothing yet, the demonstration, or something of somebody's. */
const contentOf = (url: string): Promise<'empty' | Mode> =>
  asked(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string; path: string }>(
      `select format('%s.%s', schemaname, tablename) as name, format('%I.%I', schemaname, tablename) as path
       from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    if (tables.some(({ name }) => name === 'log.head')) {
      const head = await client.query<{ demonstration: boolean }>('select demonstration from log.head');
      if (head.rows[0]?.demonstration) return 'demonstration';
    }
    for (const { name, path } of tables) {
      if (FILLED_BY_THEMSELVES.test(name)) continue;
      if (((await client.query(`select from ${path} limit 1`)).rowCount ?? 0) > 0) return 'real';
    }
    return 'empty';
  });

/** A Camket runs on it, which may be about to be set up. */
const isInUse = (url: string): Promise<boolean> => asked(url, viewsAreKept);

const checkContent = async (url: string, mode: Mode): Promise<'empty' | Mode> => {
  let content: 'empty' | Mode;
  try {
    content = await contentOf(url);
  } catch (error) {
    const { host, pathname } = new URL(url);
    const reason = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
    throw new DatabaseUnusable(`The database ${pathname.slice(1)} at ${host} cannot be opened: ${reason}`);
  }
  if (content === 'empty' || content === mode) return content;
  throw new DatabaseUnusable(
    content === 'real'
      ? 'The demonstration year goes only into an empty database, and this one holds rows already. Nothing was changed.'
      : 'This database holds the demonstration year. Start with --demonstration, or give another database.',
  );
};

/**
 * What a program stands on: its data folder, its PostgreSQL (the embedded one or that of `DATABASE_URL`) and the opened,
 * migrated database.
 */
export class Installation {
  private constructor(
    readonly settings: Settings,
    readonly database: Database,
    private readonly held: DataFolder | undefined,
    private readonly server: EmbeddedPostgres | undefined,
  ) {}

  /**
   * Opens the installation of these settings for this process alone. Errors in plain words: `FolderInUse`,
   * `FolderUnusable`, `DatabaseUnusable`; then nothing is left open. `before` is asked when the folder is held and nothing else is begun.
   */
  static async open(
    settings: Settings,
    tables: readonly EntityTarget<object>[],
    before?: () => Promise<void>,
  ): Promise<Installation> {
    const held = await DataFolder.claim(settings.folder);
    let server: EmbeddedPostgres | undefined;
    let database: Database | undefined;
    try {
      await before?.();
      if (settings.databaseUrl === undefined) {
        server = await EmbeddedPostgres.start(settings.folder);
        await createCamket(server);
      }
      const url = settings.databaseUrl ?? server?.url() ?? '';
      const content = await checkContent(url, settings.mode);
      if (settings.mode === 'demonstration' && content === 'empty' && (await isInUse(url))) {
        throw new DatabaseUnusable(
          'A Camket runs on this database; the demonstration year goes only into one that nobody uses. Nothing was changed.',
        );
      }
      const connections = settings.databaseConnections;
      database = await Database.open(url, tables, { migrations: inProduct('infra/migrations'), connections });
      if (settings.mode === 'demonstration')
        await database.pool.query('update log.head set demonstration = true where not demonstration');
      held.announce({ database: url });
      return new Installation(settings, database, held, server);
    } catch (error) {
      await database?.close();
      await server?.stop();
      held.release();
      throw error;
    }
  }

  /** Opens the database alone, beside others that do the same: for workers. Errors in plain words: `DatabaseUnusable`. */
  static async attend(settings: Settings, tables: readonly EntityTarget<object>[]): Promise<Installation> {
    const { databaseUrl: url, databaseConnections: connections, mode } = settings;
    if (url === undefined) throw new DatabaseUnusable('A worker of its own needs the PostgreSQL of DATABASE_URL.');
    await checkContent(url, mode);
    const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations'), connections });
    return new Installation(settings, database, undefined, undefined);
  }

  /** Joins the Camket that runs on this folder, or opens the installation when none does: for the command line. */
  static async enter(settings: Settings, tables: readonly EntityTarget<object>[]): Promise<Installation> {
    const running = DataFolder.runningIn(settings.folder);
    if (running?.database === undefined || running.stopping) return Installation.open(settings, tables);
    const database = await Database.open(running.database, tables, { migrations: inProduct('infra/migrations') });
    return new Installation(settings, database, undefined, undefined);
  }

  /** True when another process holds the installation and this one only joined it. */
  get isJoined(): boolean {
    return this.held === undefined;
  }

  /** Tells those who want to join where this process serves HTTP; keeps the embedded server alive from here on. */
  serve(url: string, report: (news: string) => void): void {
    this.held?.announce({ url });
    this.server?.guard(report);
  }

  /** Tells the next one to wait: this process is about to end. */
  leave(): void {
    this.held?.leave();
  }

  /** Closes what was opened, the embedded server too, and gives the folder back. */
  async close(): Promise<void> {
    await this.database.close();
    await this.server?.stop();
    this.held?.release();
  }
}
