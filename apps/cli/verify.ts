import type { Command } from 'commander';
import type { Meant } from './choice.js';
import type { Run } from './command.js';

/** `camket verify` */
export const addVerify = (program: Command, run: Run): void => {
  program
    .command('verify')
    .description('check everything that is kept: log, texts, files, views; nothing is changed')
    .option('--json', 'counts and findings as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      run.guarded(async (bars) =>
        (await import('./verify-all.js')).verifyAll(run, command.optsWithGlobals<Meant>(), options, bars),
      ),
    );
};
