import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, Length, Matches, MaxLength } from 'class-validator';
import { Clock } from '#platform/clock';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { Allow, answer, IsDay, Optional, orNull, ReceiptAnswer, Refuses, Sent } from '#platform/http';
import { Projector } from '#platform/projector';
import { ORGANIZATION, OrganizationDispatch } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';

class DayQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-01-01' }) on?: string;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class ClassBody {
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Các sở, ban, ngành' }) name!: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @ApiProperty({ type: [String], example: ['department'] })
  kinds!: string[];
  @Optional()
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['Các sở, ngành'] })
  aliases?: string[];
  /** From which day the class is so. */
  @IsDay() @ApiProperty({ example: '2025-07-01' }) on!: string;
}

class KindBody {
  @Matches(/^[a-z][a-z0-9_]{0,39}$/) @ApiProperty({ example: 'cooperative' }) kind!: string;
  /** The first one is shown, the others are understood in files. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ApiProperty({ type: [String], example: ['Hợp tác xã'] })
  names!: string[];
  @IsDay() @ApiProperty({ example: '2026-01-01' }) on!: string;
  /** The first day on which no unit of that kind is founded any more. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2030-01-01' }) until?: string;
}

/** Kinds of units, and classes: what plans call by one name. */
@ApiTags('units')
@Controller()
export class UnitClassesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly organization: OrganizationQuery,
    private readonly projector: Projector,
    private readonly clock: Clock,
  ) {}

  @Get('unit-classes')
  @Allow('read')
  @ApiOkResponse(
    answer({
      items: [
        {
          id: 'd6c1e0b9-2f51-5a6c-8f3d-0a8c5e7b1d42',
          name: 'Các sở, ban, ngành',
          kinds: ['department'],
          aliases: ['Các sở, ngành'],
          members: 16,
        },
      ],
      stale: false,
    }),
  )
  async classes(@Query() { on, after }: DayQuery): Promise<object> {
    const stale = await this.behind(after);
    const day = on ?? this.clock.today();
    const [classes, units] = await Promise.all([this.organization.classesOn(day), this.organization.unitsOn(day)]);
    const items = classes.map((each) => ({
      ...each,
      members: units.filter(({ kind }) => each.kinds.includes(kind)).length,
    }));
    return { items, stale };
  }

  @Post('unit-classes')
  @Allow('administer')
  @ApiCreatedResponse({ type: ReceiptAnswer, description: 'A class of that name is defined anew from the day on.' })
  @Refuses({
    409: ['organization.class-name-in-use', 'organization.later-act-stands'],
    422: [
      'organization.class-without-kinds',
      'organization.unknown-kind',
      'organization.bad-name',
      'organization.bad-day',
    ],
  })
  async define(@Body() body: ClassBody, @Sent() sender: Sender): Promise<Receipt> {
    const { name, kinds, aliases = [], on } = body;
    const data = { class: idOf(sender.command, 'class'), name, kinds, aliases, on };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'DefineClass', data));
  }

  @Get('unit-kinds')
  @Allow('read')
  @ApiOkResponse(
    answer({
      items: [{ kind: 'department', names: ['Sở, ban, ngành', 'Sở'], from: '1945-09-02', until: orNull('2030-01-01') }],
      stale: false,
    }),
  )
  async kinds(@Query() { after }: DayQuery): Promise<object> {
    const stale = await this.behind(after);
    return { items: await this.organization.kinds(), stale };
  }

  @Post('unit-kinds')
  @Allow('administer')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({ 422: ['organization.bad-kind', 'organization.bad-day'] })
  defineKind(@Body() { kind, names, on, until }: KindBody, @Sent() sender: Sender): Promise<Receipt> {
    const data = { kind, names, on, ...(until === undefined ? {} : { until }) };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'DefineKind', data));
  }

  private behind(after: string | undefined): Promise<boolean> {
    return this.projector.lags(['units'], after);
  }
}
