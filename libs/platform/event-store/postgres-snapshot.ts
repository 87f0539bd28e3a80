import type pg from 'pg';
import type { StoredEvent } from './event-store.js';
import { COLUMNS, type Row, storedEvent } from './postgres-read-queue.js';

/** How many events, and bytes of data, are read at a time. */
const TOGETHER = { events: 1_000, bytes: 8 * 1024 * 1024 } as const;

const PAGE = `select ${COLUMNS}
  from (
    select l.*, sum(octet_length(l.data)) over (order by l.position) - octet_length(l.data) as before
    from (select * from log.events where position > $1 order by position limit ${TOGETHER.events}) l
  ) e
  where e.before < ${TOGETHER.bytes}
  order by e.position`;

/** The whole log as one transaction of that connection sees it; its values come as text. */
export async function* logWithin(client: pg.ClientBase): AsyncIterable<readonly StoredEvent[]> {
  for (let at = '0'; ;) {
    const { rows } = await client.query<Row & unknown[]>({ text: PAGE, values: [at], rowMode: 'array' });
    const last = rows.at(-1);
    if (last === undefined) return;
    at = last[0];
    yield rows.map(storedEvent);
  }
}

const STREAMS = `select ${COLUMNS}
  from (
    select l.*, sum(octet_length(l.data)) over (order by l.stream, l.revision) - octet_length(l.data) as before
    from (
      select * from log.events where (stream, revision) > ($1, $2) order by stream, revision limit ${TOGETHER.events}
    ) l
  ) e
  where e.before < ${TOGETHER.bytes}
  order by e.stream, e.revision`;

/** The same log stream by stream, each in the order of its revisions. */
export async function* streamsWithin(client: pg.ClientBase): AsyncIterable<readonly StoredEvent[]> {
  for (let at: readonly [stream: string, revision: string] = ['', '-1']; ;) {
    const { rows } = await client.query<Row & unknown[]>({ text: STREAMS, values: [...at], rowMode: 'array' });
    const last = rows.at(-1);
    if (last === undefined) return;
    at = [last[1], last[2]];
    yield rows.map(storedEvent);
  }
}
