import {
  AlignmentType,
  BorderStyle,
  Document,
  Header,
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
  WidthType,
  type IParagraphOptions,
  type IRunOptions,
  type ISectionOptions,
} from 'docx';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Day } from '#kernel';
import { cellText } from './cell-text.js';
import { dayWrittenOut } from './day-written-out.js';
import { tableXml, type TableStyle, type WordTable } from './word-table-xml.js';

/** The head of a letter: who issues it, its number, place and day; what is not known yet is left open to be written in. */
export type Letterhead = {
  /** The body above the issuer, where there is one. */
  readonly above?: string;
  readonly issuer: string;
  /** "123/KH-UBND"; left out: open. */
  readonly number?: string;
  /** What a letter is about, below its number: "đôn đốc thực hiện …". */
  readonly about?: string;
  readonly place?: string;
  readonly date?: Day;
};

/** What stands below the title, from top to bottom. */
export type WordPiece =
  | { readonly text: string; readonly look?: 'body' | 'item' | 'heading' | 'centred' | 'note' }
  | { readonly table: WordTable };

/** The head of an annex: "PHỤ LỤC", its title, and the document it belongs to. */
export type AnnexHead = { readonly label: string; readonly title: string; readonly note?: string };

export type WrittenDocument = {
  readonly letterhead?: Letterhead;
  /** The kind of the document and what it is about ("BÁO CÁO", "Kết quả …"). */
  readonly title?: { readonly kind: string; readonly abstract: string };
  /** To whom a letter is sent. */
  readonly to?: readonly string[];
  readonly annex?: AnnexHead;
  readonly pieces: readonly WordPiece[];
  /** "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH": one line each; then the name. */
  readonly signature?: { readonly lines: readonly string[]; readonly name?: string };
  readonly recipients?: readonly string[];
  /** An annex on pages of its own, behind the signature. */
  readonly attached?: { readonly annex: AnnexHead; readonly pieces: readonly WordPiece[] };
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

const headOf = ({ above, issuer, number, about, place, date }: Letterhead, width: number): Table => {
  const left = Math.round(width * 0.4);
  const right = width - left;
  const day = date === undefined ? 'ngày … tháng … năm …' : dayWrittenOut(date);
  return sides(
    [left, right],
    [
      ...(above === undefined ? [] : [centred(above.toUpperCase(), { size: 26 })]),
      centred(issuer.toUpperCase(), { size: 26, bold: true }),
      rule(mm(22), left),
      centred(`Số: ${number ?? '……/……'}`, { size: 26 }),
      ...(about === undefined ? [] : [centred(`V/v ${about}`, { size: 24 }, { spacing: { before: 60 } })]),
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

/** Stands where a table will be: no text that somebody writes can look like it. */
const placeFor = (at: number): Paragraph => new Paragraph({ style: `Table${at}` });
const PLACE = /<w:p><w:pPr><w:pStyle w:val="Table(\d+)"\/><\/w:pPr><\/w:p>/gu;

/** Pieces as paragraphs; `from` is the place of the first among all pieces, `signed` says that a signature follows. */
const piecesOf = (pieces: readonly WordPiece[], { from = 0, signed = false } = {}): Paragraph[] =>
  pieces.map((piece, at) => {
    if ('table' in piece) return placeFor(from + at);
    const [run, options] = LOOKS[piece.look ?? 'body'];
    // A signature never stands alone on a page.
    return paragraph(piece.text, run, signed && at === pieces.length - 1 ? { ...options, keepNext: true } : options);
  });

/** Puts the tables in their places: written as objects, one of 10,000 rows would keep the process for many seconds. */
const withTables = (file: Buffer, pieces: readonly WordPiece[], width: number): Buffer => {
  const parts = unzipSync(file);
  let marks = 1;
  const main = strFromU8(parts['word/document.xml'] ?? new Uint8Array()).replace(PLACE, (_, at: string) => {
    const piece = pieces[Number(at)];
    if (!piece || !('table' in piece)) return '';
    const xml = tableXml(piece.table, width, marks);
    marks += piece.table.rows.length;
    return xml;
  });
  return Buffer.from(zipSync({ ...parts, 'word/document.xml': strToU8(main) }));
};

const addresseesOf = (to: readonly string[]): Paragraph[] => {
  const [only, ...more] = to;
  if (only === undefined) return [];
  const spacing = { before: 360, after: 120 };
  if (more.length === 0) return [paragraph(`Kính gửi: ${only}.`, {}, { alignment: AlignmentType.CENTER, spacing })];
  return [
    paragraph('Kính gửi:', {}, { indent: { left: mm(40) }, spacing: { before: 360 } }),
    ...to.map((name, at) =>
      paragraph(`- ${name}${at === to.length - 1 ? '.' : ';'}`, {}, { indent: { left: mm(55) } }),
    ),
    new Paragraph({ spacing: { after: 60 } }),
  ];
};

const annexHeadOf = ({ label, title, note }: AnnexHead): Paragraph[] => [
  centred(label, { bold: true }),
  centred(title, { bold: true }),
  ...(note === undefined ? [] : [centred(note, { italics: true })]),
  new Paragraph({ spacing: { after: 60 } }),
];

const titleOf = ({ title, to = [], annex }: WrittenDocument, width: number): Paragraph[] => [
  ...(title
    ? [
        centred(title.kind.toUpperCase(), { bold: true }, { spacing: { before: 360 } }),
        centred(title.abstract, { bold: true }),
        rule(mm(50), width),
      ]
    : []),
  ...addresseesOf(to),
  ...(annex ? annexHeadOf(annex) : []),
];

const STYLES = (['TableText', 'TableHeavy', 'TableHeader'] as const satisfies readonly TableStyle[]).map((id) => ({
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

/** How the pages of a part look: numbered from the second on, each part from one. */
const pagesOf = (landscape: boolean): Omit<ISectionOptions, 'children'> => ({
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
      pageNumbers: { start: 1 },
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
});

/** Writes a Word file in the form of Nghị định 30/2020/NĐ-CP: its letterhead, tables, signature and recipients as given. */
export const writeDocument = async (
  document: WrittenDocument,
  about: { readonly title?: string } = {},
): Promise<Buffer> => {
  const { letterhead, pieces, signature, recipients, attached, landscape = false } = document;
  const pages = pagesOf(landscape);
  const width = (landscape ? A4.long : A4.short) - MARGIN.left - MARGIN.right;
  const signed = signature !== undefined || (recipients ?? []).length > 0;
  const file = await Packer.toBuffer(
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
          ...pages,
          children: [
            ...(letterhead ? [headOf(letterhead, width)] : []),
            ...titleOf(document, width),
            ...piecesOf(pieces, { signed }),
            ...(signed ? [new Paragraph({ keepNext: true, spacing: { before: 120 } }), footOf(document, width)] : []),
          ],
        },
        ...(attached
          ? [
              {
                ...pages,
                children: [...annexHeadOf(attached.annex), ...piecesOf(attached.pieces, { from: pieces.length })],
              },
            ]
          : []),
      ],
    }),
  );
  const all = [...pieces, ...(attached?.pieces ?? [])];
  return all.some((piece) => 'table' in piece) ? withTables(file, all, width) : file;
};
