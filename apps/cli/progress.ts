import { InvalidArgumentError, type Command } from 'commander';
import type { Run } from './command.js';
import { day } from './plan.js';
import type { ExportOptions, ImportOptions } from './status-table.js';

const lines = (text: string): readonly number[] =>
  text.split(',').map((part) => {
    if (!/^\d{1,7}$/.test(part.trim())) throw new InvalidArgumentError('Rows are written 12,40.');
    return Number(part);
  });

/** `camket progress …` */
export const addProgress = (program: Command, run: Run): void => {
  const progress = program
    .command('progress')
    .description('the status table of a plan as a file: out, filled in, and in again');
  progress
    .command('export')
    .argument('<file>', 'the workbook to be written, .xlsx')
    .description('write the status table of a plan or of one unit')
    .option('--plan <code|year>', 'the plan (default: that of this year)')
    .option('--unit <code>', 'only the lines of this unit, by code or name')
    .option('--on <day>', 'the day on which the table shows how things stood (default: today)', day)
    .option('--force', 'replace a file that is there')
    .action((file: string, options: ExportOptions, command: Command) =>
      run.on(command, async (context) => (await import('./status-table.js')).exportTable(context, file, options)),
    );
  progress
    .command('import')
    .argument('<file>', 'a status table that was filled in')
    .description('bring reports and acceptances in, each counted or refused on its own')
    .requiredOption('--as <username>', 'act as this person')
    .option('--plan <code|year>', 'the plan (default: that of this year)')
    .option('--despite <rows>', 'rows that are carried out although something changed since the download', lines)
    .option('--dry-run', 'show what the file would bring, and store nothing')
    .option('--json', 'the preview or the outcome as HTTP answers it')
    .action((file: string, options: ImportOptions, command: Command) =>
      run.on(command, async (context, bars) =>
        (await import('./status-table.js')).importTable(context, file, options, bars),
      ),
    );
};
