import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { refusal, type TextRef } from '#kernel';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  Optional,
  OptionalPart,
  PAGE_LENGTH,
  PageQuery,
  Part,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { LONGEST_TEXT, Texts } from '#platform/texts';
import {
  ONE_TARGET_EXAMPLE,
  TARGET_HISTORY_EXAMPLE,
  TARGETS_EXAMPLE,
  TargetAnswers,
} from './target-answers.controller.js';
import type { CountsInput, ReadingChanges, TargetInput } from './target.decider.js';
import type { Goal, Qualifier, Source } from './target.events.js';
import { TargetDispatch } from './target.handler.js';
import { TargetQuery } from './target.query.js';
import type { Verdict } from './verdict.query.js';

const KINDS: readonly Goal['kind'][] = ['at-least', 'at-most', 'rank-at-most', 'group-at-least', 'yes'];
const QUALIFIERS: readonly Qualifier[] = ['exact', 'about', 'more-than', 'less-than'];
const VERDICTS: readonly Verdict[] = ['met', 'missed', 'open'];
const NUMBER = 'A decimal number as text, with a dot: nothing is rounded, "82.0" keeps its decimal.';

class GoalBody {
  @IsIn([...KINDS]) @ApiProperty({ example: 'at-least', enum: KINDS }) kind!: Goal['kind'];
  @Optional()
  @IsString()
  @MaxLength(30)
  @ApiProperty({ required: false, example: '90', description: NUMBER })
  value?: string;
  @Optional() @IsString() @MaxLength(50) @ApiProperty({ required: false, example: '%' }) unit?: string;
  @Optional()
  @IsInt()
  @ApiProperty({ required: false, example: 40, type: 'integer', description: 'The lower the better: 1 is the first.' })
  rank?: number;
  @Optional()
  @IsInt()
  @ApiProperty({ required: false, example: 63, type: 'integer', description: 'How many are ranked.' })
  of?: number;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false, example: 'Trung bình cao' }) group?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  @ApiProperty({
    required: false,
    example: ['Thấp', 'Trung bình thấp', 'Trung bình cao', 'Cao'],
    description: 'From the lowest to the highest.',
  })
  groups?: string[];
}

/** What was measured, in the way of the goal: one of number, rank, group, yes. */
class ValueBody {
  @Optional()
  @IsString()
  @MaxLength(30)
  @ApiProperty({ required: false, example: '91.2', description: NUMBER })
  number?: string;
  @Optional() @IsInt() @ApiProperty({ required: false, example: 38, type: 'integer' }) rank?: number;
  @Optional() @IsInt() @ApiProperty({ required: false, example: 63, type: 'integer' }) of?: number;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false, example: 'Cao' }) group?: string;
  @Optional() @IsBoolean() @ApiProperty({ required: false, example: true }) yes?: boolean;
}

/** Who published a value, and the document or the place where it stands. */
class SourceBody {
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Bộ Nội vụ' }) publisher!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
  @Optional()
  @IsString()
  @MaxLength(500)
  @ApiProperty({ required: false, example: 'Cổng Dịch vụ công quốc gia' })
  place?: string;
}

class BaselineBody {
  @IsInt() @ApiProperty({ example: 2025, type: 'integer' }) year!: number;
  @Part(() => ValueBody) @ApiProperty({ type: ValueBody }) value!: ValueBody;
  @Optional()
  @IsIn([...QUALIFIERS])
  @ApiProperty({ required: false, enum: QUALIFIERS, default: 'exact' })
  qualifier?: Qualifier;
  @Part(() => SourceBody) @ApiProperty({ type: SourceBody }) source!: SourceBody;
}

class DecidedBody {
  @OptionalPart(() => DocumentBody)
  @ApiProperty({
    required: false,
    type: DocumentBody,
    description: 'The document that decides it; needed once the plan is promulgated.',
  })
  document?: DocumentBody;
  @Optional()
  @IsDay()
  @ApiProperty({ required: false, example: '2026-03-10', description: 'Its day of effect.' })
  effect?: string;
}

