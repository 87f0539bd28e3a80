import { Rows, type AnyView, type Needed, type Table } from '#kernel';
import { changed, type Copied, Copying } from './copied-rows.js';
import type { FactsInHand, Place } from './facts-in-hand.js';
import { keyOfRow, keyTextOf, missingKeys, type TableShape } from './row-buffer.js';

/** What one table of a fill has to be told: new rows, then those that take the place of others, then those that go. */
export type Parcel = {
  readonly table: TableShape;
  readonly copies: readonly Copied[];
  readonly put: readonly object[];
  readonly removed: readonly object[];
};

/**
 * How rows are kept: so many new ones of a table are formed for COPY together, soon after they came; so many are sent
 * together; so many stay in hand of a table whose rows are needed now and then; and so many facts for what follows from
 * them (a million takes some 300 MB).
 */
export type Keeping = {
  readonly formed: number;
  readonly sent: number;
  readonly kept: number;
  readonly facts: number;
};
export const KEEPING: Keeping = { formed: 1_000, sent: 20_000, kept: 150_000, facts: 3_000_000 };
/** Sends everything that is there. */
export const ALL: Keeping = { formed: 0, sent: 0, kept: 0, facts: 0 };

type Row = Record<string, unknown>;

/** A row in hand; what became of it since it was formed or read has to be told to PostgreSQL by itself. */
type Held = Place & { row: Row; isFormed: boolean; isRemoved: boolean };

const held = (row: Row, isFormed: boolean): Held => ({ row, isFormed, isRemoved: false });

/** The rows of one table. */
class FilledTable {
  /** New rows that are not formed yet, in the order in which they came. */
  private unformed: Held[] = [];
  /** Rows by key, as soon as somebody asks for one: those that are not formed, and others that may be needed again. */
  private rows: Map<string, Held> | undefined;
  /** Rows that may be needed again and came before those. */
  private earlier = new Map<string, Held>();
  /** Rows that were looked up in the table. */
  private readonly lookedUp = new Map<string, Held>();
  /** Rows that are otherwise by now than they were formed or read. */
  private readonly changed = new Map<string, Held>();
  /** Keys that were asked for and of which there is no row. */
  private readonly absent = new Set<string>();
  /** The keys of all rows that were formed; unknown when the first of them were formed before anybody put a row. */
  private formed: Set<string> | 'none' | 'unknown' = 'none';
  private wasPutInto = false;
  /** Somebody needed a row: others may be needed. */
  private isWanted = false;
  /** A row changed soon after it had been formed: others may. */
  private isChangeable = false;
  private readonly copying: Copying;

  constructor(
    private readonly view: string,
    private readonly table: Table<object>,
    readonly shape: TableShape,
    private readonly facts: FactsInHand | undefined,
  ) {
    this.copying = new Copying(shape);
  }

  add(row: Row): void {
    const { rows } = this;
    const added = held(row, false);
    if (rows) {
      const key = this.keyOf(row);
      const before = this.changed.size > 0 ? this.changed.get(key) : undefined;
      if (before?.isRemoved) {
        this.comeAgain(before, row);
        return;
      }
      // One that is in hand no more is found out by PostgreSQL, when the table gets its key.
      const { size } = rows;
      rows.set(key, added);
      if (rows.size === size) throw this.isThere(key);
    }
    this.facts?.added(this.table, added);
    this.unformed.push(added);
  }

  put(row: Row): void {
    this.wasPutInto = true;
    const key = this.keyOf(row);
    const before = this.held(key);
    if (before) this.replace(key, before, row);
    else if (this.isNew(key)) {
      const added = held(row, false);
      this.facts?.added(this.table, added);
      this.byKey().set(key, added);
      this.unformed.push(added);
    } else {
      const removed = this.changed.get(key);
      if (removed) this.comeAgain(removed, row);
      else this.changed.set(key, held(row, true));
      this.facts?.lost(row);
    }
  }

  change(key: string, change: object): void {
    const before = this.held(key);
    if (!before) throw new Error(`${this.view}: no row ${key} in ${this.table.name} to change`);
    this.replace(key, before, changed(this.shape, before.row, change) as Row);
  }

