import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, idOf, type Receipt } from '#platform/commands';
import { rulebook, type RulebookCommands } from './rulebook.decider.js';
import { RulebookFactsReader } from './rulebook.facts.js';

/** The subject of all commands about calendars and rule sets: one installation has one rulebook. */
export const RULEBOOK = idOf('rulebook');

export class RulebookDispatch extends Dispatch<RulebookCommands> {}

@CommandHandler(RulebookDispatch)
export class RulebookHandler implements ICommandHandler<RulebookDispatch, Receipt> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly facts: RulebookFactsReader,
  ) {}

  execute(dispatch: RulebookDispatch): Promise<Receipt> {
    return this.runner.run(rulebook, dispatch, this.facts);
  }
}
