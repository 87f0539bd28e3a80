import type { JsonObject, Refusal, Wish } from '#kernel';
import type { Database } from '#platform/database';
import type { StoredEvent } from '#platform/event-store';

/** An event at which a process stands, and why. */
export type Trouble = { readonly event: string; readonly type: string; readonly error: string };

/** What the database knows of a process. */
export type ProcessCheckpoint = {
  readonly process: string;
  readonly log: string;
  /** Where it stood when this installation first knew it. */
  readonly began: string;
  readonly position: string;
  readonly stopped: Trouble | null;
  readonly trying: (Trouble & { readonly attempts: number }) | null;
};

/** A command of a process that was refused. */
export type ProcessFault = {
  readonly process: string;
  readonly command: string;
  readonly event: string;
  readonly type: string;
  readonly position: string;
  readonly wish: string;
  readonly subject: string;
  readonly code: string;
  readonly details: JsonObject;
  readonly refused: string;
};

/** Somebody else has moved the checkpoint: another worker has taken over. */
export class Overtaken extends Error {}

/** The rows in which processes keep how far they are and what was refused to them. */
export class ProcessCheckpoints {
  constructor(private readonly database: Database) {}

  /** All of them, by name. */
  async all(): Promise<ReadonlyMap<string, ProcessCheckpoint>> {
    const { rows } = await this.database.pool.query<ProcessCheckpoint>(
      'select process, log, began, position, stopped, trying from processes.checkpoint',
    );
    return new Map(rows.map((row) => [row.process, row]));
  }

  /** Notes where a process begins; one that is known already keeps its place. */
  async begin(process: string, log: string, position: string): Promise<void> {
    await this.database.pool.query(
      `insert into processes.checkpoint (process, log, began, position) values ($1, $2, $3, $3)
       on conflict (process) do nothing`,
      [process, log, position],
    );
  }

  /** Moves a checkpoint; throws `Overtaken` when it is not where the caller left it. */
  async advance(process: string, from: string, to: string): Promise<void> {
    const { rowCount } = await this.database.pool.query(
      `update processes.checkpoint set position = $3, trying = null, updated = now()
       where process = $1 and position = $2 and stopped is null`,
      [process, from, to],
    );
    if (rowCount === 0) throw new Overtaken(process);
  }

  /** Notes that an event is tried again. */
  async trying(process: string, at: string, trouble: Trouble & { readonly attempts: number }): Promise<void> {
    await this.database.pool.query(
      'update processes.checkpoint set trying = $3, updated = now() where process = $1 and position = $2',
      [process, at, JSON.stringify(trouble)],
    );
  }

  /** Notes that a process stands still; false when another worker has gone on meanwhile. */
  async stop(process: string, at: string, trouble: Trouble): Promise<boolean> {
    const { rowCount } = await this.database.pool.query(
      `update processes.checkpoint set stopped = $3, trying = null, updated = now()
       where process = $1 and position = $2`,
      [process, at, JSON.stringify(trouble)],
    );
    return rowCount !== 0;
  }

  /** Lets a process go on: from where it stands, or, when it is of another log, from that position of this one. */
  async resume(process: string, log: string, end: string): Promise<void> {
    await this.database.pool.query(
      `update processes.checkpoint set stopped = null, trying = null, updated = now(),
         position = case when log = $2 then least(position, $3::bigint) else $3::bigint end, log = $2
       where process = $1`,
      [process, log, end],
    );
  }

  /** Keeps a refusal of a command, once. */
  async refused(
    process: string,
    command: string,
    at: string,
    event: StoredEvent,
    of: Wish,
    no: Refusal,
  ): Promise<void> {
    await this.database.pool.query(
      `insert into processes.fault (command, process, event, type, position, wish, subject, code, details)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (command) do nothing`,
      [command, process, event.id, event.type, at, of.name, of.id, no.code, JSON.stringify(no.details)],
    );
  }

  /** How many refusals of each process nobody has dealt with yet. */
  async faultCounts(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.database.pool.query<{ process: string; count: number }>(
      'select process, count(*)::int as count from processes.fault where settled is null group by process',
    );
    return new Map(rows.map(({ process, count }) => [process, count]));
  }

  /** The refusals of a process that nobody has dealt with yet, the first ones first. */
  async faults(process: string, limit: number): Promise<readonly ProcessFault[]> {
    const { rows } = await this.database.pool.query<ProcessFault>(
      `select process, command, event, type, position, wish, subject, code, details, refused
       from processes.fault where process = $1 and settled is null order by position, command limit $2`,
      [process, limit],
    );
    return rows;
  }

  /** Takes the refusals of a process as dealt with; answers how many. */
  async settle(process: string): Promise<number> {
    const { rowCount } = await this.database.pool.query(
      'update processes.fault set settled = now() where process = $1 and settled is null',
      [process],
    );
    return rowCount ?? 0;
  }
}
