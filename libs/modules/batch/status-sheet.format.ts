import { createHash } from 'node:crypto';
import { dayInCell, dayInWords, folded, refusal, type Day } from '#kernel';
import {
  openSheets,
  sheetLimits,
  writeWorkbook,
  type Merge,
  type Sheet,
  type SheetLimits,
  type SheetRow,
  type WrittenLine,
} from '#platform/sheets';
import { ASSESSMENTS, plain } from './status-cells.rule.js';
import { FILLED, type Filled, type StatusCells } from './status-line.format.js';

/** Which download a file goes back to: nobody reads it, it is how a later change is noticed. */
export type DownloadMark = { readonly plan: string; readonly position: string; readonly on: Day };

/** A line as it stands in a file; what the file does not say of it is null. */
export type SheetLine = {
  /** The row as Excel counts it. */
  readonly row: number;
  readonly obligation: string | null;
  readonly period: number | null;
  /** The report that the line showed when it was downloaded, and its version. */
  readonly report: string | null;
  readonly version: number | null;
  /** True when the line was accepted at the download: its mark under "Công nhận" came with it. */
  readonly accepted: boolean;
  readonly code: string;
  readonly unit: string;
  readonly periodName: string;
  /** Its words and its ids went out together; null when the file does not say. */
  readonly isWhole: boolean | null;
  readonly cells: StatusCells;
};

export type StatusSheetRead = { readonly mark: DownloadMark | null; readonly lines: readonly SheetLine[] };

type Column =
  | Filled
  | 'code'
  | 'title'
  | 'unit'
  | 'period'
  | 'state'
  | 'obligation'
  | 'periodNumber'
  | 'report'
  | 'version'
  | 'seal';

/** What columns are called, without tones; the first name is how they are written. */
const HEADERS: Readonly<Record<Column, readonly string[]>> = {
  code: ['Số', 'STT', 'Mã nhiệm vụ'],
  title: ['Nhiệm vụ'],
  unit: ['Đơn vị chủ trì', 'Cơ quan chủ trì', 'Đơn vị'],
  period: ['Kỳ'],
  state: ['Tình trạng'],
  assessment: ['Đánh giá'],
  percent: ['Tỷ lệ (%)', 'Tỷ lệ', 'Tỉ lệ', 'Tỷ lệ %', 'Tiến độ'],
  account: ['Kết quả', 'Kết quả thực hiện', 'Kết quả/Sản phẩm'],
  evidence: ['Minh chứng', 'Văn bản minh chứng', 'Tài liệu minh chứng'],
  workDay: ['Ngày thực hiện', 'Ngày hoàn thành', 'Ngày xong'],
  accept: ['Công nhận', 'Nghiệm thu'],
  obligation: ['Mã việc'],
  periodNumber: ['Kỳ số'],
  report: ['Mã báo cáo'],
  version: ['Phiên bản'],
  seal: ['Dấu dòng'],
};

/** What the column "Tình trạng" says of a line that was accepted at the download. */
export const ACCEPTED = 'Đã công nhận';

/** The hidden sheet of the mark. */
const MARK_SHEET = 'camket';
const MARK_FIELDS = ['plan', 'position', 'on'] as const;

/** A line as it is written: what is known of it, and what the columns to be filled in say at first. */
export type WrittenStatus = Omit<SheetLine, 'row' | 'accepted' | 'isWhole' | 'cells'> & {
  readonly field: string;
  readonly title: string;
  readonly due: Day | null;
  readonly state: string;
  readonly cells: Omit<StatusCells, 'percent'> & { readonly percent: number | null };
};

/** What stands above the table of a plan or of one unit. */
export type StatusHead = {
  readonly plan: string;
  readonly unit: string | null;
  readonly on: Day;
  /** The moment of the download, as people read it. */
  readonly made: string;
};

const headerOf = (column: Column): string => HEADERS[column][0] ?? column;

