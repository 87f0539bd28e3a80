import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { parse, type Options } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { refusal } from '#kernel';
import { cellText, restored } from './cell-text.js';
import type { Sheet, SheetRow } from './sheet.js';
import { Intake, tooLarge, type ContentLimits } from './read-xml.js';

const SEPARATORS = [',', ';', '\t', '|'] as const;
const SAMPLE = 64 * 1024;
const LONGEST_RECORD = 1_000_000;

const decoded = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Text of UTF-16 has a zero byte in most of its units as long as it is mostly ASCII, as separators and digits are. */
const wideEncoding = (bytes: Uint8Array): string | undefined => {
  const zeros = [0, 0];
  const units = Math.min(bytes.length >> 1, 2048);
  for (let unit = 0; unit < units; unit++)
    for (const half of [0, 1]) if (bytes[2 * unit + half] === 0) zeros[half] = (zeros[half] ?? 0) + 1;
  const [high = 0, low = 0] = zeros;
  if (low > units / 4 && high === 0) return 'utf-16le';
  return high > units / 4 && low === 0 ? 'utf-16be' : undefined;
};

/** Signs that stand in no text: the bytes are something else. */
const BINARY = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/u;

/** The text of a file by its mark, else by what its bytes can be; undefined when it is no text. */
export const textIn = (bytes: Uint8Array): string | undefined => {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : wideEncoding(bytes);
  // Windows in Vietnamese before Unicode; every byte is a letter there, so it is the last to be tried.
  const text = wide ? decoded(bytes, wide) : (decoded(bytes, 'utf-8') ?? decoded(bytes, 'windows-1258'));
  return text === undefined || BINARY.test(text) ? undefined : text;
};

/**
 * Left to itself, the parser asks the end of the first line of all others; a file put together on two systems would be
 * one long line. A lone carriage return ends lines where nothing else does, else it stands inside a cell.
 */
const lineEndsIn = (text: string): string[] => (/\r(?!\n)|\n/u.exec(text)?.[0] === '\r' ? ['\r'] : ['\r\n', '\n']);

const options = (delimiter: string, lineEnds: string[]): Options => ({
  delimiter,
  record_delimiter: lineEnds,
  relax_column_count: true,
  relax_quotes: true,
  max_record_size: LONGEST_RECORD,
});

/** How much a line says of being a header; the separator is the one under which a line says most. */
export type HeaderScore = (texts: readonly string[]) => number;

/** The header is the line with most cells, where nothing is known of what it says. */
export const mostCells: HeaderScore = (texts) => texts.filter((text) => text.trim() !== '').length;

const NAMED_SEPARATOR = /^sep=(.)(?:\r\n?|\n)/u;

/** The separator under which most of a header can be read. */
const separatorIn = (text: string, lineEnds: string[], score: HeaderScore): string => {
  const sample = text.slice(0, SAMPLE);
  const asked = NAMED_SEPARATOR.exec(sample)?.[1];
  if (asked) return asked;
  const named = SEPARATORS.map((separator) => {
    let most = 0;
    try {
      parseAtOnce(sample, {
        ...options(separator, lineEnds),
        onRecord: (record: string[]) => {
          most = Math.max(most, score(record));
          return null;
        },
      });
    } catch {
      // The sample ends inside a quoted cell; what came before it counts.
    }
    return { separator, most };
  });
  return named.reduce((best, next) => (next.most > best.most ? next : best)).separator;
};

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SAMPLE) yield bytes.subarray(at, at + SAMPLE);
}

/**
 * The one sheet of a text file. Rows have the numbers that spreadsheets show: a cell may hold several lines of text, and a
 * first line that names the separator is no row.
 */
export const readDelimited = async (text: string, score: HeaderScore, limits?: ContentLimits): Promise<Sheet> => {
  const intake = new Intake(limits);
  const rows: SheetRow[] = [];
  const lineEnds = lineEndsIn(text);
  const separator = separatorIn(text, lineEnds, score);
  let row = NAMED_SEPARATOR.test(text) ? -1 : 0;
  const parser = Readable.from(pieces(Buffer.from(text))).pipe(parse(options(separator, lineEnds)));
  try {
    for await (const record of parser as AsyncIterable<readonly string[]>) {
      row += 1;
      if (row === 0) continue;
      const cells = new Map<number, string>();
      record.forEach((cell, column) => {
        const value = restored(cellText(cell));
        if (value === '') return;
        intake.take(value);
        cells.set(column, value);
      });
      if (cells.size > 0) rows.push({ row, cells });
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (code === 'CSV_MAX_RECORD_SIZE') throw tooLarge({ characters: LONGEST_RECORD });
    if (code.startsWith('CSV_')) throw refusal('invalid', 'import.broken-file');
    throw error;
  }
  return { name: '', hidden: false, rows, merges: [], hiddenColumns: [] };
};
