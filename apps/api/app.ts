import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DemonstrationClock, SystemClock, type Clock } from '#platform/clock';
import { inProduct, type Mode, type Settings } from '#platform/config';
import type { Database } from '#platform/database';
import { PostgresEventStore } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { ProcessRunner } from '#platform/processes';
import { Projector } from '#platform/projector';
import { httpAdapter, levelsOf, logOf, prepareHttp } from '#platform/wiring';
import { loadDemonstration, StoredClock } from '#demonstration';
import { Work } from '#worker';
import { AppModule, parts } from './modules.js';

export { tables } from './modules.js';
import { openApiOf } from './openapi.js';
import { serveWeb } from './web.js';

/** What a start of the product needs; the database is open and migrated. */
export type AppOptions = {
  readonly settings: Settings;
  readonly database: Database;
  readonly mode: Mode;
  /** The data folder: files, and the sign-ins of a demonstration. */
  readonly folder: string;
  /** The built web app. */
  readonly web?: string;
  /** Told of long steps, with the share done from 0 to 1. */
  readonly progress?: (words: string, share: number) => void;
};

/** The running product. */
export type App = {
  readonly nest: NestFastifyApplication;
  readonly store: PostgresEventStore;
  readonly projector: Projector;
  readonly processes: ProcessRunner;
  readonly files: FileStore;
  readonly clock: Clock;
  /** Serves HTTP and answers the address. */
  listen(): Promise<string>;
  close(): Promise<void>;
};

/**
 * Puts the product together: event store, HTTP and web app and, unless workers of their own do that, views, processes
 * and jobs. In a demonstration the invented year is loaded first, through the ordinary commands; a load that was cut off
 * goes on where it ended.
 */
export const createApp = async (options: AppOptions): Promise<App> => {
  const { settings, database, mode, folder } = options;
  const stored = mode === 'demonstration' ? await StoredClock.open(database) : undefined;
  const clock: Clock = stored?.clock ?? new SystemClock();
  const store = await PostgresEventStore.open(
    database.url,
    clock instanceof DemonstrationClock ? { now: () => clock.now() } : {},
  );
  const files = await FileStore.open(join(folder, 'files'), database, { clock, largest: settings.fileLimitBytes });
  const log = logOf(new Logger('views'));
  const nest = await NestFactory.create<NestFastifyApplication>(
    AppModule.of({ database, store, clock, settings, files, parts, log }),
    httpAdapter({ trustProxy: false, bodyLimit: 1024 * 1024 }),
    { logger: levelsOf(settings.logLevel), abortOnError: false },
  );
  const projector = nest.get(Projector);
  const processes = nest.get(ProcessRunner);
  const work = new Work(nest);
  const close = async (): Promise<void> => {
    await nest.close();
    await work.stop();
    await stored?.close();
    await store.close();
  };
  try {
    await prepareHttp(nest);
    await serveWeb(nest, options.web ?? join(inProduct('apps/web'), 'dist'));
    const document = openApiOf(nest);
    SwaggerModule.setup('api/docs', nest, document, {
      customSiteTitle: 'Camket API',
      jsonDocumentUrl: 'api/docs.json',
    });
    await nest.init();
    // An api alone needs the tables to ask; who starts first makes them, and workers fill them from then on.
    if (settings.role === 'api') await projector.prepare();
    else await work.keepViews();
    if (stored) await loadDemonstration({ ...options, nest, store, projector, processes, files, stored });
    // Behind the loading, which starts them for its last week: nobody is told of what is long past.
    if (settings.role !== 'api') await work.act();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nest,
    store,
    projector,
    processes,
    files,
    clock,
    listen: async () => {
      await nest.listen(settings.port, settings.host);
      return (await nest.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
    },
    close,
  };
};
