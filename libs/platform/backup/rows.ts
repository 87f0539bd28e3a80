import { BackupRefused } from './backup-file.js';

/** A row as text of the server, column by column. */
export type TextRow = readonly (string | null)[];

/** How much is packed or inserted at a time. */
const TOGETHER = { rows: 1000, characters: 4 * 1024 * 1024 } as const;

/** Rows as lines of JSON. */
export async function* linesOf(batches: AsyncIterable<readonly TextRow[]>): AsyncIterable<Uint8Array> {
  for await (const rows of batches) {
    if (rows.length > 0) yield Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}

async function* splitLines(content: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let begun: string[] = [];
  for await (const bytes of content) {
    const [first = '', ...others] = decoder.decode(bytes, { stream: true }).split('\n');
    begun.push(first);
    for (const next of others) {
      yield begun.join('');
      begun = [next];
    }
  }
  if (begun.join('') !== '') throw new BackupRefused('The backup is damaged: a row of it is not whole.');
}

/** The rows of such lines, in batches that fit into one statement. */
export async function* rowsIn(content: AsyncIterable<Uint8Array>): AsyncIterable<readonly TextRow[]> {
  let rows: TextRow[] = [];
  let characters = 0;
  for await (const line of splitLines(content)) {
    rows.push(JSON.parse(line) as TextRow);
    characters += line.length;
    if (rows.length < TOGETHER.rows && characters < TOGETHER.characters) continue;
    yield rows;
    rows = [];
    characters = 0;
  }
  if (rows.length > 0) yield rows;
}
