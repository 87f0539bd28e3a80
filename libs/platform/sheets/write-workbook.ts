import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type ExcelJS from 'exceljs';
import type { Day } from '#kernel';
import { cellText } from './cell-text.js';

export type CellValue = string | number | { readonly day: Day } | null;
export type Align = 'left' | 'center' | 'right';

/**
 * What stands in a cell. `across` and `down` say how many columns and lines it takes; the cells it covers in the lines
 * below are written as null. `format` is how Excel shows a number or a day.
 */
export type WrittenCell =
  | CellValue
  | {
      readonly value: CellValue;
      readonly across?: number;
      readonly down?: number;
      readonly format?: string;
      readonly bold?: boolean;
      readonly align?: Align;
    };

/** How a line looks; header lines stay in sight and are printed on every page, `plain` ones have no borders. */
export type LineKind = 'header' | 'group' | 'row' | 'total' | 'plain';
export type WrittenLine = { readonly kind?: LineKind; readonly cells: readonly WrittenCell[] };

export type WrittenColumn = {
  /** In signs, as Excel counts widths. */
  readonly width: number;
  readonly align?: Align;
  /** Kept for the machine, behind all that is shown. */
  readonly hidden?: boolean;
  /** Shown as a column that is to be filled in. */
  readonly fillIn?: boolean;
  /** The words that its cells may hold, offered as a list. */
  readonly choices?: readonly string[];
};

/** A line above the table, over the whole width of what is shown. */
export type WrittenTitle = { readonly text: string; readonly look?: 'heading' | 'title' | 'note' | 'left' };

export type WrittenSheet = {
  readonly name: string;
  readonly columns: readonly WrittenColumn[];
  readonly titles?: readonly WrittenTitle[];
  readonly lines: readonly WrittenLine[];
  readonly portrait?: boolean;
  /** Kept for the machine; no program lists it. */
  readonly hidden?: boolean;
};

const FONT = 'Times New Roman';
const SIZE = 13;
const LINE = 17;
const thin = { style: 'thin' } as const;
const BORDER = { top: thin, left: thin, bottom: thin, right: thin };
const SHADE = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF2F2F2' } } as const;
const TO_FILL_IN = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFF9DB' } } as const;
const HEAVY: ReadonlySet<LineKind> = new Set(['header', 'group', 'total']);

/** Centimetres as inches, in which page margins are counted. */
const inches = (centimetres: number): number => Number((centimetres / 2.54).toFixed(2));

/** What a cell holds at most, as people read it. */
const LONGEST = 32_767;

