import {
  AlignmentType,
  Bookmark,
  BorderStyle,
  Document,
  Header,
  HeightRule,
  LineRuleType,
  Packer,
  PageNumber,
  PageOrientation,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
  type IParagraphOptions,
  type IRunOptions,
} from 'docx';
import type { Day } from '#kernel';
import { cellText } from './cell-text.js';
import type { Align } from './write-workbook.js';

/** The head of a letter: who issues it, its number, place and day; what is not known yet is left open to be written in. */
export type Letterhead = {
  /** The body above the issuer, where there is one. */
  readonly above?: string;
  readonly issuer: string;
  /** "123/KH-UBND"; left out: open. */
  readonly number?: string;
  readonly place?: string;
  readonly date?: Day;
};

export type WordTable = {
  /** Shares of the width of the page. */
  readonly columns: readonly { readonly width: number; readonly align?: Align }[];
  readonly header: readonly string[];
  readonly rows: readonly WordRow[];
};
/** A group has its number in the first column and its text over all others; `mark` is a hidden bookmark of the row. */
export type WordRow = {
  readonly kind?: 'row' | 'group' | 'total';
  readonly cells: readonly string[];
  readonly mark?: string;
};

/** What stands below the title, from top to bottom. */
export type WordPiece =
  | { readonly text: string; readonly look?: 'body' | 'item' | 'heading' | 'centred' | 'note' }
  | { readonly table: WordTable };

export type WrittenDocument = {
  readonly letterhead?: Letterhead;
  /** The kind of the document and what it is about ("BÁO CÁO", "Kết quả …"). */
  readonly title?: { readonly kind: string; readonly abstract: string };
  /** The head of an annex: "PHỤ LỤC", its title, and the document it belongs to. */
  readonly annex?: { readonly label: string; readonly title: string; readonly note?: string };
  readonly pieces: readonly WordPiece[];
  /** "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH": one line each; then the name. */
  readonly signature?: { readonly lines: readonly string[]; readonly name?: string };
  readonly recipients?: readonly string[];
  readonly landscape?: boolean;
};

const FONT = 'Times New Roman';
/** Twentieths of a point per millimetre. */
const mm = (millimetres: number): number => Math.round((millimetres * 1440) / 25.4);
/** Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, 20–25 mm above and below, 30–35 mm left, 15–20 mm right. */
const MARGIN = { top: mm(20), bottom: mm(20), left: mm(30), right: mm(15), header: mm(10), footer: mm(10) };
const A4 = { short: 11_906, long: 16_838 };
const NOTHING = { style: BorderStyle.NONE, size: 0, color: 'auto' };
const NO_BORDERS = {
  top: NOTHING,
  bottom: NOTHING,
  left: NOTHING,
  right: NOTHING,
  insideHorizontal: NOTHING,
  insideVertical: NOTHING,
};
const LINE = { style: BorderStyle.SINGLE, size: 4, color: 'auto' };
const ALIGNED = { left: AlignmentType.LEFT, center: AlignmentType.CENTER, right: AlignmentType.RIGHT } as const;

const twoDigits = (number: string, below: number): string =>
  String(Number(number)).padStart(Number(number) < below ? 2 : 1, '0');

/** A day as documents write it out: "ngày 05 tháng 02 năm 2026". */
export const dayWrittenOut = (day: Day): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `ngày ${twoDigits(date, 10)} tháng ${twoDigits(month, 3)} năm ${year}`;
};

/** A text as runs, with a break for each of its lines. */
const runs = (text: string, options: IRunOptions = {}): TextRun[] =>
  cellText(text)
    .split('\n')
    .map((line, at) => new TextRun({ ...options, text: line, ...(at > 0 ? { break: 1 } : {}) }));

const paragraph = (text: string, run: IRunOptions, options: IParagraphOptions = {}): Paragraph =>
  new Paragraph({ ...options, children: runs(text, run) });

const centred = (text: string, run: IRunOptions, options: IParagraphOptions = {}): Paragraph =>
  paragraph(text, run, { alignment: AlignmentType.CENTER, ...options });

/** The line that stands centred under a name, that long in a room that wide. */
const rule = (length: number, room: number): Paragraph =>
  new Paragraph({
    border: { bottom: { style: BorderStyle.SINGLE, size: 6, space: 1, color: 'auto' } },
    indent: { left: Math.round((room - length) / 2), right: Math.round((room - length) / 2) },
    spacing: { line: 40, lineRule: LineRuleType.EXACT, after: 120 },
  });

