import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiProperty, ApiTags, IntersectionType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ProgressQuery } from '#modules/progress';
import type { Sender } from '#platform/commands';
import {
  Allow,
  answer,
  oneOf,
  Optional,
  OptionalPart,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  Refuses,
  Sent,
  shownRefusal,
} from '#platform/http';
import { Acceptances, type WaitingFilter, type WaitingPage } from './acceptances.controller.js';
import { BatchRuns, type RunOutcome } from './batch-runs.controller.js';
import { RUN_EXAMPLE } from './batch-examples.controller.js';

const asBoolean = ({ value }: { readonly value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

class WaitingBody implements WaitingFilter {
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) task?: string;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @ApiProperty({ required: false, example: 3, type: 'integer' })
  period?: number;
  @Optional()
  @Transform(asBoolean)
  @IsBoolean()
  @ApiProperty({ required: false, example: true, description: 'Only complete reports, or only progress reports.' })
  complete?: boolean;
  @Optional()
  @Transform(asBoolean)
  @IsBoolean()
  @ApiProperty({
    required: false,
    example: false,
    description: 'Only reports of what counts no more today, or none of them; all without it.',
  })
  left?: boolean;
}

class WaitingQuery extends IntersectionType(PageQuery, WaitingBody) {}

class AcceptedReportBody {
  @IsUUID() @ApiProperty({ example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) obligation!: string;
  @IsUUID() @ApiProperty({ example: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) report!: string;
  /** The version that was read. */
  @IsInt() @Min(0) @ApiProperty({ example: 0, type: 'integer' }) version!: number;
}

class AcceptancesBody {
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5000)
  @ValidateNested({ each: true })
  @Type(() => AcceptedReportBody)
  @ApiProperty({ required: false, type: [AcceptedReportBody], description: 'The reports one by one.' })
  reports?: AcceptedReportBody[];
  @OptionalPart(() => WaitingBody)
  @ApiProperty({ required: false, type: WaitingBody, description: 'All reports that wait and that this keeps.' })
  waiting?: WaitingBody;
  /** How many that were when they were looked at; refused when there are more or fewer now. */
  @Optional()
  @IsInt()
  @Min(1)
  @ApiProperty({ required: false, example: 118, type: 'integer' })
  count?: number;
  @Optional()
  @Matches(/^\d{1,18}$/)
  @ApiProperty({
    required: false,
    example: '48213',
    description:
      'The `position` of the list that was looked at: what changed since is refused, what is new is left out.',
  })
  position?: string;
}

class RunIds {
  @IsUUID() @ApiProperty({ example: '9a1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) run!: string;
  @IsString() @ApiProperty({ example: 'CCHC-2026' }) id!: string;
}

const WAITING_EXAMPLE = {
  items: [
    {
      obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      report: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      version: 0,
      period: 3,
      complete: true,
      percent: 100,
      workDay: '2026-09-14',
      due: orNull('2026-09-20'),
      left: orNull('2026-10-01'),
      leftBecause: orNull(oneOf('ended', 'removed', 'cancelled')),
      task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'I.3', title: 'Báo cáo quý III', field: 'CDDH' },
      unit: { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' },
    },
  ],
  next: orNull('WyIxIiwiIl0'),
  total: 118,
  position: '48213',
  stale: false,
};

const STATE_EXAMPLE = {
  ...RUN_EXAMPLE,
  refusals: [
    {
      line: 3,
      row: orNull(31),
      obligation: orNull('7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'),
      act: oneOf('accept', 'report'),
      ...shownRefusal({ code: 'obligation.own-report', details: {} }),
    },
  ],
  next: orNull('WyIzIl0'),
};

/** Accepting many reports in one act, each counted or refused on its own. */
@ApiTags('acceptances')
@Controller('plans/:id')
export class AcceptanceController {
  constructor(
    private readonly acceptances: Acceptances,
    private readonly runs: BatchRuns,
    private readonly progress: ProgressQuery,
  ) {}

  @Get('waiting-reports')
  @Allow('read')
  @ApiOkResponse(answer(WAITING_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.bad-cursor'] })
  async waiting(
    @Param('id') id: string,
    @Query() { cursor, limit, after, ...filter }: WaitingQuery,
  ): Promise<WaitingPage> {
    const plan = await this.progress.plan(id);
    return this.acceptances.page(plan.id, filter, { cursor, limit: limit ?? PAGE_LENGTH, after });
  }

  @Post('acceptances')
  @HttpCode(202)
  @Allow('coordinate')
  @ApiAcceptedResponse(answer(STATE_EXAMPLE))
  @Refuses({
    404: ['plan.absent'],
    409: ['acceptances.other-count'],
    422: ['acceptances.which', 'acceptances.count-missing', 'acceptances.none'],
  })
  async accept(@Param('id') id: string, @Body() body: AcceptancesBody, @Sent() sender: Sender): Promise<RunOutcome> {
    const plan = await this.progress.plan(id);
    return this.acceptances.begin(plan.id, body, sender);
  }

  @Get('acceptances/:run')
  @Allow('coordinate')
  @ApiOkResponse(answer(STATE_EXAMPLE))
  @Refuses({ 404: ['plan.absent', 'batch.absent'], 422: ['request.bad-cursor'] })
  async state(@Param() { id, run }: RunIds, @Query() { cursor, limit }: PageQuery): Promise<RunOutcome> {
    const plan = await this.progress.plan(id);
    return this.runs.outcome(plan.id, run, { cursor, limit: limit ?? PAGE_LENGTH });
  }
}
