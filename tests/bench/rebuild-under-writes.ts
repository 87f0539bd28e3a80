import canonicalize from 'canonicalize';
import { parts, tables } from '../../apps/api/modules.js';
import type { Day } from '#kernel';
import { CALENDAR } from '#modules/calendar';
import { freshId } from '#platform/commands';
import { inProduct } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { Projector, schemaOf } from '#platform/projector';
import { Aside } from './aside.js';
import { atPace, type Bench, compared, type LargeBenchmark, median, quantile } from './measure.js';
import { Product } from './product.js';
import type { Took } from './working-aside.js';

/** Plans of 70 rows, each with some ten events: a little over 1,000,000; the quick run has a hundred-and-twentieth. */
const PLANS = 1_440;
/** Commands a second meanwhile. */
const RATE = 100;

const views = parts.flatMap((part) => part.views ?? []);
const names = views.map(({ name }) => name);
const seconds = (ms: number): number => Math.round(ms / 1000);
const liveOf = (view: string): string => schemaOf(view).replace(/^view_/, 'live_');
const rebuiltOf = (view: string): string => schemaOf(view).replace(/^view_/, 'rebuilt_');

/** When a rebuild is about to drop the live tables of a view, they are put aside with their checkpoint instead. */
const KEEP_LIVE = `
  create table public.live_checkpoint as table projector.checkpoint with no data;
  create function public.keep_live() returns event_trigger language plpgsql as $$
  declare
    live text := substring(current_query() from '^drop schema if exists "(view_[a-z_]+)" cascade$');
  begin
    if live is null or live like '%\\_next' then return; end if;
    execute format('alter schema %I rename to %I', live, regexp_replace(live, '^view_', 'live_'));
    insert into public.live_checkpoint
      select * from projector.checkpoint where 'view_' || replace(view, '-', '_') = live;
  end $$;
  create event trigger keep_live on ddl_command_start when tag in ('DROP SCHEMA') execute function public.keep_live()`;

/** Lets today begin behind a log of which the last day is this one: nobody is reminded of what it has left undone. */
const beginToday = async (url: string, last: Day): Promise<void> => {
  const store = await PostgresEventStore.open(url);
  const today = new Date().toISOString().slice(0, 10);
  const day = today > last ? today : last;
  const [id, data] = [freshId(), canonicalize({ day }) ?? ''];
  const about = { type: 'DayBegan', schema: 1, on: day, actor: 'system:calendar', data };
  await store.append(`calendar-${CALENDAR}`, [{ id, command: id, correlation: id, causation: id, ...about }], -1);
  await store.close();
};

/** Lets the views of a database come to the end of its log, one batch after the other as they do while it grows. */
const caughtUp = async (database: Database, store: PostgresEventStore): Promise<void> => {
  const projector = new Projector(store, database, new Upcasting([]), views);
  await projector.start();
  const isThere = await projector.caughtUp(names, 60_000);
  await projector.stop();
  if (!isThere) throw new Error('the views do not come to the end of the log');
};

/** How many rows a table holds, and two sums of what each row says: tables with the same rows have the same, in any order. */
type Sum = { readonly rows: string; readonly one: string | null; readonly other: string | null };
const sumOf = async (pool: Database['pool'], table: string): Promise<Sum | undefined> => {
  const { rows } = await pool.query<Sum>(
    `select count(*) as rows, sum(hashtextextended(said, 1)) as one, sum(hashtextextended(said, 2)) as other
     from (select r::text as said from ${table} r offset 0) r`,
  );
  return rows[0];
};

/** Compares all tables of the live views that were put aside with those that took their place, at the same position. */
const compare = async (
  database: Database,
  store: PostgresEventStore,
): Promise<{ readonly rows: number; readonly tables: number; readonly differing: readonly string[] }> => {
  const { pool } = database;
  await pool.query('drop event trigger keep_live');
  await caughtUp(database, store);
  for (const view of names) {
    await pool.query(`alter schema ${schemaOf(view)} rename to ${rebuiltOf(view)}`);
    await pool.query(`alter schema ${liveOf(view)} rename to ${schemaOf(view)}`);
  }
  const { rowCount } = await pool.query(
    `update projector.checkpoint c set position = l.position from public.live_checkpoint l where l.view = c.view`,
  );
  if (rowCount !== names.length) throw new Error(`${rowCount} of ${names.length} views were rebuilt`);
  await caughtUp(database, store);
  const differing: string[] = [];
  let [rows, tables] = [0, 0];
  for (const view of names) {
    const { rows: found } = await pool.query<{ table: string }>(
      'select tablename as table from pg_tables where schemaname = any($1) group by 1 order by 1',
      [[schemaOf(view), rebuiltOf(view)]],
    );
    for (const { table } of found) {
      const sums = [schemaOf(view), rebuiltOf(view)].map((schema) => sumOf(pool, `${schema}."${table}"`));
      const [live, rebuilt] = (await Promise.all(sums)) as [Sum, Sum];
      tables += 1;
      rows += Number(live.rows);
      if (live.rows === rebuilt.rows && live.one === rebuilt.one && live.other === rebuilt.other) continue;
      differing.push(`${view}.${table} (${live.rows} live rows, ${rebuilt.rows} rebuilt)`);
    }
  }
  return { rows, tables, differing };
};

