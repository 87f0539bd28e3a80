import type { Day } from '#kernel';

/** A place in the log. Opaque to everyone but its adapter; `EventStore.order` makes it sortable. */
export type Position = string & { readonly __position?: true };

/** Of two positions as digits that sort (`EventStore.order`): the first lies before the second. */
export const isBehind = (a: string, b: string): boolean => BigInt(a) < BigInt(b);

/** What is appended: one event, its data as canonical JSON text (RFC 8785) that is stored byte for byte. */
export type NewEvent = {
  /** UUID; the same event appended again has the same id. */
  readonly id: string;
  readonly type: string;
  /** The schema version in which `data` is written, from 1. */
  readonly schema: number;
  /** The day that the event concerns. */
  readonly on: Day;
  readonly actor: string;
  /** The command that made it, UUID. */
  readonly command: string;
  /** What everything of one conversation shares, UUID. */
  readonly correlation: string;
  /** The event or command that led to this command, UUID. */
  readonly causation: string;
  readonly data: string;
};

/** The envelope of a stored event; its fields are fixed for ever. */
export type StoredEvent = NewEvent & {
  readonly stream: string;
  /** From 0, without gaps. */
  readonly revision: number;
  readonly position: Position;
  /** The instant at which the log took it in, ISO in UTC, milliseconds; never goes backwards in a log. */
  readonly recorded: string;
};

/** The revision that the stream's last event must have; -1 when the stream must not exist yet. */
export type ExpectedRevision = number;

/** The answer to an append: revision and position of its last event. */
export type Appended = { readonly revision: number; readonly position: Position; readonly recorded: string };

/** Somebody was faster: the stream is not at the expected revision. */
export class StaleRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
  ) {
    super(`stream ${stream} is not at revision ${expected}`);
    this.name = 'StaleRevision';
  }
}

/** The append was refused before it was queued: a limit of the store. */
export class AppendRefused extends Error {
  constructor(readonly code: 'too-many-events' | 'too-large' | 'bad-text' | 'bad-event' | 'no-events') {
    super(`append refused: ${code}`);
    this.name = 'AppendRefused';
  }
}

/**
 * Nobody knows whether the append was stored: the answer was lost. Repeat the same events with the same expected
 * revision; that either stores them or answers the first receipt.
 */
export class OutcomeUnknown extends Error {
  constructor(override readonly cause: unknown) {
    super('the outcome of the append is unknown');
    this.name = 'OutcomeUnknown';
  }
}

/** A checkpoint that is not of this log: another log's id, or a position beyond its end. */
export class ForeignCheckpoint extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForeignCheckpoint';
  }
}

/** Limits of one append; the same for every adapter. */
export const LIMITS = { events: 500, bytes: 512 * 1024 } as const;

/**
 * The log of everything that happened; the only truth. What every adapter promises is shown by `tests/contract`:
 * an append is atomic; a race on a revision has exactly one winner (`StaleRevision` for the others); the same event ids
 * with the same expected revision answer the first receipt; there is one global order, and no subscriber passes an
 * event that commits later; what was acknowledged survives `kill -9` of server and database.
 */
export abstract class EventStore {
  /** The id of this log, UUID: a checkpoint of another log is refused. */
  abstract logId(): Promise<string>;

  /**
   * Appends to one stream, all events or none. Errors: `StaleRevision`, `AppendRefused` (nothing was sent),
   * `OutcomeUnknown`.
   */
  abstract append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;

  /** The events of a stream in order, from a revision on; empty when there is no such stream. */
  abstract read(stream: string, from?: number): Promise<readonly StoredEvent[]>;

  /** The events at some positions, each once, in the order of the log; a position at which there is none is left out. */
  abstract at(positions: readonly Position[]): Promise<readonly StoredEvent[]>;

  /** Batches of the whole log in order, from behind `after` (from its start when undefined) to its present end. */
  abstract readAll(after?: Position, batch?: number): AsyncIterable<readonly StoredEvent[]>;

  /**
   * Batches of the whole log in order, from behind `after`, and then each new event as it comes, until the signal
   * aborts. At least once: restarted from its last position it misses nothing. Waits for its reader. Survives a lost
   * connection by itself. Throws `ForeignCheckpoint` when `after` lies beyond the end of the log.
   */
  abstract subscribe(
    after: Position | undefined,
    signal: AbortSignal,
    batch?: number,
  ): AsyncIterable<readonly StoredEvent[]>;

  /** The position of the last event; undefined for an empty log. */
  abstract end(): Promise<Position | undefined>;

  /** Digits that sort as positions do (fit a `bigint`); throws for a text that is no position. */
  abstract order(position: Position): string;

  /** The position of such digits. */
  abstract positionOf(order: string): Position;

  /** <0, 0, >0 as `a` lies before, at or behind `b`. */
  compare(a: Position, b: Position): number {
    const [left, right] = [BigInt(this.order(a)), BigInt(this.order(b))];
    return left < right ? -1 : left > right ? 1 : 0;
  }
}
