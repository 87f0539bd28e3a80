import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { TextRef } from '#kernel';
import { ActBody, ExtensionBody, ObligationDispatch, TaskDispatch } from '#modules/task';
import type { Sender } from '#platform/commands';
import { Allow, answer, ById, oneOf, orNull, Refuses, Sent } from '#platform/http';
import { ActForesight, type ActForeseen } from './act-foresight.controller.js';
import { COUNTS_EXAMPLE } from './progress-examples.controller.js';

type Act = 'SuspendTask' | 'ResumeTask' | 'CancelTask' | 'ReopenTask' | 'DeclareTask';

const STATES = oneOf('completed', 'maintained', 'in-progress', 'not-started');
const PREVIEW = answer({
  plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
  task: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
  on: '2026-07-01',
  refusal: orNull({ code: 'task.cancelled-already', details: {} }),
  row: {
    before: orNull({ state: STATES, flags: ['overdue'] }),
    after: orNull({ state: STATES, flags: ['suspended'] }),
  },
  figures: { before: COUNTS_EXAMPLE, after: COUNTS_EXAMPLE },
});

/** The route that foresees what another one does. */
const Foresees = (route: string): MethodDecorator =>
  applyDecorators(
    Post(`${route}/preview`),
    HttpCode(200),
    Allow('coordinate'),
    ApiOkResponse(PREVIEW),
    Refuses({ 404: [route.startsWith('tasks/') ? 'task.absent' : 'obligation.absent'], 422: ['request.no-such-day'] }),
  );

/** What is typed is not kept for a preview: rules only ask whether there is any. */
const mentioned = ({ command }: Sender): TextRef => ({ id: command, hash: '0'.repeat(64) });

const extensionOf = ({ due, on, document, reason }: ExtensionBody, sender: Sender) => ({
  due,
  on,
  document: { ...document },
  ...(reason === undefined ? {} : { reason: mentioned(sender) }),
});

/** What acts on a row, or on one obligation of it, would do; nothing is recorded. */
@ApiTags('tasks')
@Controller()
export class ActPreviewsController {
  constructor(private readonly foresight: ActForesight) {}

  @Foresees('tasks/:id/extensions')
  extend(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.foresight.ofTask(new TaskDispatch(id, sender, 'ExtendTask', extensionOf(body, sender)), body.on);
  }

  @Foresees('obligations/:id/extensions')
  extendOne(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<ActForeseen> {
    const dispatch = new ObligationDispatch(id, sender, 'ExtendObligation', extensionOf(body, sender));
    return this.foresight.ofObligation(dispatch, body.on);
  }

  @Foresees('tasks/:id/suspensions')
  suspend(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'SuspendTask', body, sender);
  }

  @Foresees('tasks/:id/resumptions')
  resume(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'ResumeTask', body, sender);
  }

  @Foresees('tasks/:id/cancellations')
  cancel(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'CancelTask', body, sender);
  }

  @Foresees('tasks/:id/reopenings')
  reopen(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'ReopenTask', body, sender);
  }

  @Foresees('tasks/:id/declarations')
  declare(@Param() { id }: ById, @Body() body: ActBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.act(id, 'DeclareTask', body, sender);
  }

  private act(id: string, name: Act, { on, document }: ActBody, sender: Sender): Promise<ActForeseen> {
    const wish = { on, document: { ...document }, reason: mentioned(sender) };
    return this.foresight.ofTask(new TaskDispatch(id, sender, name, wish), on);
  }
}
