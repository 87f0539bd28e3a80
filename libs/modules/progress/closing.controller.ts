import { Controller, Get, Injectable, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Document, TextRef } from '#kernel';
import { PlanQuery, type PlanActItem } from '#modules/plan';
import { Allow, answer, maybe, orNull, PAGE_LENGTH, PageQuery, Refuses } from '#platform/http';
import { Texts, type ShownText } from '#platform/texts';
import { ProgressAnswers, type Named } from './progress-answers.controller.js';
import { TASKS_EXAMPLE } from './progress-examples.controller.js';
import { shownRow } from './progress-rows.controller.js';
import { countsOf, ProgressQuery, type Clocks, type Counts, type ObligationState } from './progress.query.js';

const ratio = { numerator: 65, denominator: 68, base: 'tasks', percent: '95.6' };

/** The closing in force; none once it was withdrawn. */
const closingOf = (acts: readonly PlanActItem[]): PlanActItem | undefined => {
  const last = acts.findLast(({ type }) => type === 'PlanClosed' || type === 'ClosingWithdrawn');
  return last?.type === 'PlanClosed' ? last : undefined;
};

/** What a plan leaves open: as of its closing, or as of now where it is not closed. */
export type ClosingAnswer = Pick<Clocks, 'on' | 'position'> &
  Pick<Counts, 'completed' | 'carriedOut' | 'overdue' | 'awaiting' | 'suspended'> & {
    readonly closed: {
      readonly on: string;
      readonly recorded: string;
      readonly document: Document;
      readonly reason?: ShownText & { readonly id: string };
    } | null;
    readonly open: number;
    readonly items: readonly (ReturnType<typeof shownRow> & {
      readonly owing: readonly (Pick<ObligationState, 'obligation' | 'due' | 'overdue' | 'waiting' | 'owed' | 'met'> & {
        readonly unit: Named;
      })[];
    })[];
    readonly next: string | null;
    readonly total: number;
  };

/** Tells what stays open in a plan, over HTTP and on the command line alike. */
@Injectable()
export class ClosingAnswers {
  constructor(
    private readonly plans: PlanQuery,
    private readonly progress: ProgressQuery,
    private readonly answers: ProgressAnswers,
    private readonly texts: Texts,
  ) {}

  async of(id: string, query: Pick<PageQuery, 'cursor' | 'limit' | 'after'>): Promise<ClosingAnswer> {
    const plan = await this.progress.plan(id);
    const acts: PlanActItem[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await this.plans.acts(plan.id, { cursor, limit: 200, after: query.after });
      acts.push(...page.items);
      if (page.next === null) break;
      cursor = page.next;
    }
    const closed = closingOf(acts);
    const now = await this.progress.clocks({}, query.after);
    const clocks: Clocks = closed ? { ...now, on: closed.on, upTo: closed.at, position: closed.at } : now;
    const [rows, obligations] = await Promise.all([
      this.progress.rows(plan.id, clocks),
      this.progress.obligations(plan.id, clocks),
    ]);
    const { completed, carriedOut, overdue, awaiting, suspended } = countsOf(rows, clocks.on, plan.year);
    const page = await this.progress.page(plan, clocks, {
      state: 'open',
      cursor: query.cursor,
      limit: query.limit ?? PAGE_LENGTH,
    });
    const open = obligations.filter((one) => !one.completed);
    const name = await this.answers.units(open.map(({ unit }) => unit));
    return {
      closed: closed ? await this.shown(closed) : null,
      on: clocks.on,
      position: clocks.position,
      completed,
      carriedOut,
      open: page.total,
      overdue,
      awaiting,
      suspended,
      items: page.items.map((row) => ({
        ...shownRow(row, plan),
        owing: open
          .filter(({ task }) => task === row.task)
          .map(({ obligation, unit, due, overdue: late, waiting, owed, met }) => ({
            obligation,
            unit: name(unit),
            due,
            overdue: late,
            waiting,
            owed,
            met,
          })),
      })),
      next: page.next,
      total: page.total,
    };
  }

  private async shown({ on, recorded, data }: PlanActItem): Promise<NonNullable<ClosingAnswer['closed']>> {
    const reason = data['reason'] as TextRef | undefined;
    const texts = await this.texts.show(reason ? [reason] : []);
    return {
      on,
      recorded,
      document: data['document'] as Document,
      ...(reason ? { reason: { id: reason.id, ...(texts.get(reason.id) ?? { erased: true as const }) } } : {}),
    };
  }
}

/** What stays open in a plan that is closed, or would if it were closed now. */
@ApiTags('plans')
@Controller('plans/:id/closing')
export class ClosingController {
  constructor(private readonly answers: ClosingAnswers) {}

  /**
   * The rows that stay open, each with what is owed and by whom, as of the day of closing by what was recorded then.
   * `closed` is null for a plan that is not closed: the answer is what closing it now would leave.
   */
  @Get()
  @Allow('read')
  @ApiOkResponse(
    answer({
      closed: orNull({
        on: '2026-12-31',
        recorded: '2026-12-31T09:00:00.000Z',
        document: { kind: 'Báo cáo', number: '0600/BC-UBND', date: '2026-12-31' },
        reason: maybe({ id: '9dea8c1f-716e-5f51-b9fb-81c72b113a65', text: 'Kết thúc năm kế hoạch.' }),
      }),
      on: '2026-12-31',
      position: '48213',
      completed: ratio,
      carriedOut: ratio,
      open: 3,
      overdue: 1,
      awaiting: 0,
      suspended: 0,
      items: [
        {
          ...TASKS_EXAMPLE.items[0],
          owing: [
            {
              obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
              unit: { id: '9d1f7a52-7d6a-5b7e-9c55-41b6c1f0b7aa', name: 'Sở Nội vụ' },
              due: orNull('2026-12-31'),
              overdue: false,
              waiting: true,
              owed: 4,
              met: 3,
            },
          ],
        },
      ],
      next: orNull('WyIyIl0'),
      total: 3,
    }),
  )
  @Refuses({ 404: ['plan.absent'], 422: ['request.bad-cursor'] })
  closing(@Param('id') id: string, @Query() query: PageQuery): Promise<ClosingAnswer> {
    return this.answers.of(id, query);
  }
}
