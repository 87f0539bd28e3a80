import pg from 'pg';
import type { StoredEvent } from './event-store.js';
import { connectionTo, prepare } from './postgres-connection.js';

const INSERT = {
  name: 'log-restore',
  text: `insert into log.events
      (position, stream, revision, id, type, schema, day, actor, command, correlation, causation, recorded, data)
    select * from unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::integer[], $7::date[],
      $8::text[], $9::uuid[], $10::uuid[], $11::uuid[], $12::timestamptz[], $13::text[])`,
} as const;

const columnsOf = (events: readonly StoredEvent[]): unknown[] => [
  events.map(({ position }) => position),
  events.map(({ stream }) => stream),
  events.map(({ revision }) => revision),
  events.map(({ id }) => id),
  events.map(({ type }) => type),
  events.map(({ schema }) => schema),
  events.map(({ on }) => on),
  events.map(({ actor }) => actor),
  events.map(({ command }) => command),
  events.map(({ correlation }) => correlation),
  events.map(({ causation }) => causation),
  events.map(({ recorded }) => recorded),
  events.map(({ data }) => data),
];

/**
 * Makes the empty log of a migrated database the log of that id and kind, with these events: same positions, same
 * instants, same bytes. Runs in the transaction of that connection, which its caller commits; refused when something
 * has happened in that database already.
 */
export const restoreLogWithin = async (
  client: pg.ClientBase,
  log: { readonly id: string; readonly demonstration: boolean },
  batches: AsyncIterable<readonly StoredEvent[]>,
): Promise<void> => {
  await client.query('select pg_advisory_xact_lock(7026002)');
  const { rowCount } = await client.query('select from log.events limit 1');
  if (rowCount !== 0) throw new Error('a log is only restored into an empty one');
  await client.query('update log.head set id = $1, demonstration = $2', [log.id, log.demonstration]);
  await client.query("select set_config('log.appending', 'yes', true)");
  let last = 0n;
  let recorded = '';
  for await (const events of batches) {
    for (const event of events) {
      if (BigInt(event.position) <= last || event.recorded < recorded) {
        throw new Error(`the event at position ${event.position} is out of order`);
      }
      last = BigInt(event.position);
      recorded = event.recorded;
    }
    await client.query({ ...INSERT, values: columnsOf(events) });
  }
  await client.query("select set_config('log.appending', '', true)");
};

/** The same on a connection and in a transaction of its own: all or nothing. */
export const restorePostgresLog = async (
  url: string,
  log: { readonly id: string; readonly demonstration: boolean },
  batches: AsyncIterable<readonly StoredEvent[]>,
): Promise<void> => {
  const client = new pg.Client({ ...connectionTo(url), statement_timeout: 0, query_timeout: 0 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await prepare(client);
    await client.query('begin');
    await restoreLogWithin(client, log, batches);
    await client.query('commit');
  } finally {
    await client.end().catch(() => undefined);
  }
};
