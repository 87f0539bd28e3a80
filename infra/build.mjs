/**
 * Builds what the programs and the tests run from: server, libraries and specs into dist/ with swc, the web app into
 * apps/web/dist and the programs, of what is in dist/, into dist/programs with Vite.
 * Each is skipped when nothing changed since its last build; builds that are started beside each other take turns.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, step } from './progress.mjs';
import { alone, root } from './turns.mjs';

const require = createRequire(import.meta.url);
const dist = join(root, 'dist');
const serverSources = ['apps/api', 'apps/worker', 'apps/cli', 'libs', 'tests'];
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

const unlessFresh = async (stamp, sources, work) => {
  const isFresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(sources);
  if (isFresh()) return false;
  return alone('building', async () => {
    if (isFresh()) return false;
    const print = fingerprint(sources);
    await work();
    writeFileSync(stamp, print);
    return true;
  });
};

const run = (program, args) => execute(process.execPath, [program, ...args], { cwd: root });

const vite = (config, ...options) =>
  run(require.resolve('vite/package.json').replace(/package\.json$/, 'bin/vite.js'), [
    ...['build', '--config', config],
    ...options,
  ]);

const sourceOf = (built) => join(root, built.replace(/\.js(\.map)?$/, '.ts'));

/** Removes what an earlier build made of sources that are gone. */
const sweep = (folder) => {
  for (const entry of readdirSync(join(dist, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) sweep(path);
    else if (/\.js(\.map)?$/.test(path) && !existsSync(sourceOf(path))) rmSync(join(dist, path));
  }
};

/** Builds server and libraries when something changed; answers whether it did. Throws with the compiler's words. */
export const build = () =>
  unlessFresh(join(dist, '.built'), [...serverSources, '.swcrc', 'package.json'], async () => {
    const swc = require.resolve('@swc/cli/package.json').replace(/package\.json$/, 'bin/swc.js');
    const present = serverSources.filter((folder) => existsSync(join(root, folder)));
    const options = ['-d', 'dist', '--config-file', '.swcrc', '--ignore', 'tests/architecture/outlaws/**', '--quiet'];
    await run(swc, [...present, ...options]);
    for (const folder of ['apps', 'libs', 'tests']) if (existsSync(join(dist, folder))) sweep(folder);
  });

/** Builds the web app when something changed; answers whether it did. Throws with the bundler's words. */
export const buildWeb = async () => {
  if (!existsSync(join(root, 'apps/web/vite.config.ts'))) return false;
  return unlessFresh(join(dist, '.built-web'), [...webSources, 'package.json'], () => vite('apps/web/vite.config.ts'));
};

/** Each is built from the folder of its name in apps/, and started as `dist/programs/<name>.js`. */
export const PROGRAMS = ['api', 'worker', 'cli'];

/** Puts the programs together from the built server when that or the packages changed; answers whether it did. */
export const buildPrograms = () => {
  const config = 'infra/programs.vite.mjs';
  return unlessFresh(join(dist, '.built-programs'), ['dist/.built', 'package-lock.json', config], async () => {
    const programs = join(dist, 'programs');
    mkdirSync(programs, { recursive: true });
    const older = readdirSync(programs).filter((name) => /^\d+$/.test(name));
    const folder = String(Date.now());
    await vite(config, '--outDir', `dist/programs/${folder}`);
    for (const name of PROGRAMS) writeFileSync(join(programs, `${name}.js`), `import './${folder}/${name}.js';\n`);
    // One that runs may still load a part of what it began with.
    for (const name of older.sort().slice(0, -1)) rmSync(join(programs, name), { recursive: true });
  });
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await step('building the server', build);
  await step('building the web app', buildWeb);
  await step('putting the programs together', buildPrograms);
}
