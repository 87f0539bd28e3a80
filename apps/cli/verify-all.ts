import { parts } from '#api';
import { Upcasting } from '#platform/event-store';
import { textDecider, Texts } from '#platform/texts';
import { verifyInstallation } from '#platform/verification';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { say, type Bars } from './terminal.js';

const TITLES = { log: 'the log in its order', streams: 'stream by stream', files: 'files' } as const;

/** Checks everything that is kept and says what is wrong. */
export const verifyAll = async (context: Context, { json }: { json?: boolean }, bars: Bars): Promise<Exit> => {
  const { database, store, files, projector } = context;
  const deciders = [...parts.flatMap((part) => part.deciders ?? []), textDecider];
  const upcasting = context.get(Upcasting);
  const texts = context.get(Texts);
  const world = { database, store, files, projector, deciders, upcasting, texts };
  const found = await verifyInstallation(world, (step, done, all) => bars.show(TITLES[step], done, all));
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
};
