import type { Command } from 'commander';
import type { Meant } from './choice.js';
import type { Run } from './command.js';

const AFTER = `
Looks, and changes nothing: at a Camket that runs, at one that does not (its PostgreSQL is started for it and ended
again), and at the database of DATABASE_URL.

Ends with 0 when nothing is wrong (there may be notes), 1 when something is, 3 when it could not look at everything.`;

/** `camket doctor` */
export const addDoctor = (program: Command, run: Run): void => {
  program
    .command('doctor')
    .description('what is wrong with this installation, and what to do about it; nothing is changed')
    .option('--deep', 'read every event and every file to its last byte')
    .option('--json', 'findings as JSON: code, severity, details, and the sentences in both languages')
    .addHelpText('after', AFTER)
    .action((options: { deep?: boolean; json?: boolean }, command: Command) =>
      run.guarded(async (bars) =>
        (await import('./examine.js')).examine(run, command.optsWithGlobals<Meant>(), options, bars),
      ),
    );
};
