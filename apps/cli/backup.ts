import type { Command } from 'commander';
import type { Meant } from './choice.js';
import type { Run } from './command.js';

/** `camket backup` and `camket restore` */
export const addBackup = (program: Command, run: Run): void => {
  program
    .command('backup')
    .argument('<file>', 'where the backup is written; nothing may lie there yet')
    .description('write log, tables and files as of one position into one file, while the product runs')
    .action((file: string, _: object, command: Command) =>
      run.on(command, async (context, bars) => (await import('./keep-backup.js')).backUp(context, file, bars)),
    );
  program
    .command('restore')
    .argument('<file>', 'the backup')
    .description('bring a backup into an installation in which nothing has happened yet')
    .action((file: string, _: object, command: Command) =>
      run.guarded(async (bars) =>
        (await import('./keep-backup.js')).restore(run, file, command.optsWithGlobals<Meant>(), bars),
      ),
    );
};
