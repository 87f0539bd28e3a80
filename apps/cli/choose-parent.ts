import { CommandBus } from '@nestjs/cqrs';
import { PlanDispatch, PlanQuery } from '#modules/plan';
import type { Receipt } from '#platform/commands';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { say } from './terminal.js';

/** What `camket plan parent` is told beside the plans. */
export type ParentOptions = { readonly none?: boolean; readonly as?: string; readonly json?: boolean };

/** Says which plan of a higher level a draft carries out; without one that it carries out none. */
export const chooseParent = async (
  context: Context,
  asked: string,
  above: string | undefined,
  options: ParentOptions,
): Promise<Exit> => {
  const sender = await context.sender(options.as, 'plan');
  await context.caughtUp(['plans']);
  const plans = context.get(PlanQuery);
  const plan = await plans.find(asked);
  const parent = above === undefined ? undefined : await plans.find(above);
  const receipt = await context
    .get(CommandBus)
    .execute<PlanDispatch, Receipt>(new PlanDispatch(plan.id, sender, 'ChooseParent', { parent: parent?.id ?? null }));
  await context.seen(receipt.position);
  const said = parent ? `kế hoạch cấp trên là ${parent.title} (${parent.code})` : 'không có kế hoạch cấp trên';
  const words = `${plan.title} (${plan.code}): ${said}${receipt.unchanged ? ', như trước' : ''}.`;
  await say(options.json ? receipt : words);
  return EXIT.done;
};
