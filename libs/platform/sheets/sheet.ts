/** Cells that are one; rows from 1, columns from 0. */
export type Merge = { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };

/** A row of a sheet: texts by column (from 0), empty cells left out; rows are counted from 1 as the file counts them. */
export type SheetRow = { readonly row: number; readonly cells: ReadonlyMap<number, string> };

/** A sheet as it lies in a file. */
export type Sheet = {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: readonly SheetRow[];
  readonly merges: readonly Merge[];
  readonly hiddenColumns: readonly { readonly from: number; readonly to: number }[];
};
