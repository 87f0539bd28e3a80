import { finished } from 'node:stream/promises';
import { compileFunction } from 'node:vm';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { OPEN } from '#kernel';
import type { TableShape } from './row-buffer.js';

/** What the rows of views hold. */
export type Value = object | string | number | boolean | null | undefined;

/** What COPY has to be told otherwise; only values of these types hold any of it. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const ESCAPED = /[\\\t\n\r]/;
const FREE_TYPES = /text|json|char|\[\]/;

/** A value as text that PostgreSQL reads: lists in its own way of writing, other objects as JSON. */
export const textOf = (value: NonNullable<Value>, type: string): string => {
  if (typeof value !== 'object') return String(value);
  return type.endsWith('[]') ? `{${(value as readonly unknown[]).join(',')}}` : JSON.stringify(value);
};

const escaped = (value: NonNullable<Value>, type: string): string => {
  const text = textOf(value, type);
  return ESCAPED.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign) : text;
};

/** Rows as COPY reads them in its text format. */
const linesOf = ({ columns, types }: TableShape, rows: readonly object[]): string => {
  const free = types.map((type) => FREE_TYPES.test(type));
  let lines = '';
  for (const row of rows) {
    for (const [index, column] of columns.entries()) {
      const value = (row as Record<string, Value>)[column] ?? null;
      if (index > 0) lines += '\t';
      if (value === null) lines += '\\N';
      else lines += free[index] || typeof value === 'object' ? escaped(value, types[index] ?? '') : String(value);
    }
    lines += '\n';
  }
  return lines;
};

/** So many bytes are put together before they are sent. */
const PIECE = 1 << 18;
/** Pieces that were sent: made anew each time, thousands of them would have the collector look through all of the heap. */
const sent: Buffer[] = [];
const MOST_KEPT = 128;
const pieceOf = (length: number): Buffer =>
  (length <= PIECE ? sent.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(PIECE, length));
const keep = (piece: Buffer | string): void => {
  if (typeof piece === 'string' || piece.buffer.byteLength !== PIECE || sent.length === MOST_KEPT) return;
  sent.push(Buffer.from(piece.buffer));
};

/** Lets go of the pieces that are kept for the next rows. */
export const forgetPieces = (): void => {
  sent.length = 0;
};

/** No value without an end of its own takes more bytes. */
const MOST_BYTES = 20;
/** Up to this length a text is written sign by sign: asking for it to be written takes longer. */
const SHORT = 40;

const NO_DIGIT = 255;
const HEX = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = HEX[digit.toUpperCase().charCodeAt(0)] = value;
}
const HYPHEN = 45;

const MS_A_DAY = 86_400_000;
/** PostgreSQL counts from the beginning of 2000. */
const BEGINNING = Date.UTC(2000, 0, 1);

/** Days that were met, as PostgreSQL counts them. */
const days = new Map<string, number>();
const MOST_DAYS = 50_000;
const DAY = /^\d{4}-\d\d-\d\d$/;
const dayNumber = (text: unknown): number | undefined => {
  if (typeof text !== 'string') return undefined;
  const known = days.get(text);
  if (known !== undefined) return known;
  const ms = DAY.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return undefined;
  if (days.size >= MOST_DAYS) days.clear();
  const number = (ms - BEGINNING) / MS_A_DAY;
  days.set(text, number);
  return number;
};

const INSTANT = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** An instant as JavaScript writes it, in the microseconds that PostgreSQL counts. */
const instantNumber = (text: string): number | undefined => {
  const day = INSTANT.test(text) ? dayNumber(text.slice(0, 10)) : undefined;
  return day === undefined ? undefined : (Date.parse(text) - BEGINNING) * 1000;
};

const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];
const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= LEAST && value <= MOST ? value : undefined;

/** So many digits JavaScript holds exactly. */
const EXACT_DIGITS = 15;

const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

type Mark = { readonly done: number; readonly bytes: Buffer; readonly at: number };

/**
 * Rows in the binary format of COPY. What writes a value with its length before it answers false when the value is not
 * written as its kind always is here.
 */
class BinaryRows {
  private readonly done: Buffer[] = [];
  private bytes = pieceOf(PIECE);
  private at = HEAD.copy(this.bytes);
  /** Bytes for the values of a row that have no end of their own. */
  private readonly spare: number;
  /** The instant that came last: rows of one moment come together. */
  private instantText = '';
  private instantOfText = 0;

  constructor(private readonly columns: number) {
    this.spare = 2 + columns * MOST_BYTES;
  }

  begin(): void {
    this.room(0);
    this.int16(this.columns);
  }

  end(): readonly Buffer[] {
    this.room(0);
    this.int16(-1);
    return [...this.done, this.bytes.subarray(0, this.at)];
  }

