import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, IsUUID, Length, MaxLength } from 'class-validator';
import { refusal, type Day } from '#kernel';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  Optional,
  OptionalPart,
  orNull,
  PAGE_LENGTH,
  PageQuery,
  People,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { Projector } from '#platform/projector';
import type { OrganizationCommands } from './organization.decider.js';
import { ORGANIZATION, OrganizationDispatch } from './organization.handler.js';
import { OrganizationQuery } from './organization.query.js';
import { PostAnswers } from './post-answers.controller.js';
import { UnitAnswers } from './unit-answers.controller.js';

class DecisionBody {
  /** The first day of operation. */
  @IsDay() @ApiProperty({ example: '2025-03-01' }) on!: string;
  /** The day of the decision, where it was another one. */
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2025-02-18' }) decided?: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

class FoundingBody extends DecisionBody {
  @IsString() @Length(1, 64) @ApiProperty({ example: 'H99.01' }) code!: string;
  @IsString() @Length(1, 300) @ApiProperty({ example: 'Sở Nội vụ' }) name!: string;
  @IsString() @Length(1, 40) @ApiProperty({ example: 'department' }) kind!: string;
  @IsUUID() @ApiProperty({ example: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42' }) parent!: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['Sở NV'] })
  aliases?: string[];
}

/** What is left out stays as it is. */
class UnitNameBody extends DecisionBody {
  @Optional() @IsString() @Length(1, 64) @ApiProperty({ required: false, example: 'H99.01' }) code?: string;
  @Optional() @IsString() @Length(1, 300) @ApiProperty({ required: false, example: 'Sở Nội vụ' }) name?: string;
  @Optional() @IsString() @Length(1, 40) @ApiProperty({ required: false, example: 'department' }) kind?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['Sở NV'] })
  aliases?: string[];
}

class UnitParentBody extends DecisionBody {
  @IsUUID() @ApiProperty({ example: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42' }) parent!: string;
}

class DissolutionBody extends DecisionBody {
  /** The units that carry its work on. */
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsUUID(undefined, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10'] })
  successors?: string[];
}

class UnitsQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-01-01' }) on?: string;
  @Optional() @IsString() @MaxLength(200) @ApiProperty({ required: false, example: 'so noi vu' }) search?: string;
  @Optional() @IsString() @MaxLength(40) @ApiProperty({ required: false, example: 'department' }) kind?: string;
}

class UnitQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2026-01-01' }) on?: string;
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

class FoundedAnswer extends ReceiptAnswer {
  @ApiProperty({ example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) unit!: string;
}

const UNIT_EXAMPLE = {
  id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  code: 'H99.01',
  name: 'Sở Nội vụ',
  kind: 'department',
  kindName: 'Sở, ban, ngành',
  parent: orNull({ id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Ủy ban nhân dân tỉnh' }),
  aliases: ['Sở NV'],
  founded: '2025-07-01',
  dissolved: orNull('2026-03-01'),
};

const NAMING_REFUSALS = ['organization.bad-code', 'organization.bad-name', 'organization.unknown-kind'];
const DAY_REFUSALS = [
  'organization.decided-after-operation',
  'organization.bad-day',
  'request.document-empty',
  'request.document-of-the-future',
];

type Decided = { on: Day; decided: Day; document?: OrganizationCommands['FoundUnit']['document'] & object };

const decidedBy = ({ on, decided, document }: DecisionBody): Decided => ({
  on,
  decided: decided ?? on,
  ...(document === undefined ? {} : { document: { ...document } }),
});

/** Units: how they are called, where they stand, how they begin and end. */
@ApiTags('units')
@Controller('units')
export class UnitsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly organization: OrganizationQuery,
    private readonly posts: PostAnswers,
    private readonly answers: UnitAnswers,
    private readonly people: People,
    private readonly projector: Projector,
  ) {}

  @Get()
  @Allow('read')
  @ApiOkResponse(answer({ items: [UNIT_EXAMPLE], next: orNull('WyJT4bufIl0'), stale: false }))
  @Refuses({ 422: ['request.bad-cursor'] })
  async list(@Query() { after, limit, ...query }: UnitsQuery): Promise<object> {
    const stale = await this.behind(after);
    const { items, next } = await this.organization.page({ ...query, limit: limit ?? PAGE_LENGTH });
    return { items: await this.answers.shown(items, query.on), next, stale };
  }

  @Get(':id')
  @Allow('read')
  @ApiOkResponse(
    answer({
      ...UNIT_EXAMPLE,
      operating: true,
      posts: [
        {
          id: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11',
          title: 'Giám đốc',
          head: true,
          holder: orNull({ id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Trưởng đơn vị' }),
        },
      ],
      history: [
        {
          at: '9',
          type: 'UnitFounded',
          on: '2025-07-01',
          recorded: '2025-12-01T01:00:00.000Z',
          actor: { id: '47c7d1ff-8e9e-59b1-9e1f-8a65eab402d0', name: 'Quản trị viên' },
          data: {},
        },
      ],
      stale: false,
    }),
  )
  @Refuses({ 404: ['organization.unit-absent'] })
  async one(@Param() { id }: ById, @Query() { on, after }: UnitQuery): Promise<object> {
    const stale = await this.behind(after);
    const unit = await this.organization.unit(id, on);
    if (!unit) throw refusal('absent', 'organization.unit-absent', { unit: id });
    const [[shown], posts, history, operating] = await Promise.all([
      this.answers.shown([unit], on),
      this.posts.of(id, on),
      this.organization.history(id),
      this.organization.operates(id, on),
    ]);
    const person = await this.people.called(history.map(({ actor }) => actor));
    return {
      ...shown,
      operating,
      posts,
      history: history.map((act) => ({ ...act, actor: person(act.actor) })),
      stale,
    };
  }

  @Post()
  @Allow('administer')
  @ApiCreatedResponse({ type: FoundedAnswer })
  @Refuses({
    404: ['organization.parent-absent', 'file.absent'],
    409: ['organization.code-in-use', 'organization.name-in-use', 'organization.parent-not-operating'],
    422: [...NAMING_REFUSALS, 'organization.kind-not-in-use', ...DAY_REFUSALS],
  })
  async found(@Body() body: FoundingBody, @Sent() sender: Sender): Promise<Receipt & { unit: string }> {
    const unit = idOf(sender.command, 'unit');
    const { code, name, kind, parent, aliases = [] } = body;
    const data = { unit, code, name, kind, parent, aliases, ...decidedBy(body) };
    const dispatch = new OrganizationDispatch(ORGANIZATION, sender, 'FoundUnit', data);
    const receipt = await this.commands.execute<OrganizationDispatch, Receipt>(dispatch);
    return { ...receipt, unit };
  }

  @Put(':id/name')
  @Allow('administer')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['organization.unit-absent', 'file.absent'],
    409: ['organization.not-operating', 'organization.code-in-use', 'organization.later-act-stands'],
    412: ['request.stale'],
    422: [...NAMING_REFUSALS, 'organization.kind-not-in-use', ...DAY_REFUSALS],
  })
  rename(@Param() { id }: ById, @Body() body: UnitNameBody, @Sent() sender: Sender): Promise<Receipt> {
    const { code, name, kind, aliases } = body;
    const named = { code, name, kind, aliases };
    const said = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
    const data = { unit: id, ...said, ...decidedBy(body) };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'RenameUnit', data));
  }

  @Put(':id/parent')
  @Allow('administer')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['organization.unit-absent', 'organization.parent-absent', 'file.absent'],
    409: [
      'organization.not-operating',
      'organization.parent-not-operating',
      'organization.cycle',
      'organization.root-stays',
    ],
    412: ['request.stale'],
    422: DAY_REFUSALS,
  })
  move(@Param() { id }: ById, @Body() body: UnitParentBody, @Sent() sender: Sender): Promise<Receipt> {
    const data = { unit: id, parent: body.parent, ...decidedBy(body) };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'MoveUnit', data));
  }

  @Put(':id/dissolution')
  @Allow('administer')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['organization.unit-absent', 'file.absent'],
    409: [
      'organization.already-dissolved',
      'organization.before-founding',
      'organization.later-act-stands',
      'organization.operating-children',
      'organization.successor-not-operating',
      'organization.root-stays',
    ],
    412: ['request.stale'],
    422: DAY_REFUSALS,
  })
  dissolve(@Param() { id }: ById, @Body() body: DissolutionBody, @Sent() sender: Sender): Promise<Receipt> {
    const data = { unit: id, successors: body.successors ?? [], ...decidedBy(body) };
    return this.commands.execute(new OrganizationDispatch(ORGANIZATION, sender, 'DissolveUnit', data));
  }

  private behind(after: string | undefined): Promise<boolean> {
    return this.projector.lags(['units', 'posts'], after);
  }
}
