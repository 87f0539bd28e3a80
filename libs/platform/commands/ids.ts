import { v5, v7 } from 'uuid';

const NAMESPACE = '6d3a2c52-3c0b-5a61-9b1e-0c6f3a7d9e10';

/** The UUIDv5 of some parts: the same parts always give the same id. */
export const idOf = (...parts: readonly (string | number)[]): string =>
  v5(parts.join('\u001f').toWellFormed(), NAMESPACE);

/** A fresh UUIDv7, for commands that nobody named. */
export const freshId = (): string => v7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in lower case. */
export const isId = (text: unknown): text is string => typeof text === 'string' && UUID.test(text);
