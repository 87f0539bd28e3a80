import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  maybe,
  oneOf,
  Optional,
  OptionalPart,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  Part,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { fieldsOf } from './annex-preview.format.js';
import { PlanAnswers } from './plan-answers.controller.js';
import type { RowInput } from './plan.decider.js';
import type { CompletionMode, Headline, Lead } from './plan.events.js';
import { PlanDispatch } from './plan.handler.js';
import { PlanQuery, type AnnexItem } from './plan.query.js';

class DraftBody {
  @IsUUID() @ApiProperty({ example: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42' }) unit!: string;
  @IsInt() @Min(2011) @Max(2100) @ApiProperty({ example: 2026, type: 'integer' }) year!: number;
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'Kế hoạch cải cách hành chính năm 2026' }) title!: string;
  @IsString()
  @Length(1, 50)
  @ApiProperty({ example: 'cchc', description: 'What kind of plan; part of its identity.' })
  kind!: string;
  @Optional() @IsString() @Length(1, 50) @ApiProperty({ required: false, example: 'CCHC-2026' }) code?: string;
  /** Tells apart several plans of one unit, year and kind. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(99)
  @ApiProperty({ required: false, example: 1, type: 'integer' })
  sequence?: number;
  /** The plan of a higher level that it carries out. */
  @Optional()
  @IsUUID()
  @ApiProperty({ required: false, example: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa' })
  parent?: string;
}

class TitleBody {
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'Kế hoạch cải cách hành chính năm 2026' }) title!: string;
}

class HeadlineBody {
  @IsIn(['completed', 'carriedOut', 'started']) @ApiProperty({ example: 'completed' }) headline!: Headline;
}

class ParentBody {
  @ValidateIf((body: ParentBody) => body.parent !== null)
  @IsUUID()
  @ApiProperty({ nullable: true, type: String, example: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa' })
  parent!: string | null;
}

class LeadBody implements Lead {
  @IsIn(['unit', 'class']) @ApiProperty({ example: 'unit', enum: ['unit', 'class'] }) kind!: 'unit' | 'class';
  @IsUUID() @ApiProperty({ example: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42' }) id!: string;
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Sở Nội vụ' }) name!: string;
}

class ModeBody {
  @IsIn(['all', 'share', 'declared'])
  @ApiProperty({ example: 'all', enum: ['all', 'share', 'declared'] })
  kind!: CompletionMode['kind'];
  @ValidateIf((mode: ModeBody) => mode.kind === 'share')
  @IsInt()
  @Min(1)
  @Max(100)
  @ApiProperty({ required: false, example: 80, type: 'integer' })
  percent?: number;
}

export class RowBody {
  @IsString() @Length(1, 20) @ApiProperty({ example: 'CDDH' }) field!: string;
  @Optional() @IsString() @MaxLength(50) @ApiProperty({ required: false, example: 'I.15' }) code?: string;
  @IsString() @Length(1, 4000) @ApiProperty({ example: 'Báo cáo chuyên đề cải cách hành chính' }) title!: string;
  @Optional() @IsString() @MaxLength(4000) @ApiProperty({ required: false, example: 'Báo cáo' }) deliverable?: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => LeadBody)
  @ApiProperty({ type: [LeadBody] })
  leads!: LeadBody[];
  @Optional()
  @IsString()
  @MaxLength(4000)
  @ApiProperty({ required: false, example: 'Các sở, ban, ngành' })
  coordinating?: string;
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'Quý III/2026' }) deadline!: string;
  @Optional()
  @IsString()
  @MaxLength(1000)
  @ApiProperty({ required: false, example: 'Ngân sách nhà nước' })
  funding?: string;
  @Optional() @IsString() @MaxLength(4000) @ApiProperty({ required: false, example: '' }) note?: string;
  @OptionalPart(() => ModeBody)
  @ApiProperty({ required: false, type: ModeBody })
  mode?: ModeBody;
  @ValidateIf(({ parentRow }: RowBody) => parentRow !== undefined && parentRow !== null)
  @IsUUID()
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
    description: 'The row of the parent plan that it carries out; without it that stays, null takes it away.',
  })
  parentRow?: string | null;
}

