import { CommandBus } from '@nestjs/cqrs';
import { dayInWords } from '#kernel';
import { PlanDispatch, PlanQuery, PlanWithdrawals } from '#modules/plan';
import { ClosingAnswers, type ClosingAnswer } from '#modules/progress';
import type { Receipt } from '#platform/commands';
import { Texts } from '#platform/texts';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';
import { documentInWords, dueInWords, fraction } from './words.js';

/** What `camket plan closing` is told beside the plan. */
export type ClosingOptions = { readonly json?: boolean };

/** What `camket plan close` is told beside the plan. */
export type CloseOptions = ClosingOptions & {
  readonly on: string;
  readonly document: { readonly kind: string; readonly number: string; readonly date: string };
  readonly reason?: string;
  readonly as?: string;
};

/** What `camket plan reopen` is told beside the plan. */
export type ReopenOptions = {
  readonly reason: string;
  readonly document?: CloseOptions['document'];
  readonly json?: boolean;
  readonly as?: string;
};

/** Reports what stays open in a plan that is closed, or would if it were closed now. */
export const showClosing = async (context: Context, asked: string, options: ClosingOptions): Promise<Exit> => {
  await context.caughtUp(['plans', 'progress']);
  const { id } = await context.get(PlanQuery).find(asked);
  const report = await context.get(ClosingAnswers).of(id, { limit: ALL });
  await say(options.json ? report : inWords(report));
  return EXIT.done;
};

/** Closes a plan, and reports what stays open. */
export const closePlan = async (context: Context, asked: string, options: CloseOptions): Promise<Exit> => {
  const sender = await context.sender(options.as, 'plan');
  await context.caughtUp(['plans']);
  const { id } = await context.get(PlanQuery).find(asked);
  const { on, document, reason } = options;
  await context.get(Texts).during(sender, { reason }, (refs) =>
    context.get(CommandBus).execute<PlanDispatch, Receipt>(
      new PlanDispatch(id, sender, 'ClosePlan', {
        document,
        on,
        ...(refs.reason ? { reason: refs.reason } : {}),
      }),
    ),
  );
  return showClosing(context, id, options);
};

/** Takes the closing of a plan back: it runs again. */
export const reopenPlan = async (context: Context, asked: string, options: ReopenOptions): Promise<Exit> => {
  const { reason, document, as, json } = options;
  const sender = await context.sender(as, 'plan');
  await context.caughtUp(['plans']);
  const { id, title, code } = await context.get(PlanQuery).find(asked);
  const receipt = await context.get(PlanWithdrawals).closing(id, { reason, document }, sender);
  await context.seen(receipt.position);
  const words = `${title} (${code}) được mở lại; ghi thành mục ${receipt.entry ?? receipt.position}.`;
  await say(json ? receipt : words);
  return EXIT.done;
};

const inWords = ({ closed, on, completed, carriedOut, open, overdue, awaiting, items }: ClosingAnswer): string => {
  const head = closed
    ? `Kế hoạch đã đóng ngày ${dayInWords(closed.on)} (${documentInWords(closed.document)})`
    : `Kế hoạch chưa đóng; tính đến ngày ${dayInWords(on)}`;
  const figures =
    `${fraction(completed)} nhiệm vụ đã hoàn thành, ` +
    `${fraction(carriedOut)} đã triển khai; ` +
    `${open} còn dở dang, trong đó ${overdue} quá hạn, ${awaiting} chờ nghiệm thu.`;
  if (items.length === 0) return `${head}\n${figures}`;
  const rows = items.map(({ code, due, title, owing }) => [
    code,
    dueInWords(due),
    owing.length > NAMED ? `${owing.length} đơn vị` : owing.map(({ unit }) => unit.name).join(', '),
    title,
  ]);
  return [head, figures, '', columns([['Mục', 'Hạn', 'Đơn vị còn nợ', 'Nhiệm vụ'], ...rows])].join('\n');
};

/** So many units are named; of more their number says enough. */
const NAMED = 3;
