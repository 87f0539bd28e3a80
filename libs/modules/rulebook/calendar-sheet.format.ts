import {
  dayInCell,
  dayInWords,
  dayOf,
  folded,
  isDay,
  plusDays,
  weekday,
  type Day,
  type DayKind,
  type Document,
} from '#kernel';
import type { Sheet } from '#platform/sheets';
import { faultsIn, type CalendarFaultCode } from './calendar.rule.js';

export type CalendarField = 'day' | 'until' | 'kind' | 'name';
export type CalendarColumn = { readonly header: string; readonly field: CalendarField | null };

/** A line of a calendar file as it is written. */
export type WrittenDay = { readonly row: number } & { readonly [field in CalendarField]: string };

export type CalendarTable = {
  readonly sheet: string;
  readonly columns: readonly CalendarColumn[];
  readonly rows: readonly WrittenDay[];
  /** The notice that a line above the table names. */
  readonly document: Document | null;
};

/** A line that cannot be taken in as it is written. */
export type CalendarImportFault = {
  readonly row: number;
  readonly column: CalendarField;
  readonly code: string;
  /** What is at fault, as it is written. */
  readonly text: string;
  readonly message: string;
};

/** A day as it was understood. */
export type ReadDay = {
  readonly row: number;
  readonly day: Day;
  readonly kind: DayKind;
  readonly name: string;
};

/** The sentence of each fault, for those who read the preview outside the web app. */
const SENTENCES = {
  'day-missing': () => 'Chưa ghi ngày.',
  'day-unreadable': (text: string) =>
    `Không đọc được ngày “${text}”; hãy ghi như 30/4/2026 hoặc 16/02/2026 - 20/02/2026.`,
  'no-such-day': (text: string) => `Không có ngày “${text}”.`,
  'wrong-weekday': (text: string) => `Ngày và thứ không khớp: “${text}”; hãy xem lại theo thông báo.`,
  'range-too-long': (text: string) => `Khoảng ngày “${text}” quá dài hoặc ngày cuối đứng trước ngày đầu.`,
  'kind-missing': () => 'Chưa ghi loại ngày: nghỉ lễ, nghỉ bù hoặc làm bù.',
  'unknown-kind': (text: string) => `Không có loại ngày “${text}”; hãy ghi nghỉ lễ, nghỉ bù hoặc làm bù.`,
  'name-missing': () => 'Chưa ghi tên hoặc lý do của ngày này.',
  'name-too-long': () => 'Tên của ngày dài quá 200 ký tự.',
  'day-of-another-year': (text: string) => `Ngày “${text}” không thuộc năm của lịch này.`,
  'day-twice': (text: string) => `Ngày “${text}” đã ghi ở một dòng trước.`,
  'day-in-two-kinds': (text: string) => `Ngày “${text}” đã ghi ở một dòng trước với loại khác.`,
  'make-up-not-on-weekend': (text: string) => `Ngày làm bù “${text}” không phải thứ Bảy hoặc Chủ nhật.`,
  'compensatory-on-weekend': (text: string) => `Ngày nghỉ bù “${text}” vốn là thứ Bảy hoặc Chủ nhật.`,
} as const;

const COLUMN_OF: Readonly<Record<CalendarFaultCode, CalendarField>> = {
  'unknown-kind': 'kind',
  'no-such-day': 'day',
  'day-of-another-year': 'day',
  'day-twice': 'day',
  'day-in-two-kinds': 'kind',
  'make-up-not-on-weekend': 'kind',
  'compensatory-on-weekend': 'kind',
};

const HEADERS: Readonly<Record<CalendarField, readonly string[]>> = {
  day: ['day', 'date', 'from', 'ngay', 'tu ngay', 'ngay nghi', 'thoi gian'],
  until: ['until', 'to', 'den ngay', 'den het ngay'],
  kind: ['kind', 'loai', 'loai ngay', 'hinh thuc'],
  name: ['name', 'ten', 'ten ngay', 'ten ngay le', 'noi dung', 'ly do', 'ten, ly do', 'dip', 'dip nghi'],
};
const FIELDS = Object.keys(HEADERS) as CalendarField[];
const HEADER_WITHIN = 30;
const LONGEST = { range: 31, name: 200 } as const;