/** Two columns without borders. */
const sides = (widths: readonly [number, number], left: readonly Paragraph[], right: readonly Paragraph[]): Table =>
  new Table({
    layout: TableLayoutType.FIXED,
    width: { size: widths[0] + widths[1], type: WidthType.DXA },
    columnWidths: [...widths],
    borders: NO_BORDERS,
    rows: [
      new TableRow({
        cantSplit: true,
        children: [left, right].map(
          (children, at) =>
            new TableCell({
              width: { size: widths[at] ?? 0, type: WidthType.DXA },
              margins: { left: 0, right: 0 },
              children: [...children],
            }),
        ),
      }),
    ],
  });

const headOf = ({ above, issuer, number, place, date }: Letterhead, width: number): Table => {
  const left = Math.round(width * 0.4);
  const right = width - left;
  const day = date === undefined ? 'ngày … tháng … năm …' : dayWrittenOut(date);
  return sides(
    [left, right],
    [
      ...(above === undefined ? [] : [centred(above.toUpperCase(), { size: 26 })]),
      centred(issuer.toUpperCase(), { size: 26, bold: true }),
      rule(mm(22), left),
      centred(`Số: ${number ?? '        /'}`, { size: 26 }),
    ],
    [
      centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { size: 26, bold: true }),
      centred('Độc lập - Tự do - Hạnh phúc', { size: 28, bold: true }),
      rule(mm(58), right),
      centred(`${place ?? '…'}, ${day}`, { size: 28, italics: true }),
    ],
  );
};

const footOf = ({ signature, recipients = [] }: WrittenDocument, width: number): Table => {
  const half = Math.round(width / 2);
  const name = signature?.name;
  return sides(
    [half, width - half],
    recipients.length === 0
      ? [new Paragraph({})]
      : [
          paragraph('Nơi nhận:', { size: 24, bold: true, italics: true }),
          ...recipients.map((line, at) =>
            paragraph(`- ${line}${at === recipients.length - 1 ? '.' : ';'}`, { size: 22 }),
          ),
        ],
    [
      ...(signature?.lines ?? []).map((line) => centred(line.toUpperCase(), { size: 28, bold: true })),
      // Room for the signature and the seal.
      new Paragraph({ spacing: { before: 1200 } }),
      centred(name ?? '', { size: 28, bold: true }),
    ],
  );
};

const tableOf = ({ columns, header, rows }: WordTable, width: number): Table => {
  const whole = columns.reduce((sum, column) => sum + column.width, 0);
  const widths = columns.map((column) => Math.floor((column.width / whole) * width));
  const cell = (text: string, at: number, style: string, options: { span?: number; mark?: string } = {}): TableCell => {
    const align = columns[at]?.align ?? 'left';
    return new TableCell({
      width: {
        size: widths.slice(at, at + (options.span ?? 1)).reduce((sum, one) => sum + one, 0),
        type: WidthType.DXA,
      },
      ...(options.span === undefined ? {} : { columnSpan: options.span }),
      ...(style === 'TableHeader' ? { verticalAlign: VerticalAlignTable.CENTER } : {}),
      children: [
        new Paragraph({
          style,
          ...(align === 'left' || style === 'TableHeader' ? {} : { alignment: ALIGNED[align] }),
          children: [
            ...(options.mark === undefined ? [] : [new Bookmark({ id: options.mark, children: [] })]),
            ...runs(text),
          ],
        }),
      ],
    });
  };
  const rowOf = ({ kind = 'row', cells, mark }: WordRow): TableRow => {
    const style = kind === 'row' ? 'TableText' : 'TableHeavy';
    const marked = mark === undefined ? {} : { mark };
    const [first = '', text = ''] = cells;
    return new TableRow({
      cantSplit: true,
      children:
        kind === 'group'
          ? [cell(first, 0, style, marked), cell(text, 1, style, { span: columns.length - 1 })]
          : columns.map((_, at) => cell(cells[at] ?? '', at, style, at === 0 ? marked : {})),
    });
  };
  return new Table({
    layout: TableLayoutType.FIXED,
    width: { size: widths.reduce((sum, one) => sum + one, 0), type: WidthType.DXA },
    columnWidths: widths,
    borders: { top: LINE, bottom: LINE, left: LINE, right: LINE, insideHorizontal: LINE, insideVertical: LINE },
    margins: { left: 70, right: 70, top: 20, bottom: 20 },
    rows: [
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        height: { value: 400, rule: HeightRule.ATLEAST },
        children: header.map((text, at) => cell(text, at, 'TableHeader')),
      }),
      ...rows.map(rowOf),
    ],
  });
};

