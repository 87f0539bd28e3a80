import { hash, randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** 6d3a2c52-3c0b-5a61-9b1e-0c6f3a7d9e10, and room for a name behind it. */
const NAMED = Buffer.alloc(16 + 1024);
const NAMESPACE = NAMED.subarray(0, NAMED.write('6d3a2c523c0b5a619b1e0c6f3a7d9e10', 'hex'));

/** The bytes of namespace and name; those of short names are good until the next call. */
const named = (name: string): Buffer =>
  name.length * 3 > NAMED.length - 16
    ? Buffer.concat([NAMESPACE, Buffer.from(name)])
    : NAMED.subarray(0, 16 + NAMED.write(name, 16));

/** The UUIDv5 of some parts: the same parts always give the same id. */
export const idOf = (...parts: readonly (string | number)[]): string => {
  const digits = hash('sha1', named(parts.join('\u001f').toWellFormed()), 'hex');
  const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) & 3] ?? '';
  return (
    `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-` +
    `${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`
  );
};

/** Random bytes are fetched for many ids at once: most of the cost of fetching some is the call. */
const pool = new Uint8Array(16 * 256);
let used = pool.length;
const random = (): Uint8Array => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.subarray(used, (used += 16));
};

/** A fresh UUIDv7, for commands that nobody named. */
export const freshId = (): string => v7({ random: random() });

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in lower case. */
export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);