class PositionBody {
  @ValidateIf((body: PositionBody) => body.after !== null)
  @IsUUID()
  @ApiProperty({ nullable: true, type: String, example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' })
  after!: string | null;
}

class PromulgationBody {
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @IsDay() @ApiProperty({ example: '2026-01-01' }) effect!: string;
}

class PlansQuery extends PageQuery {
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(2011)
  @Max(2100)
  @ApiProperty({ required: false, example: 2026, type: 'integer' })
  year?: number;
}

class RowsQuery extends PageQuery {
  /** The annex as it is on that day; without it as it was last amended, whenever that takes effect. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-07-15' }) on?: string;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'bao cao' }) search?: string;
}

class ByIdAndRow extends ById {
  @IsUUID() @ApiProperty({ example: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }) row!: string;
}

/** What a row's body says. */
export const inputOf = (body: RowBody): RowInput => ({
  field: body.field,
  code: body.code ?? '',
  title: body.title,
  deliverable: body.deliverable ?? '',
  leads: body.leads.map(({ kind, id, name }) => ({ kind, id, name })),
  leadsText: body.leads.map(({ name }) => name).join('; '),
  coordinatingText: body.coordinating ?? '',
  deadline: body.deadline,
  funding: body.funding ?? '',
  note: body.note ?? '',
  mode:
    body.mode?.kind === 'share'
      ? { kind: 'share', percent: body.mode.percent ?? 100 }
      : { kind: body.mode?.kind === 'declared' ? 'declared' : 'all' },
  ...(body.parentRow === undefined ? {} : { parentRow: body.parentRow }),
});

/** The id of a plan: one unit has one plan of a kind in a year, unless `sequence` tells more of them apart. */
export const planIdOf = (unit: string, year: number, kind: string, sequence = 1): string =>
  idOf('plan', unit, year, kind, sequence);

class RowAddedAnswer extends ReceiptAnswer {
  @ApiProperty({ example: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }) row!: string;
}

const PLAN_EXAMPLE = {
  id: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  code: 'CCHC-2026',
  title: 'Kế hoạch cải cách hành chính năm 2026',
  year: 2026,
  unit: { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Ủy ban nhân dân tỉnh' },
  kind: 'cchc',
  sequence: 1,
  fieldSet: '2021',
  ruleSet: '2021',
  status: oneOf('promulgated', 'draft', 'closed'),
  headline: oneOf('completed', 'carriedOut', 'started'),
  effect: orNull('2026-01-01'),
  document: orNull({
    kind: 'Kế hoạch',
    number: '0257/KH-UBND',
    date: '2025-12-22',
    signatory: maybe('Chủ tịch UBND tỉnh'),
    file: maybe('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  }),
  rows: 68,
  parent: orNull('3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa'),
  origin: orNull('3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa'),
};

const FIELD_EXAMPLE = { code: 'CDDH', numeral: 'I', name: 'Công tác chỉ đạo, điều hành cải cách hành chính' };

const ROW_EXAMPLE = {
  row: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
  ordinal: 1,
  field: 'CDDH',
  code: 'I.1',
  title: 'Ban hành Kế hoạch cải cách hành chính năm 2026',
  deliverable: 'Kế hoạch',
  leads: [{ kind: oneOf('class', 'unit'), id: '7e7ce580-c38c-545c-9a54-c22631c23263', name: 'Các sở, ban, ngành' }],
  leadsText: 'Các sở, ban, ngành',
  coordinatingText: 'Sở Nội vụ',
  deadline: 'Ban hành trong tháng 01; hoàn thành trước 30/6/2026',
  due: orNull('2026-06-30'),
  rule: 'parts',
  cycle: oneOf('once', 'quarterly', 'monthly'),
  milestones: [{ text: 'Ban hành trong tháng 01', due: orNull('2026-01-31') }],
  funding: 'Ngân sách nhà nước',
  note: '',
  mode: { kind: oneOf('all', 'share', 'declared'), percent: maybe(80) },
  parentRow: maybe('7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c12'),
};

export const ROW_REFUSALS = [
  'plan.unknown-field',
  'plan.row-title-missing',
  'plan.lead-missing',
  'plan.unknown-lead',
  'plan.impossible-date',
  'plan.unreadable-deadline',
  'plan.share-out-of-range',
  'plan.not-a-row-of-the-parent',
];

/** Plans: drafting, the rows of the annex by hand, promulgation. */
@ApiTags('plans')
@Controller('plans')
export class PlanController {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanQuery,
    private readonly answers: PlanAnswers,
  ) {}

  @Post()
  @Allow('plan')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.unit-absent', 'plan.parent-absent'],
    409: ['plan.exists', 'plan.code-in-use', 'plan.parent-below'],
    422: ['plan.year-out-of-range', 'plan.title-missing', 'plan.parent-of-another-year'],
  })
  draft(@Body() body: DraftBody, @Sent() sender: Sender): Promise<Receipt> {
    const { unit, year, kind, title, code, parent } = body;
    const sequence = body.sequence ?? 1;
    const data = {
      unit,
      year,
      kind,
      sequence,
      title,
      ...(code === undefined ? {} : { code }),
      ...(parent === undefined ? {} : { parent }),
    };
    return this.commands.execute(new PlanDispatch(planIdOf(unit, year, kind, sequence), sender, 'DraftPlan', data));
  }

  @Get()
  @Allow('read')
  @ApiOkResponse(answer({ items: [PLAN_EXAMPLE], next: orNull('WyIyIl0') }))
  @Refuses({ 422: ['request.bad-cursor'] })
  async list(@Query() query: PlansQuery): Promise<{ items: readonly object[]; next: string | null }> {
    const page = await this.plans.page({ ...query, limit: query.limit ?? PAGE_LENGTH });
    return { items: await this.answers.shown(page.items), next: page.next };
  }

  @Get(':id')
  @Allow('read')
  @ApiOkResponse(answer({ ...PLAN_EXAMPLE, fields: [FIELD_EXAMPLE] }))
  @Refuses({ 404: ['plan.absent'] })
  async one(@Param('id') id: string): Promise<object> {
    const plan = await this.plans.find(id);
    const [shown] = await this.answers.shown([plan]);
    const fields = fieldsOf(plan.fieldSet);
    return { ...shown, fields: fields.map(({ code, numeral, name }) => ({ code, numeral, name })) };
  }

  @Put(':id/title')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({ 404: ['plan.absent'], 409: ['plan.not-a-draft'], 412: ['request.stale'], 422: ['plan.title-missing'] })
  retitle(@Param() { id }: ById, @Body() { title }: TitleBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.commands.execute(new PlanDispatch(id, sender, 'RetitlePlan', { title }));
  }

  @Put(':id/headline')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({ 404: ['plan.absent'], 412: ['request.stale'], 422: ['plan.unknown-headline'] })
  headline(@Param() { id }: ById, @Body() { headline }: HeadlineBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.commands.execute(new PlanDispatch(id, sender, 'ChooseHeadline', { headline }));
  }

  @Put(':id/parent')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'plan.parent-absent'],
    409: ['plan.not-a-draft', 'plan.parent-below', 'plan.rows-carry-out-the-parent'],
    412: ['request.stale'],
    422: ['plan.parent-of-another-year'],
  })
  chooseParent(@Param() { id }: ById, @Body() { parent }: ParentBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.commands.execute(new PlanDispatch(id, sender, 'ChooseParent', { parent }));
  }

  @Get(':id/rows')
  @Allow('read')
  @ApiOkResponse(answer({ items: [ROW_EXAMPLE], next: orNull('WyIxIl0'), total: 68 }))
  @Refuses({ 404: ['plan.absent'], 422: ['request.bad-cursor'] })
  async rows(
    @Param('id') id: string,
    @Query() query: RowsQuery,
  ): Promise<{ items: object[]; next: string | null; total: number }> {
    const plan = await this.plans.find(id);
    const page = await this.plans.rows(plan.id, { ...query, limit: query.limit ?? PAGE_LENGTH });
    const items = page.items.map(({ row, ordinal, content }: AnnexItem) => ({ row, ordinal, ...content }));
    return { items, next: page.next, total: page.total };
  }

  @Post(':id/rows')
  @Allow('plan')
  @ApiCreatedResponse({ type: RowAddedAnswer })
  @Refuses({ 404: ['plan.absent'], 409: ['plan.not-a-draft', 'plan.row-twice'], 422: ROW_REFUSALS })
  async addRow(
    @Param() { id }: ById,
    @Body() body: RowBody,
    @Sent() sender: Sender,
  ): Promise<Receipt & { readonly row: string }> {
    const row = idOf(sender.command, 'row', 0);
    const rows = [{ row, content: inputOf(body) }];
    const receipt = await this.commands.execute<PlanDispatch, Receipt>(
      new PlanDispatch(id, sender, 'AddRows', { rows }),
    );
    return { ...receipt, row };
  }

  @Put(':id/rows/:row')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'plan.row-absent'],
    409: ['plan.not-a-draft', 'plan.row-twice'],
    412: ['request.stale'],
    422: ROW_REFUSALS,
  })
  editRow(@Param() { id, row }: ByIdAndRow, @Body() body: RowBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.commands.execute(new PlanDispatch(id, sender, 'EditRow', { row, content: inputOf(body) }));
  }

  @Delete(':id/rows/:row')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({ 404: ['plan.absent', 'plan.row-absent'], 409: ['plan.not-a-draft'], 412: ['request.stale'] })
  removeRow(@Param() { id, row }: ByIdAndRow, @Sent() sender: Sender): Promise<Receipt> {
    return this.commands.execute(new PlanDispatch(id, sender, 'RemoveRow', { row }));
  }

  @Put(':id/rows/:row/position')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'plan.row-absent'],
    409: ['plan.not-a-draft'],
    412: ['request.stale'],
    422: ['plan.row-behind-itself'],
  })
  moveRow(@Param() { id, row }: ByIdAndRow, @Body() { after }: PositionBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.commands.execute(new PlanDispatch(id, sender, 'MoveRow', { row, after }));
  }

  @Put(':id/promulgation')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'file.absent'],
    409: ['plan.promulgated', 'plan.no-rows', 'plan.row-obliges-nobody', 'plan.lead-not-operating'],
    412: ['request.stale'],
    422: [
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
      'plan.effect-before-document',
    ],
  })
  promulgate(@Param() { id }: ById, @Body() body: PromulgationBody, @Sent() sender: Sender): Promise<Receipt> {
    const { document, effect } = body;
    return this.commands.execute(new PlanDispatch(id, sender, 'PromulgatePlan', { document: { ...document }, effect }));
  }
}
