import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import canonicalize from 'canonicalize';
import pg from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { dayOfInstant, refusal, type AnyProcess, type View } from '#kernel';
import { SystemClock } from '#platform/clock';
import { idOf } from '#platform/commands';
import { readSettings } from '#platform/config';
import { Database, LEASES } from '#platform/database';
import { PostgresEventStore, Upcasting, type NewEvent } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { ProcessRunner } from '#platform/processes';
import { PROCESS_LEASES, Projector, type AnyDecider, type Parts } from '#platform/projector';
import { freshDatabase } from '../../../tests/support/postgres.js';
import { lookAtServer } from './look-at-database.js';
import { diagnose, thisMachine, type Diagnosis, type Examined, type Finding } from './index.js';

type ThingEvents = { ThingHappened: { n?: number; file?: string } };
type Sentences = Record<string, { found: string; advice: string }>;

const thing: AnyDecider = { category: 'thing', initial: 0, decide: {}, evolve: { ThingHappened: () => 0 } };
const things: View<ThingEvents> = {
  name: 'things',
  tables: [],
  on: {
    ThingHappened: ({ data: { n } }) => {
      if (n === 13) throw new Error('thirteen is one too many');
    },
  },
};
@Entity('other')
class Other {
  @PrimaryColumn('bigint') at!: string;
  @Column('int') n!: number;
}
const others: View<ThingEvents> = {
  name: 'others',
  tables: [Other],
  on: { ThingHappened: ({ at, data: { n = 0 } }, rows) => rows.add(Other, { at, n }) },
};
const teller = {
  name: 'when-thing-happened-tell',
  begins: 'at-the-beginning',
  on: {
    ThingHappened: ({ data: { n } }: { readonly data: ThingEvents['ThingHappened'] }) => {
      if (n === 13) throw new Error('not thirteen');
      return n === 7 ? [{ to: class Letter {}, id: idOf('letter'), name: 'SendLetter', data: {} }] : [];
    },
  },
} as unknown as AnyProcess;
const noter = {
  name: 'when-thing-happened-note',
  begins: 'at-the-beginning',
  on: { ThingHappened: () => [] },
} as unknown as AnyProcess;
const processes = [{ process: teller }, { process: noter }];
const parts: readonly Parts[] = [{ deciders: [thing], views: [things, others], processes }];

const sentences = (JSON.parse(await readFile('apps/web/messages/en.json', 'utf8')) as { findings: Sentences }).findings;

let folder: string;
let database: Database;
let store: PostgresEventStore;
let files: FileStore;
let running: { stop(): Promise<void> }[];
let written = 0;

const event = (data: ThingEvents['ThingHappened'] = {}): NewEvent => {
  written += 1;
  const id = (kind: string): string => idOf(kind, written);
  const ids = { id: id('event'), command: id('command'), correlation: id('command'), causation: id('command') };
  const words = canonicalize(data) ?? '';
  return { type: 'ThingHappened', schema: 1, on: '2026-06-30', actor: 'system:test', data: words, ...ids };
};
const happen = async (...all: readonly ThingEvents['ThingHappened'][]): Promise<string> => {
  written += 1;
  return (await store.append(`thing-${idOf('stream', written)}`, all.map(event), -1)).position;
};

/** Views and processes as a product that runs keeps them. */
const run = async (): Promise<{ projector: Projector; runner: ProcessRunner }> => {
  const upcasting = new Upcasting([]);
  const projector = new Projector(store, database, upcasting, [things, others]);
  const refusing = { execute: () => Promise.reject(refusal('conflict', 'letter.absent')) };
  const runner = new ProcessRunner(store, database, upcasting, refusing, processes, () => {
    throw new Error('no facts');
  });
  running.push(runner, projector);
  await projector.start();
  await runner.start();
  return { projector, runner };
};
const halt = async (): Promise<void> => {
  for (const one of running.splice(0)) await one.stop();
};

/** What the log itself never allows, done as only somebody at the database can. */
const tamper = async (sql: string): Promise<void> => {
  await database.pool.query('alter table log.events disable trigger user');
  await database.pool.query(sql);
  await database.pool.query('alter table log.events enable trigger user');
};

