import type { INestApplicationContext } from '@nestjs/common';
import { ProcessRunner } from '#platform/processes';
import { Projector } from '#platform/projector';
import { Schedule } from '#platform/schedule';

/** What a worker does beside answering requests: it keeps views, carries processes and runs jobs. */
export class Work {
  private readonly projector: Projector;
  private readonly processes: ProcessRunner;
  private readonly schedule: Schedule;

  constructor(nest: INestApplicationContext) {
    this.projector = nest.get(Projector);
    this.processes = nest.get(ProcessRunner);
    this.schedule = nest.get(Schedule);
  }

  /** Makes views that are missing or of another release, then keeps them. */
  keepViews(): Promise<void> {
    return this.projector.start();
  }

  /** Acts on what happens from here on. */
  async act(): Promise<void> {
    await this.processes.start();
    this.schedule.start();
  }

  /** Ends after what is under way; another worker may go on at once. */
  async stop(): Promise<void> {
    await this.schedule.stop();
    await this.processes.stop();
    await this.projector.stop();
  }
}
