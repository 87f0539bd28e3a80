import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { facts, folded, hasCome, needed, OPEN, there, type Derivation, type Rows, type Seen, type View } from '#kernel';
import type { PlanEvents } from '#modules/plan';
import type { ObligationEvents, TaskEvents } from '#modules/task';
import { idOf } from '#platform/commands';
import { PlanAccount, RowAccount } from './row-state.judgement.js';

/** The day before all days: an original due date is in force from here. */
const ALWAYS = '0001-01-01';

/** What figures and lists need of what the annex says of a row. */
type Said = Pick<
  PlanEvents['RowAdded']['content'],
  'field' | 'code' | 'title' | 'deliverable' | 'leadsText' | 'coordinatingText' | 'deadline' | 'due' | 'cycle' | 'mode'
>;

/**
 * What the next promulgation will say of a row, where that is not what was said last: of a new row, or of one that was
 * touched since a promulgation was withdrawn.
 */
@Entity('drafted_row')
export class DraftedRow {
  @PrimaryColumn('uuid') row!: string;
  @Column('uuid') plan!: string;
  @Column('double precision') rank!: number;
  @Column('json') content!: Said;
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
  /** How often it was promulgated. */
  @Column('int') promulgations!: number;
  /** The days of its periods as they were said last. */
  @Column('jsonb') periods!: Partial<PlanEvents['PlanPromulgated']['periods']>;
}

/** A plan counts from `on`; facts that were recorded before `since` belong to a promulgation that was withdrawn. */
@Entity('promulgation')
export class Promulgation {
  @PrimaryColumn('uuid') plan!: string;
  /** Which of the plan's promulgations, from 1. */
  @PrimaryColumn('int') number!: number;
  @Column('date') on!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
}

/**
 * What the annex says of a row from `on` until it says something else; in the plan while that `holds`. A row that was
 * added owes the periods of its cycle from `firstPeriod` on.
 */
@Entity('task')
@Index(['plan', 'task'])
export class Task {
  @PrimaryColumn('uuid') task!: string;
  /** 0; of what the annex has said before, the position at which it said something else. */
  @PrimaryColumn('bigint') ended!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('date') on!: string;
  @Column('boolean') holds!: boolean;
  @Column('uuid') plan!: string;
  @Column('double precision') rank!: number;
  @Column('int') firstPeriod!: number;
  @Column('text') field!: string;
  @Column('text') code!: string;
  @Column('text') title!: string;
  /** Title, deliverable and leads without tones, for searching. */
  @Column('text') searched!: string;
  @Column('text') deliverable!: string;
  @Column('text') leads!: string;
  @Column('text') coordinating!: string;
  @Column('text') deadline!: string;
  /** The due date at promulgation or addition; nothing moves it. */
  @Column('date', { nullable: true }) due!: string | null;
  @Column('text') cycle!: string;
  @Column('text') mode!: string;
  @Column('int', { nullable: true }) share!: number | null;
  /** The due date that was read last from its text. */
  @Column('date', { nullable: true }) read!: string | null;
  /** From which day, and by which position, its text is what it is: due dates that rules read from it rank there. */
  @Column('date') textOn!: string;
  @Column('bigint') textAt!: string;
}

/**
 * From `on` a row is suspended, cancelled, declared completed, or that is taken back (`holds` says which); facts of one
 * kind follow each other.
 */
@Entity('standing')
@Index(['plan', 'task'])
export class Standing {
  @PrimaryColumn('uuid') entry!: string;
  @PrimaryColumn('int') version!: number;
  @Column('uuid') task!: string;
  @Column('uuid') plan!: string;
  @Column('text') kind!: 'suspended' | 'cancelled' | 'declared';
  @Column('boolean') holds!: boolean;
  @Column('date') on!: string;
  /** Where its entry was first recorded; a correction makes none later. */
  @Column('bigint') entered!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
}

/**
 * From `on` a unit owes a row, or owes it no more; facts of one obligation follow each other. What was accepted of the
 * obligation that it `inherits` counts for it. `entry` is the act, or the promulgation's event.
 */
