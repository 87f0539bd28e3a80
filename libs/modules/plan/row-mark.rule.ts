/** How a row is completed, as a file says it. */
export type RowMode = { kind: 'all' } | { kind: 'share'; percent: number } | { kind: 'declared' };

/** What a file that goes out keeps of a row for the day on which it comes back. */
export type RowMark = {
  readonly id: string;
  readonly mode: RowMode;
  /** Its code is its number under the numeral of its field; else the number that is shown is the code itself. */
  readonly numbered: boolean;
};

const MARK = /^_r([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(c?)(?:(a)|(d)|s(\d{1,3}))$/iu;
const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/** A row as the name of a bookmark: hidden by its first sign, no longer than the 40 that Word takes. */
export const markOf = ({ id, mode, numbered }: RowMark): string => {
  const how = mode.kind === 'share' ? `s${mode.percent}` : mode.kind === 'declared' ? 'd' : 'a';
  return `_r${id.replaceAll('-', '')}${numbered ? '' : 'c'}${how}`;
};

/** The row that one of these bookmarks names. */
export const rowMarked = (marks: readonly string[]): RowMark | undefined => {
  for (const mark of marks) {
    const [, a, b, c, d, e, coded, , declared, percent] = MARK.exec(mark) ?? [];
    if (a === undefined) continue;
    const mode: RowMode = declared
      ? { kind: 'declared' }
      : percent === undefined
        ? { kind: 'all' }
        : { kind: 'share', percent: Number(percent) };
    return { id: [a, b, c, d, e].join('-').toLowerCase(), mode, numbered: coded === '' };
  }
  return undefined;
};

/** The id that a cell holds; what is no id says nothing. */
export const rowIdIn = (text: string): string | undefined => (ID.test(text) ? text.toLowerCase() : undefined);

/** How a row is completed, in the words of a column that people may edit. */
export const modeInWords = (mode: RowMode): string => {
  if (mode.kind === 'share') return `Từ ${mode.percent}%`;
  return mode.kind === 'declared' ? 'Công bố' : 'Tất cả';
};

/** What such a column says; undefined when nobody can tell. */
export const modeInCell = (text: string): RowMode | undefined => {
  const words = text.normalize('NFC').trim().toLowerCase();
  if (words === 'tất cả') return { kind: 'all' };
  if (words === 'công bố') return { kind: 'declared' };
  const percent = Number(/^(?:từ\s+)?(\d{1,3})\s*%$/u.exec(words)?.[1] ?? 0);
  return percent >= 1 && percent <= 100 ? { kind: 'share', percent } : undefined;
};
