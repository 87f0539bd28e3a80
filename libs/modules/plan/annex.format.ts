import { refusal } from '#kernel';
import { openSheets, sheetLimits, type SheetLimits, type SheetWarning } from '#platform/sheets';
import { fieldsNamed, findTable, type AnnexMapping, type AnnexTable, type TableWarning } from './annex-table.rule.js';
import { namesField } from './field.rule.js';
import { rowIdIn, rowMarked } from './row-mark.rule.js';

export { annexFields, type AnnexField, type AnnexMapping } from './annex-table.rule.js';

export type AnnexLimits = SheetLimits;

export const annexLimits: AnnexLimits = sheetLimits;

/** What a person may say of a file that the reading got wrong. */
export type AnnexChoices = {
  readonly sheet?: string;
  readonly headerRow?: number;
  readonly mapping?: AnnexMapping;
};

/** What somebody should look at before the annex is taken in, though nothing is at fault. */
export type AnnexWarning = SheetWarning | TableWarning;

/** An annex as it is written, and the names of all sheets of its file. */
export type Annex = Omit<AnnexTable, 'warnings'> & {
  readonly sheets: readonly string[];
  readonly warnings: readonly AnnexWarning[];
};

const named = ({ columns }: AnnexTable): number => columns.filter(({ field }) => field !== null).length;

const better = (one: AnnexTable | undefined, other: AnnexTable | undefined): AnnexTable | undefined => {
  if (!one || !other) return one ?? other;
  const ahead = named(other) - named(one) || other.rows.length - one.rows.length;
  return ahead > 0 ? other : one;
};

const isKnown = (id: string, marks: readonly string[]): boolean =>
  rowIdIn(id) !== undefined || rowMarked(marks) !== undefined;

/** Reads the annex of a plan from a workbook, Word file or text file: the table with most of the known columns on any sheet. */
export const readAnnex = async (
  file: Buffer | string,
  choices: AnnexChoices = {},
  limits: AnnexLimits = annexLimits,
): Promise<Annex> => {
  const source = await openSheets(file, fieldsNamed, limits);
  const tableOn = async (name: string): Promise<AnnexTable | undefined> =>
    findTable(await source.read(name), { ...choices, isField: namesField, isKnown });

  let table: AnnexTable | undefined;
  let others = 0;
  if (choices.sheet !== undefined) table = await tableOn(choices.sheet);
  else
    for (const hidden of [false, true]) {
      for (const sheet of source.names.filter((listed) => listed.hidden === hidden)) {
        const found = await tableOn(sheet.name);
        if (found && found.rows.length > 0) others++;
        table = better(table, found);
      }
      if (table) break;
    }
  if (!table) throw refusal('invalid', 'import.no-table');
  const warnings = new Set<AnnexWarning>([...source.warnings, ...table.warnings]);
  if (others > 1) warnings.add('other-tables');
  return { ...table, sheets: source.names.map(({ name }) => name), warnings: [...warnings] };
};