  /** Where it stands, for `back`. */
  mark(): Mark {
    return { done: this.done.length, bytes: this.bytes, at: this.at };
  }

  /** Takes back what was written since. */
  back({ done, bytes, at }: Mark): void {
    this.done.length = done;
    this.bytes = bytes;
    this.at = at;
  }

  absent(): boolean {
    this.int32(-1);
    return true;
  }

  uuid(value: unknown): boolean {
    if (typeof value !== 'string' || value.length !== 36) return false;
    this.int32(16);
    const { bytes } = this;
    let { at } = this;
    let seen = 0;
    let signs = 0;
    for (let index = 0; index < 36; index += 2) {
      if (index === 8 || index === 13 || index === 18 || index === 23) {
        if (value.charCodeAt(index) !== HYPHEN) return false;
        index += 1;
      }
      const first = value.charCodeAt(index);
      const second = value.charCodeAt(index + 1);
      const high = HEX[first & 127] as number;
      const low = HEX[second & 127] as number;
      signs |= first | second;
      seen |= high | low;
      bytes[at++] = (high << 4) | low;
    }
    this.at = at;
    return seen < 16 && signs < 128;
  }

  date(value: unknown): boolean {
    return this.fourBytes(dayNumber(value));
  }

  instant(value: unknown): boolean {
    if (typeof value !== 'string') return false;
    if (value !== this.instantText) {
      const number = instantNumber(value);
      if (number === undefined) return false;
      this.instantText = value;
      this.instantOfText = number;
    }
    this.int32(8);
    this.int64(this.instantOfText);
    return true;
  }

  integer(value: unknown): boolean {
    return this.fourBytes(wholeNumber(value));
  }

  bigint(value: unknown): boolean {
    if (typeof value !== 'string') return false;
    if (value === OPEN) {
      this.int32(8);
      this.int32(0x7fffffff);
      this.int32(-1);
      return true;
    }
    if (value.length === 0 || value.length > EXACT_DIGITS) return false;
    let number = 0;
    for (let index = 0; index < value.length; index += 1) {
      const digit = value.charCodeAt(index) - 48;
      if (digit < 0 || digit > 9) return false;
      number = number * 10 + digit;
    }
    this.int32(8);
    this.int64(number);
    return true;
  }

  double(value: unknown): boolean {
    if (typeof value !== 'number') return false;
    this.int32(8);
    this.at = this.bytes.writeDoubleBE(value, this.at);
    return true;
  }

  boolean(value: unknown): boolean {
    if (typeof value !== 'boolean') return false;
    this.int32(1);
    this.bytes[this.at++] = value ? 1 : 0;
    return true;
  }

  text(value: unknown): boolean {
    this.words(textOf(value as NonNullable<Value>, ''), 0);
    return true;
  }

  /** Its form of transfer has a version before the text. */
  jsonb(value: unknown): boolean {
    this.words(textOf(value as NonNullable<Value>, ''), 1);
    return true;
  }

  dates(value: unknown): boolean {
    return this.list(value, 1082, dayNumber);
  }

  integers(value: unknown): boolean {
    return this.list(value, 23, wholeNumber);
  }

  /** Makes sure that so many bytes may be written at `at`, and behind them what else a row may take without asking. */
  private room(length: number): void {
    const wanted = length + this.spare;
    if (this.at + wanted <= this.bytes.length) return;
    this.done.push(this.bytes.subarray(0, this.at));
    this.bytes = pieceOf(wanted);
    this.at = 0;
  }

  private int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  private int32(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.at = at + 4;
  }

  /** A whole number that JavaScript holds exactly. */
  private int64(value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.int32(high);
    this.int32(value - high * 2 ** 32);
  }

  private fourBytes(number: number | undefined): boolean {
    if (number === undefined) return false;
    this.int32(4);
    this.int32(number);
    return true;
  }

  private words(value: string, version: 0 | 1): void {
    const { length } = value;
    const lead = 4 + version;
    this.room(lead + length * 3);
    const { bytes, at } = this;
    const begin = at + lead;
    let signs = NO_DIGIT;
    if (length <= SHORT) {
      signs = 0;
      for (let index = 0; index < length; index += 1) {
        const sign = value.charCodeAt(index);
        signs |= sign;
        bytes[begin + index] = sign;
      }
    }
    const written = signs < 128 ? length : bytes.write(value, begin, length * 3, 'utf8');
    this.int32(written + version);
    if (version === 1) bytes[at + 4] = 1;
    this.at = begin + written;
  }

