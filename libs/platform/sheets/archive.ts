import { TextDecoder } from 'node:util';
import { crc32, createInflateRaw } from 'node:zlib';
import { refusal, type Refusal } from '#kernel';

/** How much a file may hold once it is unpacked. */
export type ArchiveLimits = {
  /** Bytes of all parts together, unpacked. */
  readonly unpacked: number;
  /** How many times larger than packed a part may be; small parts may be any. */
  readonly ratio: number;
};

export const archiveLimits: ArchiveLimits = { unpacked: 128 * 1024 * 1024, ratio: 100 };

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_ENTRIES = 5_000;
const SMALL = 4 * 1024 * 1024;
/** Text without a tag in it; a cell holds 32,767 signs at most. */
const LONGEST_RUN = 1024 * 1024;
const STEP = 64 * 1024;

type Entry = {
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly at: number;
};

const broken = (): Refusal => refusal('invalid', 'import.broken-file');
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const bomb = (): Refusal => refusal('invalid', 'import.zip-bomb');

/**
 * The parts of a zip file in memory, unpacked one at a time as a stream. What it says of its sizes is checked when it is
 * opened, what it really holds while it is unpacked; it answers with refusals only.
 */
export class Archive {
  private unpacked = 0;

  private constructor(
    private readonly bytes: Buffer,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: ArchiveLimits,
  ) {}

  static open(bytes: Buffer, limits: ArchiveLimits = archiveLimits): Archive {
    let entries: ReadonlyMap<string, Entry>;
    try {
      entries = directoryOf(bytes);
    } catch (error) {
      // Offsets that lead out of the file.
      if (['ERR_OUT_OF_RANGE', 'ERR_BUFFER_OUT_OF_BOUNDS'].includes(codeOf(error))) throw broken();
      throw error;
    }
    let declared = 0;
    for (const { encrypted, packed, unpacked } of entries.values()) {
      if (encrypted) throw refusal('invalid', 'import.encrypted-file');
      declared += unpacked;
      if (declared > limits.unpacked || (unpacked > SMALL && unpacked > packed * limits.ratio)) throw bomb();
    }
    return new Archive(bytes, entries, limits);
  }

  /** The names of its parts. */
  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The text of a part, piece by piece. */
  async *text(name: string): AsyncGenerator<string> {
    let decoder: TextDecoder | undefined;
    let run = 0;
    try {
      for await (const chunk of this.chunks(name)) {
        decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
        const text = decoder.decode(chunk, { stream: true });
        const tag = text.lastIndexOf('<');
        run = tag < 0 ? run + text.length : text.length - tag;
        if (run > LONGEST_RUN) throw bomb();
        yield text;
      }
      yield decoder?.decode() ?? '';
    } catch (error) {
      if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw broken();
      throw error;
    }
  }

  private async *chunks(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw broken();
    const { at, packed, method } = entry;
    if (at + 30 > this.bytes.length || this.bytes.readUInt32LE(at) !== LOCAL) throw broken();
    const from = at + 30 + this.bytes.readUInt16LE(at + 26) + this.bytes.readUInt16LE(at + 28);
    const data = this.bytes.subarray(from, from + packed);
    if (data.length !== packed || (method !== 0 && method !== 8)) throw broken();

    let [size, crc] = [0, 0];
    for await (const chunk of method === 0 ? [data] : inflated(data)) {
      size += chunk.length;
      this.unpacked += chunk.length;
      if (this.unpacked > this.limits.unpacked || (size > SMALL && size > packed * this.limits.ratio)) throw bomb();
      // More than it declares: the declaration was made to pass the check.
      if (size > entry.unpacked) throw bomb();
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (size !== entry.unpacked || crc !== entry.crc) throw broken();
  }
}

async function* inflated(data: Buffer): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: STEP });
  inflate.end(data);
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
  } catch (error) {
    if (codeOf(error).startsWith('Z_')) throw broken();
    throw error;
  }
}

const encodingOf = (start: Buffer): string => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
};

const large = (bytes: Buffer, at: number): number => {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw bomb();
  return Number(value);
};

const directoryOf = (bytes: Buffer): ReadonlyMap<string, Entry> => {
  let end = bytes.length - 22;
  const earliest = Math.max(0, end - 0xffff);
  while (end >= earliest && bytes.readUInt32LE(end) !== END) end--;
  if (end < earliest) throw broken();

  let count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if ((count === 0xffff || at === 0xffffffff) && end >= 20 && bytes.readUInt32LE(end - 20) === END_64_LOCATOR) {
    const end64 = large(bytes, end - 20 + 8);
    if (bytes.readUInt32LE(end64) !== END_64) throw broken();
    count = large(bytes, end64 + 32);
    at = large(bytes, end64 + 48);
  }
  if (count > MOST_ENTRIES) throw bomb();

  const entries = new Map<string, Entry>();
  for (let n = 0; n < count; n++) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw broken();
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength).replace(/\\/gu, '/');
    let [packed, unpacked, start] = [20, 24, 42].map((offset) => bytes.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    // Sizes beyond 32 bit, or written without knowing them, stand in an extra field in this order.
    let extra = at + 46 + nameLength;
    const extraEnd = extra + extraLength;
    while (extra + 4 <= extraEnd) {
      const [id, length] = [bytes.readUInt16LE(extra), bytes.readUInt16LE(extra + 2)];
      let value = extra + 4;
      const next = (): number => {
        value += 8;
        return large(bytes, value - 8);
      };
      if (id === 1) {
        if (unpacked === 0xffffffff) unpacked = next();
        if (packed === 0xffffffff) packed = next();
        if (start === 0xffffffff) start = next();
      }
      extra += 4 + length;
    }
    // Two parts of one name: readers differ in which they show, so nobody can say what was signed.
    if (entries.has(name)) throw broken();
    entries.set(name, {
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed,
      unpacked,
      at: start,
    });
    at = extraEnd + commentLength;
  }
  return entries;
};