const COLUMNS: readonly {
  readonly header: string;
  readonly width: number;
  readonly align?: 'center';
  readonly fillIn?: true;
  readonly choices?: readonly string[];
  readonly hidden?: true;
}[] = [
  { header: headerOf('code'), width: 8, align: 'center' },
  { header: headerOf('title'), width: 42 },
  { header: headerOf('unit'), width: 22 },
  { header: headerOf('period'), width: 10, align: 'center' },
  { header: 'Hạn', width: 12, align: 'center' },
  { header: headerOf('state'), width: 14 },
  { header: headerOf('assessment'), width: 15, fillIn: true, choices: ASSESSMENTS },
  { header: headerOf('percent'), width: 8, align: 'center', fillIn: true },
  { header: headerOf('account'), width: 34, fillIn: true },
  { header: headerOf('evidence'), width: 28, fillIn: true },
  { header: headerOf('workDay'), width: 13, align: 'center', fillIn: true },
  { header: headerOf('accept'), width: 9, align: 'center', fillIn: true, choices: ['x'] },
  ...(['obligation', 'periodNumber', 'report', 'version', 'seal'] as const).map(
    (column) => ({ header: headerOf(column), width: 12, hidden: true }) as const,
  ),
];

const GUIDE = [
  'Chỉ điền các cột nền vàng, mỗi dòng là một kỳ phải thực hiện; dòng không có gì mới thì để nguyên.',
  'Đánh giá: chọn trong danh sách. Ngày thực hiện ghi ngày/tháng/năm. Minh chứng ghi số và ngày văn bản, cách nhau bằng dấu chấm phẩy, ví dụ: 12/BC-SNV ngày 16/3/2026; 15/KH-SNV ngày 20/3/2026.',
  'Cột Công nhận dành cho cán bộ điều phối: ghi x để công nhận báo cáo đang chờ. Tệp không dùng để rút lại hoặc sửa báo cáo đã ghi.',
].join('\n');

/** By what a line is known whose words were moved away from its ids, as where only the columns that one sees are sorted. */
const sealOf = (ids: readonly (string | number)[], words: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([ids, words.map((word) => folded(plain(word)))]))
    .digest('hex')
    .slice(0, 12);

const linesOf = (lines: readonly WrittenStatus[]): WrittenLine[] => {
  let field: string | undefined;
  return lines.flatMap((line): WrittenLine[] => {
    const { cells } = line;
    const heading: WrittenLine[] =
      line.field === field ? [] : [{ kind: 'group', cells: [{ value: line.field, across: 12, align: 'left' }] }];
    ({ field } = line);
    return [
      ...heading,
      {
        cells: [
          line.code,
          line.title,
          line.unit,
          line.periodName,
          line.due === null ? '' : dayInWords(line.due),
          line.state,
          cells.assessment,
          { value: cells.percent, format: '0' },
          cells.account,
          cells.evidence,
          cells.workDay,
          cells.accept,
          line.obligation,
          line.period,
          line.report,
          line.version,
          line.obligation === null || line.period === null
            ? ''
            : sealOf([line.obligation, line.period], [line.code, line.title, line.unit, line.periodName]),
        ],
      },
    ];
  });
};

/** What is taken in of a table: more than of other files, since it was written here, line by line. */
const tableLimits: SheetLimits = { ...sheetLimits, content: { cells: 500_000, characters: 30_000_000 } };
/** How much is written of a table: with every cell filled in it still comes back. */
export const MOST_LINES = 30_000;
const MOST_CHARACTERS = 20_000_000;

const lengthOf = ({ cells, ...line }: WrittenStatus): number =>
  Object.values({ ...line, ...cells }).reduce<number>((sum, value) => sum + String(value ?? '').length, 0);

