import { dayInCell, folded, refusal, type Day } from '#kernel';

/** A sheet as it lies in a file: texts by row (from 1) and column (from 0); empty cells are left out. */
export type Sheet = {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: readonly SheetRow[];
  readonly merges: readonly Merge[];
  readonly hiddenColumns: readonly { readonly from: number; readonly to: number }[];
  readonly dayZero?: Day;
};
export type SheetRow = {
  readonly row: number;
  readonly cells: ReadonlyMap<number, string>;
  /** The bookmarks of the row in a Word file. */
  readonly marks?: readonly string[];
  readonly hidden?: boolean;
};
export type Merge = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };

export const annexFields = [
  'ordinal',
  'code',
  'field',
  'title',
  'deliverable',
  'leads',
  'coordinating',
  'deadline',
  'funding',
  'note',
  'parent',
  'mode',
  'id',
] as const;
export type AnnexField = (typeof annexFields)[number];

/** Beyond so many rows an annex is no annex any more. */
export const MOST_ROWS = 10_000;

/** Which column is what; a person may correct what the headers say. */
export type AnnexMapping = Readonly<Record<number, AnnexField | null>>;

export type AnnexColumn = { readonly index: number; readonly header: string; readonly field: AnnexField | null };

/** A heading inside the table; `level` is smaller for what encloses more. */
export type AnnexGroup = { readonly row: number; readonly text: string; readonly level: number };

/** A row as it is written. */
export type AnnexRow = {
  readonly row: number;
  readonly ordinal: string;
  readonly code: string;
  /** What the field column says; empty when headings name the fields. */
  readonly field: string;
  /** The headings that the row stands under, outermost first. */
  readonly groups: readonly AnnexGroup[];
  readonly title: string;
  readonly deliverable: string;
  readonly leadsText: string;
  readonly coordinatingText: string;
  readonly deadline: string;
  readonly funding: string;
  readonly note: string;
  /** The row of the parent plan that it carries out, where a column says so. */
  readonly parent: string;
  /** How it is completed, where a column says so. */
  readonly mode: string;
  /** The id that the row had when the file was written. */
  readonly id: string;
  readonly marks: readonly string[];
};

/**
 * What a table makes somebody doubt: it ends where another begins, two of its columns read alike, lines behind its rows
 * were left out, rows that nobody sees were taken in.
 */
export type TableWarning = 'other-tables' | 'columns-alike' | 'lines-left-out' | 'hidden-rows';

export type AnnexTable = {
  readonly sheet: string;
  /** The lines of the header. */
  readonly header: { readonly from: number; readonly to: number };
  readonly columns: readonly AnnexColumn[];
  readonly rows: readonly AnnexRow[];
  readonly warnings: readonly TableWarning[];
  /** The lines behind the rows that say something and were left out. */
  readonly leftOut: readonly number[];
};

const keyOf = (text: string): string =>
  folded(text)
    .replace(/[^a-z0-9]+/gu, ' ')
    .trim();

