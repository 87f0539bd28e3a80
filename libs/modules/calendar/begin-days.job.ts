import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Day } from '#kernel';
import { Clock } from '#platform/clock';
import { freshId, type Receipt } from '#platform/commands';
import { EventStore } from '#platform/event-store';
import { Job } from '#platform/schedule';
import { CALENDAR, CalendarDispatch } from './calendar.handler.js';

/** Tells the log of each day that has begun, also of those in which nothing ran. */
@Injectable()
export class BeginDaysJob extends Job {
  readonly name = 'begin-days';
  readonly every = 10_000;
  private told: Day | undefined;

  constructor(
    private readonly commands: CommandBus,
    private readonly clock: Clock,
    private readonly store: EventStore,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const today = this.clock.today();
    if (this.told === today) return;
    // An installation in which nothing has happened yet has no days: it is still empty, to be restored into or tried.
    if ((await this.store.end()) === undefined) return;
    for (;;) {
      const command = freshId();
      const sender = {
        actor: 'system:calendar',
        unit: null,
        role: 'system',
        command,
        correlation: command,
        causation: command,
      };
      const { unchanged } = await this.commands.execute<CalendarDispatch, Receipt>(
        new CalendarDispatch(CALENDAR, sender, 'BeginDays', { until: today }),
      );
      if (unchanged) break;
    }
    this.told = today;
  }
}