  remove(key: string): void {
    const removed = this.held(key);
    if (!removed) return;
    this.facts?.lost(removed.row);
    removed.isRemoved = true;
    if (removed.isFormed) this.changed.set(key, removed);
    else this.byKey().delete(key);
  }

  /** True when a row of that key may be in the table, and is not in hand. */
  lacks(key: string): boolean {
    this.isWanted = true;
    return !this.held(key) && !this.isNew(key) && !this.changed.has(key) && !this.absent.has(key);
  }

  /** A row as it stands in the table, which was not in hand. */
  load(row: Row): void {
    this.lookedUp.set(this.keyOf(row), held(row, true));
  }

  asked(key: string): void {
    if (!this.held(key)) this.absent.add(key);
  }

  /** What is formed; what is needed of it is asked for in the table. */
  formedParcel(): Parcel {
    return { table: this.shape, copies: this.copying.take(), put: [], removed: [] };
  }

  /** Forms what has come together, and answers what is to be sent of it. */
  parcel(keeping: Keeping): Parcel | undefined {
    this.absent.clear();
    this.form(keeping);
    const { sent, kept } = keeping;
    const isLate = this.changed.size >= Math.max(1, kept);
    if (this.copying.count < Math.max(1, sent) && !isLate) return undefined;
    return { table: this.shape, copies: this.copying.take(), ...(isLate ? this.changes() : { put: [], removed: [] }) };
  }

  /** What became of rows that were formed or read; it is no news any more. */
  private changes(): Pick<Parcel, 'put' | 'removed'> {
    const [put, removed]: [Row[], object[]] = [[], []];
    for (const [key, { row, isRemoved }] of this.changed) {
      if (!isRemoved) {
        put.push(row);
        continue;
      }
      removed.push(keyOfRow(this.shape, row));
      for (const rows of [this.rows, this.earlier, this.lookedUp]) rows?.delete(key);
    }
    this.changed.clear();
    return { put, removed };
  }

  keyOf(values: object): string {
    return keyTextOf(this.shape, values, () => `${this.view}: ${this.table.name}`);
  }

  private isThere(key: string): Error {
    return new Error(`${this.view}: ${this.table.name} ${key} is there already`);
  }

  private byKey(): Map<string, Held> {
    if (this.rows) return this.rows;
    const rows = (this.rows = new Map<string, Held>());
    for (const one of this.unformed) {
      const key = this.keyOf(one.row);
      if (rows.has(key)) throw this.isThere(key);
      rows.set(key, one);
    }
    return rows;
  }

  /** The row of that key, if it is in hand. */
  row(key: string): Row | undefined {
    return this.held(key)?.row;
  }

  private held(key: string): Held | undefined {
    const found =
      this.byKey().get(key) ??
      this.earlier.get(key) ??
      (this.lookedUp.size > 0 ? this.lookedUp.get(key) : undefined) ??
      (this.changed.size > 0 ? this.changed.get(key) : undefined);
    return found?.isRemoved ? undefined : found;
  }

  private replace(key: string, before: Held, row: Row): void {
    before.row = row;
    if (!before.isFormed) return;
    this.changed.set(key, before);
    if (this.lookedUp.get(key) === before) this.facts?.lost(row);
    else this.isChangeable = true;
  }

  /** A row that was removed is there again, with what is said of it now. */
  private comeAgain(removed: Held, row: Row): void {
    removed.row = row;
    removed.isRemoved = false;
  }

  /** A row of that key, if it is not in hand, was never there. */
  private isNew(key: string): boolean {
    return this.formed === 'none' || (this.formed !== 'unknown' && !this.formed.has(key));
  }

