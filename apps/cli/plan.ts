import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { isDay } from '#kernel';
import { Misused } from './answer.js';
import type { AcceptOptions } from './accept-reports.js';
import type { RowFilter } from '#modules/progress';
import type { RowActName, RowActOptions } from './act-on-row.js';
import type { AmendOptions } from './amend-plan.js';
import type { RulesOptions } from './apply-rules.js';
import type { ChaseOptions } from './chase-plan.js';
import type { ParentOptions } from './choose-parent.js';
import type { Run } from './command.js';
import type { CloseOptions, ClosingOptions, ReopenOptions } from './close-plan.js';
import type { CompareOptions } from './compare-plan.js';
import type { ExportOptions } from './export-plan.js';
import type { ImportOptions } from './import-plan.js';
import type { PlansOptions } from './list-plans.js';
import type { NextOptions } from './next-plan.js';
import type { PromulgateOptions } from './promulgate-plan.js';
import type { RankingOptions } from './rank-units.js';
import type { ValueOptions } from './report-value.js';
import type { EndOptions, TransferOptions, UnsettledOptions } from './settle-plan.js';
import type { ChildrenOptions } from './show-children.js';
import type { ForecastsOptions } from './show-forecasts.js';
import type { HistoryOptions } from './show-history.js';
import type { RowsOptions } from './show-rows.js';
import type { WithdrawOptions } from './withdraw-entry.js';
import type { LedgerOptions } from './show-ledger.js';
import type { MatrixOptions } from './show-matrix.js';
import type { ProgressOptions } from './show-progress.js';
import type { TargetsOptions } from './show-targets.js';

/** Reads a day of an option. */
export const day = (text: string): string => {
  if (!isDay(text)) throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return text;
};

/** Reads a year of an option. */
export const year = (text: string): number => {
  if (!/^20\d\d$/.test(text)) throw new InvalidArgumentError('A year is written with four digits.');
  return Number(text);
};

/** Reads a document of an option: kind, number and day. */
const document = (text: string): TransferOptions['document'] => {
  const [kind = '', number = '', date = '', ...more] = text.split(';').map((part) => part.trim());
  if (kind === '' || number === '' || !isDay(date) || more.length > 0)
    throw new InvalidArgumentError('A document is written "Quyết định; 0321/QĐ-UBND; 2025-03-04".');
  return { kind, number, date };
};

/** Reads a number of days of an option. */
const days = (text: string): number => {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 366) throw new InvalidArgumentError('From 0 to 366 days.');
  return Number(text);
};

/** Reads an id. */
const id = (text: string): string => {
  if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text))
    throw new InvalidArgumentError('An id is written as the act or the history told it.');
  return text.toLowerCase();
};

/** Reads the quarter in which something is due. */
const quarter = (text: string): string => {
  if (!/^(20\d\d-Q[1-4]|none)$/.test(text)) throw new InvalidArgumentError('A quarter is written 2026-Q3, or none.');
  return text;
};

/** What `--state` takes: every one, or it does not compile. Written out so that a word of help loads no module. */
const STATES = Object.keys({
  completed: true,
  maintained: true,
  carriedOut: true,
  started: true,
  notStarted: true,
  inProgress: true,
  open: true,
  due: true,
  completedOfDue: true,
  completedOfYear: true,
  planned: true,
  overdue: true,
  overdueAwaiting: true,
  awaiting: true,
  dueSoon: true,
  noDueDate: true,
  suspended: true,
  periodsOverdue: true,
  late: true,
  lateAgainstOriginal: true,
  periodsLate: true,
} satisfies Record<RowFilter, true>);

/** Reads the counts on which a rate rests. */
const counts = (text: string): ValueOptions['counts'] => {
  const [, numerator = '', denominator = ''] = /^(\d{0,15})\/(\d{1,15})$/.exec(text.trim()) ?? [];
  if (denominator === '') throw new InvalidArgumentError('Counts are written "1335/1391", or "/1391".');
  return { ...(numerator === '' ? {} : { numerator: Number(numerator) }), denominator: Number(denominator) };
};

/** Reads a row that is named; given once for each. */
const oneMore = (text: string, others: readonly string[] = []): readonly string[] => [...others, text];

