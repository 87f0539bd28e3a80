import { hostname } from 'node:os';
import pg from 'pg';

/** The class of those by which it keeps processes. */
export const PROCESS_LEASES = 7_026_102;

/** How often a keeper shows that it is alive, and after which silence others take what it keeps, ms. */
const BEAT_MS = 1_500;
const SILENCE_MS = 5_000;
/** What a keeper's session is called in the database; behind it stand its process and machine. */
const SESSION = 'camket leases';

/** Those of these names whose lease of that kind some process holds. */
export const keptAmong = async (
  client: pg.Pool | pg.ClientBase,
  kind: number,
  names: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($2::text[]) as name
     where exists (
       select from pg_locks where locktype = 'advisory' and classid = $1::bigint::oid and objsubid = 2 and granted
         and objid = (hashtext(name)::bigint & 4294967295)::oid
         and database = (select oid from pg_database where datname = current_database()))`,
    [kind, names],
  );
  return new Set(rows.map(({ name }) => name));
};

/**
 * The right of one worker to carry something, by name. Held by a session of the database: a worker that ends or is
 * killed loses it at once; one that hangs, or whose machine is gone, is cut off by whoever wants it after five seconds
 * of silence. It spares work and is no fence: who comes back late is stopped at the checkpoint.
 */
export class Leases {
  private readonly held = new Set<string>();
  private session: Promise<pg.Client> | undefined;
  /** When the database answered in the session of the leases last. */
  private answered = 0;

  constructor(
    private readonly database: { readonly url: string },
    private readonly kind: number,
    private readonly told: {
      /** All leases are lost. */
      readonly lost: () => void;
      /** What other processes say, by channel. */
      readonly hears: Readonly<Record<string, (payload: string) => void>>;
    },
  ) {}

  /** True while this worker holds the lease of that name. */
  holds(name: string): boolean {
    return this.held.has(name);
  }

  /** True while nobody else can hold it: others wait for a longer silence before they take what is held. */
  keeps(name: string): boolean {
    return this.held.has(name) && performance.now() - this.answered < 2 * BEAT_MS;
  }

  /** Takes those of these leases that are free; answers the names of those that are newly held. */
  async take(names: readonly string[]): Promise<readonly string[]> {
    const wanted = names.filter((name) => !this.held.has(name));
    if (wanted.length === 0) return [];
    const session = (this.session ??= this.open());
    try {
      const client = await session;
      const { rows } = await client.query<{ name: string; got: boolean }>(
        'select name, pg_try_advisory_lock($1, hashtext(name)) as got from unnest($2::text[]) as name',
        [this.kind, wanted],
      );
      if (this.session !== session) return [];
      this.answered = performance.now();
      const got = rows.flatMap((row) => (row.got && !this.held.has(row.name) ? [row.name] : []));
      for (const name of got) this.held.add(name);
      if (rows.some((row) => !row.got)) await this.cutOffTheSilent(client);
      return got;
    } catch (error) {
      this.lose(session);
      throw error;
    }
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    this.held.clear();
    await session?.then((client) => client.end()).catch(() => undefined);
  }

  private lose(session: Promise<pg.Client>): void {
    session.then((client) => client.end()).catch(() => undefined);
    if (this.session !== session) return;
    this.session = undefined;
    this.held.clear();
    this.told.lost();
  }

  private open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.database.url,
      application_name: `${SESSION} ${process.pid}@${hostname()}`.slice(0, 63),
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: SILENCE_MS - 1_000,
    });
    const opened = (async () => {
      await client.connect();
      for (const channel of Object.keys(this.told.hears)) await client.query(`listen ${channel}`);
      return client;
    })();
    opened.catch(() => client.end().catch(() => undefined));
    const lost = (): void => this.lose(opened);
    const beat = (): void => {
      const asked = performance.now();
      client.query('select 1').then(() => (this.answered = asked), lost);
    };
    const beating = setInterval(beat, BEAT_MS);
    beating.unref();
    client.on('error', lost).on('end', () => {
      clearInterval(beating);
      lost();
    });
    client.on('notification', ({ channel, payload = '' }) => this.told.hears[channel]?.(payload));
    return opened;
  }

  /** A session that holds such leases and says nothing any more is ended; its leases are free then. */
  private async cutOffTheSilent(client: pg.Client): Promise<void> {
    await client.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a
       where starts_with(a.application_name, $1) and a.state_change < clock_timestamp() - $2 * interval '1 millisecond'
         and exists (
           select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.classid = $3::bigint::oid
             and l.objsubid = 2 and l.granted and l.database = (select oid from pg_database where datname = current_database())
         )`,
      [SESSION, SILENCE_MS, this.kind],
    );
  }
}
