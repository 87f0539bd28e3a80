import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Refusal } from '#kernel';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { plan, type PlanCommands, type PlanProposal } from './plan.decider.js';
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

  /** What commands on one plan that need the same facts would record one behind the other, or why not. */
  foreseeEach(dispatches: readonly PlanDispatch[]): Promise<readonly (readonly PlanProposal[] | Refusal)[]> {
    return this.runner.foreseeEach(plan, dispatches, this.facts);
  }
}
