import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, type Settings } from '#platform/config';
import { emptyDatabase } from '../../../tests/support/postgres.js';
import { FolderInUse } from './data-folder.js';
import { DatabaseUnusable } from './database-unusable.js';
import { Installation } from './installation.js';
import { LEASES } from './kept-views.js';

describe('an installation', () => {
  let folder: string;
  const opened: Installation[] = [];

  const settings = (environment: Record<string, string> = {}, ...flags: string[]): Settings =>
    readSettings({ CAMKET_DATA: folder, ...environment }, flags);
  const open = async (wanted: Settings): Promise<Installation> => {
    const installation = await Installation.open(wanted, []);
    opened.push(installation);
    return installation;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'camket-installation-'));
  });
  afterEach(async () => {
    for (const installation of opened.splice(0).reverse()) await installation.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stands on an embedded PostgreSQL of its own, which others join while it runs', async () => {
    const first = await open(settings({}, '--empty'));
    first.serve('http://localhost:3000', () => undefined);
    await expect(Installation.open(settings({}, '--empty'), [])).rejects.toThrow(FolderInUse);
    const joined = await Installation.enter(settings({}, '--empty'), []);
    expect(joined.isJoined).toBe(true);
    await joined.database.pool.query('create table seen (by text)');
    await joined.close();
    expect((await first.database.pool.query("select to_regclass('seen') as seen")).rows).toEqual([{ seen: 'seen' }]);
    await first.close();
    opened.length = 0;
    const alone = await Installation.enter(settings({}, '--empty'), []);
    opened.push(alone);
    expect(alone.isJoined).toBe(false);
  });

  it('keeps the demonstration and a real one apart', async () => {
    await open(settings({}, '--empty'));
    await open(settings());
    expect(existsSync(join(folder, 'data', 'pgdata'))).toBe(true);
    expect(existsSync(join(folder, 'demonstration', 'pgdata'))).toBe(true);
  });

  it('takes the demonstration into an empty database, and knows it again', async () => {
    const DATABASE_URL = await emptyDatabase();
    for (let start = 1; start <= 2; start += 1) {
      const installation = await open(settings({ DATABASE_URL }, '--demonstration'));
      const { rows } = await installation.database.pool.query('select demonstration from log.head');
      expect(rows).toEqual([{ demonstration: true }]);
      await opened.pop()?.close();
    }
    await expect(open(settings({ DATABASE_URL }))).rejects.toThrow('holds the demonstration year');
  });

  it('never loads the demonstration over something that is there', async () => {
    const DATABASE_URL = await emptyDatabase();
    const mine = await open(settings({ DATABASE_URL }));
    await mine.database.pool.query("create table plan (title text); insert into plan values ('2026')");
    await opened.pop()?.close();
    await expect(open(settings({ DATABASE_URL }, '--demonstration'))).rejects.toThrow('only into an empty database');
    const again = await open(settings({ DATABASE_URL }));
    expect((await again.database.pool.query('select * from plan')).rows).toEqual([{ title: '2026' }]);
  });

  it('loads no demonstration into an empty database on which another Camket runs', async () => {
    const DATABASE_URL = await emptyDatabase();
    const mine = await open(settings({ DATABASE_URL }));
    const keeper = await mine.database.pool.connect();
    await keeper.query(`select pg_advisory_lock($1, hashtext('units'))`, [LEASES]);
    const other = settings({ DATABASE_URL, CAMKET_DATA: join(folder, 'other') }, '--demonstration');
    await expect(open(other)).rejects.toThrow('A Camket runs on this database');
    expect((await mine.database.pool.query('select demonstration from log.head')).rows).toEqual([
      { demonstration: false },
    ]);
    await keeper.query('select pg_advisory_unlock_all()');
    keeper.release();
    await opened.pop()?.close();
    await open(other);
  });

  it('says in a sentence which database cannot be opened, and keeps the password to itself', async () => {
    const DATABASE_URL = 'postgresql://camket:s3cret@127.0.0.1:1/camket';
    const refused = open(settings({ DATABASE_URL }));
    await expect(refused).rejects.toThrow(DatabaseUnusable);
    await expect(refused).rejects.toThrow(/^The database camket at 127\.0\.0\.1:1 cannot be opened: (?!.*s3cret)/);
    expect(existsSync(join(folder, 'data', 'server.json'))).toBe(false);
  });
});
