import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { InvalidArgumentError, type Command } from 'commander';
import { isDay, Refusal, type Ratio } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanDispatch, planIdOf, PlanImports, PlanQuery, type PlanItem } from '#modules/plan';
import { ProgressAnswers, ProgressQuery, type FiguresAnswer } from '#modules/progress';
import { Clock } from '#platform/clock';
import { freshId, type Receipt, type Sender } from '#platform/commands';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Run } from './command.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { columns, say } from './terminal.js';
import { dayInWords, said } from './words.js';

type ImportOptions = {
  readonly plan?: string;
  readonly unit?: string;
  readonly year?: number;
  readonly title?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};
type ProgressOptions = { readonly on?: string; readonly recorded?: string; readonly json?: boolean };

/** Reads a day of an option. */
export const day = (text: string): string => {
  if (!isDay(text)) throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return text;
};

const year = (text: string): number => {
  if (!/^20\d\d$/.test(text)) throw new InvalidArgumentError('A year is written with four digits.');
  return Number(text);
};

/** `camket plan …` */
export const addPlan = (program: Command, run: Run): void => {
  const plan = program.command('plan').description('yearly plans: bring an annex in, see how far it has come');
  plan
    .command('import')
    .argument('<file>', 'the annex, .xlsx or .csv')
    .description('bring the rows of an annex into a plan; the plan is drafted when it is not there')
    .option('--plan <code|year>', 'the plan that takes the rows (default: that of the year)')
    .option('--unit <code>', 'the unit that issues a plan which is drafted now (default: the root)')
    .option('--year <year>', 'the year of the plan (default: the year that most deadlines of the file name)', year)
    .option('--title <title>', 'the title of a plan which is drafted now')
    .option('--dry-run', 'show what the file would bring, and store nothing')
    .option('--json', 'the preview as POST /api/v1/plans/:id/imports answers it')
    .option('--as <username>', 'act as this person (default: the system actor of the command line)')
    .action((file: string, options: ImportOptions, command: Command) =>
      run.on(command, (context) => importPlan(context, file, options)),
    );
  plan
    .command('progress')
    .argument('<year|code>', 'the plan')
    .description('the figures of a plan on any day, as the log stood on any day')
    .option('--on <day>', 'the day that the question is about (default: today)', day)
    .option('--recorded <day>', 'the day up to which the log is read (default: now)', day)
    .option('--json', 'the figures as GET /api/v1/plans/:id/progress answers them')
    .action((plan: string, options: ProgressOptions, command: Command) =>
      run.on(command, (context) => showProgress(context, plan, options)),
    );
};

type File = { readonly name: string; readonly bytes: Buffer; readonly sha256: string };

/** The plan that is meant, or what it would be drafted with. */
type Target = {
  readonly there: PlanItem | undefined;
  readonly id: string;
  readonly year: number;
  readonly draft: Draft;
};
type Draft = { readonly unit: string; readonly year: number; readonly title: string; readonly code?: string };

const unlessAbsent = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'absent') return undefined;
    throw error;
  }
};

const issuingUnit = async (context: Context, named: string | undefined): Promise<string> => {
  const organization = context.get(OrganizationQuery);
  const today = context.get(Clock).today();
  if (named === undefined) {
    const root = await organization.tree(today);
    if (!root) throw new Refusal('conflict', 'organization.root-absent');
    return root.id;
  }
  const unit = (await organization.unitsOn(today)).find(({ id, code, name }) => [id, code, name].includes(named));
  if (!unit) throw new Refused(`No unit has the code or the name ${named}.`);
  return unit.id;
};

/** The year that most deadlines of a file name; this year when they name none. */
const yearOf = async (context: Context, file: File): Promise<number> => {
  const thisYear = Number(context.get(Clock).today().slice(0, 4));
  const { rows } = await context.get(PlanImports).look({ id: planIdOf('', thisYear, 'cchc'), year: thisYear }, file);
  const named = new Map<string, number>();
  for (const { deadline } of rows)
    for (const found of new Set(deadline.match(/\b20\d\d\b/g) ?? [])) named.set(found, (named.get(found) ?? 0) + 1);
  const [most] = [...named].sort(([, a], [, b]) => b - a);
  return most ? Number(most[0]) : thisYear;
};

const targetOf = async (context: Context, file: File, options: ImportOptions): Promise<Target> => {
  const { plan } = options;
  const isYear = plan !== undefined && /^20\d\d$/.test(plan);
  const of = options.year ?? (isYear ? Number(plan) : plan === undefined ? await yearOf(context, file) : undefined);
  const plans = context.get(PlanQuery);
  if (plan !== undefined || options.unit === undefined) {
    const there = await unlessAbsent(plans.find(plan ?? String(of)));
    if (there) return { there, id: there.id, year: there.year, draft: there };
  }
  if (of === undefined) throw new Refused(`There is no plan ${plan}; say --year <year> to draft it.`);
  const unit = await issuingUnit(context, options.unit);
  const id = planIdOf(unit, of, 'cchc');
  const title = options.title ?? `Kế hoạch cải cách hành chính năm ${of}`;
  const draft = { unit, year: of, title, ...(plan === undefined || isYear ? {} : { code: plan }) };
  return { there: await unlessAbsent(plans.find(id)), id, year: of, draft };
};

