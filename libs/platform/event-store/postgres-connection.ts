import pg from 'pg';

const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** So long an answer is waited for at most, where PostgreSQL itself has not broken it off before, ms. */
const PATIENCE_MS = 45_000;

/** How the log is spoken to: every value as text, every wait with an end. */
export const connectionTo = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'camket-log',
  keepAlive: true,
  connectionTimeoutMillis: 10_000,
  lock_timeout: 10_000,
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  query_timeout: PATIENCE_MS,
  types: asText,
});

/**
 * Connections of which each carries one question after the other, by `query` of the pool alone: one whose answer does not
 * come in time is broken off, and the question fails. `query_timeout` would do the same, but for each question `pg` sets
 * a function that V8 puts among the old objects at once; through it all that was answered stays until those are tidied
 * up. Reading a whole log took nearly twice as long.
 */
export const readersOf = (url: string, most: number, patience = PATIENCE_MS): pg.Pool => {
  // The pool waits for what `onConnect` returns; its types do not say so.
  const onConnect = prepare as (client: pg.ClientBase) => void;
  const pool = new pg.Pool({ ...connectionTo(url), query_timeout: 0, max: most, onConnect });
  const asked = new Map<pg.PoolClient, number>();
  let watch: NodeJS.Timeout | undefined;
  const look = (): void => {
    if (asked.size === 0) {
      clearInterval(watch);
      watch = undefined;
    }
    for (const [client, since] of asked) {
      if (performance.now() - since < patience) continue;
      asked.delete(client);
      // With a question under way this does not wait for the server.
      void (client as unknown as pg.Client).end().catch(() => undefined);
    }
  };
  pool.on('error', () => undefined);
  pool.on('acquire', (client) => {
    asked.set(client, performance.now());
    watch ??= setInterval(look, patience / 10).unref();
  });
  pool.on('release', (_, client) => asked.delete(client));
  return pool;
};

/**
 * What a connection to the log needs whatever the server's defaults are: answers in one format, an acknowledgement
 * that means "on disk", snapshots that are not older than a lock, and plans that are made once and go by the index,
 * also while the log is small.
 */
export const prepare = async (client: pg.ClientBase): Promise<void> => {
  const text = `set datestyle = 'ISO, YMD'; set timezone = 'UTC';
     set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
     set session characteristics as transaction isolation level read committed;
     select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;
  await client.query({ text, query_timeout: PATIENCE_MS } as pg.QueryConfig);
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
