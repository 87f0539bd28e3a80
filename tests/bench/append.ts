import { PostgresEventStore } from '#platform/event-store';
import { type Benchmark, inTurns, median, quantile, spreadOf, throughput } from './measure.js';
import { BASELINE_POOL, newStream, OneInsert, reported } from './one-insert.js';

const TARGETS = [
  [1, 0.8],
  [8, 1.5],
  [32, 2.5],
  [200, 4],
] as const;

/** Appends of single events to new streams, by that many callers, against one INSERT per commit. */
export const append: Benchmark = async (bench) => {
  const url = await bench.database();
  const [store, baseline] = [await PostgresEventStore.open(url), await OneInsert.open(url)];
  bench.setting('pool size of the baseline', BASELINE_POOL);
  const duration = bench.quick ? 160 : 500;
  const ours = (): Promise<unknown> => store.append(newStream(), [reported()], -1);
  const theirs = (): Promise<unknown> => baseline.append(newStream(), reported());
  await throughput(32, 500, ours);
  await throughput(32, 500, theirs);
  for (const [callers, target] of TARGETS) {
    const rounds = await inTurns(
      bench.rounds,
      () => throughput(callers, duration, ours),
      () => throughput(callers, duration, theirs),
    );
    const ratios = rounds.map(([mine, one]) => mine.rate / one.rate);
    const latencies = rounds.flatMap(([mine]) => mine.latencies);
    const ratio = median(ratios);
    bench.report({
      name: `append-${callers}`,
      value: median(rounds.map(([mine]) => mine.rate)),
      unit: 'appends/s',
      baseline: median(rounds.map(([, one]) => one.rate)),
      ratio,
      spread: spreadOf(ratios),
      target: `≥ ${target} ×`,
      ok: ratio >= target,
      note: `p50 ${median(latencies).toFixed(2)} ms, p99 ${quantile(latencies, 0.99).toFixed(2)} ms`,
    });
  }
  await Promise.all([store.close(), baseline.close()]);
};
