import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { needed, type JsonObject, type NameOf, type Seen, type View } from '#kernel';
import type { ObligationEvents } from './obligation.events.js';
import type { TaskEvents } from './task.events.js';

/** One act on a row or an obligation, as it was recorded; never changed afterwards. */
@Entity('entry')
@Index(['task', 'at'])
@Index(['obligation', 'at'])
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
  @Column('timestamptz') recorded!: string;
  @Column('text') actor!: string;
  /** As text: it is shown and never searched. */
  @Column('json') data!: JsonObject;
}

/** A piece of evidence belongs to the report that brought it. */
@Entity('evidence')
export class EvidenceEntry {
  @PrimaryColumn('uuid') entry!: string;
  @Column('uuid') report!: string;
  @Column('uuid') obligation!: string;
  @Column('text', { nullable: true }) file!: string | null;
}

type EntryEvents = ObligationEvents & TaskEvents;
type On = View<EntryEvents>['on'];
type Buffer = Parameters<NonNullable<On['WorkReported']>>[1];

const withEvidence = (
  rows: Buffer,
  report: string,
  obligation: string,
  evidence: ObligationEvents['WorkReported']['evidence'],
): void => {
  for (const { entry, file } of evidence) {
    rows.put(EvidenceEntry, { entry, report, obligation, file: file?.sha256 ?? null });
  }
};

/** Adds an act on an earlier entry, whose place it shares. */
const actOn =
  <T extends NameOf<EntryEvents>>(targetOf: (data: EntryEvents[T]) => string) =>
  (event: Seen<EntryEvents, T>, rows: Buffer): void => {
    const target = targetOf(event.data);
    const before = rows.find(Entry, { entry: target });
    if (!before) throw new Error(`no entry ${target}`);
    const { plan, task, obligation, unit, period } = before;
    rows.add(Entry, {
      entry: event.data.entry,
      type: event.type,
      plan,
      task,
      obligation,
      unit,
      period,
      target,
      on: event.on,
      at: event.at,
      recorded: event.recorded,
      actor: event.actor,
      data: event.data,
    });
  };

const need =
  <T extends NameOf<EntryEvents>>(targetOf: (data: EntryEvents[T]) => string) =>
  (event: Seen<EntryEvents, T>) => [needed(Entry, { entry: targetOf(event.data) })];

const report = (data: { readonly report: string }): string => data.report;
const acceptance = (data: { readonly acceptance: string }): string => data.acceptance;
const extension = (data: { readonly extension: string }): string => data.extension;

/** Every act with who, when recorded, day it concerns and document: the history of rows and obligations. */
export const entries: View<EntryEvents> = {
  name: 'entries',
  tables: [Entry, EvidenceEntry],
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
  },
  on: {
    WorkReported: (event, rows) => {
      const { data, id } = event;
      rows.add(Entry, {
        entry: data.entry,
        type: event.type,
        plan: data.plan,
        task: data.task,
        obligation: id,
        unit: data.unit,
        period: data.period,
        target: null,
        on: event.on,
        at: event.at,
        recorded: event.recorded,
        actor: event.actor,
        data,
      });
      withEvidence(rows, data.entry, id, data.evidence);
    },
    ReportAccepted: actOn<'ReportAccepted'>(report),
    ReportReturned: actOn<'ReportReturned'>(report),
    ReportCorrected: (event, rows) => {
      actOn<'ReportCorrected'>(report)(event, rows);
      withEvidence(rows, event.data.report, event.id, event.data.evidence);
    },
    ReportWithdrawn: actOn<'ReportWithdrawn'>(report),
    AcceptanceWithdrawn: actOn<'AcceptanceWithdrawn'>(acceptance),
    ObligationExtended: (event, rows) =>
      rows.add(Entry, {
        entry: event.data.entry,
        type: event.type,
        plan: event.data.plan,
        task: event.data.task,
        obligation: event.id,
        unit: event.data.unit,
        period: null,
        target: null,
        on: event.on,
        at: event.at,
        recorded: event.recorded,
        actor: event.actor,
        data: event.data,
      }),
    ObligationExtensionCorrected: actOn<'ObligationExtensionCorrected'>(extension),
    ObligationExtensionWithdrawn: actOn<'ObligationExtensionWithdrawn'>(extension),
    TaskExtended: (event, rows) =>
      rows.add(Entry, {
        entry: event.data.entry,
        type: event.type,
        plan: event.data.plan,
        task: event.id,
        obligation: null,
        unit: null,
        period: null,
        target: null,
        on: event.on,
        at: event.at,
        recorded: event.recorded,
        actor: event.actor,
        data: event.data,
      }),
    TaskExtensionCorrected: actOn<'TaskExtensionCorrected'>(extension),
    TaskExtensionWithdrawn: actOn<'TaskExtensionWithdrawn'>(extension),
  },
};
