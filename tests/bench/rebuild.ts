import { parts, tables } from '../../apps/api/modules.js';
import { OPEN } from '#kernel';
import { freshId, idOf } from '#platform/commands';
import { inProduct } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, type NewEvent } from '#platform/event-store';
import canonicalize from 'canonicalize';
import { type Benchmark, compared, inTurns } from './measure.js';
import { Aside } from './aside.js';

const [UNITS, ROWS, PERIODS] = [140, 60, 12];
/** The quick run has a seventh of the units: what does not grow with the log, as making the tables, weighs more there. */
const QUICK_UNITS = 20;

const actor = freshId();
const eventOf = (type: string, on: string, data: object): NewEvent => {
  const command = freshId();
  const text = canonicalize(data) ?? '';
  return { id: freshId(), type, schema: 1, on, actor, command, correlation: command, causation: command, data: text };
};

/** A year of 60 obligations of each unit, each reported and accepted twelve times; of all units a little over 200,000 events. */
const fill = async (store: PostgresEventStore, count: number): Promise<number> => {
  const plan = idOf('bench', 'plan');
  const units = Array.from({ length: count }, (_, index) => idOf('bench', 'unit', index));
  const rows = Array.from({ length: ROWS }, (_, index) => idOf('bench', 'row', index));
  const content = {
    field: 'CDDH',
    deliverable: 'Báo cáo',
    leads: [],
    leadsText: 'UBND các xã, phường',
    coordinatingText: '',
    deadline: 'Hằng tháng',
    due: '2026-12-31',
    rule: 'recurring-monthly',
    cycle: 'monthly',
    milestones: [],
    funding: '',
    note: '',
    mode: { kind: 'all' },
  };
  const periods = Array.from({ length: PERIODS }, (_, index) => {
    const month = `2026-${String(index + 1).padStart(2, '0')}`;
    return { period: index + 1, cutoff: `${month}-14`, due: `${month}-20` };
  });
  await store.append(
    `plan-${plan}`,
    [
      eventOf('PlanDrafted', '2025-12-22', {
        unit: units[0],
        year: 2026,
        kind: 'cchc',
        sequence: 1,
        code: 'CCHC-2026',
        title: 'Kế hoạch',
        fieldSet: '2021',
        ruleSet: '2021',
        headline: 'completed',
      }),
      ...rows.map((row, index) =>
        eventOf('RowAdded', '2025-12-23', {
          row,
          rank: index + 1,
          content: { ...content, code: `I.${index + 1}`, title: `Nhiệm vụ số ${index + 1}` },
        }),
      ),
      eventOf('PlanPromulgated', '2026-01-01', {
        document: { kind: 'Kế hoạch', number: '1/KH-UBND', date: '2025-12-22' },
        effect: '2026-01-01',
        obliged: [{ units, rows }],
        periods: { once: [{ period: 1, cutoff: null, due: null }], quarterly: [], monthly: periods },
      }),
    ],
    -1,
  );
  let events = ROWS + 2;
  const owed = rows.flatMap((task) => units.map((unit) => ({ task, unit })));
  for (let from = 0; from < owed.length; from += 50) {
    await Promise.all(
      owed.slice(from, from + 50).map(({ task, unit }) => {
        const acts = periods.flatMap(({ period, cutoff }) => {
          const report = freshId();
          const evidence = [{ entry: freshId(), kind: 'Báo cáo', number: `${period}/BC-UBND`, date: cutoff }];
          return [
            eventOf('WorkReported', cutoff, {
              entry: report,
              plan,
              task,
              unit,
              period,
              complete: true,
              percent: 100,
              evidence,
            }),
            eventOf('ReportAccepted', cutoff, { entry: freshId(), report, version: 0, ownUnit: false }),
          ];
        });
        events += acts.length;
        return store.append(`obligation-${idOf(task, unit)}`, acts, -1);
      }),
    );
  }
  return events;
};

/** All views rebuilt by a process of its own, with one reading of the log, against that reading alone. */
export const rebuild: Benchmark = async (bench) => {
  const url = await bench.database();
  const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
  const store = await PostgresEventStore.open(url);
  const units = bench.quick ? QUICK_UNITS : UNITS;
  const count = await fill(store, units);
  bench.setting('events rebuilt from', count);
  const aside = await Aside.start(url);
  const reading = async (): Promise<number> => {
    const { took, events } = await aside.ask('read');
    if (events !== count) throw new Error(`read ${events} of ${count} events`);
    return took;
  };
  const rebuilding = async (): Promise<number> => (await aside.ask({ rebuild: 'all' })).took;
  await reading();
  const rounds = await inTurns(bench.quick ? 1 : bench.rounds, rebuilding, reading).finally(() => aside.end());
  const { rows } = await database.pool.query<{ accepted: string }>(
    `select count(*) as accepted from view_progress.report_version where ended = 0 and accepted <> $1`,
    [OPEN],
  );
  if (Number(rows[0]?.accepted) !== units * ROWS * PERIODS) throw new Error('the rebuilt view is not whole');
  bench.report(
    compared(
      'rebuild',
      's',
      rounds.map(([ours, alone]) => [ours / 1000, alone / 1000]),
      {
        ...(bench.quick ? {} : { most: 6 }),
        note: `${parts.flatMap(({ views = [] }) => views).length} views, ${count.toLocaleString('en')} events`,
      },
    ),
  );
  await store.close();
  await database.close();
};