/** What a header means, first match first; of several columns for one field the heaviest is taken. */
const HEADERS: readonly (readonly [field: AnnexField | null, weight: number, header: RegExp])[] = [
  [null, 0, /\b(?:iso|mau|thuc te|bat dau)$|^chu ky$|^trang thai/u],
  // "Từ ngày" is a beginning; "đầu tư", "vật tư" and "thông tư" only read like one without their tones.
  [null, 0, /(?<!\b(?:dau|vat|thong) )\btu (?:ngay|thang|quy)$/u],
  [null, 0, /^(?:thoi gian|thoi han|tien do)(?: thuc hien)? tu$/u],
  ['id', 2, /^ma dong$/u],
  ['mode', 2, /^cach (?:tinh )?hoan thanh$/u],
  ['parent', 2, /^(?:ma |so )*(?:nhiem vu (?:cua )?(?:ke hoach )?cap tren|nhiem vu duoc cu the hoa)$/u],
  ['ordinal', 2, /^(?:stt|s tt|so tt|tt|so thu tu|thu tu|no)$/u],
  ['code', 2, /^(?:muc|ma|ma so|ma hieu|ky hieu|ma (?:so )?nhiem vu)$/u],
  ['field', 2, /^(?:ma |ten )?linh vuc(?: cai cach(?: hanh chinh)?| cchc)?$|^nhom (?:nhiem vu|linh vuc|noi dung)\b/u],
  ['note', 2, /^ghi chu\b/u],
  ['funding', 2, /kinh phi|du toan|nguon von/u],
  ['leads', 1, /chu tri.*phoi hop|phoi hop.*chu tri|^(?:nguoi|lanh dao|can bo)\b.*chu tri/u],
  ['coordinating', 2, /phoi hop/u],
  ['leads', 3, /chu tri/u],
  ['leads', 2, /^(?:co quan|don vi|noi|bo phan|phong|to chuc)\b.*(?:thuc hien|trien khai|phu trach|dau moi|tham muu)/u],
  ['leads', 1, /^(?:(?:co quan|don vi)(?: (?:co quan|don vi|dia phuong))*|trach nhiem.*|phan cong.*|dau moi.*)$/u],
  ['deadline', 3, /(?:thoi gian|thoi han|han|ngay|tien do|moc)\b.*(?:hoan thanh|ket thuc)|^(?:thoi )?han\b/u],
  ['deadline', 2, /thoi gian|thoi han|tien do|^den (?:het )?(?:ngay|thang|quy)$/u],
  ['deadline', 1, /^(?:thoi diem|moc)\b/u],
  ['deliverable', 3, /san pham|dau ra/u],
  ['deliverable', 1, /^ket qua\b/u],
  ['title', 3, /^(?:ten |cac |noi dung )*nhiem vu\b/u],
  ['title', 2, /nhiem vu/u],
  ['title', 1, /noi dung|cong viec|dau viec|hoat dong|giai phap/u],
];
const LONGEST_HEADER = 80;
const HEADER_LINES = 3;
const SEARCHED_ROWS = 500;
const MOST_COLUMNS = 200;
const MOST_MERGED_LINES = 300_000;

const meaningOf = (header: string): { readonly field: AnnexField; readonly weight: number } | undefined => {
  const key = header.length > LONGEST_HEADER ? '' : keyOf(header);
  if (key === '') return undefined;
  const [field, weight] = HEADERS.find(([, , pattern]) => pattern.test(key)) ?? [null, 0];
  return field ? { field, weight } : undefined;
};

/** What only a header says, and hardly a row. */
const clearMeaningOf = (text: string): AnnexField | undefined => {
  const meaning = meaningOf(text);
  return meaning && meaning.weight >= 2 ? meaning.field : undefined;
};

/** How many fields the texts of a line name: what tells a header from a row. */
export const fieldsNamed = (texts: readonly string[]): number =>
  new Set(texts.flatMap((text) => meaningOf(text)?.field ?? [])).size;

/** A sheet that is asked by place, merged cells included. */
type Grid = {
  readonly sheet: Sheet;
  readonly rows: readonly SheetRow[];
  readonly at: (row: number, column: number) => string;
  readonly merge: (row: number, column: number) => Merge | undefined;
  readonly hidden: (column: number) => boolean;
};

/** How many of the areas of a line, which lie in their order, begin at a column or before it. */
const begunAt = (areas: readonly Merge[], column: number): number => {
  let [from, to] = [0, areas.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((areas[middle]?.left ?? 0) <= column) from = middle + 1;
    else to = middle;
  }
  return from;
};
const areaAt = (areas: readonly Merge[], column: number): Merge | undefined => {
  const area = areas[begunAt(areas, column) - 1];
  return area && column <= area.right ? area : undefined;
};

/** The merged areas of each line, from left to right; of those that overlap, which no program writes, the first is kept. */
const mergesByRow = (merges: readonly Merge[], last: number): ReadonlyMap<number, readonly Merge[]> => {
  const byRow = new Map<number, Merge[]>();
  const apart = new Map(merges.map((merge) => [`${merge.top} ${merge.left} ${merge.bottom} ${merge.right}`, merge]));
  let lines = 0;
  for (const merge of apart.values())
    for (let row = merge.top; row <= Math.min(merge.bottom, last); row++) {
      if (++lines > MOST_MERGED_LINES) throw refusal('invalid', 'import.too-large', { what: 'merged-cells' });
      const areas = byRow.get(row) ?? [];
      byRow.set(row, areas);
      const at = begunAt(areas, merge.left);
      const isFree = (areas[at - 1]?.right ?? -1) < merge.left && (areas[at]?.left ?? Infinity) > merge.right;
      if (isFree) areas.splice(at, 0, merge);
    }
  return byRow;
};

