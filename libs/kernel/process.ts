import type { JsonObject, Messages, NameOf } from './messages.js';
import type { Seen } from './view.js';

/** The class that carries the commands of one subject, as processes name it. */
export type Door = abstract new (...given: never) => object;

/** A command that a process wants sent. By whom and under which id is not its own to say: both follow from the event. */
export type Wish = {
  readonly to: Door;
  /** The id of the subject. */
  readonly id: string;
  readonly name: string;
  readonly data: JsonObject;
};

/**
 * Events in, commands out. The table of handlers is the subscription. A handler is a function of the event and of what
 * was read for it, sees no clock, and may run again for the same event: its commands then have the same ids, so that
 * nothing is done twice.
 */
export type Process<E extends Messages, Facts = null> = {
  /** `when-<event>-<do>`; commands are sent by the system actor `system:<name>`. */
  readonly name: string;
  /** Where it begins when an installation first knows it: behind all that has happened by then, unless it says so. */
  readonly begins?: 'now' | 'at-the-beginning';
  /** What waits for what: each event for all before it (default), or only for those of its own stream. */
  readonly order?: 'of-the-log' | 'of-each-stream';
  readonly on: { readonly [T in NameOf<E>]?: (event: Seen<E, T>, facts: Facts) => readonly Wish[] };
};

/** Methods' parameters compare both ways: a handler of one event passes as a handler of any. */
type AnyHandler = { on(event: Seen<Messages, string>, facts: unknown): readonly Wish[] }['on'];

/** A process of any vocabulary, as the runner handles it. */
export type AnyProcess = {
  readonly name: string;
  readonly begins?: 'now' | 'at-the-beginning';
  readonly order?: 'of-the-log' | 'of-each-stream';
  readonly on: { readonly [type: string]: AnyHandler | undefined };
};
