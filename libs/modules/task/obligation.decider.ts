import {
  checkDocument,
  eventsOf,
  existingDay,
  isSame,
  refusal,
  type Context,
  type Day,
  type Decider,
  type Document,
  type Proposed,
  type TextRef,
} from '#kernel';
import {
  checkFiles,
  correctExtension,
  duesOf,
  extend,
  extended,
  extensionCorrected,
  extensionWithdrawn,
  withdrawExtension,
  type Extension,
  type ExtensionCorrection,
  type ExtensionWish,
  type ExtensionWithdrawal,
  type RowDues,
} from './extension.rule.js';
import type { Evidence, ObligationEvents, ReportContent } from './obligation.events.js';
import {
  after,
  acceptedOf,
  checkAct,
  isTheirs,
  newStanding,
  rejudgeReports,
  waitingOf,
  type ReportAct,
  type Report,
  type ReportStanding,
} from './report.rule.js';

/** What may be changed in a report; what is left out stays. */
export type ReportChanges = {
  complete?: boolean;
  percent?: number;
  on?: string;
  /** Null takes it away. */
  account?: TextRef | null;
  /** Replaces all evidence. */
  evidence?: Evidence[];
  /** Changes or takes away one piece of it; a file that is null is taken away from it. */
  piece?: {
    entry: string;
    kind?: string;
    number?: string;
    date?: string;
    file?: NonNullable<Evidence['file']> | null;
    withdrawn?: true;
  };
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
    source?: string;
    assessment?: string;
  };
  AcceptReport: { report: string; version?: number; source?: string };
  ReturnReport: { report: string; reason: TextRef };
  CorrectReport: { report: string; changes: ReportChanges; reason: TextRef; document?: Document };
  WithdrawReport: { report: string; reason: TextRef; document?: Document };
  WithdrawAcceptance: { acceptance: string; reason: TextRef; document?: Document };
  ExtendObligation: ExtensionWish;
  CorrectObligationExtension: ExtensionCorrection;
  WithdrawObligationExtension: ExtensionWithdrawal;
};

export type ObligationProposal = Proposed<ObligationEvents>;

/** What the rules of an obligation need from elsewhere; `owed` is null when no promulgated plan knows it. */
export type ObligationFacts = {
  readonly owed:
    | (RowDues & {
        readonly plan: string;
        readonly task: string;
        readonly unit: string;
        /** The plan is closed. */
        readonly closed: boolean;
        /** The day from which the row stands in the plan's base no more; null while it does. */
        readonly left: Day | null;
        /** The unit owes the row today. */
        readonly owes: boolean;
        /** The later day from which it does. */
        readonly begins: Day | null;
        readonly periods: readonly number[];
      })
    | null;
  /** What was done to reports on the obligations that were transferred to this unit, in turn: they count for it. */
  readonly inherited: ReadonlyMap<string, readonly ReportAct[]>;
  /** And on those to which its own was transferred. */
  readonly handedOn: ReadonlyMap<string, readonly ReportAct[]>;
  readonly actorsOwnUnit: boolean;
  readonly coordinates: boolean;
  /** SHA-256 of files that the command names and nobody has uploaded. */
  readonly missingFiles: readonly string[];
};

export type { ReportAct };

type Obligation = {
  readonly acts: readonly ReportAct[];
  readonly standing: ReportStanding;
  /** The position of each acceptance. */
  readonly acceptedAt: ReadonlyMap<string, string>;
  readonly contents: ReadonlyMap<string, ReportContent & { readonly workDay: Day }>;
  readonly extensions: readonly Extension[];
};
type Owed = NonNullable<ObligationFacts['owed']>;

const happened = eventsOf<ObligationEvents>();

const owedOf = ({ owed }: ObligationFacts): Owed => {
  if (!owed) throw refusal('absent', 'absent');
  return owed;
};

const coordinator = ({ coordinates }: ObligationFacts): void => {
  if (!coordinates) throw refusal('forbidden', 'coordinators-only');
};

