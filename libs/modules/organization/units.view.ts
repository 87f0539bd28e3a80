import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject, NameOf, Rows, Seen, View } from '#kernel';
import type { OrganizationEvents } from './organization.events.js';

/** What a unit was said to be called from `on`; the first one of a unit founds it. */
@Entity('naming')
export class Naming {
  /** The position of the event that said so. */
  @PrimaryColumn('bigint') since!: string;
  @Column('uuid') unit!: string;
  @Column('date') on!: string;
  @Column('text') code!: string;
  @Column('text') name!: string;
  @Column('text') kind!: string;
  @Column('jsonb') aliases!: string[];
}

/** Below which unit a unit was said to stand from `on`. */
@Entity('placing')
export class Placing {
  @PrimaryColumn('bigint') since!: string;
  @Column('uuid') unit!: string;
  @Column('date') on!: string;
  @Column('uuid', { nullable: true }) parent!: string | null;
}

/** That a unit operates no more from `on`. */
@Entity('ending')
export class Ending {
  @PrimaryColumn('bigint') since!: string;
  @Column('uuid') unit!: string;
  @Column('date') on!: string;
  @Column('jsonb') successors!: string[];
}

/** A kind of units as it was defined from `on`. */
@Entity('kind')
export class KindDefinition {
  @PrimaryColumn('bigint') since!: string;
  @Column('text') kind!: string;
  @Column('date') on!: string;
  @Column('date', { nullable: true }) until!: string | null;
  @Column('jsonb') names!: string[];
}

/** A class of units as it was defined from `on`. */
@Entity('class')
export class ClassDefinition {
  @PrimaryColumn('bigint') since!: string;
  @Column('uuid') class!: string;
  @Column('date') on!: string;
  @Column('text') name!: string;
  @Column('jsonb') kinds!: string[];
  @Column('jsonb') aliases!: string[];
}

/** What happened to a unit, for its history; a function that moves happens to two. */
@Entity('act')
@Index(['unit', 'at'])
export class UnitAct {
  @PrimaryColumn('bigint') at!: string;
  @PrimaryColumn('uuid') unit!: string;
  @Column('text') type!: string;
  @Column('date') on!: string;
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
  @Column('jsonb') data!: JsonObject;
}

type UnitEvent = 'UnitFounded' | 'UnitRenamed' | 'UnitMoved' | 'UnitDissolved';

const remember = <T extends UnitEvent & NameOf<OrganizationEvents>>(
  { type, data, at, on, recorded, actor }: Seen<OrganizationEvents, T>,
  rows: Rows,
): void => {
  const { unit, ...rest } = data;
  rows.add(UnitAct, { at, unit, type, on, recorded, actor, data: rest as JsonObject });
};

const name = (
  { data, at, on }: Seen<OrganizationEvents, 'UnitFounded'> | Seen<OrganizationEvents, 'UnitRenamed'>,
  rows: Rows,
): void => {
  const { unit, code, name, kind, aliases } = data;
  rows.add(Naming, { since: at, unit, on, code, name, kind, aliases });
};

/** Units as a dated graph: what was said of each, from which day, recorded at which position. Nothing is overwritten. */
export const units: View<OrganizationEvents> = {
  name: 'units',
  tables: [Naming, Placing, Ending, KindDefinition, ClassDefinition, UnitAct],
  on: {
    UnitFounded: (event, rows) => {
      const { data, at, on } = event;
      name(event, rows);
      rows.add(Placing, { since: at, unit: data.unit, on, parent: data.parent });
      remember(event, rows);
    },
    UnitRenamed: (event, rows) => {
      name(event, rows);
      remember(event, rows);
    },
    UnitMoved: (event, rows) => {
      rows.add(Placing, { since: event.at, unit: event.data.unit, on: event.on, parent: event.data.parent });
      remember(event, rows);
    },
    UnitDissolved: (event, rows) => {
      const { unit, successors } = event.data;
      rows.add(Ending, { since: event.at, unit, on: event.on, successors });
      remember(event, rows);
    },
    FunctionMoved: ({ type, data, at, on, recorded, actor }, rows) => {
      for (const unit of [data.from, data.to]) rows.add(UnitAct, { at, unit, type, on, recorded, actor, data });
    },
    KindDefined: ({ data: { kind, names, until }, at, on }, rows) =>
      rows.add(KindDefinition, { since: at, kind, on, until: until ?? null, names }),
    ClassDefined: ({ data, at, on }, rows) => rows.add(ClassDefinition, { since: at, on, ...data }),
  },
};
