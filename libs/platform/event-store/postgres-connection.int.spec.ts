import { emptyDatabase } from '../../../tests/support/postgres.js';
import { readersOf } from './postgres-connection.js';

describe('connections that read the log', () => {
  it('are broken off when an answer does not come in time; the next question is answered by another', async () => {
    const pool = readersOf(await emptyDatabase(), 1, 300);
    try {
      const first = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
      await expect(pool.query('select pg_sleep(20)')).rejects.toThrow('Connection terminated');
      const next = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
      expect(next.rows[0]?.pid).not.toBe(first.rows[0]?.pid);
    } finally {
      await pool.end();
    }
  });

  it('stay as they are between questions, however long nobody asks', async () => {
    const pool = readersOf(await emptyDatabase(), 1, 100);
    try {
      const pid = async (): Promise<number | undefined> =>
        (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
      const first = await pid();
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(await pid()).toBe(first);
    } finally {
      await pool.end();
    }
  });
});
