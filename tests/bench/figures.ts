import { parts, tables } from '../../apps/api/modules.js';
import { plusDays, type Day } from '#kernel';
import { countsOfStates, ProgressQuery, RowCounts, type Counts } from '#modules/progress';
import { Clock } from '#platform/clock';
import { inProduct } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { Projector } from '#platform/projector';
import { Aside } from './aside.js';
import { CurrentStates } from './current-states.js';
import type { LargeLog } from './large-log.js';
import { type Bench, inTurns, type LargeBenchmark, median, spreadOf, timed } from './measure.js';

/** Plans of the large log: with 70 rows each 280,000 tasks and 2,800,000 events; the quick run has a hundred-and-sixtieth. */
const PLANS = 4_000;

/** It is the last day on which something was recorded. */
class LastDay extends Clock {
  constructor(private readonly day: Day) {
    super();
  }

  override now(): string {
    return `${this.day}T02:00:00.000Z`;
  }
}

/** The numbers of counts as one text, by the names that the baseline gives them. */
const numbersOf = (counts: Counts): string =>
  [
    counts.completed.denominator,
    counts.completed.numerator,
    counts.carriedOut.numerator,
    counts.started.numerator,
    counts.completedOfDue.denominator,
    counts.completedOfDue.numerator,
    counts.completedOfYear.denominator,
    counts.completedOfYear.numerator,
    counts.planned,
    counts.overdue,
    counts.overdueAwaiting,
    counts.awaiting,
    counts.dueSoon,
    counts.noDueDate,
    counts.suspended,
    counts.periodsOverdue,
    counts.late,
    counts.lateAgainstOriginal,
    counts.periodsLate,
  ].join(' ');

/** Figures on both clocks among many tasks and events, against the same question on a table of current states. */
export const figures: LargeBenchmark = async (bench) => {
  const url = await bench.database();
  const aside = await Aside.start(url);
  const { log, took } = await aside.ask({ fill: bench.quick ? PLANS / 160 : PLANS });
  if (!log) throw new Error('no log was made');
  bench.setting('tasks of the large log', log.tasks);
  bench.setting('events of the large log', log.events);
  bench.setting('seconds to append them', Math.round(took / 1000));
  const built = await aside.ask({ rebuild: ['progress'] });
  bench.setting('seconds to build the view of figures', Math.round(built.took / 1000));
  aside.end();
  return () => measure(bench, url, log);
};

const measure = async (bench: Bench, url: string, log: LargeLog): Promise<void> => {
  const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
  const views = parts.flatMap((part) => part.views ?? []).filter(({ name }) => name === 'progress');
  const clock = new LastDay(log.last);
  const store = await PostgresEventStore.open(url);
  const projector = new Projector(store, database, new Upcasting([]), views);
  const counts = new RowCounts(database);
  const progress = new ProgressQuery(database, projector, clock, counts);
  const today = clock.today();
  const current = await CurrentStates.open(url);
  await current.fill(today);
  const versions = await database.pool.query<{ versions: string }>(
    'select count(*) as versions from view_progress.row_then',
  );
  bench.setting('past versions of rows', Number(versions.rows[0]?.versions));

  let turn = 0;
  const some = (): string => log.plans[(turn = (turn + 7919) % log.plans.length)] ?? '';
  const branch = { units: log.units, year: Number(today.slice(0, 4)) };
  const past = (): { on: Day; recorded: Day } => {
    turn += 31;
    const on = plusDays('2026-01-31', turn % 280);
    return { on, recorded: plusDays(on, turn % 40) };
  };
  const present = (): { on: Day; recorded: Day } => ({ on: today, recorded: today });

  // The baseline has the same answer, and so have the lists.
  const now = await progress.clocks(present());
  const ours = numbersOf(countsOfStates(await counts.ofBranch(branch, now), branch.year));
  const theirs = await current.ofUnits(log.units, today);
  if (ours !== theirs) throw new Error(`the figures differ: ${ours}, ${theirs}`);
  for (let index = 0; index < 20; index += 1) {
    const [plan, clocks] = [some(), await progress.clocks(index % 2 === 0 ? past() : present())];
    const listed = await progress.page(await progress.plan(plan), clocks, { limit: 200 });
    const counted = countsOfStates(await counts.ofPlan(plan, clocks), branch.year);
    const [done, late] = [listed.items.filter(({ completed }) => completed), listed.items.filter((row) => row.late)];
    const same = [listed.total, done.length, late.length].join(' ');
    if (same !== [counted.started.denominator, counted.completed.numerator, counted.late].join(' ')) {
      throw new Error(`the rows of ${plan} do not say what its figures say`);
    }
  }

  const compare = async (
    name: string,
    note: string,
    each: number,
    ours: () => Promise<unknown>,
    theirs: () => Promise<unknown>,
  ): Promise<void> => {
    const repeated = async (work: () => Promise<unknown>): Promise<number> =>
      (await timed(async () => {
        for (let index = 0; index < each; index += 1) await work();
      })) / each;
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
  const onePlan = async (asked: { on: Day; recorded: Day }): Promise<unknown> =>
    countsOfStates(await counts.ofPlan(some(), await progress.clocks(asked)), branch.year);
  const wholeTree = async (asked: { on: Day; recorded: Day }): Promise<unknown> =>
    countsOfStates(await counts.ofBranch(branch, await progress.clocks(asked)), branch.year);
  const planNow = (): Promise<unknown> => current.ofPlan(some(), today);
  const treeNow = (): Promise<unknown> => current.ofUnits(log.units, today);
  await compare('figure-now', 'one plan', 50, () => onePlan(present()), planNow);
  await compare('figure-past', 'one plan, on any two days', 50, () => onePlan(past()), planNow);
  const all = `the whole tree, ${log.plans.length.toLocaleString('en')} plans`;
  await compare('figures-now', all, 1, () => wholeTree(present()), treeNow);
  await compare('figures-past', `${all}, on any two days`, 1, () => wholeTree(past()), treeNow);
  await current.close();
  await store.close();
  await database.close();
};