/**
 * All views rebuilt by a process of its own while the product keeps the live ones and answers 100 commands a second,
 * against reading the same log alone; how long reading takes under the same commands is said beside it. What comes of
 * it is compared row by row with the live views, as they had become without the rebuild. One round: it is large, and
 * reading is measured three times before it.
 */
export const rebuildUnderWrites: LargeBenchmark = async (bench) => {
  const url = await bench.database();
  const aside = await Aside.start(url);
  const filled = await aside.ask({ fill: bench.quick ? PLANS / 120 : PLANS });
  if (!filled.log) throw new Error('no log was made');
  bench.setting('seconds to append what is rebuilt under writes', seconds(filled.took));
  await beginToday(url, filled.log.last);
  const product = await Product.start(url).catch((error: unknown) => {
    // A process that is still connected would keep the run from ending.
    aside.end();
    throw error;
  });
  bench.setting('seconds to build all views of it at a start', seconds(product.served.started));
  return async () => {
    const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
    try {
      await measure(bench, { url, database, product, aside, count: filled.events + 1 });
    } finally {
      aside.end();
      await product.end();
      await database.close();
    }
  };
};

const measure = async (
  bench: Bench,
  made: {
    readonly url: string;
    readonly database: Database;
    readonly product: Product;
    readonly aside: Aside;
    readonly count: number;
  },
): Promise<void> => {
  const { url, database, product, aside, count } = made;
  // A server that has been up for days is compiled; after a thousand commands each still takes a twelfth more of the CPU.
  await product.warm(bench.quick ? 200 : 5_000);
  const read = async (): Promise<readonly Took[]> => {
    const readings: Took[] = [];
    for (let round = 0; round < 3; round += 1) readings.push(await aside.ask('read'));
    if (readings.some(({ events }) => events < count)) throw new Error('not all events were read');
    return readings;
  };
  const readings = await read();
  const acknowledged: number[] = [];
  const failed: string[] = [];
  let isDone = false;
  const commands = atPace(
    RATE,
    () => !isDone,
    async (due) => {
      await product.report().then(
        () => acknowledged.push(performance.now() - due),
        (error: unknown) => failed.push(String(error)),
      );
    },
  );
  const rebuilding = async (): Promise<readonly [beside: readonly Took[], rebuilt: Took]> => {
    const beside = await read();
    acknowledged.length = 0;
    await database.pool.query(KEEP_LIVE);
    return [beside, await aside.ask({ rebuild: 'all' })];
  };
  const [beside, rebuilt] = await rebuilding().finally(() => (isDone = true));
  await commands;
  await product.end();
  const comparing = performance.now();
  const store = await PostgresEventStore.open(url);
  const { rows, tables: seen, differing } = await compare(database, store);
  await store.close();
  bench.setting('seconds to compare all rows', seconds(performance.now() - comparing));
  const tookOf = (all: readonly Took[]): number => median(all.map(({ took }) => took));
  const [reading, readingBeside] = [tookOf(readings), tookOf(beside)];
  const measured = compared('rebuild-under-writes', 's', [[rebuilt.took / 1000, reading / 1000]], {
    // What does not grow with the log, as making the tables, outweighs all else in a small one.
    ...(bench.quick ? {} : { most: 6 }),
    note: [
      `${views.length} views, ${rebuilt.events.toLocaleString('en')} events`,
      `${(rebuilt.cpu / 1000).toFixed(1)} s of its own CPU (${(median(readings.map(({ cpu }) => cpu)) / 1000).toFixed(1)} s reading)`,
      `${(rebuilt.took / readingBeside).toFixed(2)} × the ${(readingBeside / 1000).toFixed(2)} s of reading under the same commands`,
      `${acknowledged.length.toLocaleString('en')} commands meanwhile, p50 ${median(acknowledged).toFixed(1)} ms, p99 ${quantile(acknowledged, 0.99).toFixed(1)} ms`,
      ...(failed.length === 0 ? [] : [`${failed.length} commands FAILED: ${failed[0]}`]),
      differing.length === 0
        ? `equal to the live views in ${rows.toLocaleString('en')} rows of ${seen} tables`
        : `NOT equal to the live views: ${differing.join(', ')}`,
    ].join('; '),
  });
  bench.report({ ...measured, ok: measured.ok && failed.length === 0 && differing.length === 0 });
};
