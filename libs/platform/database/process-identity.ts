import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What tells a process apart from a later one that was given the same number. */
export type ProcessIdentity = {
  readonly pid: number;
  /** When it began, in words of the system; compare for equality. */
  readonly began: string;
  /** The line it was started with; undefined where the system does not tell. */
  readonly command: string | undefined;
};

const fromProc = (pid: number): ProcessIdentity | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  return { pid, began: `${boot} ${fields[18]}`, command };
};

const fromPs = (pid: number): ProcessIdentity | undefined => {
  const line = execFileSync('ps', ['-ww', '-o', 'state=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state, began, command] = /^\s*(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/m.exec(line) ?? [];
  if (!began || state?.startsWith('Z')) return undefined;
  return { pid, began, command };
};

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The process of that number; undefined when there is none. One that has ended and only waits to be buried is none. */
export const processOf = (pid: number): ProcessIdentity | undefined => {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isThere(pid)) return undefined;
  try {
    if (process.platform === 'win32') return { pid, began: '', command: undefined };
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return isThere(pid) ? { pid, began: '', command: undefined } : undefined;
  }
};
