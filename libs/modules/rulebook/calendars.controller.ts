import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Sender } from '#platform/commands';
import { bytesOf, uploadOf } from '#platform/files';
import {
  type Account,
  Allow,
  answer,
  ById,
  DocumentBody,
  maybe,
  oneOf,
  Optional,
  OptionalPart,
  orNull,
  Refuses,
  Sent,
  SignedIn,
  type SignedRequest,
} from '#platform/http';
import { Projector } from '#platform/projector';
import { sheetLimits } from '#platform/sheets';
import { CalendarImports, type CalendarConfirmed, type CalendarPreview } from './calendar-imports.controller.js';
import { RulebookQuery } from './rulebook.query.js';

class YearQuery {
  /** Without it the year that most days of the file name. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(2011)
  @Max(2100)
  @ApiProperty({ required: false, example: 2026, type: 'integer' })
  year?: number;
}

class CalendarsQuery {
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(2011)
  @Max(2100)
  @ApiProperty({ required: false, example: 2026, type: 'integer' })
  year?: number;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class ByYear {
  @Type(() => Number) @IsInt() @Min(2011) @Max(2100) @ApiProperty({ example: 2026, type: 'integer' }) year!: number;
}

class DaysQuery {
  /** A version of the calendar; the newest without it. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  @ApiProperty({ required: false, example: 1, type: 'integer' })
  version?: number;
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(12)
  @ApiProperty({ required: false, example: 4, type: 'integer' })
  month?: number;
}

class NoticeBody {
  /** The notice that fixes the days, where the file does not name it above its table. */
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

const NOTICE_EXAMPLE = {
  kind: 'Thông báo',
  number: '9441/TB-BNV',
  date: '2025-10-16',
  signatory: maybe('Bộ trưởng Bộ Nội vụ'),
};
const KIND_EXAMPLE = oneOf('holiday', 'compensatory', 'make-up');
const PREVIEW_EXAMPLE = {
  id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f',
  file: 'ngay-nghi-2026.csv',
  sheet: '',
  year: 2026,
  version: 1,
  document: orNull(NOTICE_EXAMPLE),
  confirmed: orNull('2026-11-26T02:00:00.000Z'),
  columns: [{ header: 'Ngày', field: orNull('day') }],
  days: [
    {
      row: 3,
      day: '2026-04-27',
      kind: KIND_EXAMPLE,
      name: 'Nghỉ bù ngày Giỗ Tổ Hùng Vương',
      state: oneOf('new', 'known', 'changed'),
    },
  ],
  dropped: [{ day: '2026-08-24', kind: KIND_EXAMPLE, name: 'Hoán đổi' }],
  faults: [
    {
      row: 9,
      column: 'kind',
      code: 'calendar-import.make-up-not-on-weekend',
      text: '21/08/2026',
      message: 'Ngày làm bù “21/08/2026” không phải thứ Bảy hoặc Chủ nhật.',
    },
  ],
  summary: { days: 14, new: 14, known: 0, changed: 0, dropped: 0, faults: 0 },
};

/** Calendars of years: every version of them, and their days out of a file. */
@ApiTags('rulebook')
@Controller('calendars')
export class CalendarsController {
  constructor(
    private readonly rulebook: RulebookQuery,
    private readonly imports: CalendarImports,
    private readonly projector: Projector,
  ) {}

  @Get()
  @Allow('read')
  @ApiOkResponse(
    answer({
      items: [
        {
          year: 2026,
          version: 1,
          newest: true,
          entries: [{ day: '2026-04-30', kind: KIND_EXAMPLE, name: 'Ngày Chiến thắng' }],
          document: NOTICE_EXAMPLE,
          recorded: '2026-11-26T02:00:00.000Z',
        },
      ],
      stale: false,
    }),
  )
  async list(@Query() { year, after }: CalendarsQuery): Promise<object> {
    const stale = await this.projector.lags(['rules'], after);
    return { items: await this.rulebook.calendars(year), stale };
  }

  @Get(':year/days')
  @Allow('read')
  @ApiOkResponse(
    answer({
      year: 2026,
      version: 1,
      workingDays: 20,
      items: [{ day: '2026-04-30', weekday: 4, working: false, kind: orNull('holiday'), name: 'Ngày Chiến thắng' }],
    }),
  )
  @Refuses({ 404: ['rulebook.calendar-absent'] })
  async days(@Param() { year }: ByYear, @Query() { version, month }: DaysQuery): Promise<object> {
    const calendar = await this.rulebook.calendar(year, version);
    const items = await this.rulebook.days(year, {
      version: calendar.version,
      ...(month === undefined ? {} : { month }),
    });
    return { year, version: calendar.version, workingDays: items.filter(({ working }) => working).length, items };
  }

  @Post('imports')
  @Allow('plan')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiCreatedResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({
    422: [
      'file.none',
      'file.incomplete',
      'file.too-large',
      'import.broken-file',
      'import.encrypted-file',
      'import.legacy-xls',
      'import.macros',
      'import.too-large',
      'import.wrong-type',
      'import.zip-bomb',
      'rulebook.calendar-too-long',
      'rulebook.import-without-table',
      'rulebook.import-without-year',
    ],
  })
  async take(
    @Req() request: SignedRequest,
    @Query() { year }: YearQuery,
    @SignedIn() account: Account,
  ): Promise<CalendarPreview> {
    const { name, content } = await uploadOf(request, sheetLimits.bytes);
    const bytes = await bytesOf(content, sheetLimits.bytes);
    return this.imports.take(bytes, { file: name, year }, account.id);
  }

  @Get('imports/:id')
  @Allow('plan')
  @ApiOkResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({ 404: ['rulebook.import-absent'] })
  preview(@Param() { id }: ById): Promise<CalendarPreview> {
    return this.imports.preview(id);
  }

  @Post('imports/:id/confirmation')
  @Allow('plan')
  @ApiCreatedResponse(
    answer({
      days: 14,
      receipt: { id: '6b2a9b7e-0d4c-5d0e-8a3f-8b6d0f1f2a3b', revision: 0, position: '145' },
    }),
  )
  @Refuses({
    404: ['rulebook.import-absent', 'file.absent'],
    409: ['rulebook.import-has-faults'],
    412: ['request.stale'],
    422: [
      'rulebook.import-without-document',
      'rulebook.calendar-empty',
      'rulebook.calendar-too-long',
      'request.document-empty',
      'request.document-of-the-future',
      'request.no-such-day',
    ],
  })
  confirm(@Param() { id }: ById, @Body() { document }: NoticeBody, @Sent() sender: Sender): Promise<CalendarConfirmed> {
    return this.imports.confirm(id, document && { ...document }, sender);
  }
}
