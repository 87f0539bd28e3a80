import { setTimeout as wait } from 'node:timers/promises';
import type { ProjectorLog } from '#platform/projector';
import type { Job } from './job.js';

/** Runs the jobs of this worker, each at once and then at its pace; a run that fails is told of and comes again. */
export class Schedule {
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly jobs: () => readonly Job[],
    private readonly log: ProjectorLog = () => undefined,
  ) {}

  start(): void {
    this.running = Promise.all(this.jobs().map((job) => this.repeat(job))).then(() => undefined);
  }

  /** Ends after the runs under way. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async repeat(job: Job): Promise<void> {
    const { signal } = this.ending;
    let complained = '';
    while (!signal.aborted) {
      try {
        await job.run();
        complained = '';
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        if (words !== complained) this.log('warn', `the job ${job.name} failed and comes again: ${words}`);
        complained = words;
      }
      await wait(job.every, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
