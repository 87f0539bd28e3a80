import canonicalize from 'canonicalize';
import type pg from 'pg';
import { dayOfInstant, type Json, type TextRef } from '#kernel';
import {
  AppendRefused,
  logWithin,
  refuseBeyondLimits,
  streamsWithin,
  type StoredEvent,
  type Upcasting,
} from '#platform/event-store';
import type { AnyDecider } from '#platform/projector';

/** Told of each thing that is wrong, in a sentence. */
export type Finding = (sentence: string) => void;

/** What events refer to outside the log. */
export type References = { readonly texts: readonly TextRef[]; readonly files: readonly string[] };

const HASH = /^[0-9a-f]{64}$/;

const placeOf = ({ position, type, stream, revision }: StoredEvent): string =>
  `Event ${position} (${type}, number ${revision} of ${stream})`;

const isTextRef = (value: { readonly [field: string]: Json | undefined }): boolean =>
  Object.keys(value).length === 2 &&
  typeof value['id'] === 'string' &&
  typeof value['hash'] === 'string' &&
  HASH.test(value['hash']);

/**
 * References are known by their shape: a text by its id and hash, a file by the hash of its content, which stands alone
 * in a document and among what is known of it in evidence.
 */
const referencesIn = (value: Json | undefined, texts: TextRef[], files: string[]): void => {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) referencesIn(item, texts, files);
    return;
  }
  const fields = value as { readonly [field: string]: Json | undefined };
  if (isTextRef(fields)) {
    texts.push(fields as unknown as TextRef);
    return;
  }
  for (const [field, inner] of Object.entries(fields)) {
    const isFile = field === 'file' || field === 'sha256';
    if (isFile && typeof inner === 'string' && HASH.test(inner)) files.push(inner);
    else referencesIn(inner, texts, files);
  }
};

/**
 * Reads the log in its order: positions ascend, recorded never goes back, each envelope is one that could have been
 * appended, data is canonical JSON byte for byte. Answers what its events refer to, batch by batch.
 */
export async function* verifyOrder(
  client: pg.ClientBase,
  finding: Finding,
): AsyncIterable<References & { readonly events: number; readonly erased: readonly string[] }> {
  let before: StoredEvent | undefined;
  for await (const events of logWithin(client)) {
    const [texts, files, erased]: [TextRef[], string[], string[]] = [[], [], []];
    for (const event of events) {
      if (before && BigInt(event.position) <= BigInt(before.position))
        finding(`${placeOf(event)} does not stand behind event ${before.position}.`);
      if (before && event.recorded < before.recorded)
        finding(
          `${placeOf(event)} was recorded at ${event.recorded}, before event ${before.position} (${before.recorded}).`,
        );
      before = event;
      const data = verifyEvent(event, finding);
      referencesIn(data, texts, files);
      if (event.type === 'TextErased') erased.push(event.stream.slice('text-'.length));
    }
    yield { events: events.length, texts, files, erased };
  }
}

const verifyEvent = (event: StoredEvent, finding: Finding): Json | undefined => {
  try {
    refuseBeyondLimits(event.stream, [event], event.revision - 1);
  } catch (error) {
    if (!(error instanceof AppendRefused)) throw error;
    finding(`${placeOf(event)} could not have been appended: ${error.code}.`);
  }
  let data: Json;
  try {
    data = JSON.parse(event.data) as Json;
  } catch {
    finding(`${placeOf(event)} holds data that is no JSON.`);
    return undefined;
  }
  if (canonicalize(data) !== event.data) finding(`${placeOf(event)} holds JSON that is not canonical (RFC 8785).`);
  return data;
};

/**
 * Reads the log stream by stream: revisions run from 0 without gaps, in the order of positions; no event is there twice;
 * every event is known, and the rules of its subject can take it in.
 */
export const verifyStreams = async (
  client: pg.ClientBase,
  deciders: readonly AnyDecider[],
  upcasting: Upcasting,
  finding: Finding,
  progress: (events: number) => void,
): Promise<number> => {
  const rules = new Map(deciders.map((decider) => [decider.category, decider]));
  let stream: StreamCheck | undefined;
  let [streams, done] = [0, 0];
  for await (const events of streamsWithin(client)) {
    for (const event of events) {
      if (stream?.name !== event.stream) {
        stream = new StreamCheck(event.stream, rules.get(categoryOf(event.stream)), upcasting, finding);
        streams += 1;
      }
      stream.take(event);
    }
    done += events.length;
    progress(done);
  }
  return streams;
};

const categoryOf = (stream: string): string => stream.slice(0, Math.max(0, stream.indexOf('-')));

/** One stream as it is read: what its rules made of it so far. */
class StreamCheck {
  private readonly ids = new Set<string>();
  private next = 0;
  private last: StoredEvent | undefined;
  private state: unknown;
  private folds = true;

  constructor(
    readonly name: string,
    private readonly decider: AnyDecider | undefined,
    private readonly upcasting: Upcasting,
    private readonly finding: Finding,
  ) {
    this.state = decider?.initial;
    if (!decider) finding(`No rules know the stream ${name}.`);
  }

  take(event: StoredEvent): void {
    if (event.revision !== this.next)
      this.finding(
        this.next === 0
          ? `The stream ${this.name} begins with number ${event.revision}, not 0.`
          : `The stream ${this.name} goes from number ${this.next - 1} to ${event.revision}.`,
      );
    if (this.ids.has(event.id)) this.finding(`${placeOf(event)} has the id of an earlier one: ${event.id}.`);
    if (this.last && BigInt(event.position) <= BigInt(this.last.position))
      this.finding(`${placeOf(event)} does not stand behind number ${this.last.revision} of its stream.`);
    this.ids.add(event.id);
    this.next = event.revision + 1;
    this.last = event;
    this.fold(event);
  }

  /** After the first event that cannot be taken in the state means nothing any more. */
  private fold(event: StoredEvent): void {
    if (!this.decider || !this.folds) return;
    try {
      const { type, data } = this.upcasting.current(event);
      const evolve = Object.hasOwn(this.decider.evolve, type) ? this.decider.evolve[type] : undefined;
      if (!evolve) {
        this.finding(`${placeOf(event)} is not known to the rules of ${this.decider.category}.`);
        this.folds = false;
        return;
      }
      const { actor, on, revision, position, recorded } = event;
      this.state = evolve(this.state, data, { actor, on, revision, at: position, recorded: dayOfInstant(recorded) });
    } catch (error) {
      this.folds = false;
      this.finding(`${placeOf(event)} cannot be taken in by its rules: ${(error as Error).message}.`);
    }
  }
}
