import { randomBytes } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsString, IsUUID, Length, MaxLength, ValidateIf } from 'class-validator';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { idOf, type Sender } from '#platform/commands';
import {
  type Account,
  Allow,
  answer,
  ById,
  maybe,
  Optional,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  Refuses,
  Sent,
  SignedIn,
  type SignedRequest,
  tokenOf,
} from '#platform/http';
import { Accounts, type AccountItem } from './account.table.js';
import { AccessSessions } from './session.table.js';
import { SignInAttempts } from './sign-in-attempt.table.js';

class PasswordBody {
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'mật khẩu đang dùng' }) current!: string;
  /** At least 14 signs, without the username. */
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'bốn con trâu đen' }) next!: string;
}

class ResetBody {
  /** Left out, one is made up and answered once. */
  @Optional()
  @IsString()
  @Length(1, 1000)
  @ApiProperty({ required: false, example: 'bốn con trâu đen' })
  password?: string;
}

class AccountBody extends ResetBody {
  @IsString() @Length(3, 40) @ApiProperty({ example: 'baocao' }) username!: string;
  @IsString() @Length(1, 200) @ApiProperty({ example: 'Cán bộ báo cáo, Sở Tài chính' }) displayName!: string;
  @IsString() @Length(1, 40) @ApiProperty({ example: 'reporter' }) role!: string;
  @Optional()
  @IsUUID()
  @ApiProperty({ required: false, nullable: true, type: String, example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' })
  unit?: string | null;
}

class DisabledBody {
  @IsBoolean() @ApiProperty({ example: true }) disabled!: boolean;
}

class RoleBody {
  @IsString() @Length(1, 40) @ApiProperty({ example: 'coordinator' }) role!: string;
}

class UnitBody {
  @ValidateIf((body: UnitBody) => body.unit !== null)
  @IsUUID()
  @ApiProperty({ nullable: true, type: String, example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' })
  unit!: string | null;
}

class AccountNameBody {
  @IsString() @Length(1, 200) @ApiProperty({ example: 'Cán bộ báo cáo, Sở Tài chính' }) displayName!: string;
}

class AccountsQuery extends PageQuery {
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'bao cao' }) search?: string;
}

const ACCOUNT_EXAMPLE = {
  id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f',
  username: 'baocao',
  displayName: 'Cán bộ báo cáo, Sở Tài chính',
  role: 'reporter',
  unit: orNull({ id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10', name: 'Sở Tài chính' }),
  disabled: false,
};
const PASSWORD_REFUSALS = [
  'access.password-length',
  'access.password-holds-username',
  'access.password-too-simple',
  'access.password-unchanged',
];

const madeUp = (): string => randomBytes(12).toString('base64url');

/** Accounts: the own password, and the administration of all of them. */
@ApiTags('access')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: AccessSessions,
    private readonly attempts: SignInAttempts,
    private readonly organization: OrganizationQuery,
  ) {}

  @Put('current/password')
  @Allow('signed-in')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'All other sessions of the account have ended.' })
  @Refuses({
    401: ['access.not-signed-in'],
    403: ['access.wrong-password', 'access.foreign-origin'],
    422: PASSWORD_REFUSALS,
    429: ['access.too-many-attempts'],
  })
  async changeOwn(
    @Body() { current, next }: PasswordBody,
    @SignedIn() { id, username }: Account,
    @Req() request: SignedRequest,
  ): Promise<void> {
    const succeeded = await this.attempts.begin(username, request.ip);
    if (!(await this.accounts.signedIn(username, current))) throw refusal('forbidden', 'access.wrong-password');
    await succeeded();
    await this.accounts.setPassword(id, next);
    await this.sessions.endAll(id, tokenOf(request));
  }

  @Get()
  @Allow('administer')
  @ApiOkResponse(answer({ items: [ACCOUNT_EXAMPLE], next: orNull('WyJxdWFudHJpIl0') }))
  @Refuses({ 422: ['request.bad-cursor'] })
  async list(@Query() { search, cursor, limit }: AccountsQuery): Promise<object> {
    const page = await this.accounts.page({ search, cursor, limit: limit ?? PAGE_LENGTH });
    return { items: await this.shown(page.items), next: page.next };
  }

