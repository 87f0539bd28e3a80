import { stringify } from 'csv-stringify/sync';
import { cellText, neutralised } from './cell-text.js';

/** A text file as Excel opens it: UTF-8 with its mark, commas, every cell in quotes, and nothing that is run as a formula. */
export const writeDelimited = (lines: readonly (readonly string[])[]): Buffer =>
  Buffer.from(
    stringify(
      lines.map((cells) => cells.map((cell) => neutralised(cellText(cell)))),
      { bom: true, quoted: true, quoted_empty: false, record_delimiter: 'windows' },
    ),
  );
