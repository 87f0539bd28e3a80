import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { BeginDaysJob } from './begin-days.job.js';
import { calendar } from './calendar.decider.js';
import { CalendarHandler } from './calendar.handler.js';

@Module({ providers: [CalendarHandler, BeginDaysJob], exports: [BeginDaysJob] })
export class CalendarModule {
  static readonly parts: Parts = { deciders: [calendar], jobs: [BeginDaysJob] };
}
