import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, there, type Rows, type Seen, type View } from '#kernel';
import type { Cycle, PlanEvents } from '#modules/plan';
import { idOf } from '#platform/commands';
import type { ObligationEvents } from './obligation.events.js';
import type { TaskEvents } from './task.events.js';

/** A plan as it stands now: `since` is the position of the promulgation in force, null without one. */
@Entity('plan')
export class OwedPlan {
  @PrimaryColumn('uuid') plan!: string;
  @Column('bigint', { nullable: true }) since!: string | null;
  @Column('boolean') closed!: boolean;
  @Column('jsonb') periods!: PlanEvents['PlanPromulgated']['periods'];
}

/**
 * A due date that came later than the first: of an amendment, of a rule set, or of an extension that stands; in force from
 * `effect`. With `text` it was read anew from a text that stands there.
 */
export type LaterDue = {
  entry: string;
  due: string | null;
  effect: string;
  at: string;
  text?: { effect: string; at: string };
};
/** How a row is completed from a day on, by an amendment. */
export type LaterMode = { on: string; mode: string };
/** An act on a row that stands, in the order of recording. */
export type StandingAct = { entry: string; kind: 'suspend' | 'resume' | 'cancel' | 'reopen' | 'declare'; on: string };

/**
 * A row as it stands now: what its annex says last, also of a draft, and what it obliges to since a promulgation or an
 * amendment said so. The latter counts where `at` is not before the promulgation in force.
 */
@Entity('row')
export class OwedRow {
  @PrimaryColumn('uuid') task!: string;
  @Column('uuid') plan!: string;
  /** The due date as the annex says it last. */
  @Column('date', { nullable: true }) annexDue!: string | null;
  /** How often it is owed, as the annex says it last. */
  @Column('text') cycle!: Cycle;
  /** How it is completed, as the annex says it last. */
  @Column('text') annexMode!: string;
  /** The first due date. */
  @Column('date', { nullable: true }) due!: string | null;
  /** Where the row's promulgation or addition stands in the log; null before there is any. */
  @Column('bigint', { nullable: true }) at!: string | null;
  @Column('jsonb') periods!: number[];
  /** How it is completed at first. */
  @Column('text') mode!: string;
  /** What amendments say of that, in the order of recording. */
  @Column('jsonb') modes!: LaterMode[];
  @Column('jsonb') amended!: LaterDue[];
  @Column('jsonb') extensions!: LaterDue[];
  @Column('jsonb') acts!: StandingAct[];
  /** The day from which an amendment has removed it. */
  @Column('date', { nullable: true }) removed!: string | null;
}

/** That an obligation begins or ends on a day; with `inherits` it takes over what that obligation has had accepted. */
export type OwedFact = { entry: string; holds: boolean; on: string; inherits?: string };

/** Who owes what: facts in the order of recording. */
@Entity('owed')
export class Owed {
  @PrimaryColumn('uuid') obligation!: string;
  @Column('uuid') plan!: string;
  @Index() @Column('uuid') task!: string;
  @Index() @Column('uuid') unit!: string;
  /** Where it was first said, in the promulgation in force. */
  @Column('bigint') at!: string;
  @Column('jsonb') facts!: OwedFact[];
}

/** The day before all days: an original due date is in force from here. */
const ALWAYS = '0001-01-01';

type BoardEvents = PlanEvents & ObligationEvents & TaskEvents;

const planOf = (plan: string) => needed(OwedPlan, { plan });
const rowOf = (task: string) => needed(OwedRow, { task });
const owedOf = (task: string, unit: string) => needed(Owed, { obligation: idOf(task, unit) });

/** A row of which nothing is said but what its annex says. */
const fresh = ({
  task,
  plan,
  due,
  cycle,
  mode,
  at,
  periods,
}: Pick<OwedRow, 'task' | 'plan' | 'due' | 'cycle' | 'mode' | 'at' | 'periods'>): OwedRow => ({
  task,
  plan,
  annexDue: due,
  cycle,
  annexMode: mode,
  due,
  at,
  periods,
  mode,
  modes: [],
  amended: [],
  extensions: [],
  acts: [],
  removed: null,
});

/**
 * Changes a row on which somebody acted. It may be gone: what is done at the very moment in which the promulgation is
 * withdrawn can come behind the row's removal from the draft.
 */
const change = (rows: Rows, task: string, how: (row: Readonly<OwedRow>) => Partial<OwedRow>): void => {
  const row = rows.find(OwedRow, { task });
  if (row) rows.change(OwedRow, { task }, how(row));
};

