import { Module } from '@nestjs/common';
import { CalendarModule } from '#modules/calendar';
import { NoticeModule } from '#modules/notice';
import { PlanModule } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import type { Parts } from '#platform/projector';
import { RemindFactsReader } from './when-day-began-remind.facts.js';
import { whenDayBeganRemind } from './when-day-began-remind.process.js';
import { JudgedFactsReader } from './when-report-judged-tell.facts.js';
import { whenReportJudgedTell } from './when-report-judged-tell.process.js';

@Module({
  imports: [CalendarModule, NoticeModule, PlanModule, ProgressModule],
  providers: [RemindFactsReader, JudgedFactsReader],
})
export class CoordinationModule {
  static readonly parts: Parts = {
    processes: [
      { process: whenDayBeganRemind, facts: RemindFactsReader },
      { process: whenReportJudgedTell, facts: JudgedFactsReader },
    ],
  };
}
