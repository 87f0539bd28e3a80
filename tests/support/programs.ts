import { fork, spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childEnvironment } from '#platform/config';
import { DataFolder } from '#platform/database';
import type { Asked } from './camket-process.js';

/** How a program ended, and what it wrote. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
/** A server at work: where, and on which database. */
export type Serving = { readonly url: string; readonly database: string };

const children: ChildProcess[] = [];

const environment = (changes: Readonly<Record<string, string>>): Record<string, string | undefined> =>
  childEnvironment({ DATABASE_URL: '', CAMKET_LOG_LEVEL: 'error', ...changes });

/** Puts the programs together, where what they are built from has changed. */
const built = async (): Promise<void> => {
  const { buildPrograms } = (await import(join(process.cwd(), 'infra/build.mjs'))) as {
    buildPrograms: () => Promise<boolean>;
  };
  await buildPrograms();
};

/** The file of a program as it is put together from what is built now. */
export const programOf = async (name: 'api' | 'worker'): Promise<string> => {
  await built();
  return `dist/programs/${name}.js`;
};

/** Starts a program of the product; `changes` are its settings beside those that all tests have. */
export const start = (
  program: string,
  args: readonly string[],
  changes: Readonly<Record<string, string>>,
): ChildProcess => {
  const words = [join(process.cwd(), program), ...args];
  const child = spawn(process.execPath, words, { env: environment(changes), stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
};

/** Starts a program of the tests that is sent messages. */
const forked = (program: string): ChildProcess => {
  const child = fork(join(process.cwd(), program), { env: environment({}) });
  children.push(child);
  return child;
};

/** Waits until a program has ended. */
export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on('data', (data: Buffer) => out.push(data));
    child.stderr?.on('data', (data: Buffer) => err.push(data));
    child.once('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });

/** Waits until a server that was started serves that folder; throws what it said when it ends instead. */
export const serving = async (server: ChildProcess, end: Promise<Ended>, folder: string): Promise<Serving> => {
  for (;;) {
    const running = DataFolder.runningIn(folder);
    if (running?.url && running.database) return { url: running.url, database: running.database };
    if (server.exitCode !== null) throw new Error(`the server does not start: ${JSON.stringify(await end)}`);
    await pause(50);
  }
};

let warm: ChildProcess | undefined;

/**
 * Runs a command of `camket` to its end in a process that has loaded it already: one after the other, several times as
 * fast as a program of its own each.
 */
export const ask = async (args: readonly string[], changes: Readonly<Record<string, string>>): Promise<Ended> => {
  if (!warm) await built();
  const child = (warm ??= forked('dist/tests/support/camket-process.js'));
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the process of camket ended with ${code}`));
    child.once('exit', gone);
    child.once('message', (answer: Ended) => {
      child.off('exit', gone);
      resolve(answer);
    });
    child.send({ args, settings: environment(changes) } satisfies Asked);
  });
};

/** Kills what still runs of all that was started. */
export const killPrograms = (): void => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  warm = undefined;
};
