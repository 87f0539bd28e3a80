import { Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Sender } from '#platform/commands';
import { bytesOf, uploadOf } from '#platform/files';
import {
  type Account,
  Allow,
  answer,
  ById,
  IsDay,
  maybe,
  oneOf,
  Optional,
  orNull,
  Refuses,
  Sent,
  SignedIn,
  type SignedRequest,
} from '#platform/http';
import { sheetLimits } from '#platform/sheets';
import { UnitsImports, type UnitsConfirmed, type UnitsPreview } from './units-imports.controller.js';

class ImportQuery {
  /** The first day of operation of new units; without it that of the root. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2025-07-01' }) on?: string;
  /** The day of the decision, where it was another one. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2025-06-16' }) decided?: string;
}

const PREVIEW_EXAMPLE = {
  id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f',
  file: 'don-vi.csv',
  sheet: '',
  on: '2025-07-01',
  decided: '2025-07-01',
  confirmed: orNull('2026-11-23T02:00:00.000Z'),
  columns: [{ header: 'Tên đơn vị', field: orNull('name') }],
  rows: [
    {
      row: 2,
      state: oneOf('new', 'known', 'fault'),
      unit: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
      code: 'H99.01',
      name: 'Sở Nội vụ',
      kind: 'department',
      parent: orNull('0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42'),
      parentName: 'Ủy ban nhân dân tỉnh',
      aliases: ['Nội vụ'],
    },
  ],
  faults: [
    {
      row: 3,
      column: 'kind',
      code: 'units-import.kind-missing',
      text: '',
      message: 'Chưa ghi loại đơn vị.',
      suggestion: maybe('commune'),
    },
  ],
  summary: { rows: 2, new: 1, known: 0, faults: 1 },
};

/** Units out of a file: looked at first, confirmed then. */
@ApiTags('units')
@Controller('units/imports')
export class UnitsImportController {
  constructor(private readonly imports: UnitsImports) {}

  @Post()
  @Allow('administer')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiCreatedResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({
    409: ['organization.root-absent'],
    422: [
      'file.none',
      'file.incomplete',
      'file.too-large',
      'import.broken-file',
      'import.encrypted-file',
      'import.legacy-doc',
      'import.legacy-xls',
      'import.macros',
      'import.too-large',
      'import.wrong-type',
      'import.zip-bomb',
      'organization.import-without-table',
      'organization.import-too-long',
    ],
  })
  async preview(
    @Req() request: SignedRequest,
    @Query() { on, decided }: ImportQuery,
    @SignedIn() account: Account,
  ): Promise<UnitsPreview> {
    const { name, content } = await uploadOf(request, sheetLimits.bytes);
    const bytes = await bytesOf(content, sheetLimits.bytes);
    return this.imports.take(bytes, { file: name, on, decided }, account.id);
  }

  @Get(':id')
  @Allow('administer')
  @ApiOkResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({ 404: ['organization.import-absent'] })
  one(@Param() { id }: ById): Promise<UnitsPreview> {
    return this.imports.preview(id);
  }

  @Post(':id/confirmation')
  @Allow('administer')
  @ApiCreatedResponse(
    answer({
      rows: 128,
      receipt: { id: '6b2a9b7e-0d4c-5d0e-8a3f-8b6d0f1f2a3b', revision: 144, position: '145' },
    }),
  )
  @Refuses({
    404: ['organization.import-absent'],
    409: [
      'organization.import-has-faults',
      'organization.code-in-use',
      'organization.name-in-use',
      'organization.parent-not-operating',
    ],
    422: ['organization.kind-not-in-use', 'organization.decided-after-operation'],
  })
  confirm(@Param() { id }: ById, @Sent() sender: Sender): Promise<UnitsConfirmed> {
    return this.imports.confirm(id, sender);
  }
}
