import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule, parts, tables } from '#api';
import { SystemClock } from '#platform/clock';
import { readSettings } from '#platform/config';
import { Installation } from '#platform/database';
import { PostgresEventStore } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { levelsOf, logOf, Program } from '#platform/wiring';
import { Work } from './work.js';

/** `CAMKET_ROLE=worker npm start`: the product without HTTP. */
await Program.run(async (program) => {
  const settings = readSettings(undefined, process.argv.slice(2));
  const installation = await Installation.attend(settings, tables);
  await program.holds(installation);
  const { database } = installation;
  const clock = new SystemClock();
  const store = await PostgresEventStore.open(database.url);
  await program.holds(store);
  const files = await FileStore.open(join(settings.folder, 'files'), database, {
    clock,
    largest: settings.fileLimitBytes,
  });
  const nest = await NestFactory.createApplicationContext(
    AppModule.of({ database, store, clock, settings, files, parts, log: logOf(new Logger('worker')) }),
    { logger: levelsOf(settings.logLevel), abortOnError: false },
  );
  const work = new Work(nest);
  await program.holds({
    close: async () => {
      await nest.close();
      await work.stop();
    },
  });
  await work.keepViews();
  await work.act();
  console.log(`Camket works on ${new URL(database.url).pathname.slice(1)}. Stop: Ctrl-C`);
});
