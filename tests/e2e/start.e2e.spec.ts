import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { processOf } from '../../libs/platform/database/process-identity.js';

type Note = { pid: number; url: string; database: string };
type Begun = { child: ChildProcess; said: () => string };
type Started = Begun & { note: Note };

describe('npm start', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  const begin = (environment: Record<string, string> = {}): Begun => {
    const { DATABASE_URL: _, ...rest } = process.env;
    const child = spawn(process.execPath, ['infra/start.mjs', '--empty'], {
      env: { ...rest, CAMKET_DATA: folder, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
    return { child, said: () => text };
  };
  const start = async (): Promise<Started> => {
    const begun = begin();
    await new Promise<void>((resolve, reject) => {
      begun.child.stdout?.on('data', () => begun.said().includes('Ctrl-C') && resolve());
      begun.child.once('exit', () => reject(new Error(begun.said())));
    });
    return { ...begun, note: JSON.parse(readFileSync(join(folder, 'data/server.json'), 'utf8')) as Note };
  };
  const refused = async (environment?: Record<string, string>): Promise<string> => {
    const { child, said } = begin(environment);
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    return said();
  };
  const ask = async (url: string, sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const isAlive = (pid: number): boolean => processOf(pid) !== undefined;
  const postgres = (): number => Number.parseInt(readFileSync(join(folder, 'data/pgdata/postmaster.pid'), 'utf8'), 10);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'camket-start-'));
  });
  afterAll(async () => {
    for (const child of children) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('names every fault of its settings at once and begins nothing', async () => {
    const said = await refused({ PORT: 'many', HOST: '0.0.0.0', DATABASE_URL: 'mysql://root:s3cret@db/camket' });
    expect(said).toContain('PORT is "many"');
    expect(said).toContain('HOST is "0.0.0.0", which others can reach');
    expect(said).toContain('DATABASE_URL is not of the form');
    expect(said).not.toContain('s3cret');
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('ends at once when it is told to while its database is being made', async () => {
    const own = mkdtempSync(join(tmpdir(), 'camket-start-'));
    const { DATABASE_URL: _, ...rest } = process.env;
    const child = spawn(process.execPath, ['infra/start.mjs', '--empty'], {
      env: { ...rest, CAMKET_DATA: own, PORT: '0' },
      stdio: 'ignore',
      // A group of its own, all of which a terminal's Ctrl-C reaches: initdb, too.
      detached: true,
    });
    children.push(child);
    const ended = once(child, 'exit');
    const isBegun = (): boolean =>
      existsSync(join(own, 'data')) && readdirSync(join(own, 'data')).some((name) => /pg/.test(name));
    while (!isBegun()) await pause(5);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const isOver = await Promise.race([ended.then(() => true), pause(20_000, false)]);
    if (!isOver) process.kill(-(child.pid ?? 0), 'SIGKILL');
    expect(isOver).toBe(true);
    rmSync(own, { recursive: true, force: true });
  }, 60_000);

  // One life of an installation, from its first start on.
  let now: Started;

  it('serves its page, and a second one on the same folder says where the first one is', async () => {
    now = await start();
    const { note, said } = now;
    expect(said()).toContain(`Camket serves your installation at ${note.url}`);
    const page = await fetch(note.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id=');
    expect(await refused()).toContain(`already runs on ${join(folder, 'data')} at ${note.url} (process ${note.pid})`);
  });

  it('starts again with all that was stored after the service and then PostgreSQL were killed', async () => {
    await ask(now.note.database, "create table kept as select 'còn' as word");
    const orphan = postgres();
    process.kill(now.note.pid, 'SIGKILL');
    await once(now.child, 'close');
    expect(isAlive(orphan)).toBe(true);
    const second = await start();
    expect(isAlive(orphan)).toBe(false);
    process.kill(second.note.pid, 'SIGKILL');
    process.kill(postgres(), 'SIGKILL');
    await once(second.child, 'close');
    now = await start();
    expect(await ask(now.note.database, 'select word from kept')).toEqual([{ word: 'còn' }]);
  });

  it('does not outlive the program that started it', async () => {
    const { child, note } = now;
    const server = postgres();
    child.kill('SIGKILL');
    await once(child, 'exit');
    now = await start();
    expect([isAlive(note.pid), isAlive(server)]).toEqual([false, false]);
    expect(now.note.pid).not.toBe(note.pid);
  });

  it('ends with everything it started, once, when it is interrupted', async () => {
    const { child, note, said } = now;
    const server = postgres();
    for (let time = 1; time <= 3; time += 1) child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
    expect(said().match(/Camket has stopped/g)).toHaveLength(1);
    expect([isAlive(note.pid), isAlive(server), existsSync(join(folder, 'data/server.json'))]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
