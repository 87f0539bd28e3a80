import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { task, type TaskCommands, type TaskProposal } from './task.decider.js';
import { TaskFactsReader } from './task.facts.js';

export class TaskDispatch extends Dispatch<TaskCommands> {}

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
