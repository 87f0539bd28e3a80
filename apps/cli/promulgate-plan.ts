import { Readable } from 'node:stream';
import { CommandBus } from '@nestjs/cqrs';
import { dayInWords, type Document } from '#kernel';
import { PlanDispatch, PlanQuery } from '#modules/plan';
import type { Receipt } from '#platform/commands';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { contentOf } from './input.js';
import { say } from './terminal.js';

/** What `camket plan promulgate` is told beside the plan. */
export type PromulgateOptions = {
  readonly effect: string;
  readonly document: { readonly kind: string; readonly number: string; readonly date: string };
  readonly signatory?: string;
  /** The signed document itself. */
  readonly file?: string;
  readonly json?: boolean;
  readonly as?: string;
};

/** Promulgates a draft: from the day of effect its rows count. */
export const promulgatePlan = async (
  context: Context,
  asked: string,
  { effect, document: named, signatory, file, json, as }: PromulgateOptions,
): Promise<Exit> => {
  const bytes = file === undefined ? undefined : await contentOf(file);
  const sender = await context.sender(as, 'plan');
  await context.caughtUp(['plans']);
  const plans = context.get(PlanQuery);
  const { id } = await plans.find(asked);
  const stored = bytes && (await context.files.store(Readable.from([bytes]), sender.actor));
  const document: Document = {
    ...named,
    ...(signatory === undefined ? {} : { signatory }),
    ...(stored ? { file: stored.sha256 } : {}),
  };
  const receipt = await context
    .get(CommandBus)
    .execute<PlanDispatch, Receipt>(new PlanDispatch(id, sender, 'PromulgatePlan', { document, effect }));
  await context.seen(receipt.position, ['plans', 'progress']);
  const { title, code, rows } = await plans.find(id);
  await say(
    json
      ? receipt
      : `${title} (${code}): ${rows} nhiệm vụ, ban hành theo ${named.kind} số ${named.number}, ` +
          `có hiệu lực từ ngày ${dayInWords(effect)}.`,
  );
  return EXIT.done;
};
