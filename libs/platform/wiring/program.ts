import { SettingsRefused } from '#platform/config';
import { DatabaseUnusable, FolderInUse, FolderUnusable } from '#platform/database';

/** How long a clean end may take before the process ends all the same. */
const LONGEST_END_MS = 60_000;

/** An end that is explained in a sentence; other errors are shown with their stack. */
export class PlainWords extends Error {}

/** Something that a program has opened. */
export type Held = {
  /** Told first, when the end begins. */
  leave?(): void;
  close(): Promise<void>;
};

const explain = (error: unknown): void => {
  const isPlain = [PlainWords, SettingsRefused, FolderInUse, FolderUnusable, DatabaseUnusable].some(
    (kind) => error instanceof kind,
  );
  console.error(isPlain ? (error as Error).message : error);
};

/**
 * A program that serves until a signal, the end of the program that started it, or an error nobody caught. Ends once,
 * cleanly: what it holds is closed, the last first.
 */
export class Program {
  private readonly held: Held[] = [];
  private wanted: number | undefined;
  private ending: Promise<never> | undefined;

  /** Begins the program; what it opens it gives to `holds`, each at once. */
  static async run(begin: (program: Program) => Promise<void>): Promise<void> {
    const program = new Program();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => program.stop(0));
    process.on('disconnect', () => program.stop(0));
    process.on('message', (message) => {
      if (message === 'stop') program.stop(0);
    });
    const crash = (error: unknown): void => {
      if (program.wanted !== undefined) return;
      explain(error);
      program.stop(1);
    };
    process.on('uncaughtException', crash);
    process.on('unhandledRejection', crash);
    try {
      await begin(program);
    } catch (error) {
      // What was cut off by the end has nothing to say; when nothing was held yet, nobody else ends us.
      if (program.wanted !== undefined) return program.finish();
      explain(error);
      program.wanted = 1;
      await program.close().catch(explain);
      process.exit(1);
    }
  }

  /** Keeps something to be closed at the end. When the end has begun meanwhile, it is closed now and nothing follows. */
  async holds(held: Held): Promise<void> {
    this.held.push(held);
    if (this.wanted !== undefined) await this.finish();
  }

  /** A stop before anything is held waits for that; one while something long is begun cuts it off. */
  private stop(code: number): void {
    if (this.wanted !== undefined) return;
    this.wanted = code;
    if (this.held.length > 0) void this.finish();
  }

  private finish(): Promise<never> {
    return (this.ending ??= this.end());
  }

  private async end(): Promise<never> {
    console.log('Camket stops …');
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    try {
      await this.close();
      console.log('Camket has stopped.');
    } catch (error) {
      this.wanted = 1;
      explain(error);
    }
    process.exit(this.wanted);
  }

  private async close(): Promise<void> {
    for (const held of this.held) held.leave?.();
    for (let held = this.held.pop(); held; held = this.held.pop()) await held.close();
  }
}
