#!/usr/bin/env node
/** `camket`: builds what changed, silently, and runs the command line from dist/programs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Camket needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(3);
}

const { root } = await import('./turns.mjs');
if (!existsSync(join(root, 'node_modules', '@swc', 'core'))) {
  console.error('The packages of Camket are not installed: npm ci');
  process.exit(3);
}
const { build, buildPrograms } = await import('./build.mjs');
try {
  await build();
  await buildPrograms();
} catch (error) {
  console.error(`Camket cannot be built:\n${error.message}`);
  process.exit(3);
}
// npm start runs at the top of the product; npx runs wherever one stands, and means the same data.
if (!process.env['CAMKET_DATA'] && !existsSync('.camket')) process.env['CAMKET_DATA'] = join(root, '.camket');
// Stacks are shown at these levels alone, and reading the maps takes a tenth of a start.
if (/debug|trace/i.test(process.env['CAMKET_LOG_LEVEL'] ?? '')) process.setSourceMapsEnabled(true);
const args = process.argv.slice(2);
if (args[0] === 'views' && args[1] === 'rebuild') {
  // It holds much for a moment: with more room for what is young and for what is old, less of it is carried about.
  const { fork } = await import('node:child_process');
  const { totalmem } = await import('node:os');
  const megabytes = Math.floor(totalmem() / 2 ** 20);
  const [young, old] = [megabytes < 4096 ? 32 : 64, Math.min(1500, Math.floor(megabytes / 8))];
  const program = fork(join(root, 'dist/programs/cli.js'), args, {
    execArgv: [
      ...process.execArgv,
      `--import=${new URL('started.mjs', import.meta.url)}`,
      `--min-semi-space-size=${young}`,
      `--max-semi-space-size=${young}`,
      `--initial-old-space-size=${old}`,
    ],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => program.connected && program.send('interrupt'));
  }
  process.exitCode = await new Promise((resolve) => program.once('exit', (code) => resolve(code ?? 3)));
} else {
  await import('../dist/programs/cli.js');
}
