import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import '@fastify/cookie';
import type { FastifyReply } from 'fastify';
import { refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { Clock } from '#platform/clock';
import { SETTINGS, type Settings } from '#platform/config';
import {
  Allow,
  answer,
  oneOf,
  orNull,
  Refuses,
  SESSION_COOKIE,
  SignedIn,
  tokenOf,
  type Account,
  type SignedRequest,
} from '#platform/http';
import { Accounts } from './account.table.js';
import { AccessSessions } from './session.table.js';
import { SignInAttempts } from './sign-in-attempt.table.js';

class SignInBody {
  @IsString() @Length(1, 200) @ApiProperty({ example: 'dieuphoi' }) username!: string;
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'correct horse battery' }) password!: string;
}

class SessionAnswer {
  /** For `Authorization: Bearer …`; browsers have it in a cookie of their own. */
  @ApiProperty({ example: 'bX9S0c1tW2k5b0d1c3VxZ2h0a2p3cGx6dnlhcXNkZmc' }) token!: string;
  @ApiProperty({ example: '2026-12-18T13:00:00.000Z' }) expires!: string;
}

/** Signing in and out. */
@ApiTags('access')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: AccessSessions,
    private readonly attempts: SignInAttempts,
    private readonly organization: OrganizationQuery,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @Allow('public')
  @ApiCreatedResponse({ type: SessionAnswer })
  @Refuses({
    401: ['access.wrong-credentials'],
    403: ['access.foreign-origin'],
    429: ['access.too-many-attempts'],
  })
  async signIn(
    @Body() { username, password }: SignInBody,
    @Req() request: SignedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const succeeded = await this.attempts.begin(username, request.ip);
    const account = await this.accounts.signedIn(username, password);
    if (!account) throw refusal('forbidden', 'access.wrong-credentials');
    await succeeded();
    const { token, expires, seconds } = await this.sessions.open(account);
    void reply.setCookie(SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      path: '/',
      maxAge: seconds,
    });
    return { token, expires };
  }

  @Get('current')
  @Allow('signed-in')
  @ApiOkResponse(
    answer({
      account: {
        id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f',
        username: 'dieuphoi',
        role: oneOf('coordinator', 'reporter', 'head', 'inspector', 'leader', 'administrator'),
        displayName: 'Điều phối viên 1, Sở Nội vụ',
        unit: orNull({ id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10', name: 'Sở Nội vụ' }),
        permissions: ['read', 'report', 'coordinate', 'plan'],
      },
      mode: oneOf('demonstration', 'real'),
      today: '2026-12-18',
    }),
  )
  @Refuses({ 401: ['access.not-signed-in'] })
  async current(@SignedIn() { unit, ...account }: Account): Promise<object> {
    const names = await this.organization.unitNames(unit === null ? [] : [unit]);
    return {
      account: { ...account, unit: unit === null ? null : { id: unit, name: names.get(unit) ?? '' } },
      mode: this.settings.mode,
      today: this.clock.today(),
    };
  }

  @Delete('current')
  @Allow('signed-in')
  @HttpCode(204)
  @ApiNoContentResponse()
  @Refuses({ 401: ['access.not-signed-in'], 403: ['access.foreign-origin'] })
  async signOut(@Req() request: SignedRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = tokenOf(request);
    if (token !== undefined) await this.sessions.end(token);
    void reply.clearCookie(SESSION_COOKIE, { path: '/' });
  }
}
