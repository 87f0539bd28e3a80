import { daysInMonth } from '#kernel';

/** Why a year was left as it is. */
export type KeptBecause =
  /** It belongs to the number or the day of a document, or to the name of a law. */
  | 'document'
  /** It bounds a period of several years ("giai đoạn 2026-2030"). */
  | 'period'
  /** It is the year before the plan's: what is meant may move as well, a person looks. */
  | 'year-before'
  /** It is some other year. */
  | 'another-year'
  /** It counts something ("2026 thủ tục"). */
  | 'count';

/** A text whose years were moved on, with everything that was changed and every year that was not. */
export type MovedText = {
  readonly text: string;
  readonly changes: readonly { readonly before: string; readonly after: string }[];
  readonly kept: readonly { readonly text: string; readonly because: KeptBecause }[];
};

type Years = { readonly from: number; readonly to: number };
type Said = { readonly after: string } | { readonly because: KeptBecause };

const L = String.raw`(?<![\p{L}\p{N}])`;
const R = String.raw`(?![\p{L}\p{N}])`;
/** A hyphen of any length, as people and their word processors write it. */
const DASH = String.raw`[-‐-―−]`;
const DAY = String.raw`(?:\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}|\d{4}-\d{2}-\d{2})`;
/** "76/NQ-CP", "05/2026/NQ-HĐND", "30c/NQ-CP", "06/CP": in capitals, or with a hyphen. */
const NUMBER = String.raw`\d+[a-zđ]?\s*/\s*(?:\d{4}\s*/\s*)?(?:\p{Lu}[\p{L}\p{N}]*(?:\s?${DASH}\s?[\p{L}\p{N}&]+)*|\p{Ll}+(?:${DASH}\p{L}+)+)`;
const KIND = String.raw`(?:nghị quyết|nghị định|quyết định|chỉ thị|thông tư|thông báo|công văn|công điện|kết luận)`;
const DATED = String.raw`(?:(?:\s+của\s+[^;,.()\d]{1,80}?)?\s*,?\s*\(?\s*(?:ban hành\s+)?ngày\s+${DAY})?`;

type Way = {
  readonly pattern: RegExp;
  readonly say: (match: RegExpMatchArray, years: Years, behind: string) => Said | undefined;
};

const pattern = (source: string): RegExp => new RegExp(`${L}(?:${source})${R}`, 'giu');
/** Capitals tell a document's number from "4/năm", so this one is read as it is written. */
const asWritten = (source: string): RegExp => new RegExp(`${L}(?:${source})${R}`, 'gu');

const keep =
  (because: KeptBecause): Way['say'] =>
  ([text]) =>
    /\d{4}/u.test(text) ? { because } : undefined;

const moved = (year: number, { from, to }: Years): number | undefined =>
  year === from || year === from + 1 ? year + to - from : undefined;

const otherwise = (year: number, { from }: Years): Said => ({
  because: year === from - 1 ? 'year-before' : 'another-year',
});

/** A day that the new year does not have becomes the last one of its month: 29/02 is the end of February. */
const dayIn = (day: string, month: string, year: number): string => {
  const [date, of] = [Number(day), Number(month)];
  if (of < 1 || of > 12 || date <= daysInMonth(year, of)) return day;
  return String(daysInMonth(year, of)).padStart(day.length, '0');
};

const COUNTED =
  /^\s*(?:%|‰|(?:thủ tục|tthc|dịch vụ|hồ sơ|văn bản|lượt|người|hộ|đơn vị|cơ quan|cán bộ|công chức|viên chức|cuộc|lớp|xã|tỷ|triệu|nghìn|đồng|điểm|giờ|m2|km)(?![\p{L}\p{N}]))/iu;

