import { type Benchmark, inTurns, median, quantile, shown, spreadOf, throughput } from './measure.js';
import { newStream, OneInsert, reported } from './one-insert.js';

const CALLERS = 32;

/**
 * Reports over HTTP on 32 connections, each on another obligation: signed in, checked, decided, stored, and projected
 * by the same process meanwhile; against one INSERT per commit by 32 callers. Shows the start of that process.
 */
export const httpCommand: Benchmark = async (bench) => {
  const product = await bench.product();
  const baseline = await OneInsert.open(await bench.database());
  const ours = (): Promise<unknown> => product.report();
  const theirs = (): Promise<unknown> => baseline.append(newStream(), reported());
  const duration = bench.quick ? 300 : 700;
  await throughput(CALLERS, 500, theirs);
  const [before, sent] = [await product.usage(), product.commands];
  const rounds = await inTurns(
    bench.rounds,
    () => throughput(CALLERS, duration, ours),
    () => throughput(CALLERS, duration, theirs),
  );
  const used = ((await product.usage()).cpu - before.cpu) / (product.commands - sent);
  const ratios = rounds.map(([mine, one]) => mine.rate / one.rate);
  const latencies = rounds.flatMap(([mine]) => mine.latencies);
  const [p50, p99] = [median(latencies), quantile(latencies, 0.99)];
  const ratio = median(ratios);
  bench.report({
    name: 'http-command-32',
    value: median(rounds.map(([mine]) => mine.rate)),
    unit: 'commands/s',
    baseline: median(rounds.map(([, one]) => one.rate)),
    ratio,
    spread: spreadOf(ratios),
    target: '≥ 0.5 ×',
    ok: ratio >= 0.5 && p99 <= 10 * p50,
    note: `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (≤ 10 × p50), ${used.toFixed(2)} ms of CPU each, behind ${sent.toLocaleString('en')} others`,
  });
  const { started } = product.served;
  bench.report(shown('cold-start', started / 1000, 's', 'empty database to listening, migrations included'));
  await baseline.close();
};
