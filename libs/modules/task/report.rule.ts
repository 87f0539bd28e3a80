import { Refusal, refusal } from '#kernel';

/** An act on the reports of one obligation, as far as rules read it; contents are those as corrected. */
export type ReportAct =
  | {
      readonly kind: 'report';
      readonly entry: string;
      readonly by: string;
      readonly period: number;
      readonly complete: boolean;
    }
  | {
      readonly kind: 'accept';
      readonly entry: string;
      readonly by: string;
      readonly report: string;
      readonly version: number;
    }
  | { readonly kind: 'return'; readonly entry: string; readonly by: string; readonly report: string }
  | {
      readonly kind: 'correct';
      readonly entry: string;
      readonly by: string;
      readonly report: string;
      readonly complete: boolean;
    }
  | { readonly kind: 'withdraw-report'; readonly entry: string; readonly by: string; readonly report: string }
  | { readonly kind: 'withdraw-acceptance'; readonly entry: string; readonly by: string; readonly acceptance: string };

/** A report as it stands. `corrector` last corrected it; `acceptance` is the one in force. */
export type Report = {
  readonly reporter: string;
  readonly corrector: string | null;
  readonly period: number;
  readonly complete: boolean;
  readonly version: number;
  readonly status: 'waiting' | 'accepted' | 'returned' | 'withdrawn';
  readonly acceptance: string | null;
};

/** How the reports and acceptances of one obligation stand. */
export type ReportStanding = {
  readonly reports: ReadonlyMap<string, Report>;
  readonly acceptances: ReadonlyMap<
    string,
    { readonly report: string; readonly ended: 'corrected' | 'withdrawn' | null }
  >;
};

export const newStanding: ReportStanding = { reports: new Map(), acceptances: new Map() };

/** True for who reported or last corrected a report: such a person never accepts it. */
export const isTheirs = ({ reporter, corrector }: Report, actor: string): boolean =>
  actor === reporter || actor === corrector;

const known = (standing: ReportStanding, id: string): Report => {
  const report = standing.reports.get(id);
  if (!report) throw refusal('absent', 'report.absent');
  return report;
};

const put = (standing: ReportStanding, id: string, report: Report): ReportStanding => ({
  ...standing,
  reports: new Map(standing.reports).set(id, report),
});

/** The complete report of a period that is accepted. */
export const acceptedOf = ({ reports }: ReportStanding, period: number): string | undefined => {
  for (const [id, report] of reports) {
    if (report.period === period && report.status === 'accepted' && report.complete) return id;
  }
  return undefined;
};

/** A report of a period that waits, other than this one. */
export const waitingOf = ({ reports }: ReportStanding, period: number, except?: string): string | undefined => {
  for (const [id, { period: of, status }] of reports) {
    if (id !== except && of === period && status === 'waiting') return id;
  }
  return undefined;
};

/** One report per obligation and period waits at a time. */
const onlyOneWaits = (standing: ReportStanding, period: number, except?: string): void => {
  const report = waitingOf(standing, period, except);
  if (report !== undefined) throw refusal('conflict', 'report-waiting', { report });
};

const ended = (
  standing: ReportStanding,
  acceptance: string | null,
  how: 'corrected' | 'withdrawn',
): ReportStanding['acceptances'] => {
  const given = acceptance === null ? undefined : standing.acceptances.get(acceptance);
  return given && acceptance !== null
    ? new Map(standing.acceptances).set(acceptance, { ...given, ended: how })
    : standing.acceptances;
};

/** Throws the refusal of an act that is not allowed as things stand (`counting.md`, section 2). */
export const checkAct = (standing: ReportStanding, act: ReportAct): void => {
  switch (act.kind) {
    case 'report': {
      const accepted = acceptedOf(standing, act.period);
      if (accepted !== undefined) throw refusal('conflict', 'period-accepted', { report: accepted });
      onlyOneWaits(standing, act.period);
      return;
    }
    case 'accept': {
      const report = known(standing, act.report);
      if (report.status !== 'waiting' || report.version !== act.version) {
        throw refusal('conflict', 'report-not-waiting');
      }
      if (isTheirs(report, act.by)) throw refusal('forbidden', 'own-report');
      return;
    }
    case 'return': {
      if (known(standing, act.report).status !== 'waiting') throw refusal('conflict', 'report-not-waiting');
      return;
    }
    case 'correct': {
      const report = known(standing, act.report);
      if (report.status === 'withdrawn') throw refusal('conflict', 'entry-withdrawn');
      if (report.status === 'accepted') onlyOneWaits(standing, report.period, act.report);
      return;
    }
    case 'withdraw-report': {
      if (known(standing, act.report).status === 'accepted') throw refusal('conflict', 'report-accepted');
      return;
    }
    case 'withdraw-acceptance': {
      const given = standing.acceptances.get(act.acceptance);
      if (!given) throw refusal('absent', 'entry.absent');
      if (given.ended !== null) throw refusal('conflict', 'acceptance-ended');
      onlyOneWaits(standing, known(standing, given.report).period, given.report);
      return;
    }
  }
};

/** How things stand after an act that has happened; never fails. */
export const after = (standing: ReportStanding, act: ReportAct): ReportStanding => {
  if (act.kind === 'report') {
    const { by: reporter, period, complete } = act;
    return put(standing, act.entry, {
      reporter,
      corrector: null,
      period,
      complete,
      version: 0,
      status: 'waiting',
      acceptance: null,
    });
  }
  const id = act.kind === 'withdraw-acceptance' ? standing.acceptances.get(act.acceptance)?.report : act.report;
  const report = id === undefined ? undefined : standing.reports.get(id);
  if (id === undefined || !report) return standing;
  switch (act.kind) {
    case 'accept':
      return {
        ...put(standing, id, { ...report, status: 'accepted', acceptance: act.entry }),
        acceptances: new Map(standing.acceptances).set(act.entry, { report: id, ended: null }),
      };
    case 'return':
      return put(standing, id, { ...report, status: 'returned' });
    case 'correct':
      return {
        ...put(standing, id, {
          ...report,
          corrector: act.by,
          complete: act.complete,
          version: report.version + 1,
          status: report.status === 'accepted' ? 'waiting' : report.status,
          acceptance: null,
        }),
        acceptances: ended(standing, report.acceptance, 'corrected'),
      };
    case 'withdraw-report':
      return put(standing, id, { ...report, status: 'withdrawn' });
    case 'withdraw-acceptance':
      return {
        ...put(standing, id, { ...report, status: 'waiting', acceptance: null }),
        acceptances: ended(standing, act.acceptance, 'withdrawn'),
      };
  }
};

/** How things would stand after an act that is wished for; throws its refusal. */
const step = (standing: ReportStanding, act: ReportAct): ReportStanding => {
  checkAct(standing, act);
  return after(standing, act);
};

/**
 * Applies the rules again to all acts in the order in which they were recorded, the corrected report with its new
 * content from the start. An act that would not have been legal is named by the refusal.
 */
export const rejudgeReports = (
  acts: readonly ReportAct[],
  correction: Extract<ReportAct, { kind: 'correct' }>,
): ReportStanding => {
  let standing = newStanding;
  for (const old of acts) {
    const concerned =
      (old.kind === 'report' && old.entry === correction.report) ||
      (old.kind === 'correct' && old.report === correction.report);
    try {
      standing = step(standing, concerned ? { ...old, complete: correction.complete } : old);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw refusal('conflict', 'breaks-later-act', { entry: old.entry, kind: old.kind, because: error.code });
    }
  }
  return step(standing, correction);
};
