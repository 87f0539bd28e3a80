import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings, type Mode, type Settings } from '#platform/config';
import { DataFolder } from '#platform/database';
import { Misused } from './answer.js';

/** What the flags say: which of the two installations is meant. */
export type Meant = { readonly demonstration?: boolean | undefined; readonly empty?: boolean | undefined };

const flagOf = (mode: Mode): string => (mode === 'demonstration' ? '--demonstration' : '--empty');

const readFor = (mode: Mode): Settings => readSettings(undefined, [flagOf(mode)]);

/**
 * The installation that is meant: the one that a flag names; else the one that runs; else that of DATABASE_URL; else the
 * only one that there is; on a machine without any, the demonstration, as `npm start` would. Of two that both run or
 * both lie there one must be named: a command line that writes does not guess.
 */
export const chosen = ({ demonstration, empty }: Meant): Settings => {
  const flags = [...(demonstration ? ['--demonstration'] : []), ...(empty ? ['--empty'] : [])];
  if (flags.length > 0) return readSettings(undefined, flags);
  const usual = readSettings();
  const both = [readFor('real'), readFor('demonstration')];
  const { databaseUrl } = usual;
  const running = both.filter(({ folder }) => {
    const found = DataFolder.runningIn(folder);
    return found !== undefined && (databaseUrl === undefined || found.database === databaseUrl);
  });
  const one = onlyOne(running, 'run');
  if (one) return one;
  if (databaseUrl !== undefined) return usual;
  return (
    onlyOne(
      both.filter(({ folder }) => existsSync(join(folder, 'pgdata'))),
      'are there',
    ) ?? usual
  );
};

const onlyOne = (found: readonly Settings[], how: string): Settings | undefined => {
  if (found.length > 1)
    throw new Misused(`The demonstration and a real installation both ${how}: say --demonstration or --empty.`);
  return found[0];
};

/** The settings of that installation, whatever else is there; a flag that says otherwise is refused. */
export const chosenFor = (mode: Mode, { demonstration, empty }: Meant): Settings => {
  if ((mode === 'real' && demonstration) || (mode === 'demonstration' && empty))
    throw new Misused(
      mode === 'real'
        ? 'This is a real installation, and --demonstration was said.'
        : 'This is a demonstration, and --empty was said.',
    );
  return readFor(mode);
};
