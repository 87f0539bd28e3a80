import pg from 'pg';

/** What the server says of itself, not of the question (classes of SQLSTATE): connection, resources, state, operator. */
const OF_THE_SERVER = /^(08|53|55|57)/;
/** What the system says of a line to another program. */
const OF_THE_SYSTEM = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
/** What `pg` and its pool say where nothing came back; they give no code. */
const OF_THE_DRIVER = /^(Connection terminated|Query read timeout|timeout e|Client (has encountered|was closed))/;

/**
 * The database did not answer, or not for now: it is away, starting, full, or broke off what took too long. Another
 * attempt may not meet this; whether the failed one had an effect stays open. What TypeORM wraps is seen too.
 */
export const isOutOfReach = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { driverError, code = '' } = error as { readonly driverError?: unknown; readonly code?: string };
  if (driverError instanceof Error) return isOutOfReach(driverError);
  if (error instanceof pg.DatabaseError) return OF_THE_SERVER.test(code);
  return OF_THE_SYSTEM.test(code) || OF_THE_DRIVER.test(error.message);
};