  @Post()
  @Allow('administer')
  @ApiCreatedResponse({
    ...answer({ ...ACCOUNT_EXAMPLE, password: maybe('Zk3v0Qm8yTgHn4Lp') }),
    description: 'The password is answered once, and only when none was given.',
  })
  @Refuses({
    404: ['access.unit-absent'],
    409: ['access.username-in-use'],
    422: ['access.bad-username', 'access.unknown-role', ...PASSWORD_REFUSALS],
  })
  async add(@Body() { unit = null, ...body }: AccountBody, @Sent() sender: Sender): Promise<object> {
    const id = idOf(sender.command, 'account');
    const before = await this.accounts.find(id);
    if (before) return (await this.shown([before]))[0] ?? {};
    await this.checkUnit(unit);
    const password = body.password ?? madeUp();
    await this.accounts.add({ ...body, id, unit, password });
    const account = await this.find(id);
    return { ...(await this.shown([account]))[0], ...(body.password === undefined ? { password } : {}) };
  }

  @Put(':id/disabled')
  @Allow('administer')
  @ApiOkResponse(answer({ ...ACCOUNT_EXAMPLE, disabled: true }))
  @Refuses({ 404: ['access.account-absent'], 409: ['access.last-administrator'] })
  async disable(@Param() { id }: ById, @Body() { disabled }: DisabledBody): Promise<object> {
    await this.accounts.setDisabled(id, disabled);
    if (disabled) await this.sessions.endAll(id);
    return this.changed(id);
  }

  @Put(':id/role')
  @Allow('administer')
  @ApiOkResponse(answer(ACCOUNT_EXAMPLE))
  @Refuses({
    404: ['access.account-absent'],
    409: ['access.last-administrator'],
    422: ['access.unknown-role'],
  })
  async setRole(@Param() { id }: ById, @Body() { role }: RoleBody): Promise<object> {
    await this.accounts.setRole(id, role);
    return this.changed(id);
  }

  @Put(':id/unit')
  @Allow('administer')
  @ApiOkResponse(answer(ACCOUNT_EXAMPLE))
  @Refuses({ 404: ['access.account-absent', 'access.unit-absent'] })
  async assign(@Param() { id }: ById, @Body() { unit }: UnitBody): Promise<object> {
    await this.checkUnit(unit);
    await this.accounts.assign(id, unit);
    return this.changed(id);
  }

  @Put(':id/name')
  @Allow('administer')
  @ApiOkResponse(answer(ACCOUNT_EXAMPLE))
  @Refuses({ 404: ['access.account-absent'] })
  async rename(@Param() { id }: ById, @Body() { displayName }: AccountNameBody): Promise<object> {
    await this.accounts.rename(id, displayName);
    return this.changed(id);
  }

  @Put(':id/password')
  @Allow('administer')
  @ApiOkResponse(answer({ ...ACCOUNT_EXAMPLE, password: maybe('Zk3v0Qm8yTgHn4Lp') }))
  @Refuses({ 404: ['access.account-absent'], 422: PASSWORD_REFUSALS })
  async reset(@Param() { id }: ById, @Body() body: ResetBody): Promise<object> {
    const password = body.password ?? madeUp();
    await this.accounts.setPassword(id, password);
    await this.sessions.endAll(id);
    return { ...(await this.changed(id)), ...(body.password === undefined ? { password } : {}) };
  }

  private async find(id: string): Promise<AccountItem> {
    const account = await this.accounts.find(id);
    if (!account) throw refusal('absent', 'access.account-absent', { account: id });
    return account;
  }

  private async changed(id: string): Promise<object> {
    this.sessions.forget();
    return (await this.shown([await this.find(id)]))[0] ?? {};
  }

  private async checkUnit(unit: string | null): Promise<void> {
    if (unit !== null && !(await this.organization.unit(unit))) throw refusal('absent', 'access.unit-absent', { unit });
  }

  private async shown(accounts: readonly AccountItem[]): Promise<object[]> {
    const names = await this.organization.unitNames(accounts.flatMap(({ unit }) => (unit === null ? [] : [unit])));
    return accounts.map(({ unit, ...account }) => ({
      ...account,
      unit: unit === null ? null : { id: unit, name: names.get(unit) ?? '' },
    }));
  }
}
