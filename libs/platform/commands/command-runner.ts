import { Injectable } from '@nestjs/common';
import { configure } from 'safe-stable-stringify';
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
import type { Dispatch, FactsReader, Receipt, Sender } from './dispatch.js';
import { idOf } from './ids.js';
import { KnownSubjects, type Subject } from './known-subjects.js';

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
  for (const field of Object.keys(value)) {
    const item = (value as Record<string, Json>)[field] as Json;
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
 * wishes fulfilled already leave no trace. A subject on which this process recorded something is not read again as long
 * as appending to it succeeds.
 */
@Injectable()
export class CommandRunner {
  private readonly subjects = new KnownSubjects();

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
    const known = this.subjects.of(stream) as Subject<State> | undefined;
    try {
      for (let attempt = known ? 0 : 1; ; attempt += 1) {
        const isKnown = known !== undefined && attempt === 0;
        const today = this.clock.today();
        const [subject, told] = await Promise.all([
          isKnown ? known : this.read(decider, dispatch.id),
          facts.read(dispatch, today),
        ]);
        const before = subject.receipts.get(sender.command);
        if (before) return before;
        try {
          const receipt = await this.attempt(decider, { dispatch, data, subject, facts: told, today });
          if (!isKnown || !receipt.unchanged) return receipt;
          this.subjects.forget(stream);
        } catch (error) {
          // Somebody else may have been at it: what is refused is refused by what the stream itself holds.
          this.subjects.forget(stream);
          if (isKnown && (error instanceof StaleRevision || error instanceof Refusal)) continue;
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

  /** Decides upon what is known of the subject, and appends; throws StaleRevision when that was not all. */
  private async attempt<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    { dispatch, data, subject, facts, today }: Attempt<State, C, Facts>,
  ): Promise<Receipt> {
    const { id, sender } = dispatch;
    const { revision } = subject;
    refuseStale(sender, revision);
    const proposed = decidedBy(decider, subject.state, dispatch, data, facts, today);
    if (proposed.length === 0) return { id, revision, position: subject.position, unchanged: true };
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
    const stream = `${decider.category}-${id}`;
    const appended = await appendSettled(this.store, stream, events, revision);
    const { position } = appended;
    const [{ type, data: told, on = today }, ...more] = proposed as readonly [Proposed<E>, ...Proposed<E>[]];
    const receipt = { id, revision: appended.revision, position, ...entryOf(told) };
    if (more.length === 0 && subject.revision === revision) {
      const at = this.store.order(position);
      const recorded = dayOfInstant(appended.recorded);
      const stored = { actor: sender.actor, on, revision: appended.revision, at, recorded };
      subject.state = fold(decider, [{ type, data: told, stored }], subject.state);
      subject.revision = appended.revision;
      subject.position = position;
      subject.receipts.set(sender.command, receipt);
      this.subjects.keep(stream, subject);
    } else {
      // The store tells no position of those before the last.
      this.subjects.forget(stream);
    }
    return receipt;
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
      const [{ state, revision }, told] = await Promise.all([
        this.read(decider, dispatch.id),
        facts.read(dispatch, today),
      ]);
      refuseStale(dispatch.sender, revision);
      return decidedBy(decider, state, dispatch, data, told, today);
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
    const [subject, told] = await Promise.all([this.read(decider, first.id), facts.read(first, today)]);
    let { state } = subject;
    const revision = subject.revision + 1;
    const foreseen: (readonly Proposed<E>[] | Refusal)[] = [];
    for (const dispatch of dispatches) {
      try {
        const proposals = decidedBy(decider, state, dispatch, normalised(dispatch.data), told, today);
        for (const { type, data, on = today } of proposals) {
          const stored = { actor: dispatch.sender.actor, on, recorded: today, at: '0', revision };
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

  private async read<State, C extends Messages, E extends Messages, Facts>(
    decider: Decider<State, C, E, Facts>,
    id: string,
  ): Promise<Subject<State>> {
    const history = await this.store.read(`${decider.category}-${id}`);
    const receipts = new Map<string, Receipt>();
    const seen = history.map((event) => {
      const current = this.seen(event);
      receipts.set(event.command, receiptOf(id, event, current));
      return current;
    });
    const position = history.at(-1)?.position ?? '';
    return { state: fold(decider, seen), revision: history.length - 1, position, receipts };
  }

  private seen(event: StoredEvent): Current & { readonly stored: Stored } {
    const { type, data } = this.upcasting.current(event);
    const { actor, on, revision } = event;
    const at = this.store.order(event.position);
    return { type, data, stored: { actor, on, revision, at, recorded: dayOfInstant(event.recorded) } };
  }
}

/** A command and what it is decided upon. */
type Attempt<State, C extends Messages, Facts> = {
  readonly dispatch: Dispatch<C>;
  readonly data: C[NameOf<C>];
  readonly subject: Subject<State>;
  readonly facts: Facts;
  readonly today: Day;
};

/** Refuses who has read another revision than the subject has. */
const refuseStale = ({ expected }: Sender, revision: number): void => {
  if (expected !== undefined && expected !== revision) throw refusal('stale', 'request.stale', { revision });
};

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

/** Canonical JSON (RFC 8785): fields in the order of their UTF-16 units, nothing between them. */
const canonical = configure({ strict: true, circularValue: TypeError }) as (data: JsonObject) => string;

const entryOf = (data: JsonObject): { entry?: string } =>
  typeof data['entry'] === 'string' ? { entry: data['entry'] } : {};

const receiptOf = (id: string, event: StoredEvent, current: Current): Receipt => ({
  id,
  revision: event.revision,
  position: event.position,
  ...entryOf(current.data),
});
