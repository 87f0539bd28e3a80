import type { Day } from './day.js';
import type { JsonObject, Messages, NameOf } from './messages.js';

/** One event as a rule proposes it; `on` is the day it concerns (default: the day on which it is recorded). */
export type Proposed<E extends Messages> = {
  readonly [T in NameOf<E>]: { readonly type: T; readonly data: E[T]; readonly on?: Day };
}[NameOf<E>];

/** The maker of a module's events: refuses unknown names and superfluous fields at compile time. */
export const eventsOf =
  <E extends Messages>() =>
  <T extends NameOf<E>>(type: T, data: E[T], on?: Day): Proposed<E> =>
    on === undefined ? { type, data } : { type, data, on };

/** What a rule may know beside state and data: time, actor and foreign facts, all read before it runs. */
export type Context<Facts> = {
  /** The id of the subject: the part of the stream's name behind the category. */
  readonly id: string;
  /** Who acts: an account's id, or the name of a system actor. */
  readonly actor: string;
  /** The id of the entry that this command makes; the same whenever the command is repeated. */
  readonly entry: string;
  /** The calendar day on which the command is recorded. */
  readonly today: Day;
  readonly facts: Facts;
};

/** What is known of a stored event beside its data. */
export type Stored = {
  readonly actor: string;
  /** The day that the event concerns. */
  readonly on: Day;
  /** The day on which the log took it in. */
  readonly recorded: Day;
  /** Digits that sort as positions do: what was recorded before what, also across streams. */
  readonly at: string;
  readonly revision: number;
};

/**
 * The rules of one subject: two tables keyed by message name. `decide` throws a Refusal or returns what shall have
 * happened ([] when the wish is fulfilled already); `evolve` never fails and keeps only what a rule reads. Both are
 * synchronous and see no clock, no randomness and no storage.
 */
export type Decider<State, C extends Messages, E extends Messages, Facts = object> = {
  readonly category: string;
  readonly initial: State;
  readonly decide: {
    readonly [N in NameOf<C>]: (state: State, data: C[N], context: Context<Facts>) => readonly Proposed<E>[];
  };
  readonly evolve: { readonly [T in NameOf<E>]: (state: State, data: E[T], stored: Stored) => State };
};

/** An event after upcasting: current name, current data. */
export type Current = { readonly type: string; readonly data: JsonObject };

/**
 * Translations of events that were released in another shape, keyed `Name@version`: each gives the next shape, until
 * none matches. They run on every read: loading, views, rebuilds and as-of reads see the same current event.
 */
export type Upcasters = {
  readonly [nameAndVersion: string]: (data: JsonObject) => {
    readonly type: string;
    readonly schema: number;
    readonly data: JsonObject;
  };
};

/**
 * The state that a history of current events leads to, from the start or from where an earlier part of it led. An event
 * that no rule knows is an error, never skipped.
 */
export const fold = <State, C extends Messages, E extends Messages, Facts>(
  decider: Decider<State, C, E, Facts>,
  history: Iterable<Current & { readonly stored: Stored }>,
  from: State = decider.initial,
): State => {
  let state = from;
  for (const { type, data, stored } of history) {
    const evolve = Object.hasOwn(decider.evolve, type) ? decider.evolve[type as NameOf<E>] : undefined;
    if (!evolve) throw new Error(`${decider.category}: no rule knows the stored event ${type}`);
    state = evolve(state, data as E[NameOf<E>], stored);
  }
  return state;
};
