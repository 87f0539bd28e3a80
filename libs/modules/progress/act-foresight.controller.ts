import { Injectable } from '@nestjs/common';
import { Refusal, type Day, type Messages, type Proposed } from '#kernel';
import { fieldsOf } from '#modules/plan';
import {
  ObligationHandler,
  TaskHandler,
  type ObligationDispatch,
  type TaskDispatch,
  type TaskEvents,
} from '#modules/task';
import { Clock } from '#platform/clock';
import type { Sender } from '#platform/commands';
import { EventStore } from '#platform/event-store';
import { shownRefusal, type ShownRefusal } from '#platform/http';
import { Projector } from '#platform/projector';
import { shownStanding } from './progress-rows.controller.js';
import { ProgressQuery, type Counts, type PlanFacts } from './progress.query.js';
import { RowForesight, type RowStanding } from './row-foresight.query.js';

type Shown = ReturnType<typeof shownStanding> | null;

/** What an act would do to a row and to the figures of its plan. */
export type ActForeseen = {
  readonly plan: string;
  readonly task: string;
  /** The day of the figures: that of the act's effect, or today where that is later. */
  readonly on: Day;
  readonly position: string;
  /** Something was recorded that may be in one part of this and not in another, or in none yet. */
  readonly stale: boolean;
  /** Why it would be refused; null when nothing stands against it. */
  readonly refusal: ShownRefusal | null;
  readonly row: { readonly before: Shown; readonly after: Shown };
  /** What an extension moves, of the row or of one unit alone; null for other acts, and where it is refused. */
  readonly due: { readonly before: Day; readonly after: Day } | null;
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

/** What rules and figures are read from. */
const VIEWS = ['obligation-board', 'progress'];

/** How often it is looked again when something was recorded meanwhile. */
const LOOKS = 10;

const shown = (row: RowStanding | null): Shown => (row ? shownStanding(row) : null);

/** Tells what an act on a row, or on one obligation of it, would do; nothing is recorded. */
@Injectable()
export class ActForesight {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly foresight: RowForesight,
    private readonly store: EventStore,
    private readonly projector: Projector,
    private readonly tasks: TaskHandler,
    private readonly obligations: ObligationHandler,
    private readonly clock: Clock,
  ) {}

  /** An act on a row, with its day of effect; `command` asks for it, or is refused. */
  ofTask(task: string, effect: Day, sender: Sender, command: () => TaskDispatch): Promise<ActForeseen> {
    const foresee = async () => this.tasks.foresee(command());
    return this.quietly(async () => {
      const plan = await this.progress.planOf('task', task);
      return this.looked({ plan, task, stream: `task-${task}`, effect, sender, foresee });
    });
  }

  /** An act on an obligation likewise. */
  ofObligation(id: string, effect: Day, sender: Sender, command: () => ObligationDispatch): Promise<ActForeseen> {
    const foresee = async () => this.obligations.foresee(command());
    return this.quietly(async () => {
      const plan = await this.progress.planOf('obligation', id);
      const task = await this.progress.taskOf(id);
      return this.looked({ plan, task, stream: `obligation-${id}`, effect, sender, foresee });
    });
  }

  /** What is recorded while it is looked would be in one part of the answer and not in another: it is looked again. */
  private async quietly(look: () => Promise<Omit<ActForeseen, 'stale'>>): Promise<ActForeseen> {
    for (let time = 1; ; time += 1) {
      const end = await this.store.end();
      const isThere = end === undefined || (await this.projector.passed(VIEWS, end));
      const seen = await look();
      const isQuiet = end === (await this.store.end());
      // A view that does not come along, as one that stands stopped, will not do so the next time either.
      if (isQuiet || !isThere || time === LOOKS) return { ...seen, stale: !isQuiet || !isThere };
    }
  }

  private async looked({ plan, task, stream, effect, sender, foresee }: Wished): Promise<Omit<ActForeseen, 'stale'>> {
    const today = this.clock.today();
    const clocks = await this.progress.clocks({ on: effect > today ? effect : today });
    const wished = await foresee().catch((error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    });
    const { row, figures } = await this.foresight.of(
      plan,
      task,
      fieldsOf(plan.fieldSet).map(({ code }) => code),
      clocks,
      wished instanceof Refusal
        ? []
        : wished.map(({ type, data, on = today }) => ({ stream, type, data, on, actor: sender.actor })),
    );
    const extended =
      wished instanceof Refusal
        ? undefined
        : wished.find(({ type }) => type === 'TaskExtended' || type === 'ObligationExtended');
    const moved = extended?.data as Pick<TaskEvents['TaskExtended'], 'before' | 'due'> | undefined;
    return {
      plan: plan.id,
      task,
      on: clocks.on,
      position: clocks.position,
      refusal: wished instanceof Refusal ? shownRefusal(wished) : null,
      row: { before: shown(row.before), after: shown(row.after) },
      due: moved ? { before: moved.before, after: moved.due } : null,
      figures,
    };
  }
}