  /**
   * Forms new rows when enough of them have come; of a table whose rows are needed so many stay in hand, and where they
   * change, a part of those stays unformed.
   */
  private form({ formed, kept }: Keeping): void {
    const count = this.unformed.length - (this.isChangeable ? Math.floor(kept / 4) : 0);
    if (count < Math.max(1, formed)) return;
    const rows: Row[] = [];
    for (const one of this.unformed.splice(0, count)) {
      if (one.isRemoved) continue;
      one.isFormed = true;
      rows.push(one.row);
    }
    if (this.formed === 'none') this.formed = this.wasPutInto ? new Set() : 'unknown';
    if (this.formed !== 'unknown') for (const row of rows) this.formed.add(this.keyOf(row));
    this.copying.add(rows);
    if (this.lookedUp.size >= Math.max(1, kept)) this.lookedUp.clear();
    if (!this.rows) return;
    if (!this.isWanted && this.unformed.length === 0) this.rows = new Map();
    if (this.rows.size < Math.max(1, kept / 2)) return;
    this.earlier = kept > 0 ? this.rows : new Map<string, Held>();
    this.rows = new Map();
  }
}

/**
 * Rows of a view that is filled from nothing: there is nothing in its tables but what came of these. Rows are formed for
 * COPY while they are new. Few change after that; those wait for the end, when the tables have their keys, unless they
 * become many.
 */
export class FilledRows extends Rows {
  private readonly tables: ReadonlyMap<Table<object>, FilledTable>;

  constructor(
    private readonly view: AnyView,
    shapes: ReadonlyMap<Table<object>, TableShape>,
    /** Told of the facts from which other rows will follow. */
    facts?: FactsInHand,
  ) {
    super();
    this.tables = new Map(
      [...shapes].map(([table, shape]) => [
        table,
        new FilledTable(view.name, table, shape, facts?.holds(table) ? facts : undefined),
      ]),
    );
  }

  override add<Row extends object>(table: Table<Row>, row: Row): void {
    this.of(table).add(row as Record<string, unknown>);
  }

  override put<Row extends object>(table: Table<Row>, row: Row): void {
    this.of(table).put(row as Record<string, unknown>);
  }

  override find<Row extends object>(table: Table<Row>, key: Partial<Row>): Readonly<Row> | undefined {
    const rows = this.of(table);
    return rows.row(rows.keyOf(key)) as Row | undefined;
  }

  override change<Row extends object>(table: Table<Row>, key: Partial<Row>, change: Partial<Row>): void {
    const rows = this.of(table);
    rows.change(rows.keyOf(key), change);
  }

  override remove<Row extends object>(table: Table<Row>, key: Partial<Row>): void {
    const rows = this.of(table);
    rows.remove(rows.keyOf(key));
  }

  /** True when one of these rows is not in hand and may be in its table. */
  lacks(wanted: readonly Needed[]): boolean {
    let lacks = false;
    for (const { table, key } of wanted) {
      const rows = this.of(table);
      if (rows.lacks(rows.keyOf(key))) lacks = true;
    }
    return lacks;
  }

  /** The keys of such rows, without repetition. */
  missing(wanted: readonly Needed[]): ReadonlyMap<Table<object>, readonly object[]> {
    return missingKeys(wanted, ({ table, key }) => {
      const rows = this.of(table);
      const text = rows.keyOf(key);
      return rows.lacks(text) ? text : undefined;
    });
  }

  /** Puts in a row as it stands in its table. */
  load(table: Table<object>, row: object): void {
    this.of(table).load(row as Record<string, unknown>);
  }

  /** Notes that these keys were asked for: what was not loaded is not there. */
  asked(table: Table<object>, keys: readonly object[]): void {
    const rows = this.of(table);
    for (const key of keys) rows.asked(rows.keyOf(key));
  }

  /** What has to be sent before rows of that table can be looked up in it. */
  before(table: TableShape): readonly Parcel[] {
    for (const rows of this.tables.values()) if (rows.shape === table) return [rows.formedParcel()];
    return [];
  }

  /** What is to be sent by now; `ALL` sends everything. */
  parcels(keeping: Keeping = KEEPING): readonly Parcel[] {
    const parcels: Parcel[] = [];
    for (const rows of this.tables.values()) {
      const parcel = rows.parcel(keeping);
      if (parcel) parcels.push(parcel);
    }
    return parcels;
  }

  private of(table: Table<object>): FilledTable {
    const rows = this.tables.get(table);
    if (!rows) throw new Error(`${this.view.name} has no table ${table.name}`);
    return rows;
  }
}