class TargetBody extends DecidedBody {
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'Chỉ số hài lòng (SIPAS)' }) title!: string;
  @Optional()
  @IsString()
  @MaxLength(20)
  @ApiProperty({ required: false, example: 'CDDH', description: 'Without it the target is one of the whole plan.' })
  field?: string;
  @Part(() => GoalBody) @ApiProperty({ type: GoalBody }) goal!: GoalBody;
  @IsArray()
  @ArrayMaxSize(200)
  @IsUUID(undefined, { each: true })
  @ApiProperty({ example: ['0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42'], description: 'The units that lead it.' })
  leads!: string[];
  @Optional() @IsString() @MaxLength(4000) @ApiProperty({ required: false, example: '' }) note?: string;
  @OptionalPart(() => BaselineBody)
  @ApiProperty({ required: false, type: BaselineBody, description: 'The value of an earlier year.' })
  baseline?: BaselineBody;
}

class ChangedTargetBody extends TargetBody {
  @Optional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  @ApiProperty({ required: false, example: 'Theo kết luận của UBND tỉnh.' })
  reason?: string;
}

class RemovalBody extends DecidedBody {
  @Optional()
  @IsString()
  @MaxLength(LONGEST_TEXT)
  @ApiProperty({ required: false, example: 'Chỉ số không còn được công bố.' })
  reason?: string;
}

class CountsBody implements CountsInput {
  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  @ApiProperty({ required: false, example: 1335, type: 'integer' })
  numerator?: number;
  @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) @ApiProperty({ example: 1391, type: 'integer' }) denominator!: number;
}

class ValueReportBody {
  @Part(() => ValueBody) @ApiProperty({ type: ValueBody }) value!: ValueBody;
  @Optional()
  @IsIn([...QUALIFIERS])
  @ApiProperty({ required: false, enum: QUALIFIERS, default: 'exact' })
  qualifier?: Qualifier;
  @Part(() => SourceBody) @ApiProperty({ type: SourceBody }) source!: SourceBody;
  @IsDay()
  @ApiProperty({ example: '2026-12-31', description: 'The day as of which it holds, the last one of its period.' })
  on!: string;
  @Optional()
  @IsDay()
  @ApiProperty({ required: false, example: '2026-01-01', description: 'The first day of its period.' })
  from?: string;
  @OptionalPart(() => CountsBody)
  @ApiProperty({ required: false, type: CountsBody, description: 'What the published rate rests on.' })
  counts?: CountsBody;
}

class ValueChangesBody {
  @OptionalPart(() => ValueBody)
  @ApiProperty({ required: false, type: ValueBody })
  value?: ValueBody;
  @Optional() @IsIn([...QUALIFIERS]) @ApiProperty({ required: false, enum: QUALIFIERS }) qualifier?: Qualifier;
  @OptionalPart(() => SourceBody)
  @ApiProperty({ required: false, type: SourceBody })
  source?: SourceBody;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-31' }) on?: string;
  @ValidateIf(({ from }: ValueChangesBody) => from !== undefined && from !== null)
  @IsDay()
  @ApiProperty({ required: false, nullable: true, type: String, example: '2026-01-01' })
  from?: string | null;
  @OptionalPart(() => CountsBody)
  @ApiProperty({ required: false, type: CountsBody })
  counts?: CountsBody;
  @Optional()
  @IsBoolean()
  @ApiProperty({ required: false, example: false, description: 'Takes the counts away.' })
  withoutCounts?: boolean;
}

