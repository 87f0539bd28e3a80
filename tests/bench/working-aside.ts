import { parts, tables } from '../../apps/api/modules.js';
import { inProduct } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { Projector } from '#platform/projector';
import { fillLarge, type LargeLog } from './large-log.js';

/** What the process is asked for. */
export type Wanted =
  /** To record a year of so many plans in an empty log. */
  | { readonly fill: number }
  /** To read the whole log. */
  | 'read'
  /** To make views anew, as `camket views rebuild` does; all of them or these. */
  | { readonly rebuild: 'all' | readonly string[] }
  | 'end';

/** How long that took, ms, and of it the time of this process's CPU. */
export type Took = {
  readonly took: number;
  readonly cpu: number;
  readonly events: number;
  /** What was recorded. */
  readonly log?: LargeLog;
};

const url = process.argv[2] ?? '';
const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
let recording: string | undefined;
const store = await PostgresEventStore.open(url, { now: () => recording });
const views = parts.flatMap(({ views = [] }) => views);
const projector = new Projector(store, database, new Upcasting([]), views);

const fill = async (plans: number): Promise<LargeLog> => {
  await database.pool.query('update log.head set demonstration = true');
  const log = await fillLarge(store, (instant) => (recording = instant), plans);
  recording = undefined;
  return log;
};

const read = async (): Promise<number> => {
  let events = 0;
  for await (const batch of store.readAll(undefined, 2000)) events += batch.length;
  return events;
};

const rebuild = async (wanted: 'all' | readonly string[]): Promise<number> => {
  let events = 0n;
  await projector.rebuild(wanted === 'all' ? views.map(({ name }) => name) : wanted, (done) => (events = done));
  return Number(events);
};

const done = async (what: Exclude<Wanted, 'end'>): Promise<{ readonly events: number; readonly log?: LargeLog }> => {
  if (what === 'read') return { events: await read() };
  if ('rebuild' in what) return { events: await rebuild(what.rebuild) };
  const log = await fill(what.fill);
  return { events: log.events, log };
};

const wanted = async (what: Wanted): Promise<void> => {
  if (what === 'end') {
    await store.close();
    await database.close();
    process.exit(0);
  }
  const [began, before] = [performance.now(), process.cpuUsage()];
  const result = await done(what);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ took: performance.now() - began, cpu: (user + system) / 1_000, ...result } satisfies Took);
};
process.on('message', (what: Wanted) => void wanted(what));
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
