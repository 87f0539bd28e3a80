import { Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { refusal } from '#kernel';
import { Clock } from '#platform/clock';
import { freshId, idOf, type Receipt, type Sender } from '#platform/commands';
import { Database } from '#platform/database';
import { bytesOf, uploadOf } from '#platform/files';
import {
  Allow,
  ById,
  IsDay,
  Refuses,
  Sent,
  SignedIn,
  type Account,
  type SignedRequest,
  answer,
  maybe,
  oneOf,
  orNull,
} from '#platform/http';
import { readSheets } from '#platform/sheets';
import type { NewUnit } from './organization.decider.js';
import { ORGANIZATION, OrganizationDispatch } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';
import { UnitsImport } from './units-import.table.js';
import {
  matched,
  unitFieldsNamed,
  unitsTableIn,
  type ReadUnit,
  type UnitFault,
  type WrittenUnit,
} from './units-sheet.format.js';

class ImportQuery {
  /** The first day of operation of new units; without it that of the root. */
  @IsOptional() @IsDay() @ApiProperty({ required: false, example: '2025-07-01' }) on?: string;
  /** The day of the decision, where it was another one. */
  @IsOptional() @IsDay() @ApiProperty({ required: false, example: '2025-06-16' }) decided?: string;
}

/** The largest file and the most lines that a preview takes. */
const LARGEST = { bytes: 20 * 1024 * 1024, rows: 10_000 } as const;
/** One command is one append, which has its limits. */
const PER_COMMAND = { units: 400, characters: 150_000 } as const;
/** Previews that nobody confirmed are forgotten after so many days. */
const KEPT_DAYS = 30;

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

const chunksOf = (units: readonly ReadUnit[]): readonly (readonly ReadUnit[])[] => {
  const chunks: ReadUnit[][] = [];
  let characters = 0;
  for (const unit of units) {
    const length = JSON.stringify(unit).length;
    const chunk = chunks.at(-1);
    if (!chunk || chunk.length >= PER_COMMAND.units || characters + length > PER_COMMAND.characters) {
      chunks.push([unit]);
      characters = length;
    } else {
      chunk.push(unit);
      characters += length;
    }
  }
  return chunks;
};

/** Units out of a file: looked at first, confirmed then. */
@ApiTags('units')
@Controller('units/imports')
export class UnitsImportController {
  constructor(
    private readonly commands: CommandBus,
    private readonly organization: OrganizationQuery,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

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
    @Query() query: ImportQuery,
    @SignedIn() account: Account,
  ): Promise<object> {
    const { name, content } = await uploadOf(request, LARGEST.bytes);
    const beginning = await this.organization.beginning();
    if (beginning === undefined) throw refusal('conflict', 'organization.root-absent');
    const table = unitsTableIn(await readSheets(await bytesOf(content, LARGEST.bytes), unitFieldsNamed));
    if (!table) throw refusal('invalid', 'organization.import-without-table');
    if (table.rows.length > LARGEST.rows) {
      throw refusal('invalid', 'organization.import-too-long', { most: LARGEST.rows });
    }
    const on = query.on ?? beginning;
    const kept: UnitsImport = {
      id: freshId(),
      by: account.id,
      made: this.clock.now(),
      on,
      decided: query.decided ?? on,
      file: name,
      sheet: table.sheet,
      columns: table.columns,
      rows: table.rows,
      confirmed: null,
    };
    const imports = this.database.source.getRepository(UnitsImport);
    await this.database.pool.query(
      `delete from units_import where confirmed is null and made < $1::timestamptz - make_interval(days => $2)`,
      [kept.made, KEPT_DAYS],
    );
    await imports.insert(kept);
    return this.shown(kept);
  }

  @Get(':id')
  @Allow('administer')
  @ApiOkResponse(answer(PREVIEW_EXAMPLE))
  @Refuses({ 404: ['organization.import-absent'] })
  async one(@Param() { id }: ById): Promise<object> {
    return this.shown(await this.find(id));
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
    409: ['organization.import-has-faults', 'organization.code-in-use', 'organization.parent-not-operating'],
    422: ['organization.kind-not-in-use', 'organization.decided-after-operation'],
  })
  async confirm(@Param() { id }: ById, @Sent() sender: Sender): Promise<{ rows: number; receipt: Receipt }> {
    const kept = await this.find(id);
    const { units, faults } = await this.matched(kept);
    if (faults.length > 0) throw refusal('conflict', 'organization.import-has-faults', { faults: faults.length });
    const fresh = units.filter(({ state }) => state === 'new');
    const { on, decided } = kept;
    const send = (command: string, chunk: readonly ReadUnit[]): Promise<Receipt> => {
      const { expected: _, ...by } = sender;
      const data = { units: chunk.map(newUnitOf), on, decided };
      return this.commands.execute(new OrganizationDispatch(ORGANIZATION, { ...by, command }, 'ImportUnits', data));
    };
    let receipt: Receipt | undefined;
    for (const chunk of chunksOf(fresh)) receipt = await send(idOf(id, 'units', chunk[0]?.row ?? 0), chunk);
    receipt ??= await send(sender.command, []);
    if (kept.confirmed === null) {
      await this.database.pool.query('update units_import set confirmed = $2 where id = $1', [id, this.clock.now()]);
    }
    return { rows: fresh.length, receipt };
  }

  private async find(id: string): Promise<UnitsImport> {
    const kept = await this.database.source.getRepository(UnitsImport).findOneBy({ id });
    if (!kept) throw refusal('absent', 'organization.import-absent', { import: id });
    return kept;
  }

  private async matched(kept: UnitsImport): Promise<{ units: readonly ReadUnit[]; faults: readonly UnitFault[] }> {
    const [units, kinds] = await Promise.all([this.organization.unitsOn(kept.on), this.organization.kinds()]);
    return matched(kept.rows as readonly WrittenUnit[], units, kinds, (row) => idOf(kept.id, 'unit', row));
  }

  private async shown(kept: UnitsImport): Promise<object> {
    const { units, faults } = await this.matched(kept);
    const { id, file, sheet, on, decided, columns, confirmed } = kept;
    const count = (state: ReadUnit['state']): number => units.filter((unit) => unit.state === state).length;
    return {
      id,
      file,
      sheet,
      on,
      decided,
      confirmed,
      columns,
      rows: [...units].sort((a, b) => a.row - b.row),
      faults,
      summary: { rows: units.length, new: count('new'), known: count('known'), faults: faults.length },
    };
  }
}

const newUnitOf = ({ unit, code, name, kind, parent, aliases }: ReadUnit): NewUnit => ({
  unit,
  code,
  name,
  kind,
  parent,
  aliases: [...aliases],
});
