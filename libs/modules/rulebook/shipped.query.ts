import type { RuleSet } from './rulebook.events.js';

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
const windowOf = (month: string) => ({ cutoff: `${month}-14`, due: `${month}-20` });

/**
 * The rule sets that come with the product, for plans of installations that never issued one. The windows are those of
 * Công văn 581/BNV-CCHC: figures are cut off on the 14th and due on the 20th of the last month.
 */
export const SHIPPED: readonly RuleSet[] = [
  {
    version: '2021',
    since: 2021,
    before: 'inclusive',
    dayOff: 'stays',
    quarterly: ['03', '06', '09', '12'].map(windowOf),
    monthly: MONTHS.map(windowOf),
    yearsBefore: 1,
    yearsAfter: 10,
    calendars: [],
  },
];
