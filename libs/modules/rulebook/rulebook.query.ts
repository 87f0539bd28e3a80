import { Injectable } from '@nestjs/common';
import { isDayOff, plusDays, refusal, weekday, type Day, type DayKind, type Document } from '#kernel';
import { Database } from '#platform/database';
import { Projector } from '#platform/projector';
import type { CalendarDay, RuleSet } from './rulebook.events.js';
import { SHIPPED } from './shipped.query.js';

/** A version of the calendar of a year; the newest is the one that a new rule set takes. */
export type CalendarItem = {
  readonly year: number;
  readonly version: number;
  readonly newest: boolean;
  readonly entries: readonly CalendarDay[];
  readonly document: Document;
  readonly recorded: string;
};

/** A rule set with what it was issued by; one that comes with the product has no document. */
export type RuleSetItem = RuleSet & {
  readonly shipped: boolean;
  readonly document: Document | null;
  readonly recorded: string | null;
};

/** A rule set together with the days of its calendars: all that reading a deadline needs. */
export type RuleSetInForce = RuleSet & { readonly calendar: readonly CalendarDay[] };

/** A day of a year as a calendar has it. */
export type DayItem = {
  readonly day: Day;
  /** 0 for Sunday … 6 for Saturday. */
  readonly weekday: number;
  readonly working: boolean;
  readonly kind: DayKind | null;
  readonly name: string;
};

type Kept = {
  readonly rules: RuleSet;
  readonly document: Document;
  readonly recorded: string;
  readonly calendar: readonly CalendarDay[];
};

const SETS = `select s.rules, s.document, s.recorded,
    coalesce((select jsonb_agg(e.entry order by e.entry ->> 'day')
      from jsonb_to_recordset(s.rules -> 'calendars') as named (year int, version int)
      join view_rules.calendar c on c.year = named.year and c.version = named.version
      cross join lateral jsonb_array_elements(c.entries) as e (entry)), '[]') as calendar
  from view_rules.rule_set s order by s.year, s.since`;

/** Asks for calendars and for the rule sets by which plans are read. */
@Injectable()
export class RulebookQuery {
  constructor(
    private readonly database: Database,
    private readonly projector: Projector,
  ) {}

  /** The calendars there are, of one year or of all, the newest first. */
  async calendars(year?: number): Promise<readonly CalendarItem[]> {
    const { rows } = await this.database.pool.query<CalendarItem>(
      `select year, version, version = max(version) over (partition by year) as newest, entries, document, recorded
       from view_rules.calendar where $1::int is null or year = $1 order by year desc, version desc`,
      [year ?? null],
    );
    return rows;
  }

  /** A calendar of a year, the newest where no version is named; refused when there is none. */
  async calendar(year: number, version?: number): Promise<CalendarItem> {
    const found = (await this.calendars(year)).find((each) => version === undefined || each.version === version);
    if (!found) throw refusal('absent', 'rulebook.calendar-absent', { year });
    return found;
  }

  /** The days of a year, or of a month of it, each with whether it is worked. */
  async days(year: number, asked: { readonly version?: number; readonly month?: number }): Promise<readonly DayItem[]> {
    const { entries } = await this.calendar(year, asked.version);
    const days: DayItem[] = [];
    for (let day: Day = `${year}-01-01`; day.startsWith(String(year)); day = plusDays(day, 1)) {
      if (asked.month !== undefined && Number(day.slice(5, 7)) !== asked.month) continue;
      const entry = entries.find((each) => each.day === day);
      const working = !isDayOff(day, entries);
      days.push({ day, weekday: weekday(day), working, kind: entry?.kind ?? null, name: entry?.name ?? '' });
    }
    return days;
  }

  /** All rule sets, those of earlier plan years first, of one year in the order in which they were issued. */
  async ruleSets(): Promise<readonly RuleSetItem[]> {
    const shipped = SHIPPED.map((set) => ({ ...set, shipped: true, document: null, recorded: null }));
    const issued = (await this.kept()).map(({ rules, document, recorded }) => ({
      ...rules,
      shipped: false,
      document,
      recorded,
    }));
    return [...shipped, ...issued].sort((a, b) => a.since - b.since);
  }

  /** Likewise with the days of their calendars, for those who read deadlines. */
  async inForce(): Promise<readonly RuleSetInForce[]> {
    const shipped = SHIPPED.map((set) => ({ ...set, calendar: [] }));
    const issued = (await this.kept()).map(({ rules, calendar }) => ({ ...rules, calendar }));
    return [...shipped, ...issued].sort((a, b) => a.since - b.since);
  }

  /** The set of a version; without one the newest that applies to plans of a year. */
  async setFor(year: number, version?: string): Promise<RuleSetInForce> {
    const sets = await this.inForce();
    const found =
      version === undefined
        ? (sets.findLast(({ since }) => since <= year) ?? sets[0])
        : sets.find((set) => set.version === version);
    if (!found) throw refusal('absent', 'rulebook.rule-set-absent', { version: version ?? '' });
    return found;
  }

  /** A rule set by its version; one that was issued a moment ago is waited for. */
  async ruleSet(version: string): Promise<RuleSetItem> {
    const look = async () => (await this.ruleSets()).find((set) => set.version === version);
    let found = await look();
    if (!found && (await this.caughtUp())) found = await look();
    if (!found) throw refusal('absent', 'rulebook.rule-set-absent', { version });
    return found;
  }

  /** Waits until everything that was recorded up to now is seen here. */
  caughtUp(): Promise<boolean> {
    return this.projector.caughtUp(['rules']);
  }

  private async kept(): Promise<readonly Kept[]> {
    return (await this.database.pool.query<Kept>(SETS)).rows;
  }
}
