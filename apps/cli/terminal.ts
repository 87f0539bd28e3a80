import { SingleBar } from 'cli-progress';

let readerIsGone = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  readerIsGone = true;
});

const drained = (): Promise<void> =>
  new Promise((resolve) => {
    const events = ['drain', 'error', 'close'];
    const done = (): void => {
      for (const event of events) process.stdout.off(event, done);
      resolve();
    };
    for (const event of events) process.stdout.once(event, done);
  });

/** Writes to standard output and waits for its reader; false when that has gone and nothing more is wanted. */
export const print = async (text: string | Uint8Array): Promise<boolean> => {
  if (readerIsGone) return false;
  if (!process.stdout.write(text)) await drained();
  return !readerIsGone;
};

/** Writes one line, or one document of JSON. */
export const say = async (words: string | object): Promise<void> => {
  await print(`${typeof words === 'string' ? words : JSON.stringify(words, null, 2)}\n`);
};

/** Says something that is not the answer: to standard error, so that pipes stay clean. */
export const remark = (words: string): void => {
  process.stderr.write(`${words}\n`);
};

/** All items of a list at once. */
export const ALL = 1_000_000;

/** Columns of text, each as wide as its widest cell; `right` are aligned to the right. */
export const columns = (rows: readonly (readonly string[])[], right: readonly number[] = []): string => {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          right.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Bars for long steps: on a terminal only, and never in what a pipe reads. */
export class Bars {
  private bar: { readonly title: string; readonly bar: SingleBar } | undefined;

  constructor(private readonly shown = process.stderr.isTTY) {}

  /** A step has come so far; another title begins another bar. */
  readonly show = (title: string, done: number, all: number): void => {
    if (!this.shown) return;
    if (this.bar?.title !== title) {
      this.end();
      const bar = new SingleBar({
        format: '{title} [{bar}] {percentage} % | {value}/{total}',
        stream: process.stderr,
        hideCursor: true,
        barsize: 30,
      });
      bar.start(Math.max(1, all), 0, { title });
      this.bar = { title, bar };
    }
    this.bar.bar.setTotal(Math.max(1, all));
    this.bar.bar.update(done);
  };

  end(): void {
    this.bar?.bar.stop();
    this.bar = undefined;
  }
}
