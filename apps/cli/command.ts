import type { Command } from 'commander';
import { readSettings } from '#platform/config';
import { EXIT, explained, type Exit } from './answer.js';
import type { Meant } from './choice.js';
import type { Context } from './context.js';
import { Bars, remark } from './terminal.js';

/** What a command's work is given. */
export type Work = (context: Context, bars: Bars) => Promise<Exit | undefined>;

/** One run of the command line: what it ends with, and what must be closed when somebody interrupts it. */
export class Run {
  exit: Exit = EXIT.done;
  private readonly bars = new Bars();
  private closing: (() => Promise<void>) | undefined;
  private isInterrupted = false;

  /** Does a command's work on the installation that is meant, and closes it again. */
  async on(command: Command, work: Work): Promise<void> {
    await this.guarded(async () => {
      // What a command needs is loaded when it runs: help and a wrong word are answered at once.
      const [{ chosen }, { Context }] = await Promise.all([import('./choice.js'), import('./context.js')]);
      const opening = Context.open(chosen(command.optsWithGlobals<Meant>()), this.bars.show);
      this.holds(() => opening.then((context) => context.close()).catch(() => undefined));
      const context = await opening;
      return this.within(context, work);
    });
  }

  /** Does work on an opened context, and closes it again. */
  async within(context: Context, work: Work): Promise<Exit | undefined> {
    const close = this.holds(() => context.close());
    try {
      return await work(context, this.bars);
    } finally {
      this.bars.end();
      await close();
      this.closing = undefined;
    }
  }

  /** Says how what is open is closed, should somebody interrupt; the answer closes it, once. */
  holds(close: () => Promise<void>): () => Promise<void> {
    let closed: Promise<void> | undefined;
    return (this.closing = () => (closed ??= close()));
  }

  /** Does work of any kind; what it throws is explained. */
  async guarded(work: (bars: Bars) => Promise<Exit | undefined>): Promise<void> {
    try {
      this.exit = (await work(this.bars)) ?? EXIT.done;
    } catch (error) {
      this.bars.end();
      this.fail(error);
    }
  }

  /** Explains an error and ends with what it means; what fails because everything is being closed needs no words. */
  fail(error: unknown): void {
    if (this.isInterrupted) return;
    const { exit, words } = explained(error);
    if (words !== '') remark(words);
    if (exit === EXIT.broken && isTalkative() && error instanceof Error && error.stack) remark(error.stack);
    this.exit = exit;
  }

  /** Somebody does not want to wait: closes what is open. */
  async interrupt(): Promise<void> {
    this.bars.end();
    this.isInterrupted = true;
    remark('Interrupted.');
    await this.closing?.();
  }
}

const isTalkative = (): boolean => {
  try {
    return ['debug', 'trace'].includes(readSettings().logLevel);
  } catch {
    return false;
  }
};
