import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const STARTED = pathToFileURL(join(process.cwd(), 'infra/started.mjs')).href;
/** Says that it is there, and what reaches it; without a channel nothing would keep it. */
const PROGRAM = `
  process.on('SIGINT', () => { process.stdout.write('interrupted'); process.exit(130); });
  setInterval(() => undefined, 1000);
  process.stdout.write(String(process.pid));`;

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a program that another one started', () => {
  it('is interrupted when it is told so', async () => {
    const child = fork('-e', [PROGRAM], {
      execArgv: [`--import=${STARTED}`],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const said: string[] = [];
    child.stdout?.on('data', (text: Buffer) => said.push(text.toString()));
    while (said.length === 0) await wait(10);
    child.send('interrupt');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(130);
    expect(said.join('')).toMatch(/^\d+interrupted$/);
  });

  it('does not outlive the other, whatever ended that', async () => {
    const starter = `
      const { fork } = require('node:child_process');
      fork('-e', [${JSON.stringify(PROGRAM)}], { execArgv: ['--import=${STARTED}'] });
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = ((await once(parent.stdout, 'data')) as [Buffer]).map(Number) as [number];
    expect(isThere(pid)).toBe(true);
    parent.kill('SIGKILL');
    for (let tries = 0; tries < 200 && isThere(pid); tries += 1) await wait(25);
    expect(isThere(pid)).toBe(false);
  });
});
