import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, there, type Document, type JsonObject, type Rows, type Seen, type View } from '#kernel';
import type { PlanEvents, RowContent } from './plan.events.js';

/** A plan as lists show it. */
@Entity('plan')
@Index(['year', 'code'])
export class PlanRow {
  @PrimaryColumn('uuid') plan!: string;
  @Column('uuid') unit!: string;
  @Column('int') year!: number;
  @Column('text') kind!: string;
  /** Which of several plans of one unit, year and kind. */
  @Column('int') sequence!: number;
  @Column('text') code!: string;
  @Column('text') title!: string;
  @Column('text') fieldSet!: string;
  @Column('text') ruleSet!: string;
  @Column('text') headline!: string;
  @Column('text') status!: 'draft' | 'promulgated' | 'closed';
  @Column('jsonb', { nullable: true }) document!: Document | null;
  @Column('date', { nullable: true }) effect!: string | null;
  @Column('int') rows!: number;
  /** How often it was promulgated. */
  @Column('int') promulgations!: number;
  /** The plan of a higher level that it carries out. */
  @Index() @Column('uuid', { nullable: true }) parent!: string | null;
  /** The plan of an earlier year from which it was made. */
  @Index() @Column('uuid', { nullable: true }) origin!: string | null;
}

/**
 * A row of a plan's annex as it was last written. Where the annex says so, it is itself the last fact of the row:
 * most rows are never amended, and are kept once. `since`, `on` and `promulgation` are null in a draft.
 */
@Entity('annex_row')
@Index(['plan', 'rank'])
export class AnnexRow {
  @PrimaryColumn('uuid') row!: string;
  @Column('uuid') plan!: string;
  @Column('double precision') rank!: number;
  @Column('json') content!: RowContent;
  @Column('text', { nullable: true }) source!: string | null;
  /** The row of another plan that it copies. */
  @Column('uuid', { nullable: true }) origin!: string | null;
  /** As in `AnnexVersion`. */
  @Column('bigint', { nullable: true }) since!: string | null;
  @Column('date', { nullable: true }) on!: string | null;
  @Column('int', { nullable: true }) promulgation!: number | null;
}

/**
 * What the annex says of a row from `on`, as it was recorded at `since`; null from the day on which an amendment removes
 * it. Facts of one row follow each other: those that another fact, a draft or a removal has followed are here, and
 * removals; the last one is the `AnnexRow` itself.
 */
@Entity('annex_version')
@Index(['plan', 'on'])
export class AnnexVersion {
  @PrimaryColumn('uuid') row!: string;
  @PrimaryColumn('bigint') since!: string;
  @Column('uuid') plan!: string;
  @Column('date') on!: string;
  @Column('double precision') rank!: number;
  @Column('json', { nullable: true }) content!: RowContent | null;
  /** Which of the plan's promulgations it belongs to. */
  @Column('int') promulgation!: number;
}

/** What happened to the plan as a document. */
@Entity('plan_act')
@Index(['plan', 'at'])
export class PlanAct {
  @PrimaryColumn('uuid') event!: string;
  @Column('uuid') plan!: string;
  @Column('text') type!: string;
  @Column('date') on!: string;
  @Column('bigint') at!: string;
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
  @Column('json') data!: JsonObject;
}

const planOf = (id: string) => needed(PlanRow, { plan: id });
const rowOf = (row: string) => needed(AnnexRow, { row });

const counted = (rows: Rows, plan: string, more: number): void => {
  rows.change(PlanRow, { plan }, { rows: (rows.find(PlanRow, { plan })?.rows ?? 0) + more });
};

/** Keeps an act on the plan as a document; what it says of rows is in their facts. */
const acted = (
  {
    event,
    id: plan,
    type,
    on,
    at,
    recorded,
    actor,
  }: Omit<Seen<PlanEvents, never>, 'data' | 'type'> & { readonly type: string },
  rows: Rows,
  data: JsonObject,
): void => rows.add(PlanAct, { event, plan, type, on, at, recorded, actor, data });

/** Of a row that no promulgation has said yet as it stands. */
const DRAFT = { since: null, on: null, promulgation: null };

/**
 * A row of which something else is about to be said; what the annex says of it until then is kept. To be asked once for
 * each row that an event names: a fact is kept under the position from which it stands.
 */
const leaving = (rows: Rows, row: string): Readonly<AnnexRow> => {
  const before = there(rows, AnnexRow, { row });
  const { since, plan, on, rank, content, promulgation } = before;
  if (since !== null && on !== null && promulgation !== null) {
    rows.add(AnnexVersion, { row, since, plan, on, rank, content, promulgation });
  }
  return before;
};

/** What a rule set reads otherwise, by row. */
const reread = ({
  dues,
  milestones = [],
}: PlanEvents['RuleSetApplied']): (readonly [string, Partial<RowContent>])[] => {
  const found = new Map<string, Partial<RowContent>>();
  for (const { due, rule, rows } of dues) for (const row of rows) found.set(row, { due, rule });
  for (const { row, milestones: read } of milestones) found.set(row, { ...found.get(row), milestones: read });
  return [...found];
};