@Entity('obligation')
@Index(['plan', 'task'])
@Index(['unit', 'plan'])
export class Obligation {
  @PrimaryColumn('uuid') obligation!: string;
  @PrimaryColumn('uuid') entry!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('date') on!: string;
  @Column('boolean') holds!: boolean;
  @Column('uuid', { nullable: true }) inherits!: string | null;
  @Column('uuid') plan!: string;
  @Column('uuid') task!: string;
  @Column('uuid') unit!: string;
}

/**
 * The days of a period in which rows of a cycle are owed, in force from `on`; a one-off row has one without days of its
 * own. Facts of one period follow each other.
 */
@Entity('period')
export class Period {
  @PrimaryColumn('uuid') plan!: string;
  @PrimaryColumn('text') cycle!: string;
  @PrimaryColumn('int') period!: number;
  @PrimaryColumn('bigint') since!: string;
  @Column('bigint') until!: string;
  @Column('date') on!: string;
  @Column('date', { nullable: true }) cutoff!: string | null;
  @Column('date', { nullable: true }) due!: string | null;
}

/** A due date of a row or of one obligation (`subject`), in force from `on`. */
@Entity('due')
@Index(['plan', 'subject'])
@Index(['task'])
export class Due {
  @PrimaryColumn('uuid') entry!: string;
  @PrimaryColumn('int') version!: number;
  @Column('uuid') subject!: string;
  @Column('uuid') task!: string;
  @Column('uuid') plan!: string;
  @Column('text') kind!: 'original' | 'amendment' | 'rules' | 'extension';
  @Column('date', { nullable: true }) due!: string | null;
  @Column('date') on!: string;
  /**
   * Its place among the due dates in force: the greatest day counts, of equals the one entered last, then the one said
   * last. That is its own `on`; what rules read from a text stands where the text does, so that they move no extension.
   */
  @Column('date') ranks!: string;
  /** Where its entry was first recorded; a correction makes none later. */
  @Column('bigint') entered!: string;
  @Column('bigint') since!: string;
  @Column('bigint') until!: string;
}

/**
 * What a report said, until it was corrected or withdrawn, and the positions at which that was `returned` or `accepted`.
 * Accepted and `complete` it makes its period count, on its work day `on`.
 */
@Entity('report_version')
@Index(['plan', 'task', 'obligation'])
export class ReportVersion {
  @PrimaryColumn('uuid') report!: string;
  @PrimaryColumn('int') version!: number;
  /** 0; of what a version was while an acceptance held that was withdrawn, the position of that withdrawal. */
  @PrimaryColumn('bigint') ended!: string;
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
  @Column('bigint') accepted!: string;
  /** The entry that accepted it. */
  @Column('uuid', { nullable: true }) acceptance!: string | null;
  /** It was accepted by a coordinator of the very unit that leads. */
  @Column('boolean', { nullable: true }) ownUnit!: boolean | null;
}

/** The last position that the log took in on a day; what `recorded=R` means for this view. */
@Entity('recorded_day')
export class RecordedDay {
  @PrimaryColumn('date') day!: string;
  @Column('bigint') position!: string;
}

/**
 * What a row is by what is recorded now, for every day at once, in the field in which it stands: from each of `days` on
 * the state (`row-state.judgement.ts`) of the same place in `states`.
 */
@Entity('row_now')
@Index(['promulgation'])
export class RowNow {
  @PrimaryColumn('uuid') task!: string;
  @PrimaryColumn('text') field!: string;
  /** The position of the promulgation for which it counts. */
  @Column('bigint') promulgation!: string;
  /** The recorded day since whose end it has been so. */
  @Column('date') begins!: string;
  /** Lists as they were found, or as PostgreSQL writes them. */
  @Column('date', { array: true }) days!: readonly string[] | string;
  @Column('int', { array: true }) states!: readonly number[] | string;
}

