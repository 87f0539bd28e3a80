import { copyFile, cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { SystemClock } from '#platform/clock';
import { idOf } from '#platform/commands';
import { Database } from '#platform/database';
import { PostgresEventStore, type NewEvent } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { emptyDatabase } from '../../../tests/support/postgres.js';
import { BackupReader, BackupRefused, makeBackup, restoreBackup, type Manifest } from './index.js';

const MIGRATIONS = 'infra/migrations';
const ACCOUNT = idOf('test', 'account');

/** An installation as far as a backup knows it. */
type Place = {
  readonly database: Database;
  readonly store: PostgresEventStore;
  readonly files: FileStore;
  readonly folder: string;
};

let temporary: string;
const places: Place[] = [];

const place = async (migrations = MIGRATIONS): Promise<Place> => {
  const folder = await mkdtemp(join(temporary, 'data-'));
  const database = await Database.open(await emptyDatabase(), [], { migrations });
  const store = await PostgresEventStore.open(database.url);
  const files = await FileStore.open(join(folder, 'files'), database, { clock: new SystemClock(), largest: 1e9 });
  const opened = { database, store, files, folder };
  places.push(opened);
  return opened;
};

const event = (name: string, data = '{"text":"Sở Nội vụ \\"x\\" 65/68"}'): NewEvent => ({
  id: idOf('event', name),
  type: 'ThingHappened',
  schema: 1,
  on: '2026-06-30',
  actor: 'system:test',
  command: idOf('command', name),
  correlation: idOf('command', name),
  causation: idOf('command', name),
  data,
});

const append = (store: PostgresEventStore, name: string, data?: string): Promise<unknown> =>
  store.append(`thing-${idOf(name)}`, [event(`${name} 0`, data), event(`${name} 1`)], -1);

/** Every row of a table as the server writes it. */
const rowsOf = async (database: Database, table: string, order = '1'): Promise<unknown[]> => {
  const { rows } = await database.pool.query({
    text: `select t::text from ${table} t order by ${order}`,
    rowMode: 'array',
  });
  return rows.flat();
};

const bytesOf = async (files: FileStore, sha256: string): Promise<string> =>
  Buffer.concat(await (await files.open(sha256)).content.toArray()).toString();

const inhabit = async ({ database, store, files }: Place): Promise<string> => {
  for (let n = 0; n < 30; n += 1) await append(store, `row ${n}`);
  await database.pool.query(
    `insert into account (id, username, name, role, unit, password, made)
     values ($1, 'lan', 'Chị "Lan", tổ 1' || chr(10) || 'dòng hai', 'reporter', null, '$argon2id$x', now())`,
    [ACCOUNT],
  );
  await database.pool.query(
    `insert into session (token, account, made, seen, expires) values ('t', $1, now(), now(), now())`,
    [ACCOUNT],
  );
  await database.pool.query(
    `insert into plan_import (id, plan, by, made, file, sha256, bytes, mapping)
     values ($1, $1, 'x', now(), 'kế hoạch.xlsx', 'y', $2, '{"b": [1, null, "\\u1ed1"], "a": 1.50}')`,
    [ACCOUNT, Buffer.from([0, 10, 13, 92, 255])],
  );
  return (await files.store(Readable.from([Buffer.from('nội dung đính chính')]), 'lan')).sha256;
};

const backUp = async (from: Place, name: string): Promise<{ path: string; manifest: Manifest }> => {
  const path = join(temporary, name);
  return { path, manifest: await makeBackup(path, { ...from, release: '0.0.0-test' }) };
};

const restore = async (path: string, into: Place, migrations = MIGRATIONS): Promise<Manifest> => {
  const reader = await BackupReader.open(path);
  try {
    await reader.check();
    return await restoreBackup(reader, { ...into, migrations });
  } finally {
    await reader.close();
  }
};

const isUntouched = async ({ database, folder }: Place): Promise<boolean> => {
  const tables = ['log.events', 'account', 'plan_import', 'stored_file'];
  const counts = await Promise.all(tables.map(async (table) => (await rowsOf(database, table)).length));
  return counts.every((count) => count === 0) && (await readdir(join(folder, 'files'))).join() === 'incoming';
};

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'camket-backup-'));
});
afterAll(async () => {
  await rm(temporary, { recursive: true, force: true });
});
afterEach(async () => {
  for (const { store, database } of places.splice(0)) {
    await store.close();
    await database.close();
  }
});

