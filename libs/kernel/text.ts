/** The form in which text is stored: Unicode NFC without space at the ends. */
export const stored = (text: string): string => text.normalize('NFC').trim();

const UNSEEN =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|\u200d(?!\p{Extended_Pictographic})|[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/gu;

/**
 * Text without the signs that nobody sees or that no file takes; space of every kind stays, and so do the joiners that
 * make one picture of several (U+200D in a family emoji).
 */
export const seen = (text: string): string => text.replace(UNSEEN, '');

/**
 * Text as a search or a comparison of names sees it: without tones and marks, đ as d, lower case, runs of space as one.
 * "Sở Nội vụ" and "so noi  vu" fold to the same.
 */
export const folded = (text: string): string => {
  let all = '';
  for (const word of text.split(/\s+/)) {
    const fold = foldOf(word);
    if (fold !== '') all = all === '' ? fold : `${all} ${fold}`;
  }
  return all;
};

/** Words that were folded before: Vietnamese has some seven thousand syllables, and a rebuild folds millions of them. */
const folds = new Map<string, string>();
const [MOST_FOLDS, LONGEST_FOLD] = [20_000, 16];
const foldOf = (word: string): string => {
  const known = folds.get(word);
  if (known !== undefined) return known;
  const fold = word.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
  if (word.length <= LONGEST_FOLD) {
    if (folds.size >= MOST_FOLDS) folds.clear();
    folds.set(word, fold);
  }
  return fold;
};

const wordsOf = (text: string): readonly string[] =>
  folded(text)
    .split(/[^\p{L}\p{N}.%]+/u)
    .filter(Boolean);

/** True when each word of a search begins some word of the text, whatever their tones and order; "chi so" finds "Chỉ số". */
export const matches = (text: string, search: string): boolean => {
  const words = wordsOf(text);
  return wordsOf(search).every((wanted) => words.some((word) => word.startsWith(wanted)));
};

const ERROR_VALUE = /(?<=^|; )#(?:REF!|NAME\?|VALUE!|DIV\/0!|N\/A|NUM!|NULL!|SPILL!|CALC!)(?=$|; )/u;
/**
 * What a spreadsheet shows of a formula that it cannot reckon: as the text, or as one of the parts of it that "; "
 * separates. Undefined where there is none.
 */
export const errorValueIn = (text: string): string | undefined => ERROR_VALUE.exec(text)?.[0];
