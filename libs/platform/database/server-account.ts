import { execFile } from 'node:child_process';
import { chownSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseUnusable } from './database-unusable.js';

const execute = promisify(execFile);

/** Runs a program to its end; what it printed, or an error with it. */
export type Run = (
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
) => Promise<{ stdout: string; stderr: string }>;

/** The account that the embedded server runs under. */
export type ServerAccount = {
  readonly run: Run;
  /** Gives a file or folder to it. */
  readonly own: (path: string) => void;
};

const ids = async (): Promise<{ uid: number; gid: number }> => {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([execute('id', ['-u', name]), execute('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      continue;
    }
  }
  throw new DatabaseUnusable(
    'PostgreSQL cannot run as root and neither "postgres" nor "nobody" exists on this machine.',
  );
};

/** The first folder on the way to a path that only its owner may enter, as a home of root is. */
const closedOnTheWay = (path: string): string | undefined => {
  for (let above = realpathSync(path); dirname(above) !== above; above = dirname(above))
    if ((statSync(above).mode & 0o001) === 0) return above;
  return undefined;
};

/**
 * Our own account, except for root: PostgreSQL refuses to run as root, so root lends it to an account without rights.
 * Where one of `paths` lies in a folder closed to others, that account gets the right to pass through, and no other.
 */
export const serverAccount = async (paths: readonly string[]): Promise<ServerAccount> => {
  if (process.platform === 'win32' || userInfo().uid !== 0)
    return { run: (program, args, options) => execute(program, args, options), own: () => undefined };
  const { uid, gid } = await ids();
  const own = (path: string): void => chownSync(path, uid, gid);
  const closed = paths.map(closedOnTheWay).find((folder) => folder !== undefined);
  if (closed === undefined)
    return { run: (program, args, options) => execute(program, args, { ...options, uid, gid }), own };
  const passing = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  try {
    await execute('setpriv', [...passing, 'true']);
  } catch (error) {
    throw new DatabaseUnusable(
      `PostgreSQL cannot run as root, and the account it is lent to may not enter ${closed}. ` +
        `Start as another user, open the folder (chmod o+x ${closed}), or put the product and CAMKET_DATA elsewhere.`,
      { cause: error },
    );
  }
  return { run: (program, args, options) => execute('setpriv', [...passing, program, ...args], options), own };
};
