import { workingDayFrom, type CalendarEntry, type Day } from '#kernel';

/** A day of any year, `MM-DD`. */
type DayOfYear = string;

/** The report windows from which the periods of a cycle follow, and the choice that their due days depend on. */
export type ReportWindows = {
  readonly quarterly: readonly { readonly cutoff: DayOfYear; readonly due: DayOfYear }[];
  readonly monthly: readonly { readonly cutoff: DayOfYear; readonly due: DayOfYear }[];
  /** What becomes of a due day on a day off; the cut-off stays where it is. */
  readonly dayOff: 'stays' | 'next-working-day';
  readonly calendar: readonly CalendarEntry[];
};

/** A period that is owed. The one period of a one-off row has no days of its own: it is due with its row. */
export type Period = {
  readonly period: number;
  readonly cutoff: Day | null;
  readonly due: Day | null;
};

/**
 * The periods in which an obligation of that cycle is met in a plan year. `owedFrom` is the day of effect of an
 * amendment that adds the row: only periods whose cut-off lies on or after it are owed, under the numbers they have.
 */
export const periodsOf = (
  cycle: 'once' | 'quarterly' | 'monthly',
  plan: { readonly year: number; readonly rules: ReportWindows; readonly owedFrom?: Day },
): readonly Period[] => {
  if (cycle === 'once') return [{ period: 1, cutoff: null, due: null }];
  const { [cycle]: windows, dayOff, calendar } = plan.rules;
  const year = String(plan.year).padStart(4, '0');
  const settled = (day: Day): Day => (dayOff === 'stays' ? day : workingDayFrom(day, calendar));
  return windows
    .map(({ cutoff, due }, index) => ({
      period: index + 1,
      cutoff: `${year}-${cutoff}`,
      due: settled(`${year}-${due}`),
    }))
    .filter(({ cutoff }) => plan.owedFrom === undefined || cutoff >= plan.owedFrom);
};