/** What is owed, where something new may be done about it. */
const openFor = (facts: ObligationFacts): Owed => {
  const owed = owedOf(facts);
  if (owed.left !== null) throw refusal('conflict', 'row-left-the-plan');
  if (owed.closed) throw refusal('conflict', 'plan-closed');
  if (owed.begins !== null) throw refusal('conflict', 'not-begun', { on: owed.begins });
  if (!owed.owes) throw refusal('conflict', 'ended');
  return owed;
};

/** What is owed, where what was said may be mended: in a closed plan by coordinators with a document only. */
const mendable = (facts: ObligationFacts, document: Document | undefined): Owed => {
  const owed = owedOf(facts);
  if (owed.closed) {
    coordinator(facts);
    if (!document) throw refusal('invalid', 'closed-needs-document');
  }
  checkFiles(facts);
  return owed;
};

const reportOf = ({ standing }: Obligation, id: string): Report => {
  const report = standing.reports.get(id);
  if (!report) throw refusal('absent', 'report.absent');
  return report;
};

/** How reports stand on other obligations. */
const standings = (others: ObligationFacts['inherited']): readonly (readonly [string, ReportStanding])[] =>
  [...others].map(([obligation, acts]) => [obligation, acts.reduce(after, newStanding)]);

/**
 * The obligations whose reports count for the same as this one's: those that were handed on to it, and, where it is owed
 * no more, those to which it was. Who owes a row again, by an amendment, meets it anew.
 */
const related = ({ inherited, handedOn, owed }: ObligationFacts): ReturnType<typeof standings> =>
  owed?.owes ? standings(inherited) : [...standings(inherited), ...standings(handedOn)];

/** No report of a period is accepted as complete on one of those obligations. */
const noneIsAccepted = (facts: ObligationFacts, period: number): void => {
  for (const [obligation, standing] of related(facts)) {
    const report = acceptedOf(standing, period);
    if (report !== undefined) throw refusal('conflict', 'period-accepted', { period, report, obligation });
  }
};

/** No report of a period waits on one of those obligations. */
const noneWaits = (facts: ObligationFacts, period: number): void => {
  for (const [obligation, standing] of related(facts)) {
    const report = waitingOf(standing, period);
    if (report !== undefined) throw refusal('conflict', 'report-waiting', { report, obligation });
  }
};

/**
 * A report that may be answered: of a row that left the plan only where the work was done before, which counts then. One
 * that was handed on counts here and is answered where it was made.
 */
const answerable = (state: Obligation, id: string, facts: ObligationFacts): Report => {
  const { left } = owedOf(facts);
  const where = [...facts.inherited].find(([, acts]) =>
    acts.some(({ kind, entry }) => kind === 'report' && entry === id),
  );
  if (where) throw refusal('conflict', 'report-elsewhere', { report: id, obligation: where[0] });
  const report = reportOf(state, id);
  if (left !== null && (state.contents.get(id)?.workDay ?? left) >= left)
    throw refusal('conflict', 'row-left-the-plan');
  return report;
};

/** `complete` means 100 percent and needs evidence or a written explanation; a future work day is refused. */
const checkContent = (
  { complete, percent, account, evidence }: ReportContent,
  workDay: string,
  today: Day,
  facts: ObligationFacts,
): void => {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) throw refusal('invalid', 'percent-out-of-range');
  if (complete && percent !== 100) throw refusal('invalid', 'complete-means-hundred');
  if (complete && evidence.length === 0 && !account) throw refusal('invalid', 'complete-needs-proof');
  if (existingDay(workDay) > today) throw refusal('invalid', 'future-work-day', { day: workDay });
  checkFiles(facts);
  for (const piece of evidence) {
    if (piece.kind.trim() === '' || (!piece.file && (piece.number ?? '').trim() === '')) {
      throw refusal('invalid', 'evidence-empty');
    }
    if (piece.date !== undefined && existingDay(piece.date) > today) throw refusal('invalid', 'evidence-of-the-future');
  }
};

const fileAfter = (old: Evidence, file: NonNullable<ReportChanges['piece']>['file']): Evidence['file'] => {
  if (file === null) return undefined;
  // The same content keeps the name that it was handed in with; that of another content says nothing of this one.
  return file === undefined || file.sha256 === old.file?.sha256 ? old.file : file;
};

