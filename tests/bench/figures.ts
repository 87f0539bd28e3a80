import { parts, tables } from '../../apps/api/modules.js';
import { plusDays, type Day } from '#kernel';
import { ProgressQuery, RowCounts } from '#modules/progress';
import { Clock } from '#platform/clock';
import { inProduct } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { Projector } from '#platform/projector';
import { CurrentStates } from './current-states.js';
import { fillLarge } from './large-log.js';
import { type Benchmark, inTurns, median, spreadOf } from './measure.js';

/** Plans of the large log: with 70 rows each 280,000 tasks and 2,800,000 events; the quick run has a twentieth. */
const PLANS = 4_000;

class BenchClock extends Clock {
  instant = '2025-12-01T02:00:00.000Z';
  override now(): string {
    return this.instant;
  }
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** Figures on both clocks among many tasks and events, against the same question on a table of current states. */
export const figures: Benchmark = async (bench) => {
  const url = await bench.database();
  const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
  await database.pool.query('update log.head set demonstration = true');
  const clock = new BenchClock();
  const store = await PostgresEventStore.open(url, { now: () => clock.now() });
  const began = performance.now();
  const log = await fillLarge(store, (instant) => (clock.instant = instant), bench.quick ? PLANS / 20 : PLANS);
  bench.setting('tasks of the large log', log.tasks);
  bench.setting('events of the large log', log.events);
  bench.setting('seconds to append them', Math.round((performance.now() - began) / 1000));
  const views = parts.flatMap((part) => part.views ?? []).filter(({ name }) => name === 'progress');
  const projector = new Projector(store, database, new Upcasting([]), views);
  bench.setting(
    'seconds to build the view of figures',
    Math.round((await timed(() => projector.rebuild('progress'))) / 1000),
  );
  const progress = new ProgressQuery(database, projector, store, clock, new RowCounts(database));
  const today = clock.today();
  const current = await CurrentStates.open(url);
  const now = await progress.clocks({});
  for (const plan of log.plans) await current.add(plan, await progress.rows(plan, now));
  await current.ready();

  let turn = 0;
  const some = (): string => log.plans[(turn = (turn + 7919) % log.plans.length)] ?? '';
  const ofPlan = async (asked: { on: Day; recorded: Day }): Promise<unknown> => {
    const plan = await progress.plan(some());
    return progress.figures(plan, await progress.clocks(asked));
  };
  const each = 20;
  const repeated = async (work: () => Promise<unknown>): Promise<number> =>
    (await timed(async () => {
      for (let index = 0; index < each; index += 1) await work();
    })) / each;
  const compare = async (
    name: string,
    ours: () => Promise<unknown>,
    theirs: () => Promise<unknown>,
    note: string,
  ): Promise<void> => {
    await repeated(ours);
    await repeated(theirs);
    const rounds = await inTurns(
      bench.rounds,
      () => repeated(ours),
      () => repeated(theirs),
    );
    const ratios = rounds.map(([mine, other]) => mine / other);
    const ratio = median(ratios);
    bench.report({
      name,
      value: median(rounds.map(([mine]) => mine)),
      unit: 'ms',
      baseline: median(rounds.map(([, other]) => other)),
      ratio,
      spread: spreadOf(ratios),
      target: '≤ 3 ×',
      ok: ratio <= 3,
      note,
    });
  };
  const baseline = (): Promise<unknown> => current.ofPlan(some(), today);
  await compare('figure-now', () => ofPlan({ on: today, recorded: today }), baseline, 'one plan');
  await compare(
    'figure-past',
    () => {
      const on = plusDays('2026-01-31', (turn * 31) % 300);
      return ofPlan({ on, recorded: plusDays(on, 10) });
    },
    baseline,
    'one plan, any two days',
  );
  await current.close();
  await store.close();
  await database.close();
};