/** Says of a unit that it begins or ceases to owe a row. */
const say = (
  rows: Rows,
  { id: plan, at }: Pick<Seen<BoardEvents, never>, 'id' | 'at'>,
  task: string,
  unit: string,
  fact: OwedFact,
): void => {
  const obligation = idOf(task, unit);
  const since = rows.find(OwedPlan, { plan })?.since ?? '0';
  const before = rows.find(Owed, { obligation });
  // What was said under a promulgation that was withdrawn counts no more.
  const isOld = !before || BigInt(before.at) < BigInt(since);
  const facts = [...(isOld ? [] : before.facts), fact];
  rows.put(Owed, { obligation, plan, task, unit, at: isOld ? at : before.at, facts });
};

type Done = { readonly id: string; readonly data: { readonly entry: string }; readonly on: string };

const done =
  (kind: StandingAct['kind']) =>
  ({ id, data: { entry }, on }: Done, rows: Rows): void =>
    change(rows, id, ({ acts }) => ({ acts: [...acts, { entry, kind, on }] }));

/** What the rules of obligations and rows read: who owes a row, by which periods, and its due dates as they stand. */
export const obligationBoard: View<BoardEvents> = {
  name: 'obligation-board',
  tables: [OwedPlan, OwedRow, Owed],
  needs: {
    RowEdited: ({ data }) => [rowOf(data.row)],
    RowRemoved: ({ data }) => [rowOf(data.row)],
    PlanPromulgated: ({ data }) => data.obliged.flatMap(({ rows }) => rows.map(rowOf)),
    PromulgationWithdrawn: ({ id }) => [planOf(id)],
    RuleSetApplied: ({ id, data: { effect, dues } }) => [
      ...(effect === undefined ? [] : [planOf(id)]),
      ...dues.flatMap(({ rows }) => rows.map(rowOf)),
    ],
    PlanAmended: ({ id, data }) => [
      planOf(id),
      ...data.changed.map(({ row }) => rowOf(row)),
      ...data.removed.map(rowOf),
      ...data.obliged.flatMap(({ rows, units }) => rows.flatMap((row) => units.map((unit) => owedOf(row, unit)))),
      ...data.ended.flatMap(({ row, units }) => units.map((unit) => owedOf(row, unit))),
    ],
    ObligationTransferred: ({ id, data: { row, from, to } }) => [planOf(id), owedOf(row, from), owedOf(row, to)],
    ObligationEnded: ({ id, data: { row, unit } }) => [planOf(id), owedOf(row, unit)],
    PlanActWithdrawn: ({ data: { row, units } }) => units.map((unit) => owedOf(row, unit)),
    PlanClosed: ({ id }) => [planOf(id)],
    ClosingWithdrawn: ({ id }) => [planOf(id)],
    TaskExtended: ({ id }) => [rowOf(id)],
    TaskExtensionCorrected: ({ id }) => [rowOf(id)],
    TaskExtensionWithdrawn: ({ id }) => [rowOf(id)],
    TaskSuspended: ({ id }) => [rowOf(id)],
    TaskResumed: ({ id }) => [rowOf(id)],
    TaskCancelled: ({ id }) => [rowOf(id)],
    TaskReopened: ({ id }) => [rowOf(id)],
    TaskDeclared: ({ id }) => [rowOf(id)],
    TaskActCorrected: ({ id }) => [rowOf(id)],
    TaskActWithdrawn: ({ id }) => [rowOf(id)],
  },
  on: {
    // A row that an amendment had removed may be drafted anew once the promulgation is withdrawn.
    RowAdded: ({ id: plan, data: { row: task, content } }, rows) => {
      const { due, cycle, mode } = content;
      rows.put(OwedRow, fresh({ task, plan, due, cycle, mode: mode.kind, at: null, periods: [] }));
    },
    RowEdited: ({ data: { row: task, content } }, rows) => {
      const { due, cycle, mode } = content;
      rows.change(OwedRow, { task }, { annexDue: due, cycle, annexMode: mode.kind });
    },
    RowRemoved: ({ data: { row: task } }, rows) => rows.remove(OwedRow, { task }),
    PlanPromulgated: ({ id: plan, data, at, on }, rows) => {
      rows.put(OwedPlan, { plan, since: at, closed: false, periods: data.periods });
      for (const { rows: tasks, units } of data.obliged) {
        for (const task of tasks) {
          const { annexDue, cycle, annexMode } = there(rows, OwedRow, { task });
          const periods = data.periods[cycle].map(({ period }) => period);
          rows.put(OwedRow, fresh({ task, plan, due: annexDue, cycle, mode: annexMode, at, periods }));
          for (const unit of units) {
            const facts = [{ entry: '', holds: true, on }];
            rows.put(Owed, { obligation: idOf(task, unit), plan, task, unit, at, facts });
          }
        }
      }
    },
    PromulgationWithdrawn: ({ id: plan }, rows) => rows.change(OwedPlan, { plan }, { since: null }),
    RuleSetApplied: ({ id: plan, data: { entry, effect, dues, periods }, at }, rows) => {
      for (const { due, rows: ids } of dues) {
        for (const task of ids) {
          const { annexDue, amended, at: promulgated } = there(rows, OwedRow, { task });
          rows.change(OwedRow, { task }, { annexDue: due });
          if (effect === undefined || promulgated === null || annexDue === due) continue;
          const last = amended.findLast(({ text }) => text === undefined);
          const text = last ? { effect: last.effect, at: last.at } : { effect: ALWAYS, at: promulgated };
          rows.change(OwedRow, { task }, { amended: [...amended, { entry, due, effect, at, text }] });
        }
      }
      const owed = periods && effect !== undefined ? rows.find(OwedPlan, { plan }) : undefined;
      if (owed) rows.change(OwedPlan, { plan }, { periods: { ...owed.periods, ...periods } });
    },
    PlanAmended: (event, rows) => {
      const { id: plan, data, at, on } = event;
      const { entry, added, changed, removed, obliged, ended } = data;
      const owed = there(rows, OwedPlan, { plan });
      for (const { row: task, content } of added) {
        const { due, cycle, mode } = content;
        const periods = owed.periods[cycle]
          .filter(({ cutoff }) => cutoff === null || cutoff >= on)
          .map(({ period }) => period);
        rows.put(OwedRow, fresh({ task, plan, due, cycle, mode: mode.kind, at, periods }));
      }
      for (const { row: task, content } of changed) {
        const { due, cycle, mode } = content;
        const { annexDue, modes, amended } = there(rows, OwedRow, { task });
        rows.change(
          OwedRow,
          { task },
          {
            annexDue: due,
            cycle,
            annexMode: mode.kind,
            modes: [...modes, { on, mode: mode.kind }],
            amended: annexDue === due ? amended : [...amended, { entry, due, effect: on, at }],
          },
        );
      }
      for (const task of removed) rows.change(OwedRow, { task }, { removed: on });
      for (const { rows: tasks, units } of obliged) {
        for (const task of tasks) for (const unit of units) say(rows, event, task, unit, { entry, holds: true, on });
      }
      for (const { row: task, units } of ended) {
        for (const unit of units) say(rows, event, task, unit, { entry, holds: false, on });
      }
    },
    ObligationTransferred: (event, rows) => {
      const { on, data } = event;
      const { entry, row, from, to, inherits } = data;
      say(rows, event, row, from, { entry, holds: false, on });
      say(rows, event, row, to, { entry, holds: true, on, ...(inherits ? { inherits: idOf(row, from) } : {}) });
    },
    ObligationEnded: (event, rows) => {
      const { entry, row, unit } = event.data;
      say(rows, event, row, unit, { entry, holds: false, on: event.on });
    },
    PlanActWithdrawn: ({ data: { act, row, units } }, rows) => {
      for (const unit of units) {
        const obligation = idOf(row, unit);
        const facts = (rows.find(Owed, { obligation })?.facts ?? []).filter(({ entry }) => entry !== act);
        if (facts.length > 0) rows.change(Owed, { obligation }, { facts });
        else rows.remove(Owed, { obligation });
      }
    },
    PlanClosed: ({ id: plan }, rows) => rows.change(OwedPlan, { plan }, { closed: true }),
    ClosingWithdrawn: ({ id: plan }, rows) => rows.change(OwedPlan, { plan }, { closed: false }),
    TaskExtended: ({ id, data: { entry, due }, on: effect, at }, rows) =>
      change(rows, id, ({ extensions }) => ({ extensions: [...extensions, { entry, due, effect, at }] })),
    TaskExtensionCorrected: ({ id, data: { extension, due, effect } }, rows) =>
      change(rows, id, ({ extensions }) => ({
        extensions: extensions.map((old) => (old.entry === extension ? { ...old, due, effect } : old)),
      })),
    TaskExtensionWithdrawn: ({ id, data: { extension } }, rows) =>
      change(rows, id, ({ extensions }) => ({ extensions: extensions.filter(({ entry }) => entry !== extension) })),
    TaskSuspended: done('suspend'),
    TaskResumed: done('resume'),
    TaskCancelled: done('cancel'),
    TaskReopened: done('reopen'),
    TaskDeclared: done('declare'),
    TaskActCorrected: ({ id, data: { act, effect } }, rows) =>
      change(rows, id, ({ acts }) => ({
        acts: acts.map((old) => (old.entry === act ? { ...old, on: effect } : old)),
      })),
    TaskActWithdrawn: ({ id, data: { act } }, rows) =>
      change(rows, id, ({ acts }) => ({ acts: acts.filter(({ entry }) => entry !== act) })),
  },
};
