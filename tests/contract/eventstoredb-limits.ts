import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Appended,
  EventStore,
  type ExpectedRevision,
  ForeignCheckpoint,
  type NewEvent,
  OutcomeUnknown,
  type Position,
  refuseBeyondLimits,
  type StoredEvent,
} from '#platform/event-store';

/** The sum of data bytes that EventStoreDB takes in one append. */
const SERVER_LIMIT = 1_048_576;

/** Its live subscriptions are ended after so many deliveries, as when a reader is too slow. */
const PATIENCE = 7;

const SHAPE = /^C:(\d+)\/P:(\d+)$/;

/**
 * A store over another one that behaves as EventStoreDB does, so that what an adapter for it can promise is known
 * before there is one. Positions are pairs of commit and prepare; reading the log from a position gives the event at
 * that position again, and an error when none is there; a subscription from beyond the end says nothing; it delivers
 * late, in small pieces, and breaks off when its reader is slow; the same append twice at once gets no answer for one
 * of them. All of it is hidden here, in the way in which an adapter must hide it.
 */
export class EventStoreDBLimits extends EventStore {
  private readonly underWay = new Set<string>();

  constructor(private readonly inner: EventStore & { close(): Promise<void> }) {
    super();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  override logId(): Promise<string> {
    return this.inner.logId();
  }

  override async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    refuseBeyondLimits(stream, events, expected);
    const bytes = events.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);
    if (bytes > SERVER_LIMIT) throw new Error(`maximum append size exceeded: ${bytes}`);
    const same = `${stream} ${expected} ${events.map(({ id }) => id).join(' ')}`;
    if (this.underWay.has(same)) throw new OutcomeUnknown(new Error('Operation timed out: Commit phase timeout.'));
    this.underWay.add(same);
    try {
      const appended = await this.inner.append(stream, events, expected);
      return { ...appended, position: this.outward(appended.position) };
    } finally {
      this.underWay.delete(same);
    }
  }

  override async read(stream: string, from = 0): Promise<readonly StoredEvent[]> {
    return (await this.inner.read(stream, from)).map((event) => this.seen(event));
  }

  /** The server gives one event for each question. */
  override async at(positions: readonly Position[]): Promise<readonly StoredEvent[]> {
    const wanted = [...new Set(positions)].sort((a, b) => this.compare(a, b));
    const found = await Promise.all(
      wanted.map(async (position): Promise<StoredEvent | undefined> => {
        const before = this.inner.positionOf(String(BigInt(this.order(position)) - 1n));
        for await (const [event] of this.inner.readAll(before, 1)) return event && this.seen(event);
        return undefined;
      }),
    );
    return found.filter((event) => event !== undefined).filter(({ position }) => wanted.includes(position));
  }

  override async *readAll(after?: Position, batch = 1_000): AsyncIterable<readonly StoredEvent[]> {
    for await (const page of this.inclusive(after, batch)) {
      const rest = page.filter(({ position }) => position !== after);
      if (rest.length > 0) yield rest;
    }
  }

  override async *subscribe(
    after: Position | undefined,
    signal: AbortSignal,
    batch = 1_000,
  ): AsyncIterable<readonly StoredEvent[]> {
    if (after !== undefined) {
      const end = await this.end();
      if (end === undefined || this.compare(after, end) > 0)
        throw new ForeignCheckpoint(`position ${after} lies beyond the end of the log, which is ${end ?? 'empty'}`);
    }
    for (let at = after; !signal.aborted;) {
      for await (const piece of this.live(at, signal, batch)) {
        at = piece.at(-1)?.position ?? at;
        yield piece;
      }
    }
  }

  override async end(): Promise<Position | undefined> {
    const end = await this.inner.end();
    return end === undefined ? undefined : this.outward(end);
  }

  override order(position: Position): string {
    const [, commit, prepare] = SHAPE.exec(position) ?? [];
    if (commit === undefined || commit !== prepare) throw new ForeignCheckpoint(`"${position}" is no position`);
    return commit;
  }

  override positionOf(order: string): Position {
    return this.order(`C:${order}/P:${order}`) && `C:${order}/P:${order}`;
  }

  /** The server's own reading: the event at `from` is given again, and there must be one. */
  private async *inclusive(from: Position | undefined, batch: number): AsyncIterable<readonly StoredEvent[]> {
    const before = from === undefined ? 0n : BigInt(this.order(from)) - 1n;
    const start = before > 0n ? this.inner.positionOf(String(before)) : undefined;
    let first = true;
    for await (const page of this.inner.readAll(start, batch)) {
      const seen = page.map((event) => this.seen(event));
      if (first && from !== undefined && seen[0]?.position !== from) throw new ForeignCheckpoint(`no event at ${from}`);
      first = false;
      yield seen;
    }
  }

  /** The server's own subscription: late, in pieces, and not for long. */
  private async *live(
    after: Position | undefined,
    signal: AbortSignal,
    batch: number,
  ): AsyncIterable<readonly StoredEvent[]> {
    const inward = after === undefined ? undefined : this.inner.positionOf(this.order(after));
    let delivered = 0;
    for await (const page of this.inner.subscribe(inward, signal, batch)) {
      for (let index = 0; index < page.length;) {
        await sleep(delivered % 3);
        const piece = page.slice(index, index + 1 + (delivered % 4));
        index += piece.length;
        delivered += 1;
        yield piece.map((event) => this.seen(event));
        if (delivered === PATIENCE) return;
      }
    }
  }

  private seen(event: StoredEvent): StoredEvent {
    return { ...event, position: this.outward(event.position) };
  }

  private outward(position: Position): Position {
    const order = this.inner.order(position);
    return `C:${order}/P:${order}`;
  }
}
