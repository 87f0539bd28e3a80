import type { EntityMetadata } from 'typeorm';
import { Rows, type AnyView, type Needed, type Table } from '#kernel';

/** One table of a view as SQL sees it. */
export type TableShape = {
  readonly name: string;
  readonly columns: readonly string[];
  /** The PostgreSQL type of each column. */
  readonly types: readonly string[];
  readonly key: readonly string[];
};

/** The shape of a table from its TypeORM entity; columns are called as their properties. */
export const shapeOf = (metadata: EntityMetadata): TableShape => ({
  name: metadata.tableName,
  columns: metadata.columns.map((column) => column.databaseName),
  types: metadata.columns.map(
    (column) => metadata.connection.driver.normalizeType(column) + (column.isArray ? '[]' : ''),
  ),
  key: metadata.primaryColumns.map((column) => column.databaseName),
});

/** The primary key of a row as one text; `where` names the table for who leaves a part of it out. */
export const keyTextOf = ({ key }: TableShape, values: object, where: () => string): string => {
  const part = (name: string): string => {
    const value = (values as Record<string, string | number | undefined>)[name];
    if (value === undefined) throw new Error(`${where()} needs ${name} of its key`);
    return String(value);
  };
  const [only] = key;
  return key.length === 1 && only !== undefined ? part(only) : key.map(part).join('\u001f');
};