const LOOKS: Readonly<
  Record<NonNullable<Extract<WordPiece, { text: string }>['look']>, readonly [IRunOptions, IParagraphOptions]>
> = {
  body: [
    {},
    { alignment: AlignmentType.JUSTIFIED, indent: { firstLine: mm(12.7) }, spacing: { before: 120, after: 0 } },
  ],
  item: [
    {},
    { alignment: AlignmentType.JUSTIFIED, indent: { firstLine: mm(12.7) }, spacing: { before: 60, after: 0 } },
  ],
  heading: [{ bold: true }, { indent: { firstLine: mm(12.7) }, keepNext: true, spacing: { before: 160, after: 0 } }],
  centred: [{ bold: true }, { alignment: AlignmentType.CENTER, spacing: { before: 120, after: 60 } }],
  note: [{ italics: true, size: 26 }, { spacing: { before: 60, after: 60 } }],
};

const piecesOf = (pieces: readonly WordPiece[], width: number): (Paragraph | Table)[] =>
  pieces.map((piece) => {
    if ('table' in piece) return tableOf(piece.table, width);
    const [run, options] = LOOKS[piece.look ?? 'body'];
    return paragraph(piece.text, run, options);
  });

const titleOf = ({ title, annex }: WrittenDocument, width: number): Paragraph[] => [
  ...(title
    ? [
        centred(title.kind.toUpperCase(), { bold: true }, { spacing: { before: 360 } }),
        centred(title.abstract, { bold: true }),
        rule(mm(50), width),
      ]
    : []),
  ...(annex
    ? [
        centred(annex.label, { bold: true }),
        centred(annex.title, { bold: true }),
        ...(annex.note === undefined ? [] : [centred(annex.note, { italics: true })]),
        new Paragraph({ spacing: { after: 60 } }),
      ]
    : []),
];

/** A table style is cheaper than saying it in every cell: an annex has thousands of them. */
const STYLES = (['TableText', 'TableHeavy', 'TableHeader'] as const).map((id) => ({
  id,
  name: id,
  basedOn: 'Normal',
  run: { size: 26, bold: id !== 'TableText' },
  paragraph: {
    ...(id === 'TableHeader' ? { alignment: AlignmentType.CENTER } : {}),
    // A group never stands alone at the end of a page.
    keepNext: id === 'TableHeavy',
  },
}));

/** Writes a Word file in the form of Nghị định 30/2020/NĐ-CP: its letterhead, tables, signature and recipients as given. */
export const writeDocument = async (
  document: WrittenDocument,
  about: { readonly title?: string } = {},
): Promise<Buffer> => {
  const { letterhead, pieces, signature, recipients, landscape = false } = document;
  const width = (landscape ? A4.long : A4.short) - MARGIN.left - MARGIN.right;
  const signed = signature !== undefined || (recipients ?? []).length > 0;
  return Packer.toBuffer(
    new Document({
      creator: 'Camket',
      ...(about.title === undefined ? {} : { title: cellText(about.title) }),
      styles: {
        default: {
          document: {
            run: { font: FONT, size: 28, language: { value: 'vi-VN' } },
            paragraph: { spacing: { before: 0, after: 0 } },
          },
        },
        paragraphStyles: STYLES,
      },
      sections: [
        {
          properties: {
            titlePage: true,
            page: {
              // The sides are turned by the orientation.
              size: {
                width: A4.short,
                height: A4.long,
                orientation: landscape ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT,
              },
              margin: MARGIN,
            },
          },
          headers: {
            default: new Header({
              children: [
                new Paragraph({
                  alignment: AlignmentType.CENTER,
                  children: [new TextRun({ children: [PageNumber.CURRENT], size: 26 })],
                }),
              ],
            }),
            first: new Header({ children: [new Paragraph({})] }),
          },
          children: [
            ...(letterhead ? [headOf(letterhead, width)] : []),
            ...titleOf(document, width),
            ...piecesOf(pieces, width),
            ...(signed ? [new Paragraph({ spacing: { before: 120 } }), footOf(document, width)] : []),
          ],
        },
      ],
    }),
  );
};
