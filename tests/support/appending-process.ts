import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendSettled, PostgresEventStore, StaleRevision } from '#platform/event-store';
import { newEvent } from './events.js';

/** What one caller of an appending process does: `count` events, one after the other, from number `from` on. */
export type AppendingJob = {
  readonly caller: string;
  readonly stream: string;
  readonly from: number;
  readonly count: number;
};

/** The id of a caller's event of that number; the same whenever it is repeated. */
export const idOf = (caller: string, number: number): string =>
  createHash('sha256')
    .update(`${caller} ${number}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** Appends as a service would: reads, appends, repeats what has no answer, reads again when somebody was faster. */
const work = async (store: PostgresEventStore, { caller, stream, from, count }: AppendingJob): Promise<void> => {
  /** So many events of the stream have been read; `revision` is where it ends, as far as nobody was faster. */
  let length = 0;
  let revision: number | undefined;
  for (let number = from; number < count;) {
    const event = newEvent({ id: idOf(caller, number), actor: caller, data: JSON.stringify({ number }) });
    const acknowledge = (stored: { readonly revision: number; readonly position: string }): void => {
      writeSync(1, `${event.id} ${stream} ${stored.revision} ${stored.position} ${caller}\n`);
      number += 1;
    };
    try {
      if (revision === undefined) {
        // What was read before was there before this event was first sent.
        const news = await store.read(stream, length);
        length += news.length;
        revision = length - 1;
        const known = news.find(({ id }) => id === event.id);
        if (known) {
          acknowledge(known);
          continue;
        }
      }
      const appended = await appendSettled(store, stream, [event], revision);
      revision = appended.revision;
      length = revision + 1;
      acknowledge(appended);
    } catch (error) {
      revision = undefined;
      if (!(error instanceof StaleRevision)) await sleep(20);
    }
  }
};

const [url] = process.argv.slice(2);
if (url !== undefined && process.argv[1]?.endsWith('appending-process.js')) {
  const jobs = JSON.parse(await text(process.stdin)) as readonly AppendingJob[];
  const store = new PostgresEventStore(url);
  await Promise.all(jobs.map((job) => work(store, job)));
  await store.close();
}
