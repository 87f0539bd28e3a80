import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsString, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import type { Sender } from '#platform/commands';
import { Allow, answer, oneOf, Optional, orNull, PageQuery, Refuses, Sent } from '#platform/http';
import { NextPlans, type NextMade, type NextPreview } from './next-plans.controller.js';

class NextQuery extends PageQuery {
  /** The year of the new plan; the one behind that of the old by default. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(2011)
  @Max(2100)
  @ApiProperty({ required: false, example: 2027, type: 'integer' })
  year?: number;
  /** That of the old plan by default. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(99)
  @ApiProperty({ required: false, example: 1, type: 'integer' })
  sequence?: number;
  @Optional()
  @IsIn(['open', 'completed'])
  @ApiProperty({ required: false, enum: ['open', 'completed'] })
  state?: 'open' | 'completed';
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'bao cao' }) search?: string;
}

class NextBody {
  @Optional()
  @IsInt()
  @Min(2011)
  @Max(2100)
  @ApiProperty({ required: false, example: 2027, type: 'integer' })
  year?: number;
  /** That of the old plan by default. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(99)
  @ApiProperty({ required: false, example: 1, type: 'integer' })
  sequence?: number;
  @Optional()
  @IsString()
  @Length(1, 1000)
  @ApiProperty({ required: false, example: 'Kế hoạch cải cách hành chính năm 2027' })
  title?: string;
  @Optional() @IsString() @Length(1, 50) @ApiProperty({ required: false, example: 'CCHC-2027' }) code?: string;
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsUUID(undefined, { each: true })
  @ApiProperty({
    example: ['7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'],
    description: 'Rows of the old plan, in the order in which they shall stand in the new one.',
  })
  rows!: string[];
}

const COLUMN = oneOf('title', 'deliverable', 'deadline', 'funding', 'note');
const PREVIEW = {
  from: {
    id: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
    code: 'CCHC-2026',
    title: 'Kế hoạch cải cách hành chính năm 2026',
    year: 2026,
  },
  to: {
    id: '9b1f4c52-7a0e-5d3c-8f7b-2c6e0d9a4b18',
    code: 'CCHC-2027',
    title: 'Kế hoạch cải cách hành chính năm 2027',
    year: 2027,
    status: oneOf('none', 'draft', 'promulgated', 'closed'),
    rows: 0,
    parent: orNull('6f6c1a77-1b1e-5d0a-9a0e-4d2f1c0b9a31'),
  },
  offered: 68,
  open: 3,
  faulty: 0,
  items: [
    {
      row: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
      ordinal: 12,
      field: 'CDDH',
      code: 'I.12',
      leads: 'Sở Nội vụ',
      open: true,
      state: oneOf('not-started', 'in-progress', 'maintained', 'completed'),
      title: { before: 'Báo cáo tổng kết năm 2026', after: 'Báo cáo tổng kết năm 2027' },
      deadline: { before: 'Tháng 01/2027', after: 'Tháng 01/2028', due: orNull('2028-01-31') },
      changes: [
        {
          column: oneOf('leads', 'title', 'deliverable', 'deadline', 'funding', 'note'),
          before: 'Sở Tư pháp',
          after: 'Sở Nội vụ',
        },
      ],
      kept: [
        {
          column: COLUMN,
          text: '76/NQ-CP ngày 15/7/2021',
          because: oneOf('document', 'period', 'year-before', 'another-year', 'count'),
        },
      ],
      faults: [
        {
          column: oneOf('leads', 'field', 'deadline'),
          code: oneOf('unknown-lead', 'unknown-field', 'impossible-date', 'unreadable-deadline'),
          text: 'Sở Thông tin và Truyền thông',
        },
      ],
      copied: orNull('3d5b9c40-6f2f-5a57-8d0e-6a2f4b9e7c15'),
    },
  ],
  next: orNull('WyIyIl0'),
  total: 68,
};
const MADE = {
  plan: '9b1f4c52-7a0e-5d3c-8f7b-2c6e0d9a4b18',
  drafted: true,
  rows: 3,
  receipt: orNull({ id: '9b1f4c52-7a0e-5d3c-8f7b-2c6e0d9a4b18', revision: 3, position: '48213' }),
};

/** Next year's plan out of this year's: rows by choice, open ones first, with their years moved on. */
@ApiTags('plans')
@Controller('plans/:id/next')
export class NextPlanController {
  constructor(private readonly nextPlans: NextPlans) {}

  @Get()
  @Allow('read')
  @ApiOkResponse(answer(PREVIEW))
  @Refuses({ 404: ['plan.absent'], 422: ['succession.year-not-later', 'request.bad-cursor'] })
  preview(@Param('id') id: string, @Query() query: NextQuery): Promise<NextPreview> {
    return this.nextPlans.preview(id, query);
  }

  @Post()
  @Allow('plan')
  @ApiCreatedResponse(answer(MADE))
  @Refuses({
    404: ['plan.absent', 'plan.unit-absent', 'succession.row-not-offered'],
    409: ['plan.not-a-draft', 'plan.code-in-use', 'plan.row-twice', 'succession.row-faulty'],
    422: ['succession.year-not-later', 'succession.row-chosen-twice', 'plan.title-missing', 'plan.too-many-rows'],
  })
  make(@Param('id') id: string, @Body() body: NextBody, @Sent() sender: Sender): Promise<NextMade> {
    return this.nextPlans.make(id, body, sender);
  }
}
