import { PlanWithdrawals } from '#modules/plan';
import { EntryQuery, EntryWithdrawals } from '#modules/task';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { say } from './terminal.js';

/** What `camket plan withdraw` is told beside the entry. */
export type WithdrawOptions = {
  readonly reason: string;
  readonly document?: { readonly kind: string; readonly number: string; readonly date: string };
  readonly as?: string;
  readonly json?: boolean;
};

/** Entries that the plan itself records of what a unit owes, and takes back. */
const OF_PLAN: ReadonlySet<string> = new Set(['ObligationTransferred', 'ObligationEnded']);

/** Takes an entry back; what it said stays readable. */
export const withdrawEntry = async (context: Context, entry: string, options: WithdrawOptions): Promise<Exit> => {
  const { reason, document, as, json } = options;
  const { type, plan } = await context.get(EntryQuery).find(entry);
  const isOfPlan = OF_PLAN.has(type);
  const sender = await context.sender(as, isOfPlan ? 'plan' : 'report');
  const receipt = isOfPlan
    ? await context.get(PlanWithdrawals).act(plan, entry, { reason, document }, sender)
    : await context.get(EntryWithdrawals).withdraw(entry, { reason, document }, sender);
  await context.seen(receipt.position);
  const words = receipt.unchanged
    ? `Mục ${entry} đã được rút lại từ trước.`
    : `Đã rút lại mục ${entry}; ghi thành mục ${receipt.entry ?? receipt.position}.`;
  await say(json ? receipt : words);
  return EXIT.done;
};
