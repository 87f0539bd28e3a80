import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { obligation, type ObligationCommands, type ObligationProposal } from './obligation.decider.js';
import { ObligationFactsReader } from './obligation.facts.js';

export class ObligationDispatch extends Dispatch<ObligationCommands> {}

@CommandHandler(ObligationDispatch)
export class ObligationHandler implements ICommandHandler<ObligationDispatch, Receipt> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly facts: ObligationFactsReader,
  ) {}

  execute(dispatch: ObligationDispatch): Promise<Receipt> {
    return this.runner.run(obligation, dispatch, this.facts);
  }

  /** What a command would record; throws what would be refused. */
  foresee(dispatch: ObligationDispatch): Promise<readonly ObligationProposal[]> {
    return this.runner.foresee(obligation, dispatch, this.facts);
  }
}
