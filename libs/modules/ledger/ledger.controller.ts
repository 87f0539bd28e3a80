import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { ProgressQuery } from '#modules/progress';
import { Allow, answer, IsDay, maybe, oneOf, Optional, orNull, PageQuery, Refuses } from '#platform/http';
import { handedOut, XLSX } from './handed-out.controller.js';
import type { ExtensionItem } from './extension-ledger.controller.js';
import { LATENESS, type Lateness } from './lateness-ledger.controller.js';
import { LedgerPapers } from './ledger-papers.controller.js';

const asBoolean = ({ value }: { readonly value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

class LedgerQuery extends PageQuery {
  /** The day a question is about; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
  /** The day up to which the log is read; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-18' }) recorded?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  @Optional() @IsString() @MaxLength(20) @ApiProperty({ required: false, example: 'CDDH' }) field?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) task?: string;
  @Optional()
  @IsIn(['json', 'xlsx'])
  @ApiProperty({ required: false, enum: ['json', 'xlsx'], description: 'A workbook holds all pages.' })
  format?: 'json' | 'xlsx';
}

class ExtensionsQuery extends LedgerQuery {
  @Optional() @IsIn(['row', 'obligation']) @ApiProperty({ required: false, enum: ['row', 'obligation'] }) kind?:
    | 'row'
    | 'obligation';
  @Optional()
  @IsIn(['standing', 'corrected', 'withdrawn'])
  @ApiProperty({ required: false, enum: ['standing', 'corrected', 'withdrawn'] })
  state?: ExtensionItem['state'];
  /** Only extensions that came after the due date they moved ("gia hạn sau hạn"), or only others. */
  @Optional() @Transform(asBoolean) @IsBoolean() @ApiProperty({ required: false, example: true }) afterDue?: boolean;
}

class LatenessQuery extends LedgerQuery {
  @Optional() @IsIn([...LATENESS]) @ApiProperty({ required: false, enum: [...LATENESS] }) kind?: Lateness;
}

const CLOCKS_EXAMPLE = { on: '2026-12-17', recorded: '2026-12-18', position: '48213', stale: false };
const unit = { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' };
const task = {
  id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
  code: 'IV.2',
  title: 'Sắp xếp tổ chức bộ máy',
  field: { code: 'CCTCBM', name: 'Cải cách tổ chức bộ máy hành chính nhà nước' },
};
const permit = {
  kind: 'Công văn',
  number: '0085/UBND-NC',
  date: '2026-09-25',
  signatory: maybe('Chủ tịch UBND tỉnh'),
  file: maybe('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
};
const actor = { id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Điều phối viên 1' };
const reason = orNull({ text: 'Chờ nghị quyết của HĐND tỉnh.' });
const says = { before: '2026-09-30', due: '2026-10-31', effect: '2026-09-25', afterDue: false, permit };
const mended = {
  entry: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  recorded: '2026-10-02T02:00:00.000Z',
  actor,
  reason,
  document: orNull(permit),
  says: orNull(says),
};
const extensionSums = { extensions: 3, afterDue: 1, days: 61 };

const EXTENSIONS_EXAMPLE = {
  ...CLOCKS_EXAMPLE,
  items: [
    {
      entry: '9a1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      position: '31207',
      kind: oneOf('row', 'obligation'),
      state: oneOf('standing', 'corrected', 'withdrawn'),
      task,
      unit: orNull(unit),
      units: 1,
      named: [unit],
      number: orNull(1),
      before: '2026-09-30',
      due: '2026-10-31',
      days: 31,
      effect: '2026-09-25',
      afterDue: false,
      document: permit,
      reason,
      recorded: '2026-09-25T02:00:00.000Z',
      actor,
      first: orNull(says),
      corrections: [mended],
      withdrawn: orNull(mended),
    },
  ],
  next: orNull('WyIzMTIwNyJd'),
  total: 3,
  totals: { ...extensionSums, withdrawn: 0, byUnit: [{ unit, ...extensionSums }] },
};

const latenessSums = { overdue: 1, awaiting: 0, late: 2, lateAgainstOriginal: 3, days: 21, most: 14 };

const LATENESS_EXAMPLE = {
  ...CLOCKS_EXAMPLE,
  items: [
    {
      kind: oneOf('late', 'overdue', 'late-against-original'),
      obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      task,
      unit,
      period: 1,
      periodName: 'Quý I',
      due: '2026-03-31',
      originalDue: orNull('2026-03-31'),
      workDay: orNull('2026-04-09'),
      days: 9,
      daysAgainstOriginal: 9,
      awaiting: false,
      reportedDay: orNull('2026-04-09'),
      rowCompleted: true,
      extensions: 1,
      documents: [permit],
    },
  ],
  next: orNull('WyIxIiwiIl0'),
  total: 3,
  totals: { ...latenessSums, byUnit: [{ unit, ...latenessSums }] },
};

const withWorkbook = (example: object): MethodDecorator =>
  ApiOkResponse({
    description: 'The ledger.',
    content: {
      'application/json': answer(example),
      [XLSX]: { schema: { type: 'string', format: 'binary' } },
    },
  });

/** Ledgers of a plan: extensions and lateness, one by one and by unit, on both clocks. */
@ApiTags('ledgers')
@Controller('plans/:id/ledger')
export class LedgerController {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly papers: LedgerPapers,
  ) {}

  @Get('extensions')
  @Allow('read')
  @withWorkbook(EXTENSIONS_EXAMPLE)
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'] })
  async extensions(
    @Param('id') id: string,
    @Query() query: ExtensionsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    if (query.format === 'xlsx') return handedOut(reply, await this.papers.extensionsWorkbook(plan, clocks, query));
    return this.papers.extensions(plan, clocks, query);
  }

  @Get('lateness')
  @Allow('read')
  @withWorkbook(LATENESS_EXAMPLE)
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'] })
  async lateness(
    @Param('id') id: string,
    @Query() query: LatenessQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const plan = await this.progress.plan(id);
    const clocks = await this.progress.clocks(query, query.after);
    if (query.format === 'xlsx') return handedOut(reply, await this.papers.latenessWorkbook(plan, clocks, query));
    return this.papers.lateness(plan, clocks, query);
  }
}
