import type { Messages, NameOf, Seen } from '#kernel';

/** What is asked for is not known yet, because a view has not come that far. It is no failure: asked again soon, evenly. */
export class NotYet extends Error {}

/** What a process needs to know from elsewhere: read before its handler runs, as of the event, one reader per process. */
export abstract class ProcessFacts<E extends Messages, Facts> {
  /** Throws `NotYet` when it is not known yet; whatever it throws, the event is tried again. */
  abstract read(event: Seen<E, NameOf<E>>): Promise<Facts>;
}
