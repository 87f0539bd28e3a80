import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { task, type TaskCommands } from './task.decider.js';
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
}
