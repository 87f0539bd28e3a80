import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { readSettings, SettingsRefused, type Settings } from '#platform/config';
import { DatabaseUnusable, FolderInUse, Installation } from '#platform/database';
import { createApp, type App } from './app.js';
import { tables } from './modules.js';
import { greeting, help, progress, signInsFile } from './terminal.js';

/** How long a clean end may take before the process ends all the same. */
const LONGEST_END_MS = 60_000;

/** An end that is explained in a sentence; everything else is shown with its stack. */
class PlainWords extends Error {}

/** Refuses a port that is taken before anything else is begun. */
const checkPort = ({ host, port }: Settings): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'another program uses it'
          : error.code === 'EACCES'
            ? 'it is not allowed'
            : error.message;
      reject(
        new PlainWords(`Camket cannot listen on ${host}:${port}: ${reason}. Choose another port: PORT=3001 npm start`),
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });

const explain = (error: unknown): void => {
  const isPlain = [PlainWords, SettingsRefused, FolderInUse, DatabaseUnusable].some((kind) => error instanceof kind);
  console.error(isPlain ? (error as Error).message : error);
};

/** Serves until a signal, the end of the program that started us, or an error nobody caught; ends once, cleanly. */
const main = async (flags: readonly string[]): Promise<void> => {
  let installation: Installation | undefined;
  let app: App | undefined;
  let wanted: number | undefined;

  const finish = async (): Promise<void> => {
    console.log('Camket stops …');
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    try {
      installation?.leave();
      await app?.close();
      await installation?.close();
      console.log('Camket has stopped.');
    } catch (error) {
      wanted = 1;
      explain(error);
    }
    process.exit(wanted);
  };
  /** A stop while the folder is being opened waits for that; one while the year is loaded cuts the loading off. */
  const stop = (code: number): void => {
    if (wanted !== undefined) return;
    wanted = code;
    if (installation) void finish();
  };
  const crash = (error: unknown): void => {
    if (wanted !== undefined) return;
    explain(error);
    stop(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  process.on('disconnect', () => stop(0));
  process.on('message', (message) => {
    if (message === 'stop') stop(0);
  });
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  try {
    const settings = readSettings(undefined, flags);
    const { mode, folder } = settings;
    const areNew = !existsSync(signInsFile(folder));
    installation = await Installation.open(settings, tables, () => checkPort(settings));
    if (wanted !== undefined) return await finish();
    app = await createApp({ settings, database: installation.database, mode, folder, progress: progress() });
    const url = await app.listen();
    installation.serve(url, (news) => console.error(news));
    console.log(greeting(settings, url, areNew));
  } catch (error) {
    if (wanted !== undefined) return;
    explain(error);
    wanted = 1;
    await app?.close();
    await installation?.close();
    process.exit(1);
  }
};

if (process.argv.includes('--help')) console.log(help());
else await main(process.argv.slice(2));
