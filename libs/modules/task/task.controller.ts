import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { Receipt, Sender } from '#platform/commands';
import { Allow, ById, ReceiptAnswer, Refuses, Sent } from '#platform/http';
import { Texts } from '#platform/texts';
import { EXTENSION_REFUSALS, ExtensionBody } from './obligation.controller.js';
import { TaskDispatch } from './task.handler.js';

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
    404: ['task.absent'],
    409: EXTENSION_REFUSALS[409].map((code) => `task.${code}`),
    412: ['request.stale'],
    422: [
      ...EXTENSION_REFUSALS[422].map((code) => `task.${code}`),
      'request.no-such-day',
      'request.document-empty',
      'request.document-of-the-future',
    ],
  })
  extend(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<Receipt> {
    const { due, on, document, reason } = body;
    return this.texts.during(sender, { reason }, (refs) =>
      this.commands.execute(
        new TaskDispatch(id, sender, 'ExtendTask', {
          due,
          on,
          document: { ...document },
          ...(refs.reason ? { reason: refs.reason } : {}),
        }),
      ),
    );
  }
}
