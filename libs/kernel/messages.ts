/** What can stand in a command or an event: JSON, so that a `Date`, a class or a function does not compile. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object; a missing optional field is left out of the stored text. */
export type JsonObject = { readonly [field: string]: Json | undefined };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** True when two values say the same: the order of fields does not matter, a field that is undefined is missing. */
export const isSame = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Json, index) => isSame(item, b[index] as Json));
  }
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((field) => isSame(a[field], b[field]));
};

/** A vocabulary: message name → its data. Every table of the product (decide, evolve, views) is keyed by such names. */
export type Messages = { readonly [name: string]: JsonObject };

/** The names of a vocabulary. */
export type NameOf<M> = keyof M & string;

/**
 * A text typed by a person. The event keeps this reference only; text and salt lie in an ordinary table, so that the
 * text can be erased while figures and hashes stay as they are. `hash` is hex SHA-256 over salt and text.
 */
export type TextRef = { readonly id: string; readonly hash: string };
