import pg from 'pg';
import { copyInto, forgetPieces } from './copied-rows.js';
import type { Parcel } from './filled-rows.js';
import type { TableShape } from './row-buffer.js';

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

/** So finely values are counted in tables that were just filled, a third of PostgreSQL's own measure and of its time. */
const SEEN = 30;

/** Statements that make an index and take it away. */
export type Index = { readonly make: string; readonly drop: string };

/** The primary key of a table and its other indexes. */
export type Indexed = { readonly key: Index; readonly indexes: readonly Index[] };

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
  /** The other indexes that were taken away. */
  private readonly indexes: string[] = [];
  /** What the connection is about, one thing after the other; after an error nothing more. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
    private readonly indexed: (table: TableShape) => Indexed,
  ) {}

  /** Begins with nothing; each table is emptied when the first rows of it are sent. */
  static async begin(url: string, schema: string, indexed: (table: TableShape) => Indexed): Promise<BulkLoad> {
    const client = new pg.Client({ connectionString: url, application_name: 'camket bulk load' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; begin');
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return new BulkLoad(client, schema, indexed);
  }

  /** Empties a table and takes its indexes away. */
  private async beginTable(table: TableShape): Promise<void> {
    if (this.begun.has(table.name)) return;
    this.begun.set(table.name, table);
    const { key, indexes } = this.indexed(table);
    this.keys.set(table.name, key.make);
    this.indexes.push(...indexes.map(({ make }) => make));
    const taken = [key, ...indexes].map(({ drop }) => drop);
    await this.client.query([...taken, `truncate ${this.named(table.name)}`].join('; '));
  }

  /**
   * Sends new rows on their way as soon as those before have arrived, and makes the other changes that `others` puts into
   * words. Throws what was wrong with those before.
   */
  async send(parcels: readonly Parcel[], others: (parcel: Parcel) => pg.QueryConfig | undefined): Promise<void> {
    const ready = parcels.map((parcel) => ({ ...parcel, rest: others(parcel) }));
    await this.last;
    void this.inTurn(async () => {
      for (const { table, copies, rest } of ready) {
        await this.beginTable(table);
        for (const rows of copies) await copyInto(this.client, this.named(table.name), table, rows);
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
      await this.client.query(`set default_statistics_target = ${SEEN}`);
      for (const table of this.begun.values()) await this.client.query(analyzed(this.schema, table));
    });
    await this.end();
  }

  /** Leaves everything as it was before. */
  async abandon(): Promise<void> {
    await this.last.catch(() => undefined);
    await this.end().catch(() => undefined);
  }

  private end(): Promise<void> {
    forgetPieces();
    return this.client.end();
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
    await this.client.query(key);
  }

  private named(table: string): string {
    return `${quoted(this.schema)}.${quoted(table)}`;
  }
}