const gridOf = (sheet: Sheet): Grid => {
  const byRow = new Map(sheet.rows.map((line) => [line.row, line.cells]));
  const merges = mergesByRow(sheet.merges, sheet.rows.at(-1)?.row ?? 0);
  const hidden = new Set<number>();
  for (const { from, to } of sheet.hiddenColumns)
    for (let column = Math.max(0, from); column <= Math.min(to, MOST_COLUMNS); column++) hidden.add(column);
  return {
    sheet,
    rows: sheet.rows,
    at: (row, column) => byRow.get(row)?.get(column) ?? '',
    merge: (row, column) => areaAt(merges.get(row) ?? [], column),
    hidden: (column) => hidden.has(column),
  };
};

/** What a reader of the printed table sees at a place: a merged cell speaks for its whole area. */
const seen = ({ at, merge }: Grid, row: number, column: number): string => {
  const area = merge(row, column);
  return area ? at(area.top, area.left) : at(row, column);
};

/** The text that belongs to a column: a merged cell speaks for its lines, and for its first column only. */
const own = ({ at, merge }: Grid, row: number, column: number): string => {
  const area = merge(row, column);
  if (!area) return at(row, column);
  return area.left === column ? at(area.top, column) : '';
};

type Header = {
  readonly from: number;
  readonly to: number;
  readonly texts: ReadonlyMap<number, string>;
  readonly fields: ReadonlyMap<number, AnnexField>;
};

const headerTexts = (grid: Grid, from: number, to: number, columns: number): ReadonlyMap<number, string> => {
  const texts = new Map<number, string>();
  for (let column = 0; column < columns; column++) {
    const lines = Array.from({ length: to - from + 1 }, (_, line) => seen(grid, from + line, column));
    const text = [...new Set(lines)].filter((line) => line !== '').join(' ');
    if (text !== '') texts.set(column, text);
  }
  return texts;
};

const fieldsOf = (grid: Grid, texts: ReadonlyMap<number, string>): ReadonlyMap<number, AnnexField> => {
  const best = new Map<AnnexField, { readonly column: number; readonly rank: number }>();
  for (const [column, text] of texts) {
    const meaning = meaningOf(text);
    if (!meaning) continue;
    const rank = meaning.weight + (grid.hidden(column) ? 0 : 10);
    if (rank > (best.get(meaning.field)?.rank ?? 0)) best.set(meaning.field, { column, rank });
  }
  return new Map([...best].map(([field, { column }]) => [column, field]));
};

/** Fields of which a wrong column goes unseen: what is read of it is a task, a unit, a deadline all the same. */
const WITHOUT_DOUBT = ['title', 'leads', 'deadline'] as const;

/** Whether two columns that everybody sees say as much of being one field, and nobody has said which of them is it. */
const readsAlike = (grid: Grid, { to, texts }: Header, mapping: AnnexMapping): boolean => {
  const said = new Set(Object.values(mapping));
  const weights = new Map<AnnexField, number[]>();
  for (const [column, text] of texts) {
    const meaning = meaningOf(text);
    // The header over a merged area is that of its first column.
    const isSeen = !grid.hidden(column) && (grid.merge(to, column)?.left ?? column) === column;
    if (!meaning || !isSeen || column in mapping || said.has(meaning.field)) continue;
    weights.set(meaning.field, [...(weights.get(meaning.field) ?? []), meaning.weight]);
  }
  return WITHOUT_DOUBT.some((field) => {
    const [first, second] = (weights.get(field) ?? []).sort((a, b) => b - a);
    return first !== undefined && first === second;
  });
};

const columnOf = (fields: ReadonlyMap<number, AnnexField>, wanted: AnnexField): number | undefined =>
  [...fields].find(([, field]) => field === wanted)?.[0];

/** Whether a line goes on with the header above it: it names parts of columns and starts no row of its own. */
const continues = (grid: Grid, above: Header, row: number, columns: number): boolean => {
  const starts = (['ordinal', 'title'] as const).some((field) => {
    const column = columnOf(above.fields, field);
    if (column === undefined) return false;
    const area = grid.merge(row, column);
    return grid.at(row, column) !== '' || (area !== undefined && area.top === row && area.left < column);
  });
  if (starts) return false;
  const texts = Array.from({ length: columns }, (_, column) => grid.at(row, column)).filter((text) => text !== '');
  return texts.length > 0 && texts.every((text) => text.length <= LONGEST_HEADER) && fieldsNamed(texts) > 0;
};

