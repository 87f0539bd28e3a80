import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { NewEvent } from '#platform/event-store';

/** How many connections the baseline has. */
export const BASELINE_POOL = 10;

const INSERT = {
  name: 'one-insert',
  text: `insert into one_insert (stream, revision, id, type, schema, day, actor, command, correlation, causation, data)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning position, recorded`,
} as const;

/** The baseline of all appends: a plain table with the columns and keys of the log, one INSERT in one commit per call. */
export class OneInsert {
  private constructor(private readonly pool: pg.Pool) {}

  static async open(url: string): Promise<OneInsert> {
    const pool = new pg.Pool({ connectionString: url, max: BASELINE_POOL });
    pool.on('error', () => undefined);
    await pool.query(
      `create table one_insert (
         position bigint generated always as identity primary key,
         stream text collate "C" not null,
         revision integer not null,
         id uuid not null,
         type text not null,
         schema integer not null,
         day date not null,
         actor text not null,
         command uuid not null,
         correlation uuid not null,
         causation uuid not null,
         recorded timestamptz(3) not null default clock_timestamp(),
         data text not null,
         unique (stream, revision)
       )`,
    );
    return new OneInsert(pool);
  }

  async append(stream: string, event: NewEvent): Promise<unknown> {
    const { id, type, schema, on, actor, command, correlation, causation, data } = event;
    return this.pool.query({
      ...INSERT,
      values: [stream, 0, id, type, schema, on, actor, command, correlation, causation, data],
    });
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

const DATA = JSON.stringify({
  account: { hash: 'c0ffee'.repeat(11).slice(0, 64), id: randomUUID() },
  complete: false,
  entry: randomUUID(),
  evidence: [],
  percent: 60,
  period: 3,
  task: randomUUID(),
  unit: randomUUID(),
});

/** An event as a report makes it: some 300 bytes of data. */
export const reported = (): NewEvent => {
  const command = randomUUID();
  return {
    id: randomUUID(),
    type: 'WorkReported',
    schema: 1,
    on: '2026-11-23',
    actor: randomUUID(),
    command,
    correlation: command,
    causation: command,
    data: DATA,
  };
};

export const newStream = (): string => `obligation-${randomUUID()}`;
