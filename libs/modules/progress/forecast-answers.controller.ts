import { Injectable } from '@nestjs/common';
import { lastOfMonth, yearOf, type Day } from '#kernel';
import { countsOf, ProgressQuery } from './progress.query.js';

/** What was forecast at the end of a month, and whether what came lies in it. */
export type PastForecast = {
  readonly on: Day;
  readonly total: number;
  readonly low: number;
  readonly high: number;
  readonly atRisk: number;
  readonly until: Day;
  readonly held: boolean;
};

/** The forecasts of a plan's year beside what came up to a day: the last of the year, or today. */
export type ForecastsAnswer = {
  readonly until: Day;
  readonly on: Day;
  readonly came: number;
  readonly items: readonly PastForecast[];
};

/** What was forecast against what came, over HTTP and on the command line alike. */
@Injectable()
export class ForecastAnswers {
  constructor(private readonly progress: ProgressQuery) {}

  async of(id: string): Promise<ForecastsAnswer> {
    const plan = await this.progress.plan(id);
    const now = await this.progress.clocks({});
    const until: Day = `${plan.year}-12-31`;
    const isOver = until <= now.recorded;
    const came = countsOf(
      await this.progress.rows(plan.id, { ...now, on: isOver ? until : now.on }),
      isOver ? until : now.on,
      plan.year,
    ).completed.numerator;
    const items: PastForecast[] = [];
    for (let month = 1; month <= 12; month += 1) {
      const on = lastOfMonth(plan.year, month);
      if (on > now.recorded || yearOf(on) !== plan.year) break;
      const clocks = await this.progress.clocks({ on, recorded: on });
      const { forecast, completed } = await this.progress.figures(plan, clocks);
      if (!forecast) continue;
      const { low, high, atRisk } = forecast;
      items.push({ on, total: completed.denominator, low, high, atRisk, until, held: low <= came && came <= high });
    }
    return { until, on: isOver ? until : now.on, came, items };
  }
}