describe('a backup', () => {
  it('brings back log, tables and files as they were, and no session', async () => {
    const from = await place();
    const sha256 = await inhabit(from);
    const { path, manifest } = await backUp(from, 'whole.camket');
    expect(manifest).toMatchObject({ log: { events: 60, position: '60' }, files: { count: 1, bytes: 24 } });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const into = await place();
    await restore(path, into);
    expect(await into.store.logId()).not.toBe(manifest.log.id);
    for (const table of ['log.events', 'log.head', 'account', 'plan_import', 'stored_file'])
      expect(await rowsOf(into.database, table)).toEqual(await rowsOf(from.database, table));
    expect(await rowsOf(into.database, 'session')).toEqual([]);
    expect(await bytesOf(into.files, sha256)).toBe('nội dung đính chính');
    expect(await readdir(join(into.folder, 'files', 'incoming'))).toEqual([]);
    const fresh = await PostgresEventStore.open(into.database.url);
    expect(await fresh.logId()).toBe(manifest.log.id);
    expect(await append(fresh, 'after the restore')).toMatchObject({ position: '62' });
    await fresh.close();
  });

  it('holds the log as it was at one moment while others go on appending', async () => {
    const from = await place();
    await inhabit(from);
    const load = { goesOn: true, appended: 0, isHeavy: (): void => undefined };
    const heavy = new Promise<void>((resolve) => (load.isHeavy = resolve));
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; load.goesOn; n += 1) {
        await append(from.store, `load ${writer} ${n}`, `{"filler":"${'x'.repeat(2000)}"}`);
        load.appended += 1;
        if (load.appended === 100) load.isHeavy();
      }
    });
    await heavy;
    const { path, manifest } = await backUp(from, 'under-load.camket').finally(() => (load.goesOn = false));
    await Promise.all(writers);
    const into = await place();
    await restore(path, into);
    const all = await rowsOf(from.database, 'log.events', 'position');
    expect(manifest.log.events).toBeGreaterThanOrEqual(260);
    expect(all.length).toBeGreaterThan(manifest.log.events);
    expect(await rowsOf(into.database, 'log.events', 'position')).toEqual(all.slice(0, manifest.log.events));
  });

  it('forgets no table that came later, whatever it is made of', async () => {
    const later = `
      create schema annual;
      create type annual.mood as enum ('tốt', 'kém');
      create table annual.review (
        id bigint generated always as identity primary key, above bigint references annual.review,
        mood annual.mood, tags text[], spent numeric(12, 3), span interval, at timestamptz, seen boolean,
        twice numeric generated always as (spent * 2) stored
      );`;
    const [from, into] = [await place(), await place()];
    for (const { database } of [from, into]) await database.pool.query(later);
    await from.database.pool.query(
      `insert into annual.review (above, mood, tags, spent, span, at, seen)
       select null, 'tốt', array['a,"b"', null, '{c}'], 1.250, '1 mon 2 days 03:04:05.678901', '2026-01-01 00:00:00.123456+07', null
       from generate_series(1, 2500)`,
    );
    await from.database.pool.query('update annual.review set above = 2501 - id where id <> 2501 - id');
    const { path } = await backUp(from, 'later.camket');
    await restore(path, into);
    expect(await rowsOf(into.database, 'annual.review', 'id')).toEqual(
      await rowsOf(from.database, 'annual.review', 'id'),
    );
    const next = await into.database.pool.query<{ id: string }>(
      'insert into annual.review default values returning id',
    );
    expect(next.rows[0]?.id).toBe('2501');
    await expect(into.database.pool.query('update annual.review set above = 9999 where id = 1')).rejects.toThrow();
  });

  it('is not made over another file, nor at all when a stored file is not what it was', async () => {
    const from = await place();
    const sha256 = await inhabit(from);
    const { path } = await backUp(from, 'first.camket');
    const before = await readFile(path);
    await expect(backUp(from, 'first.camket')).rejects.toThrow(BackupRefused);
    expect((await readFile(path)).equals(before)).toBe(true);
    const lies = join(from.folder, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    await writeFile(lies, 'another content');
    await expect(backUp(from, 'altered.camket')).rejects.toThrow('is not what it was');
    await rm(lies);
    await expect(backUp(from, 'missing.camket')).rejects.toThrow('is missing');
    expect((await readdir(temporary)).filter((name) => /altered|missing/.test(name))).toEqual([]);
  });
});

