import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { Receipt, Sender } from '#platform/commands';
import {
  Allow,
  answer,
  DocumentBody,
  IsDay,
  maybe,
  oneOf,
  Optional,
  orNull,
  refusalExample,
  PAGE_LENGTH,
  PageQuery,
  Part,
  Refuses,
  Sent,
} from '#platform/http';
import { LONGEST_TEXT } from '#platform/texts';
import { Settlements, type Outcomes, type Wish, type Wishes } from './settlements.controller.js';

class UnsettledQuery extends PageQuery {
  @Optional() @IsDay() @ApiProperty({ required: false, example: '2025-03-05' }) on?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false }) unit?: string;
}

/** One obligation by its id, or by row and unit; without a row everything that the unit has open. */
class WishBody {
  @Optional()
  @IsUUID()
  @ApiProperty({ required: false, example: '6b2a9b7e-0d4c-5d0e-8a3f-8b6d0f1f2a3b' })
  obligation?: string;
  @Optional() @IsUUID() @ApiProperty({ required: false, example: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }) row?: string;
  @Optional()
  @IsUUID()
  @ApiProperty({ required: false, example: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10' })
  from?: string;
  /** The unit that owes it from then on; where it is ended, nobody. */
  @Optional() @IsUUID() @ApiProperty({ required: false, example: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11' }) to?: string;
  @Optional()
  @IsIn(['transfer', 'end'])
  @ApiProperty({ required: false, enum: ['transfer', 'end'], default: 'transfer' })
  act?: 'transfer' | 'end';
}

class TransfersBody {
  @IsDay() @ApiProperty({ example: '2025-03-01', description: 'The day of effect.' }) on!: string;
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  /** Needed where something is ended. */
  @Optional() @IsString() @MaxLength(LONGEST_TEXT) @ApiProperty({ required: false }) reason?: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5_000)
  @ValidateNested({ each: true })
  @Type(() => WishBody)
  @ApiProperty({ type: [WishBody] })
  items!: WishBody[];
}

const OLD = { id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10', code: 'H36.08', name: 'Sở Giao thông vận tải' };
const NEW = { id: 'c1f5a3d0-6a55-5b1c-9a70-2d5f8f6f2c11', code: 'H36.07', name: 'Sở Xây dựng' };
const TASK = { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'II.3', title: 'Rà soát thủ tục hành chính' };

const UNSETTLED_EXAMPLE = {
  on: '2025-03-05',
  stale: false,
  items: [
    {
      id: '6b2a9b7e-0d4c-5d0e-8a3f-8b6d0f1f2a3b',
      task: TASK,
      unit: { ...OLD, ended: '2025-03-01' },
      due: orNull('2025-09-30'),
      owed: 4,
      met: 1,
      started: true,
      waiting: false,
      overdue: false,
      suspended: false,
      successors: [
        {
          unit: NEW,
          by: oneOf('merge', 'split', 'dissolve', 'move-function'),
          function: orNull('Quản lý nhà nước về tín ngưỡng, tôn giáo'),
          distance: 1,
        },
      ],
    },
  ],
  next: orNull('WyI1MCJd'),
  total: 1,
};

const OUTCOMES_EXAMPLE = {
  on: '2025-03-01',
  items: [
    {
      item: 0,
      act: oneOf('transfer', 'end'),
      obligation: orNull('6b2a9b7e-0d4c-5d0e-8a3f-8b6d0f1f2a3b'),
      task: orNull(TASK),
      from: orNull(OLD),
      to: orNull(NEW),
      inherits: orNull(true),
      owed: orNull(4),
      met: orNull(1),
      waiting: false,
      state: oneOf('counted', 'refused'),
      entry: orNull('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
      refusal: refusalExample('plan.nothing-owed'),
    },
  ],
  counts: { counted: 1, refused: 0, waiting: 0 },
};

const REFUSED = {
  404: ['plan.absent', 'file.absent'],
  409: ['plan.not-promulgated', 'plan.closed'],
  412: ['request.stale'],
  422: [
    'settlement.too-many',
    'settlement.wish-incomplete',
    'request.document-empty',
    'request.document-of-the-future',
    'request.no-such-day',
  ],
};

const wishesOf = ({ on, document, reason, items }: TransfersBody): Wishes => ({
  on,
  document: { ...document },
  reason,
  items: items.map(({ act = 'transfer', ...wish }): Wish => ({ ...wish, act })),
});

/** What units that have ended still owe, and the acts by which others take it over or it ends. */
@ApiTags('settlement')
@Controller('plans/:id')
export class SettlementController {
  constructor(private readonly settlements: Settlements) {}

  @Get('unsettled')
  @Allow('read')
  @ApiOkResponse(answer(UNSETTLED_EXAMPLE))
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day', 'request.bad-cursor', 'request.bad-position'] })
  unsettled(@Param('id') id: string, @Query() { limit, ...query }: UnsettledQuery): Promise<object> {
    return this.settlements.unsettled(id, { ...query, limit: limit ?? PAGE_LENGTH });
  }

  @Post('transfers/preview')
  @HttpCode(200)
  @Allow('coordinate')
  @ApiOkResponse(answer(OUTCOMES_EXAMPLE))
  @Refuses(REFUSED)
  preview(@Param('id') id: string, @Body() body: TransfersBody, @Sent() sender: Sender): Promise<Outcomes> {
    return this.settlements.preview(id, wishesOf(body), sender);
  }

  /** Each obligation is counted or refused on its own; what is refused leaves the others as they are. */
  @Post('transfers')
  @Allow('coordinate')
  @ApiCreatedResponse(
    answer({
      id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f',
      revision: 92,
      position: '4711',
      entry: maybe('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
      unchanged: maybe(true),
      ...OUTCOMES_EXAMPLE,
    }),
  )
  @Refuses(REFUSED)
  settle(@Param('id') id: string, @Body() body: TransfersBody, @Sent() sender: Sender): Promise<Receipt & Outcomes> {
    return this.settlements.settle(id, wishesOf(body), sender);
  }
}
