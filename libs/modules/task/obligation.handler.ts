import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Day, Document, TextRef } from '#kernel';
import { CommandRunner, Dispatch, type Receipt } from '#platform/commands';
import { obligation, type ObligationCommands, type ObligationProposal } from './obligation.decider.js';
import { ObligationFactsReader } from './obligation.facts.js';

export class ObligationDispatch extends Dispatch<ObligationCommands> {}

/** What an extension says, of a row as of an obligation. */
export const extensionBy = (
  { due, on, document }: { readonly due: Day; readonly on: Day; readonly document: Document },
  reason: TextRef | undefined,
): ObligationCommands['ExtendObligation'] => ({
  due,
  on,
  document: { ...document },
  ...(reason ? { reason } : {}),
});

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
