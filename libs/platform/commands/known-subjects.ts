import type { Receipt } from './dispatch.js';

/** What is known of a subject: its stream up to a revision, folded. */
export type Subject<State> = {
  state: State;
  revision: number;
  /** Of its last event; empty for a subject that has none. */
  position: string;
  /** What the commands that made its events were answered, by their ids. */
  readonly receipts: Map<string, Receipt>;
};

/** So many events the subjects that are remembered have together at most: all that one province owes in a year. */
const MOST_EVENTS = 100_000;

/**
 * The subjects on which this process recorded something last, so that the next command on one need not read its stream.
 * Somebody else may have recorded more meanwhile: whoever relies on it finds out by appending, and must ask the stream
 * before refusing anything. Those on which nothing was recorded for longest are forgotten first.
 */
export class KnownSubjects {
  private readonly kept = new Map<string, { readonly subject: Subject<unknown>; readonly events: number }>();
  private events = 0;

  of(stream: string): Subject<unknown> | undefined {
    return this.kept.get(stream)?.subject;
  }

  keep(stream: string, subject: Subject<unknown>): void {
    this.forget(stream);
    const events = subject.revision + 1;
    this.kept.set(stream, { subject, events });
    this.events += events;
    for (const oldest of this.kept.keys()) {
      if (this.events <= MOST_EVENTS) return;
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    this.events -= this.kept.get(stream)?.events ?? 0;
    this.kept.delete(stream);
  }
}
