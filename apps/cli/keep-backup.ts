import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tables } from '#api';
import { BackupReader, makeBackup, manifestOf, restoreBackup, type Manifest, type Progress } from '#platform/backup';
import { SystemClock } from '#platform/clock';
import { inProduct, type Settings } from '#platform/config';
import { DatabaseUnusable, Installation } from '#platform/database';
import { FileStore } from '#platform/files';
import { EXIT, Refused, type Exit } from './answer.js';
import { chosenFor, type Meant } from './choice.js';
import type { Run } from './command.js';
import { Context } from './context.js';
import { release } from './release.js';
import { say, type Bars } from './terminal.js';

const TITLES: Readonly<Record<Parameters<Progress>[0], string>> = {
  checking: 'checking',
  tables: 'rows of tables',
  events: 'events',
  files: 'bytes of files',
  views: 'views',
};

const shownOn =
  (bars: Bars): Progress =>
  (step, done, all) =>
    bars.show(TITLES[step], done, all);

const contentOf = ({ log, tables: kept, files }: Manifest): string =>
  `${log.events} events up to position ${log.position ?? 0}, ` +
  `${kept.reduce((sum, { rows }) => sum + rows, 0)} rows of ${kept.length} tables, ${files.count} files`;

/** Writes a backup of the installation. */
export const backUp = async (context: Context, file: string, bars: Bars): Promise<Exit> => {
  const { database, files, installation } = context;
  const source = { database, files, folder: installation.settings.folder, release: release() };
  const manifest = await makeBackup(file, source, shownOn(bars));
  bars.end();
  const { size } = await stat(file);
  await say(`${file}: ${contentOf(manifest)}, ${Math.ceil(size / 1024)} KB.`);
  return EXIT.done;
};

/** Brings a backup into the installation of its kind, which must be empty. */
export const restore = async (run: Run, path: string, meant: Meant, bars: Bars): Promise<Exit> => {
  const backup = await BackupReader.open(path);
  try {
    await backup.check((done, all) => bars.show('checking', done, all));
    const { log } = await manifestOf(backup);
    const settings = chosenFor(log.demonstration ? 'demonstration' : 'real', meant);
    const installation = await opened(settings);
    run.holds(() => installation.close());
    const manifest = await restored(installation, backup, bars);
    const exit = await run.within(await Context.over(installation, bars.show), async (context) => {
      await context.caughtUp();
      bars.end();
      await say(`${settings.folder}: ${contentOf(manifest)}. People sign in again.`);
      return EXIT.done;
    });
    return exit ?? EXIT.done;
  } finally {
    await backup.close();
  }
};

const opened = async (settings: Settings): Promise<Installation> => {
  try {
    return await Installation.open(settings, tables);
  } catch (error) {
    if (error instanceof DatabaseUnusable) throw new Refused(error.message);
    throw error;
  }
};

const restored = async (installation: Installation, backup: BackupReader, bars: Bars): Promise<Manifest> => {
  const { database, settings } = installation;
  const { folder } = settings;
  try {
    const files = await FileStore.open(join(folder, 'files'), database, {
      clock: new SystemClock(),
      largest: settings.fileLimitBytes,
    });
    const target = { database, files, folder, migrations: inProduct('infra/migrations') };
    return await restoreBackup(backup, target, shownOn(bars));
  } catch (error) {
    await installation.close();
    throw error;
  }
};
