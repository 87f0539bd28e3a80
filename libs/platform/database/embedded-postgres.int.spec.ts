import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { processOf } from './process-identity.js';

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const kept = 'select word from kept';

describe('the embedded PostgreSQL', () => {
  let once: string;
  let top: string;
  let folder: string;
  let server: EmbeddedPostgres | undefined;

  const start = async (): Promise<EmbeddedPostgres> => (server = await EmbeddedPostgres.start(folder));
  const remember = (url: string): Promise<unknown[]> =>
    ask(url, "create table kept (word text); insert into kept values ('còn')");
  /** One that was made, was told something and has stopped; a copy, with the owners of its files. */
  const made = (): void => {
    execFileSync('cp', ['-a', join(once, 'made'), folder]);
  };
  const note = (): string => join(folder, 'pgdata', 'postmaster.pid');

  beforeAll(async () => {
    once = mkdtempSync(join(tmpdir(), 'camket-postgres-'));
    const first = await EmbeddedPostgres.start(join(once, 'made'));
    await remember(first.url('postgres'));
    await first.stop();
  });
  afterAll(() => rmSync(once, { recursive: true, force: true }));
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'camket-postgres-'));
    folder = join(top, 'dữ liệu của tỉnh');
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    rmSync(top, { recursive: true, force: true });
  });

  it('keeps what it was told from one start to the next, in a folder that only its owner may enter', async () => {
    const first = await start();
    await remember(first.url('postgres'));
    await first.stop();
    expect(existsSync(note())).toBe(false);
    expect(await ask((await start()).url('postgres'), kept)).toEqual([{ word: 'còn' }]);
  });

  it('takes over the folder of a process that was killed and left its server behind', async () => {
    made();
    const script = `
      import { EmbeddedPostgres } from ${JSON.stringify(join(process.cwd(), 'dist/libs/platform/database/index.js'))};
      const server = await EmbeddedPostgres.start(${JSON.stringify(folder)});
      process.stdout.write(JSON.stringify({ url: server.url('postgres'), pid: server.pid() }) + '\\n');
      setInterval(() => undefined, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await new Promise<string>((resolve) =>
      other.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    );
    const left = JSON.parse(said) as { url: string; pid: number };
    expect(await ask(left.url, kept)).toEqual([{ word: 'còn' }]);
    other.kill('SIGKILL');
    const mine = await start();
    expect(mine.pid()).not.toBe(left.pid);
    expect(processOf(left.pid)).toBeUndefined();
    expect(await ask(mine.url('postgres'), kept)).toEqual([{ word: 'còn' }]);
  });

  it('starts again after its server was killed, also while one of its backends still works', async () => {
    made();
    const killed = await start();
    const busy = ask(killed.url('postgres'), 'select sum(n) from generate_series(1, 4000000000) n').catch(() => 'cut');
    const isBusy =
      "select 1 from pg_stat_activity where state = 'active' and query like '%generate%' and pid <> pg_backend_pid()";
    while ((await ask(killed.url('postgres'), isBusy)).length === 0);
    process.kill(killed.pid(), 'SIGKILL');
    expect(await ask((await start()).url('postgres'), kept)).toEqual([{ word: 'còn' }]);
    expect(await busy).toBe('cut');
  });

  it('leaves a stranger alone that was given the number of a killed server', async () => {
    made();
    const killed = await start();
    process.kill(killed.pid(), 'SIGKILL');
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    writeFileSync(note(), readFileSync(note(), 'utf8').replace(/^\d+/, String(stranger.pid)));
    expect(await ask((await start()).url('postgres'), kept)).toEqual([{ word: 'còn' }]);
    expect(stranger.exitCode).toBeNull();
    expect(stranger.signalCode).toBeNull();
    stranger.kill('SIGKILL');
  });

  it('passes by a note that a full disk left empty', async () => {
    made();
    writeFileSync(note(), '');
    expect(await ask((await start()).url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('begins anew when the making of its cluster was broken off', async () => {
    mkdirSync(join(folder, 'pgdata.new-broken/base'), { recursive: true });
    writeFileSync(join(folder, 'pgdata.new-broken/PG_VERSION'), '18\n');
    await start();
    expect(readdirSync(folder).sort()).toEqual(['pgdata', 'postgres.secret']);
  });

  it('comes back by itself on the same address while it is guarded', async () => {
    made();
    const guarded = await start();
    let pid = guarded.pid();
    const news: string[] = [];
    let back = (): void => undefined;
    guarded.guard((text) => {
      news.push(text);
      if (text.includes('is back')) back();
    });
    for (let round = 1; round <= 2; round += 1) {
      const isBack = new Promise<void>((resolve) => (back = resolve));
      process.kill(pid, 'SIGKILL');
      await isBack;
      expect(guarded.pid()).not.toBe(pid);
      pid = guarded.pid();
      expect(await ask(guarded.url('postgres'), kept)).toEqual([{ word: 'còn' }]);
    }
    expect(news).toHaveLength(4);
  });

  it('never opens the data of another major version', async () => {
    made();
    writeFileSync(join(folder, 'pgdata', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/of PostgreSQL 17, this release brings 18.*camket backup/);
  });

  it('says so when its password is gone, and makes no new cluster over the old', async () => {
    made();
    rmSync(join(folder, 'postgres.secret'));
    await expect(start()).rejects.toThrow(/lost its password: put .*postgres\.secret back/);
    expect(existsSync(join(folder, 'pgdata', 'PG_VERSION'))).toBe(true);
  });

  it('says what stands in its log when it does not start', async () => {
    made();
    writeFileSync(join(folder, 'pgdata', 'postgresql.conf'), 'shared_buffers = many\n');
    await expect(EmbeddedPostgres.start(folder, { settings: { work_mem: 'much' } })).rejects.toThrow(/work_mem/);
  });
});