const KIND_WORDS: Readonly<Record<DayKind, readonly string[]>> = {
  holiday: ['holiday', 'nghi le', 'ngay le', 'nghi le, tet', 'nghi tet', 'le', 'tet', 'nghi'],
  compensatory: ['compensatory', 'nghi bu', 'nghi hoan doi', 'hoan doi', 'nghi bu, hoan doi'],
  'make-up': ['make-up', 'lam bu', 'di lam bu', 'ngay lam bu', 'lam viec bu'],
};

const fieldOf = (header: string): CalendarField | null => {
  const text = folded(header)
    .replace(/[*:]+$/, '')
    .trim();
  return FIELDS.find((field) => HEADERS[field].includes(text)) ?? null;
};

/** How many fields the texts of a line name: what tells a header from a row. */
export const calendarFieldsNamed = (texts: readonly string[]): number =>
  new Set(texts.flatMap((text) => fieldOf(text) ?? [])).size;

const NOTICE =
  /(?<kind>Thông báo|Công văn|Công điện|Quyết định|Nghị quyết)\s+(?:số\s+)?(?<number>\d[^\s,;]*),?\s+ngày\s+(?<day>\d{1,2})(?:\/|\s+tháng\s+)(?<month>\d{1,2})(?:\/|\s+năm\s+)(?<year>\d{4})/iu;

const noticeIn = (texts: Iterable<string>): Document | null => {
  for (const text of texts) {
    const { kind, number, year, month, day } = NOTICE.exec(text.normalize('NFC'))?.groups ?? {};
    const date = dayOf(Number(year), Number(month), Number(day));
    if (kind && number && date) return { kind, number, date };
  }
  return null;
};

/** The table of days in a file: below the first line that names at least days and kinds; undefined without one. */
export const calendarTableIn = (sheets: readonly Sheet[]): CalendarTable | undefined => {
  for (const { name, rows, dayZero } of sheets) {
    const at = rows.slice(0, HEADER_WITHIN).findIndex(({ cells }) => {
      const found = [...cells.values()].map(fieldOf);
      return found.includes('day') && found.includes('kind');
    });
    const header = rows[at];
    if (!header) continue;
    const columnOf = new Map<CalendarField, number>();
    const columns: CalendarColumn[] = [];
    for (const [column, text] of [...header.cells].sort(([a], [b]) => a - b)) {
      const field = fieldOf(text);
      const first = field !== null && !columnOf.has(field);
      if (first) columnOf.set(field, column);
      columns.push({ header: text, field: first ? field : null });
    }
    const written = rows.slice(at + 1).flatMap(({ row, cells }) => {
      const value = (field: CalendarField): string =>
        cells
          .get(columnOf.get(field) ?? -1)
          ?.normalize('NFC')
          .replace(/\s+/gu, ' ')
          .trim() ?? '';
      const texts = Object.fromEntries(FIELDS.map((field) => [field, value(field)])) as Omit<WrittenDay, 'row'>;
      // A date that was pasted as a value is the number behind it.
      const line = { ...texts, day: dayInCell(texts.day, dayZero), until: dayInCell(texts.until, dayZero) };
      return FIELDS.every((field) => line[field] === '') ? [] : [{ row, ...line }];
    });
    const above = rows.slice(0, at).flatMap(({ cells }) => [...cells.values()]);
    return { sheet: name, columns, rows: written, document: noticeIn(above) };
  }
  return undefined;
};

const WEEKDAY = /^(?<weekday>thứ\s+[\p{L}\d]+|chủ\s+nhật)\s*,?\s*(?:ngày\s+)?/iu;
/** The names of weekdays, Sunday first, in words and in figures. */
const WEEKDAYS: readonly (readonly string[])[] = [
  ['chu nhat', 'thu nhat'],
  ['thu hai', 'thu 2'],
  ['thu ba', 'thu 3'],
  ['thu tu', 'thu 4'],
  ['thu nam', 'thu 5'],
  ['thu sau', 'thu 6'],
  ['thu bay', 'thu 7'],
];
const DATE = /^(?:ngày\s+)?(\d{1,2})(?:\/(\d{1,2})(?:\/(\d{4}))?)?$/iu;

