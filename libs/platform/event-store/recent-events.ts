import { isBehind, type StoredEvent } from './event-store.js';

/** So many events are kept for subscribers that come behind; the oldest go when there are twice as many. */
const KEPT = 2_000;
/** So much data they hold together at most, in characters; beyond it none are kept. */
const LARGEST = 8 * 1024 * 1024;

/**
 * The newest events of a log that some subscriber of this process has read or that were appended here: subscribers need
 * not read them again. Positions are handed out one by one, so that what follows on another one leaves nothing between.
 */
export class RecentEvents {
  /** What lies behind this position, without a gap; ascending. */
  private from: string | undefined;
  private events: StoredEvent[] = [];
  private size = 0;
  /** The last position that was appended here, also beyond a gap. */
  private appended = '0';

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

  /** Nothing that was read or appended here lies behind this position. */
  isLast(at: string): boolean {
    return this.from !== undefined && at === this.end && !isBehind(at, this.appended);
  }

  /**
   * Takes what was read behind a position, also that there was nothing; what is older than the events that are known is
   * not kept.
   */
  add(at: string, page: readonly StoredEvent[]): void {
    if (this.from === undefined || isBehind(this.end, at)) {
      this.forget();
      this.from = at;
    }
    if (at === this.end) this.take(page);
  }

  /** Takes what was appended, in the order of positions, where it follows on what is known without a gap. */
  append(events: readonly StoredEvent[]): void {
    const last = events.at(-1)?.position ?? '0';
    if (isBehind(this.appended, last)) this.appended = last;
    if (this.from === undefined) return;
    let next = BigInt(this.end) + 1n;
    const gap = events.findIndex(({ position }) => BigInt(position) !== next++);
    this.take(gap < 0 ? events : events.slice(0, gap));
  }

  /** Forgets all: the log may be another one. */
  forget(): void {
    this.from = undefined;
    this.events = [];
    this.size = 0;
    this.appended = '0';
  }

  private take(events: readonly StoredEvent[]): void {
    this.events.push(...events);
    for (const { data } of events) this.size += data.length;
    const surplus = this.size > LARGEST ? this.events.length : this.events.length - KEPT;
    if (surplus < KEPT && this.size <= LARGEST) return;
    this.from = (this.events[surplus - 1] as StoredEvent).position;
    for (const { data } of this.events.slice(0, surplus)) this.size -= data.length;
    this.events = this.events.slice(surplus);
  }

  private get end(): string {
    return this.events.at(-1)?.position ?? this.from ?? '0';
  }
}
