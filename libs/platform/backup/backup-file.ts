import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/*
 * A backup is one file:
 *
 *   "CAMKET BACKUP 1\n"
 *   parts, each:  length of the header (4 bytes) · header (JSON)
 *                 pieces of the content, each: length (4 bytes) · bytes      ended by a length of 0
 *                 SHA-256 over header and content
 *   SHA-256 over everything before
 *
 * Lengths are big endian. The last part lists all others with their hashes. A content that is `packed` is gzip.
 */
const MAGIC = Buffer.from('CAMKET BACKUP 1\n');
const FAMILY = 'CAMKET BACKUP ';
const HASH = 32;
const BUFFER = 1024 * 1024;
/** No header or piece is longer; a length beyond it is none. */
const LONGEST = 64 * 1024 * 1024;

/** What a part is, beside its content. */
export type PartHeader = {
  readonly kind: 'manifest' | 'table' | 'log' | 'file' | 'note' | 'contents';
  readonly name: string;
  readonly packed: boolean;
  /** The columns of a table, in the order of its rows. */
  readonly columns?: readonly string[];
};

/** The backup is refused, in plain words; nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

const damaged = (what: string): BackupRefused =>
  new BackupRefused(`The backup is damaged: ${what}. Nothing was restored from it.`);

async function* packed(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ level: 5 });
  const feeding = pipeline(Readable.from(content, { objectMode: false }), gzip);
  feeding.catch(() => undefined);
  yield* gzip as AsyncIterable<Uint8Array>;
  await feeding;
}

async function* unpacked(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  const feeding = pipeline(Readable.from(content, { objectMode: false }), gunzip);
  feeding.catch(() => undefined);
  yield* gunzip as AsyncIterable<Uint8Array>;
  await feeding;
}

const lengthOf = (count: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(count);
  return bytes;
};

/** Writes a backup beside its place; it lies there, whole and on the disk, once `finish` has answered. */
export class BackupWriter {
  private readonly whole = createHash('sha256');
  private readonly contents: { kind: string; name: string; bytes: number; sha256: string }[] = [];
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;

  private constructor(
    private readonly path: string,
    private readonly draft: string,
    private readonly file: FileHandle,
  ) {}

