import { folded } from '#kernel';
import type { HeaderScore } from './delimited.js';
import type { Merge, Sheet, SheetRow } from './sheet.js';

export type Cell = {
  readonly span: number;
  /** Whether it starts a cell of several lines, or goes on with the one above. */
  readonly below: 'starts' | 'goes on' | null;
  /** It goes on with the one beside it. */
  readonly beside: boolean;
  readonly text: string;
};
/** `before` counts the columns left free in front; `marks` are the bookmarks of the row. */
export type Row = {
  readonly before: number;
  readonly hidden: boolean;
  readonly cells: readonly Cell[];
  readonly marks: readonly string[];
};
/** A table by its grid: columns as wide as said, cells that take one or more of them. */
export type Table = { readonly widths: readonly number[]; readonly rows: readonly Row[] };

/** What a document holds, from top to bottom. */
export type Block = { readonly text: string } | { readonly table: Table; readonly nested: boolean };

/** Twentieths of a point by which borders that are meant to be one may miss each other: 3 mm. */
const TOLERANCE = 170;
/** A line that says so much of being a header is one. */
const HEADER = 3;
const HEADER_LINES = 3;
/** So many paragraphs above a table may say what it is about. */
const LINES_ABOVE = 30;

/** The borders of a row's cells, counted in columns of the grid. */
const bordersOf = ({ before, cells }: Row): readonly number[] => {
  const borders = [before];
  for (const { span } of cells) borders.push((borders.at(-1) ?? 0) + span);
  return borders;
};

/** Where each border of the grid lies. */
const placesOf = ({ widths }: Table, most: number): readonly number[] => {
  const places = [0];
  // A column whose width nobody said is as wide as any.
  for (let at = 0; at < most; at++) places.push((places[at] ?? 0) + (widths[at] || 1_000));
  return places;
};

/**
 * Borders that were meant to be one: Word gives each line of a table its own when somebody moves one by a hair. Borders
 * that one line has both of are two, however near.
 */
const joinedBorders = (
  table: Table,
): { readonly column: ReadonlyMap<number, number>; readonly places: readonly number[] } => {
  const patterns = [...new Map(table.rows.map((row) => [bordersOf(row).join(' '), new Set(bordersOf(row))])).values()];
  const borders = [...new Set(patterns.flatMap((pattern) => [...pattern]))].sort((a, b) => a - b);
  const places = placesOf(table, borders.at(-1) ?? 0);
  const column = new Map<number, number>();
  const found: number[] = [];
  let group: number[] = [];
  for (const border of borders) {
    const [first] = group;
    const near = first !== undefined && (places[border] ?? 0) - (places[first] ?? 0) <= TOLERANCE;
    const apart = patterns.some((pattern) => pattern.has(border) && group.some((other) => pattern.has(other)));
    if (near && !apart) group.push(border);
    else {
      group = [border];
      found.push(places[border] ?? 0);
    }
    column.set(border, found.length - 1);
  }
  return { column, places: found };
};

type Grid = {
  readonly rows: readonly SheetRow[];
  readonly merges: readonly Merge[];
  readonly width: number;
  /** Where its columns begin, and where the last one ends. */
  readonly places: readonly number[];
};

const gridOf = (table: Table): Grid => {
  const { column, places } = joinedBorders(table);
  const rows: SheetRow[] = [];
  const merges: { top: number; left: number; bottom: number; right: number }[] = [];
  /** Cells of several lines that are still open, by their column. */
  let open = new Map<number, { top: number; left: number; bottom: number; right: number }>();
  table.rows.forEach((row, at) => {
    const number = at + 1;
    const borders = bordersOf(row);
    const cells = new Map<number, string>();
    const still = new Map<number, { top: number; left: number; bottom: number; right: number }>();
    let beside: { top: number; left: number; bottom: number; right: number } | undefined;
    row.cells.forEach(({ below, beside: goesOn, text }, index) => {
      const left = column.get(borders[index] ?? 0) ?? 0;
      const right = Math.max(left, (column.get(borders[index + 1] ?? 0) ?? 0) - 1);
      if (goesOn && beside) {
        beside.right = right;
        return;
      }
      const above = below === 'goes on' ? open.get(left) : undefined;
      if (above) {
        above.bottom = number;
        still.set(left, above);
        beside = above;
        return;
      }
      const area = { top: number, left, bottom: number, right };
      beside = area;
      merges.push(area);
      if (below !== null) still.set(left, area);
      if (text !== '') cells.set(left, text);
    });
    open = still;
    const { marks, hidden } = row;
    if (cells.size > 0)
      rows.push({ row: number, cells, ...(marks.length === 0 ? {} : { marks }), ...(hidden && { hidden }) });
  });
  return {
    rows,
    merges: merges.filter(({ top, left, bottom, right }) => bottom > top || right > left),
    width: places.length - 1,
    places,
  };
};

