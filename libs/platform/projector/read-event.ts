import { dayOfInstant, type Day, type Messages, type Seen } from '#kernel';
import type { EventStore, StoredEvent, Upcasting } from '#platform/event-store';

/** An event as all views of this process see it. */
export type ReadEvent = {
  readonly stored: StoredEvent;
  /** Its position as digits that sort. */
  readonly at: string;
  /** The day on which the log took it in. */
  readonly day: Day;
  /** Its present name; the stored one when it cannot be read. */
  readonly type: string;
  readonly seen: Seen<Messages, string> | undefined;
  /** Why it cannot be read. */
  readonly fault?: unknown;
};

/** Reads a batch once for all views; an event that cannot be read is the matter of those that hear it. */
export const readEvents = (
  events: readonly StoredEvent[],
  store: EventStore,
  upcasting: Upcasting,
): readonly ReadEvent[] => {
  let [instant, day] = ['', '' as Day];
  return events.map((stored) => {
    const { recorded } = stored;
    if (recorded !== instant) [instant, day] = [recorded, dayOfInstant(recorded)];
    const at = store.order(stored.position);
    try {
      const seen = upcasting.seen(stored, at);
      return { stored, at, day, type: seen.type, seen };
    } catch (fault) {
      return { stored, at, day, type: stored.type, seen: undefined, fault };
    }
  });
};
