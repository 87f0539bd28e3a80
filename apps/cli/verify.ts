import type { Command } from 'commander';
import type { Run } from './command.js';

/** `camket verify` */
export const addVerify = (program: Command, run: Run): void => {
  program
    .command('verify')
    .description('check everything that is kept: log, texts, files, views; nothing is changed')
    .option('--json', 'counts and findings as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      run.on(command, async (context, bars) => (await import('./verify-all.js')).verifyAll(context, options, bars)),
    );
};
