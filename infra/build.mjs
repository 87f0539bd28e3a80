/**
 * Builds what the programs run from: server and libraries into dist/ with swc, the web app into apps/web/dist with Vite.
 * Each is skipped when nothing changed since its last build; builds that are started beside each other take turns.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const dist = join(root, 'dist');
const serverSources = ['apps/api', 'apps/worker', 'apps/cli', 'libs', 'tests/bench', 'tests/faults', 'tests/support'];
const webSources = ['apps/web', 'libs/contracts'];

/** Every file below the paths with its size and time of change, as one hash. */
const fingerprint = (paths) => {
  const hash = createHash('sha256');
  const add = (path) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (!found) return;
    if (!found.isDirectory()) hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
    else
      for (const name of readdirSync(join(root, path)).sort())
        if (name !== 'dist' && name !== 'node_modules') add(`${path}/${name}`);
  };
  paths.forEach(add);
  return hash.digest('hex');
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Runs the work alone among all builds of this folder; the turn of a process that has died is taken over. */
const alone = (work) => {
  mkdirSync(dist, { recursive: true });
  const turn = join(dist, '.building');
  for (;;) {
    try {
      writeFileSync(turn, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let holder = '';
    try {
      holder = readFileSync(turn, 'utf8');
    } catch {
      continue;
    }
    const abandoned =
      holder === ''
        ? Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 5000
        : !isAlive(Number(holder));
    if (abandoned) rmSync(turn, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    return work();
  } finally {
    rmSync(turn, { force: true });
  }
};

const unlessFresh = (stamp, sources, work) => {
  const print = fingerprint(sources);
  const isFresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
  if (isFresh()) return false;
  return alone(() => {
    if (isFresh()) return false;
    work();
    writeFileSync(stamp, print);
    return true;
  });
};

const execute = (what, program, args) => {
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${what} failed:\n${result.stdout}${result.stderr}`);
};

const sourceOf = (built) => join(root, built.replace(/\.js(\.map)?$/, '.ts'));

/** Removes what an earlier build made of sources that are gone. */
const sweep = (folder) => {
  for (const entry of readdirSync(join(dist, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) sweep(path);
    else if (/\.js(\.map)?$/.test(path) && !existsSync(sourceOf(path))) rmSync(join(dist, path));
  }
};

/** Builds server and libraries when something changed; returns whether it did. Throws with the compiler's words. */
export const build = () =>
  unlessFresh(join(dist, '.built'), [...serverSources, '.swcrc', 'package.json'], () => {
    const swc = require.resolve('@swc/cli/package.json').replace(/package\.json$/, 'bin/swc.js');
    const present = serverSources.filter((folder) => existsSync(join(root, folder)));
    const options = ['-d', 'dist', '--config-file', '.swcrc', '--ignore', '**/*.spec.ts', '--quiet'];
    execute('the build', swc, [...present, ...options]);
    for (const folder of ['apps', 'libs', 'tests']) if (existsSync(join(dist, folder))) sweep(folder);
  });

/** Builds the web app when something changed; returns whether it did. Throws with the bundler's words. */
export const buildWeb = () => {
  if (!existsSync(join(root, 'apps/web/vite.config.ts'))) return false;
  return unlessFresh(join(dist, '.built-web'), [...webSources, 'package.json'], () => {
    const vite = require.resolve('vite/package.json').replace(/package\.json$/, 'bin/vite.js');
    execute('the build of the web app', vite, ['build', 'apps/web', '--config', 'apps/web/vite.config.ts']);
  });
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [what, work] of [
    ['server', build],
    ['web app', buildWeb],
  ]) {
    const started = Date.now();
    console.log(work() ? `${what}: built in ${((Date.now() - started) / 1000).toFixed(1)} s` : `${what}: up to date`);
  }
}
