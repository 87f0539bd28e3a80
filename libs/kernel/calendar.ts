import { plusDays, weekday, type Day } from './day.js';

/** The three ways in which a day is not what its weekday says; a make-up day is worked though it lies on a weekend. */
export type DayKind = 'holiday' | 'compensatory' | 'make-up';

/** A day that is not what its weekday says, from the yearly notice. */
export type CalendarEntry = { readonly day: Day; readonly kind: DayKind };

/** True for Saturdays and Sundays. */
export const isWeekend = (day: Day): boolean => weekday(day) === 0 || weekday(day) === 6;

/** True for a day on which nobody works: a weekend that is not made up for, a holiday, a compensatory day off. */
export const isDayOff = (day: Day, calendar: readonly CalendarEntry[]): boolean => {
  const kinds = calendar.filter((entry) => entry.day === day).map(({ kind }) => kind);
  return kinds.includes('make-up') ? false : kinds.length > 0 || isWeekend(day);
};

/** The first working day from a day on; the day itself where it is one. */
export const workingDayFrom = (day: Day, calendar: readonly CalendarEntry[]): Day => {
  let found = day;
  while (isDayOff(found, calendar)) found = plusDays(found, 1);
  return found;
};
