import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { refusal } from '#kernel';
import { AccountNames } from '#modules/access';
import { OrganizationQuery } from '#modules/organization';
import { fieldSets } from '#modules/plan';
import { EntryQuery, type ShownEntry } from '#modules/task';
import { Allow, answer, ById, IsDay, PAGE_LENGTH, PageQuery, Refuses } from '#platform/http';
import {
  AS_OF_EXAMPLE,
  HISTORY_EXAMPLE,
  OBLIGATION_EXAMPLE,
  PROGRESS_EXAMPLE,
  TASKS_EXAMPLE,
} from './progress-examples.controller.js';
import {
  countsOf,
  ProgressQuery,
  ROW_FILTERS,
  type Clocks,
  type Figures,
  type PlanFacts,
  type RowFilter,
  type RowState,
} from './progress.query.js';

class ClocksQuery {
  /** The day a question is about; today by default. */
  @IsOptional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  /** The day up to which the log is read; today by default. */
  @IsOptional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  @IsOptional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class TasksQuery extends PageQuery {
  @IsOptional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  @IsOptional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  @IsOptional() @IsIn([...ROW_FILTERS]) @ApiProperty({ required: false, enum: ROW_FILTERS }) state?: RowFilter;
  @IsOptional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @IsOptional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @IsOptional()
  @Matches(/^(\d{4}-Q[1-4]|none)$/)
  @ApiProperty({ required: false, example: '2026-Q3' })
  quarter?: string;
  @IsOptional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'bao cao' }) search?: string;
}

class ObligationsQuery extends PageQuery {
  @IsOptional() @IsDay() @ApiProperty({ required: false }) on?: string;
  @IsOptional() @IsDay() @ApiProperty({ required: false }) recorded?: string;
  @IsOptional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @IsOptional() @IsUUID() @ApiProperty({ required: false }) task?: string;
  @IsOptional()
  @IsIn(['completed', 'open', 'overdue', 'waiting', 'notStarted'])
  @ApiProperty({ required: false, enum: ['completed', 'open', 'overdue', 'waiting', 'notStarted'] })
  state?: 'completed' | 'open' | 'overdue' | 'waiting' | 'notStarted';
}

type Named = { readonly id: string; readonly name: string };

