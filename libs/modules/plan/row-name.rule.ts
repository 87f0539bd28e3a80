import { folded, seen } from '#kernel';

/**
 * What tells the rows of a plan apart where nothing else does: field and title, without tones, spaces and signs. "Ban
 * hành kế hoạch A" and "Ban hành kế hoạch A." are one row in a file, beside the plan, and by hand.
 */
export const identityOf = ({ field, title }: { readonly field: string; readonly title: string }): string => {
  const text = folded(seen(title));
  const words = text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  // Of a title without a word, its signs are all there is.
  return `${field} ${words === '' ? text : words}`;
};