/** Writes a status table as it is filled in and handed in again; refuses one that could not come back in. */
export const writeStatusSheet = async (
  head: StatusHead,
  lines: readonly WrittenStatus[],
  mark: DownloadMark,
): Promise<Buffer> => {
  if (lines.length > MOST_LINES || lines.reduce((sum, line) => sum + lengthOf(line), 0) > MOST_CHARACTERS)
    throw refusal('invalid', 'status-sheet.too-large', { lines: lines.length });
  return writeWorkbook(
    [
      {
        name: 'Tình hình thực hiện',
        columns: COLUMNS.map(({ header: _, ...column }) => column),
        titles: [
          { text: 'BẢNG TÌNH HÌNH THỰC HIỆN', look: 'heading' },
          { text: head.plan },
          ...(head.unit === null ? [] : [{ text: head.unit }]),
          {
            text: `(Đến hết ngày ${dayInWords(head.on)}; theo sổ ghi lúc ${head.made})`,
            look: 'note',
          },
          { text: GUIDE, look: 'left' },
        ],
        lines: [{ kind: 'header', cells: COLUMNS.map(({ header }) => header) }, ...linesOf(lines)],
      },
      {
        name: MARK_SHEET,
        hidden: true,
        columns: [{ width: 20 }, { width: 40 }],
        lines: MARK_FIELDS.map((field) => ({ kind: 'plain', cells: [field, mark[field]] })),
      },
    ],
    { title: `${head.plan}${head.unit === null ? '' : `, ${head.unit}`}` },
  );
};

const NAMES = new Map(
  (Object.keys(HEADERS) as Column[]).flatMap((column) =>
    HEADERS[column].map((name) => [folded(name), column] as const),
  ),
);

const columnOf = (text: string): Column | undefined => NAMES.get(folded(text.replace(/\n/gu, ' ')));

/** Where columns stand; under the name with which it is written before any other, as of numbers of one's own beside it. */
const columnsIn = ({ cells }: SheetRow): ReadonlyMap<Column, number> => {
  const [written, called] = [new Map<Column, number>(), new Map<Column, number>()];
  for (const [index, text] of cells) {
    const column = columnOf(text);
    if (!column) continue;
    const found = folded(text) === folded(headerOf(column)) ? written : called;
    if (!found.has(column)) found.set(column, index);
  }
  return new Map([...called, ...written]);
};

/**
 * Refuses a header of which it is not sure what it says: what is filled in below it would be left out in silence. Tables
 * of somebody's own may have fewer columns.
 */
const refuseUnsure = ({ cells }: SheetRow, columns: ReadonlyMap<Column, number>, isOurs: boolean): void => {
  const texts = [...cells.values()];
  for (const column of FILLED) {
    const [first, second] = texts.filter((text) => columnOf(text) === column);
    if (first !== undefined && second !== undefined && folded(first) !== folded(second))
      throw refusal('invalid', 'status-import.column-twice', { first, second });
    if (columns.has(column)) continue;
    const given = texts.find((text) => HEADERS[column].some((name) => folded(text).startsWith(folded(name))));
    if (given !== undefined)
      throw refusal('invalid', 'status-import.column-reworded', { given, column: headerOf(column) });
    // The marks are the coordinator's; who reports may do without their column.
    if (isOurs && column !== 'accept')
      throw refusal('invalid', 'status-import.column-missing', { column: headerOf(column) });
  }
};

/** A header names what is to be filled in, and whose line it is. */
const isHeader = (columns: ReadonlyMap<Column, number>): boolean =>
  columns.has('assessment') && columns.has('workDay') && (columns.has('obligation') || columns.has('code'));

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const idIn = (text: string): string | null => (UUID.test(text) ? text.toLowerCase() : null);
const numberIn = (text: string): number | null => (/^\d{1,4}$/u.test(text) ? Number(text) : null);

/**
 * The text of a cell in each line below the header, asked from above to below: one that is merged downwards speaks for all
 * its lines.
 */
