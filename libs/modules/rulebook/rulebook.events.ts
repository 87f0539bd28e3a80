import type { DayKind, Document } from '#kernel';

/** A day that is not what its weekday says. */
export type CalendarDay = { day: string; kind: DayKind; name: string };

/** The window of a periodic report as days of any year, `MM-DD`: figures are cut off on the one, owed by the other. */
export type ReportWindow = { cutoff: string; due: string };

/** A version of the calendar of a year. */
export type CalendarVersion = { year: number; version: number };

/** How plans are read: one version of all the choices that the text of a deadline leaves open. */
export type RuleSet = {
  version: string;
  /** The first plan year it applies to; it applies until a set with a later one. */
  since: number;
  /** Whether the day behind "trước" still counts. */
  before: 'inclusive' | 'exclusive';
  /** What becomes of a due date on a day off (Civil Code 2015 art. 148). */
  dayOff: 'stays' | 'next-working-day';
  /** The windows from which the periods of recurring rows follow. */
  quarterly: ReportWindow[];
  monthly: ReportWindow[];
  /** How many years around the plan's a due date can lie; beyond them the year is a slip of the pen. */
  yearsBefore: number;
  yearsAfter: number;
  /** The figure that stands first on the page of a plan that is drafted with this set. */
  headline?: 'completed' | 'carriedOut' | 'started';
  /** The calendars by which working days are told; a corrected calendar counts from the next set on. */
  calendars: CalendarVersion[];
};

export type RulebookEvents = {
  /** The whole calendar of a year. A corrected one is a further version; `on` is the day of the notice. */
  CalendarImported: { year: number; version: number; entries: CalendarDay[]; document: Document };
  /** `on` is the day of the document that decides the choices. */
  RuleSetIssued: RuleSet & { document: Document };
};
