import type { Day } from '#kernel';

/** Cells that are one; rows from 1, columns from 0. */
export type Merge = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };

/**
 * A row of a sheet: texts by column (from 0), empty cells left out; rows are counted from 1 as the file counts them, in a
 * Word file from the first line of the table, with what stands above it at 0 and before. `marks` are its bookmarks there.
 */
export type SheetRow = {
  readonly row: number;
  readonly cells: ReadonlyMap<number, string>;
  readonly marks?: readonly string[];
  /** Nobody sees it who does not ask for hidden rows. */
  readonly hidden?: boolean;
};

/** A sheet as it lies in a file, or a table of a Word file. */
export type Sheet = {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: readonly SheetRow[];
  readonly merges: readonly Merge[];
  readonly hiddenColumns: readonly { readonly from: number; readonly to: number }[];
  /** The day from which its numbers count days, where it is another than usual. */
  readonly dayZero?: Day;
};

/**
 * What a reader of a file should know: its tracked changes were taken as accepted, its hidden text and what stands in
 * boxes beside the text was left out.
 */
export type SheetWarning = 'tracked-changes' | 'hidden-text' | 'text-boxes';
