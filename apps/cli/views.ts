import type { Command } from 'commander';
import { EXIT, Misused } from './answer.js';
import type { Run } from './command.js';
import { columns, say } from './terminal.js';

/** `camket views …` */
export const addViews = (program: Command, run: Run): void => {
  const views = program.command('views').description('what is read from: made of the log, and again at any time');
  views
    .command('list')
    .description('how all views stand')
    .option('--json', 'as GET /health answers it')
    .action(({ json }: { json?: boolean }, command: Command) =>
      run.on(command, async ({ projector, store }) => {
        const end = await store.end();
        // Checkpoints of views that hear nothing follow once a second; what is still behind then is behind.
        if (end !== undefined)
          await projector.passed(
            projector.views.map(({ name }) => name),
            end,
          );
        const states = await projector.states();
        const rows = states.map(({ view, status, position, lag, stopped }) => [
          view,
          status,
          position,
          String(lag),
          stopped ? `${stopped.type} ${stopped.event}: ${stopped.error}` : '',
        ]);
        await say(json ? { views: states } : columns([['view', 'status', 'position', 'lag', ''], ...rows], [2, 3]));
        return EXIT.done;
      }),
    );
  views
    .command('rebuild')
    .argument('[names...]', 'the views')
    .option('--all', 'all of them')
    .description('make views anew beside the live ones, and put them in their place; everything goes on meanwhile')
    .action((names: string[], { all }: { all?: boolean }, command: Command) => {
      const isNamed = names.length > 0;
      if (isNamed === (all === true)) throw new Misused('Say which views, or --all.');
      return run.on(command, async ({ projector }, bars) => {
        const wanted = all ? projector.views.map(({ name }) => name) : [...new Set(names)];
        const title = `rebuilding ${all ? 'all views' : wanted.join(', ')}`;
        await projector.rebuild(wanted, (done, end) => bars.show(title, Number(done), Number(end)));
        bars.end();
        for (const name of wanted) await say(`The view ${name} is made anew.`);
        return EXIT.done;
      });
    });
  views
    .command('resume')
    .argument('<name>', 'the view')
    .description('let a view go on that stopped at an event, after the repair')
    .action((name: string, _: object, command: Command) =>
      run.on(command, async ({ projector }) => {
        await projector.resume(name);
        await say(`The view ${name} goes on.`);
        return EXIT.done;
      }),
    );
};
