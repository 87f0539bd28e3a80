/** A row of a sheet: texts by column (from 0), empty cells left out; rows are counted from 1 as the file counts them. */
export type SheetRow = { readonly row: number; readonly cells: ReadonlyMap<number, string> };

/** A sheet as it lies in a file. */
export type Sheet = { readonly name: string; readonly rows: readonly SheetRow[] };
