import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import {
  dayOfInstant,
  fold,
  Refusal,
  refusal,
  type Current,
  type Day,
  type Decider,
  type Json,
  type JsonObject,
  type Messages,
  type NameOf,
  type Proposed,
  type Stored,
} from '#kernel';
import { Clock } from '#platform/clock';
import {
  AppendRefused,
  appendSettled,
  EventStore,
  StaleRevision,
  Upcasting,
  type NewEvent,
  type StoredEvent,
} from '#platform/event-store';
import type { Dispatch, FactsReader, Receipt } from './dispatch.js';
import { idOf } from './ids.js';

/** How often a command is decided again after somebody was faster. */
const ATTEMPTS = 4;

/** Texts that are in NFC whatever they say. */
const PLAIN = /^[\u0001-\u007f]*$/;

/** The texts of a command in NFC: what is stored and compared is always the same form, and can be read again. */
const normalised = <T extends Json | undefined>(value: T): T => {
  if (typeof value === 'string') {
    if (PLAIN.test(value)) return value;
    if (value.includes('\0') || !value.isWellFormed()) throw refusal('invalid', 'text.unreadable');
    return value.normalize('NFC') as T;
  }
  if (value === null || typeof value !== 'object') return value;
  // Nearly always all of it is in that form already, and stays what it is.
  let changed: Json[] | Record<string, Json> | undefined;
  for (const [field, item] of Object.entries(value as Record<string, Json>)) {
    const same = normalised(item);
    if (same === item) continue;
    changed ??= (Array.isArray(value) ? [...(value as Json[])] : { ...value }) as Record<string, Json>;
    (changed as Record<string, Json>)[field] = same;
  }
  return (changed as T | undefined) ?? value;
};

/**
 * The one way from a command to events: read, fold, decide, append. Idempotent by the command's id (a command found in
 * the stream is answered with its first receipt), decided again on a lost race, checked against `If-Match`. Refusals and
 * wishes fulfilled already leave no trace.
 */
@Injectable()
export class CommandRunner {
  constructor(
    private readonly store: EventStore,
    private readonly upcasting: Upcasting,
    private readonly clock: Clock,
  ) {}

