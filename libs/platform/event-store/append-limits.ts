import { isDay } from '#kernel';
import { AppendRefused, type ExpectedRevision, LIMITS, type NewEvent } from './event-store.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,199}$/;
const CONTROL = /[\u0000-\u001f]/;
const INTEGER = 2_147_483_647;

const isUuid = (text: unknown): boolean => typeof text === 'string' && UUID.test(text);
const isName = (text: unknown): boolean => typeof text === 'string' && NAME.test(text);
const isCount = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) < INTEGER;
const isClean = (text: string): boolean => !CONTROL.test(text) && text.isWellFormed();

/** Throws when a text inside the JSON, written as an escape, holds what no store can keep. */
const refuseHidden = (value: unknown): void => {
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed()) throw new AppendRefused('bad-text');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      refuseHidden(key);
      refuseHidden(inner);
    }
  }
};

const refuseData = (data: unknown): void => {
  if (typeof data !== 'string') throw new AppendRefused('bad-event');
  let content: unknown;
  try {
    content = JSON.parse(data);
  } catch {
    throw new AppendRefused(isClean(data) ? 'bad-event' : 'bad-text');
  }
  if (!data.isWellFormed()) throw new AppendRefused('bad-text');
  if (data.includes('\\u')) refuseHidden(content);
};

const refuseEnvelope = (event: NewEvent): void => {
  const known =
    isUuid(event.id) &&
    isUuid(event.command) &&
    isUuid(event.correlation) &&
    isUuid(event.causation) &&
    isName(event.type) &&
    isCount(event.schema, 1) &&
    isDay(event.on) &&
    typeof event.actor === 'string' &&
    event.actor.length > 0 &&
    event.actor.length <= 200;
  if (!known) throw new AppendRefused('bad-event');
  if (!isClean(event.actor)) throw new AppendRefused('bad-text');
};

/**
 * Throws `AppendRefused` for an append that no adapter may take: every adapter asks before it queues anything, so that
 * one bad append never harms those that wait beside it. Ids are lower-case UUIDs, all different.
 */
export const refuseBeyondLimits = (stream: string, events: readonly NewEvent[], expected: ExpectedRevision): void => {
  if (events.length === 0) throw new AppendRefused('no-events');
  if (events.length > LIMITS.events) throw new AppendRefused('too-many-events');
  if (!isName(stream) || !isCount(expected, -1)) throw new AppendRefused('bad-event');
  let bytes = 0;
  for (const { data } of events) if (typeof data === 'string') bytes += Buffer.byteLength(data);
  if (bytes > LIMITS.bytes) throw new AppendRefused('too-large');
  for (const event of events) {
    refuseEnvelope(event);
    refuseData(event.data);
  }
  if (events.length > 1 && new Set(events.map(({ id }) => id)).size < events.length) {
    throw new AppendRefused('bad-event');
  }
};
