import { isLoopback, type Settings } from '#platform/config';
import { migrationsIn, type Database } from '#platform/database';
import type { Tell } from './finding.js';
import type { Machine } from './machine.js';

/** What our own connections are called: by the product, the command line, the log. */
const OURS = /^camket(?:$|[ -])/;
/** So far the clocks of two machines may be apart before days are counted differently at their edges, seconds. */
const APART = 5;
/** How many names are kept of what is wrong in the same way. */
const MOST = 200;

/** Whether a PostgreSQL of that address is on this machine. */
export const isHere = (url: string): boolean => {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  return host === '' || host.startsWith('/') || isLoopback(host.replace(/^\[|\]$/g, ''));
};

/** The server: its version, what it promises of a commit, how it is reached. False: it is none of ours to go on with. */
export const lookAtServer = async ({ pool, url }: Database, tell: Tell): Promise<boolean> => {
  const { rows } = await pool.query<{
    version: string;
    number: number;
    fsync: string;
    pages: string;
    encoding: string;
    ssl: boolean | null;
  }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
       current_setting('server_encoding') as encoding,
       (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl`,
  );
  const server = rows[0];
  if (!server) return false;
  if (server.number < 150_000) {
    tell('postgres.too-old', { version: server.version });
    return false;
  }
  const off = [...(server.fsync === 'on' ? [] : ['fsync']), ...(server.pages === 'on' ? [] : ['full_page_writes'])];
  if (off.length > 0) tell('postgres.not-durable', { settings: off });
  if (server.encoding !== 'UTF8') tell('postgres.not-utf8', { encoding: server.encoding });
  if (server.ssl === false && !isHere(url)) tell('postgres.unencrypted', { host: new URL(url).host });
  return true;
};

/** Whether the database holds a Camket, of which kind, and of which level. False: there is no log to look at. */
export const lookAtLevel = async (
  { pool, level, url }: Pick<Database, 'pool' | 'url'> & { readonly level: () => Promise<readonly string[]> },
  { mode }: Settings,
  migrations: string,
  tell: Tell,
): Promise<boolean> => {
  const { rows } = await pool.query<{ there: boolean }>(
    `select to_regclass('log.head') is not null and to_regclass('migration') is not null as there`,
  );
  if (!rows[0]?.there) {
    tell('database.empty', { database: new URL(url).pathname.slice(1) });
    return false;
  }
  const head = await pool.query<{ demonstration: boolean; used: boolean }>(
    'select demonstration, exists (select from log.events) as used from log.head',
  );
  const { demonstration = false, used = false } = head.rows[0] ?? {};
  if (used && demonstration !== (mode === 'demonstration'))
    tell('database.other-kind', {
      flag: demonstration ? '--demonstration' : '--empty',
    });
  const [behind, known] = [await level(), migrationsIn(migrations)];
  const [pending, unknown] = [
    known.filter((name) => !behind.includes(name)),
    behind.filter((name) => !known.includes(name)),
  ];
  if (unknown.length > 0) tell('database.newer', { count: unknown.length, migrations: unknown });
  else if (pending.length > 0) tell('database.behind', { count: pending.length, migrations: pending });
  return true;
};

/** Who else is connected to this database, and who of them has written in a transaction that is still open. */
export const lookAtOthers = async ({ pool }: Database, tell: Tell): Promise<void> => {
  const { rows } = await pool.query<{ program: string; person: string | null; address: string; writes: boolean }>(
    `select coalesce(application_name, '') as program, usename as person,
       coalesce(host(client_addr), '') as address, bool_or(backend_xid is not null) as writes
     from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
     group by 1, 2, 3 order by 1, 2, 3 limit ${MOST}`,
  );
  const strangers = rows.filter(({ program }) => !OURS.test(program));
  const named = (those: typeof rows): string[] =>
    those.map(({ program, person, address }) => {
      const by = [person, address].filter(Boolean).join('@');
      return by === '' ? program || '?' : `${program || '?'} (${by})`;
    });
  const [writing, quiet] = [strangers.filter(({ writes }) => writes), strangers.filter(({ writes }) => !writes)];
  if (writing.length > 0) tell('database.others-write', { programs: named(writing) });
  if (quiet.length > 0) tell('database.others', { programs: named(quiet) });
};

/** The clocks: that of the database against that of this machine, and both against the log. */
export const lookAtClock = async ({ pool }: Database, machine: Machine, tell: Tell): Promise<void> => {
  const before = machine.now();
  const { rows } = await pool.query<{
    now: string;
    recorded: string | null;
    demonstration: boolean;
  }>(
    `select clock_timestamp() as now, h.demonstration,
       (select recorded from log.events order by position desc limit 1) as recorded from log.head h`,
  );
  const here = (before + machine.now()) / 2;
  const row = rows[0];
  if (!row) return;
  const there = new Date(row.now).getTime();
  const seconds = Math.round(Math.abs(there - here) / 1000);
  if (seconds > APART) tell('clock.apart', { seconds });
  if (row.demonstration) {
    const shown = await pool.query<{ now: string; loaded: boolean }>('select now, loaded from demonstration');
    const set = shown.rows[0];
    if (set?.loaded)
      tell('clock.demonstration', { now: row.recorded && row.recorded > set.now ? row.recorded : set.now });
    else if (set) tell('demonstration.loading');
    return;
  }
  const slower = new Date(Math.min(here, there)).toISOString();
  if (row.recorded !== null && new Date(row.recorded).getTime() - Math.min(here, there) > 1000)
    tell('clock.behind-log', { recorded: row.recorded, now: slower });
};

/** What keeps the log from being changed, and its order, as the database can tell without reading what events say. */
export const lookAtLog = async ({ pool }: Database, tell: Tell): Promise<void> => {
  const guards = await pool.query<{ name: string }>(
    `select w.name from (values
       ('log.events', 'only_by_append'), ('log.events', 'never_changed'),
       ('log.head', 'never_removed'), ('log.head', 'identity_of_an_empty_log')) as w (relation, name)
     where not exists (
       select from pg_trigger t
       where t.tgrelid = to_regclass(w.relation) and t.tgname = w.name and t.tgenabled in ('O', 'A'))`,
  );
  if (guards.rows.length > 0) tell('log.unguarded', { triggers: guards.rows.map(({ name }) => name).sort() });
  const gaps = await pool.query<{ stream: string; count: string }>(
    `select stream, count(*) over () as count from (
       select stream from log.events group by stream having min(revision) <> 0 or max(revision) + 1 <> count(*)) s
     order by stream limit ${MOST}`,
  );
  if (gaps.rows[0])
    tell('log.gaps', { count: Number(gaps.rows[0].count), streams: gaps.rows.map(({ stream }) => stream) });
  const back = await pool.query<{ position: string; count: string }>(
    `select position, count(*) over () as count from (
       select position, recorded, lag(recorded) over (order by position) as before from log.events) e
     where recorded < before order by position limit ${MOST}`,
  );
  if (back.rows[0])
    tell('log.time-backwards', {
      count: Number(back.rows[0].count),
      positions: back.rows.map(({ position }) => position),
    });
};
