import { refusal } from '#kernel';
import { openSheets, sheetLimits, type SheetLimits } from '#platform/sheets';
import { fieldsNamed, findTable, type AnnexMapping, type AnnexTable } from './annex-table.rule.js';
import { namesField } from './field.rule.js';

export { annexFields, type AnnexField, type AnnexMapping } from './annex-table.rule.js';

export type AnnexLimits = SheetLimits;

export const annexLimits: AnnexLimits = sheetLimits;

/** What a person may say of a file that the reading got wrong. */
export type AnnexChoices = {
  readonly sheet?: string;
  readonly headerRow?: number;
  readonly mapping?: AnnexMapping;
};

/** An annex as it is written, and the names of all sheets of its file. */
export type Annex = AnnexTable & { readonly sheets: readonly string[] };

const named = ({ columns }: AnnexTable): number => columns.filter(({ field }) => field !== null).length;

const better = (one: AnnexTable | undefined, other: AnnexTable | undefined): AnnexTable | undefined => {
  if (!one || !other) return one ?? other;
  const ahead = named(other) - named(one) || other.rows.length - one.rows.length;
  return ahead > 0 ? other : one;
};

/** Reads the annex of a plan from a workbook or text file: the table with most of the known columns on any sheet. */
export const readAnnex = async (
  file: Buffer | string,
  choices: AnnexChoices = {},
  limits: AnnexLimits = annexLimits,
): Promise<Annex> => {
  const source = await openSheets(file, fieldsNamed, limits);
  const tableOn = async (name: string): Promise<AnnexTable | undefined> =>
    findTable(await source.read(name), { ...choices, isField: namesField });

  let table: AnnexTable | undefined;
  if (choices.sheet !== undefined) table = await tableOn(choices.sheet);
  else
    for (const hidden of [false, true]) {
      for (const sheet of source.names.filter((listed) => listed.hidden === hidden))
        table = better(table, await tableOn(sheet.name));
      if (table) break;
    }
  if (!table) throw refusal('invalid', 'import.no-table');
  return { ...table, sheets: source.names.map(({ name }) => name) };
};
