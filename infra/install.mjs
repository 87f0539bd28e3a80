/** Installs the packages of the lock file when they are missing or of another lock file. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, step } from './progress.mjs';
import { alone, root } from './turns.mjs';

const lock = join(root, 'package-lock.json');
const written = join(root, 'node_modules', '.package-lock.json');
const mark = join(root, 'node_modules', '.camket-installed');

const hashOfLock = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

const isInstalled = () => {
  const finished = statSync(written, { throwIfNoEntry: false });
  if (!finished) return false;
  if (finished.mtimeMs >= statSync(lock).mtimeMs) return true;
  return statSync(mark, { throwIfNoEntry: false }) !== undefined && readFileSync(mark, 'utf8') === hashOfLock();
};

/** Runs the npm that started us, else the one on the path. */
export const npm = (args, started, cwd = root) => {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js')) return execute(process.execPath, [script, ...args], { cwd }, started);
  return execute('npm', args, { cwd, shell: process.platform === 'win32' }, started);
};

const ci = ['ci', '--include=dev', '--no-audit', '--no-fund'];

/**
 * What npm has kept from elsewhere is what the lock file says, or is not taken: it need not ask about each package
 * whether there is news, a fifth of the time. Where it knows of a package, but not yet of that version, it must ask.
 */
const installPackages = (started) => npm([...ci, '--prefer-offline'], started).catch(() => npm(ci, started));

/** Makes node_modules agree with package-lock.json. */
export const install = async () => {
  if (isInstalled()) return;
  await step('installing packages (npm ci), once', () =>
    alone('installing', async (started) => {
      if (isInstalled()) return;
      await installPackages(started);
      writeFileSync(mark, hashOfLock());
    }),
  );
};
