import { EntryWithdrawals } from '#modules/task';
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

/** Takes an entry back; what it said stays readable. */
export const withdrawEntry = async (context: Context, entry: string, options: WithdrawOptions): Promise<Exit> => {
  const { reason, document, as, json } = options;
  const sender = await context.sender(as, 'report');
  const receipt = await context.get(EntryWithdrawals).withdraw(entry, { reason, document }, sender);
  await context.seen(receipt.position);
  const words = receipt.unchanged
    ? `Mục ${entry} đã được rút lại từ trước.`
    : `Đã rút lại mục ${entry}; ghi thành mục ${receipt.entry ?? receipt.position}.`;
  await say(json ? receipt : words);
  return EXIT.done;
};
