import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, idOf, type FactsReader, type Receipt } from '#platform/commands';
import { notice, type NoticeCommands } from './notice.decider.js';

/** The id of the notice that is about these things: the same things are told once. */
export const noticeIdOf = (...about: readonly (string | number)[]): string => idOf('notice', ...about);

/** What was told follows from its own past alone. */
const nothing: FactsReader<NoticeCommands, object> = { read: () => Promise.resolve({}) };

export class NoticeDispatch extends Dispatch<NoticeCommands> {}

@CommandHandler(NoticeDispatch)
export class NoticeHandler implements ICommandHandler<NoticeDispatch, Receipt> {
  constructor(private readonly runner: CommandRunner) {}

  execute(dispatch: NoticeDispatch): Promise<Receipt> {
    return this.runner.run(notice, dispatch, nothing);
  }
}