const headerAt = (grid: Grid, from: number, columns: number): Header => {
  const headerOf = (to: number): Header => {
    const texts = headerTexts(grid, from, to, columns);
    return { from, to, texts, fields: fieldsOf(grid, texts) };
  };
  let header = headerOf(from);
  for (let to = from + 1; to < from + HEADER_LINES; to++) {
    const merged = [...header.fields.keys()].some((column) => (grid.merge(header.to, column)?.bottom ?? 0) >= to);
    if (!merged && !continues(grid, header, to, columns)) break;
    header = headerOf(to);
  }
  return header;
};

const isTable = ({ fields }: Header): boolean => {
  const named = new Set(fields.values());
  return named.size >= 3 || (named.has('title') && (named.has('leads') || named.has('deadline')));
};

const widthOf = ({ rows }: Grid): number =>
  Math.min(MOST_COLUMNS, rows.reduce((width, { cells }) => Math.max(width, ...cells.keys()), -1) + 1);

/** The header of a sheet, and whether rows of another table stand above it. */
const findHeader = (
  grid: Grid,
  columns: number,
  asked: number | undefined,
): { readonly header: Header; readonly isSecond: boolean } | undefined => {
  if (asked !== undefined) return { header: headerAt(grid, asked, columns), isSecond: false };
  let best: Header | undefined;
  let isSecond = false;
  for (const { row, cells } of grid.rows.slice(0, SEARCHED_ROWS)) {
    if (fieldsNamed([...cells.values()]) === 0) continue;
    const header = headerAt(grid, row, columns);
    if (!isTable(header) || header.fields.size <= (best?.fields.size ?? 0)) continue;
    // A title block that names words of headers is followed by the header; a table has rows in between.
    isSecond ||= best !== undefined && header.from > best.to + 2;
    best = header;
  }
  return best && { header: best, isSecond };
};

const mapped = (found: ReadonlyMap<number, AnnexField>, mapping: AnnexMapping): ReadonlyMap<number, AnnexField> => {
  const corrected = Object.entries(mapping).map(([column, field]) => [Number(column), field] as const);
  const taken = new Set(corrected.map(([, field]) => field));
  const twice = corrected.find(
    ([column, field]) => field && corrected.some(([other, named]) => named === field && other < column),
  );
  if (twice) throw refusal('invalid', 'import.bad-mapping', { column: twice[0] });
  const fields = new Map([...found].filter(([column, field]) => !(column in mapping) && !taken.has(field)));
  for (const [column, field] of corrected) if (field) fields.set(column, field);
  return fields;
};

const NUMBER_LINE = /^\(?(?:\d{1,2}|[a-z])\)?$/iu;
const TOTAL = /^(?:tong cong|tong so)\b|^(?:tong|cong)(?: \d.*| [ivx]+)*$/u;
/** What nothing but a total is called. */
const TOTAL_ALONE = /^(?:tong cong|tong so|tong|cong)$/u;
/** What Word puts between the halves of a table that goes on. */
const PAGE = /^(?:phu luc|trang \d+|(?:bang )?tiep theo)\b/u;
/** Notes, their items, the end of a document and the place and day of its signature. */
const NOTE = /^(?:ghi chu|luu y|chu y|chu thich|ky ten)\b|^(?:[a-z]+ ){1,4}ngay\b.*\bthang\b/u;
const ITEM = /^\s*(?:[*+–-]|\(\*|\.\/)/u;
const SIGNATURE =
  /^(?:noi nhan|nguoi lap)\b|^(?:pho )?(?:chu tich|giam doc(?: so)?|thu truong(?: don vi| co quan)?|chanh van phong)$/u;
/** Who signs for whom, as signatures write it: "TM. ỦY BAN", "KT/CHỦ TỊCH"; "KT-XH" and "TM" alone are other things. */
const ON_BEHALF =
  /^(?:T[Mm]|T[/.]M|K[Tt]|T[Ll]|TUQ)(?:\s*[./:]\s*|\s+)(?:$|\p{Lu}{3}|\p{Lu}{2}\s\p{Lu}|(?:[Cc]hủ tịch|[Gg]iám đốc|[UỦ][ỷy] ban|[Tt]rưởng|[Tt]hủ trưởng|[Bb]ộ trưởng)(?!\p{L}))/u;
const CAPITALS = /^(?=(?:.*\p{L}){2})[^\p{Ll}]+$/su;
const ROMAN = /^[IVX]+$/u;
const LETTER = /^[A-Z]$/u;
const ARABIC = /^\d+(?:\.\d+)*$/u;
const ENUMERATION = /^([IVX]+|[A-Za-z]|\d+(?:\.\d+)*)\s*[.):/-]\s*/u;