/** Makes the server say another value of a setting, to whoever asks in this database; answers the real one. */
const older = async (setting: string, value: string): Promise<readonly [string]> => {
  const { pool } = database;
  const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [setting]);
  await pool.query('create schema older');
  await pool.query(
    `create function older.current_setting(name text) returns text language sql as
     $$ select case name when '${setting}' then '${value}' else pg_catalog.current_setting(name) end $$`,
  );
  const name = new URL(database.url).pathname.slice(1);
  await pool.query(`alter database ${name} set search_path = older, pg_catalog, public`);
  return [rows[0]?.value ?? ''];
};

const lookedAt = async (
  change: Partial<Omit<Examined, 'settings'>> & { readonly env?: Record<string, string>; readonly deep?: boolean } = {},
): Promise<Diagnosis> => {
  const { env, deep = false, ...rest } = change;
  const examined: Examined = {
    settings: readSettings({ DATABASE_URL: database.url, CAMKET_DATA: folder, ...env }),
    parts,
    migrations: 'infra/migrations',
    node: '20.19',
    lastDayBegun: async () => dayOfInstant(new Date().toISOString()),
    machine: { ...thisMachine, space: async () => ({ free: 1e12, disk: 1 }) },
    ...rest,
  };
  const diagnosis = await diagnose(examined, { deep, patience: 300 });
  for (const { code, details } of diagnosis.findings) {
    const said = `${sentences[code]?.found} ${sentences[code]?.advice}`;
    expect([...said.matchAll(/\{\{(\w+)\}\}/g)].map(([, gap]) => gap).filter((gap) => !(gap! in details))).toEqual([]);
  }
  return diagnosis;
};
/** What is found beside that the server of the tests is fast and forgets, and that nothing runs. */
const found = async (change: Parameters<typeof lookedAt>[0] = {}): Promise<readonly Finding[]> =>
  (await lookedAt(change)).findings.filter(({ code }) => !['postgres.not-durable', 'product.stopped'].includes(code));
