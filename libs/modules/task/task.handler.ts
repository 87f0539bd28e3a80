import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refusal, type Day, type Document, type TextRef } from '#kernel';
import { CommandRunner, Dispatch, type Receipt, type Sender } from '#platform/commands';
import { task, type TaskCommands, type TaskProposal } from './task.decider.js';
import { TaskFactsReader } from './task.facts.js';

export class TaskDispatch extends Dispatch<TaskCommands> {}

/** What is done to a row by a document and for a reason, with the command that asks for it. */
const ROW_ACTS = {
  suspend: 'SuspendTask',
  resume: 'ResumeTask',
  cancel: 'CancelTask',
  reopen: 'ReopenTask',
  declare: 'DeclareTask',
} as const;
export type RowAct = keyof typeof ROW_ACTS;

/** The command for an act on a row; refuses one without a reason. */
export const actOn = (
  row: string,
  act: RowAct,
  { on, document }: { readonly on: Day; readonly document: Document },
  sender: Sender,
  reason: TextRef | undefined,
): TaskDispatch => {
  if (!reason) throw refusal('invalid', 'request.reason-missing');
  return new TaskDispatch(row, sender, ROW_ACTS[act], { on, document: { ...document }, reason });
};

@CommandHandler(TaskDispatch)
export class TaskHandler implements ICommandHandler<TaskDispatch, Receipt> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly facts: TaskFactsReader,
  ) {}

  execute(dispatch: TaskDispatch): Promise<Receipt> {
    return this.runner.run(task, dispatch, this.facts);
  }

  /** What a command would record; throws what would be refused. */
  foresee(dispatch: TaskDispatch): Promise<readonly TaskProposal[]> {
    return this.runner.foresee(task, dispatch, this.facts);
  }
}