/** What a row was by what was recorded at the end of each day from `begins` to the one before `ends`. */
@Entity('row_then')
export class RowThen {
  @PrimaryColumn('bigint') promulgation!: string;
  @PrimaryColumn('date') ends!: string;
  @PrimaryColumn('date') begins!: string;
  @PrimaryColumn('uuid') task!: string;
  @PrimaryColumn('text') field!: string;
  @Column('date', { array: true }) days!: RowNow['days'];
  @Column('int', { array: true }) states!: RowNow['states'];
}

type ProgressEvents = PlanEvents & ObligationEvents & TaskEvents;
type On = View<ProgressEvents>['on'];
type Needs = NonNullable<View<ProgressEvents>['needs']>;

const tables: readonly (new () => object)[] = [
  DraftedRow,
  ProgressPlan,
  Promulgation,
  Task,
  Standing,
  Obligation,
  Period,
  Due,
  ReportVersion,
];

const planOf = (id: string) => needed(ProgressPlan, { plan: id });
/** A version as it stands now. */
const nowOf = (report: string, version: number) => ({ report, version, ended: '0' });
const versionOf = (report: string, version: number) => needed(ReportVersion, nowOf(report, version));
const dueOf = (entry: string, version: number) => needed(Due, { entry, version });
const draftedOf = (row: string) => needed(DraftedRow, { row });
/** A row as the annex says it last. */
const lastOf = (task: string) => ({ task, ended: '0' });
const saidOf = (row: string) => needed(Task, lastOf(row));
/** What a draft is made of. */
const draftingOf = (row: string) => [draftedOf(row), saidOf(row)];
const standingOf = (entry: string, version: number) => needed(Standing, { entry, version });

const needs: Needs = {
  PlanRetitled: ({ id }) => [planOf(id)],
  HeadlineChosen: ({ id }) => [planOf(id)],
  RowEdited: ({ data }) => draftingOf(data.row),
  RowRemoved: ({ data }) => [draftedOf(data.row)],
  RowMoved: ({ data }) => draftingOf(data.row),
  PlanPromulgated: ({ id, data }) => [planOf(id), ...data.obliged.flatMap(({ rows }) => rows.flatMap(draftingOf))],
  PromulgationWithdrawn: ({ id, data }) => [needed(Promulgation, { plan: id, number: data.promulgation })],
  RuleSetApplied: ({ id, data: { effect, dues } }) => [
    planOf(id),
    ...dues.flatMap(({ rows }) => (effect === undefined ? rows.flatMap(draftingOf) : rows.map(saidOf))),
  ],
  PlanAmended: ({ id, data: { added, changed, removed } }) => [
    planOf(id),
    ...[...[...added, ...changed].map(({ row }) => row), ...removed].map(saidOf),
  ],
  PlanActWithdrawn: ({ data: { act, row, units } }) =>
    units.map((unit) => needed(Obligation, { obligation: idOf(row, unit), entry: act })),
  ReportAccepted: ({ data }) => [versionOf(data.report, data.version)],
  ReportReturned: ({ data }) => [versionOf(data.report, data.version)],
  ReportCorrected: ({ data }) => [versionOf(data.report, data.version - 1)],
  ReportWithdrawn: ({ data }) => [versionOf(data.report, data.version)],
  AcceptanceWithdrawn: ({ data }) => [versionOf(data.report, data.version)],
  ObligationExtensionCorrected: ({ data }) => [dueOf(data.extension, data.version - 1)],
  ObligationExtensionWithdrawn: ({ data }) => [dueOf(data.extension, data.version)],
  TaskExtensionCorrected: ({ data }) => [dueOf(data.extension, data.version - 1)],
  TaskExtensionWithdrawn: ({ data }) => [dueOf(data.extension, data.version)],
  TaskActCorrected: ({ data }) => [standingOf(data.act, data.version - 1)],
  TaskActWithdrawn: ({ data }) => [standingOf(data.act, data.version)],
};

type Moment = { readonly on: string; readonly at: string };