/** Figures of a plan on both clocks, and what they rest on: rows, obligations, periods, entries. */
@ApiTags('progress')
@Controller()
export class ProgressController {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly entries: EntryQuery,
    private readonly organization: OrganizationQuery,
    private readonly accounts: AccountNames,
  ) {}

  @Get('plans/:id/progress')
  @Allow('read')
  @ApiOkResponse(answer(PROGRESS_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-position'] })
  async figures(@Param('id') id: string, @Query() query: ClocksQuery): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    const figures = await this.progress.figures(plan, clocks);
    return { ...(await this.named(figures)), ...(await this.sinceThen(plan, clocks)) };
  }

  @Get('plans/:id/tasks')
  @Allow('read')
  @ApiOkResponse(answer(TASKS_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor'] })
  async tasks(@Param('id') id: string, @Query() query: TasksQuery): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    const page = await this.progress.page(plan, clocks, { ...query, limit: query.limit ?? PAGE_LENGTH });
    return {
      on: clocks.on,
      recorded: clocks.recorded,
      position: clocks.position,
      stale: clocks.stale,
      items: page.items.map((row) => shownRow(row, plan)),
      next: page.next,
      total: page.total,
    };
  }

  @Get('plans/:id/obligations')
  @Allow('read')
  @ApiOkResponse(answer(AS_OF_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor'] })
  async obligations(@Param('id') id: string, @Query() query: ObligationsQuery): Promise<object> {
    const plan = await this.progress.plan(id);
    return this.obligationsPage(plan, query);
  }

  @Get('tasks/:id')
  @Allow('read')
  @ApiOkResponse(
    answer({ plan: PROGRESS_EXAMPLE.plan.id, ...TASKS_EXAMPLE.items[0], on: '2026-12-17', recorded: '2026-12-18' }),
  )
  @Refuses({ 404: ['task.absent'], 422: ['request.no-such-day'] })
  async task(@Param() { id }: ById, @Query() query: ClocksQuery): Promise<object> {
    const plan = await this.progress.planOf('task', id);
    const clocks = await this.progress.clocks(query, query.after);
    const row = (await this.progress.rows(plan.id, clocks)).find(({ task }) => task === id);
    if (!row) throw refusal('absent', 'task.absent');
    return { plan: plan.id, ...shownRow(row, plan), on: clocks.on, recorded: clocks.recorded };
  }

  @Get('tasks/:id/obligations')
  @Allow('read')
  @ApiOkResponse(answer(AS_OF_EXAMPLE))
  @Refuses({ 404: ['task.absent'], 422: ['request.no-such-day', 'request.bad-cursor'] })
  async obligationsOfTask(@Param() { id }: ById, @Query() query: ObligationsQuery): Promise<object> {
    const plan = await this.progress.planOf('task', id);
    return this.obligationsPage(plan, { ...query, task: id });
  }

  @Get('tasks/:id/history')
  @Allow('read')
  @ApiOkResponse(answer(HISTORY_EXAMPLE))
  @Refuses({ 404: ['task.absent'], 422: ['request.bad-cursor'] })
  async history(@Param() { id }: ById, @Query() query: PageQuery): Promise<object> {
    const plan = await this.progress.planOf('task', id);
    const page = await this.entries.history({ task: id }, { ...query, limit: query.limit ?? PAGE_LENGTH });
    return { task: { id, plan: plan.id }, entries: await this.worded(page.items), next: page.next };
  }

  @Get('obligations/:id')
  @Allow('read')
  @ApiOkResponse(answer(OBLIGATION_EXAMPLE))
  @Refuses({ 404: ['obligation.absent'], 422: ['request.no-such-day'] })
  async obligation(@Param() { id }: ById, @Query() query: ClocksQuery): Promise<object> {
    const plan = await this.progress.planOf('obligation', id);
    const clocks = await this.progress.clocks(query, query.after);
    const [all, periods, history] = await Promise.all([
      this.progress.obligations(plan.id, clocks),
      this.progress.periods(id, clocks),
      this.entries.history({ obligation: id }, { limit: 200 }),
    ]);
    const found = all.find(({ obligation }) => obligation === id);
    if (!found) throw refusal('absent', 'obligation.absent');
    const { obligation, task, code, title, unit, ...state } = found;
    return {
      on: clocks.on,
      recorded: clocks.recorded,
      stale: clocks.stale,
      obligation: {
        id: obligation,
        plan: plan.id,
        task: { id: task, code, title },
        unit: (await this.units([unit]))(unit),
        ...state,
      },
      periods,
      entries: await this.worded(history.items),
      next: history.next,
    };
  }

  private async obligationsPage(plan: PlanFacts, query: ObligationsQuery): Promise<object> {
    const clocks = await this.progress.clocks(query, query.after);
    const page = await this.progress.obligationPage(plan.id, clocks, { ...query, limit: query.limit ?? PAGE_LENGTH });
    const name = await this.units(page.items.map(({ unit }) => unit));
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

  /** A figure of a past R with what the same day looks like today, and the entries that make the difference. */
  private async sinceThen(plan: PlanFacts, clocks: Clocks): Promise<object> {
    if (!this.progress.isPast(clocks.recorded)) return { today: null, differences: [] };
    const now = await this.progress.clocks({ on: clocks.on });
    const [before, after] = await Promise.all([this.progress.rows(plan.id, clocks), this.progress.rows(plan.id, now)]);
    const old = new Map(before.map((row) => [row.task, row]));
    const changed = after.filter((row) => {
      const then = old.get(row.task);
      return !then || DIFFERS.some((field) => then[field] !== row[field]);
    });
    const entries =
      changed.length === 0
        ? []
        : await this.entries.since(
            plan.id,
            clocks.upTo,
            changed.map(({ task }) => task),
            200,
          );
    const shown = new Map(changed.map((row) => [row.task, { id: row.task, code: row.code, title: row.title }]));
    return {
      today: { recorded: now.recorded, position: now.position, ...countsOf(after, clocks.on, plan.year) },
      differences: (await this.worded(entries)).map((entry) => ({ ...entry, task: shown.get(entry.task) })),
    };
  }

  private async named({ plan, byField, byUnit, ...figures }: Figures): Promise<object> {
    const fields = fieldSets.find(({ version }) => version === plan.fieldSet)?.fields ?? [];
    const order = new Map(fields.map(({ code }, index) => [code, index]));
    const name = await this.units([plan.unit, ...byUnit.map(({ unit }) => unit)]);
    const sorter = new Intl.Collator('vi');
    return {
      plan: { ...plan, unit: name(plan.unit) },
      ...figures,
      byField: [...byField]
        .sort((a, b) => (order.get(a.code) ?? 99) - (order.get(b.code) ?? 99))
        .map((counts) => {
          const field = fields.find(({ code }) => code === counts.code);
          return { field: field?.name ?? counts.code, numeral: field?.numeral ?? '', ...counts };
        }),
      byUnit: byUnit
        .map((counts) => ({ ...counts, unit: name(counts.unit) }))
        .sort((a, b) => sorter.compare(a.unit.name, b.unit.name)),
    };
  }

  private async worded(
    entries: readonly ShownEntry[],
  ): Promise<readonly (Omit<ShownEntry, 'actor' | 'unit'> & { actor: Named; unit: Named | null })[]> {
    const [people, name] = await Promise.all([
      this.accounts.names(entries.map(({ actor }) => actor)),
      this.units(entries.flatMap(({ unit }) => (unit === null ? [] : [unit]))),
    ]);
    return entries.map(({ actor, unit, ...entry }) => ({
      ...entry,
      actor: { id: actor, name: people.get(actor) ?? actor },
      unit: unit === null ? null : name(unit),
    }));
  }

  private async units(ids: readonly string[]): Promise<(id: string) => Named> {
    const names = await this.organization.unitNames([...new Set(ids)]);
    return (id) => ({ id, name: names.get(id) ?? '' });
  }
}

/** What makes two readings of a row differ. */
const DIFFERS = ['completed', 'maintained', 'started', 'met', 'owed', 'due', 'workDay', 'overdue', 'awaiting'] as const;

const stateOf = (row: RowState): string =>
  row.completed ? 'completed' : row.maintained ? 'maintained' : row.started ? 'in-progress' : 'not-started';

const FLAGS: readonly (readonly [keyof RowState, string])[] = [
  ['overdue', 'overdue'],
  ['dueSoon', 'due-soon'],
  ['awaiting', 'awaiting'],
  ['suspended', 'suspended'],
  ['late', 'late'],
  ['lateAgainstOriginal', 'late-against-original'],
  ['periodsOverdue', 'periods-overdue'],
  ['periodsLate', 'periods-late'],
];

const shownRow = (row: RowState, plan: PlanFacts): object => {
  const fields = fieldSets.find(({ version }) => version === plan.fieldSet)?.fields ?? [];
  return {
    id: row.task,
    ordinal: row.ordinal,
    code: row.code,
    field: { code: row.field, name: fields.find(({ code }) => code === row.field)?.name ?? row.field },
    title: row.title,
    deliverable: row.deliverable,
    leads: row.leads,
    coordinating: row.coordinating,
    deadline: row.deadline,
    cycle: row.cycle,
    mode: row.mode,
    state: stateOf(row),
    flags: [
      ...FLAGS.flatMap(([field, flag]) => (row[field] === true ? [flag] : [])),
      ...(row.due === null ? ['no-due-date'] : []),
    ],
    due: row.due,
    originalDue: row.originalDue,
    workDay: row.workDay,
    obligations: { met: row.met, owed: row.owed },
    selfAccepted: row.selfAccepted,
  };
};
