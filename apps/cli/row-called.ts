import { folded } from '#kernel';
import { PlanQuery } from '#modules/plan';
import { Refused } from './answer.js';
import type { Context } from './context.js';

/** The row of a plan of that number in the annex, or of that id. */
export const rowCalled = async (
  context: Context,
  { plan: asked, row: called }: { readonly plan: string; readonly row: string },
): Promise<{ readonly id: string; readonly name: string }> => {
  const plans = context.get(PlanQuery);
  const plan = await plans.find(asked);
  const wanted = folded(called);
  const rows = (await plans.allRows(plan.id)).filter(
    ({ row, content }) => wanted !== '' && [row, folded(content.code)].includes(wanted),
  );
  const [found, ...others] = rows;
  if (!found) throw new Refused(`No row of ${plan.code} has the number ${called}.`);
  if (others.length > 0)
    throw new Refused(
      `${rows.length} rows of ${plan.code} have the number ${called}; name one by its id:\n` +
        rows.map(({ row, content }) => `  ${row}  ${content.title}`).join('\n'),
    );
  return { id: found.row, name: `${found.content.code} ${found.content.title}`.trim() };
};
