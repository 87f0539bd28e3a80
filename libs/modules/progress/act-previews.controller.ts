import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  ActBody,
  actOn,
  extensionBy,
  ExtensionBody,
  ObligationDispatch,
  TaskDispatch,
  type RowAct,
} from '#modules/task';
import type { Sender } from '#platform/commands';
import { Allow, answer, ById, oneOf, orNull, refusalExample, Refuses, Sent } from '#platform/http';
import { Texts } from '#platform/texts';
import { ActForesight, type ActForeseen } from './act-foresight.controller.js';
import { COUNTS_EXAMPLE } from './progress-examples.controller.js';

const STATES = oneOf('completed', 'maintained', 'in-progress', 'not-started');
const PREVIEW = answer({
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  task: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
  on: '2026-07-01',
  position: '48213',
  stale: false,
  refusal: refusalExample('task.cancelled-already'),
  row: {
    before: orNull({ state: STATES, flags: ['overdue'] }),
    after: orNull({ state: STATES, flags: ['suspended'] }),
  },
  due: orNull({ before: '2026-06-30', after: '2026-08-31' }),
  figures: { before: COUNTS_EXAMPLE, after: COUNTS_EXAMPLE },
});

/** The route that foresees what another one does. */
const Foresees = (route: string): MethodDecorator =>
  applyDecorators(
    Post(`${route}/preview`),
    HttpCode(200),
    Allow('coordinate'),
    ApiOkResponse(PREVIEW),
    Refuses({ 404: [route.startsWith('tasks/') ? 'task.absent' : 'obligation.absent'] }),
  );

/** What acts on a row, or on one obligation of it, would do; nothing is recorded. */
@ApiTags('tasks')
@Controller()
export class ActPreviewsController {
  constructor(
    private readonly foresight: ActForesight,
    private readonly texts: Texts,
  ) {}

  @Foresees('tasks/:id/extensions')
  extend(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.foresight.ofTask(id, body.on, sender, () => {
      const { reason } = this.texts.foreseen(sender, { reason: body.reason });
      return new TaskDispatch(id, sender, 'ExtendTask', extensionBy(body, reason));
    });
  }

  @Foresees('obligations/:id/extensions')
  extendOne(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.foresight.ofObligation(id, body.on, sender, () => {
      const { reason } = this.texts.foreseen(sender, { reason: body.reason });
      return new ObligationDispatch(id, sender, 'ExtendObligation', extensionBy(body, reason));
    });
  }

  @Foresees('tasks/:id/suspensions')
  suspend(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'suspend', body, sender);
  }

  @Foresees('tasks/:id/resumptions')
  resume(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'resume', body, sender);
  }

  @Foresees('tasks/:id/cancellations')
  cancel(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'cancel', body, sender);
  }

  @Foresees('tasks/:id/reopenings')
  reopen(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'reopen', body, sender);
  }

  @Foresees('tasks/:id/declarations')
  declare(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'declare', body, sender);
  }

  private act(id: string, act: RowAct, body: ActBody, sender: Sender): Promise<ActForeseen> {
    return this.foresight.ofTask(id, body.on, sender, () =>
      actOn(id, act, body, sender, this.texts.foreseen(sender, { reason: body.reason }).reason),
    );
  }
}
