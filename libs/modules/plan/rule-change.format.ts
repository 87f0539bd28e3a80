import type { Day } from '#kernel';
import { readDeadline, type DeadlineRules } from './deadline.rule.js';
import { periodsOf, type ReportWindows } from './period.rule.js';
import { changesUnder, type ReadRow, type RowChange, type Unreadable } from './rule-change.rule.js';

export type { PeriodMove, RowChange, Unreadable } from './rule-change.rule.js';

type Rules = DeadlineRules & ReportWindows;

/** A row of an annex; `addedOn` is the day of an amendment from which it owes its periods. */
export type AnnexRead = Omit<ReadRow, 'periods'> & { readonly addedOn: Day | null };

/** What another rule set would make of the rows of an annex, for those who look before they apply it. */
export const annexUnder = (
  rows: readonly AnnexRead[],
  year: number,
  from: Rules,
  to: Rules,
): { readonly changes: readonly RowChange[]; readonly unreadable: readonly Unreadable[] } =>
  changesUnder(
    rows.map(({ addedOn, ...row }) => {
      const owedFrom = addedOn === null ? {} : { owedFrom: addedOn };
      return { ...row, periods: periodsOf(row.cycle, { year, rules: from, ...owedFrom }) };
    }),
    from,
    to,
    {
      read: (deadline, rules) => readDeadline(deadline, { year, rules }),
      periods: (cycle, rules) => periodsOf(cycle, { year, rules }),
    },
  );
