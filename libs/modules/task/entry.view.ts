import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, there, type JsonObject, type NameOf, type Rows, type Seen, type View } from '#kernel';
import type { PlanEvents } from '#modules/plan';
import { idOf } from '#platform/commands';
import type { ObligationEvents } from './obligation.events.js';
import type { TaskEvents } from './task.events.js';

/**
 * One act on a row or an obligation: where in the log it is said, what it is about, and of its words those by which it is
 * looked for; never changed afterwards. Who said it, when and in which words is read in the log. Who asks for an
 * obligation names its row as well, so that one index serves both: indexes are the dearest that a rebuild makes here.
 */
@Entity('entry')
@Index(['task', 'obligation', 'at'])
@Index(['plan', 'at'])
export class Entry {
  @PrimaryColumn('uuid') entry!: string;
  /** The event's name. */
  @Column('text') type!: string;
  @Column('uuid') plan!: string;
  @Column('uuid') task!: string;
  /** Null for an act on the whole row. */
  @Column('uuid', { nullable: true }) obligation!: string | null;
  @Column('uuid', { nullable: true }) unit!: string | null;
  @Column('int', { nullable: true }) period!: number | null;
  /** The entry on which this one acts: a report, an acceptance, an extension. */
  @Column('uuid', { nullable: true }) target!: string | null;
  @Column('date') on!: string;
  @Column('bigint') at!: string;
  /** The day from which it counts, or the work day that a correction names, where it says one beside `on`. */
  @Column('date', { nullable: true }) day!: string | null;
  /** The version of the report or of the act that it makes or is about. */
  @Column('int', { nullable: true }) version!: number | null;
  /** Whether a report, or what a correction makes of it, is complete. */
  @Column('boolean', { nullable: true }) complete!: boolean | null;
  /** The acceptance that ends with a correction. */
  @Column('uuid', { nullable: true }) ended!: string | null;
  /** What it says of this row, where its event says something of several; otherwise null: what the event says. */
  @Column('json', { nullable: true }) data!: JsonObject | null;
}

/** A piece of evidence belongs to the report that brought it. */
@Entity('evidence')
export class EvidenceEntry {
  @PrimaryColumn('uuid') entry!: string;
  @Column('uuid') report!: string;
}

/** The report windows of a plan: up to when each takes work, and when its report is due. */
@Entity('report_windows')
export class ReportWindows {
  @PrimaryColumn('uuid') plan!: string;
  @Column('jsonb') windows!: readonly { readonly cutoff: string; readonly due: string }[];
}

type PlanActs = Pick<
  PlanEvents,
  'RuleSetApplied' | 'PlanAmended' | 'ObligationTransferred' | 'ObligationEnded' | 'PlanActWithdrawn'
>;
type EntryEvents = ObligationEvents & TaskEvents & PlanActs & Pick<PlanEvents, 'PlanPromulgated'>;
type Stamp = Pick<Entry, 'type' | 'on' | 'at'>;
type Place = Pick<Entry, 'plan' | 'task' | 'obligation' | 'unit' | 'period'>;

/** What an act says of that by which it is looked for. */
type Said = {
  readonly entry: string;
  readonly workDay?: string;
  readonly effect?: string;
  readonly version?: number;
  readonly complete?: boolean;
  readonly ended?: string | null;
};

/** Written out value by value: entries are most of what a rebuild makes, and spreading objects takes ten times as long. */
const entryOf = (
  { type, on, at }: Stamp,
  { plan, task, obligation, unit, period }: Place,
  said: Said,
  target: string | null = null,
  data: JsonObject | null = null,
): Entry => ({
  entry: said.entry,
  type,
  plan,
  task,
  obligation,
  unit,
  period,
  target,
  on,
  at,
  day: said.workDay ?? said.effect ?? null,
  version: said.version ?? null,
  complete: said.complete ?? null,
  ended: said.ended ?? null,
  data,
});

/** The place of an act on a whole row. */
const rowOf = (plan: string, task: string): Place => ({ plan, task, obligation: null, unit: null, period: null });