/** Reads the number of a period. */
const period = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('A period is a number from 1 on.');
  return Number(text);
};

/** Reads what a line of a file is: a row of the plan, or a new one; given once for each line. */
const line = (text: string, others: Record<string, string | null> = {}): Record<string, string | null> => {
  const [, number = '', row = ''] = /^(\d+)=(new|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.exec(text) ?? [];
  if (number === '') throw new InvalidArgumentError('A line is written "9=<id of the row>" or "12=new".');
  return { ...others, [number]: row === 'new' ? null : row.toLowerCase() };
};

/** An extension needs its due date; what else is done to a row needs a reason, and neither date nor unit. */
const checkAct = (act: RowActName, { due, unit, reason }: RowActOptions): void => {
  if (act === 'extend') {
    if (due === undefined) throw new Misused('An extension needs its new due date: --due.');
    return;
  }
  if (due !== undefined || unit !== undefined) throw new Misused('--due and --unit belong to an extension.');
  if (reason === undefined) throw new Misused('The act needs a reason: --reason.');
};

/** A matrix is of something; only that of a unit can be cut to a field. */
const checkMatrix = ({ row, unit, field }: MatrixOptions): void => {
  if (row === undefined && unit === undefined) throw new Misused('Say which: a --row, a --unit, or both.');
  if (row !== undefined && field !== undefined) throw new Misused('--field belongs to the matrix of a --unit.');
};

/** `camket plan …` */
export const addPlan = (program: Command, run: Run): void => {
  const plan = program.command('plan').description('yearly plans: bring an annex in, see how far it has come');
  plan
    .command('list')
    .description('the plans of the installation, the newest year first')
    .option('--year <year>', 'only plans of this year', year)
    .option('--json', 'the plans as GET /api/v1/plans answers them')
    .action((options: PlansOptions, command: Command) =>
      run.on(command, async (context) => (await import('./list-plans.js')).listPlans(context, options)),
    );
  plan
    .command('import')
    .argument('<file>', 'the annex, .xlsx, .docx or .csv')
    .description('bring the rows of an annex into a plan; the plan is drafted when it is not there')
    .option('--plan <code|year>', 'the plan that takes the rows (default: that of the year)')
    .option('--unit <code>', 'the unit that issues a plan which is drafted now (default: the root)')
    .option('--year <year>', 'the year of the plan (default: the year that most deadlines of the file name)', year)
    .option('--title <title>', 'the title of a plan which is drafted now')
    .option('--dry-run', 'show what the file would bring, and store nothing')
    .option('--json', 'the preview as POST /api/v1/plans/:id/imports answers it')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((file: string, options: ImportOptions, command: Command) =>
      run.on(command, async (context) => (await import('./import-plan.js')).importPlan(context, file, options)),
    );
  plan
    .command('promulgate')
    .argument('<year|code>', 'the plan, a draft')
    .description('promulgate a plan by its document: from the day of effect its rows count')
    .requiredOption('--effect <day>', 'the day from which it is in effect', day)
    .requiredOption('--document <kind; number; day>', 'the document that promulgates it', document)
    .option('--signatory <post>', 'the post that signed')
    .option('--file <file>', 'the signed document itself, kept with it')
    .option('--json', 'the receipt')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, options: PromulgateOptions, command: Command) =>
      run.on(command, async (context) =>
        (await import('./promulgate-plan.js')).promulgatePlan(context, asked, options),
      ),
    );
  plan
    .command('amend')
    .argument('<year|code>', 'the plan')
    .argument('<file>', 'the edited annex, .xlsx, .docx or .csv')
    .description('amend a promulgated plan by its edited annex, from a day of effect')
    .requiredOption('--effect <day>', 'the day from which the rows change', day)
    .requiredOption('--document <kind; number; day>', 'the document that amends', document)
    .option('--reason <text>', 'why')
    .option(
      '--line <line=row>',
      'what an uncertain line of the file is: the id of a row, or new; may be repeated',
      line,
    )
    .option('--dry-run', 'show row by row what would change, and store nothing')
    .option('--json', 'the preview as POST /api/v1/plans/:id/amendment-imports answers it')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, file: string, options: AmendOptions, command: Command) =>
      run.on(command, async (context) => (await import('./amend-plan.js')).amendPlan(context, asked, file, options)),
    );
  plan
    .command('act')
    .addArgument(
      new Argument('<act>', 'what is done to the row').choices([
        ...(['suspend', 'resume', 'cancel', 'reopen', 'declare', 'extend'] satisfies RowActName[]),
      ]),
    )
    .argument('<year|code>', 'the plan')
    .argument('<row>', 'the row, by its number in the annex or its id')
    .description('suspend, resume, cancel, reopen, declare completed or extend a row, by a document')
    .requiredOption('--on <day>', "the document's day of effect; of a declaration the day that it names", day)
    .requiredOption('--document <kind; number; day>', 'the document that orders it', document)
    .option('--reason <text>', 'why; only an extension may go without')
    .option('--due <day>', 'the new due date of an extension', day)
    .option('--unit <code>', 'extend it for this unit alone')
    .option('--dry-run', 'show what it would do to the row and to the figures, and store nothing')
    .option('--json', 'the receipt and, as with --dry-run alone, what POST /api/v1/tasks/:id/…/preview answers')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((act: RowActName, asked: string, row: string, options: RowActOptions, command: Command) => {
      checkAct(act, options);
      return run.on(command, async (context) =>
        (await import('./act-on-row.js')).actOnRow(context, act, { plan: asked, row }, options),
      );
    });
  plan
    .command('withdraw')
    .argument('<entry>', 'the entry, by the id that the act or the history told', id)
    .description(
      'take an entry back: a report, an acceptance, an extension, an act on a row, a transfer, an ending, a piece of evidence',
    )
    .requiredOption('--reason <text>', 'why')
    .option('--document <kind; number; day>', 'the document that orders it; a closed plan needs one', document)
    .option('--json', 'the receipt')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((entry: string, options: WithdrawOptions, command: Command) =>
      run.on(command, async (context) => (await import('./withdraw-entry.js')).withdrawEntry(context, entry, options)),
    );
  plan
    .command('accept')
    .argument('<year|code>', 'the plan')
    .description('accept the reports of finished work that wait, in one act, each counted or refused on its own')
    .requiredOption('--as <username>', 'act as this person')
    .option('--unit <code>', 'only what this unit owes')
    .option('--field <code>', 'only rows of this field')
    .option('--period <number>', 'only reports of this period', period)
    .option('--progress', 'also reports of work that is not finished')
    .option('--dry-run', 'show what waits, and store nothing')
    .option('--json', 'what waits or the outcome as HTTP answers it')
    .action((asked: string, options: AcceptOptions, command: Command) =>
      run.on(command, async (context, bars) =>
        (await import('./accept-reports.js')).acceptReports(context, asked, options, bars),
      ),
    );
  plan
    .command('rules')
    .argument('<year|code>', 'the plan')
    .argument('<rule-set>', 'the version of the rule set')
    .description('read the deadlines of a plan by another rule set, from a day of effect')
    .option('--effect <day>', 'the day from which its dates are in force; a draft has none', day)
    .option('--document <kind; number; day>', 'the document that decides it; a draft needs none', document)
    .option('--reason <text>', 'why')
    .option('--dry-run', 'show which due dates it would move, and store nothing')
    .option('--json', 'the receipt and, as with --dry-run alone, what GET /api/v1/plans/:id/rule-set/preview answers')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, version: string, options: RulesOptions, command: Command) =>
      run.on(command, async (context) =>
        (await import('./apply-rules.js')).applyRules(context, asked, version, options),
      ),
    );
  plan
    .command('export')
    .argument('<year|code>', 'the plan')
    .argument('<file>', 'where the annex is written, .xlsx, .docx or .csv')
    .description('write the annex of a plan in the form in which it is promulgated; import brings it back')
    .addOption(
      new Option('--format <format>', 'the format (default: what the name of the file says)').choices([
        'xlsx',
        'docx',
        'csv',
      ]),
    )
    .option('--on <day>', 'the annex as it is on that day (default: as it was last written)', day)
    .option('--force', 'replace a file that is there')
    .action((asked: string, file: string, options: ExportOptions, command: Command) =>
      run.on(command, async (context) => (await import('./export-plan.js')).exportPlan(context, asked, file, options)),
    );
  plan
    .command('progress')
    .argument('<year|code>', 'the plan')
    .description('the figures of a plan on any day, as the log stood on any day')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .option('--json', 'the figures as GET /api/v1/plans/:id/progress answers them')
    .action((plan: string, options: ProgressOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-progress.js')).showProgress(context, plan, options)),
    );
  plan
    .command('rows')
    .argument('<year|code>', 'the plan')
    .description('the rows of a plan and how each stands: those behind a figure when its state is named')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .addOption(new Option('--state <state>', 'only rows that count as this').choices(STATES))
    .option('--unit <code>', 'only what this unit owes')
    .option('--field <code>', 'only rows of this field')
    .option('--quarter <quarter>', 'only rows due in it: 2026-Q3, or none', quarter)
    .option('--search <text>', 'only rows that say this, with or without tones')
    .option('--json', 'the rows as GET /api/v1/plans/:id/tasks answers them')
    .action((asked: string, options: RowsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-rows.js')).showRows(context, asked, options)),
    );
  plan
    .command('history')
    .argument('<year|code>', 'the plan')
    .argument('<row>', 'the row, by its number in the annex or its id')
    .description('what happened to a row and to all who owe it: who, when, by which document')
    .option('--json', 'the entries as GET /api/v1/tasks/:id/history answers them')
    .action((asked: string, row: string, options: HistoryOptions, command: Command) =>
      run.on(command, async (context) =>
        (await import('./show-history.js')).showHistory(context, { plan: asked, row }, options),
      ),
    );
  plan
    .command('compare')
    .argument('<year|code>', 'the plan')
    .description('two figures of a plan, what differs between them, and the days and entries that make the difference')
    .option('--on1 <day>', 'the day of the first question (default: today)', day)
    .option('--recorded1 <day>', 'the day up to which it reads the log (default: now)', day)
    .option('--on2 <day>', 'the day of the second question (default: today)', day)
    .option('--recorded2 <day>', 'the day up to which it reads the log (default: now)', day)
    .option('--json', 'both figures as GET /api/v1/plans/:id/progress/comparison answers them')
    .action((asked: string, options: CompareOptions, command: Command) =>
      run.on(command, async (context) => (await import('./compare-plan.js')).comparePlan(context, asked, options)),
    );
  plan
    .command('chase')
    .argument('<year|code>', 'the plan')
    .description('whom to remind of what is overdue and due soon: as a list, a workbook, a letter')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .option('--within <days>', 'within how many days something is due soon (default: 15)', days)
    .option('--unit <code>', 'only what this unit owes')
    .option('--field <code>', 'only rows of this field')
    .option('--xlsx <file>', 'write the list as a workbook')
    .option('--docx <file>', 'write a letter (Nghị định 30/2020/NĐ-CP)')
    .option('--issuer <code>', 'the unit that writes the letter (default: the one that issued the plan)')
    .option('--number <number>', 'the number of the letter (default: left open)')
    .option('--place <place>', 'the place of the letter (default: left open)')
    .option('--date <day>', 'the day of the letter (default: today)', day)
    .option('--signed <lines>', 'the lines above the name, between semicolons (default: those of its issuer)')
    .option('--signer <name>', 'who signs (default: left open)')
    .option('--force', 'replace a file that is there')
    .option('--json', 'the list as GET /api/v1/plans/:id/chase answers it')
    .action((asked: string, options: ChaseOptions, command: Command) =>
      run.on(command, async (context) => (await import('./chase-plan.js')).chasePlan(context, asked, options)),
    );
  plan
    .command('ledger')
    .addArgument(new Argument('<ledger>', 'which ledger').choices(['extensions', 'lateness']))
    .argument('<year|code>', 'the plan')
    .description('who was given more time by which document, or who was late: as a list or a workbook')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .option('--unit <code>', 'only what concerns this unit')
    .option('--field <code>', 'only rows of this field')
    .option('--xlsx <file>', 'write the ledger as a workbook')
    .option('--force', 'replace a file that is there')
    .option('--json', 'the ledger as GET /api/v1/plans/:id/ledger/… answers it')
    .action((ledger: 'extensions' | 'lateness', asked: string, options: LedgerOptions, command: Command) =>
      run.on(command, async (context) =>
        (await import('./show-ledger.js')).showLedger(context, ledger, asked, options),
      ),
    );
  plan
    .command('targets')
    .argument('<year|code>', 'the plan')
    .description('the targets of a plan, their last values and whether they are met')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .option('--json', 'the targets as GET /api/v1/plans/:id/targets answers them')
    .action((plan: string, options: TargetsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-targets.js')).showTargets(context, plan, options)),
    );
  plan
    .command('target-value')
    .argument('<year|code>', 'the plan')
    .argument('<target>', 'the target, by its title, a part of it, or its id')
    .argument('<value>', 'what was published: "91,2", a place as "38" or "38/63", a group, "có" or "không"')
    .description('record a published value of a target')
    .requiredOption('--on <day>', 'the day as of which it holds, the last one of its period', day)
    .requiredOption('--publisher <name>', 'who published it')
    .option('--document <kind; number; day>', 'the document in which it stands', document)
    .option('--place <text>', 'where it stands, if in no document')
    .addOption(
      new Option('--qualifier <qualifier>', 'how near it is to the true value (default: "exact")').choices([
        ...(['exact', 'about', 'more-than', 'less-than'] satisfies ValueOptions['qualifier'][]),
      ]),
    )
    .option('--from <day>', 'the first day of its period', day)
    .option('--counts <n/d>', 'what a published rate rests on', counts)
    .option('--json', 'the receipt')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, target: string, value: string, options: ValueOptions, command: Command) =>
      run.on(command, async (context) =>
        (await import('./report-value.js')).reportValue(context, { plan: asked, target, value }, options),
      ),
    );
  plan
    .command('next')
    .argument('<year|code>', 'the plan of this year')
    .description('draft the plan of the next year and copy rows into it, their years moved on')
    .option('--year <year>', 'the year of the new plan (default: the one behind)', year)
    .option('--rows <which>', 'open, all, none, or numbers of rows parted by commas, in their order', 'open')
    .option('--title <title>', 'its title (default: the old one, its year moved on)')
    .option('--code <code>', 'its code (default: the old one, its year moved on)')
    .option('--dry-run', 'show each row before and after, and store nothing')
    .option('--json', 'what POST (with --dry-run: GET) /api/v1/plans/:id/next answers')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((plan: string, options: NextOptions, command: Command) =>
      run.on(command, async (context) => (await import('./next-plan.js')).nextPlan(context, plan, options)),
    );
  plan
    .command('ranking')
    .argument('<year|code>', 'the plan')
    .description('units by a share of what they owe; equal shares have one rank')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .addOption(
      new Option('--by <ratio>', 'the share (default: "completed")').choices([
        ...['completed', 'carriedOut', 'started', 'completedOfDue'],
      ]),
    )
    .option('--class <name>', 'only units of this class, among each other')
    .option('--json', 'the ranking as GET /api/v1/plans/:id/ranking answers it')
    .action((asked: string, options: RankingOptions, command: Command) =>
      run.on(command, async (context) => (await import('./rank-units.js')).rankUnits(context, asked, options)),
    );
  plan
    .command('forecasts')
    .argument('<year|code>', 'the plan')
    .description('what was forecast at the end of each month, and what came')
    .option('--json', 'the forecasts as GET /api/v1/plans/:id/progress/forecasts answers them')
    .action((asked: string, options: ForecastsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-forecasts.js')).showForecasts(context, asked, options)),
    );
  plan
    .command('matrix')
    .argument('<year|code>', 'the plan')
    .description('one row over the units that owe it, or one unit over the rows that it owes, period by period')
    .option('--row <row>', 'the row, by its number in the annex or its id')
    .option('--unit <code>', 'the unit; with --row that unit alone')
    .option('--field <code>', 'only rows of this field')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .option('--json', 'what GET /api/v1/tasks/:id/matrix or /api/v1/plans/:id/units/:unit/matrix answers')
    .action((asked: string, options: MatrixOptions, command: Command) => {
      checkMatrix(options);
      return run.on(command, async (context) => (await import('./show-matrix.js')).showMatrix(context, asked, options));
    });
  plan
    .command('children')
    .argument('<year|code>', 'the plan')
    .description('which units have made a plan of their own below a plan, and how that stands')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .addOption(
      new Option('--state <state>', 'only units whose own plan stands so').choices(['none', 'draft', 'promulgated']),
    )
    .option('--json', 'the units as GET /api/v1/plans/:id/children answers them')
    .action((asked: string, options: ChildrenOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-children.js')).showChildren(context, asked, options)),
    );
  plan
    .command('parent')
    .argument('<year|code>', 'the plan, a draft')
    .argument('[parent]', 'the plan of a higher level that it carries out, by its code or year')
    .description('say which plan of a higher level a draft carries out')
    .option('--none', 'it carries out none')
    .option('--json', 'the receipt')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, above: string | undefined, options: ParentOptions, command: Command) => {
      if ((above === undefined) !== (options.none === true))
        throw new Misused('Name the plan that it carries out, or say --none.');
      return run.on(command, async (context) =>
        (await import('./choose-parent.js')).chooseParent(context, asked, above, options),
      );
    });
  plan
    .command('closing')
    .argument('<year|code>', 'the plan')
    .description('what stays open in a plan that is closed, or would if it were closed now')
    .option('--json', 'the report as GET /api/v1/plans/:id/closing answers it')
    .action((asked: string, options: ClosingOptions, command: Command) =>
      run.on(command, async (context) => (await import('./close-plan.js')).showClosing(context, asked, options)),
    );
  plan
    .command('close')
    .argument('<year|code>', 'the plan')
    .description('close a plan, and report what stays open; closing shows it before')
    .requiredOption('--on <day>', 'the day of closing', day)
    .requiredOption('--document <kind; number; day>', 'the document that closes it', document)
    .option('--reason <text>', 'why')
    .option('--json', 'the report as GET /api/v1/plans/:id/closing answers it')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, options: CloseOptions, command: Command) =>
      run.on(command, async (context) => (await import('./close-plan.js')).closePlan(context, asked, options)),
    );
  plan
    .command('reopen')
    .argument('<year|code>', 'the plan, a closed one')
    .description('take the closing of a plan back: it runs again')
    .requiredOption('--reason <text>', 'why')
    .option('--document <kind; number; day>', 'the document that orders it', document)
    .option('--json', 'the receipt')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, options: ReopenOptions, command: Command) =>
      run.on(command, async (context) => (await import('./close-plan.js')).reopenPlan(context, asked, options)),
    );
  plan
    .command('unsettled')
    .argument('<year|code>', 'the plan')
    .description('what units that have ended still owe, with the units that carry on their work')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--json', 'the items of GET /api/v1/plans/:id/unsettled')
    .action((asked: string, options: UnsettledOptions, command: Command) =>
      run.on(command, async (context) => (await import('./settle-plan.js')).showUnsettled(context, asked, options)),
    );
  plan
    .command('transfer')
    .argument('<year|code>', 'the plan')
    .description('transfer everything that a unit has open to another one')
    .requiredOption('--from <code>', 'the unit that owes it, by its code of the day before')
    .requiredOption('--to <code>', 'the unit that owes it from then on')
    .requiredOption('--on <day>', 'the day of effect', day)
    .requiredOption('--document <kind; number; day>', 'the document that orders it', document)
    .option('--reason <text>', 'why')
    .option('--dry-run', 'show what would come of it, and store nothing')
    .option('--json', 'what POST /api/v1/plans/:id/transfers (with --dry-run: its preview) answers')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, options: TransferOptions, command: Command) =>
      run.on(command, async (context) => (await import('./settle-plan.js')).transferOpen(context, asked, options)),
    );
  plan
    .command('end')
    .argument('<year|code>', 'the plan')
    .description('end what a unit owes, without anybody who takes it over')
    .requiredOption('--unit <code>', 'the unit that owes it, by its code of the day before')
    .option('--row <row>', 'only this row, by its number in the annex or its id; may be repeated', oneMore)
    .requiredOption('--on <day>', 'the day of effect', day)
    .requiredOption('--document <kind; number; day>', 'the document that orders it', document)
    .requiredOption('--reason <text>', 'why')
    .option('--dry-run', 'show what would come of it, and store nothing')
    .option('--json', 'what POST /api/v1/plans/:id/transfers (with --dry-run: its preview) answers')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((asked: string, options: EndOptions, command: Command) =>
      run.on(command, async (context) => (await import('./settle-plan.js')).endOwed(context, asked, options)),
    );
};