/** The year that most days of the lines name; undefined when none does. */
export const yearNamedIn = (rows: readonly WrittenDay[]): number | undefined => {
  const counts = new Map<number, number>();
  for (const { day, until } of rows) {
    for (const [year] of `${day} ${until}`.matchAll(/\b(?:19|20|21)\d\d\b/gu)) {
      counts.set(Number(year), (counts.get(Number(year)) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
};

type Written = {
  readonly day: number;
  readonly month: number | undefined;
  readonly year: number | undefined;
  /** The weekday in front of it, as it is written. */
  readonly called: string | undefined;
};

const isCalled = (day: Day, called: string | undefined): boolean =>
  called === undefined || (WEEKDAYS[weekday(day)] ?? []).includes(folded(called));

const writtenIn = (text: string): Written | undefined => {
  const called = WEEKDAY.exec(text)?.groups?.['weekday'];
  const plain = text.replace(WEEKDAY, '').trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(plain)) {
    const [year, month, day] = plain.split('-').map(Number) as [number, number, number];
    return { day, month, year, called };
  }
  const [, day, month, year] = DATE.exec(plain) ?? [];
  if (day === undefined) return undefined;
  return { day: Number(day), month: month ? Number(month) : undefined, year: year ? Number(year) : undefined, called };
};

/** The days that a line names: one, or all from the first to the last of a range; else what is wrong with it. */
const daysIn = (
  text: string,
  year: number,
): readonly Day[] | 'day-unreadable' | 'no-such-day' | 'wrong-weekday' | 'range-too-long' => {
  const ends = /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? [text]
    : text.split(/\s+(?:-|–|—|đến(?: hết)?)\s+|(?<=\d)[-–](?=\d)/u);
  const written = ends.map(writtenIn);
  const last = written.at(-1);
  if (written.length > 2 || !last || last.month === undefined) return 'day-unreadable';
  const days: Day[] = [];
  for (const each of written) {
    if (!each) return 'day-unreadable';
    const day = dayOf(each.year ?? last.year ?? year, each.month ?? last.month, each.day);
    if (day === undefined) return 'no-such-day';
    if (!isCalled(day, each.called)) return 'wrong-weekday';
    days.push(day);
  }
  const [first, end = first] = days;
  if (first === undefined || end === undefined || end < first) return 'range-too-long';
  const range: Day[] = [];
  for (let day = first; day <= end; day = plusDays(day, 1)) {
    if (range.length === LONGEST.range) return 'range-too-long';
    range.push(day);
  }
  return range;
};

const kindIn = (text: string): DayKind | undefined =>
  (Object.keys(KIND_WORDS) as DayKind[]).find((kind) => KIND_WORDS[kind].includes(folded(text)));

const textOf = ({ day, until }: WrittenDay): string => {
  if (until === '' || until === day) return day;
  return [day, until].every(isDay) ? [day, until].map(dayInWords).join(' - ') : `${day} - ${until}`;
};

/** Reads the lines of a file as days of a year; every fault with its row and column. */
export const readCalendar = (
  rows: readonly WrittenDay[],
  year: number,
): { readonly days: readonly ReadDay[]; readonly faults: readonly CalendarImportFault[] } => {
  const faults: CalendarImportFault[] = [];
  const fault = (row: number, column: CalendarField, code: keyof typeof SENTENCES, text: string): void => {
    faults.push({ row, column, code: `calendar-import.${code}`, text, message: SENTENCES[code](text) });
  };
  const days = rows.flatMap((line): readonly ReadDay[] => {
    const { row, name } = line;
    const text = textOf(line);
    const kind = kindIn(line.kind);
    const found = text === '' ? 'day-missing' : daysIn(text, year);
    if (typeof found === 'string') fault(row, 'day', found, text);
    if (line.kind === '') fault(row, 'kind', 'kind-missing', '');
    else if (kind === undefined) fault(row, 'kind', 'unknown-kind', line.kind);
    if (name === '') fault(row, 'name', 'name-missing', '');
    else if (name.length > LONGEST.name) fault(row, 'name', 'name-too-long', name);
    if (typeof found === 'string' || kind === undefined) return [];
    return found.map((day) => ({ row, day, kind, name }));
  });
  for (const { index, code } of faultsIn(year, days)) {
    const at = days[index];
    if (at) fault(at.row, COLUMN_OF[code], code, dayInWords(at.day));
  }
  return {
    days: [...days].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.row - b.row)),
    faults: faults.sort((a, b) => a.row - b.row),
  };
};
