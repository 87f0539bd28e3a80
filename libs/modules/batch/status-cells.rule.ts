import { dayInWords, dayOf, errorValueIn, folded, refusal, seen, type Day } from '#kernel';

/** What a word of the column "Đánh giá" says of a period. */
type Meaning = 'complete' | 'maintained' | 'progress' | 'nothing';

/** The words that the column "Đánh giá" may hold, in the order in which they are offered. */
const MEANINGS: readonly (readonly [word: string, meaning: Meaning])[] = [
  ['Hoàn thành', 'complete'],
  ['Đang thực hiện', 'progress'],
  ['Tiếp tục duy trì', 'maintained'],
  ['Đạt', 'complete'],
  ['Tiếp tục thực hiện', 'progress'],
  ['Đang xây dựng', 'progress'],
  ['Chưa thực hiện', 'nothing'],
];

export const ASSESSMENTS: readonly string[] = MEANINGS.map(([word]) => word);

/** The word under which a report is shown that was not handed in with one. */
export const wordFor = (report: { readonly complete: boolean } | null): string =>
  report === null ? 'Chưa thực hiện' : report.complete ? 'Hoàn thành' : 'Đang thực hiện';

/** Refuses the error of a formula, which nobody wrote and which says nothing. */
export const refuseErrorValue = (text: string): void => {
  const given = text.trim();
  if (errorValueIn(given) === given) throw refusal('invalid', 'status-import.error-value', { given });
};

/** A word as a person may have typed it: whatever the case, the form of its tones and the space around it. */
export const readAssessment = (text: string): { readonly word: string; readonly meaning: Meaning } | undefined => {
  const wanted = folded(text).replace(/[.;,]+$/u, '');
  if (wanted === '') return undefined;
  refuseErrorValue(text);
  const found = MEANINGS.find(([word]) => folded(word) === wanted);
  if (!found) throw refusal('invalid', 'status-import.assessment-unknown', { given: text });
  return { word: found[0], meaning: found[1] };
};

/**
 * A percentage without fractions, as people and Excel write it: 40, 40 %, "40,0"; a cell that Excel made a percentage of
 * holds 0.4.
 */
export const readPercent = (text: string): number | undefined => {
  const plain = text.replace(/\s/gu, '');
  if (plain === '') return undefined;
  refuseErrorValue(plain);
  const found = /^(\d{1,3})(?:[.,](\d{1,6}))?(%?)$/u.exec(plain);
  const value = found ? Number(`${found[1]}.${found[2] ?? '0'}`) : NaN;
  const percent = value > 0 && value < 1 && found?.[3] === '' ? Number((value * 100).toFixed(4)) : value;
  if (!Number.isInteger(percent) || percent > 100) {
    throw refusal('invalid', 'status-import.percent-unreadable', { given: text });
  }
  return percent;
};

const SHAPES: readonly (readonly [RegExp, 'dmy' | 'ymd'])[] = [
  [/^(?:ngày\s*)?(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})$/iu, 'dmy'],
  [/^(?:ngày\s*)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})$/iu, 'dmy'],
  [/^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T\s].*)?$/u, 'ymd'],
];

const dayIn = (text: string): Day | undefined => {
  for (const [shape, order] of SHAPES) {
    const found = shape.exec(text);
    if (!found) continue;
    const [a = '', b = '', c = ''] = found.slice(1);
    const year = order === 'dmy' ? Number(c.length === 2 ? `20${c}` : c) : Number(a);
    return dayOf(year, Number(b), Number(order === 'dmy' ? a : c));
  }
  return undefined;
};

/** A day with the day of the month first, as it is written in Vietnam; nothing is guessed from what that cannot be. */
export const readDay = (text: string): Day | undefined => {
  const plain = text.normalize('NFC').trim();
  if (plain === '') return undefined;
  refuseErrorValue(plain);
  const day = dayIn(plain);
  if (day === undefined) throw refusal('invalid', 'status-import.day-unreadable', { given: text });
  return day;
};

/** A document that proves something, as it is named in a cell. */
export type NamedDocument = { readonly kind: string; readonly number: string; readonly date?: Day };

/** What the sign of a document says of its kind (Nghị định 30/2020/NĐ-CP, phụ lục III); a letter carries none. */
const KINDS: Readonly<Record<string, string>> = {
  BB: 'Biên bản',
  BC: 'Báo cáo',
  CT: 'Chỉ thị',
  CTr: 'Chương trình',
  ĐA: 'Đề án',
  GM: 'Giấy mời',
  HD: 'Hướng dẫn',
  KH: 'Kế hoạch',
  NQ: 'Nghị quyết',
  PA: 'Phương án',
  QĐ: 'Quyết định',
  TB: 'Thông báo',
  TTr: 'Tờ trình',
};