const evidenceOf = (report: string, evidence: ObligationEvents['WorkReported']['evidence']): readonly EvidenceEntry[] =>
  evidence.map(({ entry }) => ({ entry, report }));

type Acting = NameOf<ObligationEvents & TaskEvents & Omit<PlanActs, 'RuleSetApplied' | 'PlanAmended'>>;

/** Adds an act on an earlier entry, whose place it shares. */
const actOn =
  <T extends Acting>(targetOf: (data: EntryEvents[T]) => string) =>
  (event: Seen<EntryEvents, T>, rows: Rows): void => {
    const before = there(rows, Entry, { entry: targetOf(event.data) });
    rows.add(Entry, entryOf(event, before, event.data, before.entry));
  };

const need =
  <T extends Acting>(targetOf: (data: EntryEvents[T]) => string) =>
  (event: Seen<EntryEvents, T>) => [needed(Entry, { entry: targetOf(event.data) })];

const report = (data: { readonly report: string }): string => data.report;
const acceptance = (data: { readonly acceptance: string }): string => data.acceptance;
const extension = (data: { readonly extension: string }): string => data.extension;
const rowAct = (data: { readonly act: string }): string => data.act;

/** Adds an act on a whole row. */
const onRow = (
  event: Stamp & {
    readonly id: string;
    readonly data: Said & { readonly plan: string };
  },
  rows: Rows,
): void => rows.add(Entry, entryOf(event, rowOf(event.data.plan, event.id), event.data));

const windowsOf = (periods: PlanEvents['PlanPromulgated']['periods']['quarterly']): ReportWindows['windows'] =>
  periods.flatMap(({ cutoff, due }) => (cutoff === null || due === null ? [] : [{ cutoff, due }]));

