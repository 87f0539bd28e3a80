import type { Messages, NameOf, Seen } from '#kernel';

/** What a process needs to know from elsewhere: read before its handler runs, as of the event, one reader per process. */
export abstract class ProcessFacts<E extends Messages, Facts> {
  /** Throws when it is not known yet; the event is tried again then. */
  abstract read(event: Seen<E, NameOf<E>>): Promise<Facts>;
}
