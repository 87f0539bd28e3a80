import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import {
  dayOfInstant,
  needed,
  OPEN,
  there,
  type Document,
  type JsonObject,
  type NameOf,
  type Seen,
  type View,
} from '#kernel';
import type { Reading, TargetContent, TargetEvents } from './target.events.js';

/** What was said of a target; the one with the latest day of effect counts, of equals the later recorded. */
@Entity('said')
@Index(['plan', 'target'])
export class Said {
  @PrimaryColumn('uuid') target!: string;
  @PrimaryColumn('int') version!: number;
  @Column('uuid') plan!: string;
  @Column('int') year!: number;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
  /** Null where it was given up. */
  @Column('jsonb', { nullable: true }) content!: TargetContent | null;
  @Column('jsonb', { nullable: true }) document!: Document | null;
}

/** A target as it stands now, for the rules and for the order of lists. */
@Entity('standing')
@Index(['plan'])
export class Standing {
  @PrimaryColumn('uuid') target!: string;
  @Column('uuid') plan!: string;
  @Column('int') year!: number;
  @Column('date') on!: string;
  /** Where it was set in the log. */
  @Column('bigint') at!: string;
  @Column('text', { nullable: true }) field!: string | null;
  @Column('text') title!: string;
  @Column('boolean') dropped!: boolean;
}

/** A value in one of its versions. */
@Entity('value')
@Index(['target'])
@Index(['plan'])
export class ValueVersion {
  @PrimaryColumn('uuid') value!: string;
  @PrimaryColumn('int') version!: number;
  @Column('uuid') target!: string;
  @Column('uuid') plan!: string;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('jsonb') reading!: Reading;
}

/** One act on a target, as it was recorded; never changed afterwards. */
@Entity('act')
@Index(['target', 'at'])
export class TargetAct {
  @PrimaryColumn('uuid') entry!: string;
  @Column('text') type!: string;
  @Column('uuid') target!: string;
  @Column('date') on!: string;
  @Column('bigint') at!: string;
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
  @Column('json') data!: JsonObject;
}

/** The last position that the log took in on a day; what `recorded=R` means for this view. */
@Entity('recorded_day')
export class TargetDay {
  @PrimaryColumn('date') day!: string;
  @Column('bigint') position!: string;
}

type On = View<TargetEvents>['on'];
type Buffer = Parameters<NonNullable<On['TargetSet']>>[1];

const standingOf = (target: string) => needed(Standing, { target });
const saidOf = (target: string) => (version: number) => needed(Said, { target, version });
const versionOf = (value: string, version: number) => needed(ValueVersion, { value, version });

/** Keeps the act itself, beside what it does. */
const acted = <T extends NameOf<TargetEvents>>(event: Seen<TargetEvents, T>, rows: Buffer): void => {
  const data: JsonObject = event.data;
  const entry = typeof data['entry'] === 'string' ? data['entry'] : event.event;
  const { type, id, on, at, recorded, actor } = event;
  rows.add(TargetAct, { entry, type, target: id, on, at, recorded, actor, data });
  rows.put(TargetDay, { day: dayOfInstant(recorded), position: at });
};

/** Targets of plans and their values on both clocks, with everything that was done to them. */
export const targets: View<TargetEvents> = {
  name: 'targets',
  tables: [Said, Standing, ValueVersion, TargetAct, TargetDay],
  needs: {
    TargetEdited: ({ id, data }) => [standingOf(id), ...data.ended.map(saidOf(id))],
    TargetAmended: ({ id }) => [standingOf(id)],
    TargetRemoved: ({ id, data }) => [standingOf(id), ...data.ended.map(saidOf(id))],
    TargetDropped: ({ id }) => [standingOf(id)],
    ValueCorrected: ({ id, data }) => [standingOf(id), versionOf(data.value, data.version - 1)],
    ValueWithdrawn: ({ data }) => [versionOf(data.value, data.version)],
  },
  on: {
    TargetSet: (event, rows) => {
      const { id: target, data, on, at } = event;
      const { plan, year, content, document } = data;
      const { field, title } = content;
      const open = { since: at, until: OPEN };
      rows.add(Said, { target, version: 0, plan, year, on, ...open, content, document: document ?? null });
      rows.add(Standing, { target, plan, year, on, at, field, title, dropped: false });
      acted(event, rows);
    },
    TargetEdited: (event, rows) => {
      const { id: target, data, at } = event;
      const { version, ended, content } = data;
      const { plan, year, on } = there(rows, Standing, { target });
      for (const old of ended) rows.change(Said, { target, version: old }, { until: at });
      const { field, title } = content;
      rows.add(Said, { target, version, plan, year, on, since: at, until: OPEN, content, document: null });
      rows.change(Standing, { target }, { field, title });
      acted(event, rows);
    },
    TargetAmended: (event, rows) => {
      const { id: target, data, on, at } = event;
      const { version, content, document } = data;
      const { plan, year } = there(rows, Standing, { target });
      const { field, title } = content;
      rows.add(Said, { target, version, plan, year, on, since: at, until: OPEN, content, document });
      rows.change(Standing, { target }, { field, title });
      acted(event, rows);
    },
    TargetRemoved: (event, rows) => {
      const { id: target, data, at } = event;
      for (const old of data.ended) rows.change(Said, { target, version: old }, { until: at });
      rows.change(Standing, { target }, { dropped: true });
      acted(event, rows);
    },
    TargetDropped: (event, rows) => {
      const { id: target, data, on, at } = event;
      const { plan, year } = there(rows, Standing, { target });
      const { version, document } = data;
      rows.add(Said, { target, version, plan, year, on, since: at, until: OPEN, content: null, document });
      rows.change(Standing, { target }, { dropped: true });
      acted(event, rows);
    },
    ValueReported: (event, rows) => {
      const { id: target, data, on, at } = event;
      const { entry: value, plan, reading } = data;
      rows.add(ValueVersion, { value, version: 0, target, plan, on, since: at, until: OPEN, reading });
      acted(event, rows);
    },
    ValueCorrected: (event, rows) => {
      const { id: target, data, at } = event;
      const { value, version, day, reading } = data;
      const { plan } = there(rows, Standing, { target });
      rows.change(ValueVersion, { value, version: version - 1 }, { until: at });
      rows.add(ValueVersion, { value, version, target, plan, on: day, since: at, until: OPEN, reading });
      acted(event, rows);
    },
    ValueWithdrawn: (event, rows) => {
      const { value, version } = event.data;
      rows.change(ValueVersion, { value, version }, { until: event.at });
      acted(event, rows);
    },
  },
};
