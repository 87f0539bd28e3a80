import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, OPEN, there, type Day, type View } from '#kernel';
import type { PlanEvents, RowContent } from '#modules/plan';

/** Which plan of a higher level a plan carries out, in the order in which that was said. */
export type Stood = { parent: string | null; since: string; until: string };

/** When a plan was promulgated. */
export type Promulgated = { on: Day; since: string; until: string };

/** A plan as far as plans above and below it are concerned. */
@Entity('plan')
export class CascadePlan {
  @PrimaryColumn('uuid') plan!: string;
  @Column('uuid') unit!: string;
  @Column('int') year!: number;
  @Column('text') code!: string;
  @Column('text') title!: string;
  /** The day on which it was drafted. */
  @Column('date') drafted!: string;
  /** The parent as it is said last, for the index. */
  @Index() @Column('uuid', { nullable: true }) parent!: string | null;
  @Column('jsonb') parents!: Stood[];
  @Column('jsonb') promulgations!: Promulgated[];
}

/**
 * From a day and a position on a row carries out that row of the parent plan, or none; said in the draft (0), or by an
 * amendment of that promulgation.
 */
export type Link = { parentRow: string | null; promulgation: number; on: Day; since: string; until: string };

/** What a row of a plan carries out. Rows that never named a row of the parent plan are not here. */
@Entity('link')
@Index(['plan'])
export class CascadeLink {
  @PrimaryColumn('uuid') row!: string;
  @Column('uuid') plan!: string;
  @Column('jsonb') links!: Link[];
}

type On = View<PlanEvents>['on'];
type Buffer = Parameters<NonNullable<On['RowAdded']>>[1];
type Place = { readonly plan: string; readonly promulgation: number; readonly on: Day; readonly at: string };

const planOf = (plan: string) => needed(CascadePlan, { plan });
const linkOf = (row: string) => needed(CascadeLink, { row });

const ended = <Fact extends { until: string }>(fact: Fact, at: string): Fact =>
  fact.until === OPEN ? { ...fact, until: at } : fact;

/** What a row says now; in a draft it takes the place of what it said before, later it follows it. */
const linked = (rows: Buffer, row: string, content: RowContent | null, { plan, promulgation, on, at }: Place): void => {
  const before = rows.find(CascadeLink, { row });
  const parentRow = content?.parentRow ?? null;
  if (!before && parentRow === null) return;
  const links = before?.links ?? [];
  const kept = promulgation === 0 ? links.map((link) => ended(link, at)) : links;
  rows.put(CascadeLink, { row, plan, links: [...kept, { parentRow, promulgation, on, since: at, until: OPEN }] });
};

const changePlan = (rows: Buffer, plan: string, how: (old: Readonly<CascadePlan>) => Partial<CascadePlan>): void => {
  rows.change(CascadePlan, { plan }, how(there(rows, CascadePlan, { plan })));
};

/** Which plans carry out which, and which of their rows which of its rows, on both clocks. */
export const cascade: View<PlanEvents> = {
  name: 'cascade',
  tables: [CascadePlan, CascadeLink],
  needs: {
    PlanRetitled: ({ id }) => [planOf(id)],
    ParentChosen: ({ id }) => [planOf(id)],
    RowAdded: ({ data }) => [linkOf(data.row)],
    RowEdited: ({ data }) => [linkOf(data.row)],
    RowRemoved: ({ data }) => [linkOf(data.row)],
    PlanPromulgated: ({ id }) => [planOf(id)],
    PromulgationWithdrawn: ({ id }) => [planOf(id)],
    PlanAmended: ({ id, data }) => [
      planOf(id),
      ...[...data.added, ...data.changed].map(({ row }) => linkOf(row)),
      ...data.removed.map(linkOf),
    ],
  },
  on: {
    PlanDrafted: ({ id: plan, data, on, at }, rows) => {
      const { unit, year, code, title } = data;
      const parent = data.parent ?? null;
      const parents = [{ parent, since: at, until: OPEN }];
      rows.add(CascadePlan, {
        plan,
        unit,
        year,
        code,
        title,
        drafted: on,
        parent,
        parents,
        promulgations: [],
      });
    },
    PlanRetitled: ({ id, data }, rows) => rows.change(CascadePlan, { plan: id }, { title: data.title }),
    ParentChosen: ({ id, data: { parent }, at }, rows) =>
      changePlan(rows, id, ({ parents }) => ({
        parent,
        parents: [...parents.map((stood) => ended(stood, at)), { parent, since: at, until: OPEN }],
      })),
    RowAdded: ({ id: plan, data, on, at }, rows) =>
      linked(rows, data.row, data.content, { plan, promulgation: 0, on, at }),
    RowEdited: ({ id: plan, data, on, at }, rows) =>
      linked(rows, data.row, data.content, { plan, promulgation: 0, on, at }),
    RowRemoved: ({ id: plan, data, on, at }, rows) => linked(rows, data.row, null, { plan, promulgation: 0, on, at }),
    PlanPromulgated: ({ id, on, at }, rows) =>
      changePlan(rows, id, ({ promulgations }) => ({
        promulgations: [...promulgations, { on, since: at, until: OPEN }],
      })),
    PromulgationWithdrawn: ({ id, at }, rows) =>
      changePlan(rows, id, ({ promulgations }) => ({ promulgations: promulgations.map((one) => ended(one, at)) })),
    PlanAmended: ({ id: plan, data, on, at }, rows) => {
      const promulgation = rows.find(CascadePlan, { plan })?.promulgations.length ?? 0;
      const place = { plan, promulgation, on, at };
      for (const { row, content } of [...data.added, ...data.changed]) linked(rows, row, content, place);
      for (const row of data.removed) linked(rows, row, null, place);
    },
  },
};
