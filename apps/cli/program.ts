import { Command } from 'commander';
import { addBackup } from './backup.js';
import { addCalendar } from './calendar.js';
import { Run } from './command.js';
import { addDoctor } from './doctor.js';
import { addEvents } from './events.js';
import { addPlan } from './plan.js';
import { addProcesses } from './processes.js';
import { addProgress } from './progress.js';
import { release } from './release.js';
import { addRules } from './rules.js';
import { addUnits } from './units.js';
import { addVerify } from './verify.js';
import { addViews } from './views.js';

const AFTER = `
Which installation: --demonstration or --empty says it; else the one that runs, else that of DATABASE_URL, else the only
one in CAMKET_DATA (.camket). The settings are those of npm start. A running server is joined; without one the command
opens what it needs and closes it again.

Ends with 0 when done, 1 when refused, 2 when called wrongly, 3 when something is broken.`;

/** The command line, the run that its commands report to, and what its help ends with. */
export const commandLine = (): { readonly program: Command; readonly run: Run; readonly after: string } => {
  const run = new Run();
  const program = new Command('camket')
    .description('Camket on the command line: plans, progress, units, calendars, rules, views, the log, backups')
    .version(release())
    .option('--demonstration', 'the demonstration year')
    .option('--empty', 'the real installation')
    .addHelpText('after', AFTER)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(camket --help shows what there is)')
    .exitOverride();
  addPlan(program, run);
  addProgress(program, run);
  addUnits(program, run);
  addCalendar(program, run);
  addRules(program, run);
  addViews(program, run);
  addProcesses(program, run);
  addEvents(program, run);
  addBackup(program, run);
  addVerify(program, run);
  addDoctor(program, run);
  return { program, run, after: AFTER };
};
