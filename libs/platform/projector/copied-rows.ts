import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { JsonText, OPEN } from '#kernel';
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
  if (value instanceof JsonText) return value.text;
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

/** Bytes in pieces, written one after the other; what is asked for with `room` lies within one piece. */
class Pieces {
  readonly done: Buffer[] = [];
  bytes = Buffer.allocUnsafe(PIECE);
  at = 0;

  /** Makes sure that so many bytes may be written at `at`. */
  room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    this.done.push(this.bytes.subarray(0, this.at));
    this.bytes = Buffer.allocUnsafe(Math.max(PIECE, length));
    this.at = 0;
  }

  all(): readonly Buffer[] {
    return [...this.done, this.bytes.subarray(0, this.at)];
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.at = at + 4;
  }

  /** A whole number that JavaScript holds exactly. */
  int64(value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.int32(high);
    this.int32(value - high * 2 ** 32);
  }

  /** A text with its length before it, behind a version if it has one. */
  text(value: string, version?: number): void {
    const lead = version === undefined ? 4 : 5;
    const most = value.length * 3;
    this.room(lead + most);
    const { bytes, at } = this;
    const length = bytes.write(value, at + lead, most, 'utf8');
    this.int32(length + lead - 4);
    if (version !== undefined) bytes[at + 4] = version;
    this.at = at + lead + length;
  }
}

/** Writes a value with its length before it; false when it is not written as these values always are here. */
type Encode = (value: NonNullable<Value>, to: Pieces) => boolean;

const NO_DIGIT = 255;
const HEX = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = HEX[digit.toUpperCase().charCodeAt(0)] = value;
}
const HYPHEN = 45;

const uuid: Encode = (value, to) => {
  if (typeof value !== 'string' || value.length !== 36) return false;
  to.room(20);
  to.int32(16);
  const { bytes } = to;
  let { at } = to;
  let seen = 0;
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (value.charCodeAt(index) !== HYPHEN) return false;
      index += 1;
    }
    const [first, second] = [value.charCodeAt(index), value.charCodeAt(index + 1)];
    if ((first | second) > 127) return false;
    const [high, low] = [HEX[first] as number, HEX[second] as number];
    seen |= high | low;
    bytes[at++] = (high << 4) | low;
  }
  to.at = at;
  return seen < 16;
};

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

/** An instant as JavaScript writes it. */
const instant: Encode = (value, to) => {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  const day = dayNumber(value.slice(0, 10));
  if (day === undefined) return false;
  const two = (at: number): number => value.charCodeAt(at) * 10 + value.charCodeAt(at + 1) - 528;
  const seconds = two(11) * 3600 + two(14) * 60 + two(17);
  const thousandths = two(20) * 10 + value.charCodeAt(22) - 48;
  to.room(12);
  to.int32(8);
  to.int64(day * MS_A_DAY * 1000 + seconds * 1_000_000 + thousandths * 1000);
  return true;
};

const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= LEAST && value <= MOST ? value : undefined;

/** A value that takes four bytes. */
const fourBytes =
  (numberOf: (value: unknown) => number | undefined): Encode =>
  (value, to) => {
    const number = numberOf(value);
    if (number === undefined) return false;
    to.room(8);
    to.int32(4);
    to.int32(number);
    return true;
  };

/** So many digits JavaScript holds exactly. */
const EXACT_DIGITS = 15;

const bigint: Encode = (value, to) => {
  if (typeof value !== 'string') return false;
  to.room(12);
  if (value === OPEN) {
    to.int32(8);
    to.int32(0x7fffffff);
    to.int32(-1);
    return true;
  }
  if (value.length === 0 || value.length > EXACT_DIGITS) return false;
  let number = 0;
  for (let index = 0; index < value.length; index += 1) {
    const digit = value.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return false;
    number = number * 10 + digit;
  }
  to.int32(8);
  to.int64(number);
  return true;
};

const double: Encode = (value, to) => {
  if (typeof value !== 'number') return false;
  to.room(12);
  to.int32(8);
  to.at = to.bytes.writeDoubleBE(value, to.at);
  return true;
};

const boolean: Encode = (value, to) => {
  if (typeof value !== 'boolean') return false;
  to.room(5);
  to.int32(1);
  to.bytes[to.at++] = value ? 1 : 0;
  return true;
};

const text: Encode = (value, to) => {
  to.text(textOf(value, ''));
  return true;
};

/** Its form of transfer has a version before the text. */
const jsonb: Encode = (value, to) => {
  to.text(textOf(value, ''), 1);
  return true;
};

/** A list of values that take four bytes each. */
const listOf =
  (kind: number, numberOf: (value: unknown) => number | undefined): Encode =>
  (value, to) => {
    if (!Array.isArray(value)) return false;
    const { length } = value;
    to.room(24 + 8 * length);
    to.int32(length === 0 ? 12 : 20 + 8 * length);
    to.int32(length === 0 ? 0 : 1);
    to.int32(0);
    to.int32(kind);
    if (length === 0) return true;
    to.int32(length);
    to.int32(1);
    for (let index = 0; index < length; index += 1) {
      const number = numberOf(value[index]);
      if (number === undefined) return false;
      to.int32(4);
      to.int32(number);
    }
    return true;
  };

/** By the types of PostgreSQL as TypeORM calls them; lists by the numbers under which it knows what they are of. */
const ENCODES: Readonly<Record<string, Encode>> = {
  uuid,
  date: fourBytes(dayNumber),
  'timestamp with time zone': instant,
  integer: fourBytes(wholeNumber),
  bigint,
  'double precision': double,
  boolean,
  text,
  json: text,
  jsonb,
  'date[]': listOf(1082, dayNumber),
  'integer[]': listOf(23, wholeNumber),
};

const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/**
 * Rows as COPY reads them in its binary format, which spares PostgreSQL a third of the work; undefined when a value is not written
 * as its kind always is here: then PostgreSQL has to read it, and to judge it.
 */
const bytesOf = ({ columns, types }: TableShape, rows: readonly object[]): readonly Buffer[] | undefined => {
  const encodes = types.map((type) => ENCODES[type]);
  if (encodes.includes(undefined)) return undefined;
  const to = new Pieces();
  HEAD.copy(to.bytes);
  to.at = HEAD.length;
  for (const row of rows) {
    to.room(2);
    to.int16(columns.length);
    for (let index = 0; index < columns.length; index += 1) {
      const value = (row as Record<string, Value>)[columns[index] as string];
      if (value === null || value === undefined) {
        to.room(4);
        to.int32(-1);
      } else if (!(encodes[index] as Encode)(value, to)) return undefined;
    }
  }
  to.room(2);
  to.int16(-1);
  return to.all();
};

/** Rows in the form in which they are sent. */
export type Copied = { readonly isBinary: boolean; readonly pieces: readonly (Buffer | string)[] };

/** Puts rows into the form in which they are sent. */
export const copied = (shape: TableShape, rows: readonly object[]): Copied => {
  const bytes = bytesOf(shape, rows);
  return bytes ? { isBinary: true, pieces: bytes } : { isBinary: false, pieces: [linesOf(shape, rows)] };
};

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
};