const codes = async (change: Parameters<typeof lookedAt>[0] = {}): Promise<readonly string[]> =>
  (await found(change)).map(({ code }) => code);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camket-doctor-'));
  running = [];
  database = await freshDatabase();
  store = await PostgresEventStore.open(database.url);
  files = await FileStore.open(join(folder, 'data/files'), database, { clock: new SystemClock(), largest: 1e6 });
  await happen({}, { n: 1 });
});
afterEach(async () => {
  await halt();
  await store.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a diagnosis', () => {
  it('finds nothing where nothing is wrong, and says that a server forgets', async () => {
    const { projector, runner } = await run();
    const end = (await store.end()) ?? '';
    await projector.passed(['things', 'others'], end);
    await runner.passed([teller.name, noter.name], end);
    expect(await lookedAt({ deep: true })).toEqual({
      complete: true,
      findings: [
        { code: 'postgres.not-durable', severity: 'error', details: { settings: ['fsync', 'full_page_writes'] } },
      ],
    });
    await halt();
    const [, stopped] = (await lookedAt()).findings;
    expect(stopped).toEqual({ code: 'product.stopped', severity: 'note', details: {} });
  });

  it('writes nothing, and could not', async () => {
    const look = await Database.look(database.url);
    await expect(look.pool.query('create table t ()')).rejects.toThrow(/read-only/);
    await look.close();
    // What the statistics of PostgreSQL count comes late from other connections; rows do not.
    const written = async (): Promise<unknown> => {
      const { rows: tables } = await database.pool.query<{ name: string }>(
        `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables order by 1`,
      );
      const sums = tables.map(async ({ name }) => {
        const { rows } = await database.pool.query<{ rows: string; sum: string | null }>(
          `select count(*) as rows, sum(hashtextextended(t::text, 0)) as sum from ${name} t`,
        );
        return [name, rows[0]];
      });
      return Promise.all(sums);
    };
    const before = await written();
    await lookedAt({ deep: true });
    expect(await written()).toEqual(before);
  });

  it('finds files that are gone, cut off, changed in one byte, or named by nobody', async () => {
    const place = async (text: string): Promise<{ sha256: string; path: string }> => {
      const { sha256 } = await files.store(Readable.from([Buffer.from(text)]), 'lan');
      return { sha256, path: join(folder, 'data/files', sha256.slice(0, 2), sha256.slice(2, 4), sha256) };
    };
    const [gone, cut, flipped] = [await place('một'), await place('hai ba'), await place('bốn năm')];
    expect(await found({ deep: true })).toEqual([]);
    await rm(gone.path);
    await truncate(cut.path, 3);
    const bytes = await readFile(flipped.path);
    bytes.writeUInt8(bytes.readUInt8(2) ^ 1, 2);
    await writeFile(flipped.path, bytes);
    await writeFile(join(folder, 'data/files/Thumbs.db'), 'x');
    const missing = {
      code: 'files.missing',
      severity: 'error',
      details: { count: 1, folder: join(folder, 'data/files'), files: [gone.sha256] },
    };
    const altered = (...all: string[]): object => ({
      code: 'files.altered',
      severity: 'error',
      details: { count: all.length, folder: join(folder, 'data/files'), files: all.sort() },
    });
    const unnamed = { code: 'files.unnamed', details: { count: 1, files: ['Thumbs.db'] } };
    expect(await found()).toMatchObject([missing, altered(cut.sha256), unnamed]);
    expect(await found({ deep: true })).toMatchObject([missing, altered(cut.sha256, flipped.sha256), unnamed]);
    await rm(join(folder, 'data/files'), { recursive: true });
    expect(await found()).toMatchObject([{ code: 'files.folder-absent', details: { count: 3 } }]);
  });

  it('finds what stopped at a poisoned event, and what was refused', async () => {
    const { projector, runner } = await run();
    const end = await happen({ n: 7 }, { n: 13 });
    await projector.passed(['others'], end, 20_000);
    for (;;) {
      const [views, processes] = [await projector.states(), await runner.states()];
      if ([...views, ...processes].filter(({ status }) => status === 'stopped').length === 2) break;
      await runner.passed([teller.name], end, 20);
    }
    expect(await found()).toMatchObject([
      { code: 'view.stopped', details: { view: 'things', type: 'ThingHappened', error: 'thirteen is one too many' } },
      { code: 'process.stopped', details: { process: teller.name, error: 'not thirteen' } },
      { code: 'process.faults', details: { process: teller.name, faults: 1 } },
    ]);
  });

  it('finds a view of which somebody dropped a table or changed one, until it is rebuilt', async () => {
    await run();
    await happen({ n: 2 });
    await halt();
    await database.pool.query('alter table view_others.other rename to another');
    const lacking = { code: 'view.incomplete', severity: 'error', details: { view: 'others', tables: ['other'] } };
    expect(await found()).toContainEqual(lacking);
    await database.pool.query('alter table view_others.another rename to other');
    expect(await codes()).toEqual([]);
    await database.pool.query('alter table view_others.other drop column n');
    expect(await found()).toContainEqual(lacking);
    const { projector } = await run();
    expect(await projector.incomplete()).toEqual(new Map());
    expect(await codes()).toEqual([]);
  });

  it('finds a view that was set back and is held by somebody who does nothing', async () => {
    const { projector } = await run();
    const last = await happen({ n: 2 });
    expect(await projector.passed(['things', 'others'], last, 20_000)).toBe(true);
    await halt();
    await database.pool.query(`update projector.checkpoint set position = 1 where view = 'things'`);
    expect(await codes()).toEqual([]);
    const client = new pg.Client({ connectionString: database.url, application_name: 'camket leases' });
    await client.connect();
    await client.query(`select pg_advisory_lock($1, hashtext('things'))`, [LEASES]);
    try {
      expect(await found()).toEqual([
        { code: 'views.unkept', severity: 'error', details: { views: ['others'] } },
        { code: 'view.lagging', severity: 'warning', details: { view: 'things', lag: 2 } },
      ]);
    } finally {
      await client.end();
    }
    await database.pool.query(`update projector.checkpoint set position = 99 where view = 'things'`);
    await database.pool.query(`update processes.checkpoint set log = gen_random_uuid()`);
    expect(await codes()).toEqual(['view.foreign', 'process.foreign', 'process.foreign']);
  });

  it('finds a process that waits, and one that is held by somebody who does nothing', async () => {
    const { runner } = await run();
    const last = await happen({ n: 2 });
    expect(await runner.passed([teller.name, noter.name], last, 20_000)).toBe(true);
    await halt();
    await database.pool.query('update processes.checkpoint set position = 1 where process = $1', [teller.name]);
    expect(await codes()).toEqual([]);
    const client = new pg.Client({ connectionString: database.url, application_name: 'camket leases' });
    await client.connect();
    await client.query('select pg_advisory_lock($1, hashtext($2))', [PROCESS_LEASES, teller.name]);
    try {
      expect(await found()).toEqual([
        { code: 'processes.unkept', severity: 'error', details: { processes: [noter.name] } },
        { code: 'process.lagging', severity: 'warning', details: { process: teller.name, lag: 2 } },
      ]);
    } finally {
      await client.end();
    }
    const trying = { type: 'ThingHappened', event: 'e', error: 'the letter box is away', attempts: 3 };
    await database.pool.query('update processes.checkpoint set trying = $2 where process = $1', [
      teller.name,
      JSON.stringify(trying),
    ]);
    const { attempts: _, ...trouble } = trying;
    expect(await found()).toEqual([
      { code: 'process.waiting', severity: 'warning', details: { process: teller.name, ...trouble } },
    ]);
  });

  it('finds a product that runs and tells the log of no day', async () => {
    await run();
    expect(await codes({ lastDayBegun: async () => '2026-01-31' })).toEqual(['days.not-begun']);
    await halt();
    expect(await codes({ lastDayBegun: async () => '2026-01-31' })).toEqual([]);
  });

  it.each<[string, string, boolean, string]>([
    ['an event that is missing', 'delete from log.events where position = 1', false, 'log.gaps'],
    [
      'a time that goes backwards',
      `update log.events set recorded = '2020-01-01' where position = 2`,
      false,
      'log.time-backwards',
    ],
    ['bytes that were changed', `update log.events set data = '{"n": 1}' where position = 2`, true, 'log.broken'],
    [
      'an event of the future',
      `update log.events set recorded = '2099-01-01' where position = 2`,
      false,
      'clock.behind-log',
    ],
  ])('finds %s in the log', async (_, sql, deep, code) => {
    await tamper(sql);
    expect(await codes({ deep })).toContain(code);
    if (deep) expect(await codes()).toEqual([]);
  });

  it('finds a log that nothing guards any more', async () => {
    await database.pool.query('alter table log.events disable trigger never_changed');
    await database.pool.query('drop trigger never_removed on log.head');
    expect(await found()).toMatchObject([
      { code: 'log.unguarded', details: { triggers: ['never_changed', 'never_removed'] } },
    ]);
  });

  it('tells a database of an older Camket from one of a newer', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      'delete from migration where id = (select max(id) from migration) returning name',
    );
    expect(await found()).toMatchObject([{ code: 'database.behind', details: { migrations: [rows[0]?.name] } }]);
    await database.pool.query(`insert into migration (timestamp, name) values (1999999999999, 'Later1999999999999')`);
    expect(await found()).toMatchObject([{ code: 'database.newer', details: { migrations: ['Later1999999999999'] } }]);
  });

  it('looks no further into a PostgreSQL of a time before', async () => {
    const [major] = await older('server_version_num', '140012');
    expect(Number(major)).toBeGreaterThanOrEqual(150_000);
    expect(await lookedAt()).toMatchObject({ complete: false, findings: [{ code: 'postgres.too-old' }] });
  });

  it('finds a database that cannot keep Vietnamese', async () => {
    await older('server_encoding', 'LATIN1');
    expect(await found()).toMatchObject([{ code: 'postgres.not-utf8', details: { encoding: 'LATIN1' } }]);
  });

  it('finds a connection to another machine that is read by whoever listens', async () => {
    const told: string[] = [];
    const { pool } = database;
    await lookAtServer({ pool, url: database.url } as Database, (code) => told.push(code));
    await lookAtServer({ pool, url: 'postgresql://camket@db.tinh.vn/camket' } as Database, (code) => told.push(code));
    expect(told).toEqual(['postgres.not-durable', 'postgres.not-durable', 'postgres.unencrypted']);
  });

  it('finds a Node that knows no Vietnamese', async () => {
    expect(thisMachine.sortsVietnamese).toBe(true);
    const small = { ...thisMachine, space: async () => ({ free: 1e12, disk: 1 }), sortsVietnamese: false };
    expect(await codes({ machine: small })).toEqual(['node.no-vietnamese']);
  });

  it('says what it could not look at, and looks on', async () => {
    await database.pool.query('drop schema processes cascade');
    const diagnosis = await lookedAt({ machine: { ...thisMachine, space: async () => ({ free: 1, disk: 1 }) } });
    expect(diagnosis.complete).toBe(false);
    expect(diagnosis.findings).toContainEqual(
      expect.objectContaining({
        code: 'look.failed',
        details: { what: 'work', reason: expect.stringMatching(/processes/) },
      }),
    );
    expect(diagnosis.findings.map(({ code }) => code)).toContain('disk.full');
  });

  it('names other programs, and those that write', async () => {
    const client = new pg.Client({ connectionString: database.url, application_name: 'psql' });
    await client.connect();
    try {
      expect(await found()).toMatchObject([
        {
          code: 'database.others',
          severity: 'note',
          details: { programs: [expect.stringMatching(/^psql \(camket@/)] },
        },
      ]);
      await client.query('begin');
      await client.query('select pg_current_xact_id()');
      expect(await codes()).toEqual(['database.others-write']);
    } finally {
      await client.end();
    }
  });

  it('looks at the machine: its disk, its clock, its Node, what others can reach and read', async () => {
    const space = (free: number) => ({ machine: { ...thisMachine, space: async () => ({ free, disk: 1 }) } });
    expect(await codes(space(100e6))).toEqual(['disk.full']);
    expect(await codes(space(1e9))).toEqual(['disk.low']);
    expect(await codes({ machine: { ...thisMachine, space: async () => undefined } })).toEqual(['disk.unseen']);
    const early = { ...thisMachine, space: async () => ({ free: 1e12, disk: 1 }), now: () => Date.now() - 3_600_000 };
    expect(await codes({ machine: early })).toEqual(['clock.behind-log', 'clock.apart']);
    const old = { ...thisMachine, space: async () => ({ free: 1e12, disk: 1 }), node: '20.9.0' };
    expect(await found({ machine: old })).toMatchObject([{ code: 'node.unsupported', details: { found: '20.9.0' } }]);
    expect(await codes({ env: { HOST: '0.0.0.0', CAMKET_ALLOW_NETWORK: 'yes' } })).toEqual(['settings.network']);
    await writeFile(join(folder, 'data/postgres.secret'), 'x', { mode: 0o644 });
    expect(await codes()).toEqual(['folder.open-to-others']);
  });

  it('knows a demonstration and its clock', async () => {
    await database.pool.query('alter table log.head disable trigger user');
    await database.pool.query('update log.head set demonstration = true');
    await database.pool.query('alter table log.head enable trigger user');
    await database.pool.query(`insert into demonstration (now) values ('2026-12-18')`);
    expect(await codes()).toEqual(['database.other-kind', 'demonstration.loading']);
    await database.pool.query(`update demonstration set loaded = true`);
    expect(await codes()).toEqual(['database.other-kind', 'clock.demonstration']);
  });

  it('says why there is nothing to look at', async () => {
    await database.pool.query('drop schema log cascade');
    expect(await codes()).toEqual(['database.empty']);
    const away = await lookedAt({ env: { DATABASE_URL: 'postgresql://camket:s3cret@127.0.0.1:1/camket' } });
    expect(away).toMatchObject({ complete: false, findings: [{ code: 'postgres.unreachable' }] });
    expect(JSON.stringify(away)).not.toContain('s3cret');
    const embedded = { DATABASE_URL: '' };
    expect(await lookedAt({ env: embedded })).toMatchObject({ complete: false, findings: [{ code: 'folder.absent' }] });
    const pgdata = join(folder, 'demonstration/pgdata');
    await mkdir(pgdata, { recursive: true });
    await writeFile(join(pgdata, 'PG_VERSION'), '14\n');
    expect(await lookedAt({ env: embedded })).toMatchObject({
      complete: false,
      findings: [{ code: 'postgres.another-major', details: { data: '14' } }],
    });
  });
});
