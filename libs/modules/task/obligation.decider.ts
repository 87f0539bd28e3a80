import { eventsOf, isDay, refusal, type Day, type Decider, type Document, type TextRef } from '#kernel';
import { checkDocument, inForce, judgeExtension, rejudge, type DueFact, type Extension } from './extension.rule.js';
import type { Evidence, ObligationEvents, ReportContent } from './obligation.events.js';
import {
  after,
  newStanding,
  rejudgeReports,
  step,
  type ReportAct,
  type Report,
  type ReportStanding,
} from './report.rule.js';

/** What may be changed in a report; what is left out stays. */
export type ReportChanges = {
  complete?: boolean;
  percent?: number;
  on?: string;
  account?: TextRef;
  evidence?: Evidence[];
  period?: number;
};

export type ObligationCommands = {
  ReportWork: {
    period: number;
    complete: boolean;
    percent: number;
    on: string;
    account?: TextRef;
    evidence: Evidence[];
  };
  AcceptReport: { report: string; version?: number };
  ReturnReport: { report: string; reason: TextRef };
  CorrectReport: { report: string; changes: ReportChanges; reason: TextRef; document?: Document };
  WithdrawReport: { report: string; reason: TextRef; document?: Document };
  WithdrawAcceptance: { acceptance: string; reason: TextRef; document?: Document };
  ExtendObligation: { due: string; on: string; document: Document; reason?: TextRef };
  CorrectObligationExtension: {
    extension: string;
    changes: { due?: string; on?: string; document?: Document };
    reason: TextRef;
    document?: Document;
  };
  WithdrawObligationExtension: { extension: string; reason: TextRef; document?: Document };
};

/** What the rules of an obligation need from elsewhere; `owed` is null when no promulgated plan knows it. */
export type ObligationFacts = {
  readonly owed: {
    readonly plan: string;
    readonly task: string;
    readonly unit: string;
    readonly inForce: boolean;
    readonly periods: readonly number[];
    /** Due dates of the row: the original first, then extensions that stand. */
    readonly rowDues: readonly DueFact[];
  } | null;
  readonly actorsOwnUnit: boolean;
  readonly coordinates: boolean;
  /** SHA-256 of files that the command names and nobody has uploaded. */
  readonly missingFiles: readonly string[];
};

type Kept = Extension & { readonly document: Document };
type Obligation = {
  readonly acts: readonly ReportAct[];
  readonly standing: ReportStanding;
  readonly contents: ReadonlyMap<string, ReportContent & { readonly workDay: Day }>;
  readonly extensions: readonly Kept[];
};
type Owed = NonNullable<ObligationFacts['owed']>;

const happened = eventsOf<ObligationEvents>();

const owedOf = ({ owed }: ObligationFacts): Owed => {
  if (!owed) throw refusal('absent', 'absent');
  return owed;
};

const openFor = (facts: ObligationFacts): Owed => {
  const owed = owedOf(facts);
  if (!owed.inForce) throw refusal('conflict', 'row-left-the-plan');
  return owed;
};

const coordinator = ({ coordinates }: ObligationFacts): void => {
  if (!coordinates) throw refusal('forbidden', 'coordinators-only');
};

const reportOf = ({ standing }: Obligation, id: string): Report => {
  const report = standing.reports.get(id);
  if (!report) throw refusal('absent', 'report.absent');
  return report;
};

const dayOf = (text: string): Day => {
  if (!isDay(text)) throw refusal('invalid', 'request.no-such-day', { day: text });
  return text;
};

/** `complete` means 100 percent and needs evidence or a written explanation; a future work day is refused. */
const checkContent = (
  content: ReportContent & { readonly workDay: string },
  today: Day,
  facts: ObligationFacts,
): void => {
  const { complete, percent, account, evidence, workDay } = content;
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) throw refusal('invalid', 'percent-out-of-range');
  if (complete && percent !== 100) throw refusal('invalid', 'complete-means-hundred');
  if (complete && evidence.length === 0 && !account) throw refusal('invalid', 'complete-needs-proof');
  if (dayOf(workDay) > today) throw refusal('invalid', 'future-work-day', { day: workDay });
  if (facts.missingFiles.length > 0) throw refusal('absent', 'file.absent', { files: [...facts.missingFiles] });
  for (const piece of evidence) {
    if (piece.kind.trim() === '' || (!piece.file && (piece.number ?? '').trim() === '')) {
      throw refusal('invalid', 'evidence-empty');
    }
    if (piece.date !== undefined && dayOf(piece.date) > today) throw refusal('invalid', 'evidence-of-the-future');
  }
};

