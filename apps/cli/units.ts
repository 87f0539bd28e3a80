import type { Command } from 'commander';
import type { Run } from './command.js';
import type { UnitsListOptions } from './list-units.js';
import type { UnitsOptions } from './import-units.js';
import { day } from './plan.js';
import type { ReorganiseOptions } from './reorganise-units.js';

/** `camket units …` */
export const addUnits = (program: Command, run: Run): void => {
  const units = program.command('units').description('units of the installation');
  units
    .command('list')
    .description('the units that operate on a day')
    .option('--on <day>', 'the day (default: today)', day)
    .option('--kind <kind>', 'only units of this kind, as department or commune')
    .option('--search <text>', 'only units called so, with or without tones')
    .option('--json', 'the units as GET /api/v1/units answers them')
    .action((options: UnitsListOptions, command: Command) =>
      run.on(command, async (context) => (await import('./list-units.js')).listUnits(context, options)),
    );
  units
    .command('import')
    .argument('<file>', 'the list of units, .xlsx, .docx or .csv')
    .description('found the units of a list; those that are there stay as they are')
    .option('--on <day>', 'first day of operation of new units (default: that of the root)', day)
    .option('--decided <day>', 'day of the decision, where it was another one', day)
    .option('--dry-run', 'show what the file would bring, and store nothing')
    .option('--json', 'the preview as POST /api/v1/units/imports answers it')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((file: string, options: UnitsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./import-units.js')).importUnits(context, file, options)),
    );
  units
    .command('reorganise')
    .argument('<file>', 'the document and its changes, JSON as POST /api/v1/reorganisations takes it')
    .description('merge, split, dissolve, found, rename and move units by one document')
    .option('--dry-run', 'show what the document would change, and store nothing')
    .option('--json', 'the answer of POST /api/v1/reorganisations, with --dry-run that of its preview')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((file: string, options: ReorganiseOptions, command: Command) =>
      run.on(command, async (context) =>
        (await import('./reorganise-units.js')).reorganiseUnits(context, file, options),
      ),
    );
};
