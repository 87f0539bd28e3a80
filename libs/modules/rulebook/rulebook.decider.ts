import { checkDocument, dayOf, eventsOf, isSame, refusal, stored, type Decider, type Document } from '#kernel';
import { faultsIn } from './calendar.rule.js';
import type { CalendarDay, ReportWindow, RulebookEvents, RuleSet } from './rulebook.events.js';

export type RulebookCommands = {
  /** The whole calendar of a year; said again it changes nothing, said differently it is the next version. */
  ImportCalendar: { year: number; entries: CalendarDay[]; document: Document };
  /** Without `calendars` a set that moves due dates to working days takes the newest calendar of each year. */
  IssueRuleSet: Omit<RuleSet, 'calendars'> & { document: Document };
};

/** What the rules need to know from elsewhere. */
export type RulebookFacts = {
  readonly missingFile: boolean;
  /** The sets that come with the product. */
  readonly shipped: readonly RuleSet[];
};

type Calendar = Readonly<{ version: number; entries: readonly CalendarDay[]; document: Document }>;
type Issued = RuleSet & { readonly document: Document };
export type Rulebook = Readonly<{
  /** The newest calendar of each year. */
  calendars: ReadonlyMap<number, Calendar>;
  sets: ReadonlyMap<string, Issued>;
}>;

const event = eventsOf<RulebookEvents>();

const YEARS = { first: 2011, last: 2100 } as const;
const LONGEST = { entries: 366, name: 200 } as const;
const MOST_YEARS = { before: 5, after: 30 } as const;
const VERSION = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u;

const checkYear = (year: number): void => {
  if (!Number.isInteger(year) || year < YEARS.first || year > YEARS.last) {
    throw refusal('invalid', 'year-out-of-range', { year });
  }
};

const permitting = (document: Document, today: string, { missingFile }: RulebookFacts): void => {
  checkDocument(document, today);
  if (missingFile) throw refusal('absent', 'file.absent');
};

/** The days of a calendar as they are stored: in their order, each said once. */
const entriesOf = (year: number, entries: readonly CalendarDay[]): CalendarDay[] => {
  if (entries.length === 0) throw refusal('invalid', 'calendar-empty');
  if (entries.length > LONGEST.entries) throw refusal('invalid', 'calendar-too-long', { most: LONGEST.entries });
  const days = entries.map(({ day, kind, name }) => ({ day, kind, name: stored(name) }));
  const [fault] = faultsIn(year, days);
  const at = fault && days[fault.index];
  if (fault && at) {
    const where = { day: at.day, kind: at.kind, year };
    switch (fault.code) {
      case 'unknown-kind':
        throw refusal('invalid', 'unknown-kind', where);
      case 'no-such-day':
        throw refusal('invalid', 'request.no-such-day', where);
      case 'day-of-another-year':
        throw refusal('invalid', 'day-of-another-year', where);
      case 'day-twice':
        throw refusal('invalid', 'day-twice', where);
      case 'day-in-two-kinds':
        throw refusal('invalid', 'day-in-two-kinds', where);
      case 'make-up-not-on-weekend':
        throw refusal('invalid', 'make-up-not-on-weekend', where);
      case 'compensatory-on-weekend':
        throw refusal('invalid', 'compensatory-on-weekend', where);
    }
  }
  const nameless = days.find(({ name }) => name === '' || name.length > LONGEST.name);
  if (nameless) throw refusal('invalid', 'day-without-name', { day: nameless.day });
  return days.sort((a, b) => (a.day < b.day ? -1 : 1));
};

/** A day that every year has. */
const isDayOfAnyYear = (text: string): boolean => {
  const [, month, day] = /^(\d{2})-(\d{2})$/.exec(text) ?? [];
  return month !== undefined && day !== undefined && dayOf(2023, Number(month), Number(day)) !== undefined;
};

