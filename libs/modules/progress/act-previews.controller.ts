import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Refusal, type Day, type JsonObject, type Messages, type Proposed, type TextRef } from '#kernel';
import { fieldsOf } from '#modules/plan';
import {
  ActBody,
  ExtensionBody,
  ObligationBoardQuery,
  ObligationDispatch,
  ObligationHandler,
  TaskDispatch,
  TaskHandler,
} from '#modules/task';
import { Clock } from '#platform/clock';
import type { Sender } from '#platform/commands';
import { Allow, answer, ById, oneOf, orNull, Refuses, Sent } from '#platform/http';
import { COUNTS_EXAMPLE } from './progress-examples.controller.js';
import { shownStanding } from './progress-rows.controller.js';
import { ProgressQuery, type Counts, type PlanFacts } from './progress.query.js';
import { RowForesight, type RowStanding } from './row-foresight.query.js';

type Shown = ReturnType<typeof shownStanding> | null;

/** What an act would do to a row and to the figures of its plan. */
type ActForeseen = {
  readonly plan: string;
  readonly task: string;
  /** The day of the figures: that of the act's effect, or today where that is later. */
  readonly on: Day;
  /** Why it would be refused; null when nothing stands against it. */
  readonly refusal: { readonly code: string; readonly details: JsonObject } | null;
  readonly row: { readonly before: Shown; readonly after: Shown };
  readonly figures: { readonly before: Counts; readonly after: Counts };
};

/** An act, and the stream on which it would be. */
type Wished = {
  readonly plan: PlanFacts;
  readonly task: string;
  readonly stream: string;
  readonly effect: Day;
  readonly sender: Sender;
  readonly foresee: () => Promise<readonly Proposed<Messages>[]>;
};

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

const shown = (row: RowStanding | null): Shown => (row ? shownStanding(row) : null);

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
  constructor(
    private readonly progress: ProgressQuery,
    private readonly foresight: RowForesight,
    private readonly board: ObligationBoardQuery,
    private readonly clock: Clock,
    private readonly tasks: TaskHandler,
    private readonly obligations: ObligationHandler,
  ) {}

  @Foresees('tasks/:id/extensions')
  extend(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<ActForeseen> {
    return this.ofTask(id, new TaskDispatch(id, sender, 'ExtendTask', extensionOf(body, sender)), body.on);
  }

  @Foresees('obligations/:id/extensions')
  async extendOne(@Param() { id }: ById, @Body() body: ExtensionBody, @Sent() sender: Sender): Promise<ActForeseen> {
    const dispatch = new ObligationDispatch(id, sender, 'ExtendObligation', extensionOf(body, sender));
    return this.foreseen({
      plan: await this.progress.planOf('obligation', id),
      task: await this.progress.taskOf(id),
      stream: `obligation-${id}`,
      effect: body.on,
      sender,
      foresee: () => this.obligations.foresee(dispatch),
    });
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
    return this.ofTask(id, new TaskDispatch(id, sender, name, wish), on);
  }

  private async ofTask(id: string, dispatch: TaskDispatch, effect: string): Promise<ActForeseen> {
    return this.foreseen({
      plan: await this.progress.planOf('task', id),
      task: id,
      stream: `task-${id}`,
      effect,
      sender: dispatch.sender,
      foresee: () => this.tasks.foresee(dispatch),
    });
  }

  private async foreseen({ plan, task, stream, effect, sender, foresee }: Wished): Promise<ActForeseen> {
    await Promise.all([this.foresight.caughtUp(), this.board.caughtUp()]);
    const today = this.clock.today();
    const wished = await foresee().catch((error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    });
    const clocks = await this.progress.clocks({ on: effect > today ? effect : today });
    const { row, figures } = await this.foresight.of(
      plan,
      task,
      fieldsOf(plan.fieldSet).map(({ code }) => code),
      clocks,
      wished instanceof Refusal
        ? []
        : wished.map(({ type, data, on = today }) => ({ stream, type, data, on, actor: sender.actor })),
    );
    return {
      plan: plan.id,
      task,
      on: clocks.on,
      refusal: wished instanceof Refusal ? { code: wished.code, details: wished.details } : null,
      row: { before: shown(row.before), after: shown(row.after) },
      figures,
    };
  }
}
