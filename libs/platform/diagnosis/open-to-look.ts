import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#platform/config';
import { Database, DataFolder, EmbeddedPostgres, type Running } from '#platform/database';
import type { Tell } from './finding.js';

/** An installation that is looked at. */
export type Opened = {
  /** Reads only: nothing was migrated, and nothing can be written over it. */
  readonly database: Database;
  /** The Camket of this machine that runs on it. */
  readonly running: Running | undefined;
  close(): Promise<void>;
};

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);

/**
 * Connects to the database of an installation without bringing it up to date: to that of a Camket that runs, to
 * `DATABASE_URL`, or to an embedded PostgreSQL that is started for it. Undefined where that is not possible; why is told.
 */
export const openToLook = async (settings: Settings, tell: Tell): Promise<Opened | undefined> => {
  const running = DataFolder.runningIn(settings.folder);
  const runs = running?.database !== undefined && !running.stopping;
  const url = runs ? running.database : settings.databaseUrl;
  if (url === undefined) return startToLook(settings, tell);
  const database = await connected(url, tell);
  return database && { database, running: runs ? running : undefined, close: () => database.close() };
};

const connected = async (url: string, tell: Tell): Promise<Database | undefined> => {
  try {
    return await Database.look(url);
  } catch (error) {
    const { host, pathname } = new URL(url);
    tell('postgres.unreachable', { host, database: pathname.slice(1), reason: wordsOf(error) });
    return undefined;
  }
};

const startToLook = async ({ folder }: Settings, tell: Tell): Promise<Opened | undefined> => {
  if (!existsSync(join(folder, 'pgdata'))) {
    tell('folder.absent', { folder });
    return undefined;
  }
  const { data, product } = await EmbeddedPostgres.majors(folder);
  if (data !== product) {
    tell('postgres.another-major', { folder, data, product });
    return undefined;
  }
  const held = await DataFolder.claim(folder);
  // Whoever comes meanwhile waits for us instead of being refused.
  held.leave();
  let server: EmbeddedPostgres | undefined;
  try {
    server = await EmbeddedPostgres.start(folder);
  } catch (error) {
    held.release();
    tell('postgres.cannot-start', { reason: wordsOf(error) });
    return undefined;
  }
  const ended = async (): Promise<void> => {
    await server.stop();
    held.release();
  };
  const database = await connected(server.url(), tell);
  if (!database) {
    await ended();
    return undefined;
  }
  const close = async (): Promise<void> => {
    await database.close();
    await ended();
  };
  return { database, running: undefined, close };
};
