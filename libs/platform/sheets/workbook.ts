import { DAY_ZERO, dayOf, plusDays, refusal, type Day } from '#kernel';
import type { Archive } from './archive.js';
import { cellText } from './cell-text.js';
import type { OfficePackage, Relations } from './office-package.js';
import {
  broken,
  contentLimits,
  Intake,
  LONGEST_CELL,
  readXml,
  tooLarge,
  type Attributes,
  type ContentLimits,
  type Handlers,
} from './read-xml.js';
import type { Merge, Sheet, SheetRow } from './sheet.js';

const escaped = (text: string): string =>
  text.replace(/_x([0-9A-F]{4})_/giu, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** What a number in a cell stands for. */
type NumberKind = 'day' | 'month' | 'year' | 'percent' | undefined;

const builtIn = (id: number): NumberKind => {
  if (id === 17) return 'month';
  if (id === 9 || id === 10) return 'percent';
  return (id >= 14 && id <= 22 && !(id >= 18 && id <= 21)) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)
    ? 'day'
    : undefined;
};

const kindOf = (format: string): NumberKind => {
  const signs = (format.split(';')[0] ?? '')
    .replace(/"[^"]*"|\\.|[_*].|\[[^\]]*\]/gu, '')
    .replace(/general/iu, '')
    .toLowerCase();
  if (signs.includes('d')) return 'day';
  if (!signs.includes('y')) return signs.includes('%') ? 'percent' : undefined;
  return signs.includes('m') ? 'month' : 'year';
};

const columnIn = (reference: string): number => {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/u.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
};
const rowIn = (reference: string): number => Number(/\d+$/u.exec(reference)?.[0] ?? 0);

const mergeOf = (reference: string): Merge | undefined => {
  const [from = '', to = from] = reference.toUpperCase().replace(/\$/gu, '').split(':');
  const merge = { top: rowIn(from), left: columnIn(from), bottom: rowIn(to), right: columnIn(to) };
  const sound = merge.top > 0 && merge.left >= 0 && merge.bottom >= merge.top && merge.right >= merge.left;
  return sound && (merge.bottom > merge.top || merge.right > merge.left) ? merge : undefined;
};

const isHidden = ({ hidden }: Attributes): boolean => hidden === '1' || hidden === 'true';

const MOST_MERGES = 20_000;
const MOST_COLUMNS = 16_384;
const DAY_ZERO_1904: Day = '1904-01-01';

type Listed = { readonly name: string; readonly hidden: boolean; readonly part: string };

/** A workbook in memory; its sheets are read one at a time. */
export class Workbook {
  private readonly strings: string[] = [];
  private readonly kinds: NumberKind[] = [];
  private readonly listed: Listed[] = [];
  private dayZero: Day | undefined;

  private constructor(
    private readonly archive: Archive,
    private readonly limits: ContentLimits,
  ) {}

  /** Opens the workbook of an office file. */
  static async open(file: OfficePackage, limits: ContentLimits = contentLimits): Promise<Workbook> {
    const { archive, main } = file;
    const workbook = new Workbook(archive, limits);
    const parts = await file.relationsOf(main);
    await workbook.readIndex(main, parts);
    const ofType = (type: string): string | undefined =>
      [...parts.values()].find((part) => part.type === type && archive.has(part.target))?.target;
    const styles = ofType('styles');
    if (styles) await workbook.readStyles(styles);
    const strings = ofType('sharedStrings');
    if (strings) await workbook.readStrings(strings);
    return workbook;
  }

  /** Its sheets in their order. */
  get sheets(): readonly { readonly name: string; readonly hidden: boolean }[] {
    return this.listed;
  }

  private async readIndex(main: string, parts: Relations): Promise<void> {
    await readXml(this.archive, main, {
      open: (name, { date1904, name: title = '', id = '', state = 'visible' }) => {
        if (name === 'workbookPr' && (date1904 === '1' || date1904 === 'true')) this.dayZero = DAY_ZERO_1904;
        const part = parts.get(id);
        if (name === 'sheet' && part?.type === 'worksheet')
          this.listed.push({ name: cellText(title), hidden: state !== 'visible', part: part.target });
      },
    });
  }

  private async readStyles(part: string): Promise<void> {
    const formats = new Map<number, string>();
    let inCells = false;
    await readXml(this.archive, part, {
      open: (name, { numFmtId = '0', formatCode = '' }) => {
        if (name === 'cellXfs') inCells = true;
        if (name === 'numFmt') formats.set(Number(numFmtId), formatCode);
        if (name !== 'xf' || !inCells) return;
        const format = formats.get(Number(numFmtId));
        this.kinds.push(format === undefined ? builtIn(Number(numFmtId)) : kindOf(format));
      },
      close: (name) => {
        if (name === 'cellXfs') inCells = false;
      },
    });
  }

