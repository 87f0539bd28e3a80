/** The form in which text is stored: Unicode NFC without space at the ends. */
export const stored = (text: string): string => text.normalize('NFC').trim();

/**
 * Text as a search or a comparison of names sees it: without tones and marks, đ as d, lower case, runs of space as one.
 * "Sở Nội vụ" and "so noi  vu" fold to the same.
 */
export const folded = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();

const wordsOf = (text: string): readonly string[] =>
  folded(text)
    .split(/[^\p{L}\p{N}.%]+/u)
    .filter(Boolean);

/** True when each word of a search begins some word of the text, whatever their tones and order; "chi so" finds "Chỉ số". */
export const matches = (text: string, search: string): boolean => {
  const words = wordsOf(text);
  return wordsOf(search).every((wanted) => words.some((word) => word.startsWith(wanted)));
};