class ValueCorrectionBody {
  @Part(() => ValueChangesBody) @ApiProperty({ type: ValueChangesBody }) changes!: ValueChangesBody;
  @IsString() @Length(1, LONGEST_TEXT) @ApiProperty({ example: 'Ghi nhầm chữ số.' }) reason!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

class ValueWithdrawalBody {
  @IsString() @Length(1, LONGEST_TEXT) @ApiProperty({ example: 'Số liệu của năm trước.' }) reason!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

class ClocksQuery {
  /** The day a question is about; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-31' }) on?: string;
  /** The day up to which the log is read; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2027-05-04' }) recorded?: string;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class TargetsQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-31' }) on?: string;
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2027-05-04' }) recorded?: string;
  @Optional() @IsIn([...VERDICTS]) @ApiProperty({ required: false, enum: VERDICTS }) verdict?: Verdict;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'hai long' }) search?: string;
}

class ByIdAndValue extends ById {
  @IsUUID() @ApiProperty({ example: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) value!: string;
}

const CONTENT_REFUSALS = [
  'target.title-missing',
  'target.unknown-field',
  'target.lead-missing',
  'target.unknown-lead',
  'target.unknown-kind',
  'target.goal-of-another-kind',
  'target.goal-says-nothing',
  'target.unit-missing',
  'target.groups-unordered',
  'target.baseline-not-before',
];
const VALUE_REFUSALS = [
  'target.value-of-another-kind',
  'target.not-a-number',
  'target.rank-out-of-range',
  'target.unknown-group',
  'target.unknown-qualifier',
  'target.qualifier-of-numbers-only',
  'target.source-missing',
];
const READING_REFUSALS = [
  ...VALUE_REFUSALS,
  'target.value-of-the-future',
  'target.value-of-another-year',
  'target.period-ends-before-it-begins',
  'target.counts-of-rates-only',
  'target.counts-out-of-range',
];
const DOCUMENT_REFUSALS = ['request.no-such-day', 'request.document-empty', 'request.document-of-the-future'];
const DECISION_REFUSALS = ['target.document-missing', 'target.effect-before-document', ...DOCUMENT_REFUSALS];

const sourceOf = ({ publisher, document, place }: SourceBody): Source => ({
  publisher,
  ...(document ? { document: { ...document } } : {}),
  ...(place === undefined ? {} : { place }),
});

const contentOf = ({ title, field, goal, leads, note, baseline }: TargetBody): TargetInput => ({
  title,
  field: field ?? null,
  goal: { ...goal },
  leads,
  note: note ?? '',
  ...(baseline
    ? {
        baseline: {
          year: baseline.year,
          value: { ...baseline.value },
          qualifier: baseline.qualifier ?? 'exact',
          source: sourceOf(baseline.source),
        },
      }
    : {}),
});

const decidedIn = ({ document, effect }: DecidedBody) => ({
  ...(document ? { document: { ...document } } : {}),
  ...(effect === undefined ? {} : { effect }),
});

const changesOf = (changes: ValueChangesBody): ReadingChanges => {
  const { value, qualifier, source, on, from, counts, withoutCounts } = changes;
  return {
    ...(value ? { value: { ...value } } : {}),
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(source ? { source: sourceOf(source) } : {}),
    ...(on === undefined ? {} : { on }),
    ...(from === undefined ? {} : { from }),
    ...(counts ? { counts: { ...counts } } : withoutCounts === true ? { counts: null } : {}),
  };
};

const given = (reason: TextRef | undefined): TextRef => {
  if (!reason) throw refusal('invalid', 'request.reason-missing');
  return reason;
};

/** Targets beside the tasks of a plan: what is to be reached, the values of the year, and what they come to. */
@ApiTags('targets')
@Controller()
export class TargetController {
  constructor(
    private readonly commands: CommandBus,
    private readonly targets: TargetQuery,
    private readonly answers: TargetAnswers,
    private readonly texts: Texts,
  ) {}

  @Post('plans/:id/targets')
  @Allow('plan')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'file.absent'],
    409: ['target.twice', 'target.exists', 'target.plan-closed'],
    422: [...CONTENT_REFUSALS, ...VALUE_REFUSALS, ...DECISION_REFUSALS],
  })
  set(@Param() { id: plan }: ById, @Body() body: TargetBody, @Sent() sender: Sender): Promise<Receipt> {
    const data = { plan, content: contentOf(body), ...decidedIn(body) };
    return this.commands.execute(new TargetDispatch(idOf(sender.command, 'target'), sender, 'SetTarget', data));
  }