/** What the annex says of a row from a day on; written out value by value, as a rebuild does it a hundred thousand times. */
const factOf = (
  { task, plan, rank }: Pick<Task, 'task' | 'plan' | 'rank'>,
  content: Said,
  { on, at }: Moment,
  { due, firstPeriod, textOn, textAt }: Pick<Task, 'due' | 'firstPeriod' | 'textOn' | 'textAt'>,
): Task => ({
  task,
  ended: '0',
  since: at,
  until: OPEN,
  on,
  holds: true,
  plan,
  rank,
  firstPeriod,
  field: content.field,
  code: content.code,
  title: content.title,
  searched: folded(`${content.code} ${content.title} ${content.deliverable} ${content.leadsText}`),
  deliverable: content.deliverable,
  leads: content.leadsText,
  coordinating: content.coordinatingText,
  deadline: content.deadline,
  due,
  cycle: content.cycle,
  mode: content.mode.kind,
  share: content.mode.kind === 'share' ? content.mode.percent : null,
  read: content.due,
  textOn,
  textAt,
});

const draftFrom = (said: Readonly<Task>): DraftedRow => ({
  row: said.task,
  plan: said.plan,
  rank: said.rank,
  content: {
    field: said.field,
    code: said.code,
    title: said.title,
    deliverable: said.deliverable,
    leadsText: said.leads,
    coordinatingText: said.coordinating,
    deadline: said.deadline,
    due: said.read,
    cycle: said.cycle as Said['cycle'],
    mode: { kind: said.mode, ...(said.share === null ? {} : { percent: said.share }) } as Said['mode'],
  },
});

/** A row as the next promulgation would say it. */
const draftOf = (rows: Rows, row: string): Readonly<DraftedRow> =>
  rows.find(DraftedRow, { row }) ?? draftFrom(there(rows, Task, lastOf(row)));

/** Lets the annex say something of a row; what it said before stays. */
const say = (rows: Rows, fact: Task): void => {
  const before = rows.find(Task, lastOf(fact.task));
  if (before) rows.add(Task, { ...before, ended: fact.since });
  rows.put(Task, fact);
};

const dueOfRow = (
  entry: string,
  { task, plan }: Pick<Task, 'task' | 'plan'>,
  { kind, due, on, at }: Pick<Due, 'kind' | 'due'> & Moment,
): Due => ({
  entry,
  version: 0,
  subject: task,
  task,
  plan,
  kind,
  due,
  on,
  ranks: on,
  entered: at,
  since: at,
  until: OPEN,
});

/** Of a report that nobody has accepted. */
const NOT_ACCEPTED = { accepted: OPEN, acceptance: null, ownUnit: null };

/** What is said of who owes a row; written out value by value, as a rebuild does it a hundred thousand times. */
const owing = (
  { plan, task, unit }: Pick<Obligation, 'plan' | 'task' | 'unit'>,
  {
    entry,
    on,
    holds,
    at,
  }: { readonly entry: string; readonly on: string; readonly holds: boolean; readonly at: string },
  inherits: string | null = null,
): Obligation => ({
  obligation: idOf(task, unit),
  entry,
  since: at,
  until: OPEN,
  on,
  holds,
  inherits,
  plan,
  task,
  unit,
});

/** Adds what an act says of a row. */
const says =
  (kind: Standing['kind'], holds: boolean) =>
  (
    {
      id: task,
      data: { entry, plan },
      on,
      at,
    }: Pick<Seen<ProgressEvents, 'TaskSuspended'>, 'id' | 'data' | 'on' | 'at'>,
    rows: Rows,
  ): void =>
    rows.add(Standing, { entry, version: 0, task, plan, kind, holds, on, entered: at, since: at, until: OPEN });