const cellsIn = ({ rows, merges }: Sheet, header: number): ((row: SheetRow, column: number) => string) => {
  const begun = new Map<number, Merge[]>();
  for (const merge of merges.filter(({ top, bottom }) => top > header && bottom > top)) {
    const column = begun.get(merge.left) ?? [];
    begun.set(merge.left, column);
    column.push(merge);
  }
  for (const column of begun.values()) column.sort((a, b) => b.top - a.top);
  const tops = new Set(merges.map(({ top }) => top));
  const byRow = new Map(rows.flatMap((row) => (tops.has(row.row) ? [[row.row, row.cells] as const] : [])));
  return ({ row, cells }, column) => {
    const areas = begun.get(column) ?? [];
    while ((areas.at(-1)?.bottom ?? row) < row) areas.pop();
    const area = areas.at(-1);
    return (area && area.top < row ? byRow.get(area.top) : cells)?.get(column) ?? '';
  };
};

const linesIn = (sheet: Sheet, isOurs: boolean): readonly SheetLine[] | undefined => {
  const { rows, dayZero } = sheet;
  const at = rows.findIndex((row) => isHeader(columnsIn(row)));
  const header = rows[at];
  if (!header) return undefined;
  const columns = columnsIn(header);
  refuseUnsure(header, columns, isOurs);
  const cellAt = cellsIn(sheet, header.row);
  return rows.slice(at + 1).flatMap((row): SheetLine[] => {
    const text = (column: Column): string => {
      const index = columns.get(column);
      return index === undefined ? '' : cellAt(row, index);
    };
    const written = Object.fromEntries(FILLED.map((column) => [column, text(column)])) as StatusCells;
    // A date that was pasted as a value is the number behind it.
    const cells = { ...written, workDay: dayInCell(written.workDay, dayZero) };
    const [obligation, isFilled] = [idIn(text('obligation')), FILLED.some((column) => cells[column] !== '')];
    // What names no obligation and is not filled in is a heading or a note.
    if (obligation === null && (!isFilled || isHeader(columnsIn(row)))) return [];
    const [period, seal] = [numberIn(text('periodNumber')), text('seal')];
    const words = (['code', 'title', 'unit', 'period'] as const).map(text);
    return [
      {
        row: row.row,
        obligation,
        period,
        report: idIn(text('report')),
        version: numberIn(text('version')),
        accepted: folded(text('state')) === folded(ACCEPTED),
        code: text('code'),
        unit: text('unit'),
        periodName: text('period'),
        isWhole:
          obligation === null || period === null || seal === '' ? null : seal === sealOf([obligation, period], words),
        cells,
      },
    ];
  });
};

const markIn = ({ rows }: Sheet): DownloadMark | null => {
  const said = new Map(rows.map(({ cells }) => [cells.get(0) ?? '', cells.get(1) ?? '']));
  const [plan, position, on] = MARK_FIELDS.map((field) => said.get(field) ?? '');
  return plan && UUID.test(plan) && position && /^\d{1,30}$/u.test(position) && on ? { plan, position, on } : null;
};

/**
 * Reads a status table from a workbook or text file, wherever its header stands and whatever its other columns are. What
 * is hidden is read where nothing else is a table; of two tables it is not said which counts.
 */
export const readStatusSheet = async (bytes: Buffer): Promise<StatusSheetRead> => {
  const namesIn = (texts: readonly string[]): number => texts.filter((text) => columnOf(text) !== undefined).length;
  const source = await openSheets(bytes, namesIn, tableLimits);
  const marked = source.names.find(({ name }) => name === MARK_SHEET);
  const mark = marked ? markIn(await source.read(marked.name)) : null;
  for (const wanted of [false, true]) {
    const tables: { readonly name: string; readonly lines: readonly SheetLine[] }[] = [];
    for (const { name, hidden } of source.names) {
      if (name === MARK_SHEET || hidden !== wanted) continue;
      const lines = linesIn(await source.read(name), mark !== null);
      if (lines) tables.push({ name, lines });
    }
    const filled = tables.filter(({ lines }) => lines.length > 0);
    if (filled.length > 1)
      throw refusal('invalid', 'status-import.tables', { sheets: filled.map(({ name }) => name).join(', ') });
    const table = filled[0] ?? tables[0];
    if (table) return { mark, lines: table.lines };
  }
  throw refusal('invalid', 'status-import.no-table');
};
