import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { EntityTarget } from 'typeorm';
import { Database } from '#platform/database';

const administrate = async (sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: process.env['CAMKET_TEST_POSTGRES'] });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

/** The address of a new, empty database on the server of this test run. */
export const emptyDatabase = async (): Promise<string> => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await administrate(`create database ${name}`);
  const url = new URL(process.env['CAMKET_TEST_POSTGRES'] ?? '');
  url.pathname = `/${name}`;
  return url.href;
};

/** A new database, opened and migrated. Close it at the end of the test; it goes with the server. */
export const freshDatabase = async (tables: readonly EntityTarget<object>[] = []): Promise<Database> =>
  Database.open(await emptyDatabase(), tables, { migrations: 'infra/migrations' });
