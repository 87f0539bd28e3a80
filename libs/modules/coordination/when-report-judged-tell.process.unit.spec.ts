import { NoticeDispatch, noticeIdOf } from '#modules/notice';
import { wish } from '#platform/processes';
import { processOf } from '../../../tests/support/processes.js';
import { whenReportJudgedTell } from './when-report-judged-tell.process.js';

const { given } = processOf(whenReportJudgedTell);
const row = { plan: 'p1', task: 't1', obligation: 'o1', unit: 'u1', code: 'I.1', title: 'Ban hành kế hoạch' };
const returned = {
  type: 'ReportReturned',
  data: { entry: 'e1', report: 'r1', version: 0, reason: { id: 'x1', hash: '' } },
  on: '2026-06-15',
} as const;
const accepted = {
  type: 'ReportAccepted',
  data: { entry: 'e2', report: 'r1', version: 1, ownUnit: false },
  on: '2026-06-16',
} as const;

describe('a unit is told', () => {
  it('that its report was returned, and then that it was accepted', () =>
    given(returned, accepted)
      .knowing({ ...row, period: 1, periods: 1 })
      .then(
        wish(NoticeDispatch, noticeIdOf('returned', 'e1'), 'GiveNotice', {
          on: '2026-06-15',
          kind: 'returned',
          ...row,
          report: 'r1',
          version: 0,
        }),
        wish(NoticeDispatch, noticeIdOf('accepted', 'e2'), 'GiveNotice', {
          on: '2026-06-16',
          kind: 'accepted',
          ...row,
          report: 'r1',
          version: 1,
        }),
      ));

  it('which period the report is about where there are several', () =>
    given(accepted)
      .knowing({ ...row, period: 3, periods: 4 })
      .then(
        wish(NoticeDispatch, noticeIdOf('accepted', 'e2'), 'GiveNotice', {
          on: '2026-06-16',
          kind: 'accepted',
          ...row,
          period: 3,
          report: 'r1',
          version: 1,
        }),
      ));

  it('nothing when nobody owes what the report is about', () => given(returned).knowing(null).thenNothing());
});
