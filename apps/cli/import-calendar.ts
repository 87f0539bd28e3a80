import { basename } from 'node:path';
import { dayInWords } from '#kernel';
import { CalendarImports, type CalendarPreview } from '#modules/rulebook';
import { EXIT, Misused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { say } from './terminal.js';

/** What `camket calendar import` is told beside the file. */
export type CalendarOptions = {
  readonly year?: number;
  readonly kind: string;
  readonly number?: string;
  readonly date?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly as?: string;
};

const noticeOf = ({ kind, number, date }: CalendarOptions) => {
  if (number === undefined && date === undefined) return undefined;
  if (number === undefined || date === undefined) throw new Misused('A notice has a --number and a --date.');
  return { kind, number, date };
};

const wordsOf = ({ file, year, version, days, dropped, faults, summary }: Omit<CalendarPreview, 'id'>): string => {
  const changes = days.filter(({ state }) => state !== 'known');
  return [
    `${file}: calendar of ${year}, version ${version}: ${summary.days} days (${summary.new} new, ${summary.changed} changed, ` +
      `${summary.known} known, ${summary.dropped} dropped), ${summary.faults} faults.`,
    ...changes.map(({ row, day, kind, name }) => `  row ${row}: ${dayInWords(day)} ${kind}, ${name}`),
    ...dropped.map(({ day, kind, name }) => `  dropped: ${dayInWords(day)} ${kind}, ${name}`),
    ...faults.map(({ row, column, message }) => `  row ${row}, ${column}: ${message}`),
  ].join('\n');
};

/** Makes a list of days the calendar of its year, or shows what it would become. */
export const importCalendar = async (context: Context, path: string, options: CalendarOptions): Promise<Exit> => {
  const bytes = await contentOf(path);
  const notice = noticeOf(options);
  const sender = await context.sender(options.as, 'plan');
  const imports = context.get(CalendarImports);
  const named = { file: basename(path), year: options.year };
  const looked = await imports.look(bytes, named);
  if (options.dryRun || looked.faults.length > 0) {
    await say(options.json ? looked : wordsOf(looked));
    return looked.faults.length > 0 ? EXIT.refused : EXIT.done;
  }
  const taken = await imports.take(bytes, named, sender.actor);
  const { days, receipt } = await imports.confirm(taken.id, notice, sender);
  await context.seen(receipt.position, ['rules']);
  const { confirmed, version } = await imports.preview(taken.id);
  const words = receipt.unchanged ? 'is this one already' : `is version ${version} now`;
  await say(options.json ? { ...taken, confirmed, receipt } : `${days} days: the calendar of ${taken.year} ${words}.`);
  return EXIT.done;
};
