import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, idOf, type Receipt } from '#platform/commands';
import { organization, type OrganizationCommands, type OrganizationProposal } from './organization.decider.js';
import { OrganizationFactsReader } from './organization.facts.js';

/** The subject of all commands about units: one installation serves one tree. */
export const ORGANIZATION = idOf('organization');

export class OrganizationDispatch extends Dispatch<OrganizationCommands> {}

@CommandHandler(OrganizationDispatch)
export class OrganizationHandler implements ICommandHandler<OrganizationDispatch, Receipt> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly facts: OrganizationFactsReader,
  ) {}

  execute(dispatch: OrganizationDispatch): Promise<Receipt> {
    return this.runner.run(organization, dispatch, this.facts);
  }

  /** What a command would record, for previews; nothing is recorded. */
  foresee(dispatch: OrganizationDispatch): Promise<readonly OrganizationProposal[]> {
    return this.runner.foresee(organization, dispatch, this.facts);
  }
}
