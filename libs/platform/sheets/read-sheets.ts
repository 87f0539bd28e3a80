import { parse } from 'csv-parse/sync';
import { refusal } from '#kernel';
import type { Sheet } from './sheet.js';

/** The sheets of a spreadsheet or text file; a file that is none gets a refusal of its own. */
export const readSheets = async (bytes: Uint8Array): Promise<readonly Sheet[]> => {
  try {
    const records = parse(Buffer.from(bytes), { bom: true, delimiter: [',', ';', '\t'], relax_column_count: true });
    return [
      {
        name: '',
        rows: records.map((record: string[], index: number) => ({
          row: index + 1,
          cells: new Map(record.flatMap((cell, column) => (cell.trim() === '' ? [] : [[column, cell.trim()]]))),
        })),
      },
    ];
  } catch {
    throw refusal('invalid', 'import.broken-file');
  }
};
