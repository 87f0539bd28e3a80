import { refusal, type Json } from '#kernel';

/** A page of a list; `next` is the cursor of the following page, null on the last. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** Turns the sort key of a page's last item into an opaque cursor. */
export const cursorOf = (key: Json): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** What a part of a sort key looks like. */
export type KeyForm = (part: string) => boolean;

/** A part that is a position of the log. */
export const isPosition: KeyForm = (part) => /^\d{1,18}$/.test(part);
/** A part that is a small number: a place, a year. */
export const isPlace: KeyForm = (part) => /^\d{1,9}$/.test(part);
const isText: KeyForm = (part) => !part.includes('\0');

/**
 * The sort key behind a cursor; undefined without one, refused when it is not one of ours. Parts are texts unless they
 * are said to be of some form.
 */
export const keyOf = (
  cursor: string | undefined,
  parts: number,
  forms: readonly KeyForm[] = [],
): readonly string[] | undefined => {
  if (cursor === undefined || cursor === '') return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isOurs = (part: unknown, at: number): boolean => typeof part === 'string' && (forms[at] ?? isText)(part);
    if (Array.isArray(key) && key.length === parts && key.every(isOurs)) return key as string[];
  } catch {
    // falls through to the refusal
  }
  throw refusal('invalid', 'request.bad-cursor');
};

/** Cuts a list that was asked for one item more than the page holds. */
export const pageOf = <Item>(found: readonly Item[], limit: number, key: (item: Item) => Json): Page<Item> => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursorOf(key(last)) : null };
};