const checkWindows = (cycle: 'quarterly' | 'monthly', windows: readonly ReportWindow[]): void => {
  const wanted = cycle === 'quarterly' ? 4 : 12;
  if (windows.length !== wanted) throw refusal('invalid', 'windows-incomplete', { cycle, wanted });
  windows.forEach(({ cutoff, due }, index) => {
    const where = { cycle, period: index + 1 };
    for (const day of [cutoff, due]) {
      if (!isDayOfAnyYear(day)) throw refusal('invalid', 'window-without-day', { ...where, day });
    }
    if (due < cutoff) throw refusal('invalid', 'window-due-before-cutoff', where);
    const before = windows[index - 1];
    if (before && (cutoff <= before.cutoff || due <= before.due)) {
      throw refusal('invalid', 'windows-out-of-order', where);
    }
  });
};

const checkSet = (set: RulebookCommands['IssueRuleSet']): void => {
  if (!VERSION.test(set.version)) throw refusal('invalid', 'bad-version', { version: set.version });
  checkYear(set.since);
  if (!['inclusive', 'exclusive'].includes(set.before)) throw refusal('invalid', 'unknown-choice', { of: 'before' });
  if (!['stays', 'next-working-day'].includes(set.dayOff)) throw refusal('invalid', 'unknown-choice', { of: 'dayOff' });
  if (set.headline !== undefined && !['completed', 'carriedOut', 'started'].includes(set.headline)) {
    throw refusal('invalid', 'unknown-choice', { of: 'headline' });
  }
  const within = (years: number, most: number): boolean => Number.isInteger(years) && years >= 0 && years <= most;
  if (!within(set.yearsBefore, MOST_YEARS.before) || !within(set.yearsAfter, MOST_YEARS.after)) {
    throw refusal('invalid', 'reach-out-of-range', { before: MOST_YEARS.before, after: MOST_YEARS.after });
  }
  checkWindows('quarterly', set.quarterly);
  checkWindows('monthly', set.monthly);
};

const put = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map(map).set(key, value);

/** The calendars and rule sets by which plans are read: one stream; what was issued is never changed. */
export const rulebook: Decider<Rulebook, RulebookCommands, RulebookEvents, RulebookFacts> = {
  category: 'rulebook',
  initial: { calendars: new Map(), sets: new Map() },
  decide: {
    ImportCalendar: (state, { year, entries: said, document }, { today, facts }) => {
      checkYear(year);
      const entries = entriesOf(year, said);
      permitting(document, today, facts);
      const before = state.calendars.get(year);
      if (before && isSame(before.entries, entries) && isSame(before.document, document)) return [];
      const version = (before?.version ?? 0) + 1;
      return [event('CalendarImported', { year, version, entries, document }, document.date)];
    },

    IssueRuleSet: (state, wanted, { today, facts }) => {
      checkSet(wanted);
      permitting(wanted.document, today, facts);
      const known = state.sets.get(wanted.version);
      const { calendars: _, ...before } = known ?? { calendars: [] };
      if (known && isSame(before, wanted)) return [];
      if (known || facts.shipped.some(({ version }) => version === wanted.version)) {
        throw refusal('conflict', 'version-taken', { version: wanted.version });
      }
      const calendars =
        wanted.dayOff === 'stays' ? [] : [...state.calendars].map(([year, { version }]) => ({ year, version }));
      if (wanted.dayOff === 'next-working-day' && !state.calendars.has(wanted.since)) {
        throw refusal('conflict', 'calendar-missing', { year: wanted.since });
      }
      calendars.sort((a, b) => a.year - b.year);
      return [event('RuleSetIssued', { ...wanted, calendars }, wanted.document.date)];
    },
  },
  evolve: {
    CalendarImported: (state, { year, version, entries, document }) => ({
      ...state,
      calendars: put(state.calendars, year, { version, entries, document }),
    }),
    RuleSetIssued: (state, set) => ({ ...state, sets: put(state.sets, set.version, set) }),
  },
};
