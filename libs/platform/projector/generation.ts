import { createHash } from 'node:crypto';
import pg from 'pg';
import { DataSource, Table as Made, type QueryRunner } from 'typeorm';
import type { AnyView, Messages, Needed, Rows, Seen, Table } from '#kernel';
import type { EventStore, StoredEvent } from '#platform/event-store';
import { analyzed, BulkLoad, uncounted, type Index, type Indexed } from './bulk-load.js';
import { textOf, type Value } from './copied-rows.js';
import { Deriving, Underivable, type RecordedDay } from './deriving.js';
import { FactsInHand } from './facts-in-hand.js';
import { ALL, FilledRows, KEEPING, type Keeping, type Parcel } from './filled-rows.js';
import type { ReadEvent } from './read-event.js';
import { type Changes, RowBuffer, shapeOf, type TableShape } from './row-buffer.js';

const { escapeIdentifier: quoted } = pg;

/** From so many rows on they are sent column by column: PostgreSQL reads that in half the time of JSON. */
const MANY = 20;

/** So many statements a connection keeps for each view. */
const MOST_NAMES = 50;

/** Each column as one text; undefined when a value holds one of the signs that part values or stand for null. */
const listsOf = ({ columns, types }: TableShape, rows: readonly object[]): readonly string[] | undefined => {
  const lists: string[] = [];
  for (const [index, column] of columns.entries()) {
    const values = rows.map((row) => {
      const value = (row as Record<string, Value>)[column] ?? null;
      if (value === null) return '\x1e';
      const text = textOf(value, types[index] ?? '');
      return text.includes('\x1f') || text.includes('\x1e') ? undefined : text;
    });
    if (values.includes(undefined)) return undefined;
    lists.push(values.join('\x1f'));
  }
  return lists;
};

/** How long a takeover waits for those who read the live tables; PostgreSQL looks for deadlocks after a second. */
const PATIENCE_MS = 200;

const isLockDenied = (error: unknown): boolean =>
  ['55P03', '40P01'].includes(String((error as { code?: unknown }).code));

/** The schema in which the live tables of a view lie. */
export const schemaOf = (view: string): string => `view_${view.replaceAll('-', '_')}`;

/** An event that a view cannot take; it stops that view alone. */
export class PoisonedEvent extends Error {
  /** What went wrong, without the event. */
  readonly reason: string;