const textsOf = (row: SheetRow | undefined): readonly string[] => [...(row?.cells.values() ?? [])];
/** A line as it is compared: a header that somebody typed once more is the same in capitals or on other lines. */
const lineOf = (row: SheetRow | undefined): string =>
  JSON.stringify([...(row?.cells ?? [])].map(([column, text]) => [column, folded(text)]));

/** A sheet that grows by what follows. */
class Growing {
  readonly rows: SheetRow[] = [];
  readonly merges: Merge[] = [];
  private lines = 0;

  constructor(
    private readonly grid: Grid,
    above: readonly string[],
    private readonly score: HeaderScore,
    length: number,
  ) {
    above.forEach((text, at) => this.put(text, at - above.length + 1));
    this.append(grid, length, 0);
  }

  /** Whether a table is more of this one: it repeats the header, or has none and the same columns. */
  isContinuedBy(other: Grid): boolean {
    if (this.columnsOf(other) === undefined) return false;
    if (this.repeated(other) > 0) return true;
    const heads = (grid: Grid, lines: number): boolean =>
      grid.rows.slice(0, lines).some((row) => this.score(textsOf(row)) >= HEADER);
    return heads(this.grid, 20) && !heads(other, HEADER_LINES);
  }

  /** Takes paragraphs that stand between, as lines over the whole width, and the table. */
  take(between: readonly string[], other: Grid, length: number): void {
    for (const text of between) this.put(text, ++this.lines);
    this.append(other, length, this.repeated(other));
  }

  private put(text: string, row: number): void {
    this.rows.push({ row, cells: new Map([[0, text]]) });
    if (this.grid.width > 1) this.merges.push({ top: row, left: 0, bottom: row, right: this.grid.width - 1 });
  }

  private append(other: Grid, length: number, repeated: number): void {
    const columns = this.columnsOf(other) ?? [];
    const from = this.lines;
    for (const { row, cells, ...rest } of other.rows.slice(repeated))
      this.rows.push({
        ...rest,
        row: from + row,
        cells: new Map([...cells].map(([column, text]) => [columns[column] ?? column, text])),
      });
    for (const { top, left, bottom, right } of other.merges)
      this.merges.push({
        top: from + top,
        left: columns[left] ?? left,
        bottom: from + bottom,
        right: (columns[right + 1] ?? right + 1) - 1,
      });
    this.lines += length;
  }

  /** How many lines of the header stand at its top once more. */
  private repeated(other: Grid): number {
    let lines = 0;
    while (lines < HEADER_LINES && other.rows[lines] && lineOf(other.rows[lines]) === lineOf(this.grid.rows[lines]))
      lines++;
    return lines;
  }

  /** The borders here that the borders there are; undefined when they are others. */
  private columnsOf(other: Grid): readonly number[] | undefined {
    if (other.width === this.grid.width) return other.places.map((_, at) => at);
    const columns = other.places.map((place) =>
      this.grid.places.findIndex((here) => Math.abs(here - place) <= TOLERANCE),
    );
    return columns.includes(-1) || new Set(columns).size < columns.length ? undefined : columns;
  }
}

/**
 * Each table of a document as a sheet; a table that another continues on the next page is one. Lines above a table are
 * counted backwards from 0, so that 1 is its first line.
 */
export const sheetsOf = (blocks: readonly Block[], score: HeaderScore): readonly Sheet[] => {
  const sheets: Growing[] = [];
  const nested: Growing[] = [];
  let current: Growing | undefined;
  let texts: string[] = [];
  for (const block of blocks) {
    if ('text' in block) {
      texts.push(block.text);
      continue;
    }
    const { table } = block;
    const grid = gridOf(table);
    if (block.nested) nested.push(new Growing(grid, [], score, table.rows.length));
    else if (current?.isContinuedBy(grid)) {
      current.take(texts, grid, table.rows.length);
      texts = [];
    } else {
      current = new Growing(grid, texts.slice(-LINES_ABOVE), score, table.rows.length);
      sheets.push(current);
      texts = [];
    }
  }
  return [...sheets, ...nested].map(({ rows, merges }, at) => ({
    name: `Bảng ${at + 1}`,
    hidden: false,
    rows,
    merges,
    hiddenColumns: [],
  }));
};
