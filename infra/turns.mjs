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

const holdersOf = (turn) => {
  try {
    return { pids: readFileSync(turn, 'utf8').split(' ').filter(Boolean).map(Number), since: statSync(turn).mtimeMs };
  } catch {
    return undefined;
  }
};

/**
 * Runs the work alone among all works of that name in this folder. The work is given a function that
 * notes the program it has started; the turn is over for others when neither it nor we live any more.
 */
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
    const found = holdersOf(turn);
    const isAbandoned = found?.pids.length ? !found.pids.some(isAlive) : found && Date.now() - found.since > 5000;
    if (isAbandoned) rmSync(turn, { force: true });
    else await pause(100);
  }
  try {
    return await work((pid) => writeFileSync(turn, `${process.pid} ${pid}`));
  } finally {
    rmSync(turn, { force: true });
  }
};
