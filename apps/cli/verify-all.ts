import { join } from 'node:path';
import { parts } from '#api';
import { SystemClock } from '#platform/clock';
import { CommandRunner } from '#platform/commands';
import type { Settings } from '#platform/config';
import { openToLook, type Opened } from '#platform/diagnosis';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { Projector } from '#platform/projector';
import { textDecider, Texts } from '#platform/texts';
import { verifyInstallation, type Verification } from '#platform/verification';
import { EXIT, Refused, type Exit } from './answer.js';
import { chosen, type Meant } from './choice.js';
import type { Run } from './command.js';
import { say, type Bars } from './terminal.js';
import { findingInWords } from '#platform/wording';

const TITLES = { log: 'the log in its order', streams: 'stream by stream', files: 'files' } as const;

/** Opens what is verified as `camket doctor` does: nothing is made, brought up to date or loaded on the way. */
const opened = async (settings: Settings): Promise<Opened> => {
  const whys: string[] = [];
  const found = await openToLook(settings, (code, details = {}) => {
    const gaps = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
    const { found: what, advice } = findingInWords('en', code, gaps);
    whys.push(`${what} ${advice}`);
  });
  if (!found) throw new Refused(whys.join(' '));
  const { rows } = await found.database.pool.query<{ there: boolean }>(
    `select to_regclass('log.head') is not null as there`,
  );
  if (rows[0]?.there) return found;
  await found.close();
  throw new Refused('The database holds nothing of Camket yet.');
};

const verified = async ({ database }: Opened, { folder }: Settings, bars: Bars): Promise<Verification> => {
  const store = await PostgresEventStore.open(database.url);
  try {
    const upcasting = new Upcasting(parts.flatMap(({ upcasters }) => (upcasters ? [upcasters] : [])));
    const world = {
      database,
      store,
      upcasting,
      files: FileStore.look(join(folder, 'files'), database),
      projector: new Projector(
        store,
        database,
        upcasting,
        parts.flatMap(({ views }) => views ?? []),
      ),
      deciders: [...parts.flatMap(({ deciders }) => deciders ?? []), textDecider],
      texts: new Texts(database, new CommandRunner(store, upcasting, new SystemClock())),
    };
    return await verifyInstallation(world, (step, done, all) => bars.show(TITLES[step], done, all));
  } finally {
    await store.close();
  }
};

/** Checks everything that is kept and says what is wrong. */
export const verifyAll = async (run: Run, meant: Meant, { json }: { json?: boolean }, bars: Bars): Promise<Exit> => {
  const settings = chosen(meant);
  const what = await opened(settings);
  const close = run.holds(() => what.close());
  try {
    const found = await verified(what, settings, bars);
    bars.end();
    const { findings, further } = found;
    const counts =
      `${found.events} events in ${found.streams} streams, ${found.texts} texts, ` +
      `${found.files} files, ${found.views} views`;
    if (json) await say(found);
    else if (findings.length === 0) await say(`Everything is as it must be: ${counts}.`);
    else {
      const rest = further === 0 ? [] : [`… and ${further} more.`];
      await say([...findings, ...rest, `${findings.length + further} things are wrong in ${counts}.`].join('\n'));
    }
    return findings.length === 0 ? EXIT.done : EXIT.broken;
  } finally {
    await close();
  }
};
