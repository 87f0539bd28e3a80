import { parts, tables } from '../../apps/api/modules.js';
import { inProduct } from '#platform/config';
import { Database } from '#platform/database';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { Projector } from '#platform/projector';

/** What the process is asked for: to read the whole log, or to make all views anew as `camket views rebuild --all` does. */
export type Wanted = 'read' | 'rebuild' | 'end';
/** How long that took, ms, and of it the time of this process's CPU. */
export type Took = { readonly took: number; readonly cpu: number; readonly events: number };

const url = process.argv[2] ?? '';
const database = await Database.open(url, tables, { migrations: inProduct('infra/migrations') });
const store = await PostgresEventStore.open(url);
const views = parts.flatMap(({ views = [] }) => views);
const projector = new Projector(store, database, new Upcasting([]), views);

const work: Readonly<Record<Exclude<Wanted, 'end'>, () => Promise<number>>> = {
  read: async () => {
    let events = 0;
    for await (const batch of store.readAll(undefined, 2000)) events += batch.length;
    return events;
  },
  rebuild: async () => {
    let events = 0n;
    await projector.rebuild(
      views.map(({ name }) => name),
      (done) => (events = done),
    );
    return Number(events);
  },
};

const wanted = async (what: Wanted): Promise<void> => {
  if (what === 'end') {
    await store.close();
    await database.close();
    process.exit(0);
  }
  const [began, before] = [performance.now(), process.cpuUsage()];
  const events = await work[what]();
  const { user, system } = process.cpuUsage(before);
  process.send?.({ took: performance.now() - began, cpu: (user + system) / 1_000, events } satisfies Took);
};
process.on('message', (what: Wanted) => void wanted(what));
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
