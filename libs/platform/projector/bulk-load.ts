import pg from 'pg';
import { copied, copyInto } from './copied-rows.js';
import type { Changes, TableShape } from './row-buffer.js';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Says how many rows there are and how their values are spread; documents are not compared and take it longest. */
export const analyzed = (schema: string, { name, columns, types }: TableShape): string => {
  const compared = columns.filter((_, index) => !/json|\[\]/.test(types[index] ?? '')).map(quoted);
  return `analyze ${quoted(schema)}.${quoted(name)} (${compared.join(', ')})`;
};

/**
 * Fills tables from nothing, in one transaction on a connection of its own: PostgreSQL takes such rows as old ones, and logs
 * them once or, where it keeps its log short, not at all. Indexes come at the end, a primary key as soon as a row is
 * looked up by it. Nobody else sees anything before `commit`; after an error there is only `abandon`.
 */
export class BulkLoad {
  /** The primary keys that nobody has needed yet, by table. */
  private readonly keys = new Map<string, string>();
  private indexes: readonly string[] = [];
  /** What the connection is about, one thing after the other; after an error nothing more. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
    private readonly tables: readonly TableShape[],
  ) {}

  /** Empties the tables and takes their indexes away. */
  static async begin(url: string, schema: string, tables: readonly TableShape[]): Promise<BulkLoad> {
    const client = new pg.Client({ connectionString: url, application_name: 'camket bulk load' });
    client.on('error', () => undefined);
    await client.connect();
    const load = new BulkLoad(client, schema, tables);
    try {
      await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; begin');
      await load.strip();
    } catch (error) {
      await load.abandon();
      throw error;
    }
    return load;
  }

  private async strip(): Promise<void> {
    const { client, schema } = this;
    const names = this.tables.map(({ name }) => name);
    await client.query(`truncate ${names.map((name) => this.named(name)).join(', ')}`);
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = any($2) and not i.indisprimary and not i.indisunique`,
      [schema, names],
    );
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    this.indexes = indexes.map(({ definition }) => definition);
    const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
      `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
       from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = any($2) and k.contype = 'p'`,
      [schema, names],
    );
    for (const { table, name, definition } of keys) {
      await client.query(`alter table ${this.named(table)} drop constraint ${quoted(name)}`);
      this.keys.set(table, `add constraint ${quoted(name)} ${definition}`);
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
      for (const { name } of this.tables) await this.key(name);
      for (const index of this.indexes) await this.client.query(index);
      for (const table of this.tables) await this.client.query(analyzed(this.schema, table));
      if (last) await this.client.query(last);
      await this.client.query('commit');
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
