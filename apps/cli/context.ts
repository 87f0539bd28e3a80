import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AppModule, parts, tables } from '#api';
import { loadDemonstration, StoredClock } from '#demonstration';
import { Accounts } from '#modules/access';
import { DemonstrationClock, SystemClock, type Clock } from '#platform/clock';
import { freshId, type Sender } from '#platform/commands';
import type { Settings } from '#platform/config';
import { Installation, type Database } from '#platform/database';
import { PostgresEventStore } from '#platform/event-store';
import { FileStore } from '#platform/files';
import type { Permission } from '#platform/http';
import { ProcessRunner } from '#platform/processes';
import { Projector } from '#platform/projector';
import { Refused } from './answer.js';
import { remark } from './terminal.js';

/** Held by everyone who works on an installation that somebody else holds open. */
const JOINED = 7_026_200;
/** How long views may need to come along before a command gives up on them. */
const PATIENCE_MS = 60_000;

/** Told of long steps. */
export type Shown = (title: string, done: number, all: number) => void;

/** The product without HTTP, for one command. */
export class Context {
  private constructor(
    readonly installation: Installation,
    readonly nest: INestApplicationContext,
    readonly store: PostgresEventStore,
    readonly projector: Projector,
    readonly files: FileStore,
    private readonly stored: StoredClock | undefined,
    private readonly presence: pg.Client | undefined,
  ) {}

  /** Joins the server that runs on the installation of these settings, or opens the installation for this command. */
  static async open(settings: Settings, shown: Shown): Promise<Context> {
    return Context.over(await Installation.enter(settings, tables), shown);
  }

  /** Works on an installation that is open; closes it at the end. */
  static async over(installation: Installation, shown: Shown): Promise<Context> {
    const { settings, database } = installation;
    let presence: pg.Client | undefined;
    let stored: StoredClock | undefined;
    let store: PostgresEventStore | undefined;
    try {
      presence = installation.isJoined ? await present(database) : undefined;
      if (settings.mode === 'demonstration') stored = await StoredClock.open(database);
      const clock: Clock = stored?.clock ?? new SystemClock();
      const now = clock instanceof DemonstrationClock ? { now: () => clock.now() } : {};
      store = await PostgresEventStore.open(database.url, now);
      const largest = settings.fileLimitBytes;
      const files = await FileStore.open(join(settings.folder, 'files'), database, { clock, largest });
      const world = { database, store, clock, settings, files, parts, log: logged };
      const nest = await NestFactory.createApplicationContext(AppModule.of(world), {
        logger: ['fatal', 'error'],
        abortOnError: false,
      });
      const projector = nest.get(Projector);
      const context = new Context(installation, nest, store, projector, files, stored, presence);
      await context.settle(shown);
      return context;
    } catch (error) {
      await stored?.close();
      await store?.close();
      await presence?.end();
      await installation.close();
      throw error;
    }
  }

  get database(): Database {
    return this.installation.database;
  }

  /** A part of the product. */
  get<T>(token: Type<T> | Abstract<T>): T {
    return this.nest.get(token, { strict: false });
  }

  /**
   * Who sends what this command does: the person of that username, who must be allowed to, or the system actor of the
   * command line, who may do everything that whoever holds the data folder could do anyway.
   */
  async sender(username: string | undefined, needs: Permission): Promise<Sender> {
    const command = freshId();
    const ids = { command, correlation: command, causation: command };
    if (username === undefined) return { actor: 'system:cli', unit: null, role: 'system', ...ids };
    const account = await this.get(Accounts).actor(username);
    if (!account) throw new Refused(`Nobody acts under the name ${username}.`);
    if (!account.permissions.includes(needs))
      throw new Refused(`${username} has the role ${account.role}, which may not do that.`);
    return { actor: account.id, unit: account.unit, role: account.role, ...ids };
  }

  /** Waits until views have seen what was just done. */
  async seen(position: string, views: readonly string[] = this.projector.views.map(({ name }) => name)): Promise<void> {
    if (position !== '' && !(await this.projector.passed(views, position, PATIENCE_MS)))
      throw new Error(`the views do not come along: ${views.join(', ')}. See camket views list.`);
  }

  /** Waits until views have seen all that the log holds now. */
  async caughtUp(views?: readonly string[]): Promise<void> {
    const end = await this.store.end();
    if (end !== undefined) await this.seen(end, views);
  }

  /** Closes everything; what this command held open is kept until others that joined it have ended. */
  async close(): Promise<void> {
    const processes = this.nest.get(ProcessRunner);
    await this.nest.close();
    await processes.stop();
    await this.projector.stop();
    await this.stored?.close();
    await this.store.close();
    await this.presence?.end();
    if (!this.installation.isJoined) await lastOut(this.installation);
    await this.installation.close();
  }

  /** Views and the demonstration year are made where nobody else makes them. */
  private async settle(shown: Shown): Promise<void> {
    if (this.installation.isJoined) return this.loadedElsewhere();
    await this.projector.start((view, done, all) => shown(`view ${view}`, Number(done), Number(all)));
    if (!this.stored || this.stored.loaded) return;
    remark('Loading the demonstration year, once; this takes a minute …');
    await loadDemonstration({
      nest: this.nest,
      database: this.database,
      store: this.store,
      projector: this.projector,
      processes: this.nest.get(ProcessRunner),
      files: this.files,
      folder: this.installation.settings.folder,
      stored: this.stored,
      progress: (words, share) => shown(words, Math.round(share * 1000), 1000),
    });
  }

  private async loadedElsewhere(): Promise<void> {
    if (!this.stored || this.stored.loaded) return;
    remark('The demonstration year is being loaded; waiting for it …');
    for (;;) {
      const { rows } = await this.database.pool.query<{ loaded: boolean }>('select loaded from demonstration');
      if (rows[0]?.loaded) return;
      await pause(500);
    }
  }
}

const logged = (level: 'info' | 'warn' | 'error', words: string): void => {
  if (level !== 'info') remark(words);
};

const connected = async (database: Database): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: database.url, application_name: 'camket cli' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

const present = async (database: Database): Promise<pg.Client> => {
  const client = await connected(database);
  await client.query('select pg_advisory_lock_shared($1)', [JOINED]);
  return client;
};

/** Another command that joined this one stands on our PostgreSQL. */
const lastOut = async (installation: Installation): Promise<void> => {
  installation.leave();
  const client = await connected(installation.database);
  try {
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [JOINED]);
    if (rows[0]?.alone) return;
    remark('Another camket command is still at work here; waiting for it …');
    await client.query('select pg_advisory_lock($1)', [JOINED]);
  } finally {
    await client.end();
  }
};
