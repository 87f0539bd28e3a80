import pg from 'pg';
import { OPEN } from '#kernel';
import { freshDatabase } from '../../../tests/support/postgres.js';
import { type Copied, Copying, copyInto } from './copied-rows.js';
import type { TableShape } from './row-buffer.js';

const TYPES = {
  id: 'uuid',
  day: 'date',
  recorded: 'timestamp with time zone',
  count: 'integer',
  position: 'bigint',
  rank: 'double precision',
  holds: 'boolean',
  title: 'text',
  said: 'json',
  content: 'jsonb',
  days: 'date[]',
  states: 'integer[]',
};
const shape: TableShape = { name: 'all', columns: Object.keys(TYPES), types: Object.values(TYPES), key: ['id'] };
type Row = Partial<Record<keyof typeof TYPES, unknown>>;

const usual: Row = {
  id: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
  day: '2026-11-26',
  recorded: '2026-11-26T08:09:10.123Z',
  count: 68,
  position: '1234567890123',
  rank: 1.5,
  holds: true,
  title: 'Rà soát thủ tục\tmột cửa\n\\.',
  said: { number: '1/BC-UBND', signs: '\t\\"' },
  content: { list: [1, null, 'ă'] },
  days: ['2026-01-01', '2026-12-31'],
  states: [1, -2, 2 ** 31 - 1],
};

let url: string;
let client: pg.Client;
beforeAll(async () => {
  const database = await freshDatabase();
  ({ url } = database);
  await database.close();
  client = new pg.Client({ connectionString: url });
  await client.connect();
  const columns = Object.entries(TYPES).map(([name, type]) => `${name} ${type}`);
  await client.query(`create table told (n serial, ${columns.join(', ')})`);
});
afterAll(() => client.end());

const copy = async (rows: readonly Row[]): Promise<{ readonly isBinary: boolean; readonly texts: string[] }> => {
  const copying = new Copying(shape);
  copying.add(rows);
  const [ready] = copying.take() as [Copied];
  await client.query('begin; truncate told restart identity');
  try {
    await copyInto(client, 'told', shape, ready);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  const { rows: told } = await client.query<{ text: string }>(
    `select row(${shape.columns.join(', ')})::text as text from told order by n`,
  );
  return { isBinary: ready.isBinary, texts: told.map(({ text }) => text) };
};

/** The same rows as PostgreSQL reads them from text. */
const read = async (rows: readonly Row[]): Promise<string[]> => {
  const texts: string[] = [];
  for (const row of rows) {
    const values = shape.columns.map((column, index) => {
      const value = row[column as keyof Row] ?? null;
      if (typeof value !== 'object' || value === null) return value;
      return shape.types[index]?.endsWith('[]') ? `{${(value as unknown[]).join(',')}}` : JSON.stringify(value);
    });
    const cast = shape.types.map((type, index) => `$${index + 1}::${type}`).join(', ');
    const { rows: found } = await client.query<{ text: string }>(`select row(${cast})::text as text`, values);
    texts.push(...found.map(({ text }) => text));
  }
  return texts;
};

describe('rows that are copied', () => {
  it.each<readonly [string, Row]>([
    ['as they mostly are', {}],
    ['with nothing but a key', Object.fromEntries(shape.columns.slice(1).map((column) => [column, null]))],
    ['on the first and the last day', { day: '0001-01-01', days: ['0001-01-01', '9999-12-31'] }],
    ['before the year 2000', { day: '1999-12-31', recorded: '1969-07-20T20:17:40.001Z' }],
    ['on a leap day', { day: '2024-02-29', recorded: '2024-02-29T23:59:59.999Z' }],
    ['with the least numbers', { count: -(2 ** 31), position: '0', rank: -0.1 }],
    ['with the greatest numbers', { count: 2 ** 31 - 1, position: OPEN, rank: 1e300 }],
    ['with many digits', { position: '999999999999999' }],
    ['with empty things', { title: '', days: [], states: [], content: {}, said: [] }],
    ['with long words', { title: 'Ủy ban nhân dân '.repeat(40_000), content: { words: '😀'.repeat(100_000) } }],
    ['in capitals', { id: '6F9619FF-8B86-D011-B42D-00CF4FC964FF' }],
  ])('are what PostgreSQL reads from text: %s', async (_, other) => {
    const rows = [{ ...usual, ...other }, usual];
    expect(await copy(rows)).toEqual({ isBinary: true, texts: await read(rows) });
  });

  it('fill many pieces', async () => {
    const rows = Array.from({ length: 5000 }, (_, count) => ({ ...usual, count }));
    const { texts } = await copy(rows);
    expect(texts).toHaveLength(5000);
    expect(texts.at(-1)).toEqual((await read([rows.at(-1) as Row]))[0]);
  });

  it.each<readonly [string, Row]>([
    ['an id without hyphens', { id: '6f9619ff8b86d011b42d00cf4fc964ff' }],
    ['an id in braces', { id: '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}' }],
    ['a day in another order', { day: '26 Nov 2026' }],
    ['an instant of another zone', { recorded: '2026-11-26T08:09:10.123+07:00' }],
    ['an instant with microseconds', { recorded: '2026-11-26T08:09:10.123456Z' }],
    ['a number as text', { count: '68' }],
    ['a position of nineteen digits', { position: '9223372036854775806' }],
    ['a position as a number', { position: 12 }],
    ['a list as PostgreSQL writes it', { days: '{2026-01-01}', states: '{1,2}' }],
    ['a word for true', { holds: 'yes' }],
  ])('are left to PostgreSQL to read when they are written otherwise: %s', async (_, other) => {
    const rows = [usual, { ...usual, ...other }];
    expect(await copy(rows)).toEqual({ isBinary: false, texts: await read(rows) });
  });

  it.each<readonly [string, Row]>([
    ['no id', { id: '6f9619ff-8b86-d011-b42d-00cf4fc964fg' }],
    ['an id with a sign beyond ASCII', { id: '6f9619ff-8b86-d011-b42d-00cf4fc964fİ' }],
    ['an id whose hyphens are elsewhere', { id: '6f9619ff8-b86-d011-b42d-00cf4fc964ff' }],
    ['a day that is none', { day: '2026-02-29' }],
    ['an hour that is none', { recorded: '2026-11-26T25:09:10.123Z' }],
    ['a number too great', { count: 2 ** 31 }],
    ['a fraction', { count: 1.5 }],
    ['a list of days with one that is none', { days: ['2026-01-01', '2026-13-01'] }],
    ['a sign that no text holds', { title: 'a\u0000b' }],
  ])('are refused by PostgreSQL as faults of the data: %s', async (_, other) => {
    await expect(copy([{ ...usual, ...other }])).rejects.toMatchObject({
      code: expect.stringMatching(/^22/) as string,
    });
  });
});
