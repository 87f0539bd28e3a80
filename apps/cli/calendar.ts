import type { Command } from 'commander';
import type { Run } from './command.js';
import type { CalendarOptions } from './import-calendar.js';
import type { CalendarsOptions } from './list-calendars.js';
import { day, year } from './plan.js';

/** `camket calendar …` */
export const addCalendar = (program: Command, run: Run): void => {
  const calendar = program.command('calendar').description('days off and make-up days of a year');
  calendar
    .command('list')
    .description('the calendars, every version, the newest first; of one year with its days')
    .option('--year <year>', 'only calendars of this year', year)
    .option('--json', 'the calendars as GET /api/v1/calendars answers them')
    .action((options: CalendarsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./list-calendars.js')).listCalendars(context, options)),
    );
  calendar
    .command('import')
    .argument('<file>', 'the list of days, .xlsx or .csv; that of 2026 is infra/calendars/ngay-nghi-2026.csv')
    .description('make a list of days the calendar of its year; the calendar before it stays readable')
    .option('--year <year>', 'the year of the calendar (default: the year that most days of the file name)', year)
    .option('--kind <kind>', 'the kind of the notice, where the file does not name it', 'Thông báo')
    .option('--number <number>', 'its number')
    .option('--date <day>', 'its date', day)
    .option('--dry-run', 'show what the file would bring, and store nothing')
    .option('--json', 'the preview as POST /api/v1/calendars/imports answers it')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((file: string, options: CalendarOptions, command: Command) =>
      run.on(command, async (context) => (await import('./import-calendar.js')).importCalendar(context, file, options)),
    );
};
