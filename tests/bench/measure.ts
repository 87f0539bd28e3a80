import { setTimeout as wait } from 'node:timers/promises';
import type { Product } from './product.js';

/** One line of the results. */
export type Measure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, measured in turns with it; null when it is only shown. */
  readonly baseline: number | null;
  /** The median of the ratios of all rounds. */
  readonly ratio: number | null;
  /** How far the middle half of the rounds lies apart, as a part of the median. */
  readonly spread: number | null;
  /** In words, as `≥ 0.8 ×`; null when it is only shown. */
  readonly target: string | null;
  readonly ok: boolean;
  /** What else a reader wants to know, as percentiles. */
  readonly note?: string;
};

/** What a measure works with. */
export type Bench = {
  readonly quick: boolean;
  /** How often the measure and its baseline are run in turn. */
  readonly rounds: number;
  /** The address of a new, migrated database. */
  database(): Promise<string>;
  /** The product on a database of its own, the same for all benchmarks, warm; what it holds at the end is a measure. */
  product(): Promise<Product>;
  /** Tells of a setting that the results depend on; shown and kept with them. */
  setting(name: string, value: string | number): void;
  /** A measure that is done. */
  report(measure: Measure): void;
};

/** A benchmark: reports one measure or several. */
export type Benchmark = (bench: Bench) => Promise<void>;

/**
 * A benchmark of what takes minutes to make: makes it, and answers what measures. Several are made beside each other and
 * measured one after the other.
 */
export type LargeBenchmark = (bench: Bench) => Promise<() => Promise<void>>;

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The value below which that part of the values lies. */
export const quantile = (values: readonly number[], part: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** How far the middle half lies apart, as a part of the median. */
export const spreadOf = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);

/** A value that is compared with nothing. */
export const shown = (name: string, value: number, unit: string, note?: string): Measure => ({
  name,
  value,
  unit,
  baseline: null,
  ratio: null,
  spread: null,
  target: null,
  ok: true,
  ...(note === undefined ? {} : { note }),
});

/** How long something took in each round beside its baseline; `most` is how many times as long it may take. */
export const compared = (
  name: string,
  unit: string,
  rounds: readonly (readonly [ours: number, theirs: number])[],
  options: { readonly most?: number; readonly note?: string } = {},
): Measure => {
  const ratios = rounds.map(([ours, theirs]) => ours / theirs);
  const ratio = median(ratios);
  const { most, note } = options;
  return {
    name,
    value: median(rounds.map(([ours]) => ours)),
    unit,
    baseline: median(rounds.map(([, theirs]) => theirs)),
    ratio,
    spread: spreadOf(ratios),
    target: most === undefined ? null : `≤ ${most} ×`,
    ok: most === undefined || ratio <= most,
    ...(note === undefined ? {} : { note }),
  };
};

/** How long work takes, ms. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** What `callers` do in `duration` ms, each one thing after the other: how many each second, and how long each took. */
export const throughput = async (
  callers: number,
  duration: number,
  act: () => Promise<unknown>,
): Promise<{ readonly rate: number; readonly latencies: readonly number[] }> => {
  const latencies: number[] = [];
  const began = performance.now();
  const call = async (): Promise<void> => {
    for (let before = performance.now(); before - began < duration;) {
      await act();
      const after = performance.now();
      latencies.push(after - before);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { rate: (latencies.length / (performance.now() - began)) * 1_000, latencies };
};

/**
 * Acts so many times a second for as long as it goes on, each time at its time, whether or not the last one is done.
 * `act` is told when its time was: who waits for a slow one before him has waited from then on.
 */
export const atPace = async (
  rate: number,
  goesOn: (elapsed: number) => boolean,
  act: (due: number) => Promise<unknown>,
): Promise<number> => {
  const under: Promise<unknown>[] = [];
  const began = performance.now();
  for (let elapsed = 0; goesOn(elapsed); elapsed = performance.now() - began) {
    for (; (under.length * 1_000) / rate <= elapsed;) {
      const one = act(began + (under.length * 1_000) / rate);
      one.catch(() => undefined);
      under.push(one);
    }
    await wait((under.length * 1_000) / rate - elapsed);
  }
  await Promise.all(under);
  return under.length;
};

/** Runs two in turns, each first in every other round, so that both meet the same machine. */
export const inTurns = async <A, B>(
  rounds: number,
  one: () => Promise<A>,
  other: () => Promise<B>,
): Promise<readonly (readonly [A, B])[]> => {
  const results: (readonly [A, B])[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) results.push([await one(), await other()]);
    else {
      const second = await other();
      results.push([await one(), second]);
    }
  }
  return results;
};
