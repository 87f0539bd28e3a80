import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processOf } from './process-identity.js';

/** What a running Camket notes in its data folder, for those who want to join it. */
export type Running = {
  readonly pid: number;
  readonly began: string;
  /** Where it serves HTTP; missing until it does. */
  readonly url?: string;
  /** The address of its database, with the password: the note is readable by its owner alone. */
  readonly database?: string;
  readonly stopping?: true;
};

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'a file stands in its place',
  ENOTDIR: 'a file stands in its place',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'it can only be read',
  ENOSPC: 'the disk is full',
  ENOENT: 'no folder can be made there',
};

/** The data folder can neither be made nor written; the message says why and what to do. */
export class FolderUnusable extends Error {
  constructor(folder: string, cause: unknown) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    super(`The data folder ${folder} cannot be used: ${WHY[code] ?? message}. Check CAMKET_DATA.`, { cause });
    this.name = 'FolderUnusable';
  }
}

/** Another Camket works on this data folder. */
export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    readonly running: Running,
  ) {
    super(
      `Camket already runs on ${folder}${running.url ? ` at ${running.url}` : ''} (process ${running.pid}). ` +
        'Use that one, end it with Ctrl-C where it was started, or choose another folder with CAMKET_DATA.',
    );
    this.name = 'FolderInUse';
  }
}

/** Makes a folder and those above it. Node's own way of doing that never ends where the kernel makes none, as in /proc. */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return void mkdirSync(path, { recursive: true });
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

const noteIn = (folder: string): string => join(folder, 'server.json');

const holderOf = (folder: string): Running | undefined => {
  let note: Running;
  try {
    note = JSON.parse(readFileSync(noteIn(folder), 'utf8')) as Running;
  } catch {
    return undefined;
  }
  const found = processOf(note.pid);
  return found && found.began === note.began ? note : undefined;
};

/** How long a turn may take before its owner is taken for dead: reading and writing one small file. */
const LONGEST_TURN_MS = 5000;

const inTurn = async <T>(folder: string, work: () => T): Promise<T> => {
  const turn = join(folder, 'server.json.turn');
  for (;;) {
    try {
      mkdirSync(turn);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > LONGEST_TURN_MS) rmSync(turn, { recursive: true, force: true });
      await pause(20);
    }
  }
  try {
    return work();
  } finally {
    rmdirSync(turn);
  }
};

/**
 * The right of one process to work on a data folder. A process that was killed loses it by itself, also when its
 * number is given to another one; two that ask at once are told apart.
 */
export class DataFolder {
  private constructor(
    readonly path: string,
    private note: Running,
  ) {}

  /**
   * Takes the folder, making it when it is not there. Waits for a holder that is stopping, and `patienceMs` for one
   * that may have been killed a moment ago; then refuses with `FolderInUse`, and with `FolderUnusable` what is no folder
   * to write in.
   */
  static async claim(path: string, options: { readonly patienceMs?: number } = {}): Promise<DataFolder> {
    try {
      makeFolder(path);
      accessSync(path, constants.W_OK);
    } catch (error) {
      throw new FolderUnusable(path, error);
    }
    const self = processOf(process.pid);
    if (!self) throw new Error('this process does not find itself');
    const folder = new DataFolder(path, { pid: self.pid, began: self.began });
    const started = Date.now();
    for (;;) {
      const holder = await inTurn(path, () => {
        const found = holderOf(path);
        if (!found) folder.write();
        return found;
      });
      if (!holder) return folder;
      if (Date.now() - started > (holder.stopping ? 60_000 : (options.patienceMs ?? 3000)))
        throw new FolderInUse(path, holder);
      await pause(100);
    }
  }

  /** The Camket that works on this folder now; undefined when none does. */
  static runningIn(path: string): Running | undefined {
    return holderOf(path);
  }

  /** Tells others where to find this process. */
  announce(found: { readonly url?: string; readonly database?: string }): void {
    this.note = { ...this.note, ...found };
    this.write();
  }

  /** Tells others that this process is about to end, so that the next one waits for it. */
  leave(): void {
    this.note = { ...this.note, stopping: true };
    this.write();
  }

  /** Gives the folder back; the next one may take it at once. */
  release(): void {
    rmSync(noteIn(this.path), { force: true });
  }

  private write(): void {
    const draft = `${noteIn(this.path)}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(this.note)}\n`, { mode: 0o600 });
    renameSync(draft, noteIn(this.path));
  }
}
