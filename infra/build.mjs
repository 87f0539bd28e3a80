/** Builds the server programs and libraries into dist/ with swc; skips when nothing is newer than the last build. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = ['apps/api', 'apps/worker', 'apps/cli', 'libs', 'tests/bench', 'tests/faults', 'tests/support'];
const stamp = join(root, 'dist', '.built');

const newest = (folder) => {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) time = Math.max(time, newest(path));
    else if (entry.name.endsWith('.ts')) time = Math.max(time, statSync(path).mtimeMs);
  }
  return Math.max(time, statSync(folder).mtimeMs);
};

/** Builds when something changed; returns whether it did. Throws with the compiler's words when it fails. */
export const build = () => {
  const present = sources.filter((folder) => existsSync(join(root, folder)));
  const started = new Date();
  const configured = Math.max(...['.swcrc', 'package.json'].map((file) => statSync(join(root, file)).mtimeMs));
  const last = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (last > Math.max(configured, ...present.map((folder) => newest(join(root, folder))))) return false;
  const swc = createRequire(import.meta.url)
    .resolve('@swc/cli/package.json')
    .replace(/package\.json$/, 'bin/swc.js');
  const result = spawnSync(
    process.execPath,
    [swc, ...present, '-d', 'dist', '--config-file', '.swcrc', '--ignore', '**/*.spec.ts', '--quiet'],
    { cwd: root, encoding: 'utf8' },
  );
  if (result.status !== 0) throw new Error(`the build failed:\n${result.stdout}${result.stderr}`);
  writeFileSync(stamp, '');
  utimesSync(stamp, started, started);
  return true;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
