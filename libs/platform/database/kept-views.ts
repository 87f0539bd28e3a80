import type pg from 'pg';

/** The class of the advisory locks by which a process keeps views. */
export const LEASES = 7_026_100;

/** True while some process keeps views of this database: a Camket runs on it. */
export const viewsAreKept = async (client: pg.Pool | pg.ClientBase): Promise<boolean> => {
  const { rowCount } = await client.query(
    `select from pg_locks where locktype = 'advisory' and classid = $1::bigint::oid and objsubid = 2 and granted
       and database = (select oid from pg_database where datname = current_database()) limit 1`,
    [LEASES],
  );
  return rowCount !== 0;
};
