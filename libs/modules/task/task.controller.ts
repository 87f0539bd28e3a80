import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import type { Receipt, Sender } from '#platform/commands';
import { Allow, ById, DocumentBody, IsDay, Part, ReceiptAnswer, Refuses, Sent } from '#platform/http';
import { LONGEST_TEXT, Texts } from '#platform/texts';
import { EXTENSION_REFUSALS, ExtensionBody } from './obligation.controller.js';
import { extensionBy } from './obligation.handler.js';
import { actOn, TaskDispatch, type RowAct } from './task.handler.js';

/** What every act on a row but an extension is asked for with. */
export class ActBody {
  @IsDay()
  @ApiProperty({
    example: '2026-07-01',
    description: "The document's day of effect; of a declaration the day it names.",
  })
  on!: string;
  @Part(() => DocumentBody) @ApiProperty({ type: DocumentBody }) document!: DocumentBody;
  @IsString()
  @Length(1, LONGEST_TEXT)
  @ApiProperty({ example: 'Chờ sắp xếp tổ chức bộ máy theo chỉ đạo của tỉnh.' })
  reason!: string;
}

const refusesAct = (...conflicts: readonly string[]): MethodDecorator =>
  Refuses({
    404: ['task.absent', 'file.absent'],
    409: [...conflicts, 'task.row-left-the-plan', 'task.plan-closed'],
    412: ['request.stale'],
    422: [
      'request.reason-missing',
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
      ...(conflicts.includes('task.declared-already') ? ['task.declared-in-future'] : []),
    ],
  });

/** Acts on a whole row. */
@ApiTags('tasks')
@Controller('tasks/:id')
export class TaskController {
  constructor(
    private readonly commands: CommandBus,
    private readonly texts: Texts,
  ) {}

  @Post('extensions')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @Refuses({
    404: ['task.absent', 'file.absent'],
    409: [...EXTENSION_REFUSALS[409].map((code) => `task.${code}`), 'task.plan-closed'],
    412: ['request.stale'],
    422: [
      ...EXTENSION_REFUSALS[422].map((code) => `task.${code}`),
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
    ],
  })
  extend(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(new TaskDispatch(id, sender, 'ExtendTask', extensionBy(body, reason))),
    );
  }

  @Post('suspensions')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @refusesAct('task.suspended-already')
  suspend(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.act(id, 'suspend', body, sender);
  }

  @Post('resumptions')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @refusesAct('task.not-suspended')
  resume(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.act(id, 'resume', body, sender);
  }

  @Post('cancellations')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @refusesAct('task.cancelled-already')
  cancel(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.act(id, 'cancel', body, sender);
  }

  @Post('reopenings')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @refusesAct('task.not-cancelled')
  reopen(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.act(id, 'reopen', body, sender);
  }

  @Post('declarations')
  @Allow('coordinate')
  @ApiCreatedResponse({ type: ReceiptAnswer })
  @refusesAct('task.declared-already', 'task.not-declarable')
  declare(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.act(id, 'declare', body, sender);
  }

  private act(id: string, act: RowAct, body: ActBody, sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { reason: body.reason }, ({ reason }) =>
      this.commands.execute(actOn(id, act, body, sender, reason)),
    );
  }
}
