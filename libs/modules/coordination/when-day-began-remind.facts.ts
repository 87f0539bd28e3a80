import { Injectable } from '@nestjs/common';
import { dayOfInstant, type Seen } from '#kernel';
import type { CalendarEvents } from '#modules/calendar';
import { NoticeQuery } from '#modules/notice';
import { PlanQuery } from '#modules/plan';
import { DuesQuery } from '#modules/progress';
import { NotYet, ProcessFacts } from '#platform/processes';
import { dueNoticeOf, type RemindFacts } from './when-day-began-remind.process.js';

/**
 * What is still owed in plans that are not closed, as the log had it when the day was told. A day that is told late is
 * looked at as of the day on which it is told: nobody is reminded of what was settled meanwhile.
 */
@Injectable()
export class RemindFactsReader extends ProcessFacts<CalendarEvents, RemindFacts> {
  constructor(
    private readonly dues: DuesQuery,
    private readonly plans: PlanQuery,
    private readonly notices: NoticeQuery,
  ) {
    super();
  }

  override async read({ data: { day }, at, recorded }: Seen<CalendarEvents, 'DayBegan'>): Promise<RemindFacts> {
    if (!(await this.dues.hasSeen(at))) throw new NotYet('the figures have not come as far as this day');
    const told = dayOfInstant(recorded);
    const clocks = { on: told > day ? told : day, upTo: at };
    const byPlan = [];
    for (const plan of await this.dues.plansInForce(clocks)) {
      if ((await this.plans.find(plan)).status === 'promulgated') byPlan.push(await this.dues.open(plan, clocks));
    }
    const open = byPlan.flat();
    const overdue = open.filter(({ due }) => due < day).map((owed) => dueNoticeOf(owed, 'overdue'));
    return { open, told: await this.notices.given(overdue) };
  }
}
