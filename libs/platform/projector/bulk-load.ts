import pg from 'pg';
import { copied, copyInto } from './copied-rows.js';
import type { Changes, TableShape } from './row-buffer.js';

const { escapeIdentifier: quoted } = pg;

/**
 * Lets the planner know how many rows there are and how their values are spread. All columns are named by none: otherwise
 * PostgreSQL does it once more by itself a minute later.
 */
export const analyzed = (schema: string, { name }: TableShape): string => `analyze ${quoted(schema)}.${quoted(name)}`;

/** Keeps that from documents and lists, which nobody compares and which take it longest; undefined without any. */
export const uncounted = (schema: string, { name, columns, types }: TableShape): string | undefined => {
  const unread = columns.filter((_, index) => /json|\[\]/.test(types[index] ?? ''));
  const changes = unread.map((column) => `alter column ${quoted(column)} set statistics 0`);
  return changes.length === 0 ? undefined : `alter table ${quoted(schema)}.${quoted(name)} ${changes.join(', ')}`;
};

/**
 * Fills tables from nothing, in one transaction on a connection of its own: PostgreSQL takes such rows as old ones, and logs
 * them once or, where it keeps its log short, not at all. Indexes come at the end, a primary key as soon as a row is
 * looked up by it. Nobody else sees anything before `commit`; after an error there is only `abandon`.
 */
export class BulkLoad {
  /** The tables that hold rows; those that do not are left as they are. */
  private readonly begun = new Map<string, TableShape>();
  /** Their primary keys that nobody has needed yet, by table. */
  private readonly keys = new Map<string, string>();
  private readonly indexes: string[] = [];
  /** What the connection is about, one thing after the other; after an error nothing more. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
  ) {}

  /** Begins with nothing; each table is emptied when the first rows of it are sent. */
  static async begin(url: string, schema: string): Promise<BulkLoad> {
    const client = new pg.Client({ connectionString: url, application_name: 'camket bulk load' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; begin');
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return new BulkLoad(client, schema);
  }

  /** Empties a table and takes its indexes away. */
  private async beginTable(table: TableShape): Promise<void> {
    if (this.begun.has(table.name)) return;
    this.begun.set(table.name, table);
    const { client } = this;
    const name = this.named(table.name);
    await client.query(`truncate ${name}`);
    const { rows } = await client.query<{ drop: string; index: string | null; key: string | null }>(
      `select case when k.oid is null then format('drop index %s', i.indexrelid::regclass)
           else format('alter table %s drop constraint %I', i.indrelid::regclass, k.conname) end as drop,
         case when k.oid is null then pg_get_indexdef(i.indexrelid) end as index,
         'add constraint ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) as key
       from pg_index i left join pg_constraint k on k.conindid = i.indexrelid and k.contype = 'p'
       where i.indrelid = $1::regclass and (k.oid is not null or not i.indisunique)`,
      [name],
    );
    for (const { drop, index, key } of rows) {
      await client.query(drop);
      if (index !== null) this.indexes.push(index);
      else if (key !== null) this.keys.set(table.name, key);
    }
  }

  /**
   * Sends new rows on their way as soon as those before have arrived, and makes the other changes that `others` puts into
   * words. Throws what was wrong with those before.
   */
  async send(changes: readonly Changes[], others: (changes: Changes) => pg.QueryConfig | undefined): Promise<void> {
    const ready = changes.map((one) => ({
      table: one.table,
      rows: one.added.length > 0 ? copied(one.table, one.added) : undefined,
      rest: others({ ...one, added: [] }),
    }));
    await this.last;
    void this.inTurn(async () => {
      for (const { table, rows, rest } of ready) {
        await this.beginTable(table);
        if (rows) await copyInto(this.client, this.named(table.name), table, rows);
        if (!rest) continue;
        await this.key(table.name);
        await this.client.query(rest);
      }
    });
  }

  /** Looks rows of a table up by its primary key. */
  look(table: TableShape, question: pg.QueryConfig): Promise<readonly object[]> {
    return this.inTurn(async () => {
      await this.key(table.name);
      return (await this.client.query<object>(question)).rows;
    });
  }

  /** Gives the tables their indexes and lets everybody see them; `last` is done in the same transaction. */
  async commit(last?: pg.QueryConfig): Promise<void> {
    await this.inTurn(async () => {
      for (const name of this.begun.keys()) await this.key(name);
      for (const index of this.indexes) await this.client.query(index);
      if (last) await this.client.query(last);
      await this.client.query('commit');
      // Within the transaction it would not count: PostgreSQL would take all rows for news.
      for (const table of this.begun.values()) await this.client.query(analyzed(this.schema, table));
    });
    await this.client.end();
  }

  /** Leaves everything as it was before. */
  async abandon(): Promise<void> {
    await this.last.catch(() => undefined);
    await this.client.end().catch(() => undefined);
  }

  /** Does something when all before is done; throws what went wrong with that, whatever was to be done. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn;
    turn.catch(() => undefined);
    return turn;
  }

  private async key(table: string): Promise<void> {
    const key = this.keys.get(table);
    if (key === undefined) return;
    this.keys.delete(table);
    await this.client.query(`alter table ${this.named(table)} ${key}`);
  }

  private named(table: string): string {
    return `${quoted(this.schema)}.${quoted(table)}`;
  }
}
