import { createHash } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsObject, IsString, MaxLength } from 'class-validator';
import { refusal } from '#kernel';
import type { Sender } from '#platform/commands';
import { uploadOf } from '#platform/files';
import { Allow, ById, Optional, Refuses, Sent, type SignedRequest } from '#platform/http';
import { annexFields, type AnnexField, type AnnexMapping } from './annex.format.js';
import { annexLimits } from './annex.format.js';
import { PlanImports, type ImportAnswer, type ImportConfirmed } from './plan-imports.controller.js';

class MappingBody {
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'Phụ lục' }) sheet?: string;
  /** Column index → field, or null for a column that says nothing of the plan. */
  @IsObject()
  @ApiProperty({ example: { '2': 'title', '5': null }, type: 'object', additionalProperties: true })
  columns!: Record<string, string | null>;
}

const mappingOf = (columns: MappingBody['columns']): AnnexMapping =>
  Object.fromEntries(
    Object.entries(columns).map(([index, field]) => {
      const known = field === null || (annexFields as readonly string[]).includes(field);
      if (!/^\d{1,4}$/.test(index) || !known) throw refusal('invalid', 'import.bad-mapping', { column: index });
      return [Number(index), field as AnnexField | null];
    }),
  );

const IMPORT_EXAMPLE = {
  id: '4c2c0a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  file: 'ke-hoach-cchc-2026.xlsx',
  sheet: 'Phụ lục',
  sheets: ['Phụ lục'],
  confirmed: null,
  columns: [{ index: 3, header: 'Nhiệm vụ', field: 'title' }],
  rows: [
    {
      row: 7,
      field: 'CDDH',
      code: 'I.2',
      title: 'Báo cáo định kỳ cải cách hành chính quý I gửi Bộ Nội vụ',
      leads: [{ kind: 'unit', id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' }],
      deadline: 'Chậm nhất ngày 20/3/2026',
      due: '2026-03-20',
      rule: 'date',
      status: 'new',
    },
  ],
  faults: [
    {
      row: 9,
      column: 'leads',
      code: 'unknown-unit',
      message: 'Không có đơn vị “Sở Nội vu”.',
      suggestion: 'Sở Nội vụ',
    },
  ],
  warnings: [
    {
      code: 'import.tracked-changes',
      message: 'Tệp còn các sửa đổi được theo dõi (Track Changes); nội dung được đọc như khi chấp nhận tất cả.',
    },
  ],
  summary: { rows: 68, faults: 1 },
};

/** The annex file of a request, in memory; one that is too large is refused. */
export const annexIn = async (
  request: SignedRequest,
): Promise<{ readonly name: string; readonly bytes: Buffer; readonly sha256: string }> => {
  const { name, content } = await uploadOf(request, annexLimits.bytes);
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  if (bytes.length > annexLimits.bytes) throw refusal('invalid', 'import.too-large', { largest: annexLimits.bytes });
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** Why a file cannot be read as an annex. */
export const FILE_REFUSALS = [
  'file.none',
  'file.incomplete',
  'file.too-large',
  'import.broken-file',
  'import.encrypted-file',
  'import.macros',
  'import.legacy-doc',
  'import.legacy-xls',
  'import.too-large',
  'import.zip-bomb',
  'import.no-table',
  'import.wrong-type',
];

/** Annex files: handed in, looked at, corrected, confirmed. */
@ApiTags('plan imports')
@Controller()
export class PlanImportController {
  constructor(private readonly imports: PlanImports) {}

  @Post('plans/:id/imports')
  @Allow('plan')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiCreatedResponse({ schema: { example: IMPORT_EXAMPLE } })
  @Refuses({ 404: ['plan.absent'], 409: ['plan.not-a-draft'], 422: FILE_REFUSALS })
  async upload(@Param() { id }: ById, @Req() request: SignedRequest, @Sent() sender: Sender): Promise<ImportAnswer> {
    return this.imports.take(id, await annexIn(request), sender);
  }

  @Get('imports/:id')
  @Allow('plan')
  @ApiOkResponse({ schema: { example: IMPORT_EXAMPLE } })
  @Refuses({ 404: ['import.absent'] })
  preview(@Param() { id }: ById): Promise<ImportAnswer> {
    return this.imports.preview(id);
  }

  @Put('imports/:id/mapping')
  @Allow('plan')
  @ApiOkResponse({ schema: { example: IMPORT_EXAMPLE } })
  @Refuses({
    404: ['import.absent'],
    409: ['import.confirmed'],
    422: ['import.bad-mapping', 'import.unknown-sheet', 'import.no-table'],
  })
  map(@Param() { id }: ById, @Body() { sheet, columns }: MappingBody): Promise<ImportAnswer> {
    return this.imports.map(id, sheet, mappingOf(columns));
  }

  @Post('imports/:id/confirmation')
  @HttpCode(200)
  @Allow('plan')
  @ApiOkResponse({
    schema: {
      example: { rows: 68, receipt: { id: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa', revision: 68, position: '412' } },
    },
  })
  @Refuses({ 404: ['import.absent', 'plan.absent'], 409: ['import.has-faults', 'plan.not-a-draft', 'plan.row-twice'] })
  confirm(@Param() { id }: ById, @Sent() sender: Sender): Promise<ImportConfirmed> {
    return this.imports.confirm(id, sender);
  }
}
