/** Runs a script of ours on Node 24, which npm brings into `.camket/node24`: `node infra/node24.mjs infra/test.mjs`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { npm } from './install.mjs';
import { step } from './progress.mjs';
import { alone, root } from './turns.mjs';

const folder = join(root, '.camket', 'node24');
const program = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

const fetchNode = () =>
  alone('installing-node24', async (started) => {
    if (existsSync(program)) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
    await npm(['install', '--no-audit', '--no-fund', 'node@24'], started, folder);
  });

if (!existsSync(program)) await step('installing Node 24, once', fetchNode);
const [script, ...args] = process.argv.slice(2);
const child = spawn(program, [join(root, script), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env['PATH']}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
