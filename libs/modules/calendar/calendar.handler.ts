import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandRunner, Dispatch, idOf, type FactsReader, type Receipt } from '#platform/commands';
import { calendar, type CalendarCommands } from './calendar.decider.js';

/** The one calendar of an installation. */
export const CALENDAR = idOf('calendar');

/** The days of a calendar follow from its own past alone. */
const nothing: FactsReader<CalendarCommands, object> = { read: () => Promise.resolve({}) };

export class CalendarDispatch extends Dispatch<CalendarCommands> {}

@CommandHandler(CalendarDispatch)
export class CalendarHandler implements ICommandHandler<CalendarDispatch, Receipt> {
  constructor(private readonly runner: CommandRunner) {}

  execute(dispatch: CalendarDispatch): Promise<Receipt> {
    return this.runner.run(calendar, dispatch, nothing);
  }
}