  /** Runs a command; throws a Refusal with the subject in front of its code, or the error that broke something. */
  async run<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    dispatch: Dispatch<C>,
    facts: FactsReader<C, Facts>,
  ): Promise<Receipt> {
    const stream = `${decider.category}-${dispatch.id}`;
    const { sender } = dispatch;
    const data = normalised(dispatch.data);
    try {
      for (let attempt = 1; ; attempt += 1) {
        const today = this.clock.today();
        const [history, known] = await Promise.all([this.store.read(stream), facts.read(dispatch, today)]);
        const before = history.findLast((event) => event.command === sender.command);
        if (before) return receiptOf(dispatch.id, before, this.upcasting.current(before));
        const revision = history.length - 1;
        if (sender.expected !== undefined && sender.expected !== revision) {
          throw refusal('stale', 'request.stale', { revision });
        }
        const proposed = this.decided(decider, dispatch, data, history, known, today);
        if (proposed.length === 0) {
          const last = history.at(-1);
          return { id: dispatch.id, revision, position: last?.position ?? '', unchanged: true };
        }
        const events = proposed.map((event, index): NewEvent => ({
          id: idOf(sender.command, 'event', index),
          type: event.type,
          schema: this.upcasting.schemaOf(event.type),
          on: event.on ?? today,
          actor: sender.actor,
          command: sender.command,
          correlation: sender.correlation,
          causation: sender.causation,
          data: canonical(event.data),
        }));
        try {
          const appended = await appendSettled(this.store, stream, events, revision);
          return {
            id: dispatch.id,
            revision: appended.revision,
            position: appended.position,
            ...entryOf((proposed[0] as Current).data),
          };
        } catch (error) {
          if (error instanceof AppendRefused) throw refusal('invalid', 'request.too-large', { because: error.code });
          if (!(error instanceof StaleRevision)) throw error;
          if (sender.expected !== undefined) throw refusal('stale', 'request.stale');
          if (attempt >= ATTEMPTS) throw refusal('conflict', 'request.too-busy');
        }
      }
    } catch (error) {
      throw error instanceof Refusal ? error.of(decider.category) : error;
    }
  }

  /** What a command would record now. Nothing is recorded; what `run` would refuse is refused. */
  async foresee<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    dispatch: Dispatch<C>,
    facts: FactsReader<C, Facts>,
  ): Promise<readonly Proposed<E>[]> {
    try {
      const data = normalised(dispatch.data);
      const today = this.clock.today();
      const [history, known] = await Promise.all([
        this.store.read(`${decider.category}-${dispatch.id}`),
        facts.read(dispatch, today),
      ]);
      return this.decided(decider, dispatch, data, history, known, today);
    } catch (error) {
      throw error instanceof Refusal ? error.of(decider.category) : error;
    }
  }

  /**
   * What commands on one subject would record one behind the other, each on its own: a refused one is answered by its
   * refusal and leaves the others as they are. Nothing is recorded. Facts are read once, for the first: all must need the
   * same.
   */
  async foreseeEach<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    dispatches: readonly Dispatch<C>[],
    facts: FactsReader<C, Facts>,
  ): Promise<readonly (readonly Proposed<E>[] | Refusal)[]> {
    const [first] = dispatches;
    if (!first) return [];
    const today = this.clock.today();
    const [history, known] = await Promise.all([
      this.store.read(`${decider.category}-${first.id}`),
      facts.read(first, today),
    ]);
    let state = this.folded(decider, history);
    const foreseen: (readonly Proposed<E>[] | Refusal)[] = [];
    for (const dispatch of dispatches) {
      try {
        const proposals = decidedBy(decider, state, dispatch, normalised(dispatch.data), known, today);
        for (const { type, data, on = today } of proposals) {
          const stored = { actor: dispatch.sender.actor, on, recorded: today, at: '0', revision: history.length };
          state = decider.evolve[type](state, data, stored);
        }
        foreseen.push(proposals);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        foreseen.push(error.of(decider.category));
      }
    }
    return foreseen;
  }

  private folded<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    history: readonly StoredEvent[],
  ): State {
    return fold(
      decider,
      history.map((event) => this.seen(event)),
    );
  }

  private decided<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    dispatch: Dispatch<C>,
    data: C[NameOf<C>],
    history: readonly StoredEvent[],
    facts: Facts,
    today: Day,
  ): readonly Proposed<E>[] {
    return decidedBy(decider, this.folded(decider, history), dispatch, data, facts, today);
  }

  private seen(event: StoredEvent): Current & { readonly stored: Stored } {
    const { type, data } = this.upcasting.current(event);
    const { actor, on, revision } = event;
    const at = this.store.order(event.position);
    return { type, data, stored: { actor, on, revision, at, recorded: dayOfInstant(event.recorded) } };
  }
}

const decidedBy = <State, C extends Messages, E extends Messages, Facts>(
  decider: Decider<State, C, E, Facts>,
  state: State,
  { id, name, sender }: Dispatch<C>,
  data: C[NameOf<C>],
  facts: Facts,
  today: Day,
): readonly Proposed<E>[] => {
  const decide = Object.hasOwn(decider.decide, name) ? decider.decide[name] : undefined;
  if (!decide) throw new Error(`${decider.category} has no command ${name}`);
  return decide(state, data, { id, actor: sender.actor, entry: idOf(sender.command, 'entry'), today, facts });
};

const canonical = (data: JsonObject): string => {
  const text = canonicalize(data);
  if (text === undefined) throw new Error('event data is not JSON');
  return text;
};

const entryOf = (data: JsonObject): { entry?: string } =>
  typeof data['entry'] === 'string' ? { entry: data['entry'] } : {};

const receiptOf = (id: string, event: StoredEvent, current: Current): Receipt => ({
  id,
  revision: event.revision,
  position: event.position,
  ...entryOf(current.data),
});
