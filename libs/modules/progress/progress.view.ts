import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { dayOfInstant, folded, needed, OPEN, type Seen, type View } from '#kernel';
import type { PlanEvents } from '#modules/plan';
import type { ObligationEvents, TaskEvents } from '#modules/task';
import { idOf } from '#platform/commands';

/** The day before all days: an original due date is in force from here. */
const ALWAYS = '0001-01-01';

/** What a row will be once the plan is promulgated; changes freely until then. */
@Entity('drafted_row')
export class DraftedRow {
  @PrimaryColumn('uuid') row!: string;
  @Column('uuid') plan!: string;
  @Column('double precision') rank!: number;
  @Column('jsonb') content!: PlanEvents['RowAdded']['content'];
}

@Entity('plan')
export class ProgressPlan {
  @PrimaryColumn('uuid') plan!: string;
  @Column('uuid') unit!: string;
  @Column('int') year!: number;
  @Column('text') code!: string;
  @Column('text') title!: string;
  @Column('text') fieldSet!: string;
  @Column('text') headline!: string;
}

/** A plan counts from `on`. */
@Entity('promulgation')
export class Promulgation {
  @PrimaryColumn('uuid') event!: string;
  @Index() @Column('uuid') plan!: string;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
}

/** A row is in the base from `on`. */
@Entity('task')
@Index(['plan', 'task'])
export class Task {
  @PrimaryColumn('uuid') task!: string;
  @PrimaryColumn('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('date') on!: string;
  @Column('uuid') plan!: string;
  @Column('int') ordinal!: number;
  @Column('text') field!: string;
  @Column('text') code!: string;
  @Column('text') title!: string;
  /** Title, deliverable and leads without tones, for searching. */
  @Column('text') searched!: string;
  @Column('text') deliverable!: string;
  @Column('text') leads!: string;
  @Column('text') coordinating!: string;
  @Column('text') deadline!: string;
  @Column('date', { nullable: true }) due!: string | null;
  @Column('text') cycle!: string;
  @Column('text') mode!: string;
  @Column('int', { nullable: true }) share!: number | null;
}

/** A unit owes a row from `on`. */
@Entity('obligation')
@Index(['plan', 'task'])
@Index(['unit', 'plan'])
export class Obligation {
  @PrimaryColumn('uuid') obligation!: string;
  @PrimaryColumn('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('date') on!: string;
  @Column('uuid') plan!: string;
  @Column('uuid') task!: string;
  @Column('uuid') unit!: string;
}

/** The periods in which rows of a cycle are owed; a one-off row has one without days of its own. */
@Entity('period')
export class Period {
  @PrimaryColumn('uuid') plan!: string;
  @PrimaryColumn('text') cycle!: string;
  @PrimaryColumn('int') period!: number;
  @PrimaryColumn('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('date', { nullable: true }) cutoff!: string | null;
  @Column('date', { nullable: true }) due!: string | null;
}

/** A due date of a row or of one obligation (`subject`), in force from `on`. */
@Entity('due')
@Index(['plan', 'subject'])
@Index(['subject'])
export class Due {
  @PrimaryColumn('uuid') entry!: string;
  @PrimaryColumn('int') version!: number;
  @Column('uuid') subject!: string;
  @Column('uuid') task!: string;
  @Column('uuid') plan!: string;
  @Column('text') kind!: 'original' | 'extension';
  @Column('date', { nullable: true }) due!: string | null;
  @Column('date') on!: string;
  /** Where its entry was first recorded: of equal days the later entry counts, a correction makes none later. */
  @Column('bigint') entered!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
}

/** What a report said, until it was corrected or withdrawn; `returned` is the position at which it was returned. */
@Entity('report_version')
@Index(['plan', 'obligation'])
export class ReportVersion {
  @PrimaryColumn('uuid') report!: string;
  @PrimaryColumn('int') version!: number;
  @Column('uuid') obligation!: string;
  @Column('uuid') task!: string;
  @Column('uuid') plan!: string;
  @Column('int') period!: number;
  @Column('boolean') complete!: boolean;
  @Column('boolean') evidenced!: boolean;
  @Column('int') percent!: number;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('bigint') returned!: string;
}

/** An acceptance; with `complete` it makes its period count, on the work day `on` of the version it names. */
@Entity('acceptance')
@Index(['plan', 'obligation'])
@Index(['report'])
export class Acceptance {
  @PrimaryColumn('uuid') acceptance!: string;
  @Column('uuid') report!: string;
  @Column('int') version!: number;
  @Column('uuid') obligation!: string;
  @Column('uuid') task!: string;
  @Column('uuid') plan!: string;
  @Column('int') period!: number;
  @Column('boolean') complete!: boolean;
  @Column('boolean') ownUnit!: boolean;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
}

/** The last position that the log took in on a day; what `recorded=R` means for this view. */
@Entity('recorded_day')
export class RecordedDay {
  @PrimaryColumn('date') day!: string;
  @Column('bigint') position!: string;
}

type ProgressEvents = PlanEvents & ObligationEvents & TaskEvents;
type On = View<ProgressEvents>['on'];
type Needs = NonNullable<View<ProgressEvents>['needs']>;

const tables: readonly (new () => object)[] = [
  DraftedRow,
  ProgressPlan,
  Promulgation,
  Task,
  Obligation,
  Period,
  Due,
  ReportVersion,
  Acceptance,
  RecordedDay,
];

const planOf = (id: string) => needed(ProgressPlan, { plan: id });
const versionOf = (report: string, version: number) => needed(ReportVersion, { report, version });
const dueOf = (entry: string, version: number) => needed(Due, { entry, version });

const needs: Needs = {
  PlanRetitled: ({ id }) => [planOf(id)],
  HeadlineChosen: ({ id }) => [planOf(id)],
  RowEdited: ({ data }) => [needed(DraftedRow, { row: data.row })],
  RowRemoved: ({ data }) => [needed(DraftedRow, { row: data.row })],
  RowMoved: ({ data }) => [needed(DraftedRow, { row: data.row })],
  PlanPromulgated: ({ data }) => data.obliged.flatMap(({ rows }) => rows.map((row) => needed(DraftedRow, { row }))),
  ReportAccepted: ({ data }) => [versionOf(data.report, data.version)],
  ReportReturned: ({ data }) => [versionOf(data.report, data.version)],
  ReportCorrected: ({ data }) => [
    versionOf(data.report, data.version - 1),
    ...(data.ended === null ? [] : [needed(Acceptance, { acceptance: data.ended })]),
  ],
  ReportWithdrawn: ({ data }) => [versionOf(data.report, data.version)],
  AcceptanceWithdrawn: ({ data }) => [needed(Acceptance, { acceptance: data.acceptance })],
  ObligationExtensionCorrected: ({ data }) => [dueOf(data.extension, data.version - 1)],
  ObligationExtensionWithdrawn: ({ data }) => [dueOf(data.extension, data.version)],
  TaskExtensionCorrected: ({ data }) => [dueOf(data.extension, data.version - 1)],
  TaskExtensionWithdrawn: ({ data }) => [dueOf(data.extension, data.version)],
};

const there = <Row>(row: Row | undefined, what: string): Row => {
  if (row === undefined) throw new Error(`no ${what}`);
  return row;
};

const handlers: On = {
  PlanDrafted: ({ id, data }, rows) => {
    const { unit, year, code, title, fieldSet, headline } = data;
    rows.add(ProgressPlan, { plan: id, unit, year, code, title, fieldSet, headline });
  },
  PlanRetitled: ({ id, data }, rows) => rows.change(ProgressPlan, { plan: id }, { title: data.title }),
  HeadlineChosen: ({ id, data }, rows) => rows.change(ProgressPlan, { plan: id }, { headline: data.headline }),
  RowAdded: ({ id, data }, rows) =>
    rows.add(DraftedRow, { row: data.row, plan: id, rank: data.rank, content: data.content }),
  RowEdited: ({ data }, rows) => rows.change(DraftedRow, { row: data.row }, { content: data.content }),
  RowRemoved: ({ data }, rows) => rows.remove(DraftedRow, { row: data.row }),
  RowMoved: ({ data }, rows) => rows.change(DraftedRow, { row: data.row }, { rank: data.rank }),
  PlanPromulgated: ({ id: plan, event, data, at, on }, rows) => {
    rows.add(Promulgation, { event, plan, on, since: at, until: OPEN });
    for (const [cycle, periods] of Object.entries(data.periods)) {
      for (const { period, cutoff, due } of periods) {
        rows.add(Period, { plan, cycle, period, cutoff, due, since: at, until: OPEN });
      }
    }
    const drafted = data.obliged
      .flatMap(({ rows: ids, units }) =>
        ids.map((row) => ({ units, drafted: there(rows.find(DraftedRow, { row }), `row ${row}`) })),
      )
      .sort((a, b) => a.drafted.rank - b.drafted.rank);
    for (const [index, { units, drafted: row }] of drafted.entries()) {
      const { content } = row;
      const fact = { plan, since: at, until: OPEN };
      rows.add(Task, {
        ...fact,
        task: row.row,
        on,
        ordinal: index + 1,
        field: content.field,
        code: content.code,
        title: content.title,
        searched: folded(`${content.code} ${content.title} ${content.deliverable} ${content.leadsText}`),
        deliverable: content.deliverable,
        leads: content.leadsText,
        coordinating: content.coordinatingText,
        deadline: content.deadline,
        due: content.due,
        cycle: content.cycle,
        mode: content.mode.kind,
        share: content.mode.kind === 'share' ? content.mode.percent : null,
      });
      rows.add(Due, {
        ...fact,
        entry: idOf(event, row.row),
        version: 0,
        subject: row.row,
        task: row.row,
        kind: 'original',
        due: content.due,
        on: ALWAYS,
        entered: at,
      });
      for (const unit of units) {
        rows.add(Obligation, { ...fact, obligation: idOf(row.row, unit), on, task: row.row, unit });
      }
    }
  },
  WorkReported: ({ id, data, at, on }, rows) =>
    rows.add(ReportVersion, {
      report: data.entry,
      version: 0,
      obligation: id,
      task: data.task,
      plan: data.plan,
      period: data.period,
      complete: data.complete,
      evidenced: data.evidence.length > 0,
      percent: data.percent,
      on,
      since: at,
      until: OPEN,
      returned: OPEN,
    }),
  ReportAccepted: ({ data, at }, rows) => {
    const { report, version } = data;
    const accepted = there(rows.find(ReportVersion, { report, version }), `report ${report}`);
    const { obligation, task, plan, period, complete, on } = accepted;
    rows.add(Acceptance, {
      acceptance: data.entry,
      report,
      version,
      obligation,
      task,
      plan,
      period,
      complete,
      ownUnit: data.ownUnit,
      on,
      since: at,
      until: OPEN,
    });
  },
  ReportReturned: ({ data: { report, version }, at }, rows) =>
    rows.change(ReportVersion, { report, version }, { returned: at }),
  ReportCorrected: ({ data, at }, rows) => {
    const { report, version } = data;
    const before = { report, version: version - 1 };
    const old = there(rows.find(ReportVersion, before), `report ${report}`);
    rows.change(ReportVersion, before, { until: at });
    rows.add(ReportVersion, {
      ...old,
      version,
      complete: data.complete,
      evidenced: data.evidence.length > 0,
      percent: data.percent,
      on: data.workDay,
      since: at,
      until: OPEN,
    });
    if (data.ended !== null) rows.change(Acceptance, { acceptance: data.ended }, { until: at });
  },
  ReportWithdrawn: ({ data: { report, version }, at }, rows) =>
    rows.change(ReportVersion, { report, version }, { until: at }),
  AcceptanceWithdrawn: ({ data, at }, rows) => rows.change(Acceptance, { acceptance: data.acceptance }, { until: at }),
  ObligationExtended: ({ id, data, at, on }, rows) =>
    rows.add(Due, {
      entry: data.entry,
      version: 0,
      subject: id,
      task: data.task,
      plan: data.plan,
      kind: 'extension',
      due: data.due,
      on,
      entered: at,
      since: at,
      until: OPEN,
    }),
  ObligationExtensionCorrected: (event, rows) => extensionCorrected(event, rows),
  ObligationExtensionWithdrawn: ({ data: { extension, version }, at }, rows) =>
    rows.change(Due, { entry: extension, version }, { until: at }),
  TaskExtended: ({ id, data, at, on }, rows) =>
    rows.add(Due, {
      entry: data.entry,
      version: 0,
      subject: id,
      task: id,
      plan: data.plan,
      kind: 'extension',
      due: data.due,
      on,
      entered: at,
      since: at,
      until: OPEN,
    }),
  TaskExtensionCorrected: (event, rows) => extensionCorrected(event, rows),
  TaskExtensionWithdrawn: ({ data: { extension, version }, at }, rows) =>
    rows.change(Due, { entry: extension, version }, { until: at }),
};

type Corrected = Pick<
  Seen<ProgressEvents, 'TaskExtensionCorrected'> | Seen<ProgressEvents, 'ObligationExtensionCorrected'>,
  'data' | 'at'
>;

const extensionCorrected = ({ data, at }: Corrected, rows: Parameters<NonNullable<On['TaskExtended']>>[1]): void => {
  const before = { entry: data.extension, version: data.version - 1 };
  const old = there(rows.find(Due, before), `extension ${data.extension}`);
  rows.change(Due, before, { until: at });
  rows.add(Due, { ...old, version: data.version, due: data.due, on: data.effect, since: at, until: OPEN });
};

/** Every handler also notes on which day the log took the event in. */
const dated = Object.fromEntries(
  Object.entries(handlers).map(([type, handle]) => [
    type,
    (event: Seen<ProgressEvents, never>, rows: Parameters<NonNullable<On['TaskExtended']>>[1]) => {
      (handle as (event: unknown, rows: unknown) => void)(event, rows);
      rows.put(RecordedDay, { day: dayOfInstant(event.recorded), position: event.at });
    },
  ]),
) as On;

/** The facts from which every figure of a plan follows, on both clocks (`counting.md`, sections 3 and 4). */
export const progress: View<ProgressEvents> = { name: 'progress', tables, needs, on: dated };
