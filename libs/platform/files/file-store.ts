import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { refusal } from '#kernel';
import { SystemClock, type Clock } from '#platform/clock';
import type { Database } from '#platform/database';
import { contentTypeOf, isExecutable } from './content-type.js';

/** What is known of a stored file; its name is that of its content. */
export type StoredFile = {
  /** SHA-256 of the content, hex in lower case. */
  readonly sha256: string;
  readonly size: number;
  /** The media type by content. */
  readonly type: string;
  /** When it was taken in, ISO in UTC. */
  readonly uploaded: string;
  /** Who handed it in: an account's id, or the name of a system actor. */
  readonly by: string;
};

/** A file that is not what the table says it is. */
export type FileFault = { readonly sha256: string; readonly fault: 'missing' | 'altered' };

const HASH = /^[0-9a-f]{64}$/;
const LOCK = 7_026_003;
const ABANDONED = 24 * 3_600_000;
const COLUMNS = 'sha256, size::float8 as size, type, uploaded, by';

/** The uploads of this process; what else carries its number is left over from another life. */
const underWay = new Set<string>();

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const settle = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** A document names its file by the hash alone, evidence by what is known of it. */
const namedIn = (value: unknown, named = new Set<string>()): ReadonlySet<string> => {
  if (typeof value !== 'object' || value === null) return named;
  for (const field of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[field];
    if ((field === 'file' || field === 'sha256') && typeof inner === 'string') named.add(inner);
    else if (typeof inner === 'object') namedIn(inner, named);
  }
  return named;
};

/**
 * Files by their content: one folder, one table. A file that was taken in is on the disk, whole; half an upload,
 * however it ended, leaves nothing. The same content is stored once.
 */
export class FileStore {
  private readonly incoming: string;

  private constructor(
    private readonly folder: string,
    private readonly database: Database,
    private readonly clock: Clock,
    /** The largest file that is taken in, bytes. */
    readonly largest: number,
  ) {
    this.incoming = join(folder, 'incoming');
  }

  /** Opens the folder, making it when it is not there, and sweeps what uploads of ended processes left behind. */
  static async open(
    folder: string,
    database: Database,
    options: { readonly clock: Clock; readonly largest: number },
  ): Promise<FileStore> {
    const store = new FileStore(folder, database, options.clock, options.largest);
    await mkdir(store.incoming, { recursive: true });
    await store.sweep();
    return store;
  }

  /** The files of a folder as they lie there, to be looked at: nothing is made and nothing is swept. */
  static look(folder: string, database: Database): FileStore {
    return new FileStore(folder, database, new SystemClock(), 0);
  }

  /**
   * Takes a file in. Refused are an empty one, one larger than the limit and what a machine would run; the content is
   * read to its end in each case.
   */
  async store(content: AsyncIterable<Uint8Array>, by: string): Promise<StoredFile> {
    const ticket = `${hostname()}.${process.pid}.${randomBytes(8).toString('hex')}`;
    const temporary = join(this.incoming, ticket);
    underWay.add(ticket);
    try {
      const { sha256, size } = await this.receive(content, temporary, this.largest);
      if (size === 0) throw refusal('invalid', 'file.empty');
      const type = await contentTypeOf(temporary);
      if (isExecutable(type)) throw refusal('invalid', 'file.executable', { type });
      return await this.keep({ sha256, size, type, uploaded: this.clock.now(), by }, temporary, ticket);
    } finally {
      await rm(temporary, { force: true });
      underWay.delete(ticket);
    }
  }

