import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { refusal } from '#kernel';
import { EntryQuery } from '#modules/task';
import { Allow, answer, ById, IsDay, Optional, PAGE_LENGTH, PageQuery, Refuses } from '#platform/http';
import { ProgressAnswers } from './progress-answers.controller.js';
import {
  AS_OF_EXAMPLE,
  HISTORY_EXAMPLE,
  LEAVING_EXAMPLE,
  OBLIGATION_EXAMPLE,
  PROGRESS_EXAMPLE,
  TASKS_EXAMPLE,
} from './progress-examples.controller.js';
import { ProgressQuery, ROW_FILTERS, type Clocks, type PlanFacts, type RowFilter } from './progress.query.js';
import { shownRow } from './progress-rows.controller.js';

class ClocksQuery {
  /** The day a question is about; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  /** The day up to which the log is read; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class TasksQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  @Optional() @IsIn([...ROW_FILTERS]) @ApiProperty({ required: false, enum: ROW_FILTERS }) state?: RowFilter;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional()
  @Matches(/^(\d{4}-Q[1-4]|none)$/)
  @ApiProperty({ required: false, example: '2026-Q3' })
  quarter?: string;
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'bao cao' }) search?: string;
}

class ObligationsQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false }) recorded?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) task?: string;
  @Optional()
  @IsIn(['completed', 'open', 'overdue', 'waiting', 'notStarted'])
  @ApiProperty({ required: false, enum: ['completed', 'open', 'overdue', 'waiting', 'notStarted'] })
  state?: 'completed' | 'open' | 'overdue' | 'waiting' | 'notStarted';
}

/** Figures of a plan on both clocks, and what they rest on: rows, obligations, periods, entries. */
@ApiTags('progress')
@Controller()
export class ProgressController {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly entries: EntryQuery,
    private readonly answers: ProgressAnswers,
  ) {}

  @Get('plans/:id/progress')
  @Allow('read')
  @ApiOkResponse(answer(PROGRESS_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-position'] })
  async figures(@Param('id') id: string, @Query() query: ClocksQuery): Promise<object> {
    return this.answers.figures(await this.progress.plan(id), await this.progress.clocks(query, query.after));
  }

  @Get('plans/:id/tasks')
  @Allow('read')
  @ApiOkResponse(answer(TASKS_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor'] })
  async tasks(@Param('id') id: string, @Query() query: TasksQuery): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    return this.answers.rows(plan, clocks, { ...query, limit: query.limit ?? PAGE_LENGTH });
  }

  @Get('plans/:id/obligations')
  @Allow('read')
  @ApiOkResponse(answer(AS_OF_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor'] })
  async obligations(@Param('id') id: string, @Query() query: ObligationsQuery): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    return this.obligationsPage(plan, query, clocks);
  }

  @Get('tasks/:id')
  @Allow('read')
  @ApiOkResponse(
    answer({
      plan: PROGRESS_EXAMPLE.plan.id,
      ...TASKS_EXAMPLE.items[0],
      ...LEAVING_EXAMPLE,
      on: '2026-12-17',
      recorded: '2026-12-18',
    }),
  )
  @Refuses({ 404: ['task.absent'], 422: ['request.no-such-day'] })
  async task(@Param() { id }: ById, @Query() query: ClocksQuery): Promise<object> {
    const plan = await this.progress.planOf('task', id);
    const clocks = await this.progress.clocks(query, query.after);
    const last = await this.progress.lastInForce(plan.id, 'task', id, clocks);
    const row = last && (await this.progress.row(plan.id, id, last.asOf));
    if (!row) throw refusal('absent', 'task.absent');
    return { plan: plan.id, ...shownRow(row, plan), ...last.leaving, on: clocks.on, recorded: clocks.recorded };
  }

  @Get('tasks/:id/obligations')
  @Allow('read')
  @ApiOkResponse(answer(AS_OF_EXAMPLE))
  @Refuses({ 404: ['task.absent'], 422: ['request.no-such-day', 'request.bad-cursor'] })
  async obligationsOfTask(@Param() { id }: ById, @Query() query: ObligationsQuery): Promise<object> {
    const plan = await this.progress.planOf('task', id);
    const clocks = await this.progress.clocks(query, query.after);
    const last = await this.progress.lastInForce(plan.id, 'task', id, clocks);
    if (!last) throw refusal('absent', 'task.absent');
    return this.obligationsPage(plan, { ...query, task: id }, clocks, last.asOf);
  }

  @Get('tasks/:id/history')
  @Allow('read')
  @ApiOkResponse(answer(HISTORY_EXAMPLE))
  @Refuses({ 404: ['task.absent'], 422: ['request.bad-cursor'] })
  history(@Param() { id }: ById, @Query() query: PageQuery): Promise<object> {
    return this.answers.history(id, { ...query, limit: query.limit ?? PAGE_LENGTH });
  }

  @Get('obligations/:id')
  @Allow('read')
  @ApiOkResponse(answer(OBLIGATION_EXAMPLE))
  @Refuses({ 404: ['obligation.absent'], 422: ['request.no-such-day'] })
  async obligation(@Param() { id }: ById, @Query() query: ClocksQuery): Promise<object> {
    const plan = await this.progress.planOf('obligation', id);
    const clocks = await this.progress.clocks(query, query.after);
    const last = await this.progress.lastInForce(plan.id, 'obligation', id, clocks);
    if (!last) throw refusal('absent', 'obligation.absent');
    const [found, periods] = await Promise.all([
      this.progress.obligation(plan.id, id, last.asOf),
      this.progress.periods(plan.id, id, last.asOf),
    ]);
    if (!found) throw refusal('absent', 'obligation.absent');
    const { obligation, task, code, title, unit, ...state } = found;
    const history = await this.entries.history({ task, obligation: id }, { limit: 200 });
    return {
      on: clocks.on,
      recorded: clocks.recorded,
      stale: clocks.stale,
      obligation: {
        id: obligation,
        plan: plan.id,
        task: { id: task, code, title },
        unit: (await this.answers.units([unit], clocks.on))(unit),
        ...state,
        ...last.leaving,
      },
      periods,
      entries: await this.answers.worded(history.items),
      next: history.next,
    };
  }

  private async obligationsPage(
    plan: PlanFacts,
    query: ObligationsQuery,
    clocks: Clocks,
    asOf: Clocks = clocks,
  ): Promise<object> {
    const page = await this.progress.obligationPage(
      plan.id,
      asOf,
      { ...query, limit: query.limit ?? PAGE_LENGTH },
      (units) => this.answers.units(units, clocks.on),
    );
    const name = await this.answers.units(
      page.items.map(({ unit }) => unit),
      clocks.on,
    );
    return {
      on: clocks.on,
      recorded: clocks.recorded,
      stale: clocks.stale,
      items: page.items.map(({ obligation, task, code, title, unit, ...state }) => ({
        id: obligation,
        task: { id: task, code, title },
        unit: name(unit),
        ...state,
      })),
      next: page.next,
      total: page.total,
    };
  }
}