/** From the most particular on. What a way has read is taken out of the text before the next one is tried. */
const WAYS: readonly Way[] = [
  { pattern: asWritten(NUMBER + DATED), say: keep('document') },
  { pattern: pattern(`${KIND}(?:\\s+số\\s+\\S+)?\\s+ngày\\s+${DAY}`), say: keep('document') },
  { pattern: pattern(`số\\s+\\d+\\s*,?\\s+ngày\\s+${DAY}`), say: keep('document') },
  {
    // "Luật Cán bộ, công chức năm 2026": a law is called by its year; "trong năm 2026" is a time.
    pattern: asWritten(
      String.raw`(?:Luật|Bộ luật|Pháp lệnh|Hiến pháp)(?:\s+(?!(?:trong|đến|từ|vào|trước|quý|tháng|cho)\s)[\p{L}]+,?){0,14}?\s+(?:năm\s+)?\d{4}`,
    ),
    say: keep('document'),
  },
  {
    pattern: pattern(
      String.raw`(?<first>\d{4})(?<between>\s*${DASH}\s*(?:năm\s+)?|\s+(?:đến|tới)\s+(?:hết\s+)?(?:năm\s+)?)(?<last>\d{4})`,
    ),
    say: ({ groups }, years) => {
      const { first = '', between = '', last = '' } = groups ?? {};
      const [begin, end] = [Number(first), Number(last)];
      if (end < begin || end > begin + 100) return undefined;
      const [newFirst, newLast] = [moved(begin, years), moved(end, years)];
      // "năm học 2026-2027" goes along with the plan, a programme of several years does not.
      if (end - begin > 1 || newFirst === undefined || newLast === undefined) {
        return { because: 'period' };
      }
      return { after: `${newFirst}${between}${newLast}` };
    },
  },
  {
    pattern: pattern(String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})`),
    say: ({ groups }, years) => {
      const { year = '', month = '', day = '' } = groups ?? {};
      const next = moved(Number(year), years);
      return next === undefined
        ? otherwise(Number(year), years)
        : { after: `${next}-${month}-${dayIn(day, month, next)}` };
    },
  },
  {
    pattern: pattern(
      String.raw`(?<day>\d{1,2})(?<sign>\s*(?<mark>[/.\-])\s*)(?<month>\d{1,2})(?<second>\s*\k<mark>\s*)(?<year>\d{4}|\d{2})`,
    ),
    say: ({ groups }, years) => {
      const { day = '', sign = '', month = '', second = '', year = '' } = groups ?? {};
      const short = year.length === 2;
      const written = short ? 2000 + Number(year) : Number(year);
      const next = moved(written, years);
      if (next === undefined) return short ? undefined : otherwise(written, years);
      const newYear = short ? String(next).slice(2) : String(next);
      return { after: `${dayIn(day, month, next)}${sign}${month}${second}${newYear}` };
    },
  },
  {
    pattern: pattern(
      String.raw`(?<day>\d{1,2})(?<words>\s+tháng\s+)(?<month>\d{1,2})(?<second>\s*,?\s*năm\s+|\s*/\s*)(?<year>\d{4})`,
    ),
    say: ({ groups }, years) => {
      const { day = '', words = '', month = '', second = '', year = '' } = groups ?? {};
      const next = moved(Number(year), years);
      if (next === undefined) return otherwise(Number(year), years);
      return { after: `${dayIn(day, month, next)}${words}${month}${second}${next}` };
    },
  },
  {
    pattern: pattern(
      String.raw`(?<before>(?:năm|quý\s+[ivx\d]+\s*[/.\-]|tháng\s*\d{1,2}\s*[/.\-]|\d{1,2}\s*[/\-])\s*)(?<year>\d{4})`,
    ),
    say: ({ groups }, years) => {
      const { before = '', year = '' } = groups ?? {};
      const next = moved(Number(year), years);
      return next === undefined ? otherwise(Number(year), years) : { after: `${before}${next}` };
    },
  },
  {
    // A number with separators of thousands or decimals is none of these.
    pattern: new RegExp(String.raw`(?<![\p{N}]|[\p{N}][.,/])(?<year>(?:19|20|21)\d{2})(?![\p{N}]|[.,/]\d)`, 'gu'),
    say: ({ groups }, years, behind) => {
      const year = Number(groups?.['year']);
      const next = moved(year, years);
      if (next !== undefined && COUNTED.test(behind)) return { because: 'count' };
      return next === undefined ? otherwise(year, years) : { after: String(next) };
    },
  },
];

/**
 * A text of a plan's year as next year's plan would say it. Only the plan's own year and the one behind it move; numbers
 * and days of documents, programmes of several years and all other years stay, and are named.
 */
export const movedOn = (written: string, years: Years): MovedText => {
  const text = written.normalize('NFC');
  const found: { readonly at: number; readonly before: string; readonly said: Said }[] = [];
  let rest = text;
  for (const way of WAYS) {
    for (const match of [...rest.matchAll(way.pattern)]) {
      const [before] = match;
      const said = way.say(match, years, text.slice(match.index + before.length));
      if (!said) continue;
      found.push({ at: match.index, before, said });
      rest = rest.slice(0, match.index) + '\0'.repeat(before.length) + rest.slice(match.index + before.length);
    }
  }
  found.sort((a, b) => a.at - b.at);
  const changes: { before: string; after: string }[] = [];
  const kept: { text: string; because: KeptBecause }[] = [];
  let [result, end] = ['', 0];
  for (const { at, before, said } of found) {
    result += text.slice(end, at);
    end = at + before.length;
    if ('after' in said) {
      changes.push({ before: before.trim(), after: said.after.trim() });
      result += said.after;
    } else {
      kept.push({ text: before.trim(), because: said.because });
      result += before;
    }
  }
  return { text: result + text.slice(end), changes, kept };
};
