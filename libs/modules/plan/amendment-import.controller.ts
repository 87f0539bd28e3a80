import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsObject, IsString, MaxLength } from 'class-validator';
import { refusal } from '#kernel';
import { idOf, isId, type Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  maybe,
  oneOf,
  Optional,
  orNull,
  refusalExample,
  Part,
  Refuses,
  Sent,
  type SignedRequest,
} from '#platform/http';
import { LONGEST_TEXT, Texts } from '#platform/texts';
import { AmendmentImports, type Amended, type AmendmentPreview } from './amendment-imports.controller.js';
import { annexIn, FILE_REFUSALS } from './plan-import.controller.js';

class EffectQuery {
  @IsDay() @ApiProperty({ example: '2026-07-15', description: 'The day from which the rows change.' }) effect!: string;
}

class MatchesBody {
  /** Line of the file → the row of the plan that it is, or null for a new row. */
  @IsObject()
  @ApiProperty({
    example: { '9': '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', '12': null },
    type: 'object',
    additionalProperties: true,
  })
  rows!: Record<string, string | null>;
}

class ConfirmationBody {
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @Optional() @IsString() @MaxLength(LONGEST_TEXT) @ApiProperty({ required: false }) reason?: string;
}

const SUMMARY = { rows: 68, same: 65, changed: 2, added: 1, removed: 1, uncertain: 0, faults: 0 };
const PREVIEW = answer({
  id: '4c2c0a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  file: 'ke-hoach-dieu-chinh.xlsx',
  effect: '2026-07-15',
  confirmed: orNull('2026-07-10T02:00:00.000Z'),
  sheet: 'Phụ lục',
  sheets: ['Phụ lục'],
  columns: [{ index: 3, header: 'Nhiệm vụ', field: orNull('title') }],
  rows: [
    {
      status: oneOf('changed', 'added', 'uncertain'),
      id: maybe('7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'),
      row: 9,
      field: 'CDDH',
      code: 'I.2',
      title: 'Báo cáo định kỳ cải cách hành chính quý I',
      deadline: '30/9/2026',
      due: orNull('2026-09-30'),
      changes: [{ column: 'deadline', before: '30/6/2026', after: '30/9/2026' }],
      candidates: [{ row: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', title: 'Báo cáo định kỳ quý I', likeness: 0.8 }],
      begins: [{ id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' }],
      ends: [{ id: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11', name: 'Văn phòng UBND tỉnh' }],
    },
  ],
  removed: [{ row: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10', code: 'I.4', title: 'Tổ chức hội nghị', reports: 1 }],
  faults: [{ row: 9, column: 'leads', code: 'unknown-unit', message: 'Không có đơn vị “Sở Nội vu”.' }],
  warnings: [{ code: 'import.tracked-changes', message: 'Tệp còn các sửa đổi được theo dõi.' }],
  summary: SUMMARY,
  refusal: refusalExample('plan.cycle-is-fixed'),
});

const AMENDMENT_CONFLICTS = [
  'plan.not-promulgated',
  'plan.closed',
  'plan.amendment-out-of-order',
  'plan.row-twice',
  'plan.cycle-is-fixed',
  'plan.no-period-left',
  'plan.later-act-stands',
  'plan.row-obliges-nobody',
  'plan.lead-not-operating',
  'plan.no-rows',
];

/** Amending a plan by an edited annex file: handed in, the difference looked at, uncertain rows decided, confirmed. */
@ApiTags('plan imports')
@Controller()
export class AmendmentImportController {
  constructor(
    private readonly imports: AmendmentImports,
    private readonly texts: Texts,
  ) {}

  @Post('plans/:id/amendment-imports')
  @Allow('plan')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiCreatedResponse(PREVIEW)
  @Refuses({ 404: ['plan.absent'], 409: ['plan.not-promulgated', 'plan.closed'], 422: FILE_REFUSALS })
  async upload(
    @Param() { id }: ById,
    @Query() { effect }: EffectQuery,
    @Req() request: SignedRequest,
    @Sent() sender: Sender,
  ): Promise<AmendmentPreview> {
    return this.imports.take(id, effect, await annexIn(request), sender);
  }

  @Get('amendment-imports/:id')
  @Allow('plan')
  @ApiOkResponse(PREVIEW)
  @Refuses({ 404: ['import.absent'] })
  preview(@Param() { id }: ById, @Sent() sender: Sender): Promise<AmendmentPreview> {
    return this.imports.preview(id, sender);
  }

  @Put('amendment-imports/:id/matches')
  @Allow('plan')
  @ApiOkResponse(PREVIEW)
  @Refuses({
    404: ['import.absent', 'plan.row-absent'],
    409: ['import.confirmed'],
    422: ['import.bad-match', 'import.no-such-line', 'plan.row-named-twice'],
  })
  decide(@Param() { id }: ById, @Body() { rows }: MatchesBody, @Sent() sender: Sender): Promise<AmendmentPreview> {
    for (const [line, row] of Object.entries(rows)) {
      if (!/^\d{1,6}$/.test(line) || (row !== null && !isId(row))) {
        throw refusal('invalid', 'import.bad-match', { line });
      }
    }
    return this.imports.decide(id, rows, sender);
  }

  @Post('amendment-imports/:id/confirmation')
  @HttpCode(200)
  @Allow('plan')
  @ApiOkResponse(
    answer({
      receipt: orNull({ id: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa', revision: 69, position: '412' }),
      summary: SUMMARY,
      unchanged: maybe(true),
    }),
  )
  @Refuses({
    404: ['import.absent', 'file.absent'],
    409: ['import.has-faults', 'import.uncertain-rows', 'import.plan-amended-since', ...AMENDMENT_CONFLICTS],
    422: [
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
      'plan.effect-before-document',
      'plan.effect-too-far',
    ],
  })
  confirm(
    @Param() { id }: ById,
    @Body() { document, reason }: ConfirmationBody,
    @Sent() sender: Sender,
  ): Promise<Amended> {
    // One file amends once, whoever confirms it how often.
    const { expected: _, ...rest } = sender;
    const once = { ...rest, command: idOf(id, 'amend'), causation: sender.command };
    return this.texts.during(once, { reason }, (refs) =>
      this.imports.confirm(id, { document: { ...document }, ...(refs.reason ? { reason: refs.reason } : {}) }, once),
    );
  }
}
