import type { Command } from 'commander';
import type { ProcessRunner } from '#platform/processes';
import { EXIT } from './answer.js';
import type { Run } from './command.js';
import type { Context } from './context.js';
import { columns, say } from './terminal.js';

const runnerOf = async (context: Context): Promise<ProcessRunner> =>
  context.get((await import('#platform/processes')).ProcessRunner);

/** `camket processes …` */
export const addProcesses = (program: Command, run: Run): void => {
  const processes = program
    .command('processes')
    .description('what is done by itself because something happened: each event once, never again');
  processes
    .command('list')
    .description('how all processes stand')
    .option('--json', 'as GET /health answers it')
    .action(({ json }: { json?: boolean }, command: Command) =>
      run.on(command, async (context) => {
        const states = await (await runnerOf(context)).states();
        const rows = states.map(({ process, status, position, lag, faults, trouble }) => [
          process,
          status,
          position,
          String(lag),
          String(faults),
          trouble ? `${trouble.type} ${trouble.event}: ${trouble.error}` : '',
        ]);
        const head = ['process', 'status', 'position', 'lag', 'faults', ''];
        await say(json ? { processes: states } : columns([head, ...rows], [2, 3, 4]));
        return EXIT.done;
      }),
    );
  processes
    .command('faults')
    .argument('<name>', 'the process')
    .description('the commands of a process that were refused and that nobody has dealt with')
    .option('--json', 'with all details')
    .option('--settle', 'take them as dealt with')
    .action((name: string, { json, settle }: { json?: boolean; settle?: boolean }, command: Command) =>
      run.on(command, async (context) => {
        const runner = await runnerOf(context);
        const faults = await runner.faults(name);
        const rows = faults.map((fault) => [fault.refused, fault.wish, fault.subject, fault.code, fault.event]);
        const head = ['refused', 'command', 'subject', 'code', 'event'];
        await say(json ? { faults } : columns([head, ...rows]));
        if (settle) await say(`${await runner.settle(name)} of ${name} are dealt with.`);
        return EXIT.done;
      }),
    );
  processes
    .command('resume')
    .argument('<name>', 'the process')
    .description('let a process go on that stopped at an event, after the repair')
    .action((name: string, _: object, command: Command) =>
      run.on(command, async (context) => {
        await (await runnerOf(context)).resume(name);
        await say(`The process ${name} goes on.`);
        return EXIT.done;
      }),
    );
};