  constructor(
    readonly event: StoredEvent,
    override readonly cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${event.type} ${event.id}: ${reason}`);
    this.reason = reason;
    this.name = 'PoisonedEvent';
  }
}

/** The checkpoint moved under us: another worker, or a rebuild, has taken over. */
export class Fenced extends Error {}

/** The database did not answer; nothing is known of the event that it was asked for. */
class Unanswered extends Error {
  constructor(override readonly cause: unknown) {
    super('rows could not be looked up');
  }
}

/** A fault of the data or the statement, also by its SQLSTATE class, not of the connection or the server's state. */
export const isFaultOfData = (error: unknown): boolean => {
  if (error instanceof Underivable || error instanceof PoisonedEvent) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && /^(22|23|42)/.test(code);
};

/** A value that its column cannot hold. */
const isMalformed = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code);
};

/** Rows in memory, for handlers, and which of those that they need are not. */
type Gathered = RowBuffer | FilledRows;

const NONE: readonly Needed[] = [];

/** Looks rows of a table up. */
type Look = (table: TableShape, question: pg.QueryConfig) => Promise<readonly object[]>;

const lookIn =
  (pool: pg.Pool): Look =>
  async (_, question) =>
    (await pool.query<object>(question)).rows;

/**
 * One set of tables of a view, in a schema of its own, and the way of events into them. Rows and checkpoint change in
 * one statement; the checkpoint's old position fences it.
 */
export class Generation {
  private recent: RowBuffer | undefined;
  /** A fill from the start: its transaction, the rows that are not sent yet, the recorded days and the facts so far. */
  private filling:
    | {
        readonly load: BulkLoad;
        readonly rows: FilledRows;
        readonly days: RecordedDay[];
        readonly facts: FactsInHand | undefined;
      }
    | undefined;
  private readonly types: ReadonlySet<string>;
  private readonly deriving: Deriving | undefined;
  private readonly names = new Map<string, string>();

  private constructor(
    readonly view: AnyView,
    /** The name under which the checkpoint is kept. */
    readonly checkpoint: string,
    readonly schema: string,
    private readonly shapes: ReadonlyMap<Table<object>, TableShape>,
    /** Changes whenever tables of the view change. */
    readonly shape: string,
    /** The statements that make the tables. */
    private readonly making: string,
    private readonly indexed: ReadonlyMap<string, Indexed>,
  ) {
    this.deriving = view.derived && new Deriving(view.derived, schema, shapes);
    this.types = new Set(Object.keys(view.on));
  }

  /** Knows the tables of the view from its entities; makes nothing. */
  static async of(view: AnyView, options: { readonly next?: boolean } = {}): Promise<Generation> {
    const schema = options.next ? `${schemaOf(view.name)}_next` : schemaOf(view.name);
    const entities = await Entities.of(view, schema);
    const shapes = new Map(entitiesOf(view).map((table) => [table, shapeOf(entities.getMetadata(table as never))]));
    const described = entities.entityMetadatas
      .map((entity) => [
        entity.tableName,
        entity.columns.map((column) => [column.databaseName, column.type, column.isNullable, column.isPrimary]),
        entity.indices.map((index) => index.columns.map((column) => column.databaseName)),
      ])
      .map((part) => JSON.stringify(part, (_, value: unknown) => (typeof value === 'function' ? value.name : value)))
      .sort();
    const shape = createHash('sha256')
      .update([view.version ?? 1, ...Object.keys(view.on).sort(), ...described].join('\n'))
      .digest('hex');
    const { tables, indexed } = await entities.made();
    const making = [
      `drop schema if exists ${quoted(schema)} cascade`,
      `create schema ${quoted(schema)}`,
      ...tables,
      ...[...indexed.values()].flatMap(({ indexes }) => indexes.map(({ make }) => make)),
      ...[...shapes.values()].flatMap((table) => uncounted(schema, table) ?? []),
    ].join(';\n');
    const checkpoint = options.next ? `${view.name}+next` : view.name;
    return new Generation(view, checkpoint, schema, shapes, shape, making, indexed);
  }

  /** Makes the empty tables, dropping what lies in the schema. */
  async make(pool: pg.Pool, log: string): Promise<void> {
    this.forget();
    await pool.query(this.making);
    await pool.query(
      `insert into projector.checkpoint (view, log, shape, position) values ($1, $2, $3, 0)
       on conflict (view) do update set log = $2, shape = $3, position = 0, stopped = null, updated = now()`,
      [this.checkpoint, log, this.shape],
    );
  }

  /** Its tables that are not there with all their columns, as nobody leaves them but who changes a database by hand. */
  async lacking(pool: pg.Pool): Promise<readonly string[]> {
    const columns = [...this.shapes.values()].flatMap(({ name, columns }) => columns.map((column) => [name, column]));
    const { rows } = await pool.query<{ table: string }>(
      `select distinct w."table" from unnest($2::text[], $3::text[]) as w ("table", "column")
       left join pg_attribute a on a.attrelid = to_regclass(format('%I.%I', $1::text, w."table"))
         and a.attname = w."column" and not a.attisdropped
       where a.attname is null order by 1`,
      [this.schema, columns.map(([table]) => table), columns.map(([, column]) => column)],
    );
    return rows.map(({ table }) => table);
  }

  /** Lets PostgreSQL's planner know what the tables hold. */
  async analyze(pool: pg.Pool): Promise<void> {
    for (const shape of this.shapes.values()) await pool.query(analyzed(this.schema, shape));
  }

  /** Forgets the rows of the last batch: somebody else may have changed them meanwhile. */
  forget(): void {
    this.recent = undefined;
    this.deriving?.forget();
  }

  /** True when the view listens to such an event; one that cannot be read counts by its stored name. */
  hears({ type }: ReadEvent): boolean {
    return this.types.has(type);
  }

  /**
   * Adds what follows from the next events that it hears of a log that is read from its start. Nobody else sees it before
   * `show`; after an error there is only `abandon`, and `make`.
   */
  async add(url: string, heard: readonly ReadEvent[], keeping = KEEPING): Promise<void> {
    const { load, rows, days } = (this.filling ??= await this.begin(url, keeping));
    const look: Look = async (table, question) => {
      await this.send(load, rows.before(table));
      return load.look(table, question);
    };
    const { poison } = await this.handle(look, rows, heard);
    if (poison) throw poison;
    if (this.deriving) {
      for (const { day, at } of heard) {
        const last = days.at(-1);
        if (last?.day === day) last.last = at;
        else days.push({ day, last: at });
      }
    }
    await this.send(load, rows.parcels(keeping));
  }

  /** Shows what was added of a log that was read up to there, and what follows from it. */
  async show(pool: pg.Pool, url: string, to: string): Promise<void> {
    const moved = {
      text: 'update projector.checkpoint set position = $2, updated = now() where view = $1',
      values: [this.checkpoint, to],
    };
    if (!this.filling) {
      await pool.query(moved);
      return;
    }
    const { load, rows, days, facts } = this.filling;
    const { derived } = this.view;
    if (derived) for (const { day, last } of days) rows.add(derived.days, { day, position: last });
    const show = async (): Promise<void> => {
      await this.send(load, rows.parcels(ALL));
      await load.commit(moved);
    };
    const shown = show();
    await all([shown, ...(facts ? [this.derive(facts, days, { pool, url, shown })] : [])]);
    this.filling = undefined;
  }

  /** Derives what follows from all facts, in a transaction of its own. */
  private async derive(
    facts: FactsInHand,
    days: readonly RecordedDay[],
    { pool, url, shown }: { readonly pool: pg.Pool; readonly url: string; readonly shown: Promise<void> },
  ): Promise<void> {
    const load = await this.load(url);
    try {
      const rows = new FilledRows(this.view, this.shapes);
      const sent = (): Promise<void> => this.send(load, rows.parcels());
      await this.deriving?.everything(facts, days, { pool, shown }, { to: rows, sent });
      await this.send(load, rows.parcels(ALL));
      await load.commit();
    } catch (error) {
      await load.abandon();
      throw error;
    }
  }

  /** Ends a fill that is not to go on; nothing of it is left. */
  async abandon(): Promise<void> {
    const { filling } = this;
    this.filling = undefined;
    await filling?.load.abandon();
  }

  private async begin(url: string, keeping: Keeping): Promise<NonNullable<Generation['filling']>> {
    const facts = this.view.derived && new FactsInHand(this.view.derived, keeping.facts);
    return { load: await this.load(url), rows: new FilledRows(this.view, this.shapes, facts), days: [], facts };
  }

  private load(url: string): Promise<BulkLoad> {
    return BulkLoad.begin(url, this.schema, ({ name }) => this.indexed.get(name) as Indexed);
  }

  private send(load: BulkLoad, parcels: readonly Parcel[]): Promise<void> {
    return parcels.length === 0 ? Promise.resolve() : load.send(parcels, (parcel) => this.othersOf(parcel));
  }

  private othersOf({ table, put, removed }: Parcel): pg.QueryConfig | undefined {
    const values: unknown[] = [];
    const parts = this.partsOf([{ table, added: [], put, removed }], values);
    return parts.length === 0 ? undefined : { ...this.named(`with ${parts.join(',\n')} select 1`), values };
  }

  /**
   * Applies events that lie behind `from` and moves the checkpoint to `to`. Throws `PoisonedEvent` (what stood before it
   * is applied and the checkpoint stands right before it), `Fenced`, or the connection's error (nothing is applied).
   */
  async apply(pool: pg.Pool, events: readonly ReadEvent[], from: string, to: string): Promise<void> {
    const day = events[0]?.day;
    const others = this.deriving ? events.findIndex((one) => one.day !== day) : -1;
    if (others > 0) {
      // What is derived stands as it was at the end of each day.
      const middle = (events[others - 1] as ReadEvent).at;
      await this.apply(pool, events.slice(0, others), from, middle);
      return this.apply(pool, events.slice(others), middle, to);
    }
    const buffer = new RowBuffer(this.view, this.shapes, { before: this.recent });
    this.recent = undefined;
    const heard = events.filter((event) => this.hears(event));
    const { poison } = await this.handle(lookIn(pool), buffer, heard);
    if (poison) {
      // Handlers may have half done the poisoned event: what stood before it is applied again from the start.
      const before = events.slice(
        0,
        events.findIndex(({ stored }) => stored === poison.event),
      );
      if (before.length > 0) await this.apply(pool, before, from, (before.at(-1) as ReadEvent).at);
      throw poison;
    }
    try {
      const last = heard.at(-1);
      if (this.view.derived && last) buffer.put(this.view.derived.days, { day: last.day, position: last.at });
      if (day !== undefined) await this.deriving?.touched(pool, buffer, day);
      await this.flush(pool, buffer, from, to);
      this.recent = buffer.alone();
    } catch (error) {
      this.forget();
      if ((error as { code?: string }).code === 'CK001') throw new Fenced(this.checkpoint);
      if (!isFaultOfData(error) || events.length === 0) throw error;
      if (events.length === 1) throw new PoisonedEvent((events[0] as ReadEvent).stored, error);
      let position = from;
      for (const event of events) {
        await this.apply(pool, [event], position, event.at);
        position = event.at;
      }
      if (position !== to) await this.apply(pool, [], position, to);
    }
  }

  /**
   * Rows as they would stand if these events came next, all on one day; nothing is written. Throws the PoisonedEvent that
   * the view could not take.
   */
  async suppose(pool: pg.Pool, events: readonly ReadEvent[]): Promise<Pick<Rows, 'find'>> {
    const buffer = new RowBuffer(this.view, this.shapes);
    const heard = events.filter((event) => this.hears(event));
    const { poison } = await this.handle(lookIn(pool), buffer, heard);
    if (poison) throw poison;
    const { derived } = this.view;
    const [first] = heard;
    // What is remembered of subjects must not learn of what has not happened.
    if (derived && first) await new Deriving(derived, this.schema, this.shapes).touched(pool, buffer, first.day);
    return buffer;
  }

  /** Lets the view's handlers do to the rows what follows from events; the first that they cannot take ends it. */
  private async handle(
    look: Look,
    rows: Gathered,
    events: readonly ReadEvent[],
  ): Promise<{ readonly poison?: PoisonedEvent }> {
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index] as ReadEvent;
      try {
        const needs = this.neededBy(event);
        // Mostly a row was added a moment ago; when one is missing, all that the rest of the batch needs is read at once.
        if (needs.length > 0 && rows.lacks(needs)) {
          const fault = await this.fill(look, rows, this.neededFrom(events, index));
          // One that names what no row can be called spoils the question for those before it, too.
          const own = fault && (await this.fill(look, rows, needs));
          if (own) return { poison: new PoisonedEvent(event.stored, own) };
        }
        this.view.on[event.type]?.(event.seen as Seen<Messages, string>, rows);
      } catch (error) {
        if (error instanceof Unanswered) throw error.cause;
        return { poison: new PoisonedEvent(event.stored, error) };
      }
    }
    return {};
  }

  /** The rows that an event's handler reads; throws why the event cannot be read. */
  private neededBy({ seen, fault }: ReadEvent): readonly Needed[] {
    if (!seen) throw fault;
    return this.view.needs?.[seen.type]?.(seen) ?? NONE;
  }

  /** Those of all events from one on, up to the first that cannot be read. */
  private neededFrom(events: readonly ReadEvent[], from: number): readonly Needed[] {
    const needs: Needed[] = [];
    try {
      for (let index = from; index < events.length; index += 1)
        needs.push(...this.neededBy(events[index] as ReadEvent));
    } catch {
      // Its own turn comes.
    }
    return needs;
  }

  /** Reads rows; answers the fault when they cannot be asked for, because a key is not of its column's kind. */
  private async fill(look: Look, gathered: Gathered, wanted: readonly Needed[]): Promise<unknown> {
    const missing = gathered.missing(wanted);
    const ends = await Promise.allSettled(
      [...missing].map(async ([table, keys]) => {
        const shape = this.shapes.get(table);
        if (!shape) throw new Error(`${this.view.name} has no table ${table.name}`);
        const name = `${quoted(this.schema)}.${quoted(shape.name)}`;
        const rows = await look(shape, {
          text: `select t.* from json_populate_recordset(null::${name}, $1::json) k
           join ${name} t on ${shape.key.map((column) => `t.${quoted(column)} = k.${quoted(column)}`).join(' and ')}`,
          values: [JSON.stringify(keys)],
        });
        for (const row of rows) gathered.load(table, row);
        gathered.asked(table, keys);
      }),
    );
    let malformed: unknown;
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      if (!isMalformed(end.reason)) throw new Unanswered(end.reason);
      malformed ??= end.reason;
    }
    return malformed;
  }

  private async flush(pool: pg.Pool, buffer: RowBuffer, from: string, to: string): Promise<void> {
    const values: unknown[] = [this.checkpoint, from, to];
    const parts = [
      'fence as materialized (select projector.advance($1, $2, $3))',
      ...this.partsOf(buffer.changes(), values, 'fence, '),
    ];
    await pool.query({ ...this.named(`with ${parts.join(',\n')} select 1 from fence`), values });
  }

  /** What changes the rows, as parts of a statement that come `behind` others; their values are added to `values`. */
  private partsOf(changes: readonly Changes[], values: unknown[], behind = ''): readonly string[] {
    const parts: string[] = [];
    for (const { table, added, put, removed } of changes) {
      const name = `${quoted(this.schema)}.${quoted(table.name)}`;
      const columns = table.columns.map(quoted).join(', ');
      const source = (rows: readonly object[]): string => {
        const lists = rows.length < MANY ? undefined : listsOf(table, rows);
        if (!lists) {
          values.push(JSON.stringify(rows));
          return `${behind}json_populate_recordset(null::${name}, $${values.length}::json) s`;
        }
        const [split, cast]: [string[], string[]] = [[], []];
        for (const [index, list] of lists.entries()) {
          values.push(list);
          split.push(`string_to_array($${values.length}, E'\\x1f')`);
          cast.push(
            `nullif(c${index}, E'\\x1e')::${table.types[index] ?? 'text'} as ${quoted(table.columns[index] ?? '')}`,
          );
        }
        const names = lists.map((_, index) => `c${index}`).join(', ');
        return `${behind}lateral (select ${cast.join(', ')} from unnest(${split.join(', ')}) u(${names})) s`;
      };
      const selected = table.columns.map((column) => `s.${quoted(column)}`).join(', ');
      if (added.length > 0) {
        parts.push(`p${parts.length} as (insert into ${name} (${columns}) select ${selected} from ${source(added)})`);
      }
      if (put.length > 0) {
        const rest = table.columns.filter((column) => !table.key.includes(column));
        const set = rest.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ');
        parts.push(
          `p${parts.length} as (insert into ${name} (${columns}) select ${selected} from ${source(put)}
           on conflict (${table.key.map(quoted).join(', ')}) do ${rest.length > 0 ? `update set ${set}` : 'nothing'})`,
        );
      }
      if (removed.length > 0) {
        const same = table.key.map((column) => `t.${quoted(column)} = s.${quoted(column)}`).join(' and ');
        parts.push(`p${parts.length} as (delete from ${name} t using ${source(removed)} where ${same})`);
      }
    }
    return parts;
  }

  /** A statement with the name under which a connection keeps it; there are few, one for each mixture of changes. */
  private named(text: string): { readonly name?: string; readonly text: string } {
    let name = this.names.get(text);
    if (name === undefined && this.names.size < MOST_NAMES) {
      name = `view-${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
      this.names.set(text, name);
    }
    return name === undefined ? { text } : { name, text };
  }

