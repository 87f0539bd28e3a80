import { seen } from '#kernel';

/** A cell's text as it is kept: composed, on its lines, without signs that nobody sees or that no store takes. */
export const cellText = (text: string): string =>
  seen(
    text
      .replace(/\r\n?|[\u000b\u000c\u0085\u2028\u2029]/gu, '\n')
      .replace(/[\t\u00a0\u2000-\u200a\u202f\u3000]/gu, ' '),
  )
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/ *\n */gu, '\n')
    .replace(/ {2,}/gu, ' ')
    // Signs that an unseen one kept apart are composed now.
    .normalize('NFC')
    .trim();

/** What a spreadsheet takes for the start of a formula, also in the wide signs of East Asian keyboards. */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/u;

/** A text that no spreadsheet program runs as a formula when it opens a text file; `restored` takes the sign off again. */
export const neutralised = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The text that `neutralised` was given. */
export const restored = (text: string): string => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text);
