import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { Relay } from '../../../tests/support/relay.js';
import { emptyDatabase } from '../../../tests/support/postgres.js';
import { isOutOfReach } from './index.js';

/** What a promise is rejected with. */
const failureOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );

describe('what PostgreSQL, its driver and the line to it say', () => {
  let relay: Relay;
  let pool: pg.Pool;

  beforeEach(async () => {
    relay = await Relay.to(await emptyDatabase());
    pool = new pg.Pool({ connectionString: relay.url, max: 1, connectionTimeoutMillis: 200 });
    pool.on('error', () => undefined);
  });
  afterEach(async () => {
    await pool.end();
    await relay.close();
  });

  it('is out of reach where the line is cut, where nobody listens, and where no connection is free', async () => {
    const client = await pool.connect();
    client.on('error', () => undefined);
    const busy = failureOf(pool.query('select 1'));
    expect(isOutOfReach(await busy)).toBe(true);
    const asked = failureOf(client.query('select pg_sleep(5)'));
    relay.cut();
    expect(isOutOfReach(await asked)).toBe(true);
    expect(isOutOfReach(await failureOf(client.query('select 1')))).toBe(true);
    client.release(true);
    await relay.close();
    expect(isOutOfReach(await failureOf(pool.query('select 1')))).toBe(true);
  });

  it.each([
    ['57P01', true],
    ['57P03', true],
    ['53300', true],
    ['53100', true],
    ['55P03', true],
    ['08006', true],
    ['23505', false],
    ['22P02', false],
    ['40001', false],
    ['XX001', false],
  ])('by its code %s: %s', async (code, isSo) => {
    const raised = pool.query(`do $$ begin raise exception 'x' using errcode = '${code}'; end $$`);
    expect(isOutOfReach(await failureOf(raised))).toBe(isSo);
  });

  it('is not what programs and files say', async () => {
    expect(isOutOfReach(await failureOf(readFile('no/such/file')))).toBe(false);
    expect(isOutOfReach(new TypeError('x is not a function'))).toBe(false);
    expect(isOutOfReach('Connection terminated')).toBe(false);
  });
});