/** Plans and the rows of their annexes, as they stand now and as they were on any day since they count. */
export const plans: View<PlanEvents> = {
  name: 'plans',
  tables: [PlanRow, AnnexRow, AnnexVersion, PlanAct],
  needs: {
    PlanRetitled: ({ id }) => [planOf(id)],
    HeadlineChosen: ({ id }) => [planOf(id)],
    ParentChosen: ({ id }) => [planOf(id)],
    RowAdded: ({ id }) => [planOf(id)],
    RowEdited: ({ data }) => [rowOf(data.row)],
    RowRemoved: ({ id, data }) => [planOf(id), rowOf(data.row)],
    RowMoved: ({ data }) => [rowOf(data.row)],
    PlanPromulgated: ({ id, data }) => [planOf(id), ...data.obliged.flatMap(({ rows }) => rows.map(rowOf))],
    PromulgationWithdrawn: ({ id }) => [planOf(id)],
    RuleSetApplied: ({ id, data }) => [planOf(id), ...reread(data).map(([row]) => rowOf(row))],
    PlanAmended: ({ id, data }) => [
      planOf(id),
      ...data.changed.map(({ row }) => rowOf(row)),
      ...data.removed.map((row) => rowOf(row)),
    ],
    PlanClosed: ({ id }) => [planOf(id)],
    ClosingWithdrawn: ({ id }) => [planOf(id)],
  },
  on: {
    PlanDrafted: ({ id, data }, rows) => {
      const { unit, year, kind, sequence, code, title, fieldSet, ruleSet, headline } = data;
      rows.add(PlanRow, {
        plan: id,
        unit,
        year,
        kind,
        sequence,
        code,
        title,
        fieldSet,
        ruleSet,
        headline,
        status: 'draft',
        document: null,
        effect: null,
        rows: 0,
        promulgations: 0,
        parent: data.parent ?? null,
        origin: data.origin ?? null,
      });
    },
    PlanRetitled: ({ id, data }, rows) => rows.change(PlanRow, { plan: id }, { title: data.title }),
    HeadlineChosen: ({ id, data }, rows) => rows.change(PlanRow, { plan: id }, { headline: data.headline }),
    ParentChosen: ({ id, data }, rows) => rows.change(PlanRow, { plan: id }, { parent: data.parent }),
    RowAdded: ({ id, data }, rows) => {
      const { row, rank, content, source, origin } = data;
      rows.add(AnnexRow, {
        row,
        plan: id,
        rank,
        content,
        source: source ?? null,
        origin: origin ?? null,
        since: null,
        on: null,
        promulgation: null,
      });
      counted(rows, id, 1);
    },
    RowEdited: ({ data: { row, content } }, rows) => {
      leaving(rows, row);
      rows.change(AnnexRow, { row }, { content, ...DRAFT });
    },
    RowRemoved: ({ id, data }, rows) => {
      leaving(rows, data.row);
      rows.remove(AnnexRow, { row: data.row });
      counted(rows, id, -1);
    },
    RowMoved: ({ data: { row, rank } }, rows) => {
      leaving(rows, row);
      rows.change(AnnexRow, { row }, { rank, ...DRAFT });
    },
    PlanPromulgated: (event, rows) => {
      const { id: plan, data, at: since, on } = event;
      const { document, effect } = data;
      const obliged = data.obliged.flatMap((group) => group.rows);
      const promulgation = there(rows, PlanRow, { plan }).promulgations + 1;
      rows.change(PlanRow, { plan }, { status: 'promulgated', document, effect, promulgations: promulgation });
      for (const row of obliged) {
        leaving(rows, row);
        rows.change(AnnexRow, { row }, { since, on, promulgation });
      }
      acted(event, rows, { document, effect, rows: obliged.length });
    },
    PromulgationWithdrawn: (event, rows) => {
      rows.change(PlanRow, { plan: event.id }, { status: 'draft', document: null, effect: null });
      acted(event, rows, event.data);
    },
    RuleSetApplied: (event, rows) => {
      const { id: plan, data, at: since, on } = event;
      const { entry, ruleSet, document, effect, dues, periods, reason } = data;
      const { promulgations: promulgation } = there(rows, PlanRow, { plan });
      rows.change(PlanRow, { plan }, { ruleSet });
      for (const [row, read] of reread(data)) {
        const content = { ...leaving(rows, row).content, ...read };
        const fact = effect === undefined ? DRAFT : { since, on, promulgation };
        rows.change(AnnexRow, { row }, { content, ...fact });
      }
      acted(event, rows, {
        entry,
        ruleSet,
        ...(document ? { document } : {}),
        ...(effect === undefined ? {} : { effect }),
        ...(reason ? { reason } : {}),
        moved: dues.flatMap((group) => group.rows).length,
        ...(periods ? { periods } : {}),
      });
    },
    PlanAmended: (event, rows) => {
      const { id: plan, data, at: since, on } = event;
      const { entry, document, effect, reason, added, changed, removed } = data;
      const { promulgations: promulgation } = there(rows, PlanRow, { plan });
      for (const { row, rank, content } of added) {
        rows.add(AnnexRow, { row, plan, rank, content, source: null, origin: null, since, on, promulgation });
      }
      for (const { row, content } of changed) {
        leaving(rows, row);
        rows.change(AnnexRow, { row }, { content, since, on, promulgation });
      }
      for (const row of removed) {
        const { rank } = leaving(rows, row);
        rows.remove(AnnexRow, { row });
        rows.add(AnnexVersion, { row, since, plan, on, rank, content: null, promulgation });
      }
      counted(rows, plan, added.length - removed.length);
      const counts = { added: added.length, changed: changed.length, removed: removed.length };
      acted(event, rows, { entry, document, effect, ...(reason ? { reason } : {}), ...counts });
    },
    ObligationTransferred: (event, rows) => acted(event, rows, event.data),
    ObligationEnded: (event, rows) => acted(event, rows, event.data),
    PlanActWithdrawn: (event, rows) => acted(event, rows, event.data),
    PlanClosed: (event, rows) => {
      rows.change(PlanRow, { plan: event.id }, { status: 'closed' });
      acted(event, rows, event.data);
    },
    ClosingWithdrawn: (event, rows) => {
      rows.change(PlanRow, { plan: event.id }, { status: 'promulgated' });
      acted(event, rows, event.data);
    },
  },
};