  /**
   * Puts this generation in the place of the live one, in one transaction. False when the live one is ahead or is being
   * read: catch up and try again. `stopped` says that it ends at an event that it cannot take, wherever the live one is.
   */
  async takeOver(pool: pg.Pool, store: EventStore, stopped?: object): Promise<boolean> {
    const live = schemaOf(this.view.name);
    const client = await pool.connect();
    try {
      await client.query('begin');
      // Who reads one table and wants another waits for us as we for him: we give way before it is taken for a deadlock.
      await client.query(`set local lock_timeout = '${PATIENCE_MS}ms'`);
      const there = await client.query('select 1 from pg_namespace where nspname = $1', [live]);
      if (there.rowCount) {
        const tables = await client.query<{ tablename: string }>(
          'select tablename from pg_tables where schemaname = $1 order by tablename',
          [live],
        );
        for (const { tablename } of tables.rows) {
          await client.query(`lock table ${quoted(live)}.${quoted(tablename)} in access exclusive mode`);
        }
      }
      const { rows } = await client.query<{ view: string; position: string; log: string; shape: string }>(
        'select view, position, log, shape from projector.checkpoint where view = any($1) for update',
        [[this.view.name, this.checkpoint]],
      );
      const old = rows.find(({ view }) => view === this.view.name);
      const next = rows.find(({ view }) => view === this.checkpoint);
      if (!next) throw new Error(`${this.view.name} has no next generation`);
      if (!stopped && old && old.log === next.log && BigInt(next.position) < BigInt(old.position)) {
        // Nobody moves the live one any more; beyond the end it is not of this log, and there is nothing to catch up.
        const end = await store.end();
        if (end !== undefined && BigInt(old.position) <= BigInt(store.order(end))) {
          await client.query('rollback');
          return false;
        }
      }
      await client.query(`drop schema if exists ${quoted(live)} cascade`);
      await client.query(`alter schema ${quoted(this.schema)} rename to ${quoted(live)}`);
      await client.query('delete from projector.checkpoint where view = any($1)', [[this.view.name, this.checkpoint]]);
      await client.query(
        'insert into projector.checkpoint (view, log, shape, position, stopped) values ($1, $2, $3, $4, $5)',
        [this.view.name, next.log, next.shape, next.position, stopped ? JSON.stringify(stopped) : null],
      );
      await client.query('commit');
      return true;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (isLockDenied(error)) return false;
      throw error;
    } finally {
      client.release();
    }
  }
}

