import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { Database, EmbeddedPostgres } from '#platform/database';
import { append } from './append.js';
import { figures } from './figures.js';
import { files } from './files.js';
import { httpCommand } from './http-command.js';
import { shown, type Bench, type Benchmark, type LargeBenchmark, type Measure } from './measure.js';
import { Product } from './product.js';
import { rebuild } from './rebuild.js';
import { rebuildUnderWrites } from './rebuild-under-writes.js';
import { visible } from './visible.js';

/** The benchmarks that ask one product. */
const OF_PRODUCT: Readonly<Record<string, Benchmark>> = { 'http-command': httpCommand, visible, files };

/** Those that are done with what they need at once; a new one is a file beside this one and a line here. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = { append, ...OF_PRODUCT, rebuild };

/** Those whose logs take minutes to make, in the order in which they measure. */
const LARGE: Readonly<Record<string, LargeBenchmark>> = { figures, 'rebuild-under-writes': rebuildUnderWrites };

/** So many commands the product has answered before the first that counts; behind fewer each still takes a fifth longer. */
const WARM = { quick: 5_000, full: 36_000 } as const;

const SHOWN = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'wal_level'];

const { values: options, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** Of a small log it says nothing, and takes a third of a quick run: there it is run when it is named. */
const isForAll = (name: string): boolean => !options.quick || name !== 'rebuild-under-writes';
const known = [...Object.keys(BENCHMARKS), ...Object.keys(LARGE)];
const chosen = positionals.length > 0 ? positionals : known.filter(isForAll);
const unknown = chosen.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`no benchmark is called ${unknown}; there are ${known.join(', ')}`);
const lastOfProduct = chosen.findLastIndex((name) => Object.hasOwn(OF_PRODUCT, name));

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

const line = (measure: Measure): string => {
  const { name, value, unit, baseline, ratio, spread, target, ok, note } = measure;
  return [
    !ok ? '✗' : target === null ? ' ' : '✓',
    name.padEnd(20),
    `${number(value)} ${unit}`.padStart(20),
    (baseline === null ? '–' : number(baseline)).padStart(10),
    (ratio === null ? '–' : `${ratio.toFixed(2)} ×`).padStart(8),
    (spread === null ? '–' : `${(spread * 100).toFixed(0)} %`).padStart(7),
    (target ?? '–').padEnd(9),
    note ?? '',
  ].join('  ');
};

const folder = mkdtempSync(join(tmpdir(), 'camket-bench-'));
chmodSync(folder, 0o755);
const server = await EmbeddedPostgres.start(folder, { settings: { max_connections: '100' } });
let served: Promise<Product> | undefined;
/** The product, when a benchmark has asked for it and it could be started. */
const running = async (): Promise<Product | undefined> => served?.catch(() => undefined);
const end = async (): Promise<void> => {
  await (await running())?.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
};
process.once('SIGINT', () => void end().then(() => process.exit(130)));

try {
  const administration = new pg.Pool({ connectionString: server.url('postgres'), max: 1 });
  administration.on('error', () => undefined);
  const ofServer: Record<string, string | number> = {};
  for (const name of ['server_version', ...SHOWN]) {
    const { rows } = await administration.query<{ value: string }>('select current_setting($1) as value', [name]);
    ofServer[name] = rows[0]?.value ?? '';
  }
  const { server_version: postgres, ...settings } = ofServer;
  const own = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const driver = JSON.parse(readFileSync('node_modules/pg/package.json', 'utf8')) as { version: string };
  const results = {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
      system: `${process.platform} ${release()} ${process.arch}`,
    },
    versions: { camket: own.version, node: process.version, postgres, pg: driver.version },
    settings: { ...settings, quick: options.quick } as Record<string, string | number | boolean>,
    measures: [] as Measure[],
  };
  console.log(`${results.machine.cpu}, ${results.machine.cores} cores, ${results.machine.memory}`);
  console.log(`Node ${process.version}, PostgreSQL ${postgres}, fsync ${settings['fsync']}\n`);
  console.log(
    `  ${'measure'.padEnd(20)}  ${'value'.padStart(20)}  ${'baseline'.padStart(10)}  ${'ratio'.padStart(8)}  ` +
      `${'spread'.padStart(7)}  target`,
  );
  const report = (measure: Measure): void => {
    results.measures.push(measure);
    console.log(line(measure));
  };
  let databases = 0;
  /** By database whose it is. */
  const inUse = new Map<string, string>();
  const database = async (owner: string): Promise<string> => {
    const name = `bench_${(databases += 1)}`;
    inUse.set(name, owner);
    await administration.query(`create database ${name}`);
    const migrated = await Database.open(server.url(name), []);
    await migrated.close();
    return server.url(name);
  };
  /** What a benchmark has left behind does not go on beside the next one: tables to clean, pages to write. */
  const quiet = async (owner: string): Promise<void> => {
    for (const [name, whose] of inUse) {
      if (whose !== owner) continue;
      await administration.query(`drop database ${name} with (force)`);
      inUse.delete(name);
    }
    await administration.query('checkpoint');
  };
  const product = async (): Promise<Product> => {
    served ??= database('product').then((url) => Product.start(url));
    await (await served).warm(options.quick ? WARM.quick : WARM.full);
    return served;
  };
  const endProduct = async (): Promise<void> => {
    const ended = await running();
    served = undefined;
    if (!ended) return;
    const { rss, most } = await ended.usage();
    const note = `resident at the end, after ${number(ended.commands)} commands; ${number(most / 2 ** 20)} MiB at most`;
    report(shown('api-memory', rss / 2 ** 20, 'MiB', note));
    await ended.end();
    await quiet('product');
  };
  const benchOf = (name: string): Bench => ({
    quick: options.quick,
    rounds: 5,
    database: () => database(name),
    product,
    setting: (what, value) => {
      results.settings[what] = value;
    },
    report,
  });
  const secondsSince = (before: number): number => Math.round((performance.now() - before) / 1000);
  const measuring = async (name: string, measure: () => Promise<void>): Promise<void> => {
    const before = performance.now();
    try {
      await measure();
    } catch (error) {
      report({ ...shown(name, 0, '', 'broke off'), ok: false });
      console.error(error);
    }
    await quiet(name);
    results.settings[`seconds of ${name}`] = secondsSince(before);
  };
  const began = performance.now();
  for (const [index, name] of chosen.entries()) {
    const benchmark = BENCHMARKS[name];
    if (benchmark) await measuring(name, () => benchmark(benchOf(name)));
    if (index === lastOfProduct) await endProduct();
  }
  const large = Object.entries(LARGE).filter(([name]) => chosen.includes(name));
  if (large.length > 0) {
    const before = performance.now();
    const made = large.map(([name, make]) => ({ name, measure: make(benchOf(name)) }));
    await Promise.allSettled(made.map(({ measure }) => measure));
    await administration.query('checkpoint');
    results.settings['seconds to make the large logs'] = secondsSince(before);
    for (const { name, measure } of made) await measuring(name, async () => (await measure)());
  }
  results.settings['seconds of the run'] = secondsSince(began);
  await administration.end();
  const kept = Object.entries(results.settings).map(([name, value]) => `${name} ${String(value)}`);
  console.log(`\n${kept.join(', ')}`);
  writeFileSync('bench-results.json', `${JSON.stringify(results, null, 2)}\n`);
  const missed = results.measures.filter(({ ok }) => !ok);
  console.log(
    missed.length === 0
      ? 'All targets are reached; bench-results.json has the numbers.'
      : `Not reached: ${missed.map(({ name }) => name).join(', ')}; bench-results.json has the numbers.`,
  );
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  await end();
}
