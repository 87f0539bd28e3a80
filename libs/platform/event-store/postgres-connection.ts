import pg from 'pg';

const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** How the log is spoken to: every value as text, every wait with an end. */
export const connectionTo = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'camket-log',
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  lock_timeout: 10_000,
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  query_timeout: 45_000,
  types: asText,
});

/**
 * What a connection to the log needs whatever the server's defaults are: answers in one format, an acknowledgement
 * that means "on disk", snapshots that are not older than a lock, and plans that are made once and go by the index,
 * also while the log is small.
 */
export const prepare = async (client: pg.ClientBase): Promise<void> => {
  await client.query(
    `set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
     set session characteristics as transaction isolation level read committed;
     select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`,
  );
};

const sqlState = (error: unknown): string | undefined => (error instanceof pg.DatabaseError ? error.code : undefined);

/** The server said that it did not do it; any other error leaves open whether it did. */
export const isSettled = (error: unknown): boolean => {
  const state = sqlState(error);
  return state !== undefined && !/^(08|57|58|XX|25P)/.test(state);
};

/** An error that another attempt may not meet: the server is away, starting, full or slow. */
export const isPassing = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === undefined || /^(08|53|55|57|58|XX|40)/.test(state);
};