const handlers: On = {
  PlanDrafted: ({ id, data }, rows) => {
    const { unit, year, code, title, fieldSet, headline } = data;
    rows.add(ProgressPlan, { plan: id, unit, year, code, title, fieldSet, headline, promulgations: 0, periods: {} });
  },
  PlanRetitled: ({ id, data }, rows) => rows.change(ProgressPlan, { plan: id }, { title: data.title }),
  HeadlineChosen: ({ id, data }, rows) => rows.change(ProgressPlan, { plan: id }, { headline: data.headline }),
  RowAdded: ({ id, data }, rows) =>
    rows.add(DraftedRow, { row: data.row, plan: id, rank: data.rank, content: data.content }),
  RowEdited: ({ data: { row, content } }, rows) => rows.put(DraftedRow, { ...draftOf(rows, row), content }),
  RowRemoved: ({ data }, rows) => rows.remove(DraftedRow, { row: data.row }),
  RowMoved: ({ data: { row, rank } }, rows) => rows.put(DraftedRow, { ...draftOf(rows, row), rank }),
  PlanPromulgated: ({ id: plan, event, data, at, on }, rows) => {
    const promulgations = there(rows, ProgressPlan, { plan }).promulgations + 1;
    rows.change(ProgressPlan, { plan }, { promulgations, periods: data.periods });
    rows.add(Promulgation, { plan, number: promulgations, on, since: at, until: OPEN });
    for (const [cycle, periods] of Object.entries(data.periods)) {
      for (const { period, cutoff, due } of periods) {
        rows.add(Period, { plan, cycle, period, cutoff, due, on: ALWAYS, since: at, until: OPEN });
      }
    }
    for (const { rows: ids, units } of data.obliged) {
      for (const task of ids) {
        const { rank, content } = draftOf(rows, task);
        const { due } = content;
        say(
          rows,
          factOf({ task, plan, rank }, content, { on, at }, { due, firstPeriod: 1, textOn: ALWAYS, textAt: at }),
        );
        rows.remove(DraftedRow, { row: task });
        rows.add(Due, dueOfRow(idOf(event, task), { task, plan }, { kind: 'original', due, on: ALWAYS, at }));
        for (const unit of units) {
          rows.add(Obligation, owing({ plan, task, unit }, { entry: event, on, holds: true, at }));
        }
      }
    }
  },
  PromulgationWithdrawn: ({ id: plan, data, at }, rows) =>
    rows.change(Promulgation, { plan, number: data.promulgation }, { until: at }),
  RuleSetApplied: ({ id: plan, event, data, at, on }, rows) => {
    const { effect, dues, periods } = data;
    for (const { due, rows: ids } of dues) {
      for (const task of ids) {
        if (effect === undefined) {
          const drafted = draftOf(rows, task);
          rows.put(DraftedRow, { ...drafted, content: { ...drafted.content, due } });
          continue;
        }
        const said = there(rows, Task, lastOf(task));
        if (due === said.read) continue;
        rows.change(Task, lastOf(task), { read: due });
        const moved = dueOfRow(idOf(event, task), said, { kind: 'rules', due, on, at });
        rows.add(Due, { ...moved, ranks: said.textOn, entered: said.textAt });
      }
    }
    if (!periods || effect === undefined) return;
    const before = there(rows, ProgressPlan, { plan });
    rows.change(ProgressPlan, { plan }, { periods: { ...before.periods, ...periods } });
    for (const [cycle, days] of Object.entries(periods)) {
      for (const { period, cutoff, due } of days) {
        rows.add(Period, { plan, cycle, period, cutoff, due, on, since: at, until: OPEN });
      }
    }
  },
  PlanAmended: ({ id: plan, event, data, at, on }, rows) => {
    const { periods } = there(rows, ProgressPlan, { plan });
    for (const { row: task, rank, content } of data.added) {
      const { due } = content;
      const owed = periods[content.cycle]?.find(({ cutoff }) => cutoff === null || cutoff >= on);
      const place = { due, firstPeriod: owed?.period ?? 1, textOn: ALWAYS, textAt: at };
      say(rows, factOf({ task, plan, rank }, content, { on, at }, place));
      rows.add(Due, dueOfRow(idOf(event, task), { task, plan }, { kind: 'original', due, on: ALWAYS, at }));
    }
    for (const { row: task, content } of data.changed) {
      const said = there(rows, Task, lastOf(task));
      const { due } = content;
      const isMoved = due !== said.read;
      say(rows, factOf(said, content, { on, at }, isMoved ? { ...said, textOn: on, textAt: at } : said));
      if (isMoved) rows.add(Due, dueOfRow(idOf(event, task), said, { kind: 'amendment', due, on, at }));
    }
    for (const task of data.removed) {
      const said = there(rows, Task, lastOf(task));
      say(rows, { ...said, since: at, on, holds: false });
    }
    const { entry } = data;
    for (const { rows: ids, units } of data.obliged) {
      for (const row of ids) {
        for (const unit of units)
          rows.add(Obligation, owing({ plan, task: row, unit }, { entry, on, holds: true, at }));
      }
    }
    for (const { row, units } of data.ended) {
      for (const unit of units) rows.add(Obligation, owing({ plan, task: row, unit }, { entry, on, holds: false, at }));
    }
  },
  ObligationTransferred: ({ id: plan, data, at, on }, rows) => {
    const { entry, row, from, to, inherits } = data;
    rows.add(Obligation, owing({ plan, task: row, unit: from }, { entry, on, holds: false, at }));
    const inherited = inherits ? idOf(row, from) : null;
    rows.add(Obligation, owing({ plan, task: row, unit: to }, { entry, on, holds: true, at }, inherited));
  },
  ObligationEnded: ({ id: plan, data: { entry, row, unit }, at, on }, rows) =>
    rows.add(Obligation, owing({ plan, task: row, unit }, { entry, on, holds: false, at })),
  PlanActWithdrawn: ({ data: { act, row, units }, at }, rows) => {
    for (const unit of units) rows.change(Obligation, { obligation: idOf(row, unit), entry: act }, { until: at });
  },
  // Written out value by value: reports are most of what a rebuild makes, and spreading objects takes ten times as long.
  WorkReported: ({ id, data, at, on }, rows) =>
    rows.add(ReportVersion, {
      report: data.entry,
      version: 0,
      ended: '0',
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
      accepted: OPEN,
      acceptance: null,
      ownUnit: null,
    }),
  ReportAccepted: ({ data: { report, version, entry, ownUnit }, at }, rows) =>
    rows.change(ReportVersion, nowOf(report, version), { accepted: at, acceptance: entry, ownUnit }),
  ReportReturned: ({ data: { report, version }, at }, rows) =>
    rows.change(ReportVersion, nowOf(report, version), { returned: at }),
  ReportCorrected: ({ data, at }, rows) => {
    const { report, version } = data;
    const before = nowOf(report, version - 1);
    const old = there(rows, ReportVersion, before);
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
      ...NOT_ACCEPTED,
    });
  },
  ReportWithdrawn: ({ data: { report, version }, at }, rows) =>
    rows.change(ReportVersion, nowOf(report, version), { until: at }),
  AcceptanceWithdrawn: ({ data: { report, version }, at }, rows) => {
    const accepted = there(rows, ReportVersion, nowOf(report, version));
    rows.add(ReportVersion, { ...accepted, ended: at, until: at });
    rows.change(ReportVersion, nowOf(report, version), { since: at, ...NOT_ACCEPTED });
  },
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
      ranks: on,
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
      ranks: on,
      entered: at,
      since: at,
      until: OPEN,
    }),
  TaskExtensionCorrected: (event, rows) => extensionCorrected(event, rows),
  TaskExtensionWithdrawn: ({ data: { extension, version }, at }, rows) =>
    rows.change(Due, { entry: extension, version }, { until: at }),
  TaskSuspended: says('suspended', true),
  TaskResumed: says('suspended', false),
  TaskCancelled: says('cancelled', true),
  TaskReopened: says('cancelled', false),
  TaskDeclared: says('declared', true),
  TaskActCorrected: ({ data: { act: entry, version, effect: on }, at }, rows) => {
    const before = { entry, version: version - 1 };
    const old = there(rows, Standing, before);
    rows.change(Standing, before, { until: at });
    rows.add(Standing, { ...old, version, on, since: at, until: OPEN });
  },
  TaskActWithdrawn: ({ data: { act: entry, version }, at }, rows) =>
    rows.change(Standing, { entry, version }, { until: at }),
};