const evidenceAfter = (evidence: Evidence[], piece: ReportChanges['piece']): Evidence[] => {
  if (!piece) return evidence;
  const { entry, withdrawn, file: wished, ...changes } = piece;
  if (!evidence.some((old) => old.entry === entry)) throw refusal('absent', 'entry.absent');
  if (withdrawn) return evidence.filter((old) => old.entry !== entry);
  return evidence.map((old) => {
    if (old.entry !== entry) return old;
    const { file: _, ...facts } = old;
    const file = fileAfter(old, wished);
    return { ...facts, ...changes, ...(file ? { file } : {}) };
  });
};

const sameContent = (a: ReportContent & { workDay: Day }, b: ReportContent & { workDay: Day }): boolean =>
  a.complete === b.complete &&
  a.percent === b.percent &&
  a.workDay === b.workDay &&
  a.account?.hash === b.account?.hash &&
  isSame(a.evidence, b.evidence);

/** What extensions of an obligation are judged by; what was inherited had been accepted before it was handed on. */
const extending = (
  { standing, acceptedAt }: Obligation,
  { periods }: Owed,
  { entry, today, facts: { inherited } }: Context<ObligationFacts>,
) => {
  const before = standings(inherited);
  let completedAt: string | null = '0';
  for (const period of periods) {
    if (before.some(([, standing]) => acceptedOf(standing, period) !== undefined)) continue;
    const report = acceptedOf(standing, period);
    const at: string | undefined = acceptedAt.get(standing.reports.get(report ?? '')?.acceptance ?? '');
    completedAt = completedAt === null || at === undefined ? null : BigInt(at) > BigInt(completedAt) ? at : completedAt;
  }
  return { entry, today, completedAt };
};

const acted = (state: Obligation, act: ReportAct): Obligation => ({
  ...state,
  acts: [...state.acts, act],
  standing: after(state.standing, act),
});

