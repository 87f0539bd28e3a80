import { isBehind, type StoredEvent } from './event-store.js';

/** So many events are kept for subscribers that come behind; the oldest go when there are twice as many. */
const KEPT = 2_000;

/**
 * The newest events of a log that some subscriber of this process has read or that were appended here: subscribers need
 * not read them again. Positions are handed out one by one, so that what follows on another one leaves nothing between.
 */
export class RecentEvents {
  /** What lies behind this position, without a gap; ascending. */
  private from: string | undefined;
  private events: readonly StoredEvent[] = [];

  /** The next events behind a position, as order; undefined where they are not known. */
  behind(at: string, batch: number): readonly StoredEvent[] | undefined {
    if (this.from === undefined || isBehind(at, this.from) || !isBehind(at, this.end)) return undefined;
    let [low, high] = [0, this.events.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(at, (this.events[middle] as StoredEvent).position)) high = middle;
      else low = middle + 1;
    }
    return this.events.slice(low, low + batch);
  }

  /**
   * Takes what was read behind a position, also that there was nothing; what is older than the events that are known is
   * not kept.
   */
  add(at: string, page: readonly StoredEvent[]): void {
    if (this.from === undefined || isBehind(this.end, at)) [this.from, this.events] = [at, page];
    else if (at === this.end) this.events = [...this.events, ...page];
    this.shrink();
  }

  /** Takes what was appended, in the order of positions, where it follows on what is known without a gap. */
  append(events: readonly StoredEvent[]): void {
    if (this.from === undefined) return;
    let next = BigInt(this.end) + 1n;
    const following = events.findIndex(({ position }) => BigInt(position) !== next++);
    this.events = [...this.events, ...(following < 0 ? events : events.slice(0, following))];
    this.shrink();
  }

  private shrink(): void {
    if (this.events.length < 2 * KEPT) return;
    const surplus = this.events.length - KEPT;
    this.from = (this.events[surplus - 1] as StoredEvent).position;
    this.events = this.events.slice(surplus);
  }

  /** Forgets all: the log may be another one. */
  forget(): void {
    this.from = undefined;
    this.events = [];
  }

  private get end(): string {
    return this.events.at(-1)?.position ?? this.from ?? '0';
  }
}
