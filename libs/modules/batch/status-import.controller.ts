import { createHash } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ArrayMaxSize, IsArray, IsInt, IsUUID, Min } from 'class-validator';
import { ProgressQuery } from '#modules/progress';
import type { Sender } from '#platform/commands';
import { bytesOf, dispositionOf, uploadOf } from '#platform/files';
import {
  Allow,
  answer,
  ById,
  IsDay,
  maybe,
  oneOf,
  Optional,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  Refuses,
  Sent,
  shownRefusal,
  type SignedRequest,
} from '#platform/http';
import { sheetLimits } from '#platform/sheets';
import { RUN_EXAMPLE } from './batch-examples.controller.js';
import type { RunOutcome } from './batch-runs.controller.js';
import { StatusImports, type StatusPreview } from './status-imports.controller.js';
import { MOST_LINES } from './status-sheet.format.js';
import { StatusSheets } from './status-sheets.controller.js';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

class SheetQuery {
  /** Only the lines of this unit. */
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  /** The day on which the table shows how things stood; today by default. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-12-17' }) on?: string;
}

class StatusConfirmationBody {
  /** Rows of the file that are carried out although their period changed since the download. */
  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_LINES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @ApiProperty({ required: false, type: [Number], example: [12, 40] })
  despite?: number[];
}

const PREVIEW_EXAMPLE = {
  id: orNull('4c2c0a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  file: 'Tinh hinh thuc hien - CCHC-2026 - So Noi vu.xlsx',
  confirmed: orNull('2026-12-18T02:11:00.000Z'),
  position: orNull('48213'),
  summary: { lines: 96, reports: 12, acceptances: 3, untouched: 80, faults: 1, conflicts: 1 },
  rows: [
    {
      row: 14,
      obligation: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      period: 3,
      code: 'I.3',
      title: 'Báo cáo định kỳ cải cách hành chính quý III',
      unit: { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' },
      periodName: 'Quý III',
      report: orNull({
        complete: true,
        percent: 100,
        on: '2026-09-14',
        account: 'Đã gửi báo cáo.',
        assessment: 'Hoàn thành',
        evidence: [{ kind: 'Báo cáo', number: maybe('112/BC-SNV'), date: maybe('2026-09-14') }],
      }),
      accept: orNull({ report: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10', version: 0 }),
    },
  ],
  faults: [
    {
      row: 20,
      column: 'workDay',
      ...shownRefusal({ code: 'status-import.day-unreadable', details: { given: '31/02/2026' } }),
    },
  ],
  conflicts: [
    {
      row: 31,
      obligation: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
      period: 1,
      since: [
        {
          entry: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
          kind: oneOf(
            'WorkReported',
            'ReportAccepted',
            'ReportReturned',
            'ReportCorrected',
            'ReportWithdrawn',
            'AcceptanceWithdrawn',
          ),
          recorded: '2026-12-17T08:30:00.000Z',
          actor: { id: '0f5a9a52-40f2-5f0e-8c40-5a4f0a3d9d10', name: 'Nguyễn Thị Lan' },
        },
      ],
    },
  ],
};

const CONFIRMED_EXAMPLE = {
  ...RUN_EXAMPLE,
  refusals: [
    {
      line: 12,
      row: orNull(31),
      obligation: orNull('7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'),
      act: oneOf('report', 'accept'),
      ...shownRefusal({ code: 'status-import.changed-since', details: {} }),
    },
  ],
  next: orNull('WyIxMiJd'),
};

/** Progress by file: the status table of a plan or of one unit, out and in again. */
@ApiTags('status tables')
@Controller()
export class StatusImportController {
  constructor(
    private readonly sheets: StatusSheets,
    private readonly imports: StatusImports,
    private readonly progress: ProgressQuery,
  ) {}

  @Get('plans/:id/status-sheet')
  @Allow('read')
  @ApiOkResponse({ description: 'The table.', content: { [XLSX]: { schema: { type: 'string', format: 'binary' } } } })
  @Refuses({ 404: ['plan.absent', 'organization.unit-absent'], 422: ['request.no-such-day', 'status-sheet.too-large'] })
  async sheet(
    @Param('id') id: string,
    @Query() query: SheetQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { name, bytes } = await this.sheets.write(id, query);
    void reply.headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' });
    return new StreamableFile(bytes, { type: XLSX, disposition: dispositionOf(name, false), length: bytes.length });
  }

  @Post('plans/:id/status-imports')
  @Allow('report')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiCreatedResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({
    404: ['plan.absent'],
    409: ['status-import.other-plan'],
    422: [
      'status-import.no-table',
      'file.none',
      'file.incomplete',
      'file.too-large',
      'import.broken-file',
      'import.encrypted-file',
      'import.macros',
      'import.legacy-xls',
      'import.too-large',
      'import.zip-bomb',
      'import.wrong-type',
    ],
  })
  async upload(@Param('id') id: string, @Req() request: SignedRequest, @Sent() sender: Sender): Promise<StatusPreview> {
    const { name, content } = await uploadOf(request, sheetLimits.bytes);
    const bytes = await bytesOf(content, sheetLimits.bytes);
    const plan = await this.progress.plan(id);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return this.imports.take(plan.id, { name, bytes, sha256 }, sender);
  }

  @Get('status-imports/:id')
  @Allow('report')
  @ApiOkResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({ 404: ['status-import.absent'] })
  preview(@Param() { id }: ById, @Sent() sender: Sender): Promise<StatusPreview> {
    return this.imports.preview(id, sender);
  }

  @Post('status-imports/:id/confirmation')
  @HttpCode(200)
  @Allow('report')
  @ApiOkResponse(answer(CONFIRMED_EXAMPLE))
  @Refuses({ 404: ['status-import.absent'] })
  confirm(
    @Param() { id }: ById,
    @Body() { despite }: StatusConfirmationBody,
    @Sent() sender: Sender,
  ): Promise<RunOutcome> {
    return this.imports.confirm(id, despite ?? [], sender);
  }

  @Get('status-imports/:id/confirmation')
  @Allow('report')
  @ApiOkResponse(answer(CONFIRMED_EXAMPLE))
  @Refuses({
    404: ['status-import.absent'],
    409: ['status-import.not-confirmed'],
    422: ['request.bad-cursor'],
  })
  outcome(@Param() { id }: ById, @Query() query: PageQuery, @Sent() sender: Sender): Promise<RunOutcome> {
    return this.imports.outcome(id, sender, { cursor: query.cursor, limit: query.limit ?? PAGE_LENGTH });
  }
}
