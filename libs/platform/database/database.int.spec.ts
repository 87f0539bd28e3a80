import { emptyDatabase, freshDatabase } from '../../../tests/support/postgres.js';
import pg from 'pg';
import { Database, DatabaseUnusable } from './index.js';

describe('a question that joins what its own parts have found', () => {
  let database: Database;

  beforeAll(async () => {
    database = await freshDatabase();
    await database.pool.query('create table thing as select n, n % 7 as kind from generate_series(1, 2000) n');
    await database.pool.query('analyze');
  });
  afterAll(async () => {
    await database.close();
  });

  /** All things are kept; the planner believes that of two thousand one is. */
  const text = `with kept as materialized (select * from thing where n % 7 = kind and n + $1 = n and n * 1 = n),
    same as materialized (select * from kept)
    select count(*)::int as pairs from kept join same on kept.n = same.n`;
  const values = [0];

  it('is answered in one pass over each', async () => {
    expect(await database.joined({ text, values })).toEqual([{ pairs: 2000 }]);
    type Line = { readonly 'QUERY PLAN': string };
    const explained = { text: `explain ${text}`, values };
    const loops = (lines: readonly Line[]): boolean => lines.some((line) => /Nested Loop/.test(line['QUERY PLAN']));
    expect(loops((await database.pool.query<Line>(explained)).rows)).toBe(true);
    expect(loops(await database.joined<Line>(explained))).toBe(false);
  });

  it('leaves connections as they were, also when it fails', async () => {
    await expect(database.joined({ text: 'select 1 / 0' })).rejects.toThrow(/division by zero/);
    await expect(database.joined({ text: 'create table t ()' })).rejects.toThrow(/read-only/);
    await database.joined({ text, values });
    const { rows } = await database.pool.query<{ loops: string; open: boolean }>(
      `select current_setting('enable_nestloop') as loops, now() <> statement_timestamp() as open`,
    );
    expect(rows).toEqual([{ loops: 'on', open: false }]);
  });
});

describe('a database of somebody else', () => {
  it.each([
    ['a table', 'create table account (id int)'],
    ['a table of migrations', 'create table migration (version int)'],
    ['a table of a late migration', 'create table amendment_import ()'],
  ])('is refused in plain words and left as it was: %s', async (_, made) => {
    const url = await emptyDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(made);
    const held = async (): Promise<string> => {
      const { rows } = await client.query<{ held: string }>(
        `select string_agg(c.oid::regclass::text, ' ' order by 1) as held from pg_class c
         where c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`,
      );
      return rows[0]?.held ?? '';
    };
    const before = await held();
    await expect(Database.open(url, [])).rejects.toThrow(DatabaseUnusable);
    expect(await held()).toBe(before);
    await client.end();
  });
});
