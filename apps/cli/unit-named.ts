import { folded, stored } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { Clock } from '#platform/clock';
import { Refused } from './answer.js';
import type { Context } from './context.js';

/** The id of the unit of that id, code or name on a day (today by default); undefined when none is named. */
export const unitNamed = async (
  context: Context,
  named: string | undefined,
  day: string = context.get(Clock).today(),
): Promise<string | undefined> => {
  if (named === undefined) return undefined;
  const units = await context.get(OrganizationQuery).unitsOn(day);
  return unitCalled(units, named).id;
};

/** The unit of that id, code or name; a name without tones, or typed in parts, means the only one that it can be. */
export const unitCalled = <Unit extends { readonly id: string; readonly code: string; readonly name: string }>(
  units: readonly Unit[],
  named: string,
): Unit => {
  const exact = units.find(({ id, code, name }) => [id, code, name].includes(stored(named)));
  if (exact) return exact;
  const [like, ...others] = units.filter(({ code, name }) => [code, name].map(folded).includes(folded(named)));
  if (!like) throw new Refused(`No unit has the code or the name ${named}.`);
  if (others.length > 0)
    throw new Refused(
      `${named} may be ${[like, ...others].map(({ name }) => name).join(' or ')}; type it with its tones.`,
    );
  return like;
};
