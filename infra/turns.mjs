/** What programs that are started beside each other in one folder do one after the other. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const holderOf = (turn) => {
  try {
    return { pid: Number(readFileSync(turn, 'utf8')), since: statSync(turn).mtimeMs };
  } catch {
    return undefined;
  }
};

/** Runs the work alone among all works of that name in this folder; the turn of a process that died is taken over. */
export const alone = async (name, work) => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const turn = join(root, 'dist', `.${name}`);
  for (;;) {
    try {
      writeFileSync(turn, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(turn);
    const isAbandoned = holder && (holder.pid === 0 ? Date.now() - holder.since > 5000 : !isAlive(holder.pid));
    if (isAbandoned) rmSync(turn, { force: true });
    else await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(turn, { force: true });
  }
};
