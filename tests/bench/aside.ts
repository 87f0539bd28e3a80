import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Took, Wanted } from './working-aside.js';

/** A process of its own that makes a large log, reads one, or makes views of it anew as `camket views rebuild` does. */
export class Aside {
  private readonly ended: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(() => Promise.reject(new Error('the process that works aside ended')));
    this.ended.catch(() => undefined);
  }

  /** Starts it on a database and waits until it is ready. */
  static async start(database: string): Promise<Aside> {
    const child = fork(join(import.meta.dirname, 'working-aside.js'), [database], {
      // As `camket` has it for rebuilds, where there is memory enough.
      execArgv: [
        '--enable-source-maps',
        '--min-semi-space-size=64',
        '--max-semi-space-size=64',
        '--initial-old-space-size=1500',
      ],
    });
    const aside = new Aside(child);
    await aside.hears();
    return aside;
  }

  /** Has it do that and answers what it took. */
  ask(wanted: Exclude<Wanted, 'end'>): Promise<Took> {
    this.child.send(wanted);
    return this.hears();
  }

  end(): void {
    if (this.child.connected) this.child.send('end');
  }

  private async hears(): Promise<Took> {
    const [message] = (await Promise.race([once(this.child, 'message'), this.ended])) as [Took];
    return message;
  }
}
