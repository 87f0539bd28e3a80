import { workingDayFrom, type CalendarEntry, type Day } from '#kernel';

/** A day of any year, `MM-DD`. */
type DayOfYear = string;

/** The report windows from which the periods of a cycle follow, as versioned data with their first plan year. */
export type ReportWindows = {
  readonly version: string;
  readonly since: number;
  readonly quarterly: readonly { readonly cutoff: DayOfYear; readonly due: DayOfYear }[];
  readonly monthly: readonly { readonly cutoff: DayOfYear; readonly due: DayOfYear }[];
  /** What becomes of a due day on a day off; the cut-off stays where it is. */
  readonly dayOff?: 'stays' | 'next-working-day';
  readonly calendar?: readonly CalendarEntry[];
};

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];

/** Công văn 581/BNV-CCHC: figures are cut off on the 14th and due on the 20th of the last month. */
export const reportWindows: readonly ReportWindows[] = [
  {
    version: '2021',
    since: 2021,
    quarterly: ['03', '06', '09', '12'].map((month) => ({ cutoff: `${month}-14`, due: `${month}-20` })),
    monthly: MONTHS.map((month) => ({ cutoff: `${month}-14`, due: `${month}-20` })),
  },
];

/** The windows that apply to the plans of a year; years before the first version have that one. */
export const reportWindowsOf = (year: number, versions: readonly ReportWindows[] = reportWindows): ReportWindows => {
  const found = versions.filter(({ since }) => since <= year).at(-1) ?? versions[0];
  if (!found) throw new Error('no report windows');
  return found;
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
  plan: { readonly year: number; readonly windows?: ReportWindows; readonly owedFrom?: Day },
): readonly Period[] => {
  if (cycle === 'once') return [{ period: 1, cutoff: null, due: null }];
  const { [cycle]: windows, dayOff = 'stays', calendar = [] } = plan.windows ?? reportWindowsOf(plan.year);
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