export const obligation: Decider<Obligation, ObligationCommands, ObligationEvents, ObligationFacts> = {
  category: 'obligation',
  initial: { acts: [], standing: newStanding, acceptedAt: new Map(), contents: new Map(), extensions: [] },
  decide: {
    ReportWork: (state, report, { actor, entry, today, facts }) => {
      const { period, complete, percent, on, account, evidence, source, assessment } = report;
      const owed = openFor(facts);
      if (!facts.actorsOwnUnit && !facts.coordinates) throw refusal('forbidden', 'other-unit');
      if (!owed.periods.includes(period)) throw refusal('invalid', 'no-such-period', { period });
      noneIsAccepted(facts, period);
      checkContent(report, on, today, facts);
      checkAct(state.standing, { kind: 'report', entry, by: actor, period, complete });
      noneWaits(facts, period);
      const { plan, task, unit } = owed;
      const about = { entry, plan, task, unit, period, complete, percent, evidence };
      // What was not said is not in the event.
      if (account === undefined && source === undefined && assessment === undefined) {
        return [happened('WorkReported', about, on)];
      }
      const said = {
        ...(account === undefined ? {} : { account }),
        ...(source === undefined ? {} : { source }),
        ...(assessment === undefined ? {} : { assessment }),
      };
      return [happened('WorkReported', { ...about, ...said }, on)];
    },
    AcceptReport: (state, { report: id, version, source }, { actor, entry, facts }) => {
      const report = answerable(state, id, facts);
      coordinator(facts);
      if (version !== undefined && version !== report.version) {
        throw refusal('conflict', 'report-changed', { version: report.version });
      }
      if (report.status === 'accepted') return [];
      checkAct(state.standing, { kind: 'accept', entry, by: actor, report: id, version: report.version });
      if (report.complete) noneIsAccepted(facts, report.period);
      return [
        happened('ReportAccepted', {
          entry,
          report: id,
          version: report.version,
          ownUnit: facts.actorsOwnUnit,
          ...(source === undefined ? {} : { source }),
        }),
      ];
    },
    ReturnReport: (state, { report: id, reason }, { actor, entry, facts }) => {
      const { version } = answerable(state, id, facts);
      coordinator(facts);
      checkAct(state.standing, { kind: 'return', entry, by: actor, report: id });
      return [happened('ReportReturned', { entry, report: id, version, reason })];
    },
    CorrectReport: (state, { report: id, changes, reason, document }, { actor, entry, today, facts }) => {
      mendable(facts, document);
      const report = reportOf(state, id);
      const old = state.contents.get(id);
      if (report.acceptance !== null) coordinator(facts);
      else if (!facts.actorsOwnUnit && !isTheirs(report, actor)) throw refusal('forbidden', 'other-unit');
      if (!old || report.status === 'withdrawn') throw refusal('conflict', 'entry-withdrawn');
      if (changes.period !== undefined && changes.period !== report.period) throw refusal('invalid', 'period-is-fixed');
      if (document) checkDocument(document, today);
      const account = changes.account === undefined ? old.account : changes.account;
      const content = {
        complete: changes.complete ?? old.complete,
        percent: changes.percent ?? old.percent,
        evidence: evidenceAfter(changes.evidence ?? old.evidence, changes.piece),
        workDay: changes.on === undefined ? old.workDay : existingDay(changes.on),
        ...(account ? { account } : {}),
      };
      if (sameContent(content, old)) throw refusal('invalid', 'nothing-changed');
      checkContent(content, content.workDay, today, facts);
      const correction = { kind: 'correct' as const, entry, by: actor, report: id, complete: content.complete };
      rejudgeReports(state.acts, correction);
      if (report.acceptance !== null) noneWaits(facts, report.period);
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
      mendable(facts, document);
      if (!facts.actorsOwnUnit && !facts.coordinates) throw refusal('forbidden', 'other-unit');
      const report = reportOf(state, id);
      if (report.status === 'withdrawn') return [];
      if (document) checkDocument(document, today);
      checkAct(state.standing, { kind: 'withdraw-report', entry, by: actor, report: id });
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
      mendable(facts, document);
      coordinator(facts);
      const given = state.standing.acceptances.get(acceptance);
      if (!given) throw refusal('absent', 'entry.absent');
      if (given.ended === 'withdrawn') return [];
      if (document) checkDocument(document, today);
      const report = reportOf(state, given.report);
      checkAct(state.standing, { kind: 'withdraw-acceptance', entry, by: actor, acceptance });
      noneWaits(facts, report.period);
      return [
        happened('AcceptanceWithdrawn', {
          entry,
          acceptance,
          report: given.report,
          version: report.version,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
    ExtendObligation: (state, wish, context) => {
      const owed = openFor(context.facts);
      coordinator(context.facts);
      checkFiles(context.facts);
      const { facts, effect } = extend(duesOf(owed), state.extensions, wish, extending(state, owed, context));
      const { plan, task, unit } = owed;
      return [happened('ObligationExtended', { plan, task, unit, ...facts }, effect)];
    },
    CorrectObligationExtension: (state, correction, context) => {
      const owed = mendable(context.facts, correction.document);
      coordinator(context.facts);
      const known = extending(state, owed, context);
      return [
        happened('ObligationExtensionCorrected', correctExtension(duesOf(owed), state.extensions, correction, known)),
      ];
    },
    WithdrawObligationExtension: (state, withdrawal, context) => {
      const owed = mendable(context.facts, withdrawal.document);
      coordinator(context.facts);
      const facts = withdrawExtension(duesOf(owed), state.extensions, withdrawal, extending(state, owed, context));
      return facts ? [happened('ObligationExtensionWithdrawn', facts)] : [];
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
    ReportAccepted: (state, { entry, report, version }, { actor, at }) => ({
      ...acted(state, { kind: 'accept', entry, by: actor, report, version }),
      acceptedAt: new Map(state.acceptedAt).set(entry, at),
    }),
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
    ObligationExtended: (state, facts, stored) => ({
      ...state,
      extensions: extended(state.extensions, facts, stored),
    }),
    ObligationExtensionCorrected: (state, facts) => ({
      ...state,
      extensions: extensionCorrected(state.extensions, facts),
    }),
    ObligationExtensionWithdrawn: (state, facts) => ({
      ...state,
      extensions: extensionWithdrawn(state.extensions, facts),
    }),
  },
};
