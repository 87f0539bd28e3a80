import { cellText } from './cell-text.js';
import type { Align } from './write-workbook.js';

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

/** The paragraph styles that its cells refer to: said in every cell, an annex of thousands of rows would be huge. */
export type TableStyle = 'TableText' | 'TableHeavy' | 'TableHeader';

const escaped = (text: string): string => text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;');

const runOf = (text: string): string => {
  const clean = cellText(text);
  if (clean === '') return '';
  const lines = clean.split('\n').map((line) => `<w:t xml:space="preserve">${escaped(line)}</w:t>`);
  return `<w:r>${lines.join('<w:br/>')}</w:r>`;
};

const BORDERS = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
  .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>`)
  .join('');
const MARGINS = [
  ['top', 20],
  ['left', 70],
  ['bottom', 20],
  ['right', 70],
]
  .map(([side, width]) => `<w:${side} w:w="${width}" w:type="dxa"/>`)
  .join('');

/**
 * A table as Word stores it, that many twentieths of a point wide, its header on every page. `firstMark` numbers its
 * bookmarks, which a document counts through.
 */
export const tableXml = ({ columns, header, rows }: WordTable, width: number, firstMark: number): string => {
  const whole = columns.reduce((sum, column) => sum + column.width, 0);
  const widths = columns.map((column) => Math.floor((column.width / whole) * width));
  const widthOf = (from: number, to: number): number => widths.slice(from, to).reduce((sum, one) => sum + one, 0);
  let marks = firstMark;

  const cell = (text: string, at: number, style: TableStyle, mark?: string, across = 1): string => {
    const align = columns[at]?.align ?? 'left';
    const span = across > 1 ? `<w:gridSpan w:val="${across}"/>` : '';
    const middle = style === 'TableHeader' ? '<w:vAlign w:val="center"/>' : '';
    const aligned = align === 'left' || across > 1 || style === 'TableHeader' ? '' : `<w:jc w:val="${align}"/>`;
    let bookmark = '';
    if (mark !== undefined) {
      bookmark = `<w:bookmarkStart w:id="${marks}" w:name="${escaped(mark)}"/><w:bookmarkEnd w:id="${marks}"/>`;
      marks++;
    }
    return (
      `<w:tc><w:tcPr><w:tcW w:w="${widthOf(at, at + across)}" w:type="dxa"/>${span}${middle}</w:tcPr>` +
      `<w:p><w:pPr><w:pStyle w:val="${style}"/>${aligned}</w:pPr>${bookmark}${runOf(text)}</w:p></w:tc>`
    );
  };
  const rowOf = ({ kind = 'row', cells, mark }: WordRow): string => {
    const style: TableStyle = kind === 'row' ? 'TableText' : 'TableHeavy';
    const [first = '', text = ''] = cells;
    const content =
      kind === 'group' && columns.length > 1
        ? cell(first, 0, style, mark) + cell(text, 1, style, undefined, columns.length - 1)
        : columns.map((_, at) => cell(cells[at] ?? '', at, style, at === 0 ? mark : undefined)).join('');
    // A long row may go on over the page: kept whole, it would leave half a page empty.
    return kind === 'row' ? `<w:tr>${content}</w:tr>` : `<w:tr><w:trPr><w:cantSplit/></w:trPr>${content}</w:tr>`;
  };

  return [
    `<w:tbl><w:tblPr><w:tblW w:w="${widthOf(0, widths.length)}" w:type="dxa"/>`,
    `<w:tblBorders>${BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>${MARGINS}</w:tblCellMar></w:tblPr>`,
    `<w:tblGrid>${widths.map((one) => `<w:gridCol w:w="${one}"/>`).join('')}</w:tblGrid>`,
    '<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="400" w:hRule="atLeast"/><w:tblHeader/></w:trPr>',
    header.map((text, at) => cell(text, at, 'TableHeader')).join(''),
    '</w:tr>',
    ...rows.map(rowOf),
    '</w:tbl>',
  ].join('');
};