  /** Begins a backup at a place where no file lies yet; only its owner may read it. */
  static async create(path: string): Promise<BackupWriter> {
    const there = await open(path, 'r').catch(() => undefined);
    await there?.close();
    if (there) throw new BackupRefused(`${path} is there already; choose another name.`);
    const draft = `${path}.unfinished`;
    try {
      await rm(draft, { force: true });
      const writer = new BackupWriter(path, draft, await open(draft, 'wx', 0o600));
      await writer.write(MAGIC);
      return writer;
    } catch (error) {
      throw new BackupRefused(`${path} cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Adds a part; its content is read to the end. */
  async part(header: PartHeader, content: AsyncIterable<Uint8Array>): Promise<void> {
    const words = Buffer.from(JSON.stringify(header));
    const hash = createHash('sha256').update(words);
    let bytes = 0;
    await this.write(lengthOf(words.length), words);
    for await (const piece of header.packed ? packed(content) : content) {
      for (let from = 0; from < piece.length; from += BUFFER) {
        const part = piece.subarray(from, from + BUFFER);
        hash.update(part);
        bytes += part.length;
        await this.write(lengthOf(part.length), part);
      }
    }
    const digest = hash.digest();
    await this.write(lengthOf(0), digest);
    this.contents.push({ kind: header.kind, name: header.name, bytes, sha256: digest.toString('hex') });
  }

  /** Lists the parts, seals the file and puts it into its place; answers its SHA-256 seal. */
  async finish(): Promise<string> {
    const list = Buffer.from(JSON.stringify(this.contents));
    await this.part({ kind: 'contents', name: 'contents', packed: true }, Readable.from([list]));
    const seal = this.whole.digest();
    this.waiting.push(seal);
    await this.flush();
    await this.file.sync();
    await this.file.close();
    await rename(this.draft, this.path);
    if (process.platform !== 'win32') {
      const folder = await open(dirname(this.path), 'r');
      await folder.sync();
      await folder.close();
    }
    return seal.toString('hex');
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.draft, { force: true });
  }

  private async write(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.whole.update(piece);
      this.waiting.push(piece);
      this.waitingBytes += piece.length;
    }
    if (this.waitingBytes >= BUFFER) await this.flush();
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    await this.file.writeFile(bytes);
  }
}

/** A part as it is read; the content, unpacked, must be read to its end before the next part. */
export type Part = { readonly header: PartHeader; readonly content: AsyncIterable<Uint8Array> };

/** Reads a backup: `check` first, `parts` then. */
export class BackupReader {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly size: number,
  ) {}

  /** Opens a file that begins like a backup of this format. */
  static async open(path: string): Promise<BackupReader> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw new BackupRefused(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    try {
      const about = await file.stat();
      if (!about.isFile()) throw new BackupRefused(`${path} cannot be read: it is no file.`);
      const { size } = about;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
      if (bytesRead < MAGIC.length || !buffer.equals(MAGIC)) {
        const isOurs = buffer.toString('latin1').startsWith(FAMILY);
        throw new BackupRefused(
          isOurs
            ? `${path} is damaged, or a backup of a newer Camket: this one reads format 1.`
            : `${path} is no backup of Camket.`,
        );
      }
      return new BackupReader(path, file, size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Reads the whole file once and refuses it unless every byte is as it was written. */
  async check(progress: (done: number, all: number) => void = () => undefined): Promise<void> {
    const end = this.size - HASH;
    const whole = createHash('sha256');
    const buffer = Buffer.alloc(BUFFER);
    for (let at = 0; at < end;) {
      const { bytesRead } = await this.file.read(buffer, 0, Math.min(BUFFER, end - at), at);
      if (bytesRead === 0) throw damaged('it ends too early');
      whole.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
      progress(at, end);
    }
    const seal = Buffer.alloc(HASH);
    if (end < MAGIC.length) throw damaged('it ends too early');
    await this.file.read(seal, 0, HASH, end);
    if (!whole.digest().equals(seal)) throw damaged('its bytes are not those that were written, or some are missing');
  }

  /** The parts in their order, each checked against its own hash once its content is read. */
  async *parts(): AsyncIterable<Part> {
    const source = new Bytes(this.file, MAGIC.length, this.size - HASH);
    for (;;) {
      const words = await source.take(await source.length());
      const hash = createHash('sha256').update(words);
      let header: PartHeader;
      try {
        header = JSON.parse(words.toString('utf8')) as PartHeader;
      } catch {
        throw damaged('a part has no readable header');
      }
      const content = new Content(source, hash, header.name);
      yield { header, content: header.packed ? unpacked(content.pieces()) : content.pieces() };
      if (!content.isRead) throw new Error(`the part ${header.name} of ${this.path} was not read to its end`);
      if (header.kind === 'contents') return;
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** The content of one part. */
class Content {
  isRead = false;

  constructor(
    private readonly source: Bytes,
    private readonly hash: Hash,
    private readonly name: string,
  ) {}

  async *pieces(): AsyncIterable<Uint8Array> {
    for (;;) {
      const length = await this.source.length();
      if (length === 0) break;
      const piece = await this.source.take(length);
      this.hash.update(piece);
      yield piece;
    }
    if (!this.hash.digest().equals(await this.source.take(HASH))) throw damaged(`the part ${this.name} is not whole`);
    this.isRead = true;
  }
}

/** Reads exact numbers of bytes one after the other. */
class Bytes {
  private buffer = Buffer.alloc(0);

  constructor(
    private readonly file: FileHandle,
    private at: number,
    private readonly end: number,
  ) {}

  async length(): Promise<number> {
    const length = (await this.take(4)).readUInt32BE();
    if (length > LONGEST) throw damaged('a length in it is impossible');
    return length;
  }

  async take(count: number): Promise<Buffer> {
    while (this.buffer.length < count) {
      const wanted = Math.min(this.end - this.at, Math.max(BUFFER, count - this.buffer.length));
      if (wanted <= 0) throw damaged('it ends in the middle of a part');
      const { buffer, bytesRead } = await this.file.read(Buffer.alloc(wanted), 0, wanted, this.at);
      if (bytesRead === 0) throw damaged('it ends in the middle of a part');
      this.at += bytesRead;
      this.buffer = Buffer.concat([this.buffer, buffer.subarray(0, bytesRead)]);
    }
    const taken = this.buffer.subarray(0, count);
    this.buffer = this.buffer.subarray(count);
    return taken;
  }
}
