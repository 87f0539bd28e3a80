import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Document, Rows, View } from '#kernel';
import type { OrganizationEvents, UnitChange } from './organization.events.js';

/** One document that changed several units at once. */
@Entity('reorganisation')
@Index(['on', 'reorganisation'])
export class ReorganisationRow {
  @PrimaryColumn('uuid') reorganisation!: string;
  @Column('date') on!: string;
  @Column('date') decided!: string;
  @Column('jsonb') document!: Document;
  @Column('jsonb') changes!: UnitChange[];
  @Column('bigint') at!: string;
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
}

/** How the work of one unit came to another: by a document's change, or by a dissolution alone. */
export type Passage = 'merge' | 'split' | 'dissolve' | 'move-function';

/** From `on`, `to` does what `from` did, all of it or the function that is named. */
@Entity('kinship')
@Index(['from'])
@Index(['to'])
export class Kinship {
  @PrimaryColumn('bigint') since!: string;
  /** Its place among those that the same event made. */
  @PrimaryColumn('int') place!: number;
  @Column('uuid') from!: string;
  @Column('uuid') to!: string;
  @Column('date') on!: string;
  @Column('text') by!: Passage;
  @Column('text', { nullable: true }) function!: string | null;
  @Column('uuid', { nullable: true }) reorganisation!: string | null;
  @Column('jsonb', { nullable: true }) document!: Document | null;
}

type Pair = Pick<Kinship, 'from' | 'to' | 'by' | 'function'>;

const pairsOf = (change: UnitChange): readonly Pair[] => {
  switch (change.act) {
    case 'merge':
      return change.units.map((from) => ({ from, to: change.into, by: 'merge', function: null }));
    case 'split':
      return change.into
        .filter((to) => to !== change.unit)
        .map((to) => ({ from: change.unit, to, by: 'split', function: null }));
    case 'dissolve':
      return change.successors.map((to) => ({ from: change.unit, to, by: 'dissolve', function: null }));
    case 'move-function':
      return [{ from: change.from, to: change.to, by: 'move-function', function: change.function }];
    case 'found':
    case 'rename':
    case 'move':
      return [];
  }
};

const remember = (
  pairs: readonly Pair[],
  fact: Pick<Kinship, 'since' | 'on' | 'reorganisation' | 'document'>,
  rows: Rows,
): void => {
  for (const [place, pair] of pairs.entries()) rows.add(Kinship, { ...pair, ...fact, place });
};

/** Documents that reorganise, and which unit carries on the work of which. */
export const reorganisations: View<OrganizationEvents> = {
  name: 'reorganisations',
  tables: [ReorganisationRow, Kinship],
  on: {
    ReorganisationDecided: ({ data, at, on, recorded, actor }, rows) => {
      const { reorganisation, document, changes } = data;
      rows.add(ReorganisationRow, { ...data, on, at, recorded, actor });
      remember(changes.flatMap(pairsOf), { since: at, on, reorganisation, document }, rows);
    },
    UnitDissolved: ({ data: { unit, successors, document, reorganisation }, at, on }, rows) => {
      if (reorganisation !== undefined) return;
      const pairs = pairsOf({ act: 'dissolve', unit, successors });
      remember(pairs, { since: at, on, reorganisation: null, document: document ?? null }, rows);
    },
  },
};