type Corrected = Pick<
  Seen<ProgressEvents, 'TaskExtensionCorrected'> | Seen<ProgressEvents, 'ObligationExtensionCorrected'>,
  'data' | 'at'
>;

const extensionCorrected = ({ data, at }: Corrected, rows: Rows): void => {
  const before = { entry: data.extension, version: data.version - 1 };
  const old = there(rows, Due, before);
  rows.change(Due, before, { until: at });
  const { due, effect: on, version } = data;
  rows.add(Due, { ...old, version, due, on, ranks: on, since: at, until: OPEN });
};

/** What every row is, at the end of each day on which something of it was recorded. */
const rowStates: Derivation<PlanAccount, RowAccount> = {
  tables: [RowNow, RowThen, RecordedDay],
  days: RecordedDay,
  ends: ['until', 'returned', 'accepted'],
  group: {
    by: 'plan',
    facts: [facts(Promulgation, 'number'), facts(Period, 'cycle', 'period', 'on', 'due')],
    begin: () => new PlanAccount(),
    take: (plan, table, fact, by) => {
      if (table === Promulgation) {
        plan.promulgated(fact as Promulgation);
        return false;
      }
      plan.period(fact as Period, hasCome((fact as Period).until, by));
      // What a promulgation says comes with its rows.
      return (fact as Period).on !== ALWAYS;
    },
  },
  subject: {
    by: 'task',
    facts: [
      facts(Task, 'on', 'holds', 'firstPeriod', 'field', 'due', 'cycle', 'mode', 'share'),
      facts(Standing, 'entry', 'version', 'kind', 'holds', 'on', 'entered'),
      facts(Obligation, 'obligation', 'entry', 'on', 'holds', 'inherits'),
      facts(Due, 'entry', 'version', 'subject', 'due', 'on', 'ranks', 'entered'),
      facts(ReportVersion, 'obligation', 'report', 'version', 'ended', 'period', 'complete', 'evidenced', 'on'),
    ],
    resumes: [facts(RowNow, 'field', 'promulgation', 'begins', 'days', 'states')],
    begin: () => new RowAccount(),
    take: (row, table, fact, by) => {
      if (table === RowNow) {
        const { field, ...shown } = fact as RowNow;
        row.shown.set(field, shown);
        return false;
      }
      const ended = hasCome((fact as Task).until, by);
      if (table === Task) row.row(fact as Task, ended);
      else if (table === Standing) row.standing(fact as Standing, ended);
      else if (table === Obligation) row.obligation(fact as Obligation, ended);
      else if (table === Due) row.due((fact as Due).task, fact as Due, ended);
      else {
        const { returned, accepted } = fact as ReportVersion;
        return row.report(fact as ReportVersion, hasCome(returned, by), hasCome(accepted, by), ended);
      }
      return true;
    },
  },
  judge: ({ id: task, subject, group, day }, rows) => {
    const judged = subject.judged(group);
    for (const [field, { begins, promulgation, days, states }] of subject.shown) {
      if (begins !== day) rows.add(RowThen, { task, field, promulgation, begins, days, states, ends: day });
      if (judged.some((one) => one.field === field)) continue;
      subject.shown.delete(field);
      rows.put(RowNow, { task, field, promulgation, begins, days, states });
      rows.remove(RowNow, { task, field });
    }
    for (const { field, days, states } of judged) {
      const now = { task, field, promulgation: group.promulgation, begins: day, days, states };
      subject.shown.set(field, now);
      rows.put(RowNow, now);
    }
  },
};

/**
 * The facts from which every figure of a plan follows, on both clocks (`counting.md`, sections 3 and 4), and what rows
 * are by them.
 */
export const progress: View<ProgressEvents> = {
  name: 'progress',
  version: 6,
  tables,
  needs,
  on: handlers,
  derived: rowStates,
};
