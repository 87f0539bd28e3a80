import { dayInWords, folded, stored } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { Clock } from '#platform/clock';
import { Refused } from './answer.js';
import type { Context } from './context.js';

type Called = { readonly id: string; readonly code: string; readonly name: string };

/**
 * The id of the unit of that id, code or name on a day (today by default), or of one that has ended by then: what it owed
 * stays with it. Undefined when none is named.
 */
export const unitNamed = async (
  context: Context,
  named: string | undefined,
  day: string = context.get(Clock).today(),
): Promise<string | undefined> => {
  if (named === undefined) return undefined;
  const organization = context.get(OrganizationQuery);
  const operating = among(await organization.unitsOn(day), named);
  return (operating ?? unitCalled(await organization.endedBy(day), named)).id;
};

/** The unit of that id, code or name; a name without tones, or typed in parts, means the only one that it can be. */
export const unitCalled = <Unit extends Called>(units: readonly Unit[], named: string, day?: string): Unit => {
  const found = among(units, named);
  if (!found)
    throw new Refused(
      `No unit${day === undefined ? '' : ` that operates on ${dayInWords(day)}`} has the code or the name ${named}.`,
    );
  return found;
};

/** The one that is meant; undefined when there is none. */
const among = <Unit extends Called>(units: readonly Unit[], named: string): Unit | undefined => {
  const exact = units.find(({ id, code, name }) => [id, code, name].includes(stored(named)));
  if (exact) return exact;
  const alike = units.filter(({ code, name }) => [code, name].map(folded).includes(folded(named)));
  if (alike.length > 1)
    throw new Refused(`${named} may be ${alike.map(({ name }) => name).join(' or ')}; type it with its tones.`);
  return alike[0];
};