/** Of a row the columns of its primary key. */
export const keyOfRow = ({ key }: TableShape, row: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(key.map((name) => [name, row[name]]));

/** Keys by table without repetition, of those that are wanted and missing; `missing` answers the text of such a key. */
export const missingKeys = (
  wanted: readonly Needed[],
  missing: (needed: Needed) => string | undefined,
): ReadonlyMap<Table<object>, readonly object[]> => {
  const keys = new Map<Table<object>, Map<string, object>>();
  for (const needed of wanted) {
    const text = missing(needed);
    if (text === undefined) continue;
    let found = keys.get(needed.table);
    if (!found) keys.set(needed.table, (found = new Map<string, object>()));
    found.set(text, needed.key);
  }
  return new Map([...keys].map(([table, found]) => [table, [...found.values()]]));
};

/** Rows are never changed in place. */
type Held = { row: Record<string, unknown>; fate: 'loaded' | 'new' | 'put' | 'removed' };

/** What one table has to be told at the end of a batch. */
export type Changes = {
  readonly table: TableShape;
  readonly added: readonly object[];
  readonly put: readonly object[];
  readonly removed: readonly object[];
};

/** Rows in memory for the length of one batch: what was loaded, and what handlers did to it. */
export class RowBuffer extends Rows {
  private readonly held = new Map<Table<object>, Map<string, Held>>();
  /** Keys that were asked for and of which there is no row. */
  private readonly absent = new Map<Table<object>, Set<string>>();

  constructor(
    private readonly view: AnyView,
    private readonly shapes: ReadonlyMap<Table<object>, TableShape>,
    private readonly start: {
      /** What the batch before left behind: rows that need not be read again. */
      readonly before?: RowBuffer | undefined;
    } = {},
  ) {
    super();
    for (const table of shapes.keys()) {
      this.held.set(table, new Map());
      this.absent.set(table, new Set());
    }
  }

  /** The same rows without what lies further back; kept for the batch that follows. */
  alone(): RowBuffer {
    const kept = new RowBuffer(this.view, this.shapes);
    for (const [table, rows] of this.held) kept.held.set(table, rows);
    return kept;
  }

  /** Notes that these keys were asked for: what was not loaded is not there. */
  asked(table: Table<object>, keys: readonly object[]): void {
    for (const key of keys) {
      const text = this.keyOf(table, key);
      if (!this.rowsOf(table).has(text)) this.absent.get(table)?.add(text);
    }
  }

  /** Puts in a row as it stands in the database; undefined says that there is none. */
  load(table: Table<object>, row: object): void {
    const values = row as Record<string, unknown>;
    const rows = this.rowsOf(table);
    const key = this.keyOf(table, values);
    if (!rows.has(key)) rows.set(key, { row: values, fate: 'loaded' });
  }

  override add<Row extends object>(table: Table<Row>, row: Row): void {
    const rows = this.rowsOf(table);
    const key = this.keyOf(table, row);
    const held = this.heldOf(table, key);
    if (held && held.fate !== 'removed') throw new Error(`${this.view.name}: ${table.name} ${key} is there already`);
    rows.set(key, { row: row as Record<string, unknown>, fate: held ? 'put' : 'new' });
  }

  override put<Row extends object>(table: Table<Row>, row: Row): void {
    const rows = this.rowsOf(table);
    const key = this.keyOf(table, row);
    const fate = rows.get(key)?.fate === 'new' ? 'new' : 'put';
    rows.set(key, { row: row as Record<string, unknown>, fate });
  }

  override find<Row extends object>(table: Table<Row>, key: Partial<Row>): Readonly<Row> | undefined {
    const held = this.heldOf(table, this.keyOf(table, key));
    return held && held.fate !== 'removed' ? (held.row as Row) : undefined;
  }

  override change<Row extends object>(table: Table<Row>, key: Partial<Row>, change: Partial<Row>): void {
    const held = this.heldOf(table, this.keyOf(table, key));
    if (!held || held.fate === 'removed') {
      throw new Error(`${this.view.name}: no row ${this.keyOf(table, key)} in ${table.name} to change`);
    }
    held.row = { ...held.row, ...change };
    if (held.fate === 'loaded') held.fate = 'put';
  }

  override remove<Row extends object>(table: Table<Row>, key: Partial<Row>): void {
    const rows = this.rowsOf(table);
    const text = this.keyOf(table, key);
    const held = this.heldOf(table, text);
    if (!held) return;
    if (held.fate === 'new') rows.delete(text);
    else held.fate = 'removed';
  }

  /** The rows of a table that are to be written, as they stand now. */
  written(table: Table<object>): readonly object[] {
    const written: object[] = [];
    for (const { row, fate } of this.rowsOf(table).values()) if (fate === 'new' || fate === 'put') written.push(row);
    return written;
  }

  /** What to write, table by table; tables without changes are left out. */
  changes(): readonly Changes[] {
    return [...this.held].flatMap(([table, rows]) => this.changesOf(table, rows.values()));
  }

  private changesOf(table: Table<object>, rows: Iterable<Held>): readonly Changes[] {
    const shape = this.shape(table);
    const [added, put, removed]: [object[], object[], object[]] = [[], [], []];
    for (const { row, fate } of rows) {
      if (fate === 'new') added.push(row);
      else if (fate === 'put') put.push(row);
      else if (fate === 'removed') removed.push(keyOfRow(shape, row));
    }
    return added.length + put.length + removed.length > 0 ? [{ table: shape, added, put, removed }] : [];
  }

  /** True when one of these rows is not held yet. */
  lacks(wanted: readonly Needed[]): boolean {
    return wanted.some(({ table, key }) => this.isMissing(table, this.keyOf(table, key)));
  }

  /** The keys of such rows that are not held yet, without repetition. */
  missing(wanted: readonly Needed[]): ReadonlyMap<Table<object>, readonly object[]> {
    return missingKeys(wanted, ({ table, key }) => {
      const text = this.keyOf(table, key);
      return this.isMissing(table, text) ? text : undefined;
    });
  }

  private isMissing(table: Table<object>, key: string): boolean {
    return !this.heldOf(table, key) && !this.isAbsent(table, key);
  }

  /** It is known that there is no such row, whatever the table still says. */
  private isAbsent(table: Table<object>, key: string): boolean {
    return this.absent.get(table)?.has(key) === true || this.start.before?.rowsOf(table).get(key)?.fate === 'removed';
  }

  private keyOf(table: Table<object>, values: object): string {
    return keyTextOf(this.shape(table), values, () => `${this.view.name}: ${table.name}`);
  }

  /** The row of a key, taken over from the batch before where this one has not touched it. */
  private heldOf(table: Table<object>, key: string): Held | undefined {
    const rows = this.rowsOf(table);
    const own = rows.get(key);
    const old = own ? undefined : this.start.before?.rowsOf(table).get(key);
    if (!old || old.fate === 'removed') return own;
    const taken: Held = { row: old.row, fate: 'loaded' };
    rows.set(key, taken);
    return taken;
  }

  private rowsOf(table: Table<object>): Map<string, Held> {
    const rows = this.held.get(table);
    if (!rows) throw new Error(`${this.view.name} has no table ${table.name}`);
    return rows;
  }

  private shape(table: Table<object>): TableShape {
    const shape = this.shapes.get(table);
    if (!shape) throw new Error(`${this.view.name} has no table ${table.name}`);
    return shape;
  }
}
