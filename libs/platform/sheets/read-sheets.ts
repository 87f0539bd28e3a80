import { readFile, stat } from 'node:fs/promises';
import { refusal } from '#kernel';
import type { ArchiveLimits } from './archive.js';
import { mostCells, readDelimited, textIn, type HeaderScore } from './delimited.js';
import type { Sheet, SheetWarning } from './sheet.js';
import { OfficePackage } from './office-package.js';
import type { ContentLimits } from './read-xml.js';
import { WordDocument } from './word-document.js';
import { Workbook } from './workbook.js';

/** How large a file may be, as it comes and unpacked. */
export type SheetLimits = {
  /** Bytes of the file as it comes. */
  readonly bytes: number;
  readonly archive?: ArchiveLimits;
  readonly content?: ContentLimits;
};

export const sheetLimits: SheetLimits = { bytes: 20 * 1024 * 1024 };

const ZIP = Buffer.from('PK');
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const MARKUP = /^\s*(?:<(?:!doctype|html|\?xml|table|meta|style)|%PDF|\{\\rtf)/iu;

const startsWith = (bytes: Buffer, sign: Buffer): boolean => bytes.subarray(0, sign.length).equals(sign);
/** The name of a stream inside an OLE container. */
const holds = (bytes: Buffer, stream: string): boolean => bytes.includes(Buffer.from(stream, 'utf16le'));

/** The sheets of a file, visible ones first, each read when it is asked for. */
export type SheetSource = {
  readonly names: readonly { readonly name: string; readonly hidden: boolean }[];
  readonly read: (name: string) => Promise<Sheet>;
  readonly warnings: readonly SheetWarning[];
};

const listed = (sheets: readonly Sheet[], warnings: readonly SheetWarning[] = []): SheetSource => ({
  names: sheets,
  read: async (name) => {
    const found = sheets.find((sheet) => sheet.name === name);
    if (!found) throw refusal('invalid', 'import.unknown-sheet', { sheet: name });
    return found;
  },
  warnings,
});

const sourceOf = async (bytes: Buffer, score: HeaderScore, limits: SheetLimits): Promise<SheetSource> => {
  if (startsWith(bytes, ZIP)) {
    const file = await OfficePackage.open(bytes, limits.archive);
    if (file.kind === 'document') {
      const { sheets, warnings } = await WordDocument.open(file, score, limits.content);
      return listed(sheets, warnings);
    }
    const workbook = await Workbook.open(file, limits.content);
    return { names: workbook.sheets, read: (name) => workbook.read(name), warnings: [] };
  }
  if (startsWith(bytes, OLE)) {
    if (holds(bytes, 'EncryptedPackage')) throw refusal('invalid', 'import.encrypted-file');
    if (holds(bytes, 'WordDocument')) throw refusal('invalid', 'import.legacy-doc');
    if (holds(bytes, 'Workbook') || holds(bytes, 'Book')) throw refusal('invalid', 'import.legacy-xls');
    throw refusal('invalid', 'import.wrong-type');
  }
  const text = textIn(bytes);
  if (text === undefined || MARKUP.test(text)) throw refusal('invalid', 'import.wrong-type');
  return listed([await readDelimited(text, score, limits.content)]);
};

const bytesOf = async (file: Buffer | string, limit: number): Promise<Buffer> => {
  const size = typeof file === 'string' ? (await stat(file)).size : file.length;
  if (size > limit) throw refusal('invalid', 'import.too-large', { bytes: limit });
  return typeof file === 'string' ? readFile(file) : file;
};

/**
 * Opens a workbook, Word file or text file, in memory or at a path, known by its content and never by its name. Every file that is
 * none, or holds what a reader should not open, is refused with a code of its own.
 */
export const openSheets = async (
  file: Buffer | string,
  score: HeaderScore = mostCells,
  limits: SheetLimits = sheetLimits,
): Promise<SheetSource> => sourceOf(await bytesOf(file, limits.bytes), score, limits);

/** All sheets of such a file, as texts by row and column. */
export const readSheets = async (
  file: Buffer | string,
  score: HeaderScore = mostCells,
  limits: SheetLimits = sheetLimits,
): Promise<readonly Sheet[]> => {
  const source = await openSheets(file, score, limits);
  const sheets: Sheet[] = [];
  for (const { name } of source.names) sheets.push(await source.read(name));
  return sheets;
};