const importPlan = async (context: Context, path: string, options: ImportOptions): Promise<Exit> => {
  const bytes = await contentOf(path);
  const sender = await context.sender(options.as, 'plan');
  const imports = context.get(PlanImports);
  const file = { name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  const target = await targetOf(context, file, options);
  const looked = await imports.look(target.there ?? target, file);
  if (options.dryRun || looked.faults.length > 0) {
    if (options.json) await say(looked);
    else await say([summaryOf(looked, target), ...faultsOf(looked)].join('\n'));
    return looked.faults.length > 0 ? EXIT.refused : EXIT.done;
  }
  if (!target.there) await draft(context, target, sender);
  const taken = await imports.take(target.id, file, sender);
  const { rows, receipt } = await imports.confirm(taken.id, sender);
  if (receipt) await context.seen(receipt.position, ['plans']);
  if (options.json) {
    const { confirmed } = await imports.preview(taken.id);
    await say({ ...taken, confirmed, receipt });
  } else {
    const plan = await context.get(PlanQuery).find(target.id);
    await say(`${plan.title} (${plan.code}): ${rows} rows brought in or changed, ${plan.rows} rows now.`);
  }
  return EXIT.done;
};

const draft = async (
  context: Context,
  { id, draft: { unit, year: of, title, code } }: Target,
  sender: Sender,
): Promise<void> => {
  const data = { unit, year: of, kind: 'cchc', sequence: 1, title, ...(code === undefined ? {} : { code }) };
  const command = { ...sender, command: freshId() };
  const receipt = await context
    .get(CommandBus)
    .execute<PlanDispatch, Receipt>(new PlanDispatch(id, command, 'DraftPlan', data));
  await context.seen(receipt.position, ['plans']);
};

type Looked = Awaited<ReturnType<PlanImports['look']>>;

const summaryOf = ({ file, sheet, rows, faults }: Looked, { there, draft: { title } }: Target): string => {
  const count = (wanted: string): number => rows.filter(({ status }) => status === wanted).length;
  return [
    `${file}${sheet === '' ? '' : `, sheet ${sheet}`}: ${rows.length} rows`,
    `for “${title}”${there ? ` (${there.code})` : ', which would be drafted'}:`,
    `${count('new')} new, ${count('changed')} changed, ${count('same')} the same, ${faults.length} faults.`,
  ].join(' ');
};

const faultsOf = ({ faults }: Looked): readonly string[] =>
  faults.map(
    ({ row, column, message, suggestion }) =>
      `  row ${row}, ${column}: ${message}${suggestion ? ` → ${suggestion}?` : ''}`,
  );

const showProgress = async (context: Context, asked: string, options: ProgressOptions): Promise<Exit> => {
  const end = await context.store.end();
  if (end !== undefined) await context.seen(end, ['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const progress = context.get(ProgressQuery);
  const clocks = await progress.clocks(options);
  const figures = await context.get(ProgressAnswers).figures(await progress.plan(id), clocks);
  await say(options.json ? figures : inWords(figures));
  return EXIT.done;
};

const percent = ({ percent: text }: Ratio): string => (text === null ? '–' : `${text.replace('.', ',')} %`);
const fraction = ({ numerator, denominator }: Ratio): string => `${numerator}/${denominator}`;

/** The first sentence of a page of figures: what was due first, or an early percentage reads like failure. */
const firstSentence = ({ completedOfDue: due, carriedOut, overdue, overdueAwaiting }: FiguresAnswer): string => {
  const ofDue = due.denominator === 0 ? 'noneDue' : 'due';
  const late = overdue === 0 ? 'noneOverdue' : 'overdue';
  const sentence = [
    said(`summary.${ofDue}`, { n: due.numerator, d: due.denominator }),
    said('summary.carriedOut', { n: carriedOut.numerator, d: carriedOut.denominator }),
    said(`summary.${late}`, { n: overdue }),
  ].join('; ');
  return `${sentence}${overdueAwaiting > 0 ? ` ${said('summary.overdueAwaiting', { n: overdueAwaiting })}` : ''}.`;
};

const inWords = (figures: FiguresAnswer): string => {
  const { plan, on, recorded, status } = figures;
  const head = `${plan.title} (${plan.code}), ${plan.unit.name}`;
  const clocks = `Tính đến ngày ${dayInWords(on)}, theo sổ ghi đến hết ngày ${dayInWords(recorded)}`;
  if (status === 'not-in-force') return [head, clocks, 'Kế hoạch chưa có hiệu lực.'].join('\n');
  const ratios = (['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const).map((name) => [
    said(`figures.${name}`),
    fraction(figures[name]),
    percent(figures[name]),
  ]);
  const fields = figures.byField.map(({ numeral, field, completed, carriedOut, overdue }) => [
    `${numeral} ${field}`.trim(),
    fraction(completed),
    percent(completed),
    fraction(carriedOut),
    String(overdue),
  ]);
  const header = ['Lĩnh vực', said('figures.completed'), '', said('figures.carriedOut'), 'Quá hạn'];
  return [
    head,
    clocks,
    '',
    firstSentence(figures),
    '',
    columns(ratios, [1, 2]),
    '',
    columns([header, ...fields], [1, 2, 3, 4]),
  ].join('\n');
};
