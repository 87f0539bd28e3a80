import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, EmbeddedPostgres } from '#platform/database';
import { ask, ended, killPrograms, programOf, serving, start, type Ended } from '../../tests/support/programs.js';

let temporary: string;

const camket = (args: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
  ask(args, { CAMKET_DATA: temporary, ...more });
/** Takes the last migration back, as far as the database remembers it: an older Camket left it so. */
const stepBack = async (folder: string): Promise<string> => {
  const server = await EmbeddedPostgres.start(folder);
  try {
    const database = await Database.open(server.url(), []);
    const { rows } = await database.pool.query<{ name: string }>(
      'delete from migration where id = (select max(id) from migration) returning name',
    );
    await database.close();
    return rows[0]?.name ?? '';
  } finally {
    await server.stop();
  }
};
const codesOf = ({ out }: Ended): string[] =>
  (JSON.parse(out) as { findings: { code: string }[] }).findings
    .map(({ code }) => code)
    // The disk of the machine that runs the tests is its own affair.
    .filter((code) => !code.startsWith('disk.'));

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'camket-doctor-'));
  // The embedded server runs under another account when root tests.
  await chmod(temporary, 0o755);
});
afterAll(async () => {
  killPrograms();
  await rm(temporary, { recursive: true, force: true });
});

describe('camket verify', () => {
  it('makes no installation where there is none', async () => {
    const end = await camket(['--empty', 'verify']);
    expect(end).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no data of a Camket in') });
    expect(existsSync(join(temporary, 'data'))).toBe(false);
  });
});

describe('camket doctor', () => {
  it('makes no installation where there is none', async () => {
    const end = await camket(['--empty', 'doctor']);
    expect(end).toMatchObject({ code: 3, err: '', out: expect.stringContaining('error folder.absent') });
    expect(end.out).toMatch(
      /chưa có dữ liệu Camket[\s\S]*There is no data[\s\S]*Not everything could be looked at\.\n$/,
    );
    expect(existsSync(join(temporary, 'data'))).toBe(false);
    const refused = await camket(['--empty', 'doctor', '--json'], { PORT: 'many' });
    expect({ code: refused.code, found: codesOf(refused) }).toEqual({ code: 3, found: ['settings.refused'] });
  });

  it('looks at an installation that stands still, and leaves it so', async () => {
    expect(await camket(['--empty', 'views', 'list'])).toMatchObject({ code: 0 });
    const well = await camket(['doctor', '--json']);
    expect({ code: well.code, err: well.err, found: codesOf(well) }).toEqual({
      code: 0,
      err: '',
      found: ['product.stopped'],
    });
    expect(existsSync(join(temporary, 'data/server.json'))).toBe(false);

    const older = await stepBack(join(temporary, 'data'));
    expect(await camket(['verify'])).toMatchObject({ code: 0, out: expect.stringContaining('Everything is as') });
    const behind = await camket(['doctor', '--json']);
    expect({ code: behind.code, found: codesOf(behind) }).toEqual({
      code: 1,
      found: ['database.behind', 'product.stopped'],
    });
    expect(behind.out).toContain(older);

    await rm(join(temporary, 'data/postgres.secret'));
    const lost = await camket(['doctor', '--json']);
    expect({ code: lost.code, found: codesOf(lost) }).toEqual({ code: 3, found: ['postgres.cannot-start'] });
    expect(existsSync(join(temporary, 'data/server.json'))).toBe(false);
  }, 120_000);

  it('looks at one that runs, and ends with 1 where something is wrong', async () => {
    await rm(join(temporary, 'data'), { recursive: true, force: true });
    const server = start(await programOf('api'), ['--empty'], { CAMKET_DATA: temporary, PORT: '0' });
    const end = ended(server);
    const { database } = await serving(server, end, join(temporary, 'data'));
    const well = await camket(['doctor', '--deep', '--json']);
    expect({ code: well.code, found: codesOf(well) }).toEqual({ code: 0, found: [] });
    const open = await camket(['doctor', '--json'], { HOST: '0.0.0.0', CAMKET_ALLOW_NETWORK: 'yes' });
    expect({ code: open.code, found: codesOf(open) }).toEqual({ code: 1, found: ['settings.network'] });
    const other = await camket(['--demonstration', 'doctor', '--json'], { DATABASE_URL: database });
    expect({ code: other.code, found: codesOf(other) }).toEqual({ code: 0, found: [] });
    server.kill('SIGTERM');
    await end;
  }, 120_000);
});
