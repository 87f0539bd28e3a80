import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { CommandBus } from '@nestjs/cqrs';
import { Refusal } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { PlanDispatch, planIdOf, PlanImports, PlanQuery, type PlanItem } from '#modules/plan';
import { Clock } from '#platform/clock';
import { freshId, type Receipt, type Sender } from '#platform/commands';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { sentenceOf } from '#platform/wording';
import { contentOf } from './input.js';
import { say } from './terminal.js';
import { unitCalled } from './unit-named.js';

/** What `camket plan import` is told beside the file. */
export type ImportOptions = {
  readonly plan?: string;
  readonly unit?: string;
  readonly year?: number;
  readonly title?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
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
  return unitCalled(await organization.unitsOn(today), named).id;
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

/** Brings an annex into a plan, or shows what it would bring. */
export const importPlan = async (context: Context, path: string, options: ImportOptions): Promise<Exit> => {
  const bytes = await contentOf(path);
  const sender = await context.sender(options.as, 'plan');
  const imports = context.get(PlanImports);
  const file = { name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  const target = await targetOf(context, file, options);
  const looked = await imports.look(target.there ?? target, file);
  const isDraft = !target.there || target.there.status === 'draft';
  const brings = looked.rows.some(({ status }) => status !== 'same');
  const refused = isDraft || !brings ? [] : [`  ${sentenceOf('plan.not-a-draft', {}) ?? ''} (camket plan amend)`];
  if (options.dryRun || looked.faults.length > 0) {
    if (options.json) await say(looked);
    else await say([summaryOf(looked, target), ...warningsOf(looked), ...faultsOf(looked), ...refused].join('\n'));
    return looked.faults.length + refused.length > 0 ? EXIT.refused : EXIT.done;
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
    const summary = `${plan.title} (${plan.code}): ${rows} rows brought in or changed, ${plan.rows} rows now.`;
    await say([summary, ...warningsOf(taken)].join('\n'));
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

const warningsOf = ({ warnings }: Pick<Looked, 'warnings'>): readonly string[] =>
  warnings.map(({ message }) => `  ${message}`);

const faultsOf = ({ faults }: Looked): readonly string[] =>
  faults.map(
    ({ row, column, message, suggestion }) =>
      `  row ${row}, ${column}: ${message}${suggestion ? ` → ${suggestion}?` : ''}`,
  );
