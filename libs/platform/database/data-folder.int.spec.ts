import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder, FolderInUse } from './data-folder.js';

const library = join(process.cwd(), 'dist/libs/platform/database/index.js');

describe('a data folder', () => {
  let folder: string;
  const others: ChildProcess[] = [];

  /** Another process that claims the folder, does something with it, says what came of it and waits. */
  const other = (deed = ''): Promise<string> => {
    const script = `
      import { DataFolder } from ${JSON.stringify(library)};
      try {
        const folder = await DataFolder.claim(${JSON.stringify(folder)}, { patienceMs: 0 });
        ${deed}
        process.stdout.write('mine');
      } catch (error) {
        process.stdout.write(error.name);
      }
      process.stdin.resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    others.push(child);
    return new Promise((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString())));
  };

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'camket-folder-')), 'data');
  });
  afterEach(() => {
    for (const child of others.splice(0)) child.kill('SIGKILL');
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('is worked on by one Camket, and the next one is told which and where', async () => {
    expect(await other(`folder.announce({ url: 'http://127.0.0.1:3000' });`)).toBe('mine');
    const claim = DataFolder.claim(folder, { patienceMs: 0 });
    await expect(claim).rejects.toThrow(FolderInUse);
    await expect(claim).rejects.toThrow(`at http://127.0.0.1:3000 (process ${others[0]?.pid})`);
    expect(DataFolder.runningIn(folder)?.url).toBe('http://127.0.0.1:3000');
  });

  it('is free at once when the Camket on it was killed', async () => {
    expect(await other()).toBe('mine');
    others[0]?.kill('SIGKILL');
    (await DataFolder.claim(folder)).release();
    expect(DataFolder.runningIn(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('waits for a Camket that is about to end', async () => {
    expect(await other(`folder.leave(); process.stdin.once('data', () => process.exit());`)).toBe('mine');
    const claim = DataFolder.claim(folder, { patienceMs: 0 });
    others[0]?.stdin?.write('end');
    (await claim).release();
  });

  it('is said to be none where a file stands in its place', async () => {
    const file = join(folder, '..', 'a-file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')])
      await expect(DataFolder.claim(path)).rejects.toThrow(
        `The data folder ${path} cannot be used: a file stands in its place. Check CAMKET_DATA.`,
      );
  });

  (process.platform === 'linux' ? it : it.skip)('is said to be none where the kernel makes no folders', async () => {
    for (const path of ['/proc/camket', '/proc/camket/data'])
      await expect(DataFolder.claim(path)).rejects.toThrow(
        `The data folder ${path} cannot be used: no folder can be made there. Check CAMKET_DATA.`,
      );
  });

  it('goes to exactly one of several that ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => other()));
    expect(answers.sort()).toEqual([...Array<string>(5).fill('FolderInUse'), 'mine']);
  });

  it('is free when the number of its Camket belongs to another process by now', async () => {
    const first = await DataFolder.claim(folder);
    first.release();
    writeFileSync(join(folder, 'server.json'), JSON.stringify({ pid: process.ppid, began: 'long ago' }));
    expect(DataFolder.runningIn(folder)).toBeUndefined();
    (await DataFolder.claim(folder, { patienceMs: 0 })).release();
  });

  it('is free when its note was left half written', async () => {
    (await DataFolder.claim(folder)).release();
    writeFileSync(join(folder, 'server.json'), '{"pid":');
    (await DataFolder.claim(folder, { patienceMs: 0 })).release();
  });

  it('keeps the way into the database from others on the machine', async () => {
    const claim = await DataFolder.claim(folder);
    claim.announce({ url: 'http://127.0.0.1:3000', database: 'postgresql://camket:secret@127.0.0.1/camket' });
    expect(statSync(join(folder, 'server.json')).mode & 0o777).toBe(0o600);
    expect(DataFolder.runningIn(folder)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:3000' });
    claim.release();
  });
});
