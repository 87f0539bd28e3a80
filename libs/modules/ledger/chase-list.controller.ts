import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, IsUUID, Length, Max, MaxLength, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanQuery } from '#modules/plan';
import { ProgressQuery, type Clocks, type PlanFacts } from '#modules/progress';
import { Clock } from '#platform/clock';
import {
  Allow,
  answer,
  IsDay,
  keyOf,
  oneOf,
  Optional,
  orNull,
  PAGE_LENGTH,
  pageOf,
  PageQuery,
  Refuses,
} from '#platform/http';
import { byUrgency, Chase, placeOf, type ChasedUnit } from './chase.controller.js';
import { writeChaseLetter, writeChaseWorkbook, type LetterHead } from './chase.format.js';
import { DOCX, handedOut, XLSX } from './handed-out.controller.js';

/** Within how many days something is due soon when nobody says (`counting.md`, section 3). */
const WITHIN = 15;

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
    private readonly plans: PlanQuery,
    private readonly chase: Chase,
    private readonly organization: OrganizationQuery,
    private readonly clock: Clock,
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
    const within = query.within ?? WITHIN;
    const { units, totals } = await this.chase.of(plan, clocks, { within, unit: query.unit, field: query.field });
    if (query.format === 'xlsx') {
      const bytes = await writeChaseWorkbook({ plan: plan.title, ...clocks, within }, units);
      return handedOut(reply, { type: XLSX, name: `Don doc - ${plan.code} - ${clocks.on}.xlsx`, bytes });
    }
    if (query.format === 'docx') {
      const bytes = await this.letter(plan, clocks, query, units);
      return handedOut(reply, { type: DOCX, name: `Cong van don doc - ${plan.code} - ${clocks.on}.docx`, bytes });
    }
    const [overdue, dueSoon, name = '', unitId = ''] = keyOf(query.cursor, 4) ?? [];
    const last = { overdue: Number(overdue), dueSoon: Number(dueSoon), name, id: unitId };
    const rest = overdue === undefined ? units : units.filter((unit) => byUrgency(last, placeOf(unit)) < 0);
    const page = pageOf(rest, query.limit ?? PAGE_LENGTH, (unit) => {
      const place = placeOf(unit);
      return [String(place.overdue), String(place.dueSoon), place.name, place.id];
    });
    const { on, recorded, position, stale } = clocks;
    return { on, recorded, position, stale, within, totals, items: page.items, next: page.next };
  }

  /** A letter to the units that have something overdue or due soon; there must be one. */
  private async letter(
    plan: PlanFacts,
    clocks: Clocks,
    query: ChaseQuery,
    units: readonly ChasedUnit[],
  ): Promise<Buffer> {
    const chased = units.filter(({ overdue, dueSoon }) => overdue.length + dueSoon.length > 0);
    if (chased.length === 0) throw refusal('conflict', 'chase.nothing');
    const [promulgated, promulgator, issuer] = await Promise.all([
      this.plans.find(plan.id),
      this.organization.unit(plan.unit),
      query.issuer === undefined ? undefined : this.organization.unit(query.issuer),
    ]);
    if (!promulgator || (query.issuer !== undefined && !issuer)) {
      throw refusal('absent', 'organization.unit-absent');
    }
    const own = !issuer || issuer.id === promulgator.id;
    const head: LetterHead = {
      plan: plan.title,
      on: clocks.on,
      recorded: clocks.recorded,
      within: query.within ?? WITHIN,
      issuer: own ? promulgator.name : issuer.name,
      ...(own ? {} : { above: promulgator.name }),
      ...(query.number === undefined ? {} : { number: query.number }),
      ...(query.place === undefined ? {} : { place: query.place }),
      date: query.date ?? this.clock.today(),
      document: promulgated.document,
      promulgator: promulgator.name,
      signed: query.signed?.split(';').map((line) => line.trim()) ?? signatureOf(own ? promulgator.kind : issuer.kind),
      ...(query.signer === undefined ? {} : { signer: query.signer }),
    };
    return writeChaseLetter(head, chased);
  }
}

/** Who signs for a unit of that kind, as long as nobody says otherwise (Nghị định 30/2020/NĐ-CP, điều 13). */
const signatureOf = (kind: string): readonly string[] => {
  if (['province', 'district', 'commune', 'ward', 'special_zone'].includes(kind)) {
    return ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'];
  }
  if (kind === 'ministry') return ['BỘ TRƯỞNG'];
  return kind === 'department' ? ['GIÁM ĐỐC'] : ['THỦ TRƯỞNG ĐƠN VỊ'];
};
