import { dayInWords } from '#kernel';
import { LedgerPapers, type ExtensionsAnswer, type LatenessAnswer } from '#modules/ledger';
import { PlanQuery } from '#modules/plan';
import { ProgressQuery } from '#modules/progress';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { sizeOf, written } from './output.js';
import { ALL, columns, say } from './terminal.js';
import { fieldCalled } from './field-named.js';
import { unitNamed } from './unit-named.js';
import { clocksInWords } from './words.js';

/** What `camket plan ledger` is told beside the ledger and the plan. */
export type LedgerOptions = {
  readonly on?: string;
  readonly recorded?: string;
  readonly unit?: string;
  readonly field?: string;
  readonly xlsx?: string;
  readonly force?: boolean;
  readonly json?: boolean;
};

/** Answers a ledger of a plan, or writes it as a workbook. */
export const showLedger = async (
  context: Context,
  ledger: 'extensions' | 'lateness',
  asked: string,
  options: LedgerOptions,
): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress', 'entries']);
  const { id } = await context.get(PlanQuery).find(asked);
  const progress = context.get(ProgressQuery);
  const [plan, clocks] = [await progress.plan(id), await progress.clocks(options)];
  const papers = context.get(LedgerPapers);
  const { xlsx, force = false, json } = options;
  const field = fieldCalled(plan.fieldSet, options.field);
  const wish = { unit: await unitNamed(context, options.unit, clocks.on), field };
  const isOfExtensions = ledger === 'extensions';
  if (xlsx !== undefined) {
    const paper = isOfExtensions
      ? await papers.extensionsWorkbook(plan, clocks, wish)
      : await papers.latenessWorkbook(plan, clocks, wish);
    await written(xlsx, paper.bytes, force);
    if (!json) await say(`${xlsx}: ${sizeOf(paper.bytes)}.`);
  }
  if (isOfExtensions) {
    const answer = await papers.extensions(plan, clocks, { ...wish, limit: ALL });
    if (json || xlsx === undefined) await say(json ? answer : extensionsInWords(answer));
  } else {
    const answer = await papers.lateness(plan, clocks, { ...wish, limit: ALL });
    if (json || xlsx === undefined) await say(json ? answer : latenessInWords(answer));
  }
  return EXIT.done;
};

const table = (header: readonly string[], rows: readonly (readonly string[])[], right: readonly number[]): string[] =>
  rows.length === 0 ? [] : ['', columns([header, ...rows], right)];

const EXTENSION_STATES = { standing: '', corrected: 'đã đính chính', withdrawn: 'đã rút lại' } as const;

const extensionsInWords = (answer: ExtensionsAnswer): string => {
  const { items, totals } = answer;
  const rows = items.map(({ task, units, named, number, before, due, days, afterDue, document, state }) => [
    task.code,
    units > named.length ? `Cả nhiệm vụ (${units} đơn vị)` : named.map(({ name }) => name).join('; '),
    number === null ? '–' : String(number),
    dayInWords(before),
    dayInWords(due),
    String(days),
    [...(afterDue ? ['gia hạn sau hạn'] : []), EXTENSION_STATES[state]].filter(Boolean).join(', '),
    `${document.kind} ${document.number}`,
  ]);
  const header = ['Mục', 'Đơn vị', 'Lần', 'Hạn cũ', 'Hạn mới', 'Số ngày', 'Ghi chú', 'Văn bản'];
  return [
    clocksInWords(answer),
    `${totals.extensions} lần gia hạn, ${totals.afterDue} lần sau hạn, cộng ${totals.days} ngày; ${totals.withdrawn} lần đã rút lại.`,
    ...table(header, rows, [2, 5]),
  ].join('\n');
};

const LATENESS_KINDS = {
  overdue: 'Quá hạn',
  late: 'Hoàn thành trễ hạn',
  'late-against-original': 'Trễ so với hạn ban đầu',
} as const;

const latenessInWords = (answer: LatenessAnswer): string => {
  const { items, totals } = answer;
  const rows = items.map(({ kind, task, unit, periodName, due, workDay, days, awaiting }) => [
    task.code,
    unit.name,
    periodName,
    dayInWords(due),
    workDay === null ? '–' : dayInWords(workDay),
    String(days),
    `${LATENESS_KINDS[kind]}${awaiting ? ', đang chờ nghiệm thu' : ''}`,
  ]);
  const header = ['Mục', 'Đơn vị', 'Kỳ', 'Hạn', 'Hoàn thành', 'Trễ (ngày)', 'Tình trạng'];
  return [
    clocksInWords(answer),
    `${totals.overdue} lượt quá hạn (${totals.awaiting} đang chờ nghiệm thu), ${totals.late} lượt hoàn thành trễ hạn, ${totals.lateAgainstOriginal} lượt trễ so với hạn ban đầu.`,
    ...table(header, rows, [5]),
  ].join('\n');
};
