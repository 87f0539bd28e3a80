import { Rows, type AnyView, type Needed, type Table } from '#kernel';
import { type Copied, Copying } from './copied-rows.js';
import type { FactsInHand } from './facts-in-hand.js';
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

/** A row that was on its way already when it changed, or was removed. */
type Changed = { readonly row: Row; readonly isRemoved: boolean };

/** The rows of one table. */
class FilledTable {
  /** New rows that are not formed yet, in the order in which they came. */
  private unformed: Row[] = [];
  /** Rows by key, as soon as somebody asks for one: those that are not formed, and others that may be needed again. */
  private rows: Map<string, Row> | undefined;
  /** Rows that may be needed again and came before those. */
  private earlier = new Map<string, Row>();
  /** Rows that were looked up in the table. */
  private readonly lookedUp = new Map<string, Row>();
  /** Rows that are otherwise by now than they were formed or read. */
  private readonly changed = new Map<string, Changed>();
  /** Keys that were asked for and of which there is no row. */
  private readonly absent = new Set<string>();
  /** The keys of all rows that were formed; unknown when the first of them were formed before anybody put a row. */
  private formed: Set<string> | 'none' | 'unknown' = 'none';
  private wasPutInto = false;
  /** Somebody needed a row: others may be needed. */
  private isWanted = false;
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
    this.facts?.added(this.table, row);
    const { rows } = this;
    if (rows) {
      const key = this.keyOf(row);
      if (this.changed.size > 0 && this.changed.get(key)?.isRemoved) {
        this.changed.set(key, { row, isRemoved: false });
        return;
      }
      // One that is in hand no more is found out by PostgreSQL, when the table gets its key.
      const { size } = rows;
      rows.set(key, row);
      if (rows.size === size) throw this.isThere(key);
    }
    this.unformed.push(row);
  }

  put(row: Row): void {
    this.wasPutInto = true;
    const key = this.keyOf(row);
    const before = this.held(key);
    if (!before && this.isNew(key)) {
      this.facts?.added(this.table, row);
      this.byKey().set(key, row);
      this.unformed.push(row);
    } else this.replace(key, before, row);
  }

  change(key: string, change: object): void {
    const before = this.held(key);
    if (!before) throw new Error(`${this.view}: no row ${key} in ${this.table.name} to change`);
    this.replace(key, before, { ...before, ...change });
  }

  remove(key: string): void {
    const row = this.held(key);
    if (!row) return;
    this.facts?.lost(row);
    const place = this.unformed.lastIndexOf(row);
    if (place < 0) this.changed.set(key, { row, isRemoved: true });
    else {
      this.unformed.splice(place, 1);
      this.byKey().delete(key);
    }
  }

  /** True when a row of that key may be in the table, and is not in hand. */
  lacks(key: string): boolean {
    this.isWanted = true;
    return !this.held(key) && !this.isNew(key) && !this.changed.has(key) && !this.absent.has(key);
  }

  /** A row as it stands in the table, which was not in hand. */
  load(row: Row): void {
    this.lookedUp.set(this.keyOf(row), row);
  }

  asked(key: string): void {
    if (!this.held(key)) this.absent.add(key);
  }

  /** What is formed; what is needed of it is asked for in the table. */
  formedParcel(): Parcel {
    return { table: this.shape, copies: this.copying.take(), put: [], removed: [] };
  }

  /** Forms what has come together, and answers what is to be sent of it. */
  parcel({ formed, sent, kept }: Keeping): Parcel | undefined {
    this.absent.clear();
    if (this.unformed.length >= Math.max(1, formed)) this.form(kept);
    const isLate = this.changed.size >= Math.max(1, kept);
    if (this.copying.count < Math.max(1, sent) && !isLate) return undefined;
    return { table: this.shape, copies: this.copying.take(), ...(isLate ? this.changes() : { put: [], removed: [] }) };
  }

  /** What became of rows that were formed or read; it is no news any more. */
  private changes(): Pick<Parcel, 'put' | 'removed'> {
    const [put, removed]: [Row[], object[]] = [[], []];
    for (const [key, { row, isRemoved }] of this.changed) {
      this.rows?.delete(key);
      this.earlier.delete(key);
      this.lookedUp.delete(key);
      if (isRemoved) removed.push(keyOfRow(this.shape, row));
      else {
        this.rows?.set(key, row);
        put.push(row);
      }
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

  private byKey(): Map<string, Row> {
    if (this.rows) return this.rows;
    const rows = (this.rows = new Map<string, Row>());
    for (const row of this.unformed) {
      const key = this.keyOf(row);
      if (rows.has(key)) throw this.isThere(key);
      rows.set(key, row);
    }
    return rows;
  }

  /** The row of that key, if it is in hand. */
  held(key: string): Row | undefined {
    const changed = this.changed.size > 0 ? this.changed.get(key) : undefined;
    if (changed) return changed.isRemoved ? undefined : changed.row;
    const row = this.byKey().get(key) ?? this.earlier.get(key);
    return row ?? (this.lookedUp.size > 0 ? this.lookedUp.get(key) : undefined);
  }

  /** Lets a row take the place of that one, or of one that may be in the table. */
  private replace(key: string, before: Row | undefined, row: Row): void {
    if (before && this.lookedUp.get(key) !== before) this.facts?.replaced(this.table, before, row);
    else this.facts?.lost(row);
    const place = before ? this.unformed.lastIndexOf(before) : -1;
    if (place < 0) this.changed.set(key, { row, isRemoved: false });
    else {
      this.unformed[place] = row;
      this.byKey().set(key, row);
    }
  }

  /** A row of that key, if it is not in hand, was never there. */
  private isNew(key: string): boolean {
    return this.formed === 'none' || (this.formed !== 'unknown' && !this.formed.has(key));
  }

  /** Forms the new rows; of a table of which rows are needed so many stay in hand. */
  private form(kept: number): void {
    const { unformed } = this;
    this.unformed = [];
    if (this.formed === 'none') this.formed = this.wasPutInto ? new Set() : 'unknown';
    if (this.formed !== 'unknown') for (const row of unformed) this.formed.add(this.keyOf(row));
    this.copying.add(unformed);
    if (this.lookedUp.size >= Math.max(1, kept)) this.lookedUp.clear();
    if (!this.rows) return;
    if (!this.isWanted) this.rows = new Map();
    if (this.rows.size < Math.max(1, kept / 2)) return;
    this.earlier = kept > 0 ? this.rows : new Map<string, Row>();
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
    return rows.held(rows.keyOf(key)) as Row | undefined;
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
