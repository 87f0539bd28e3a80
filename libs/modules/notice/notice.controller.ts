import { Body, Controller, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, Length } from 'class-validator';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { Clock } from '#platform/clock';
import {
  Allow,
  answer,
  ById,
  oneOf,
  Optional,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  Refuses,
  SignedIn,
  type Account,
} from '#platform/http';
import { NoticeQuery } from './notice.query.js';
import { NoticeReadings } from './notice-reading.table.js';

class NoticesQuery extends PageQuery {
  /** Whose notices; the own unit's without it. */
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  /** Only what this account has not read. */
  @Optional() @IsIn(['true', 'false']) @ApiProperty({ required: false, enum: ['true', 'false'] }) unread?: string;
}

class ReadingBody {
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
  /** The `position` of the newest notice that was shown: it and all before it are read. */
  @IsString() @Length(1, 100) @ApiProperty({ example: '48213' }) upTo!: string;
}

const NOTICE = {
  id: '0c1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  unit: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  kind: oneOf('due', 'overdue', 'returned', 'accepted'),
  plan: '7a1c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  task: '9b2d9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  obligation: '2e3f9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  code: 'I.5',
  title: 'Báo cáo kết quả cải cách hành chính',
  period: orNull(2),
  due: orNull('2026-06-20'),
  days: orNull(7),
  waits: false,
  report: orNull('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  on: '2026-06-13',
  recorded: '2026-06-12T17:00:08.000Z',
  position: '48213',
  read: orNull('2026-06-13T01:12:00.000Z'),
};

/** What units are told, and what each account has read of it. */
@ApiTags('notices')
@Controller('notices')
export class NoticeController {
  constructor(
    private readonly notices: NoticeQuery,
    private readonly readings: NoticeReadings,
    private readonly organization: OrganizationQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('read')
  @ApiOkResponse(answer({ items: [NOTICE], next: orNull('WyI0ODIxMyJd'), unread: 3, stale: false }))
  @Refuses({ 403: ['notice.of-another-unit'], 422: ['request.bad-cursor', 'request.bad-position'] })
  async list(@Query() query: NoticesQuery, @SignedIn() account: Account): Promise<object> {
    const stale = await this.notices.lags(query.after);
    const unit = await this.unitOf(query.unit, account);
    if (unit === null) return { items: [], next: null, unread: 0, stale };
    const { cursor, limit = PAGE_LENGTH } = query;
    const [page, unread] = await Promise.all([
      this.notices.page(unit, account.id, { unread: query.unread === 'true', cursor, limit }),
      this.notices.unread(unit, account.id),
    ]);
    return { ...page, unread, stale };
  }

  /** Takes all notices of a unit as read that were shown so far. */
  @Put('reading')
  @HttpCode(200)
  @Allow('read')
  @ApiOkResponse(answer({ read: 3, unread: 0 }))
  @Refuses({ 403: ['notice.of-another-unit'], 422: ['request.bad-position'] })
  async readAll(@Body() body: ReadingBody, @SignedIn() account: Account): Promise<object> {
    const unit = await this.unitOf(body.unit, account);
    const upTo = this.notices.orderOf(body.upTo);
    if (unit === null) return { read: 0, unread: 0 };
    const unread = await this.notices.unreadUpTo(unit, account.id, upTo);
    await this.readings.note(account.id, unread, this.clock.now());
    return { read: unread.length, unread: await this.notices.unread(unit, account.id) };
  }

  @Put(':id/reading')
  @HttpCode(200)
  @Allow('read')
  @ApiOkResponse(answer({ id: NOTICE.id, read: '2026-06-13T01:12:00.000Z' }))
  @Refuses({ 403: ['notice.of-another-unit'], 404: ['notice.absent'] })
  async read(@Param() { id }: ById, @SignedIn() account: Account): Promise<object> {
    const { unit } = await this.notices.find(id, account.id);
    await this.unitOf(unit, account);
    await this.readings.note(account.id, [id], this.clock.now());
    return { id, read: await this.readings.of(account.id, id) };
  }

  /** The unit that is meant; those of other units are for who coordinates or stands above them. */
  private async unitOf(asked: string | undefined, account: Account): Promise<string | null> {
    const unit = asked ?? account.unit;
    if (unit === null || unit === account.unit || account.permissions.includes('coordinate')) return unit;
    const branch = account.unit === null ? [] : await this.organization.branchOf(account.unit);
    if (!branch.includes(unit)) throw refusal('forbidden', 'notice.of-another-unit');
    return unit;
  }
}