const extensionOf = ({ extensions }: Obligation, entry: string): Kept => {
  const extension = extensions.find((candidate) => candidate.entry === entry);
  if (!extension) throw refusal('absent', 'entry.absent');
  return extension;
};

const sameContent = (a: ReportContent & { workDay: Day }, b: ReportContent & { workDay: Day }): boolean =>
  a.complete === b.complete &&
  a.percent === b.percent &&
  a.workDay === b.workDay &&
  a.account?.hash === b.account?.hash &&
  JSON.stringify(a.evidence) === JSON.stringify(b.evidence);

const acted = (state: Obligation, act: ReportAct): Obligation => ({
  ...state,
  acts: [...state.acts, act],
  standing: after(state.standing, act),
});

export const obligation: Decider<Obligation, ObligationCommands, ObligationEvents, ObligationFacts> = {
  category: 'obligation',
  initial: { acts: [], standing: newStanding, contents: new Map(), extensions: [] },
  decide: {
    ReportWork: (state, { period, on, ...content }, { actor, entry, today, facts }) => {
      const owed = openFor(facts);
      if (!facts.actorsOwnUnit && !facts.coordinates) throw refusal('forbidden', 'other-unit');
      if (!owed.periods.includes(period)) throw refusal('invalid', 'no-such-period', { period });
      checkContent({ ...content, workDay: on }, today, facts);
      const { complete } = content;
      step(state.standing, { kind: 'report', entry, by: actor, period, complete });
      const { plan, task, unit } = owed;
      return [happened('WorkReported', { entry, plan, task, unit, period, ...content }, on)];
    },
    AcceptReport: (state, { report: id, version }, { actor, entry, facts }) => {
      openFor(facts);
      coordinator(facts);
      const report = reportOf(state, id);
      if (version !== undefined && version !== report.version) {
        throw refusal('conflict', 'report-changed', { version: report.version });
      }
      if (report.status === 'accepted') return [];
      step(state.standing, { kind: 'accept', entry, by: actor, report: id, version: report.version });
      return [happened('ReportAccepted', { entry, report: id, version: report.version, ownUnit: facts.actorsOwnUnit })];
    },
    ReturnReport: (state, { report: id, reason }, { actor, entry, facts }) => {
      openFor(facts);
      coordinator(facts);
      const { version } = reportOf(state, id);
      step(state.standing, { kind: 'return', entry, by: actor, report: id });
      return [happened('ReportReturned', { entry, report: id, version, reason })];
    },
    CorrectReport: (state, { report: id, changes, reason, document }, { actor, entry, today, facts }) => {
      owedOf(facts);
      const report = reportOf(state, id);
      const old = state.contents.get(id);
      if (!old || report.status === 'withdrawn') throw refusal('conflict', 'entry-withdrawn');
      if (report.acceptance !== null) coordinator(facts);
      else if (!facts.actorsOwnUnit && report.author !== actor) throw refusal('forbidden', 'other-unit');
      if (changes.period !== undefined && changes.period !== report.period) throw refusal('invalid', 'period-is-fixed');
      if (document) checkDocument(document, today);
      const content = {
        complete: changes.complete ?? old.complete,
        percent: changes.percent ?? old.percent,
        evidence: changes.evidence ?? old.evidence,
        workDay: changes.on === undefined ? old.workDay : dayOf(changes.on),
        ...((changes.account ?? old.account) ? { account: changes.account ?? (old.account as TextRef) } : {}),
      };
      if (sameContent(content, old)) throw refusal('invalid', 'nothing-changed');
      checkContent(content, today, facts);
      const correction = { kind: 'correct' as const, entry, by: actor, report: id, complete: content.complete };
      rejudgeReports(state.acts, correction);
      return [
        happened('ReportCorrected', {
          entry,
          report: id,
          version: report.version + 1,
          ...content,
          reason,
          ended: report.acceptance,
          ...(document ? { document } : {}),
        }),
      ];
    },
    WithdrawReport: (state, { report: id, reason, document }, { actor, entry, today, facts }) => {
      owedOf(facts);
      const report = reportOf(state, id);
      if (report.status === 'withdrawn') return [];
      if (!facts.actorsOwnUnit && !facts.coordinates) throw refusal('forbidden', 'other-unit');
      if (document) checkDocument(document, today);
      step(state.standing, { kind: 'withdraw-report', entry, by: actor, report: id });
      return [
        happened('ReportWithdrawn', {
          entry,
          report: id,
          version: report.version,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
    WithdrawAcceptance: (state, { acceptance, reason, document }, { actor, entry, today, facts }) => {
      owedOf(facts);
      coordinator(facts);
      const given = state.standing.acceptances.get(acceptance);
      if (!given) throw refusal('absent', 'entry.absent');
      if (given.ended === 'withdrawn') return [];
      if (document) checkDocument(document, today);
      step(state.standing, { kind: 'withdraw-acceptance', entry, by: actor, acceptance });
      return [
        happened('AcceptanceWithdrawn', {
          entry,
          acceptance,
          report: given.report,
          version: reportOf(state, given.report).version,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
    ExtendObligation: ({ extensions }, { due, on, document, reason }, { entry, today, facts }) => {
      const owed = openFor(facts);
      coordinator(facts);
      checkDocument(document, today);
      const wanted = { due: dayOf(due), effect: dayOf(on), recorded: today, withReason: reason !== undefined };
      const verdict = judgeExtension([...owed.rowDues, ...inForce(extensions)], wanted);
      const { plan, task, unit } = owed;
      return [
        happened(
          'ObligationExtended',
          { entry, plan, task, unit, due, ...verdict, document, ...(reason ? { reason } : {}) },
          wanted.effect,
        ),
      ];
    },
    CorrectObligationExtension: (state, { extension: id, changes, reason, document }, { entry, today, facts }) => {
      const owed = owedOf(facts);
      coordinator(facts);
      const old = extensionOf(state, id);
      if (old.withdrawn) throw refusal('conflict', 'entry-withdrawn');
      const permit = changes.document ?? old.document;
      checkDocument(permit, today);
      if (document) checkDocument(document, today);
      const changed: Extension = {
        ...old,
        due: dayOf(changes.due ?? old.due),
        effect: dayOf(changes.on ?? old.effect),
        version: old.version + 1,
        withReason: true,
      };
      const verdict = rejudge(owed.rowDues, state.extensions, changed);
      if (!verdict) throw refusal('conflict', 'entry-withdrawn');
      return [
        happened('ObligationExtensionCorrected', {
          entry,
          extension: id,
          version: changed.version,
          due: changed.due,
          effect: changed.effect,
          ...verdict,
          permit,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
    WithdrawObligationExtension: (state, { extension: id, reason, document }, { entry, today, facts }) => {
      const owed = owedOf(facts);
      coordinator(facts);
      const old = extensionOf(state, id);
      if (old.withdrawn) return [];
      if (document) checkDocument(document, today);
      rejudge(owed.rowDues, state.extensions, { ...old, withdrawn: true });
      return [
        happened('ObligationExtensionWithdrawn', {
          entry,
          extension: id,
          version: old.version,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
  },
  evolve: {
    WorkReported: (state, { entry, period, complete, percent, account, evidence }, { actor, on }) => ({
      ...acted(state, { kind: 'report', entry, by: actor, period, complete }),
      contents: new Map(state.contents).set(entry, {
        complete,
        percent,
        evidence,
        workDay: on,
        ...(account ? { account } : {}),
      }),
    }),
    ReportAccepted: (state, { entry, report, version }, { actor }) =>
      acted(state, { kind: 'accept', entry, by: actor, report, version }),
    ReportReturned: (state, { entry, report }, { actor }) => acted(state, { kind: 'return', entry, by: actor, report }),
    ReportCorrected: (state, { entry, report, complete, percent, account, evidence, workDay }, { actor }) => ({
      ...acted(state, { kind: 'correct', entry, by: actor, report, complete }),
      contents: new Map(state.contents).set(report, {
        complete,
        percent,
        evidence,
        workDay,
        ...(account ? { account } : {}),
      }),
    }),
    ReportWithdrawn: (state, { entry, report }, { actor }) =>
      acted(state, { kind: 'withdraw-report', entry, by: actor, report }),
    AcceptanceWithdrawn: (state, { entry, acceptance }, { actor }) =>
      acted(state, { kind: 'withdraw-acceptance', entry, by: actor, acceptance }),
    ObligationExtended: (state, { entry, due, document, reason }, { on, recorded }) => ({
      ...state,
      extensions: [
        ...state.extensions,
        {
          entry,
          due,
          effect: on,
          recorded,
          document,
          withReason: reason !== undefined,
          version: 0,
          withdrawn: false,
        },
      ],
    }),
    ObligationExtensionCorrected: (state, { extension, version, due, effect, permit }) => ({
      ...state,
      extensions: state.extensions.map((old) =>
        old.entry === extension ? { ...old, version, due, effect, document: permit, withReason: true } : old,
      ),
    }),
    ObligationExtensionWithdrawn: (state, { extension }) => ({
      ...state,
      extensions: state.extensions.map((old) => (old.entry === extension ? { ...old, withdrawn: true } : old)),
    }),
  },
};
