import pg from 'pg';

const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** One transaction on a connection of its own: every value comes as text in one format, and nothing is cut off by a time limit. */
export const within = async <T>(
  url: string,
  transaction: 'isolation level repeatable read, read only' | 'isolation level read committed',
  work: (client: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'camket snapshot',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    types: asText,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(
      `set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set timezone = 'UTC'; set bytea_output = 'hex';
       set extra_float_digits = 1; set synchronous_commit = 'on';
       set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = '30s'`,
    );
    await client.query(`begin ${transaction}`);
    const answer = await work(client);
    await client.query('commit');
    return answer;
  } finally {
    await client.end().catch(() => undefined);
  }
};
