import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Receipt, Sender } from '#platform/commands';
import {
  Allow,
  answer,
  DocumentBody,
  maybe,
  oneOf,
  Optional,
  orNull,
  Part,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { Projector } from '#platform/projector';
import type { RuleSet } from './rulebook.events.js';
import { RULEBOOK, RulebookDispatch } from './rulebook.handler.js';
import { RulebookQuery, type RuleSetItem } from './rulebook.query.js';

class WindowBody {
  @Matches(/^\d{2}-\d{2}$/)
  @ApiProperty({ example: '03-14', description: 'A day of any year, MM-DD.' })
  cutoff!: string;
  @Matches(/^\d{2}-\d{2}$/) @ApiProperty({ example: '03-20' }) due!: string;
}

class RuleSetBody {
  @IsString() @Length(1, 40) @ApiProperty({ example: '2027' }) version!: string;
  /** The first plan year it applies to. */
  @IsInt() @Min(2011) @Max(2100) @ApiProperty({ example: 2027, type: 'integer' }) since!: number;
  /** Whether the day behind "trước" still counts. */
  @IsIn(['inclusive', 'exclusive'])
  @ApiProperty({ example: 'inclusive', enum: ['inclusive', 'exclusive'] })
  before!: RuleSet['before'];
  /** What becomes of a due date on a day off. */
  @IsIn(['stays', 'next-working-day'])
  @ApiProperty({ example: 'next-working-day', enum: ['stays', 'next-working-day'] })
  dayOff!: RuleSet['dayOff'];
  @IsArray()
  @ArrayMinSize(4)
  @ArrayMaxSize(4)
  @ValidateNested({ each: true })
  @Type(() => WindowBody)
  @ApiProperty({ type: [WindowBody] })
  quarterly!: WindowBody[];
  @IsArray()
  @ArrayMinSize(12)
  @ArrayMaxSize(12)
  @ValidateNested({ each: true })
  @Type(() => WindowBody)
  @ApiProperty({ type: [WindowBody] })
  monthly!: WindowBody[];
  @IsInt() @Min(0) @Max(5) @ApiProperty({ example: 1, type: 'integer' }) yearsBefore!: number;
  @IsInt() @Min(0) @Max(30) @ApiProperty({ example: 10, type: 'integer' }) yearsAfter!: number;
  /** The figure that stands first on the page of a plan that is drafted with this set. */
  @Optional()
  @IsIn(['completed', 'carriedOut', 'started'])
  @ApiProperty({ required: false, example: 'completed', enum: ['completed', 'carriedOut', 'started'] })
  headline?: NonNullable<RuleSet['headline']>;
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
}

class ByVersion {
  @IsString() @MaxLength(40) @ApiProperty({ example: '2027' }) version!: string;
}

class RuleSetsQuery {
  @Optional() @IsString() @MaxLength(100) @ApiProperty({ required: false }) after?: string;
}

const RULE_SET_EXAMPLE = {
  version: '2027',
  since: 2027,
  before: oneOf('inclusive', 'exclusive'),
  dayOff: oneOf('next-working-day', 'stays'),
  quarterly: [{ cutoff: '03-14', due: '03-20' }],
  monthly: [{ cutoff: '01-14', due: '01-20' }],
  yearsBefore: 1,
  yearsAfter: 10,
  headline: maybe(oneOf('completed', 'carriedOut', 'started')),
  calendars: [{ year: 2027, version: 1 }],
  shipped: false,
  document: orNull({
    kind: 'Quyết định',
    number: '0112/QĐ-UBND',
    date: '2026-11-20',
    signatory: maybe('Chủ tịch UBND tỉnh'),
  }),
  recorded: orNull('2026-11-26T02:00:00.000Z'),
};

/** Rule sets: how the deadlines of plans are read. */
@ApiTags('rulebook')
@Controller('rule-sets')
export class RuleSetsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly rulebook: RulebookQuery,
    private readonly projector: Projector,
  ) {}

  @Get()
  @Allow('read')
  @ApiOkResponse(answer({ items: [RULE_SET_EXAMPLE], stale: false }))
  async list(@Query() { after }: RuleSetsQuery): Promise<object> {
    const stale = await this.projector.lags(['rules'], after);
    return { items: await this.rulebook.ruleSets(), stale };
  }

  @Get(':version')
  @Allow('read')
  @ApiOkResponse(answer(RULE_SET_EXAMPLE))
  @Refuses({ 404: ['rulebook.rule-set-absent'] })
  one(@Param() { version }: ByVersion): Promise<RuleSetItem> {
    return this.rulebook.ruleSet(version);
  }

  @Post()
  @Allow('plan')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['file.absent'],
    409: ['rulebook.version-taken', 'rulebook.calendar-missing'],
    412: ['request.stale'],
    422: [
      'rulebook.bad-version',
      'rulebook.year-out-of-range',
      'rulebook.unknown-choice',
      'rulebook.reach-out-of-range',
      'rulebook.windows-incomplete',
      'rulebook.windows-out-of-order',
      'rulebook.window-without-day',
      'rulebook.window-due-before-cutoff',
      'request.document-empty',
      'request.document-of-the-future',
      'request.no-such-day',
    ],
  })
  issue(@Body() body: RuleSetBody, @Sent() sender: Sender): Promise<Receipt> {
    const { quarterly, monthly, document, headline, ...choices } = body;
    const plain = (windows: readonly WindowBody[]) => windows.map(({ cutoff, due }) => ({ cutoff, due }));
    const data = {
      ...choices,
      quarterly: plain(quarterly),
      monthly: plain(monthly),
      ...(headline === undefined ? {} : { headline }),
      document: { ...document },
    };
    return this.commands.execute(new RulebookDispatch(RULEBOOK, sender, 'IssueRuleSet', data));
  }
}