/** Every act with who, when recorded, day it concerns and document: the history of rows and obligations. */
export const entries: View<EntryEvents> = {
  name: 'entries',
  tables: [Entry, EvidenceEntry, ReportWindows],
  needs: {
    ReportAccepted: need<'ReportAccepted'>(report),
    ReportReturned: need<'ReportReturned'>(report),
    ReportCorrected: need<'ReportCorrected'>(report),
    ReportWithdrawn: need<'ReportWithdrawn'>(report),
    AcceptanceWithdrawn: need<'AcceptanceWithdrawn'>(acceptance),
    ObligationExtensionCorrected: need<'ObligationExtensionCorrected'>(extension),
    ObligationExtensionWithdrawn: need<'ObligationExtensionWithdrawn'>(extension),
    TaskExtensionCorrected: need<'TaskExtensionCorrected'>(extension),
    TaskExtensionWithdrawn: need<'TaskExtensionWithdrawn'>(extension),
    TaskActCorrected: need<'TaskActCorrected'>(rowAct),
    TaskActWithdrawn: need<'TaskActWithdrawn'>(rowAct),
    PlanActWithdrawn: need<'PlanActWithdrawn'>(rowAct),
    RuleSetApplied: ({ id }) => [needed(ReportWindows, { plan: id })],
  },
  on: {
    PlanPromulgated: ({ id: plan, data }, rows) =>
      rows.put(ReportWindows, {
        plan,
        windows: windowsOf(data.periods.quarterly),
      }),
    WorkReported: (event, rows) => {
      const { id: obligation, data } = event;
      const { entry, plan, task, unit, period, evidence } = data;
      rows.add(Entry, entryOf(event, { plan, task, obligation, unit, period }, data));
      for (const piece of evidenceOf(entry, evidence)) rows.add(EvidenceEntry, piece);
    },
    ReportAccepted: actOn<'ReportAccepted'>(report),
    ReportReturned: actOn<'ReportReturned'>(report),
    ReportCorrected: (event, rows) => {
      actOn<'ReportCorrected'>(report)(event, rows);
      const { report: corrected, evidence } = event.data;
      for (const piece of evidenceOf(corrected, evidence)) rows.put(EvidenceEntry, piece);
    },
    ReportWithdrawn: actOn<'ReportWithdrawn'>(report),
    AcceptanceWithdrawn: actOn<'AcceptanceWithdrawn'>(acceptance),
    ObligationExtended: (event, rows) => {
      const { id: obligation, data } = event;
      const { plan, task, unit } = data;
      rows.add(Entry, entryOf(event, { plan, task, obligation, unit, period: null }, data));
    },
    ObligationExtensionCorrected: actOn<'ObligationExtensionCorrected'>(extension),
    ObligationExtensionWithdrawn: actOn<'ObligationExtensionWithdrawn'>(extension),
    TaskExtended: onRow,
    TaskExtensionCorrected: actOn<'TaskExtensionCorrected'>(extension),
    TaskExtensionWithdrawn: actOn<'TaskExtensionWithdrawn'>(extension),
    TaskSuspended: onRow,
    TaskResumed: onRow,
    TaskCancelled: onRow,
    TaskReopened: onRow,
    TaskDeclared: onRow,
    TaskActCorrected: actOn<'TaskActCorrected'>(rowAct),
    TaskActWithdrawn: actOn<'TaskActWithdrawn'>(rowAct),
    RuleSetApplied: (event, rows) => {
      const { entry, ruleSet, document, effect, dues, periods, reason } = event.data;
      if (effect === undefined) return;
      const plan = { plan: event.id };
      const before = rows.find(ReportWindows, plan)?.windows ?? [];
      if (periods) {
        // A window that has passed by then stays what it was.
        const windows = windowsOf(periods.quarterly).map((window, index) => {
          const old = before[index];
          return old && old.due < effect ? old : window;
        });
        rows.put(ReportWindows, { ...plan, windows });
      }
      for (const { before: old, due, rule, rows: moved } of dues.filter((group) => group.before !== group.due)) {
        for (const row of moved) {
          const data = {
            entry: idOf(entry, row),
            application: entry,
            ruleSet,
            before: old,
            due,
            rule,
            effect,
            ...(document ? { document } : {}),
            ...(reason ? { reason } : {}),
          };
          rows.add(Entry, entryOf(event, rowOf(event.id, row), data, null, data));
        }
      }
    },
    PlanAmended: (event, rows) => {
      const { entry, document, effect, reason, added, changed, removed, obliged, ended } = event.data;
      const byRow = (row: string) => ({
        begin: obliged.filter(({ rows: named }) => named.includes(row)).flatMap(({ units }) => units),
        end: ended.filter((one) => one.row === row).flatMap(({ units }) => units),
      });
      const amended = [
        ...added.map(({ row, content }) => ({ row, change: 'added', content })),
        ...changed.map(({ row, content }) => ({ row, change: 'changed', content })),
        ...removed.map((row) => ({ row, change: 'removed', content: undefined })),
      ];
      for (const { row, change, content } of amended) {
        const data = {
          entry: idOf(entry, row),
          amendment: entry,
          change,
          document,
          effect,
          ...(reason ? { reason } : {}),
          ...(content ? { title: content.title, deadline: content.deadline, due: content.due } : {}),
          units: byRow(row),
        };
        rows.add(Entry, entryOf(event, rowOf(event.id, row), data, null, data));
      }
    },
    ObligationTransferred: (event, rows) => {
      const { id: plan, data } = event;
      const { entry, row: task, from, to } = data;
      for (const [unit, one, target] of [
        [from, entry, null],
        [to, idOf(entry, to), entry],
      ] as const) {
        const place = { plan, task, obligation: idOf(task, unit), unit, period: null };
        const said = { ...data, entry: one };
        rows.add(Entry, entryOf(event, place, said, target, said));
      }
    },
    ObligationEnded: (event, rows) => {
      const { id: plan, data } = event;
      const { row: task, unit } = data;
      const place = { plan, task, obligation: idOf(task, unit), unit, period: null };
      rows.add(Entry, entryOf(event, place, data));
    },
    PlanActWithdrawn: actOn<'PlanActWithdrawn'>(rowAct),
  },
};
