import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type pg from 'pg';
import { Refusal, refusal, type Day } from '#kernel';
import { ORGANIZATION, OrganizationDispatch, type OrganizationCommands } from '#modules/organization';
import { Clock } from '#platform/clock';
import { freshId, idOf, type CommandOf, type Receipt } from '#platform/commands';
import { SETTINGS, type Settings } from '#platform/config';
import { Database } from '#platform/database';
import { Allow, answer, IsDay, oneOf, Optional, Part, Refuses } from '#platform/http';
import { Accounts } from './account.table.js';

class AdministratorBody {
  @IsString() @Length(3, 40) @ApiProperty({ example: 'quantri' }) username!: string;
  @IsString() @Length(1, 1000) @ApiProperty({ example: 'bốn con trâu đen' }) password!: string;
}

class RootBody {
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H99' }) code!: string;
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Ủy ban nhân dân tỉnh' }) name!: string;
  @IsString() @Length(1, 40) @ApiProperty({ example: 'province' }) kind!: string;
  /** Its first day of operation: the earliest day of every unit below it. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2025-07-01', default: '2025-07-01' }) on?: string;
}

class InstallationBody {
  @Part(() => AdministratorBody)
  @ApiProperty({ type: AdministratorBody })
  administrator!: AdministratorBody;
  @Part(() => RootBody) @ApiProperty({ type: RootBody }) root!: RootBody;
}

/** Since this day there are provinces and communes alone; older units are imported with a day of their own. */
const TWO_TIERS: Day = '2025-07-01';
const ROOT = idOf('installation', 'root');
const LOCK = 7_026_004;

/** What plans of a province call by one name. */
const CLASSES: readonly { readonly name: string; readonly kinds: string[]; readonly aliases: string[] }[] = [
  {
    name: 'Các sở, ban, ngành',
    kinds: ['department'],
    aliases: ['Các sở, ban, ngành tỉnh', 'Các sở, ngành', 'Các cơ quan chuyên môn thuộc UBND tỉnh'],
  },
  {
    name: 'UBND các xã, phường',
    kinds: ['commune', 'ward', 'special_zone'],
    aliases: ['UBND cấp xã', 'UBND các xã, phường, đặc khu', 'Các xã, phường'],
  },
];

/** The first page of an installation: who administers it, and the root of its unit tree. */
@ApiTags('access')
@Controller('installation')
export class InstallationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly accounts: Accounts,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @Allow('public')
  @ApiOkResponse(answer({ mode: oneOf('real', 'demonstration'), initialised: false, today: '2026-11-23' }))
  async state(): Promise<object> {
    return { mode: this.settings.mode, initialised: await this.accounts.any(), today: this.clock.today() };
  }

  @Post()
  @Allow('public')
  @ApiCreatedResponse(answer({ account: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', unit: ROOT }))
  @Refuses({
    403: ['access.foreign-origin'],
    409: ['access.already-initialised'],
    422: [
      'access.bad-username',
      'access.password-length',
      'access.password-holds-username',
      'access.password-too-simple',
      'organization.bad-code',
      'organization.bad-name',
      'organization.unknown-kind',
    ],
  })
  async initialise(@Body() { administrator, root }: InstallationBody): Promise<object> {
    if (this.settings.mode === 'demonstration' || (await this.accounts.any())) {
      throw refusal('conflict', 'access.already-initialised');
    }
    const account = freshId();
    await this.alone(async (client) => {
      if (await this.accounts.any(client)) throw refusal('conflict', 'access.already-initialised');
      await this.accounts.add({ ...administrator, id: account, role: 'administrator', unit: ROOT }, client);
      await this.found(account, root);
    });
    return { account, unit: ROOT };
  }

  /**
   * Founds the root, or puts the one of an earlier try, which got no further, into the words of this one; so the same
   * request can be sent until it succeeds.
   */
  private async found(account: string, { code, name, kind, on = TWO_TIERS }: RootBody): Promise<void> {
    const unit = { unit: ROOT, code, name, kind, on, decided: on };
    try {
      await this.send(account, 'FoundUnit', { ...unit, parent: null, aliases: [] });
    } catch (error) {
      const isThere =
        error instanceof Refusal && ['organization.root-exists', 'organization.id-in-use'].includes(error.code);
      if (!isThere) throw error;
      await this.send(account, 'RenameUnit', { ...unit, aliases: [] });
    }
    if (kind !== 'province') return;
    for (const each of CLASSES) {
      await this.send(account, 'DefineClass', { ...each, class: idOf('installation', 'class', each.name), on });
    }
  }

  private send(actor: string, ...command: CommandOf<OrganizationCommands>): Promise<Receipt> {
    const id = freshId();
    const sender = { actor, unit: ROOT, role: 'administrator', command: id, correlation: id, causation: id };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, ...command));
  }

  /** In a transaction, one at a time: a failure leaves no account behind. */
  private async alone(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.database.pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }
}
