import type { Process, Seen, Wish } from '#kernel';
import { NoticeDispatch, noticeIdOf, type NoticeKind } from '#modules/notice';
import type { OwedRow } from '#modules/progress';
import type { ObligationEvents } from '#modules/task';
import { wish } from '#platform/processes';

/** What was said of a report. */
export type JudgedEvents = Pick<ObligationEvents, 'ReportReturned' | 'ReportAccepted'>;

/** What the report is about, and who owes it; null when nobody does. */
export type JudgedFacts = (OwedRow & { readonly period: number }) | null;

const told = (
  kind: NoticeKind,
  { on, data: { entry, report, version } }: Seen<JudgedEvents, 'ReportReturned' | 'ReportAccepted'>,
  facts: JudgedFacts,
): readonly Wish[] => {
  if (!facts) return [];
  const { period, periods, ...row } = facts;
  const which = periods > 1 ? { period } : {};
  const said = { on, kind, ...row, ...which, report, version };
  return [wish(NoticeDispatch, noticeIdOf(kind, entry), 'GiveNotice', said)];
};

/** Tells a unit that its report was returned or accepted. */
export const whenReportJudgedTell: Process<JudgedEvents, JudgedFacts> = {
  name: 'when-report-judged-tell',
  order: 'of-each-stream',
  on: {
    ReportReturned: (event, facts) => told('returned', event, facts),
    ReportAccepted: (event, facts) => told('accepted', event, facts),
  },
};