  @Get('plans/:id/targets')
  @Allow('read')
  @ApiOkResponse(answer(TARGETS_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'] })
  list(@Param('id') id: string, @Query() query: TargetsQuery): Promise<object> {
    return this.answers.list(id, query);
  }

  @Get('targets/:id')
  @Allow('read')
  @ApiOkResponse(answer(ONE_TARGET_EXAMPLE))
  @Refuses({ 404: ['target.absent'], 422: ['request.no-such-day', 'request.bad-position'] })
  one(@Param() { id }: ById, @Query() query: ClocksQuery): Promise<object> {
    return this.answers.one(id, query);
  }

  @Get('targets/:id/history')
  @Allow('read')
  @ApiOkResponse(answer(TARGET_HISTORY_EXAMPLE))
  @Refuses({ 404: ['target.absent'], 422: ['request.bad-cursor', 'request.bad-position'] })
  async history(@Param() { id }: ById, @Query() query: PageQuery): Promise<object> {
    const page = await this.targets.history(id, { ...query, limit: query.limit ?? PAGE_LENGTH });
    return { items: await this.answers.worded(page.items), next: page.next };
  }

  @Put('targets/:id')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['target.absent', 'plan.absent', 'file.absent'],
    409: ['target.twice', 'target.dropped', 'target.goal-unlike-values', 'target.plan-closed'],
    412: ['request.stale'],
    422: [...CONTENT_REFUSALS, ...VALUE_REFUSALS, ...DECISION_REFUSALS],
  })
  change(@Param() { id }: ById, @Body() body: ChangedTargetBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(
        new TargetDispatch(id, sender, 'ChangeTarget', {
          content: contentOf(body),
          ...decidedIn(body),
          ...(reason ? { reason } : {}),
        }),
      ),
    );
  }

  @Put('targets/:id/removal')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['target.absent', 'plan.absent', 'file.absent'],
    409: ['target.has-values', 'target.plan-closed'],
    412: ['request.stale'],
    422: DECISION_REFUSALS,
  })
  drop(@Param() { id }: ById, @Body() body: RemovalBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(
        new TargetDispatch(id, sender, 'DropTarget', { ...decidedIn(body), ...(reason ? { reason } : {}) }),
      ),
    );
  }

  @Post('targets/:id/values')
  @Allow('report')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['target.other-unit'],
    404: ['target.absent', 'file.absent'],
    409: ['target.dropped'],
    412: ['request.stale'],
    422: [...READING_REFUSALS, ...DOCUMENT_REFUSALS],
  })
  report(@Param() { id }: ById, @Body() body: ValueReportBody, @Sent() sender: Sender): Promise<Receipt> {
    const { value, qualifier, source, on, from, counts } = body;
    return this.commands.execute(
      new TargetDispatch(id, sender, 'ReportValue', {
        value: { ...value },
        qualifier: qualifier ?? 'exact',
        source: sourceOf(source),
        on,
        ...(from === undefined ? {} : { from }),
        ...(counts ? { counts: { ...counts } } : {}),
      }),
    );
  }

  @Post('targets/:id/values/:value/corrections')
  @Allow('report')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['target.other-unit', 'target.coordinators-only'],
    404: ['target.absent', 'target.value-absent', 'file.absent'],
    409: ['target.value-withdrawn'],
    412: ['request.stale'],
    422: [
      'target.nothing-changed',
      'target.closed-needs-document',
      'request.reason-missing',
      ...READING_REFUSALS,
      ...DOCUMENT_REFUSALS,
    ],
  })
  correct(
    @Param() { id, value }: ByIdAndValue,
    @Body() body: ValueCorrectionBody,
    @Sent() sender: Sender,
  ): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(
        new TargetDispatch(id, sender, 'CorrectValue', {
          value,
          changes: changesOf(body.changes),
          reason: given(reason),
          ...(body.document ? { document: { ...body.document } } : {}),
        }),
      ),
    );
  }

  @Post('targets/:id/values/:value/withdrawals')
  @Allow('report')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    403: ['target.other-unit', 'target.coordinators-only'],
    404: ['target.absent', 'target.value-absent', 'file.absent'],
    412: ['request.stale'],
    422: ['target.closed-needs-document', 'request.reason-missing', ...DOCUMENT_REFUSALS],
  })
  withdraw(
    @Param() { id, value }: ByIdAndValue,
    @Body() body: ValueWithdrawalBody,
    @Sent() sender: Sender,
  ): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(
        new TargetDispatch(id, sender, 'WithdrawValue', {
          value,
          reason: given(reason),
          ...(body.document ? { document: { ...body.document } } : {}),
        }),
      ),
    );
  }
}