  /** A list of values that take four bytes each. */
  private list(value: unknown, kind: number, numberOf: (value: unknown) => number | undefined): boolean {
    if (!Array.isArray(value)) return false;
    const { length } = value;
    this.room(24 + 8 * length);
    this.int32(length === 0 ? 12 : 20 + 8 * length);
    this.int32(length === 0 ? 0 : 1);
    this.int32(0);
    this.int32(kind);
    if (length === 0) return true;
    this.int32(length);
    this.int32(1);
    for (let index = 0; index < length; index += 1) if (!this.fourBytes(numberOf(value[index]))) return false;
    return true;
  }
}

/** What writes a value, by the types of PostgreSQL as TypeORM calls them. */
const WRITES: Readonly<Record<string, keyof BinaryRows>> = {
  uuid: 'uuid',
  date: 'date',
  'timestamp with time zone': 'instant',
  integer: 'integer',
  bigint: 'bigint',
  'double precision': 'double',
  boolean: 'boolean',
  text: 'text',
  json: 'text',
  jsonb: 'jsonb',
  'date[]': 'dates',
  'integer[]': 'integers',
};

type Write = (rows: readonly object[], to: BinaryRows) => boolean;
const writes = new WeakMap<TableShape, Write | 'as text'>();

/**
 * Puts the way of writing a table's rows into a program of its own: one that goes through the columns of any table takes
 * two and a half times as long, for it has to find out anew where each row holds which value.
 */
const writeOf = (shape: TableShape): Write | 'as text' => {
  const known = writes.get(shape);
  if (known) return known;
  const ways = shape.types.map((type) => WRITES[type]);
  const values = shape.columns.map(
    (column, index) =>
      `value = row[${JSON.stringify(column)}];
       if (!(value === null || value === undefined ? to.absent() : to.${ways[index]}(value))) return false;`,
  );
  const write = ways.includes(undefined)
    ? 'as text'
    : (compileFunction(
        `let value;
         for (const row of rows) {
           to.begin();
           ${values.join('\n')}
         }
         return true;`,
        ['rows', 'to'],
      ) as Write);
  writes.set(shape, write);
  return write;
};

type Change = (row: object, change: object) => object;
const changes = new WeakMap<TableShape, Change>();

/**
 * The row that a change makes of another of the same table; by a program of the table's own, since copying rows of any
 * table takes several times as long, and what comes of it is larger.
 */
export const changed = (shape: TableShape, row: object, change: object): object => {
  let make = changes.get(shape);
  if (!make) {
    const columns = shape.columns.map((column) => JSON.stringify(column));
    make = compileFunction(
      `const made = { ${columns.map((column) => `${column}: row[${column}]`).join(', ')} };
       for (const column in change) made[column] = change[column];
       return made;`,
      ['row', 'change'],
    ) as Change;
    changes.set(shape, make);
  }
  return make(row, change);
};

/** Rows in the form in which they are sent. */
export type Copied = { readonly isBinary: boolean; readonly pieces: readonly (Buffer | string)[] };

/**
 * Puts rows of a table into the form in which they are sent: the binary one of COPY, which spares PostgreSQL a third of
 * the work. When a value is not written as its kind always is here, rows go as text: then PostgreSQL has to read it, and
 * to judge it.
 */
export class Copying {
  /** So many rows were added since the last `take`. */
  count = 0;
  private readonly ready: Copied[] = [];
  private binary: BinaryRows | undefined;
  /** It holds rows. */
  private isBinary = false;
  private readonly write: Write | 'as text';

  constructor(private readonly shape: TableShape) {
    this.write = writeOf(shape);
  }

  /** Adds rows; what changes of them afterwards is not sent. */
  add(rows: readonly object[]): void {
    this.count += rows.length;
    if (this.write !== 'as text') {
      this.binary ??= new BinaryRows(this.shape.columns.length);
      const mark = this.binary.mark();
      if (this.write(rows, this.binary)) {
        this.isBinary = true;
        return;
      }
      this.binary.back(mark);
      this.endBinary();
    }
    this.ready.push({ isBinary: false, pieces: [linesOf(this.shape, rows)] });
  }

  /** What was added, to be sent in this order. */
  take(): readonly Copied[] {
    this.endBinary();
    this.count = 0;
    return this.ready.splice(0);
  }

  private endBinary(): void {
    if (this.binary && this.isBinary) this.ready.push({ isBinary: true, pieces: this.binary.end() });
    this.binary = undefined;
    this.isBinary = false;
  }
}

/** Sends rows to a table, named with its schema, that was made or emptied in the same transaction. */
export const copyInto = async (
  client: pg.ClientBase,
  table: string,
  { columns }: TableShape,
  { isBinary, pieces }: Copied,
): Promise<void> => {
  const names = columns.map((name) => pg.escapeIdentifier(name)).join(', ');
  const stream = client.query(
    copyFrom(`copy ${table} (${names}) from stdin (freeze${isBinary ? ', format binary' : ''})`),
  );
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await finished(stream);
  pieces.forEach(keep);
};
