import { cellText } from './cell-text.js';
import type { OfficePackage } from './office-package.js';
import {
  contentLimits,
  Intake,
  LONGEST_CELL,
  readXml,
  tooLarge,
  type Attributes,
  type ContentLimits,
  type Handlers,
} from './read-xml.js';
import type { SheetWarning } from './sheet.js';
import { sheetsOf, type Block, type Row, type Table } from './word-tables.js';
import type { Sheet } from './sheet.js';
import type { HeaderScore } from './delimited.js';

/** What is not part of the text: pictures, what was there before a change of form, what a printer does not show. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'drawing',
  'pict',
  'object',
  'Fallback',
  'rt',
  'delText',
  'instrText',
  'pPrChange',
  'rPrChange',
  'tblPrChange',
  'tblPrExChange',
  'tblGridChange',
  'tcPrChange',
  'trPrChange',
  'sectPrChange',
  'numberingChange',
]);
/** Text that a tracked change took away from here. */
const TAKEN_AWAY: ReadonlySet<string> = new Set(['del', 'moveFrom']);
const PUT_IN: ReadonlySet<string> = new Set(['ins', 'moveTo']);
const BREAKS: Readonly<Record<string, string>> = { br: '\n', cr: '\n', tab: ' ', ptab: ' ', noBreakHyphen: '-' };

