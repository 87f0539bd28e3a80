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
  const unit = units.find(({ id, code, name }) => [id, code, name].includes(named));
  if (!unit) throw new Refused(`No unit has the code or the name ${named}.`);
  return unit.id;
};
