import {
  type Appended,
  AppendRefused,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  OutcomeUnknown,
  StaleRevision,
} from './event-store.js';
import { growingWait } from './growing-wait.js';

/**
 * Appends until it is known what became of it: when an answer was lost, the same bytes are repeated with the same
 * expected revision, in growing waits. Throws `OutcomeUnknown` only when the signal aborts or the time (ms) is over;
 * an error at the first attempt that says "not stored" goes to the caller as it is.
 */
export const appendSettled = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  limit: { readonly signal?: AbortSignal; readonly timeout?: number } = {},
): Promise<Appended> => {
  const began = performance.now();
  const isOver = (): boolean =>
    limit.signal?.aborted === true || performance.now() - began > (limit.timeout ?? Number.POSITIVE_INFINITY);
  let lost: OutcomeUnknown | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.append(stream, events, expected);
    } catch (error) {
      if (error instanceof StaleRevision || error instanceof AppendRefused) throw error;
      if (error instanceof OutcomeUnknown) lost = error;
      if (lost === undefined) throw error;
    }
    await growingWait(attempt, limit.signal);
    if (isOver()) throw lost;
  }
};
