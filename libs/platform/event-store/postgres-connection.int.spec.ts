import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { emptyDatabase } from '../../../tests/support/postgres.js';
import { readersOf } from './postgres-connection.js';

/** By which process of the server a question is answered. */
const answeredBy = async (pool: pg.Pool): Promise<number | undefined> =>
  (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;

describe('connections that read the log', () => {
  it('are broken off when an answer does not come in time; the next question is answered by another', async () => {
    const pool = readersOf(await emptyDatabase(), 1, 300);
    try {
      const first = await answeredBy(pool);
      await expect(pool.query('select pg_sleep(20)')).rejects.toThrow('Connection terminated');
      expect(await answeredBy(pool)).not.toBe(first);
    } finally {
      await pool.end();
    }
  });

  it('stay as they are between questions, however long nobody asks', async () => {
    const patience = 100;
    const pool = readersOf(await emptyDatabase(), 1, patience);
    try {
      const first = await answeredBy(pool);
      await wait(4 * patience);
      expect(await answeredBy(pool)).toBe(first);
    } finally {
      await pool.end();
    }
  });
});
