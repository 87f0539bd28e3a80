import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { dayInWords, dayOfInstant } from '#kernel';
import { StatusImports, StatusSheets, type RunOutcome, type StatusPreview } from '#modules/batch';
import { PlanQuery, type PlanItem } from '#modules/plan';
import { Clock } from '#platform/clock';
import { EXIT, Misused, type Exit } from './answer.js';
import { ASKED_MS, followed } from './batch-followed.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { written } from './output.js';
import { say, type Bars } from './terminal.js';
import { unitNamed } from './unit-named.js';
import { sentenceOf } from '#platform/wording';

export type ExportOptions = {
  readonly plan?: string;
  readonly unit?: string;
  readonly on?: string;
  readonly force?: boolean;
};

export type ImportOptions = {
  readonly plan?: string;
  readonly as: string;
  readonly despite?: readonly number[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

const planOf = (context: Context, named: string | undefined): Promise<PlanItem> =>
  context.get(PlanQuery).find(named ?? context.get(Clock).today().slice(0, 4));

const SEEN = ['plans', 'progress', 'entries'];

/** Writes a status table to a file. */
export const exportTable = async (context: Context, path: string, options: ExportOptions): Promise<Exit> => {
  if (extname(path).toLowerCase() !== '.xlsx')
    throw new Misused('A status table is a workbook: its name ends in .xlsx.');
  await context.caughtUp(SEEN);
  const plan = await planOf(context, options.plan);
  const unit = await unitNamed(context, options.unit);
  const { bytes, lines } = await context.get(StatusSheets).write(plan.id, { unit, on: options.on });
  // What was filled in offline lies under the same name.
  await written(path, bytes, options.force ?? false);
  await say(`${path}: ${lines} lines of “${plan.title}” (${plan.code}).`);
  return EXIT.done;
};

/** Brings a status table in, or shows what it would bring. */
export const importTable = async (
  context: Context,
  path: string,
  options: ImportOptions,
  bars: Bars,
): Promise<Exit> => {
  const bytes = await contentOf(path);
  const sender = await context.sender(options.as, 'report');
  await context.caughtUp(SEEN);
  const plan = await planOf(context, options.plan);
  const imports = context.get(StatusImports);
  const file = { name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  if (options.dryRun) {
    const looked = await imports.look(plan.id, file, sender);
    await say(options.json ? looked : previewInWords(looked));
    return looked.faults.length + looked.conflicts.length > 0 ? EXIT.refused : EXIT.done;
  }
  const { id } = await imports.take(plan.id, file, sender);
  const begun = await imports.confirm(id, options.despite ?? [], sender);
  const look = () => imports.outcome(id, sender, { limit: 200, waitMs: ASKED_MS });
  const outcome = await followed(file.name, begun, look, bars);
  await context.caughtUp(SEEN);
  await say(options.json ? outcome : outcomeInWords(file.name, outcome));
  return outcome.refused > 0 ? EXIT.refused : EXIT.done;
};

/** What was done to a report, in a word. */
const ACTS: Readonly<Record<string, string>> = {
  WorkReported: 'báo cáo',
  ReportAccepted: 'công nhận',
  ReportReturned: 'trả lại',
  ReportCorrected: 'đính chính',
  ReportWithdrawn: 'rút báo cáo',
  AcceptanceWithdrawn: 'rút công nhận',
};

const previewInWords = ({ file, summary, position, faults, conflicts }: StatusPreview): string =>
  [
    `${file}: ${summary.lines} lines; ${summary.reports} reports, ${summary.acceptances} acceptances, ` +
      `${summary.untouched} untouched, ${summary.faults} with faults, ${summary.conflicts} changed since the download.`,
    ...(position === null ? ['The file does not say when it was downloaded: later changes cannot be told.'] : []),
    ...faults.map(({ row, column, detail }) => `  row ${row}, ${column}: ${detail}`),
    ...conflicts.map(
      ({ row, since }) =>
        `  row ${row}: ${sentenceOf('status-import.changed-since', {}) ?? ''} ${since
          .map(
            ({ kind, actor, recorded }) =>
              `${ACTS[kind] ?? kind} (${actor.name}, ${dayInWords(dayOfInstant(recorded))})`,
          )
          .join('; ')}`,
    ),
  ].join('\n');

const outcomeInWords = (file: string, { reported, accepted, unchanged, refused, refusals }: RunOutcome): string =>
  [
    `${file}: ${reported} reports and ${accepted} acceptances recorded, ${unchanged} were there already, ${refused} refused.`,
    ...refusals.map(({ row, act, detail }) => `  row ${row ?? '?'}, ${act}: ${detail}`),
    ...(refusals.length < refused ? [`  … and ${refused - refusals.length} more.`] : []),
  ].join('\n');
