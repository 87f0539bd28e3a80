import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, FactsReader, idOf, type Receipt } from '#platform/commands';
import { organization, type OrganizationCommands, type OrganizationProposal } from './organization.decider.js';

/** The subject of all commands about units: one installation serves one tree. */
export const ORGANIZATION = idOf('organization');

export class OrganizationDispatch extends Dispatch<OrganizationCommands> {}

/** The rules of units need nothing from elsewhere. */
class NoFacts extends FactsReader<OrganizationCommands, object> {
  override read(): Promise<object> {
    return Promise.resolve({});
  }
}

@CommandHandler(OrganizationDispatch)
export class OrganizationHandler implements ICommandHandler<OrganizationDispatch, Receipt> {
  private readonly facts = new NoFacts();

  constructor(private readonly runner: CommandRunner) {}

  execute(dispatch: OrganizationDispatch): Promise<Receipt> {
    return this.runner.run(organization, dispatch, this.facts);
  }

  /** What a command would record, for previews; nothing is recorded. */
  foresee(dispatch: OrganizationDispatch): Promise<readonly OrganizationProposal[]> {
    return this.runner.foresee(organization, dispatch, this.facts);
  }
}
