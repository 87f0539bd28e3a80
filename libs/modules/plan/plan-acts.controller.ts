import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsString,
  IsUUID,
  Length,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import {
  Allow,
  answer,
  ById,
  DocumentBody,
  IsDay,
  maybe,
  oneOf,
  Optional,
  OptionalPart,
  orNull,
  refusalExample,
  PAGE_LENGTH,
  PageQuery,
  Part,
  ReceiptAnswer,
  Refuses,
  Sent,
} from '#platform/http';
import { LONGEST_TEXT, Texts } from '#platform/texts';
import { AmendmentForesight, type AmendmentByHand } from './amendment-foresight.controller.js';
import { inputOf, ROW_REFUSALS, RowBody } from './plan.controller.js';
import type { AmendmentWish } from './plan.decider.js';
import { PlanActAnswers } from './plan-act-answers.controller.js';
import { PlanWithdrawals, type WithdrawalWish } from './plan-withdrawals.controller.js';
import { PlanDispatch } from './plan.handler.js';
import { PlanQuery } from './plan.query.js';

class PlanWithdrawalBody {
  @IsString() @Length(1, LONGEST_TEXT) @ApiProperty({ example: 'Ban hành nhầm bản dự thảo.' }) reason!: string;
  @OptionalPart(() => DocumentBody)
  @ApiProperty({ required: false, type: DocumentBody })
  document?: DocumentBody;
}

class ClosingBody {
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @IsDay() @ApiProperty({ example: '2026-12-31', description: 'The day of closing.' }) on!: string;
  @Optional() @IsString() @MaxLength(LONGEST_TEXT) @ApiProperty({ required: false }) reason?: string;
}

class AddedRowBody extends RowBody {
  /** The row behind which it stands; null for the first place. Without it: behind the last row of its field. */
  @Optional()
  @ValidateIf((body: AddedRowBody) => body.after !== null)
  @IsUUID()
  @ApiProperty({ required: false, nullable: true, type: String, example: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' })
  after?: string | null;
}

class ChangedRowBody extends RowBody {
  @IsUUID() @ApiProperty({ example: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }) row!: string;
}

class AmendmentBody {
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @IsDay() @ApiProperty({ example: '2026-07-15', description: 'The day from which the rows change.' }) effect!: string;
  @Optional() @IsString() @MaxLength(LONGEST_TEXT) @ApiProperty({ required: false }) reason?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => AddedRowBody)
  @ApiProperty({ required: false, type: [AddedRowBody] })
  added?: AddedRowBody[];
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => ChangedRowBody)
  @ApiProperty({ required: false, type: [ChangedRowBody] })
  changed?: ChangedRowBody[];
  @Optional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsUUID(undefined, { each: true })
  @ApiProperty({ required: false, type: [String], example: ['5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10'] })
  removed?: string[];
}