const numberOf = (text: string): string => text.replace(/^\(|[.):/-]+$/gu, '').trim();

const levelOf = (number: string, text: string, isField: boolean): number => {
  if (isField) return 1;
  if (ROMAN.test(number)) return 1;
  if (LETTER.test(number)) return 0;
  if (ARABIC.test(number)) return 3;
  if (number !== '') return 4;
  return CAPITALS.test(text) ? 1 : 2;
};

/** What a person would know of a text: that it names a field of the plan, or a row of one. */
type Tells = {
  readonly isField: (text: string) => boolean;
  readonly isKnown: (id: string, marks: readonly string[]) => boolean;
};

type Line = {
  readonly row: number;
  readonly cells: SheetRow['cells'];
  readonly of: (field: AnnexField) => string;
  /** A merged cell runs over three columns or more. */
  readonly wide: boolean;
  /** The first text of the line in any column. */
  readonly first: string;
  readonly marks: readonly string[];
  readonly hidden: boolean;
  /** It is the row of a plan whose id it carries, whatever else it looks like. */
  readonly known: boolean;
};

const lineOf = (
  grid: Grid,
  fields: ReadonlyMap<number, AnnexField>,
  { row, cells, marks = [], hidden = false }: SheetRow,
  { isKnown }: Tells,
): Line => {
  const texts = new Map([...fields].map(([column, field]) => [field, own(grid, row, column)]));
  // A date that was pasted as a value is the number behind it.
  texts.set('deadline', dayInCell(texts.get('deadline') ?? '', grid.sheet.dayZero));
  return {
    row,
    cells,
    of: (field) => texts.get(field) ?? '',
    wide: [...cells.keys()].some((column) => {
      const area = grid.merge(row, column);
      return area !== undefined && area.right - area.left >= 2;
    }),
    first: cells.get(Math.min(...cells.keys())) ?? '',
    marks,
    hidden,
    known: isKnown(texts.get('id') ?? '', marks),
  };
};

const solid = ({ of }: Line): boolean =>
  of('leads') !== '' || of('deadline') !== '' || of('deliverable') !== '' || of('coordinating') !== '';

/** The heading that a line is, if it is one and not a row. */
const headingIn = (line: Line, { isField }: Tells): Omit<AnnexGroup, 'row'> | undefined => {
  const { of, wide, first } = line;
  if (line.known) return undefined;
  const number = numberOf(of('ordinal'));
  const numbered = ARABIC.test(number) || ROMAN.test(number) || LETTER.test(number);
  const text = of('title') || (numbered ? '' : of('ordinal')) || (wide ? first : '');
  if (text === '') return undefined;
  const isOwed = of('leads') !== '' || of('deadline') !== '';
  if (!isOwed && isField(text)) return { text, level: levelOf(number, text, true) };
  if (solid(line)) return undefined;
  const counted = number !== '' && numbered ? number : (ENUMERATION.exec(text)?.[1] ?? '');
  const heads = wide || ROMAN.test(counted) || LETTER.test(counted) || (CAPITALS.test(text) && !ARABIC.test(counted));
  return heads ? { text, level: levelOf(counted, text, false) } : undefined;
};

const isSignature = (text: string): boolean => ON_BEHALF.test(text) || SIGNATURE.test(keyOf(text));

/** A task that names somebody as signatures do ("Giám đốc" leads it) is a row all the same; nobody is a deadline. */
const isRow = ({ of }: Line): boolean => {
  const says = (field: AnnexField): boolean => of(field) !== '' && !isSignature(of(field));
  if ((['ordinal', 'deadline', 'deliverable'] as const).some((field) => isSignature(of(field)))) return false;
  return says('title') && (['ordinal', 'leads', 'deadline', 'deliverable'] as const).some(says);
};

