import type { Day } from './day.js';
import type { Messages, NameOf } from './messages.js';

/** A table of a view: a TypeORM entity class. */
export type Table<Row> = abstract new () => Row;

/** An event as views see it. */
export type Seen<E extends Messages, T extends NameOf<E>> = {
  /** The event's own id. */
  readonly event: string;
  readonly type: T;
  /** The id of the subject: the part of the stream's name behind the category. */
  readonly id: string;
  readonly data: E[T];
  /** Digits that sort as positions do; for `bigint` columns. */
  readonly at: string;
  /** The day it concerns. */
  readonly on: Day;
  /** The instant at which the log took it in, ISO in UTC. */
  readonly recorded: string;
  readonly actor: string;
  /** The command that made it. */
  readonly command: string;
};

/** A row that an event's handler reads: table and primary key, loaded once per batch. */
export type Needed<Row = object> = { readonly table: Table<Row>; readonly key: Partial<Row> };

/**
 * The buffer that a view writes to; flushed once per batch together with the checkpoint, in one statement. Rows are
 * addressed by their whole primary key.
 */
export abstract class Rows {
  /** Adds a row whose key is new. */
  abstract add<Row extends object>(table: Table<Row>, row: Row): void;
  /** Adds a row or replaces the one of the same key. */
  abstract put<Row extends object>(table: Table<Row>, row: Row): void;
  /** The row of that key, as of this event; it must have been declared in `needs` or put in this batch. */
  abstract find<Row extends object>(table: Table<Row>, key: Partial<Row>): Readonly<Row> | undefined;
  /** Changes the row of that key, which must exist; same condition as `find`. */
  abstract change<Row extends object>(table: Table<Row>, key: Partial<Row>, change: Partial<Row>): void;
  /** Removes the row of that key if it is there; same condition as `find`. For boards that show only "now". */
  abstract remove<Row extends object>(table: Table<Row>, key: Partial<Row>): void;
}

/** Facts of a table, by the columns that are looked at. */
export type Facts<Row = object> = { readonly table: Table<Row>; readonly columns: readonly string[] };

/** Names facts by table and columns. */
export const facts = <Row extends object>(
  table: Table<Row>,
  ...columns: readonly (keyof Row & string)[]
): Facts<Row> => ({ table, columns });

/** Facts that belong together by the value of one column, and what is known of them at one moment. */
export type Gathered<State> = {
  readonly by: string;
  readonly facts: readonly Facts[];
  begin(): State;
  /**
   * Takes a fact, also one that has ended; answers whether anything may follow from it: for the subject, or for all
   * subjects of the group that are known by then. Of its `ends` those count that have come `by` a position (`hasCome`).
   */
  take(state: State, table: Table<object>, fact: object, by: number): boolean;
};

/**
 * Rows that follow from a view's facts, subject by subject: a subject is judged as it stands at the end of each recorded
 * day on which a fact about it began or ended, and on the present day as often as need be. The projector keeps what
 * `take` makes of a subject for as long as it is busy with it, and writes the judgement together with the facts. A
 * rebuild fills the facts first and then judges every subject on all of its days; so a judgement must follow from the
 * day and from what has been taken by its end, in whatever order and in however many turns.
 *
 * Facts begin at their position `since` and change at those positions of `ends` that they have; with the first of
 * `ends` they count no more. A position before `since`, taken over from a fact that this one replaces, holds from the
 * first. Each has the columns of `subject.by` and `group.by`, those of `group.facts` only the latter, and indexes of
 * its table begin with the latter, and with both or the former: facts are looked up by group, and by subjects.
 */
export type Derivation<Group, Subject> = {
  /** The tables of what follows; nothing else writes to them. */
  readonly tables: readonly Table<object>[];
  /** One of them: which days were recorded, each with the last position of it that the view heard. */
  readonly days: Table<{ readonly day: string; readonly position: string }>;
  readonly ends: readonly string[];
  /** What many subjects have in common. */
  readonly group: Gathered<Group>;
  readonly subject: Gathered<Subject> & {
    /** Those of `tables` from whose rows of a subject its judgement goes on; they are taken like facts. */
    readonly resumes: readonly Facts[];
  };
  judge(
    judged: {
      readonly id: string;
      readonly subject: Subject;
      /** The id of the group. */
      readonly of: string;
      readonly group: Group;
      readonly day: Day;
    },
    rows: Rows,
  ): void;
};

/** A derivation of any facts, as the projector handles it. */
export type AnyDerivation = Derivation<unknown, unknown>;

/**
 * A read model: what each event does to its rows. The table of handlers is the subscription. A view that answers
 * as-of questions only adds facts and ends them (`since`/`until` positions), it never overwrites.
 */
export type View<E extends Messages> = {
  readonly name: string;
  /** Raised when handlers change their meaning, so that the view is rebuilt; changed tables are noticed by themselves. */
  readonly version?: number;
  /** The tables, TypeORM entities, that belong to this view alone. */
  readonly tables: readonly Table<object>[];
  /** The rows that handlers `find`, `change` or `remove`, by event. */
  readonly needs?: { readonly [T in NameOf<E>]?: (event: Seen<E, T>) => readonly Needed[] };
  readonly on: { readonly [T in NameOf<E>]?: (event: Seen<E, T>, rows: Rows) => void };
  /** Further tables whose rows follow from those of `tables`. */
  readonly derived?: AnyDerivation;
};

/** The position from which nothing has ended yet: the `until` of a fact in force. */
export const OPEN = '9223372036854775807';

/** True when what a fact says of its end has come by a position. */
export const hasCome = (end: string, by: number): boolean => end !== OPEN && Number(end) <= by;

/** Methods' parameters compare both ways: a handler of one event passes as a handler of any. */
type AnyHandler = { on(event: Seen<Messages, string>, rows: Rows): void }['on'];
type AnyNeed = { on(event: Seen<Messages, string>): readonly Needed[] }['on'];

/** A view of any vocabulary, as the projector handles it. */
export type AnyView = {
  readonly name: string;
  readonly version?: number;
  readonly tables: readonly Table<object>[];
  readonly needs?: { readonly [type: string]: AnyNeed | undefined };
  readonly on: { readonly [type: string]: AnyHandler | undefined };
  readonly derived?: AnyDerivation;
};

/**
 * The row of that key, as `Rows.find` has it, where events say that there is one; throws when there is none, which stops
 * the view.
 */
export const there = <Row extends object>(
  rows: Pick<Rows, 'find'>,
  table: Table<Row>,
  key: Partial<Row>,
): Readonly<Row> => {
  const row = rows.find(table, key);
  if (row === undefined) throw new Error(`no ${table.name} ${Object.values(key).join(' ')}`);
  return row;
};

/** Names a row to be loaded for an event. */
export const needed = <Row extends object>(table: Table<Row>, key: Partial<Row>): Needed => ({ table, key });