class ByIdAndEntry extends ById {
  @IsUUID() @ApiProperty({ example: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10' }) entry!: string;
}

class AmendmentAnswer extends ReceiptAnswer {
  @ApiProperty({ type: [String], example: ['7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'] }) rows!: string[];
}

const UNITS = [{ id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ' }];
const AMENDMENT_PREVIEW = answer({
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  effect: '2026-07-15',
  rows: [
    {
      status: oneOf('changed', 'added', 'same'),
      id: maybe('7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'),
      field: 'CDDH',
      code: 'I.2',
      title: 'Báo cáo định kỳ cải cách hành chính quý I',
      deadline: '30/9/2026',
      due: maybe(orNull('2026-09-30')),
      changes: [{ column: 'deadline', before: '30/6/2026', after: '30/9/2026' }],
      begins: UNITS,
      ends: UNITS,
    },
  ],
  removed: [{ row: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10', code: 'I.4', title: 'Tổ chức hội nghị', reports: 1 }],
  summary: { same: 0, changed: 1, added: 1, removed: 1 },
  refusal: refusalExample('plan.cycle-is-fixed'),
});

const DOCUMENT_REFUSALS = ['request.no-such-day', 'request.document-empty', 'request.document-of-the-future'];

const withdrawalOf = ({ reason, document }: PlanWithdrawalBody): WithdrawalWish => ({
  reason,
  ...(document ? { document: { ...document } } : {}),
});

/** What happens to a promulgated plan as a document: amendment, closing, and taking them back. */
@ApiTags('plans')
@Controller('plans/:id')
export class PlanActsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly texts: Texts,
    private readonly plans: PlanQuery,
    private readonly foresight: AmendmentForesight,
    private readonly answers: PlanActAnswers,
    private readonly withdrawals: PlanWithdrawals,
  ) {}

  /** What an amendment by hand would change, row by row, and what the plan would refuse; nothing is recorded. */
  @Post('amendments/preview')
  @HttpCode(200)
  @Allow('plan')
  @ApiOkResponse(AMENDMENT_PREVIEW)
  @Refuses({ 404: ['plan.absent'], 422: ['request.no-such-day'] })
  foresee(@Param() { id }: ById, @Body() body: AmendmentBody, @Sent() sender: Sender): Promise<AmendmentByHand> {
    const { document, effect } = body;
    return this.foresight.byHand(id, { document: { ...document }, effect, ...wishOf(body, sender) }, sender);
  }

  /** `rows` are the ids of the rows that were added, in their order. */
  @Post('amendments')
  @Allow('plan')
  @ApiCreatedResponse({ type: AmendmentAnswer })
  @Refuses({
    404: ['plan.absent', 'plan.row-absent', 'file.absent'],
    409: [
      'plan.not-promulgated',
      'plan.closed',
      'plan.amendment-out-of-order',
      'plan.row-twice',
      'plan.row-known',
      'plan.cycle-is-fixed',
      'plan.no-period-left',
      'plan.later-act-stands',
      'plan.no-rows',
      'plan.row-obliges-nobody',
      'plan.lead-not-operating',
      'plan.no-room-between-rows',
    ],
    412: ['request.stale'],
    422: [
      ...ROW_REFUSALS,
      ...DOCUMENT_REFUSALS,
      'plan.row-named-twice',
      'plan.effect-before-document',
      'plan.effect-too-far',
    ],
  })
  async amend(
    @Param() { id }: ById,
    @Body() body: AmendmentBody,
    @Sent() sender: Sender,
  ): Promise<Receipt & { readonly rows: readonly string[] }> {
    const { document, effect, reason } = body;
    const wish = wishOf(body, sender);
    const receipt = await this.texts.during(sender, { reason }, (refs) =>
      this.commands.execute<PlanDispatch, Receipt>(
        new PlanDispatch(id, sender, 'AmendPlan', {
          document: { ...document },
          effect,
          ...(refs.reason ? { reason: refs.reason } : {}),
          ...wish,
        }),
      ),
    );
    return { ...receipt, rows: wish.added.map(({ row }) => row) };
  }

  @Post('promulgation/withdrawal')
  @Allow('plan')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'file.absent'],
    409: ['plan.not-promulgated', 'plan.closed', 'plan.work-begun'],
    412: ['request.stale'],
    422: ['request.reason-missing', ...DOCUMENT_REFUSALS],
  })
  withdrawPromulgation(
    @Param() { id }: ById,
    @Body() body: PlanWithdrawalBody,
    @Sent() sender: Sender,
  ): Promise<Receipt> {
    return this.withdrawals.promulgation(id, withdrawalOf(body), sender);
  }

  @Put('closing')
  @Allow('plan')
  @ApiOkResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'file.absent'],
    409: ['plan.not-promulgated', 'plan.closed'],
    412: ['request.stale'],
    422: [...DOCUMENT_REFUSALS, 'plan.closing-of-the-future', 'plan.closing-before-effect'],
  })
  close(
    @Param() { id }: ById,
    @Body() { document, on, reason }: ClosingBody,
    @Sent() sender: Sender,
  ): Promise<Receipt> {
    return this.texts.during(sender, { reason }, (refs) =>
      this.commands.execute(
        new PlanDispatch(id, sender, 'ClosePlan', {
          document: { ...document },
          on,
          ...(refs.reason ? { reason: refs.reason } : {}),
        }),
      ),
    );
  }

  @Post('closing/withdrawal')
  @Allow('plan')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'file.absent'],
    409: ['plan.not-closed'],
    412: ['request.stale'],
    422: ['request.reason-missing', ...DOCUMENT_REFUSALS],
  })
  withdrawClosing(@Param() { id }: ById, @Body() body: PlanWithdrawalBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.withdrawals.closing(id, withdrawalOf(body), sender);
  }

  /** Takes back a transfer or an ending of an obligation. */
  @Post('acts/:entry/withdrawal')
  @Allow('plan')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['plan.absent', 'entry.absent', 'file.absent'],
    409: ['plan.not-promulgated', 'plan.closed', 'plan.breaks-later-act', 'plan.work-behind'],
    412: ['request.stale'],
    422: ['request.reason-missing', ...DOCUMENT_REFUSALS],
  })
  withdrawAct(
    @Param() { id, entry }: ByIdAndEntry,
    @Body() body: PlanWithdrawalBody,
    @Sent() sender: Sender,
  ): Promise<Receipt> {
    return this.withdrawals.act(id, entry, withdrawalOf(body), sender);
  }

  /** Promulgation, amendments, transfers, closing: what happened to the plan as a document, oldest first. */
  @Get('acts')
  @Allow('read')
  @ApiOkResponse(
    answer({
      items: [
        {
          id: '43a71ec7-cc30-5a81-8e09-21cb89cc0519',
          kind: 'PlanAmended',
          on: '2026-07-15',
          recorded: '2026-07-10T02:00:00.000Z',
          words: 'Điều chỉnh kế hoạch từ ngày 15/07/2026: bổ sung 1, sửa 1, đưa ra 1 nhiệm vụ',
          actor: { id: '47c7d1ff-8e9e-59b1-9e1f-8a65eab402d0', name: 'Điều phối viên 1, Sở Nội vụ' },
          position: '60',
          entry: maybe('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
          document: maybe({
            kind: 'Quyết định',
            number: '0412/QĐ-UBND',
            date: '2026-07-10',
            signatory: maybe('Chủ tịch UBND tỉnh'),
            file: maybe('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
          }),
          effect: maybe('2026-07-15'),
          reason: maybe({ id: '9dea8c1f-716e-5f51-b9fb-81c72b113a65', text: 'Điều chỉnh theo chỉ đạo.' }),
          rows: maybe(68),
          added: maybe(1),
          changed: maybe(1),
          removed: maybe(1),
        },
      ],
      next: orNull('WyIyIl0'),
    }),
  )
  @Refuses({ 404: ['plan.absent'], 422: ['request.bad-cursor'] })
  async acts(@Param('id') id: string, @Query() query: PageQuery): Promise<{ items: object[]; next: string | null }> {
    const plan = await this.plans.find(id);
    const page = await this.plans.acts(plan.id, { ...query, limit: query.limit ?? PAGE_LENGTH });
    const worded = await this.answers.worded(page.items);
    return {
      items: worded.map((act, index) => {
        const { reason: _, ...facts } = page.items[index]?.data ?? {};
        return { ...facts, ...act };
      }),
      next: page.next,
    };
  }
}

/** What an amendment's body wishes; rows that are added get their ids from the command, so that repeating it adds none. */
const wishOf = ({ added = [], changed = [], removed = [] }: AmendmentBody, sender: Sender): AmendmentWish => ({
  added: added.map((body, index) => ({
    row: idOf(sender.command, 'row', index),
    content: inputOf(body),
    ...(body.after === undefined ? {} : { after: body.after }),
  })),
  changed: changed.map((body) => ({ row: body.row, content: inputOf(body) })),
  removed,
});
