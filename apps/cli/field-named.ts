import { folded } from '#kernel';
import { fieldNamed, fieldsOf } from '#modules/plan';
import { Refused } from './answer.js';

/** The code of the field of that code, numeral or name in a plan; undefined when none is named. */
export const fieldCalled = (fieldSet: string, named: string | undefined): string | undefined => {
  if (named === undefined) return undefined;
  const fields = fieldsOf(fieldSet);
  const found = fields.find(({ numeral }) => folded(numeral) === folded(named)) ?? fieldNamed(named, fields);
  if (found) return found.code;
  const known = fields.map(({ numeral, code, name }) => `  ${numeral}  ${code}  ${name}`);
  throw new Refused([`The plan has no field ${named}; there are`, ...known].join('\n'));
};
