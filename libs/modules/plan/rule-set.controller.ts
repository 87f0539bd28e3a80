import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';
import type { Receipt, Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  oneOf,
  Optional,
  OptionalPart,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { Texts } from '#platform/texts';
import { PlanDispatch } from './plan.handler.js';
import { PlanQuery } from './plan.query.js';
import { RuleSetForesight, type RuleSetForeseen } from './rule-set-foresight.controller.js';

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

/** The rule set with which a plan is read: what another one would move, and putting it in its place. */
@ApiTags('plans')
@Controller('plans/:id/rule-set')
export class RuleSetController {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanQuery,
    private readonly foresight: RuleSetForesight,
    private readonly texts: Texts,
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
  @Refuses({
    404: ['plan.absent', 'rulebook.rule-set-absent'],
    409: ['plan.rule-set-of-later-plans'],
    422: ['request.bad-cursor'],
  })
  async preview(@Param() { id }: ById, @Query() query: PreviewQuery): Promise<RuleSetForeseen> {
    const plan = await this.plans.find(id);
    return this.foresight.of(plan, { ...query, limit: query.limit ?? PAGE_LENGTH });
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
      'plan.effect-too-far',
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