  private async readStrings(part: string): Promise<void> {
    const intake = new Intake(this.limits);
    let text = '';
    let [inText, inPhonetic] = [false, false];
    const handlers: Handlers = {
      open: (name) => {
        if (name === 'si') text = '';
        if (name === 't') inText = true;
        if (name === 'rPh') inPhonetic = true;
      },
      text: (piece) => {
        if (!inText || inPhonetic) return;
        text += piece;
        if (text.length > LONGEST_CELL) throw tooLarge({ characters: LONGEST_CELL });
      },
      close: (name) => {
        if (name === 't') inText = false;
        if (name === 'rPh') inPhonetic = false;
        if (name !== 'si') return;
        const clean = cellText(escaped(text));
        intake.take(clean);
        this.strings.push(clean);
      },
    };
    await readXml(this.archive, part, handlers, Infinity);
  }

  /** The sheet of that name with the texts of its cells; a formula counts with the result it was saved with. */
  async read(name: string): Promise<Sheet> {
    const listed = this.listed.find((sheet) => sheet.name === name);
    if (!listed) throw refusal('invalid', 'import.unknown-sheet', { sheet: name });
    const intake = new Intake(this.limits);
    const rows: SheetRow[] = [];
    const merges: Merge[] = [];
    const hiddenColumns: { from: number; to: number }[] = [];
    let cells = new Map<number, string>();
    let [row, column, hidden] = [0, -1, false];
    let [type, style, text] = ['n', 0, ''];
    let [inData, inText, inPhonetic] = [false, false, false];
    const handlers: Handlers = {
      open: (tag, attributes) => {
        if (tag === 'row' && inData) {
          const next = Number(attributes['r'] ?? row + 1);
          // Rows come in their order; another file is not what a program wrote.
          if (!(next > row) || next > 1_048_576) throw broken();
          [row, column, cells] = [next, -1, new Map<number, string>()];
          hidden = isHidden(attributes);
        } else if (tag === 'c' && inData) {
          column = attributes['r'] === undefined ? column + 1 : columnIn(attributes['r']);
          if (column < 0 || column >= MOST_COLUMNS) throw broken();
          [type, style, text] = [attributes['t'] ?? 'n', Number(attributes['s'] ?? 0), ''];
        } else if (tag === 'v' || tag === 't') inText = true;
        else if (tag === 'rPh') inPhonetic = true;
        else if (tag === 'sheetData') inData = true;
        else if (tag === 'mergeCell') {
          if (merges.length >= MOST_MERGES) throw tooLarge({ merges: MOST_MERGES });
          const merge = mergeOf(attributes['ref'] ?? '');
          if (merge) merges.push(merge);
        } else if (tag === 'col' && hiddenColumns.length < MOST_COLUMNS && isHidden(attributes))
          hiddenColumns.push({ from: Number(attributes['min']) - 1, to: Number(attributes['max']) - 1 });
      },
      text: (piece) => {
        if (!inText || inPhonetic) return;
        text += piece;
        if (text.length > LONGEST_CELL) throw tooLarge({ characters: LONGEST_CELL });
      },
      close: (tag) => {
        if (tag === 'v' || tag === 't') inText = false;
        else if (tag === 'rPh') inPhonetic = false;
        else if (tag === 'sheetData') inData = false;
        else if (tag === 'c' && inData) {
          const value = this.valueOf(type, style, text);
          if (value === '') return;
          intake.take(value);
          cells.set(column, value);
        } else if (tag === 'row' && inData && cells.size > 0) rows.push({ row, cells, ...(hidden && { hidden }) });
      },
    };
    await readXml(this.archive, listed.part, handlers, Infinity);
    const { dayZero } = this;
    return { name: listed.name, hidden: listed.hidden, rows, merges, hiddenColumns, ...(dayZero && { dayZero }) };
  }

  private valueOf(type: string, style: number, text: string): string {
    if (type === 's') return text.trim() === '' ? '' : this.stringAt(Number(text));
    if (type === 'd') return this.shown(text.slice(0, 10), 'day');
    if (type !== 'n') return cellText(escaped(text));
    const number = text.trim() === '' ? NaN : Number(text);
    if (!Number.isFinite(number)) return cellText(text);
    const kind = this.kinds[style];
    // As the cell shows it, but for digits that it hides.
    if (kind === 'percent') return `${Number((number * 100).toPrecision(15))} %`;
    if (kind && number >= 1 && number < 110_000)
      return this.shown(plusDays(this.dayZero ?? DAY_ZERO, Math.floor(number)), kind);
    return String(Number(number.toPrecision(15)));
  }

  private stringAt(place: number): string {
    const text = this.strings[place];
    // A cell whose text is nowhere would be read as an empty one.
    if (text === undefined) throw broken();
    return text;
  }

  /** A day as the cell shows it in Vietnam; a format without days shows a month, which is due on its last day. */
  private shown(day: Day, kind: NumberKind): string {
    const [year = '', month = '', date = ''] = day.split('-');
    const exists = dayOf(Number(year), Number(month), Number(date)) !== undefined;
    if (!exists) return day;
    if (kind === 'year') return year;
    return kind === 'month' ? `${month}/${year}` : `${date}/${month}/${year}`;
  }
}
