import { CommandBus } from '@nestjs/cqrs';
import { folded, matches, type Document } from '#kernel';
import { PlanQuery } from '#modules/plan';
import { TargetAnswers, TargetDispatch, type Goal, type Qualifier, type TargetCommands } from '#modules/target';
import type { Receipt } from '#platform/commands';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { valueInWords, verdictInWords, type ShownTarget } from './show-targets.js';
import { ALL, say } from './terminal.js';

/** What `camket plan target-value` is told beside the plan, the target and the value. */
export type ValueOptions = {
  readonly on: string;
  readonly publisher: string;
  readonly document?: Document;
  readonly place?: string;
  readonly qualifier?: Qualifier;
  readonly from?: string;
  readonly counts?: { readonly numerator?: number; readonly denominator: number };
  readonly json?: boolean;
  readonly as?: string;
};

/** Records a published value of a target. */
export const reportValue = async (
  context: Context,
  asked: { readonly plan: string; readonly target: string; readonly value: string },
  options: ValueOptions,
): Promise<Exit> => {
  const { on, publisher, document, place, qualifier = 'exact', from, counts, json } = options;
  const sender = await context.sender(options.as, 'report');
  await context.caughtUp(['plans', 'targets']);
  const { id: plan, code } = await context.get(PlanQuery).find(asked.plan);
  const known = async (): Promise<readonly ShownTarget[]> =>
    (await context.get(TargetAnswers).list(plan, { limit: ALL })).items;
  const target = targetCalled(await known(), asked.target, code);
  const receipt = await context.get(CommandBus).execute<TargetDispatch, Receipt>(
    new TargetDispatch(target.id, sender, 'ReportValue', {
      value: measured(target, asked.value),
      qualifier,
      source: { publisher, ...(document ? { document } : {}), ...(place === undefined ? {} : { place }) },
      on,
      ...(from === undefined ? {} : { from }),
      ...(counts ? { counts } : {}),
    }),
  );
  await context.seen(receipt.position, ['targets']);
  const shown = (await known()).find(({ id }) => id === target.id) ?? target;
  const words = [
    target.title,
    `Đã ghi, mục ${receipt.entry ?? receipt.position}.`,
    `Số liệu mới nhất: ${valueInWords(shown)}; kết quả: ${verdictInWords(shown)}.`,
  ];
  await say(json ? receipt : words.join('\n'));
  return EXIT.done;
};

/** The target of that id or title; a part of its title, with or without tones, means the only one that it can be. */
const targetCalled = (targets: readonly ShownTarget[], called: string, plan: string): ShownTarget => {
  const exact = targets.filter(({ id, title }) => id === called || folded(title) === folded(called));
  const alike = folded(called) === '' ? [] : targets.filter(({ title }) => matches(title, called));
  const found = exact.length > 0 ? exact : alike;
  const [one, ...others] = found;
  if (one && others.length === 0) return one;
  const known = (one ? found : targets).map(({ id, title }) => `  ${id}  ${title}`);
  throw new Refused(
    one
      ? [`${called} may be several targets of ${plan}; name one by its id:`, ...known].join('\n')
      : [`${plan} has no target called ${called}${known.length === 0 ? '.' : '; there are'}`, ...known].join('\n'),
  );
};

/** The value in the way of the goal, as people write it: a decimal comma, a place among others, yes or no. */
const measured = ({ goal }: { readonly goal: Goal }, text: string): TargetCommands['ReportValue']['value'] => {
  switch (goal.kind) {
    case 'at-least':
    case 'at-most':
      return { number: text.trim().replace(',', '.') };
    case 'rank-at-most': {
      const [rank = '', of] = text.split('/');
      return { rank: Number(rank), ...(of === undefined ? {} : { of: Number(of) }) };
    }
    case 'group-at-least':
      return { group: text };
    case 'yes': {
      const said = folded(text);
      if (said !== folded('có') && said !== folded('không')) throw new Refused('The value is "có" or "không".');
      return { yes: said === folded('có') };
    }
  }
};