const kindOf = (number: string): string => {
  const sign = /\/(?:\d{4}\/)?(\p{L}+)/u.exec(number)?.[1];
  if (sign === undefined) return 'Văn bản';
  const known = Object.keys(KINDS).find((name) => name.toLowerCase() === sign.toLowerCase());
  return known === undefined ? 'Công văn' : (KINDS[known] ?? 'Công văn');
};

const DATED =
  /^(.*?)[\s,(]+(?:ngày\s*)?(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:\d{4}|\d{2})|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})\s*\)?$/isu;
const NUMBERED = /^(?:(.*?)\s*\bsố\s*:?\s*|(.*?)\s*)(\d\S*)$/isu;

/** As bodies of a report have it. */
const [MOST_PIECES, LONGEST_WORDS] = [50, 100];
/** What stands in no kind of document: a number of one, or what a formula was made of. */
const NOT_A_KIND = /\d\s*\/\s*\p{L}|^=|["<>]|,$|\svà$/iu;

const documentIn = (text: string): NamedDocument => {
  refuseErrorValue(text);
  const dated = DATED.exec(text);
  const [words, written] = dated ? [dated[1] ?? '', dated[2] ?? ''] : [text, ''];
  const found = NUMBERED.exec(words.replace(/[,\s(]+$/u, ''));
  const number = found?.[3] ?? '';
  // A day without a number names no document.
  if (number === '' || dayIn(number) !== undefined) {
    throw refusal('invalid', 'status-import.evidence-unreadable', { given: text });
  }
  const date = readDay(written.replace(/\s*([/.-])\s*/gu, '$1'));
  const kind = (found?.[1] ?? found?.[2] ?? '').replace(/^[-+*•\s]+/u, '').trim();
  // Two documents between which stands no semicolon are not one.
  if (NOT_A_KIND.test(kind)) throw refusal('invalid', 'status-import.evidence-unreadable', { given: text });
  if (Math.max(kind.length, number.length) > LONGEST_WORDS)
    throw refusal('invalid', 'status-import.evidence-too-long', { most: LONGEST_WORDS });
  return { kind: kind === '' ? kindOf(number) : kind, number, ...(date === undefined ? {} : { date }) };
};

/** A piece of evidence that was brought earlier, by its words, or a document named anew. */
export type ReadPiece = { readonly known: string } | NamedDocument;

/** The pieces of evidence of a cell, one per line or between semicolons. */
export const piecesIn = (text: string): readonly string[] =>
  text
    .split(/[;\n]/u)
    .map(plain)
    .filter((piece) => piece !== '');

/** Reads the pieces of a cell; one that reads like a piece that is known is that piece, its file included. */
export const readEvidence = (text: string, known: readonly string[]): readonly ReadPiece[] => {
  const pieces = piecesIn(text).map((piece): ReadPiece => {
    if (known.includes(piece)) return { known: piece };
    const named = documentIn(piece);
    const words = pieceInWords(named);
    return known.includes(words) ? { known: words } : named;
  });
  if (pieces.length > MOST_PIECES && pieces.some((piece) => !('known' in piece)))
    throw refusal('invalid', 'status-import.evidence-too-many', { most: MOST_PIECES });
  return pieces;
};

/** The words of a piece that was read. */
export const wordsOf = (piece: ReadPiece): string => ('known' in piece ? piece.known : pieceInWords(piece));

/**
 * Text as it is compared: composed, with single spaces, without signs that nobody sees or that no cell takes. What went
 * out and what comes back are the same.
 */
export const plain = (text: string): string =>
  seen(text)
    .replace(/[\s\u0085]+/gu, ' ')
    .normalize('NFC')
    .trim();

/** How a piece of evidence reads in a cell; semicolons separate pieces and stand in none. */
export const pieceInWords = (piece: {
  readonly kind: string;
  readonly number?: string;
  readonly date?: string;
  /** The name of its file; null where there is a file without a name. */
  readonly file?: string | null;
}): string =>
  plain(
    [
      piece.kind,
      piece.number === undefined || piece.number === '' ? '' : `số ${piece.number}`,
      piece.date === undefined ? '' : `ngày ${dayInWords(piece.date)}`,
      piece.file === undefined ? '' : `[tệp${piece.file === null ? '' : ` ${piece.file}`}]`,
    ]
      .join(' ')
      .replace(/[;\n]/gu, ','),
  );

/** The mark of the column "Công nhận". */
export const readMark = (text: string): boolean => {
  refuseErrorValue(text);
  const mark = folded(text).replace(/[.\s]+$/u, '');
  if (['', '-', '0', 'khong', 'chua', 'false', 'chua cong nhan'].includes(mark)) return false;
  if (['x', 'v', 'co', 'da', 'dat', 'dong y', 'cong nhan', 'da cong nhan', '1', 'true', '✓', '✔', '☑'].includes(mark)) {
    return true;
  }
  throw refusal('invalid', 'status-import.mark-unreadable', { given: text });
};