/** The lines before the signatures: what stands behind the first of them without a number is no row. */
const unsigned = (lines: readonly Line[]): readonly Line[] => {
  const numbered = (line: Line): boolean => line.known || (ARABIC.test(numberOf(line.of('ordinal'))) && solid(line));
  const last = lines.map(numbered).lastIndexOf(true);
  const signed = lines.findIndex((line, at) => at > last && [...line.cells.values()].some(isSignature) && !isRow(line));
  return signed < 0 ? lines : lines.slice(0, signed);
};

/** Whether a line sums rows up; one that is counted among them does not, whatever its title begins with. */
const isTotal = ({ of, first }: Line): boolean => {
  const number = numberOf(of('ordinal'));
  const isCounted = ARABIC.test(number) && of('title') !== '' && !TOTAL_ALONE.test(keyOf(of('title')));
  const text = of('title') || of('ordinal') || first;
  return !isCounted && TOTAL.test(keyOf(text)) && of('leads') === '' && of('deadline') === '';
};

const isPage = ({ first }: Line): boolean => PAGE.test(keyOf(first));
const isNote = ({ of, first }: Line): boolean =>
  [of('title'), first].some((text) => ITEM.test(text) || NOTE.test(keyOf(text)));

/**
 * What a line that reads like a header is below one: the same once more, or that of another table. A row whose cells
 * sound like headers where they belong is neither.
 */
const headersBelow = (
  grid: Grid,
  header: Header,
  fields: ReadonlyMap<number, AnnexField>,
): ((line: Line) => 'same' | 'other' | undefined) => {
  const width = widthOf(grid);
  const lines = Array.from({ length: header.to - header.from + 1 }, (_, line) => header.from + line);
  const saidIn = (column: number): readonly string[] =>
    [header.texts.get(column) ?? '', ...lines.map((row) => seen(grid, row, column))].map(keyOf);
  const said = new Map([...fields.keys()].map((column) => [column, saidIn(column).filter((key) => key !== '')]));
  let last = 0;
  return ({ row, cells, first, known }) => {
    if (row <= last) return 'same';
    const written = [...cells].filter(([column]) => fields.has(column));
    if (known || written.length < 2) return undefined;
    if (written.every(([column, text]) => said.get(column)?.includes(keyOf(text)))) return 'same';
    // No row says "STT" where its number stands, and none sounds so clearly like a header in so many places.
    const clear = new Set([...cells.values()].flatMap((text) => clearMeaningOf(text) ?? []));
    const isHeader =
      meaningOf(first)?.field === 'ordinal' ||
      (clear.size >= 3 && [...cells.values()].every((text) => meaningOf(text)));
    if (!isHeader) return undefined;
    const below = headerAt(grid, row, width);
    if (!isTable(below)) return undefined;
    last = below.to;
    const moved = [...below.fields].some(([column, field]) => {
      const place = columnOf(header.fields, field);
      return place !== undefined && place !== column;
    });
    return moved ? 'other' : 'same';
  };
};

const joined = (one: string, other: string): string => {
  if (other === '' || one.split('; ').includes(other)) return one;
  return one === '' ? other : `${one}; ${other}`;
};