describe('a restore', () => {
  it('refuses a backup with one byte flipped anywhere, or cut off anywhere, before it writes anything', async () => {
    const from = await place();
    await inhabit(from);
    const { path } = await backUp(from, 'good.camket');
    const { size } = await stat(path);
    const good = await readFile(path);
    const into = await place();
    const bad = join(temporary, 'bad.camket');
    const spread = Array.from({ length: 40 }, (_, n) => Math.floor((n * size) / 40));
    for (const at of new Set([...spread, 16, 17, 19, 20, 21, size - 33, size - 32, size - 1])) {
      const bytes = Buffer.from(good);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
      await writeFile(bad, bytes);
      await expect(restore(bad, into)).rejects.toThrow(BackupRefused);
    }
    for (const length of [size - 1, size - 32, size - 33, Math.floor(size / 2), 40, 17, 16, 3, 0]) {
      await copyFile(path, bad);
      await truncate(bad, length);
      await expect(restore(bad, into)).rejects.toThrow(BackupRefused);
    }
    await writeFile(bad, Buffer.concat([good, Buffer.from('!')]));
    await expect(restore(bad, into)).rejects.toThrow(BackupRefused);
    await expect(restore(join(temporary, 'nowhere'), into)).rejects.toThrow(BackupRefused);
    await expect(restore('package.json', into)).rejects.toThrow('is no backup of Camket');
    await expect(restore('libs', into)).rejects.toThrow('it is no file');
    expect(await isUntouched(into)).toBe(true);
  });

  it.each<[string, (into: Place) => Promise<unknown>]>([
    ['something has happened', ({ store }) => append(store, 'first')],
    [
      'somebody has an account',
      ({ database }) =>
        database.pool.query(
          `insert into account (id, username, name, role, made) values ($1, 'b', 'b', 'head', now())`,
          [ACCOUNT],
        ),
    ],
  ])('refuses an installation in which %s', async (_, deed) => {
    const from = await place();
    await inhabit(from);
    const { path } = await backUp(from, `occupied-${places.length}-${Date.now()}.camket`);
    const into = await place();
    await deed(into);
    const before = await Promise.all(['log.events', 'account'].map((table) => rowsOf(into.database, table)));
    await expect(restore(path, into)).rejects.toThrow('is not empty');
    expect(await Promise.all(['log.events', 'account'].map((table) => rowsOf(into.database, table)))).toEqual(before);
    expect((await into.database.level()).length).toBe((await from.database.level()).length);
  });

  it('that breaks off leaves an empty installation, and can be repeated', async () => {
    const from = await place();
    const sha256 = await inhabit(from);
    const { path, manifest } = await backUp(from, 'repeated.camket');
    const into = await place();
    const reader = await BackupReader.open(path);
    const broken = restoreBackup(reader, { ...into, migrations: MIGRATIONS }, (step) => {
      if (step === 'files') throw new Error('the disk is full');
    });
    await expect(broken).rejects.toThrow('the disk is full');
    await reader.close();
    expect(await rowsOf(into.database, 'log.events')).toEqual([]);
    await restore(path, into);
    expect(await rowsOf(into.database, 'log.events')).toHaveLength(manifest.log.events);
    expect(await bytesOf(into.files, sha256)).toBe('nội dung đính chính');
  });

  it('takes a backup of an older release and brings it up to date, and refuses one of a newer', async () => {
    const newer = join(temporary, 'migrations');
    await cp(MIGRATIONS, newer, { recursive: true });
    await writeFile(
      join(newer, '1899999999999-nickname.sql'),
      `alter table account add nickname text; update account set nickname = upper(username);`,
    );
    const from = await place();
    await inhabit(from);
    const { path } = await backUp(from, 'older.camket');
    const into = await place(newer);
    await restore(path, into, newer);
    const { rows } = await into.database.pool.query('select username, nickname from account');
    expect(rows).toEqual([{ username: 'lan', nickname: 'LAN' }]);
    expect(await rowsOf(into.database, 'log.events')).toEqual(await rowsOf(from.database, 'log.events'));

    const { path: ahead } = await backUp(into, 'newer.camket');
    const behind = await place();
    await expect(restore(ahead, behind)).rejects.toThrow('was made by a newer Camket');
    expect(await isUntouched(behind)).toBe(true);
  });
});
