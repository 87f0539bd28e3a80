import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { ProgressQuery } from '#modules/progress';
import { Allow, answer, IsDay, oneOf, Optional, orNull, PageQuery, Refuses } from '#platform/http';
import { ChasePapers, WITHIN } from './chase-papers.controller.js';
import { DOCX, handedOut, XLSX } from './handed-out.controller.js';

class ChaseQuery extends PageQuery {
  /** The day a question is about; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  /** The day up to which the log is read; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  /** Within how many days something is due soon. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(366)
  @ApiProperty({ required: false, example: WITHIN, default: WITHIN, type: 'integer' })
  within?: number;
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional()
  @IsIn(['json', 'xlsx', 'docx'])
  @ApiProperty({
    required: false,
    enum: ['json', 'xlsx', 'docx'],
    description: 'A workbook or a letter (Nghị định 30/2020/NĐ-CP) holds all pages.',
  })
  format?: 'json' | 'xlsx' | 'docx';
  /** The unit that writes the letter; the one that issued the plan by default. */
  @Optional() @IsUUID() @ApiProperty({ required: false, description: 'Letter only.' }) issuer?: string;
  @Optional()
  @IsString()
  @Length(1, 100)
  @ApiProperty({ required: false, example: '123/UBND-NC', description: 'Letter only; left open without it.' })
  number?: string;
  @Optional()
  @IsString()
  @Length(1, 100)
  @ApiProperty({ required: false, example: 'Đắk Lắk', description: 'Letter only; left open without it.' })
  place?: string;
  /** The day of the letter; today by default. */
  @Optional()
  @IsDay()
  @ApiProperty({ required: false, example: '2026-01-05', description: 'Letter only.' })
  date?: string;
  /** The lines above the name, between semicolons. */
  @Optional()
  @IsString()
  @Length(1, 300)
  @ApiProperty({
    required: false,
    example: 'TM. ỦY BAN NHÂN DÂN; KT. CHỦ TỊCH; PHÓ CHỦ TỊCH',
    description: 'Letter only.',
  })
  signed?: string;
  @Optional()
  @IsString()
  @Length(1, 100)
  @ApiProperty({ required: false, description: 'Letter only.' })
  signer?: string;
}

const item = {
  obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  task: {
    id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
    code: 'I.3',
    title: 'Báo cáo định kỳ',
    field: { code: 'CDDH', name: 'Công tác chỉ đạo, điều hành cải cách hành chính' },
  },
  period: 3,
  periodName: 'Quý III',
  due: '2026-09-20',
  days: 15,
  percent: orNull(60),
  state: oneOf('in-progress', 'waiting', 'returned', 'nothing'),
  reportedDay: orNull('2026-09-14'),
};

const CHASE_EXAMPLE = {
  on: '2026-10-05',
  recorded: '2026-10-05',
  position: '48213',
  stale: false,
  within: WITHIN,
  totals: { units: 12, overdue: 9, dueSoon: 14, awaiting: 3 },
  items: [
    {
      unit: { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' },
      overdue: [item],
      dueSoon: [item],
      awaiting: [item],
    },
  ],
  next: orNull('WyIxIl0'),
};

/** Who is to be reminded of what: as a list by unit, as Excel, and as a letter. */
@ApiTags('ledgers')
@Controller('plans/:id/chase')
export class ChaseListController {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly papers: ChasePapers,
  ) {}

  @Get()
  @Allow('read')
  @ApiOkResponse({
    description: 'The list.',
    content: {
      'application/json': answer(CHASE_EXAMPLE),
      [XLSX]: { schema: { type: 'string', format: 'binary' } },
      [DOCX]: { schema: { type: 'string', format: 'binary' } },
    },
  })
  @Refuses({
    404: ['plan.absent', 'organization.unit-absent'],
    409: ['chase.nothing'],
    422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'],
  })
  async list(
    @Param('id') id: string,
    @Query() query: ChaseQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    if (query.format === 'xlsx') return handedOut(reply, await this.papers.workbook(plan, clocks, query));
    if (query.format === 'docx') return handedOut(reply, await this.papers.letter(plan, clocks, query));
    return this.papers.list(plan, clocks, query);
  }
}