  /**
   * Puts the content of a file into its place before its row is there (restore of a backup); throws when it is not the
   * content of that name. Once the row is committed, call the answer: without it the next start sweeps the content away.
   */
  async place(sha256: string, content: AsyncIterable<Uint8Array>): Promise<() => Promise<void>> {
    const ticket = `${hostname()}.${process.pid}.${randomBytes(8).toString('hex')}`;
    const temporary = join(this.incoming, ticket);
    underWay.add(ticket);
    try {
      const received = await this.receive(content, temporary, Infinity);
      if (received.sha256 !== sha256) throw new Error(`the content of the file ${sha256} is not the one it was`);
      const mark = await this.moved(sha256, temporary, ticket);
      return async () => {
        await rm(mark, { force: true });
        underWay.delete(ticket);
      };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** True when the file is stored. */
  async has(sha256: string): Promise<boolean> {
    return (await this.facts(sha256)) !== undefined;
  }

  /** The files that a command's data names anywhere and that are not stored, each once. */
  async missingIn(data: unknown): Promise<string[]> {
    const named = [...namedIn(data)];
    if (named.length === 0) return named;
    const there = await Promise.all(named.map((sha256) => this.has(sha256)));
    return named.filter((_, index) => !there[index]);
  }

  /** What is known of a file; undefined when it is not stored. */
  async facts(sha256: string): Promise<StoredFile | undefined> {
    if (!HASH.test(sha256)) return undefined;
    const { rows } = await this.database.pool.query<StoredFile>(
      `select ${COLUMNS} from stored_file where sha256 = $1`,
      [sha256],
    );
    return rows[0];
  }

  /** The content of a stored file as a stream, which its reader must consume or destroy; refuses an absent one. */
  async open(sha256: string): Promise<{ readonly facts: StoredFile; readonly content: Readable }> {
    const facts = await this.facts(sha256);
    if (!facts) throw refusal('absent', 'file.absent');
    const handle = await open(this.pathOf(sha256), 'r');
    return { facts, content: handle.createReadStream() };
  }

  /** All files in the order of their hashes, as that connection sees them. */
  async *all(client: pg.Pool | pg.ClientBase = this.database.pool): AsyncIterable<StoredFile> {
    for (let after = ''; ;) {
      const { rows } = await client.query<StoredFile>(
        `select ${COLUMNS} from stored_file where sha256 > $1 order by sha256 limit 500`,
        [after],
      );
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = last.sha256;
    }
  }

  /**
   * Reads every file and says which are missing or are not their own content any more; by their size alone where that is
   * enough.
   */
  async *verify(
    progress: (done: number) => void = () => undefined,
    by: 'content' | 'size' = 'content',
  ): AsyncIterable<FileFault> {
    let done = 0;
    for await (const { sha256, size } of this.all()) {
      try {
        const path = this.pathOf(sha256);
        const isWhole = by === 'size' ? (await stat(path)).size === size : (await hashOf(path)) === sha256;
        if (!isWhole) yield { sha256, fault: 'altered' };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        yield { sha256, fault: 'missing' };
      }
      done += 1;
      progress(done);
    }
  }

  /** The paths of what lies among the stored files and is none of them. What is taken in meanwhile is passed by. */
  async unnamed(): Promise<readonly string[]> {
    const found = (await readdir(this.folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory() && entry.parentPath !== this.incoming)
      .map(({ parentPath, name }) => join(parentPath, name));
    // In this order: a file that lost its mark since has its row.
    const marks = await readdir(this.incoming).catch((): string[] => []);
    const known = new Set(marks.map((name) => this.pathOf(name.split('.').at(-1) ?? '')));
    for await (const { sha256 } of this.all()) known.add(this.pathOf(sha256));
    return found.filter((path) => !known.has(path)).sort();
  }

  private pathOf(sha256: string): string {
    return join(this.folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  private async receive(
    content: AsyncIterable<Uint8Array>,
    temporary: string,
    largest: number,
  ): Promise<{ sha256: string; size: number }> {
    const hash = createHash('sha256');
    let size = 0;
    const file = await open(temporary, 'wx', 0o640);
    try {
      for await (const chunk of content) {
        size += chunk.length;
        if (size > largest) continue;
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      if (size > largest) throw refusal('invalid', 'file.too-large', { largest });
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest('hex'), size };
  }

  /**
   * Moves a whole file into its place and says so in the table. Between the two it lies there with a mark, by which
   * `sweep` finds it when the process ends in this moment.
   */
  private async keep(facts: StoredFile, temporary: string, ticket: string): Promise<StoredFile> {
    const mark = this.markOf(facts.sha256, ticket);
    const kept = await this.alone(facts.sha256, async (client) => {
      const target = this.pathOf(facts.sha256);
      const { rows } = await client.query<StoredFile>(`select ${COLUMNS} from stored_file where sha256 = $1`, [
        facts.sha256,
      ]);
      const lies = await stat(target).then(
        ({ size }) => size === facts.size,
        () => false,
      );
      if (rows[0] && lies) return rows[0];
      await this.moved(facts.sha256, temporary, ticket);
      if (!rows[0]) {
        await client.query('insert into stored_file (sha256, size, type, uploaded, by) values ($1, $2, $3, $4, $5)', [
          facts.sha256,
          facts.size,
          facts.type,
          facts.uploaded,
          facts.by,
        ]);
      }
      return rows[0] ?? facts;
    });
    // Where the table did not take it the mark stays, and the next start looks again.
    await rm(mark, { force: true });
    return kept;
  }

  private markOf(sha256: string, ticket: string): string {
    return join(this.incoming, `${ticket}.${sha256}`);
  }

  /** Moves a whole file into its place, with the mark by which `sweep` finds it while it has no row. */
  private async moved(sha256: string, temporary: string, ticket: string): Promise<string> {
    const mark = this.markOf(sha256, ticket);
    const target = this.pathOf(sha256);
    await (await open(mark, 'w', 0o640)).close();
    await settle(this.incoming);
    await this.prepare(dirname(target));
    await rename(temporary, target);
    await settle(dirname(target));
    return mark;
  }

  private async prepare(folder: string): Promise<void> {
    const made = await mkdir(folder, { recursive: true });
    if (made === undefined) return;
    for (let at = folder; at.length >= dirname(made).length; at = dirname(at)) await settle(at);
  }

  /** One at a time per content, across processes: placing and sweeping never cross. */
  private async alone<T>(sha256: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.database.pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCK, sha256]);
      const answer = await work(client);
      await client.query('commit');
      client.release();
      return answer;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      client.release(true);
      throw error;
    }
  }

  private async sweep(): Promise<void> {
    for (const name of await readdir(this.incoming)) {
      const path = join(this.incoming, name);
      const parts = name.split('.');
      const sha256 = HASH.test(parts.at(-1) ?? '') ? parts.pop() : undefined;
      const pid = Number(parts.at(-2));
      const ours = name.startsWith(`${hostname()}.`);
      const ended = pid === process.pid ? !underWay.has(parts.join('.')) : !isAlive(pid);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (!(ours ? ended : Date.now() - mtimeMs > ABANDONED)) continue;
      if (sha256 !== undefined) {
        await this.alone(sha256, async (client) => {
          const { rowCount } = await client.query('select 1 from stored_file where sha256 = $1', [sha256]);
          if (rowCount === 0) await rm(this.pathOf(sha256), { force: true });
        });
      }
      await rm(path, { force: true });
    }
  }
}
