import { readFile, stat } from 'node:fs/promises';
import { refusal } from '#kernel';
import { findTable, type AnnexMapping, type AnnexTable, type Sheet } from './annex-table.rule.js';
import type { ArchiveLimits } from './archive.format.js';
import { readDelimited, textIn } from './delimited.format.js';
import { namesField } from './field.rule.js';
import { Workbook, type ContentLimits } from './workbook.format.js';

export type AnnexLimits = {
  /** Bytes of the file as it comes. */
  readonly bytes: number;
  readonly archive?: ArchiveLimits;
  readonly content?: ContentLimits;
};

export const annexLimits: AnnexLimits = { bytes: 20 * 1024 * 1024 };

/** What a person may say of a file that the reading got wrong. */
export type AnnexChoices = {
  readonly sheet?: string;
  readonly headerRow?: number;
  readonly mapping?: AnnexMapping;
};

/** An annex as it is written, and the names of all sheets of its file. */
export type Annex = AnnexTable & { readonly sheets: readonly string[] };

const ZIP = Buffer.from('PK');
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const MARKUP = /^\s*(?:<(?:!doctype|html|\?xml|table|meta|style)|%PDF|\{\\rtf)/iu;

const startsWith = (bytes: Buffer, sign: Buffer): boolean => bytes.subarray(0, sign.length).equals(sign);
/** The name of a stream inside an OLE container. */
const holds = (bytes: Buffer, stream: string): boolean => bytes.includes(Buffer.from(stream, 'utf16le'));

/** The sheets of a file, visible ones first, known by content and never by the file's name. */
type Source = {
  readonly names: readonly { readonly name: string; readonly hidden: boolean }[];
  readonly read: (name: string) => Promise<Sheet>;
};

const sourceOf = async (bytes: Buffer, limits: AnnexLimits): Promise<Source> => {
  if (startsWith(bytes, ZIP)) {
    const workbook = await Workbook.open(bytes, limits);
    return { names: workbook.sheets, read: (name) => workbook.read(name) };
  }
  if (startsWith(bytes, OLE)) {
    if (holds(bytes, 'EncryptedPackage')) throw refusal('invalid', 'import.encrypted-file');
    if (holds(bytes, 'Workbook') || holds(bytes, 'Book')) throw refusal('invalid', 'import.legacy-xls');
    throw refusal('invalid', 'import.wrong-type');
  }
  const text = textIn(bytes);
  if (text === undefined || MARKUP.test(text)) throw refusal('invalid', 'import.wrong-type');
  const sheet = await readDelimited(text, limits.content);
  return { names: [sheet], read: async () => sheet };
};

const bytesOf = async (file: Buffer | string, limit: number): Promise<Buffer> => {
  const size = typeof file === 'string' ? (await stat(file)).size : file.length;
  if (size > limit) throw refusal('invalid', 'import.too-large', { bytes: limit });
  return typeof file === 'string' ? readFile(file) : file;
};

const named = ({ columns }: AnnexTable): number => columns.filter(({ field }) => field !== null).length;

const better = (one: AnnexTable | undefined, other: AnnexTable | undefined): AnnexTable | undefined => {
  if (!one || !other) return one ?? other;
  const ahead = named(other) - named(one) || other.rows.length - one.rows.length;
  return ahead > 0 ? other : one;
};

/**
 * The sheets of a workbook or text file in memory or at a path, as texts by row and column. Every file that is none, or
 * holds what a reader should not open, is refused with a code of its own.
 */
export const readSheets = async (
  file: Buffer | string,
  limits: AnnexLimits = annexLimits,
): Promise<readonly Sheet[]> => {
  const source = await sourceOf(await bytesOf(file, limits.bytes), limits);
  const sheets: Sheet[] = [];
  for (const { name } of source.names) sheets.push(await source.read(name));
  return sheets;
};

/** Reads the annex of a plan from a workbook or text file: the table with most of the known columns on any sheet. */
export const readAnnex = async (
  file: Buffer | string,
  choices: AnnexChoices = {},
  limits: AnnexLimits = annexLimits,
): Promise<Annex> => {
  const source = await sourceOf(await bytesOf(file, limits.bytes), limits);
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
