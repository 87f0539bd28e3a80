import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { plan, type PlanCommands } from './plan.decider.js';
import { PlanFactsReader } from './plan.facts.js';

export class PlanDispatch extends Dispatch<PlanCommands> {}

@CommandHandler(PlanDispatch)
export class PlanHandler implements ICommandHandler<PlanDispatch, Receipt> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly facts: PlanFactsReader,
  ) {}

  execute(dispatch: PlanDispatch): Promise<Receipt> {
    return this.runner.run(plan, dispatch, this.facts);
  }
}
