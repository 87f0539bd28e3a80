import type { Day } from '#kernel';

type Milestones = readonly { readonly text: string; readonly due: string | null }[];

/** What the rules of deadlines read from a text, or why they cannot. */
type Reading =
  | { readonly due: Day | null; readonly rule: string; readonly milestones: Milestones }
  | { readonly fault: string };

/** A period and its days; they are null for the one period of a one-off row. */
type PeriodDays = { readonly period: number; readonly cutoff: string | null; readonly due: string | null };

/** The choices of a rule set from which a date can move. */
export type Choice = 'before' | 'day-off' | 'windows';

type Choices = {
  readonly before: string;
  readonly dayOff: string;
  readonly calendar: readonly object[];
  readonly quarterly: readonly object[];
  readonly monthly: readonly object[];
};

/** A row as it is read now, with the periods that it owes. */
export type ReadRow = {
  readonly row: string;
  readonly deadline: string;
  readonly cycle: 'once' | 'quarterly' | 'monthly';
  readonly due: string | null;
  readonly rule: string;
  readonly milestones: Milestones;
  readonly periods: readonly PeriodDays[];
};

/** A due date and the rule that computes it. */
export type Computed = { readonly due: string | null; readonly rule: string };
export type PeriodMove = {
  readonly period: number;
  readonly before: { readonly cutoff: string | null; readonly due: string | null };
  readonly after: { readonly cutoff: string | null; readonly due: string | null };
};

/** What other rules would make of a row. */
export type RowChange = {
  readonly row: string;
  readonly before: Computed;
  readonly after: Computed;
  readonly milestones: Milestones;
  /** The choices that make the difference, each on its own. */
  readonly because: readonly Choice[];
  /** The periods that would have other days. */
  readonly periods: readonly PeriodMove[];
};

/** A row whose deadline the other rules cannot read. */
export type Unreadable = { readonly row: string; readonly deadline: string; readonly fault: string };

/** How texts are read and periods counted by rules: handed in, so that all that is said here follows from arguments. */
export type Readers<Rules extends Choices> = {
  readonly read: (deadline: string, rules: Rules) => Reading;
  readonly periods: (cycle: ReadRow['cycle'], rules: Rules) => readonly PeriodDays[];
};

const sameMilestones = (a: Milestones, b: Milestones): boolean =>
  a.length === b.length && a.every(({ text, due }, index) => text === b[index]?.text && due === b[index].due);

/** The periods of a row that have other days than those counted. */
const movedPeriods = (row: ReadRow, counted: readonly PeriodDays[]): readonly PeriodMove[] =>
  row.periods.flatMap(({ period, ...before }): readonly PeriodMove[] => {
    const found = counted.find((each) => each.period === period);
    if (!found || (found.cutoff === before.cutoff && found.due === before.due)) return [];
    return [{ period, before, after: { cutoff: found.cutoff, due: found.due } }];
  });

/**
 * What other rules would make of the rows of a plan: those whose due date, milestones or periods would move, and those
 * that could not be read any more. Rows that stay as they are are left out; a row never owes other periods than before.
 */
export const changesUnder = <Rules extends Choices>(
  rows: readonly ReadRow[],
  from: Rules,
  to: Rules,
  { read, periods }: Readers<Rules>,
): { readonly changes: readonly RowChange[]; readonly unreadable: readonly Unreadable[] } => {
  const single: readonly (readonly [Choice, Rules])[] = [
    ['before', { ...from, before: to.before }],
    ['day-off', { ...from, dayOff: to.dayOff, calendar: to.calendar }],
    ['windows', { ...from, quarterly: to.quarterly, monthly: to.monthly }],
  ];
  const differs = (row: ReadRow, rules: Rules): boolean => {
    const reading = read(row.deadline, rules);
    const isRead =
      !('fault' in reading) && reading.due === row.due && sameMilestones(reading.milestones, row.milestones);
    return !isRead || movedPeriods(row, periods(row.cycle, rules)).length > 0;
  };
  const changes: RowChange[] = [];
  const unreadable: Unreadable[] = [];
  for (const row of rows) {
    const reading = read(row.deadline, to);
    if ('fault' in reading) {
      unreadable.push({ row: row.row, deadline: row.deadline, fault: reading.fault });
      continue;
    }
    const { due, rule, milestones } = reading;
    const moved = movedPeriods(row, periods(row.cycle, to));
    if (due === row.due && rule === row.rule && sameMilestones(milestones, row.milestones) && moved.length === 0)
      continue;
    changes.push({
      row: row.row,
      before: { due: row.due, rule: row.rule },
      after: { due, rule },
      milestones,
      because: single.filter(([, rules]) => differs(row, rules)).map(([choice]) => choice),
      periods: moved,
    });
  }
  return { changes, unreadable };
};
