import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  keyOf,
  pageOf,
  Allow,
  answer,
  IsDay,
  maybe,
  oneOf,
  Optional,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  Refuses,
} from '#platform/http';
import { lastOfMonth, yearOf, type Day } from '#kernel';
import { EntryQuery, type ShownEntry } from '#modules/task';
import { COMPARED, Comparisons, sumOf, type Contribution } from './comparisons.controller.js';
import { ProgressAnswers } from './progress-answers.controller.js';
import { ACT_EXAMPLE, COUNTS_EXAMPLE, ENTRY_EXAMPLE } from './progress-examples.controller.js';
import { countsOf, ProgressQuery, type Clocks, type PlanFacts, type RowState } from './progress.query.js';

class ComparisonAsked extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-31' }) on1?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-31' }) recorded1?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-03-31' }) on2?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded2?: string;
}

const SIDE_EXAMPLE = { on: '2026-03-31', recorded: '2026-03-31', position: '1204', counts: COUNTS_EXAMPLE };
const CHANGE_EXAMPLE = Object.fromEntries(COMPARED.map((name) => [name, maybe(-1)]));

/** Two figures of a plan side by side, and what was forecast against what came. */
@ApiTags('progress')
@Controller('plans/:id/progress')
export class ComparisonController {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly comparison: Comparisons,
    private readonly entries: EntryQuery,
    private readonly answers: ProgressAnswers,
  ) {}

  /**
   * Both figures, their difference, and what it is made of: the days between them, then the entries recorded between
   * them, one by one. The changes of all contributions add up to the difference. `act` is what happened to the plan itself
   * there: it was promulgated, amended, read by other rules, closed.
   */
  @Get('comparison')
  @Allow('read')
  @ApiOkResponse(
    answer({
      first: SIDE_EXAMPLE,
      second: SIDE_EXAMPLE,
      difference: CHANGE_EXAMPLE,
      items: [
        {
          kind: oneOf('entry', 'day'),
          task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'VI.2', title: 'Công khai ngân sách' },
          day: maybe('2026-03-25'),
          change: CHANGE_EXAMPLE,
          entries: [ENTRY_EXAMPLE],
          act: maybe(ACT_EXAMPLE),
        },
      ],
      next: orNull('WyIyIl0'),
      total: 1,
    }),
  )
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-position', 'request.bad-cursor'] })
  async compare(@Param('id') id: string, @Query() query: ComparisonAsked): Promise<object> {
    const plan = await this.progress.plan(id);
    const first = await this.progress.clocks({ on: query.on1, recorded: query.recorded1 }, query.after);
    const second = await this.progress.clocks({ on: query.on2, recorded: query.recorded2 }, query.after);
    const [before, after, contributions] = await Promise.all([
      this.progress.rows(plan.id, first),
      this.progress.rows(plan.id, second),
      this.comparison.between(plan, first, second),
    ]);
    const limit = query.limit ?? PAGE_LENGTH;
    const from = Number(keyOf(query.cursor, 1)?.[0] ?? 0);
    const numbered = contributions.map((contribution, index) => ({ contribution, number: index + 1 }));
    const page = pageOf(numbered.filter(({ number }) => number > from).slice(0, limit + 1), limit, ({ number }) => [
      String(number),
    ]);
    const titles = new Map([...before, ...after].map((row) => [row.task, row]));
    return {
      first: sideOf(plan, first, before),
      second: sideOf(plan, second, after),
      difference: sumOf(contributions.map(({ change }) => change)),
      items: await Promise.all(page.items.map(({ contribution }) => this.shown(contribution, first, titles))),
      next: page.next,
      total: contributions.length,
    };
  }

  /** For each end of a month of the plan's year up to today: what was forecast on that day, and what came. */
  @Get('forecasts')
  @Allow('read')
  @ApiOkResponse(
    answer({
      until: '2026-12-31',
      came: orNull(65),
      items: [{ on: '2026-06-30', total: 68, low: 17, high: 68, atRisk: 0, until: '2026-12-31', held: orNull(true) }],
    }),
  )
  @Refuses({ 404: ['plan.absent'] })
  async forecasts(@Param('id') id: string): Promise<object> {
    const plan = await this.progress.plan(id);
    const now = await this.progress.clocks({});
    const until: Day = `${plan.year}-12-31`;
    const isOver = until <= now.recorded;
    const came = countsOf(
      await this.progress.rows(plan.id, { ...now, on: isOver ? until : now.on }),
      isOver ? until : now.on,
      plan.year,
    ).completed.numerator;
    const items: object[] = [];
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

  private async shown(
    contribution: Contribution,
    first: Clocks,
    titles: ReadonlyMap<string, Pick<RowState, 'code' | 'title'>>,
  ): Promise<object> {
    const { kind, task, change } = contribution;
    const entries: readonly ShownEntry[] =
      contribution.kind === 'entry'
        ? await this.entries.at(task, [contribution.at])
        : await this.entries.ofDays(task, [contribution.day], first.upTo);
    const { code, title } = titles.get(task) ?? { code: '', title: '' };
    return {
      kind,
      task: { id: task, code, title },
      ...(contribution.kind === 'day' ? { day: contribution.day } : {}),
      change,
      entries: await this.answers.worded(entries),
      ...(contribution.act ? { act: await this.answers.act(contribution.act) } : {}),
    };
  }
}

const sideOf = (plan: PlanFacts, { on, recorded, position }: Clocks, rows: readonly RowState[]): object => ({
  on,
  recorded,
  position,
  counts: countsOf(rows, on, plan.year),
});