const rowsOf = (
  grid: Grid,
  header: Header,
  fields: ReadonlyMap<number, AnnexField>,
  tells: Tells,
): Pick<AnnexTable, 'rows' | 'warnings' | 'leftOut'> => {
  const titleColumn = columnOf(fields, 'title');
  const all = grid.rows.map((line) => lineOf(grid, fields, line, tells));
  const below = all.filter(({ row }) => row > header.to);
  const headers = below.map(headersBelow(grid, header, fields));
  const end = headers.indexOf('other');
  const lines = unsigned(below.filter((_, at) => headers[at] !== 'same' && (end < 0 || at < end)));
  const lastSolid = lines.filter((line) => line.of('title') !== '' && solid(line)).at(-1)?.row ?? 0;

  const rows: AnnexRow[] = [];
  const leftOut: number[] = [];
  let hidden = false;
  // The field of a table may be named above its header.
  const above = all.filter(({ row, of, first }) => row < header.from && tells.isField(of('title') || first)).at(-1);
  let groups: readonly AnnexGroup[] = above
    ? [{ row: above.row, text: above.of('title') || above.first, level: 1 }]
    : [];
  let lastKept = lastSolid;
  for (const line of lines) {
    const { row, cells, of } = line;
    const written = [...fields.keys()].map((column) => cells.get(column) ?? '').filter((text) => text !== '');
    if (written.length === 0) continue;
    const { known } = line;
    if (!known && written.length >= 3 && written.every((text) => NUMBER_LINE.test(text))) continue;
    if (!known && isPage(line) && line.wide && !solid(line)) continue;
    if (!known && isTotal(line)) continue;

    // Behind the last whole row stand notes and signatures; a numbered row that follows at once is still one.
    if (row > lastSolid && !known) {
      if (row !== lastKept + 1 || !ARABIC.test(numberOf(of('ordinal'))) || of('title') === '') {
        if (of('title') !== '' && !isPage(line) && !isNote(line) && !headingIn(line, tells)) leftOut.push(row);
        continue;
      }
      lastKept = row;
    }

    const heading = headingIn(line, tells);
    if (heading) {
      groups = [...groups.filter(({ level }) => level < heading.level), { row, ...heading }];
      continue;
    }
    if (of('title') === '' && !solid(line) && !known) continue;
    hidden ||= line.hidden;

    // A title that is merged over several lines is one row whose other cells go on in each line.
    const area = titleColumn === undefined ? undefined : grid.merge(row, titleColumn);
    const started = rows.at(-1);
    if (started && area && area.left === titleColumn && area.top < row && started.row >= area.top) {
      rows[rows.length - 1] = {
        ...started,
        deliverable: joined(started.deliverable, of('deliverable')),
        leadsText: joined(started.leadsText, of('leads')),
        coordinatingText: joined(started.coordinatingText, of('coordinating')),
        deadline: joined(started.deadline, of('deadline')),
        funding: joined(started.funding, of('funding')),
        note: joined(started.note, of('note')),
      };
      continue;
    }
    rows.push({
      row,
      ordinal: of('ordinal'),
      code: of('code'),
      field: of('field'),
      groups,
      title: of('title'),
      deliverable: of('deliverable'),
      leadsText: of('leads'),
      coordinatingText: of('coordinating'),
      deadline: of('deadline'),
      funding: of('funding'),
      note: of('note'),
      parent: of('parent'),
      mode: of('mode'),
      id: of('id'),
      marks: line.marks,
    });
  }
  const warnings = [
    ...(end < 0 ? [] : ['other-tables' as const]),
    ...(leftOut.length === 0 ? [] : ['lines-left-out' as const]),
    ...(hidden ? ['hidden-rows' as const] : []),
  ];
  return { rows, warnings, leftOut };
};

/**
 * The annex in a sheet, wherever it lies; undefined when no line reads like its header. `isField` tells the headings
 * that name a field of the plan, `isKnown` the rows that this product wrote; `headerRow` is where a person says the header begins.
 */
export const findTable = (
  sheet: Sheet,
  {
    mapping = {},
    headerRow,
    ...tells
  }: Tells & {
    readonly mapping?: AnnexMapping;
    readonly headerRow?: number;
  },
): AnnexTable | undefined => {
  const grid = gridOf(sheet);
  const width = widthOf(grid);
  const found = findHeader(grid, width, headerRow);
  if (!found) return undefined;
  const { header, isSecond } = found;
  const fields = mapped(header.fields, mapping);
  const { rows, warnings, leftOut } = rowsOf(grid, header, fields, tells);
  const filled = new Set(grid.rows.filter(({ row }) => row > header.to).flatMap(({ cells }) => [...cells.keys()]));
  return {
    sheet: sheet.name,
    header: { from: header.from, to: header.to },
    columns: Array.from({ length: width }, (_, index) => ({
      index,
      header: header.texts.get(index) ?? '',
      field: fields.get(index) ?? null,
    })).filter(({ index, header: text, field }) => text !== '' || field !== null || filled.has(index)),
    rows,
    warnings: [
      ...(isSecond ? ['other-tables' as const] : []),
      ...(readsAlike(grid, header, mapping) ? ['columns-alike' as const] : []),
      ...warnings,
    ],
    leftOut,
  };
};
