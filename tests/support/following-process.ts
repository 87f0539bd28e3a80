import { writeSync } from 'node:fs';
import { PostgresEventStore } from '#platform/event-store';

/** A subscriber as a process of its own: follows the log behind a position and says what it saw, a line per event. */
const [url, after] = process.argv.slice(2);
if (url !== undefined && process.argv[1]?.endsWith('following-process.js')) {
  const store = new PostgresEventStore(url);
  for await (const page of store.subscribe(after || undefined, new AbortController().signal, 500)) {
    writeSync(1, page.map(({ position, id }) => `${position} ${id}\n`).join(''));
  }
}
