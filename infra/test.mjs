/**
 * `npm test`: everything that must hold, in stages, from a fresh clone. `npm test -- unit e2e` runs some of them. Stops
 * at the first stage that fails; the last line says how many tests passed and failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';
import { install } from './install.mjs';
import { execute, spell, step } from './progress.mjs';
import { root } from './turns.mjs';

/** Tests choose ports, folders and databases of their own, whatever the product of this machine is set to. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(PORT|HOST|DATABASE_URL|PG[A-Z]+)$/.test(name) && !/^CAMKET_(?!CHROMIUM$)/.test(name),
  ),
);

const tool = (path, ...args) =>
  execute(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: root, env: environment });

const results = { passed: 0, failed: 0, skipped: 0, faults: [] };

/** Adds up what Jest wrote; a file that did not run at all counts as one that failed. */
const count = (file) => {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  results.passed += report.numPassedTests;
  results.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  results.skipped += report.numPendingTests + report.numTodoTests;
  for (const suite of report.testResults) {
    const path = suite.name.slice(root.length + 1);
    const broken = suite.assertionResults.filter(({ status }) => status === 'failed');
    if (suite.status === 'failed' && broken.length === 0) results.faults.push(`${path} does not run`);
    for (const { fullName } of broken) results.faults.push(`${path}: ${fullName}`);
  }
  return `${report.numPassedTests} passed`;
};

/** `workers` is how many files run beside each other at least: one that waits for a database leaves its core to others. */
const jest = (pattern, workers, extra = {}) =>
  new Promise((resolve, reject) => {
    const folder = mkdtempSync(join(tmpdir(), 'camket-report-'));
    const file = join(folder, 'report.json');
    const words = [
      join(root, 'node_modules/jest/bin/jest.js'),
      '--testPathPatterns',
      pattern,
      '--json',
      `--outputFile=${file}`,
      '--passWithNoTests',
      `--maxWorkers=${Math.max(workers, availableParallelism() - 1)}`,
    ];
    const child = spawn(process.execPath, words, {
      cwd: root,
      env: { ...environment, ...extra },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const stop = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, stop);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const each of signals) process.off(each, stop);
      const failed = results.failed;
      const note = existsSync(file) ? count(file) : '';
      rmSync(folder, { recursive: true, force: true });
      if (code === 0) return resolve(note);
      if (results.failed === failed) results.failed += 1;
      reject(Object.assign(new Error(signal ? `stopped by ${signal}` : 'see above'), { isCounted: true }));
    });
  });

const stages = [
  ['format', 'is everything formatted? (oxfmt)', () => tool('oxfmt/bin/oxfmt', '--check')],
  ['lint', 'the law of a line (oxlint)', () => tool('oxlint/bin/oxlint')],
  [
    'law',
    'who may import whom (dependency-cruiser)',
    () =>
      tool(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
        ...['apps', 'libs', 'tests', 'infra'],
      ),
  ],
  [
    'types',
    'TypeScript, server and web',
    async () => {
      await tool('typescript-7/bin/tsc', '-p', '.');
      if (existsSync(join(root, 'apps/web/tsconfig.json'))) await tool('typescript-7/bin/tsc', '-p', 'apps/web');
    },
  ],
  [
    'build',
    'server, web app and programs',
    async () => {
      const { build, buildPrograms, buildWeb } = await import('./build.mjs');
      await build();
      await buildWeb();
      await buildPrograms();
    },
  ],
  ['unit', 'rules, processes, law: nothing real', () => jest('\\.unit\\.spec\\.ts$', 2)],
  [
    'integration',
    'modules, views and the contract of the event store, on PostgreSQL',
    () => jest('\\.int\\.spec\\.ts$', 3),
  ],
  [
    'e2e',
    'journeys through the whole product, with a browser',
    async () => {
      const { buildWeb } = await import('./build.mjs');
      await buildWeb();
      return jest('\\.e2e\\.spec\\.ts$', 2, { CAMKET_CHROMIUM: await browser });
    },
  ],
];
const alsoCalled = { int: 'integration', contract: 'integration', browser: 'e2e', import: 'law' };

const wanted = process.argv.slice(2).map((name) => alsoCalled[name] ?? name);
const unknown = wanted.filter((name) => !stages.some(([stage]) => stage === name));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(', ')}; there are ${stages.map(([name]) => name).join(', ')}.`);
  process.exit(2);
}

const began = Date.now();
const chosen = stages.filter(([name]) => wanted.length === 0 || wanted.includes(name));
const lines = [];
let isBroken = false;
console.log(`Camket's tests on Node ${process.versions.node}: ${chosen.map(([name]) => name).join(', ')}`);
/** The browser is got while packages are: each waits for the network half of its time. */
const browser = chosen.some(([name]) => name === 'e2e') ? chromium() : Promise.resolve('');
browser.catch(() => undefined);
try {
  await install();
} catch (error) {
  console.error(error.message);
  isBroken = true;
  results.failed += 1;
}
/** The stages that only read begin at once, in two lanes, so that no core waits; they are shown in their order. */
const begun = new Map();
for (const lane of isBroken ? [] : [['lint'], ['format', 'law', 'types']]) {
  let before = Promise.resolve();
  for (const [name, , work] of chosen.filter(([stage]) => lane.includes(stage))) {
    before = before.then(work);
    before.catch(() => undefined);
    begun.set(name, before);
  }
}
for (const [index, [name, meaning, work]] of chosen.entries()) {
  if (isBroken) {
    lines.push(`  –  ${name.padEnd(12)} not run`);
    continue;
  }
  const started = Date.now();
  console.log(`\n━━ ${index + 1}/${chosen.length} ${name}: ${meaning}`);
  try {
    const isJest = ['unit', 'integration', 'e2e'].includes(name);
    const note = isJest ? await work() : await step(name, () => begun.get(name) ?? work());
    lines.push(`  ✓  ${name.padEnd(12)} ${spell(Date.now() - started).padEnd(12)} ${isJest ? note : ''}`.trimEnd());
  } catch (error) {
    isBroken = true;
    if (!error.isCounted) {
      console.error(error.message);
      results.failed += 1;
    }
    lines.push(`  ✗  ${name.padEnd(12)} ${spell(Date.now() - started)}`);
  }
}

console.log(`\n━━ ${isBroken ? 'failed' : 'all holds'}, ${spell(Date.now() - began)}\n${lines.join('\n')}`);
if (results.faults.length > 0) console.log(`\n${results.faults.map((fault) => `  ✗  ${fault}`).join('\n')}`);
const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
console.log(`\n${results.passed} passed, ${results.failed} failed${skipped}`);
// Debian's packages are not left half installed.
await browser.catch(() => undefined);
process.exit(isBroken || results.failed > 0 ? 1 : 0);