/** Excel reads `_x0041_` in a text as the letter A. */
const written = (text: string): string => {
  const clean = cellText(text);
  const kept = clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…`.toWellFormed() : clean;
  return kept.replace(/_(?=x[0-9a-f]{4}_)/giu, '_x005F_');
};

const sheetName = (name: string): string =>
  cellText(name)
    .replace(/[[\]:*?/\\']/gu, ' ')
    .slice(0, 31)
    .trim() || 'Sheet1';

type FullCell = Exclude<WrittenCell, CellValue>;
const fullCell = (cell: WrittenCell): FullCell =>
  typeof cell === 'object' && cell !== null && 'value' in cell ? cell : { value: cell };

const excelValue = (value: CellValue): ExcelJS.CellValue => {
  if (typeof value === 'string') return written(value) || null;
  return typeof value === 'object' && value !== null ? new Date(`${value.day}T00:00:00Z`) : value;
};

/** A cell of text stays text when somebody edits it: nothing in it becomes a formula, a number or a date. */
const formatOf = (value: CellValue, format: string | undefined): string => {
  if (typeof value === 'string' || value === null) return '@';
  return format ?? (typeof value === 'number' ? 'General' : 'dd/mm/yyyy');
};

/** No line can be higher, in points. */
const HIGHEST = 409;

/** How many lines of that many signs a text takes when it is broken between words. */
const linesOf = (text: string, signs: number): number => {
  let [lines, used] = [1, 0];
  for (const { length } of text.split(' ')) {
    if (used > 0 && used + 1 + length > signs) {
      lines++;
      used = 0;
    }
    used += (used > 0 ? 1 : 0) + length;
    // A word that is longer than a line is broken.
    for (; used > signs; used -= signs) lines++;
  }
  return lines;
};

/**
 * About as high as a cell of that width must be for its text: not every program fits lines by itself when it opens a
 * file. A column is as many signs wide as it holds digits of a smaller font.
 */
const heightOf = (text: string, width: number, isBold = false): number => {
  const signs = Math.max(2, Math.floor(width * (isBold ? 0.84 : 0.9)));
  const lines = text.split('\n').reduce((sum, line) => sum + linesOf(line, signs), 0);
  return Math.min(HIGHEST, LINE * lines + 3);
};

const titleStyle = (look: WrittenTitle['look']): Partial<ExcelJS.Style> => ({
  font: {
    name: FONT,
    size: look === 'heading' ? 14 : SIZE,
    bold: look === 'heading' || look === 'title',
    italic: look === 'note',
  },
  alignment: { horizontal: look === 'left' ? 'left' : 'center', vertical: 'middle', wrapText: true },
  numFmt: '@',
});

const cellStyle = (kind: LineKind, cell: FullCell, column: WrittenColumn | undefined): Partial<ExcelJS.Style> => {
  const usual = column?.align ?? (typeof cell.value === 'number' ? 'right' : 'left');
  return {
    font: { name: FONT, size: SIZE, bold: cell.bold ?? HEAVY.has(kind) },
    numFmt: formatOf(cell.value, cell.format),
    alignment: {
      horizontal: cell.align ?? (kind === 'header' ? 'center' : usual),
      vertical: kind === 'header' || kind === 'group' ? 'middle' : 'top',
      wrapText: true,
    },
    ...(kind === 'plain' ? {} : { border: BORDER }),
    ...(kind === 'header' || kind === 'group' ? { fill: SHADE } : {}),
    ...(kind === 'row' && column?.fillIn ? { fill: TO_FILL_IN } : {}),
  };
};

/** A list as Excel offers it: up to 255 signs, words without commas. Another word is warned of, and left to the reader. */
const chosenOf = (words: readonly string[]): ExcelJS.DataValidation => ({
  type: 'list',
  allowBlank: true,
  formulae: [`"${words.join(',')}"`],
  showErrorMessage: true,
  errorStyle: 'warning',
});

/** Lists are offered for whole columns: ExcelJS holds them by cells or by ranges, and its types name cells only. */
type WithLists = { readonly dataValidations: { add(range: string, list: ExcelJS.DataValidation): void } };

/** The styles of a sheet's cells; those that look the same are one object, or a sheet of many rows would be slow to write. */
const stylesFor = (
  columns: readonly WrittenColumn[],
): ((kind: LineKind, cell: FullCell, at: number) => Partial<ExcelJS.Style>) => {
  const known = new Map<string, Partial<ExcelJS.Style>>();
  return (kind, cell, at) => {
    const key = [kind, at, typeof cell.value, cell.value === null, cell.format, cell.bold, cell.align].join();
    const style = known.get(key) ?? cellStyle(kind, cell, columns[at]);
    known.set(key, style);
    return style;
  };
};

/** Rows that are written before others have their turn: some ten milliseconds of a usual table. */
const AT_ONCE = 100;

/** Writes line by line, so that of a long table only what is written is kept, and nobody waits for all of it. */
const fill = async (sheet: ExcelJS.Worksheet, { columns, titles = [], lines }: WrittenSheet): Promise<void> => {
  const styleOf = stylesFor(columns);
  const shown = columns.filter(({ hidden }) => !hidden);
  const width = shown.reduce((sum, column) => sum + column.width, 0);
  let merges: (readonly [top: number, left: number, bottom: number, right: number])[] = [];
  /** Cells can be merged only while none of their rows is written. */
  const written = (number: number): void => {
    if (merges.some(([, , bottom]) => bottom > number)) return;
    for (const [top, left, bottom, right] of merges) sheet.mergeCells(top, left, bottom, right);
    merges = [];
    sheet.getRow(number).commit();
  };
  sheet.columns = columns.map((column) => ({ width: column.width, hidden: column.hidden ?? false }));

  titles.forEach(({ text, look = 'title' }, at) => {
    const row = sheet.getRow(at + 1);
    row.getCell(1).value = excelValue(text);
    row.getCell(1).style = titleStyle(look);
    row.height = heightOf(text, width, look === 'heading' || look === 'title');
    if (shown.length > 1) merges.push([at + 1, 1, at + 1, shown.length]);
    written(at + 1);
  });
  for (const [at, { kind = 'row', cells }] of lines.entries()) {
    const number = titles.length + at + 1;
    const row = sheet.getRow(number);
    let column = 1;
    const put = (cell: FullCell): void => {
      const { value, across = 1, down = 1 } = cell;
      const last = Math.min(column + across - 1, columns.length);
      row.getCell(column).value = excelValue(value);
      for (let covered = column; covered <= last; covered++)
        row.getCell(covered).style = styleOf(kind, cell, covered - 1);
      if (last > column || down > 1) merges.push([number, column, number + down - 1, last]);
      const room = columns.slice(column - 1, last).reduce((sum, one) => sum + one.width, 0);
      if (down === 1 && typeof value === 'string' && !columns[column - 1]?.hidden)
        row.height = Math.max(row.height ?? 0, heightOf(value, room, cell.bold ?? HEAVY.has(kind)));
      column = last + 1;
    };
    for (const cell of cells) put(fullCell(cell));
    while (kind !== 'plain' && column <= shown.length) put({ value: null });
    written(number);
    if (at % AT_ONCE === AT_ONCE - 1) await setImmediate();
  }
  const first = lines.findIndex(({ kind = 'row' }) => kind === 'row');
  columns.forEach(({ choices }, at) => {
    const { letter } = sheet.getColumn(at + 1);
    const range = `${letter}${titles.length + first + 1}:${letter}${titles.length + lines.length}`;
    if (choices && first >= 0) (sheet as unknown as WithLists).dataValidations.add(range, chosenOf(choices));
  });
  sheet.commit();
};

/**
 * Writes a workbook as an office prints it: A4, Times New Roman, the header in sight and on every page, as wide as a page.
 * No text in it is ever run as a formula.
 */
export const writeWorkbook = async (
  sheets: readonly WrittenSheet[],
  about: { readonly title?: string; readonly made?: string } = {},
): Promise<Buffer> => {
  // Loaded when a workbook is written: it takes longer to load than everything else that a command needs.
  const { default: Excel } = await import('exceljs');
  const chunks: Buffer[] = [];
  const into = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const workbook = new Excel.stream.xlsx.WorkbookWriter({ stream: into, useStyles: true, useSharedStrings: true });
  workbook.creator = workbook.lastModifiedBy = 'Camket';
  if (about.title !== undefined) workbook.title = cellText(about.title);
  if (about.made !== undefined) workbook.created = workbook.modified = new Date(about.made);
  for (const written of sheets) {
    const { name, columns, titles = [], lines, portrait = false } = written;
    const first = lines.findIndex(({ kind }) => kind === 'header');
    const headers = lines.filter(({ kind }) => kind === 'header').length;
    const top = titles.length + first + 1;
    const sheet = workbook.addWorksheet(sheetName(name), {
      pageSetup: {
        paperSize: 9,
        orientation: portrait ? 'portrait' : 'landscape',
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        margins: {
          top: inches(2),
          bottom: inches(2),
          left: inches(portrait ? 3 : 2),
          right: inches(2),
          header: inches(1),
          footer: inches(1),
        },
        ...(headers > 0 ? { printTitlesRow: `${top}:${top + headers - 1}` } : {}),
      },
      headerFooter: { differentFirst: true, oddHeader: '&C&"Times New Roman,Regular"&13&P' },
      ...(written.hidden ? { state: 'veryHidden' as const } : {}),
      views: headers > 0 ? [{ state: 'frozen', ySplit: top + headers - 1 }] : [],
    });
    await fill(sheet, { ...written, columns });
  }
  await workbook.commit();
  return Buffer.concat(chunks);
};
