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

/**
 * Where a spreadsheet begins a formula, also in the wide signs of East Asian keyboards: at the start of a cell, and where
 * a program of another place parts cells. A dash with a space behind it begins an item of a list there.
 */
const START = String.raw`^(?='*[=+\-@\t\r＝＋－＠])`;
const WITHIN = String.raw`(?=['=+\-@＝＋－＠])(?<=[\n\r;,|\t] *)(?='*(?:[=+@＝＋＠]|[\-－](?! )))`;
const FORMULA = new RegExp(`${START}|${WITHIN}`, 'gu');
const KEPT_APART = new RegExp(`(?:${START}|${WITHIN})'`, 'gu');

/** A text that no spreadsheet program runs as a formula when it opens a text file; `restored` takes the signs off again. */
export const neutralised = (text: string): string => text.replace(FORMULA, "'");

/** The text that `neutralised` was given. */
export const restored = (text: string): string => text.replace(KEPT_APART, '');