const entitiesOf = ({ tables, derived }: AnyView): readonly Table<object>[] => [...tables, ...(derived?.tables ?? [])];

/** What TypeORM knows of a view's entities, without a connection of its own. */
class Entities extends DataSource {
  static async of(view: AnyView, schema: string): Promise<Entities> {
    const entities = new Entities({
      type: 'postgres',
      schema,
      entities: [...entitiesOf(view)] as (new () => object)[],
      logging: false,
    });
    await entities.buildMetadatas();
    return entities;
  }

  /** The statements that make the tables with their primary keys, and by the name of each what its indexes are. */
  async made(): Promise<{ readonly tables: readonly string[]; readonly indexed: ReadonlyMap<string, Indexed> }> {
    const tables: string[] = [];
    const indexed = new Map<string, Indexed>();
    for (const entity of this.entityMetadatas) {
      const table = Made.create(entity, this.driver);
      const key = entity.primaryColumns.map((column) => column.databaseName);
      tables.push(
        ...(await this.noted((runner) => runner.createTable(table, false, false, false))).map(({ make }) => make),
      );
      const [primary] = await this.noted((runner) => runner.createPrimaryKey(table, key));
      if (!primary) throw new Error(`${entity.tableName} has no primary key`);
      const indexes = await this.noted((runner) => runner.createIndices(table, [...table.indices]));
      indexed.set(entity.tableName, { key: primary, indexes });
    }
    return { tables, indexed };
  }

  /** What TypeORM would do, and how it would take it back. */
  private async noted(work: (runner: QueryRunner) => Promise<void>): Promise<readonly Index[]> {
    const runner = this.createQueryRunner();
    runner.enableSqlMemory();
    await work(runner);
    const { upQueries, downQueries } = runner.getMemorySql();
    return upQueries.map(({ query }, index) => ({ make: query, drop: downQueries[index]?.query ?? '' }));
  }
}

/** Waits for all, also when one of them fails. */
export const all = async (works: readonly Promise<void>[]): Promise<void> => {
  for (const end of await Promise.allSettled(works)) if (end.status === 'rejected') throw end.reason;
};
