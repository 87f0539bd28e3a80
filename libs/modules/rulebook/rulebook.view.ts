import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Document, View } from '#kernel';
import type { CalendarDay, RulebookEvents, RuleSet } from './rulebook.events.js';

/** A version of the calendar of a year. */
@Entity('calendar')
export class Calendar {
  @PrimaryColumn('int') year!: number;
  @PrimaryColumn('int') version!: number;
  @Column('jsonb') entries!: CalendarDay[];
  @Column('jsonb') document!: Document;
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
  @Column('bigint') since!: string;
}

/** A rule set as it was issued. */
@Entity('rule_set')
export class IssuedRuleSet {
  @PrimaryColumn('text') version!: string;
  /** The first plan year it applies to. */
  @Column('int') year!: number;
  @Column('jsonb') rules!: RuleSet;
  @Column('jsonb') document!: Document;
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
  @Index() @Column('bigint') since!: string;
}

/** Calendars and rule sets, every version of them. */
export const rules: View<RulebookEvents> = {
  name: 'rules',
  tables: [Calendar, IssuedRuleSet],
  on: {
    CalendarImported: ({ data, recorded, actor, at }, rows) =>
      rows.add(Calendar, { ...data, recorded, actor, since: at }),
    RuleSetIssued: ({ data: { document, ...set }, recorded, actor, at }, rows) =>
      rows.add(IssuedRuleSet, {
        version: set.version,
        year: set.since,
        rules: set,
        document,
        recorded,
        actor,
        since: at,
      }),
  },
};
