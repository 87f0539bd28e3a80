import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { target, type TargetCommands } from './target.decider.js';
import { TargetFactsReader } from './target.facts.js';

export class TargetDispatch extends Dispatch<TargetCommands> {}

@CommandHandler(TargetDispatch)
export class TargetHandler implements ICommandHandler<TargetDispatch, Receipt> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly facts: TargetFactsReader,
  ) {}

  execute(dispatch: TargetDispatch): Promise<Receipt> {
    return this.runner.run(target, dispatch, this.facts);
  }
}
