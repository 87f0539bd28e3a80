import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, type Document, type View } from '#kernel';
import type { PlanEvents, RowContent } from './plan.events.js';

/** A plan as lists show it. */
@Entity('plan')
@Index(['year', 'code'])
export class PlanRow {
  @PrimaryColumn('uuid') plan!: string;
  @Column('uuid') unit!: string;
  @Column('int') year!: number;
  @Column('text') kind!: string;
  @Column('text') code!: string;
  @Column('text') title!: string;
  @Column('text') fieldSet!: string;
  @Column('text') headline!: string;
  @Column('text') status!: 'draft' | 'promulgated';
  @Column('jsonb', { nullable: true }) document!: Document | null;
  @Column('date', { nullable: true }) effect!: string | null;
  @Column('int') rows!: number;
}

/** A row of a plan's annex as it stands. */
@Entity('annex_row')
@Index(['plan', 'rank'])
export class AnnexRow {
  @PrimaryColumn('uuid') row!: string;
  @Column('uuid') plan!: string;
  @Column('double precision') rank!: number;
  @Column('jsonb') content!: RowContent;
  @Column('text', { nullable: true }) source!: string | null;
}

type On = View<PlanEvents>['on'];
type Buffer = Parameters<NonNullable<On['PlanDrafted']>>[1];

const planOf = (id: string) => needed(PlanRow, { plan: id });
const rowOf = (row: string) => needed(AnnexRow, { row });

const counted = (rows: Buffer, plan: string, more: number): void => {
  rows.change(PlanRow, { plan }, { rows: (rows.find(PlanRow, { plan })?.rows ?? 0) + more });
};

/** Plans and the rows of their annexes, as they stand now. */
export const plans: View<PlanEvents> = {
  name: 'plans',
  tables: [PlanRow, AnnexRow],
  needs: {
    PlanRetitled: ({ id }) => [planOf(id)],
    HeadlineChosen: ({ id }) => [planOf(id)],
    RowAdded: ({ id }) => [planOf(id)],
    RowEdited: ({ data }) => [rowOf(data.row)],
    RowRemoved: ({ id, data }) => [planOf(id), rowOf(data.row)],
    RowMoved: ({ data }) => [rowOf(data.row)],
    PlanPromulgated: ({ id }) => [planOf(id)],
  },
  on: {
    PlanDrafted: ({ id, data }, rows) => {
      const { unit, year, kind, code, title, fieldSet, headline } = data;
      rows.add(PlanRow, {
        plan: id,
        unit,
        year,
        kind,
        code,
        title,
        fieldSet,
        headline,
        status: 'draft',
        document: null,
        effect: null,
        rows: 0,
      });
    },
    PlanRetitled: ({ id, data }, rows) => rows.change(PlanRow, { plan: id }, { title: data.title }),
    HeadlineChosen: ({ id, data }, rows) => rows.change(PlanRow, { plan: id }, { headline: data.headline }),
    RowAdded: ({ id, data }, rows) => {
      const { row, rank, content, source } = data;
      rows.add(AnnexRow, { row, plan: id, rank, content, source: source ?? null });
      counted(rows, id, 1);
    },
    RowEdited: ({ data }, rows) => rows.change(AnnexRow, { row: data.row }, { content: data.content }),
    RowRemoved: ({ id, data }, rows) => {
      rows.remove(AnnexRow, { row: data.row });
      counted(rows, id, -1);
    },
    RowMoved: ({ data }, rows) => rows.change(AnnexRow, { row: data.row }, { rank: data.rank }),
    PlanPromulgated: ({ id, data }, rows) =>
      rows.change(PlanRow, { plan: id }, { status: 'promulgated', document: data.document, effect: data.effect }),
  },
};
