import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#platform/event-store';

/** An event with an id of its own; what the test is about stands in `chosen`. */
export const newEvent = (chosen: Partial<NewEvent> = {}): NewEvent => {
  const command = randomUUID();
  return {
    id: randomUUID(),
    type: 'WorkReported',
    schema: 1,
    on: '2026-11-23',
    actor: 'lan',
    command,
    correlation: command,
    causation: command,
    data: '{"complete":false,"percent":60,"period":3}',
    ...chosen,
  };
};

/** That many events with ids of their own. */
export const newEvents = (count: number, chosen: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => newEvent(chosen));

/** The name of a stream that nobody has used. */
export const newStream = (): string => `obligation-${randomUUID()}`;
