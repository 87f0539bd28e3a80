import { SHIPPED, type RuleSetInForce } from '#modules/rulebook';

const [first] = SHIPPED;
if (!first) throw new Error('no rule set is shipped');

/** The rule set that comes with the product, as plans are read by it. */
export const shippedRules: RuleSetInForce = { ...first, calendar: [] };
