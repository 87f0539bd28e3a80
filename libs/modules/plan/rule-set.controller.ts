import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import { refusal, yearOf } from '#kernel';
import { RulebookQuery } from '#modules/rulebook';
import { ObligationBoardQuery } from '#modules/task';
import { Clock } from '#platform/clock';
import type { Receipt, Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  keyOf,
  oneOf,
  Optional,
  OptionalPart,
  orNull,
  PAGE_LENGTH,
  pageOf,
  PageQuery,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { Texts } from '#platform/texts';
import { PlanDispatch } from './plan.handler.js';
import { PlanQuery } from './plan.query.js';
import { annexUnder, type RowChange } from './rule-change.format.js';
import { RuleSetQuery } from './rule-set.query.js';

class PreviewQuery extends PageQuery {
  /** The rule set that would be applied. */
  @IsString() @Length(1, 40) @ApiProperty({ example: '2026-1' }) version!: string;
  /** The day from which it would apply; today, or the first day of a plan that does not count yet. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-07-01' }) effect?: string;
  /** Only rows whose due date would be earlier, or later. */
  @Optional()
  @IsIn(['earlier', 'later'])
  @ApiProperty({ required: false, example: 'later', enum: ['earlier', 'later'] })
  move?: 'earlier' | 'later';
}

class PlanRuleSetBody {
  @IsString() @Length(1, 40) @ApiProperty({ example: '2026-1' }) version!: string;
  /** The document that decides it; a draft needs none. */
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
  /** The day from which the new dates are in force; a draft, which counts on no day yet, is read anew as a whole. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-07-01' }) effect?: string;
  @Optional()
  @IsString()
  @MaxLength(4000)
  @ApiProperty({ required: false, example: 'Hạn rơi vào ngày nghỉ chuyển sang ngày làm việc tiếp theo.' })
  reason?: string;
}

const MOVE_EXAMPLE = {
  row: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
  ordinal: 4,
  code: 'I.4',
  title: 'Báo cáo định kỳ cải cách hành chính 6 tháng',
  deadline: 'Chậm nhất ngày 20/6/2026',
  before: { due: orNull('2026-06-20'), rule: 'date' },
  after: { due: orNull('2026-06-22'), rule: 'date' },
  because: [oneOf('day-off', 'before', 'windows')],
  extended: orNull('2026-07-31'),
  milestones: [{ text: 'Kế hoạch trước 31/01', due: orNull('2026-02-02') }],
  periods: [
    {
      period: 2,
      before: { cutoff: orNull('2026-06-14'), due: orNull('2026-06-20') },
      after: { cutoff: orNull('2026-06-14'), due: orNull('2026-06-22') },
    },
  ],
};

const isLater = ({ before, after }: RowChange): boolean =>
  before.due !== null && after.due !== null && after.due > before.due;
const isEarlier = ({ before, after }: RowChange): boolean =>
  before.due !== null && after.due !== null && after.due < before.due;

/** The rule set with which a plan is read: what another one would move, and putting it in its place. */
@ApiTags('plans')
@Controller('plans/:id/rule-set')
export class RuleSetController {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanQuery,
    private readonly reread: RuleSetQuery,
    private readonly rulebook: RulebookQuery,
    private readonly board: ObligationBoardQuery,
    private readonly texts: Texts,
    private readonly clock: Clock,
  ) {}

  /**
   * What would move, before it does. `withoutCalendar` names years in which rows are due and of which the set has no
   * calendar: of these it knows no day off but weekends.
   */
  @Get('preview')
  @Allow('read')
  @ApiOkResponse(
    answer({
      from: '2021',
      version: '2026-1',
      effect: '2026-07-01',
      items: [MOVE_EXAMPLE],
      next: orNull('WyI0Il0'),
      unreadable: [
        {
          row: '5a0f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
          ordinal: 9,
          code: 'I.9',
          title: 'Tổng kết chương trình',
          deadline: 'Tháng 01/2040',
          fault: oneOf('impossible-date', 'unreadable-deadline'),
        },
      ],
      withoutCalendar: [2027],
      summary: { rows: 68, moved: 5, earlier: 0, later: 5, withPeriods: 12, periods: 36, extended: 1, unreadable: 0 },
    }),
  )
  @Refuses({ 404: ['plan.absent', 'rulebook.rule-set-absent'], 409: ['plan.rule-set-of-later-plans'] })
  async preview(@Param() { id }: ById, @Query() query: PreviewQuery): Promise<object> {
    const plan = await this.plans.find(id);
    const { version, dayOff, calendars } = await this.rulebook.ruleSet(query.version);
    const [from, to] = await Promise.all([
      this.rulebook.setFor(plan.year, plan.ruleSet),
      this.rulebook.setFor(plan.year, version),
    ]);
    if (to.since > plan.year) throw refusal('conflict', 'plan.rule-set-of-later-plans', { since: to.since });
    const today = this.clock.today();
    const effect = query.effect ?? (plan.effect !== null && plan.effect > today ? plan.effect : today);
    const [rows, extended] = await Promise.all([this.reread.rows(plan.id), this.board.extendedOn(plan.id, effect)]);
    const read = rows.map(({ row, addedOn, content }) => {
      const { deadline, cycle, due, rule, milestones } = content;
      return { row, addedOn, deadline, cycle, due, rule, milestones };
    });
    const { changes, unreadable } = annexUnder(read, plan.year, from, to);
    const places = new Map(rows.map((row) => [row.row, row]));
    const shown = <Found extends { readonly row: string }>(found: Found) => {
      const { ordinal = 0, content } = places.get(found.row) ?? {};
      const { code = '', title = '', deadline = '' } = content ?? {};
      return { ...found, ordinal, code, title, deadline };
    };
    const items = changes.map((change) => ({ ...shown(change), extended: extended.get(change.row) ?? null }));
    const [after] = keyOf(query.cursor, 1) ?? [];
    const kept = items.filter(
      (item) =>
        item.ordinal > Number(after ?? 0) &&
        (query.move === undefined || (query.move === 'later' ? isLater(item) : isEarlier(item))),
    );
    const limit = query.limit ?? PAGE_LENGTH;
    const years = new Set(
      [...rows.map(({ content }) => content.due), ...changes.map((change) => change.after.due)].flatMap((due) =>
        due === null ? [] : [yearOf(due)],
      ),
    );
    const known = new Set(calendars.map(({ year }) => year));
    const withPeriods = changes.filter(({ periods }) => periods.length > 0);
    return {
      from: from.version,
      version,
      effect,
      ...pageOf(kept, limit, ({ ordinal }) => [String(ordinal)]),
      unreadable: unreadable.slice(0, limit).map(shown),
      withoutCalendar: dayOff === 'stays' ? [] : [...years].filter((year) => !known.has(year)).sort((a, b) => a - b),
      summary: {
        rows: rows.length,
        moved: changes.filter(({ before, after: then }) => before.due !== then.due).length,
        earlier: changes.filter(isEarlier).length,
        later: changes.filter(isLater).length,
        withPeriods: withPeriods.length,
        periods: withPeriods.flatMap(({ periods }) => periods).length,
        extended: items.filter((item) => item.extended !== null && item.before.due !== item.after.due).length,
        unreadable: unreadable.length,
      },
    };
  }

  @Put()
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'rulebook.rule-set-absent', 'file.absent'],
    409: [
      'plan.closed',
      'plan.rule-set-of-later-plans',
      'plan.amendment-out-of-order',
      'plan.deadline-unreadable-then',
    ],
    412: ['request.stale'],
    422: [
      'plan.rule-set-needs-document',
      'plan.effect-before-document',
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
    ],
  })
  apply(@Param() { id }: ById, @Body() body: PlanRuleSetBody, @Sent() sender: Sender): Promise<Receipt> {
    const { version, document, effect, reason } = body;
    return this.texts.during(sender, { reason }, (refs) =>
      this.commands.execute(
        new PlanDispatch(id, sender, 'ApplyRuleSet', {
          version,
          ...(document ? { document: { ...document } } : {}),
          ...(effect === undefined ? {} : { effect }),
          ...(refs.reason ? { reason: refs.reason } : {}),
        }),
      ),
    );
  }
}
