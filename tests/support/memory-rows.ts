import { getMetadataArgsStorage } from 'typeorm';
import { Rows, type AnyView, type Needed, type Table } from '#kernel';
import type { StoredEvent, Upcasting } from '#platform/event-store';

const keysOf = (table: Table<object>): string[] =>
  getMetadataArgsStorage()
    .columns.filter(({ target, options }) => target === table && options.primary === true)
    .map(({ propertyName }) => propertyName);

/**
 * The tables of a view in memory, one event at a time: a second, plain way to apply a view. A row that a handler looks
 * at without having declared it in `needs` is an error, as it would be missing from a batch.
 */
export class MemoryRows extends Rows {
  private readonly tables = new Map<Table<object>, Map<string, Record<string, unknown>>>();
  private reachable = new Set<string>();

  constructor(private readonly view: AnyView) {
    super();
    for (const table of view.tables) this.tables.set(table, new Map());
  }

  /** Applies an event, if the view listens to it; answers whether it does. */
  see(event: StoredEvent, upcasting: Upcasting): boolean {
    const seen = upcasting.seen(event, event.position);
    const { type } = seen;
    const handle = Object.hasOwn(this.view.on, type) ? this.view.on[type] : undefined;
    if (!handle) return false;
    const needed: readonly Needed[] = this.view.needs?.[type]?.(seen) ?? [];
    this.reachable = new Set(needed.map(({ table, key }) => this.nameOf(table, key)));
    handle(seen, this);
    return true;
  }

  /** All rows of a table, in the order of their keys. */
  all<Row extends object>(table: Table<Row>): readonly Row[] {
    return [...this.rowsOf(table)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row as Row);
  }

  /** The name of a table in SQL. */
  tableName(table: Table<object>): string {
    const declared = getMetadataArgsStorage().tables.find(({ target }) => target === table)?.name;
    if (declared === undefined) throw new Error(`${table.name} is no entity with a name`);
    return declared;
  }

  override add<Row extends object>(table: Table<Row>, row: Row): void {
    const key = this.keyOf(table, row);
    if (this.rowsOf(table).has(key)) throw new Error(`${this.nameOf(table, row)} is there already`);
    this.put(table, row);
  }

  override put<Row extends object>(table: Table<Row>, row: Row): void {
    this.rowsOf(table).set(this.keyOf(table, row), { ...row } as Record<string, unknown>);
    this.reachable.add(this.nameOf(table, row));
  }

  override find<Row extends object>(table: Table<Row>, key: Partial<Row>): Readonly<Row> | undefined {
    const name = this.nameOf(table, key);
    if (!this.reachable.has(name)) throw new Error(`${this.view.name} does not declare that it needs ${name}`);
    return this.rowsOf(table).get(this.keyOf(table, key)) as Row | undefined;
  }

  override change<Row extends object>(table: Table<Row>, key: Partial<Row>, change: Partial<Row>): void {
    const old = this.find(table, key);
    if (!old) throw new Error(`no ${this.nameOf(table, key)} to change`);
    this.put(table, { ...old, ...change });
  }

  override remove<Row extends object>(table: Table<Row>, key: Partial<Row>): void {
    if (this.find(table, key)) this.rowsOf(table).delete(this.keyOf(table, key));
  }

  private rowsOf(table: Table<object>): Map<string, Record<string, unknown>> {
    const rows = this.tables.get(table);
    if (!rows) throw new Error(`${this.view.name} has no table ${table.name}`);
    return rows;
  }

  private keyOf(table: Table<object>, values: object): string {
    return keysOf(table)
      .map((name) => {
        const value = (values as Record<string, unknown>)[name];
        if (value === undefined) throw new Error(`${table.name} needs ${name} of its key`);
        return JSON.stringify(value);
      })
      .join(' ');
  }

  private nameOf(table: Table<object>, values: object): string {
    return `${table.name} ${this.keyOf(table, values)}`;
  }
}