/** Signs of the font Symbol, which Word inserts by their place in it; digits and most punctuation stand where they always do. */
const SYMBOLS: Readonly<Record<number, string>> = {
  0xa3: '≤',
  0xae: '→',
  0xb0: '°',
  0xb1: '±',
  0xb3: '≥',
  0xb4: '×',
  0xb8: '÷',
  0xb9: '≠',
  0xbb: '≈',
};
const PLAIN_IN_SYMBOL = /^[!#%&()+,\-./0-9:;<=>?[\]{|}]$/;

/** The sign of a `w:sym`; ornaments of fonts that are nothing but ornaments say nothing. */
const symbolOf = ({ font = '', char = '' }: Attributes): string => {
  const code = Number.parseInt(char, 16);
  if (!Number.isInteger(code) || code > 0xffff) return '';
  const isPrivate = code >= 0xf000 && code <= 0xf0ff;
  if (!isPrivate) return code < 0x20 || /^(?:symbol|wingdings|webdings)/iu.test(font) ? '' : String.fromCharCode(code);
  if (!/^symbol/iu.test(font)) return '';
  const place = code - 0xf000;
  const plain = String.fromCharCode(place);
  return SYMBOLS[place] ?? (PLAIN_IN_SYMBOL.test(plain) ? plain : '');
};

const isOn = ({ val }: Attributes): boolean => val === undefined || !['0', 'false', 'off', 'none'].includes(val);
const numberIn = (text: string | undefined, least: number, most: number): number => {
  const number = Number(text ?? NaN);
  return Number.isInteger(number) ? Math.min(Math.max(number, least), most) : least;
};

const MOST_COLUMNS = 1_000;

type OpenCell = { span: number; below: 'starts' | 'goes on' | null; beside: boolean; gone: boolean; lines: string[] };
type OpenTable = {
  readonly widths: number[];
  readonly rows: Row[];
  row: { before: number; gone: boolean; hidden: boolean; cells: OpenCell[]; marks: string[] } | undefined;
  cell: OpenCell | undefined;
};

/** Listens to the parts of a document and keeps its paragraphs and tables, changes accepted. */
class Listener {
  readonly blocks: Block[] = [];
  readonly warnings = new Set<SheetWarning>();
  private readonly path: string[] = [];
  private readonly tables: OpenTable[] = [];
  private passed = 0;
  /** How deep inside of boxes with text, of what is passed over. */
  private boxed = 0;
  private marks: string[] = [];
  private line = '';
  private inText = false;
  private hidden = false;
  /** The end of the paragraph was deleted: the next one goes on in its line. */
  private joined = false;

  constructor(private readonly intake: Intake) {}

  readonly handlers: Handlers = {
    open: (name, attributes) => this.open(name, attributes),
    close: (name) => this.close(name),
    text: (text) => {
      if (this.inText && this.passed === 0) this.write(text);
      else if (this.boxed > 0 && text.trim() !== '') this.warnings.add('text-boxes');
    },
  };

  private get table(): OpenTable | undefined {
    return this.tables.at(-1);
  }

  private write(text: string): void {
    if (this.hidden) {
      this.warnings.add('hidden-text');
      return;
    }
    this.line += text;
    if (this.line.length > LONGEST_CELL) throw tooLarge({ characters: LONGEST_CELL });
  }

  private open(name: string, attributes: Attributes): void {
    const parent = this.path.at(-1);
    this.path.push(name);
    if (this.passed > 0) {
      this.passed++;
      if (this.boxed > 0 || name === 'txbxContent') this.boxed++;
      return;
    }
    const changed = TAKEN_AWAY.has(name) || PUT_IN.has(name) || name === 'cellDel' || name === 'cellIns';
    if (changed) this.warnings.add('tracked-changes');
    if (TAKEN_AWAY.has(name) && parent !== 'rPr' && parent !== 'trPr') this.passed = 1;
    else if (PASSED_OVER.has(name)) this.passed = 1;
    else this.took(name, parent, attributes);
  }

  private took(name: string, parent: string | undefined, attributes: Attributes): void {
    const { table } = this;
    if (TAKEN_AWAY.has(name)) {
      if (parent === 'trPr' && table?.row) table.row.gone = true;
      else if (parent === 'rPr' && this.path.at(-3) === 'pPr') this.joined = true;
    } else if (name === 't') this.inText = true;
    else if (name in BREAKS && parent === 'r') this.write(BREAKS[name] ?? '');
    else if (name === 'sym') this.write(symbolOf(attributes));
    else if (name === 'r') this.hidden = false;
    else if (name === 'vanish' && this.path.at(-3) === 'r') this.hidden = isOn(attributes);
    else if (name === 'bookmarkStart' && attributes['name']) this.mark(attributes['name']);
    else if (name === 'tbl') this.tables.push({ widths: [], rows: [], row: undefined, cell: undefined });
    else if (table) this.inTable(table, name, parent, attributes);
  }

  private inTable(table: OpenTable, name: string, parent: string | undefined, attributes: Attributes): void {
    const { row, cell } = table;
    if (name === 'gridCol') {
      if (table.widths.length < MOST_COLUMNS) table.widths.push(numberIn(attributes['w'], 0, 1_000_000));
    } else if (name === 'tr') {
      table.row = { before: 0, gone: false, hidden: false, cells: [], marks: this.marks };
      this.marks = [];
    } else if (name === 'gridBefore' && row) row.before = numberIn(attributes['val'], 0, MOST_COLUMNS);
    else if (name === 'hidden' && parent === 'trPr' && row) row.hidden = isOn(attributes);
    else if (name === 'tc' && row) {
      table.cell = { span: 1, below: null, beside: false, gone: false, lines: [] };
      row.cells.push(table.cell);
      [this.line, this.joined] = ['', false];
    } else if (!cell || parent !== 'tcPr') return;
    else if (name === 'gridSpan') cell.span = numberIn(attributes['val'], 1, MOST_COLUMNS);
    else if (name === 'vMerge') cell.below = attributes['val'] === 'restart' ? 'starts' : 'goes on';
    else if (name === 'hMerge') cell.beside = attributes['val'] !== 'restart';
    else if (name === 'cellDel') cell.gone = true;
  }

  /** A bookmark belongs to the row that it stands in or before. */
  private mark(name: string): void {
    const inside = this.table?.row;
    const known = inside ? inside.marks : this.marks;
    if (this.table && known.length < 10) known.push(name);
  }

  private close(name: string): void {
    this.path.pop();
    if (this.passed > 0) {
      this.passed--;
      if (this.boxed > 0) this.boxed--;
      return;
    }
    const { table } = this;
    if (name === 't') this.inText = false;
    else if (name === 'r') this.hidden = false;
    else if (name === 'p') this.endParagraph();
    else if (name === 'tc' && table?.cell) {
      if (this.joined) this.endLine();
      table.cell = undefined;
    } else if (name === 'tr' && table?.row) this.endRow(table);
    else if (name === 'tbl' && table) this.endTable(table);
  }

  private endParagraph(): void {
    if (!this.joined) this.endLine();
    this.joined = false;
  }

  private endLine(): void {
    const text = this.line;
    this.line = '';
    const cell = this.table?.cell;
    if (cell) cell.lines.push(text);
    else if (!this.table) {
      const clean = cellText(text);
      this.intake.take(clean);
      if (clean !== '') this.blocks.push({ text: clean });
    }
  }

  private endRow(table: OpenTable): void {
    const { row } = table;
    table.row = undefined;
    if (!row || row.gone) return;
    const cells = row.cells.map(({ span, below, beside, gone, lines }) => {
      const text = gone ? '' : cellText(lines.join('\n'));
      if (text.length > LONGEST_CELL) throw tooLarge({ characters: LONGEST_CELL });
      this.intake.take(text);
      return { span, below, beside, text };
    });
    table.rows.push({ before: row.before, hidden: row.hidden, cells, marks: row.marks });
  }

  private endTable({ widths, rows }: OpenTable): void {
    this.tables.pop();
    const table: Table = { widths, rows };
    this.blocks.push({ table, nested: this.tables.length > 0 });
    // What a nested table says is said by the cell it stands in.
    for (const { cells } of rows)
      this.table?.cell?.lines.push(
        cells
          .map(({ text }) => text)
          .filter((text) => text !== '')
          .join(' '),
      );
    this.line = '';
  }
}

/** The tables of a document in memory, as sheets: what Word parts by pages is one table again. */
export class WordDocument {
  private constructor(
    readonly sheets: readonly Sheet[],
    readonly warnings: readonly SheetWarning[],
  ) {}

  static async open(
    file: OfficePackage,
    score: HeaderScore,
    limits: ContentLimits = contentLimits,
  ): Promise<WordDocument> {
    const listener = new Listener(new Intake(limits));
    await readXml(file.archive, file.main, listener.handlers, Infinity);
    return new WordDocument(sheetsOf(listener.blocks, score), [...listener.warnings]);
  }
}
