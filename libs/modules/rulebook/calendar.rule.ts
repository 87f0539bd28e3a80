import { isDay, isWeekend, yearOf, type DayKind } from '#kernel';

export const KINDS: readonly DayKind[] = ['holiday', 'compensatory', 'make-up'];

/** What can be wrong with the days of a calendar. */
export type CalendarFaultCode =
  | 'unknown-kind'
  | 'no-such-day'
  | 'day-of-another-year'
  | 'day-twice'
  | 'day-in-two-kinds'
  | 'make-up-not-on-weekend'
  | 'compensatory-on-weekend';

export type CalendarFault = { readonly index: number; readonly code: CalendarFaultCode };

/** The faults in the days of a year's calendar, at most one for each day, in the order of the days. */
export const faultsIn = (
  year: number,
  entries: readonly { readonly day: string; readonly kind: string }[],
): readonly CalendarFault[] => {
  const first = new Map<string, string>();
  return entries.flatMap(({ day, kind }, index) => {
    const before = first.get(day);
    if (before === undefined) first.set(day, kind);
    const code = ((): CalendarFaultCode | undefined => {
      if (!(KINDS as readonly string[]).includes(kind)) return 'unknown-kind';
      if (!isDay(day)) return 'no-such-day';
      if (yearOf(day) !== year) return 'day-of-another-year';
      if (before !== undefined) return before === kind ? 'day-twice' : 'day-in-two-kinds';
      if (kind === 'make-up' && !isWeekend(day)) return 'make-up-not-on-weekend';
      if (kind === 'compensatory' && isWeekend(day)) return 'compensatory-on-weekend';
      return undefined;
    })();
    return code === undefined ? [] : [{ index, code }];
  });
};
