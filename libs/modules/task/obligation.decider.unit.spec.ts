import { eventsOf, type Day } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { obligation, type ObligationFacts, type ReportAct, type ReportChanges } from './obligation.decider.js';
import type { Evidence, ObligationEvents } from './obligation.events.js';

const event = eventsOf<ObligationEvents>();

const owed = {
  plan: 'plan',
  task: 'task',
  unit: 'so-y-te',
  closed: false,
  left: null,
  owes: true,
  begins: null,
  periods: [1],
  due: '2026-06-30',
  at: '0',
  amended: [],
  extensions: [],
};
const facts: ObligationFacts = {
  owed,
  inherited: new Map(),
  handedOn: new Map(),
  actorsOwnUnit: true,
  coordinates: false,
  missingFiles: [],
};
/** How a report of a period stands on another obligation of a transfer. */
const elsewhere = (period: number, then?: 'accept' | 'return' | 'withdraw-report', complete = true) => {
  const acts: ReportAct[] = [{ kind: 'report', entry: 'r0', by: '', period, complete }];
  const act = { entry: 'then', by: '', report: 'r0' };
  if (then === 'accept') acts.push({ kind: then, version: 0, ...act });
  else if (then) acts.push({ kind: then, ...act });
  return new Map([['other', acts]]);
};
const { given } = rulesOf(obligation, { today: '2026-06-15', facts });

/** Who does it: Lan and Minh report for the unit that owes, Dung and Hoa coordinate for another one. */
const lan = { actor: 'lan' };
const minh = { actor: 'minh' };
const dung = { actor: 'dung', facts: { actorsOwnUnit: false, coordinates: true } };
const hoa = { ...dung, actor: 'hoa' };
const stranger = { actor: 'tuan', facts: { actorsOwnUnit: false } };

const text = (id: string) => ({ id, hash: `hash of ${id}` });
const reason = text('reason');
const account = text('account');
const proof: Evidence = { entry: 'e1', kind: 'Báo cáo', number: '12/BC-SYT', date: '2026-06-10' };
const permit = { kind: 'Công văn', number: '0085/UBND-NC', date: '2026-06-10' };

type Past = { entry?: string; by?: string; on?: Day; recorded?: Day; at?: string };
const stamped = ({ by, recorded, at }: Past) => ({
  ...(by === undefined ? {} : { actor: by }),
  ...(recorded === undefined ? {} : { recorded }),
  ...(at === undefined ? {} : { at }),
});
const reported = (
  past: Past &
    Partial<Pick<ObligationEvents['WorkReported'], 'period' | 'complete' | 'percent' | 'evidence' | 'account'>> = {},
) => {
  const { entry = 'r1', on = '2026-06-10', period = 1, complete = true, percent = 100, evidence = [proof] } = past;
  const account = past.account ? { account: past.account } : {};
  const data = { entry, plan: 'plan', task: 'task', unit: 'so-y-te', period, complete, percent, evidence, ...account };
  return { ...event('WorkReported', data, on), ...stamped({ by: 'lan', ...past }) };
};
const progress = (entry: string, percent: number) => reported({ entry, percent, complete: false });
const accepted = ({
  entry = 'a1',
  report = 'r1',
  version = 0,
  ...past
}: Past & { report?: string; version?: number }) => ({
  ...event('ReportAccepted', { entry, report, version, ownUnit: false }),
  ...stamped({ by: 'dung', ...past }),
});
const returned = (report = 'r1') => ({
  ...event('ReportReturned', { entry: `return of ${report}`, report, version: 0, reason }),
  actor: 'dung',
});
const corrected = (
  past: Past & Partial<Omit<ObligationEvents['ReportCorrected'], 'entry'>> & { readonly by: string },
) => {
  const { entry = 'c1', report = 'r1', version = 1, complete = true, percent = 100, workDay = '2026-06-09' } = past;
  const { ended = null, evidence = [proof] } = past;
  const data = { entry, report, version, complete, percent, workDay, evidence, reason, ended };
  return { ...event('ReportCorrected', data), ...stamped(past) };
};
const reportWithdrawn = (report = 'r1') => ({
  ...event('ReportWithdrawn', { entry: `withdrawal of ${report}`, report, version: 0, reason }),
  actor: 'lan',
});
const acceptanceWithdrawn = (acceptance = 'a1', report = 'r1') => ({
  ...event('AcceptanceWithdrawn', { entry: `withdrawal of ${acceptance}`, acceptance, report, version: 0, reason }),
  actor: 'dung',
});
const extended = (entry: string, due: Day, effect: Day, chosen: { at?: string; withReason?: true } = {}) => ({
  ...event(
    'ObligationExtended',
    {
      entry,
      plan: 'plan',
      task: 'task',
      unit: 'so-y-te',
      due,
      before: '2026-06-30',
      afterDue: false,
      document: permit,
      ...(chosen.withReason ? { reason } : {}),
    },
    effect,
  ),
  actor: 'dung',
  ...(chosen.at === undefined ? {} : { at: chosen.at }),
});

const work = { period: 1, complete: true, percent: 100, on: '2026-06-14', evidence: [proof] };

describe('a report', () => {
  it('names its period and its work day, and carries evidence', () =>
    given()
      .when('ReportWork', work, lan)
      .then(
        event(
          'WorkReported',
          {
            entry: 'entry',
            plan: 'plan',
            task: 'task',
            unit: 'so-y-te',
            period: 1,
            complete: true,
            percent: 100,
            evidence: [proof],
          },
          '2026-06-14',
        ),
      ));

  it('may explain in writing instead of evidence', () =>
    expect(
      given()
        .when('ReportWork', { ...work, evidence: [], account }, lan)
        .events(),
    ).toHaveLength(1));

  it('may say progress only', () =>
    expect(
      given()
        .when('ReportWork', { ...work, complete: false, percent: 35, evidence: [] }, lan)
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ complete: false, percent: 35 }) })]));

  it('may be recorded by a coordinator for a unit that cannot', () =>
    expect(given().when('ReportWork', work, dung).events()).toHaveLength(1));

  it('may concern any day up to the day on which it is recorded', () => {
    expect(
      given()
        .when('ReportWork', { ...work, on: '2025-12-20' }, lan)
        .events(),
    ).toHaveLength(1);
    expect(
      given()
        .when('ReportWork', { ...work, on: '2026-06-15' }, lan)
        .events(),
    ).toHaveLength(1);
  });

  it('may belong to a later period while an earlier one is missing', () =>
    expect(
      given()
        .when('ReportWork', { ...work, period: 3 }, { ...lan, facts: { owed: { ...owed, periods: [1, 2, 3, 4] } } })
        .events(),
    ).toHaveLength(1));

  it('may follow one that was returned, and one that was withdrawn', () => {
    expect(given(reported(), returned()).when('ReportWork', work, lan).events()).toHaveLength(1);
    expect(given(reported(), reportWithdrawn()).when('ReportWork', work, lan).events()).toHaveLength(1);
  });

  it('may follow an accepted progress report, which changed no figure', () =>
    expect(given(progress('r1', 35), accepted({})).when('ReportWork', work, lan).events()).toHaveLength(1));

  it('is refused where nobody owes that', () =>
    given()
      .when('ReportWork', work, { ...lan, facts: { owed: null } })
      .thenRefused('absent'));

  it('is refused on a row that left the plan', () =>
    given()
      .when('ReportWork', work, { ...lan, facts: { owed: { ...owed, left: '2026-06-10', owes: false } } })
      .thenRefused('row-left-the-plan'));

  it('is refused before the day from which the unit owes the row', () =>
    given()
      .when('ReportWork', work, { ...lan, facts: { owed: { ...owed, owes: false, begins: '2026-06-22' } } })
      .thenRefused('not-begun', { on: '2026-06-22' }));

  it('is refused from another unit', () => given().when('ReportWork', work, stranger).thenRefused('other-unit'));

  it('is refused for a period that the row does not have', () =>
    given()
      .when('ReportWork', { ...work, period: 2 }, lan)
      .thenRefused('no-such-period', { period: 2 }));

  it.each([-1, 101, 1.5])('is refused with %s percent', (percent) =>
    given()
      .when('ReportWork', { ...work, complete: false, percent }, lan)
      .thenRefused('percent-out-of-range'),
  );

  it('is refused as complete with less than 100 percent', () =>
    given()
      .when('ReportWork', { ...work, percent: 99 }, lan)
      .thenRefused('complete-means-hundred'));

  it('is refused as complete with neither evidence nor explanation', () =>
    given()
      .when('ReportWork', { ...work, evidence: [] }, lan)
      .thenRefused('complete-needs-proof'));

  it('is refused with a work day that has not come', () =>
    given()
      .when('ReportWork', { ...work, on: '2026-06-16' }, lan)
      .thenRefused('future-work-day'));

  it('is refused with a work day that does not exist', () =>
    given()
      .when('ReportWork', { ...work, on: '2026-02-30' }, lan)
      .thenRefused('request.no-such-day'));

  it('is refused with a file that nobody handed in', () =>
    given()
      .when('ReportWork', work, { ...lan, facts: { missingFiles: ['abc'] } })
      .thenRefused('file.absent', { files: ['abc'] }));

  it.each([
    ['without a kind', { ...proof, kind: ' ' }],
    ['with neither number nor file', { entry: 'e1', kind: 'Báo cáo', date: '2026-06-10' }],
  ])('is refused with evidence %s', (_, piece) =>
    given()
      .when('ReportWork', { ...work, evidence: [piece] }, lan)
      .thenRefused('evidence-empty'),
  );

  it('is refused with evidence of a day that has not come', () =>
    given()
      .when('ReportWork', { ...work, evidence: [{ ...proof, date: '2026-06-16' }] }, lan)
      .thenRefused('evidence-of-the-future'));

  it('is refused while another one of the period waits', () =>
    given(reported()).when('ReportWork', work, lan).thenRefused('report-waiting', { report: 'r1' }));

  it('is refused once the period is accepted as complete', () =>
    given(reported(), accepted({}))
      .when('ReportWork', { ...work, complete: false, percent: 10 }, lan)
      .thenRefused('period-accepted', { report: 'r1' }));

  it.each([
    ['waits', 'report-waiting', elsewhere(1)],
    ['is accepted', 'period-accepted', elsewhere(1, 'accept')],
  ])('is refused while one that was handed on %s', (_, code, inherited) =>
    given()
      .when('ReportWork', work, { ...lan, facts: { inherited } })
      .thenRefused(code, { report: 'r0', obligation: 'other' }),
  );

  it.each([
    ['of another period', elsewhere(2)],
    ['that was returned', elsewhere(1, 'return')],
    ['that was withdrawn', elsewhere(1, 'withdraw-report')],
    ['that only tells of progress', elsewhere(1, 'accept', false)],
  ])('is taken behind one handed on %s', (_, inherited) =>
    expect(
      given()
        .when('ReportWork', work, { ...lan, facts: { inherited } })
        .events(),
    ).toHaveLength(1),
  );

  it('is taken of a unit that owes the row again after it was handed on', () => {
    const known = { facts: { ...dung.facts, handedOn: elsewhere(1, 'accept') } };
    expect(
      given()
        .when('ReportWork', work, { ...lan, ...known })
        .events(),
    ).toHaveLength(1);
    expect(
      given(reported())
        .when('AcceptReport', { report: 'r1' }, { ...dung, ...known })
        .events(),
    ).toHaveLength(1);
  });
});

describe('an acceptance', () => {
  it('names the report and its version', () =>
    given(reported(), corrected({ by: 'lan' }))
      .when('AcceptReport', { report: 'r1', version: 1 }, dung)
      .then(event('ReportAccepted', { entry: 'entry', report: 'r1', version: 1, ownUnit: false })));

  it('carries no day of its own', () =>
    expect(given(reported()).when('AcceptReport', { report: 'r1' }, dung).events()[0]).not.toHaveProperty('on'));

  it('by a coordinator of the unit that leads is marked "tự nghiệm thu"', () =>
    given(reported())
      .when('AcceptReport', { report: 'r1' }, { actor: 'dung', facts: { coordinates: true } })
      .then(event('ReportAccepted', { entry: 'entry', report: 'r1', version: 0, ownUnit: true })));

  it('is not asked for twice', () =>
    given(reported(), accepted({})).when('AcceptReport', { report: 'r1' }, dung).thenNothing());

  it('may be given anew after it was withdrawn', () =>
    expect(
      given(reported(), accepted({}), acceptanceWithdrawn()).when('AcceptReport', { report: 'r1' }, dung).events(),
    ).toHaveLength(1));

  it('is refused from the one who reported', () =>
    given(reported({ by: 'dung' }))
      .when('AcceptReport', { report: 'r1' }, dung)
      .thenRefused('own-report'));

  it('is refused from the one who last corrected', () =>
    given(reported(), corrected({ by: 'dung' }))
      .when('AcceptReport', { report: 'r1' }, dung)
      .thenRefused('own-report'));

  it('is refused from the one who reported also after somebody else corrected', () =>
    given(reported({ by: 'dung' }), corrected({ by: 'hoa' }))
      .when('AcceptReport', { report: 'r1' }, dung)
      .thenRefused('own-report'));

  it('is given by one whose correction was corrected again by another', () =>
    expect(
      given(reported(), corrected({ by: 'dung' }), corrected({ entry: 'c2', version: 2, by: 'hoa' }))
        .when('AcceptReport', { report: 'r1' }, dung)
        .events(),
    ).toHaveLength(1));

  it('is refused from anyone who does not coordinate', () =>
    given(reported()).when('AcceptReport', { report: 'r1' }, minh).thenRefused('coordinators-only'));

  it('is refused of a report that nobody made', () =>
    given().when('AcceptReport', { report: 'r1' }, dung).thenRefused('report.absent'));

  it('is refused of a report that was handed on: it is accepted or returned where it was made', () => {
    const known = { ...dung, facts: { ...dung.facts, inherited: elsewhere(1) } };
    const where = { report: 'r0', obligation: 'other' };
    given().when('AcceptReport', { report: 'r0' }, known).thenRefused('report-elsewhere', where);
    given().when('ReturnReport', { report: 'r0', reason }, known).thenRefused('report-elsewhere', where);
  });

  it.each([
    ['before', { inherited: elsewhere(1, 'accept') }],
    ['after', { handedOn: elsewhere(1, 'accept'), owed: { ...owed, owes: false } }],
  ])('is refused where the period is accepted as complete on an obligation of a transfer, %s it', (_, other) => {
    const known = { ...dung, facts: { ...dung.facts, ...other } };
    given(reported())
      .when('AcceptReport', { report: 'r1' }, known)
      .thenRefused('period-accepted', { period: 1, report: 'r0', obligation: 'other' });
    expect(given(progress('r1', 40)).when('AcceptReport', { report: 'r1' }, known).events()).toHaveLength(1);
    given(reported(), accepted({})).when('AcceptReport', { report: 'r1' }, known).thenNothing();
  });

  it('is refused of a version that was corrected since', () =>
    given(reported(), corrected({ by: 'lan' }))
      .when('AcceptReport', { report: 'r1', version: 0 }, dung)
      .thenRefused('report-changed', { version: 1 }));

  it.each([
    ['returned', returned()],
    ['withdrawn', reportWithdrawn()],
  ])('is refused of a report that is %s', (_, act) =>
    given(reported(), act).when('AcceptReport', { report: 'r1' }, dung).thenRefused('report-not-waiting'),
  );

  it('is refused on a row that left the plan', () =>
    given(reported())
      .when(
        'AcceptReport',
        { report: 'r1' },
        { ...dung, facts: { ...dung.facts, owed: { ...owed, left: '2026-06-10', owes: false } } },
      )
      .thenRefused('row-left-the-plan'));

  it('is given for work that was done before its row left the plan, which counts until then', () => {
    const gone = { ...dung, facts: { ...dung.facts, owed: { ...owed, left: '2026-06-11', owes: false } } };
    given(reported(), accepted({}), corrected({ by: 'hoa', ended: 'a1' }))
      .when('AcceptReport', { report: 'r1' }, gone)
      .then(event('ReportAccepted', { entry: 'entry', report: 'r1', version: 1, ownUnit: false }));
    expect(given(reported()).when('ReturnReport', { report: 'r1', reason }, gone).events()).toHaveLength(1);
  });
});

describe('a return', () => {
  it('says why', () =>
    given(reported())
      .when('ReturnReport', { report: 'r1', reason }, dung)
      .then(event('ReportReturned', { entry: 'entry', report: 'r1', version: 0, reason })));

  it.each([
    ['accepted', accepted({})],
    ['returned already', returned()],
    ['withdrawn', reportWithdrawn()],
  ])('is refused when the report is %s', (_, act) =>
    given(reported(), act).when('ReturnReport', { report: 'r1', reason }, dung).thenRefused('report-not-waiting'),
  );

  it('is possible again once an acceptance is withdrawn', () =>
    expect(
      given(reported(), accepted({}), acceptanceWithdrawn())
        .when('ReturnReport', { report: 'r1', reason }, dung)
        .events(),
    ).toHaveLength(1));

  it('is refused from anyone who does not coordinate', () =>
    given(reported()).when('ReturnReport', { report: 'r1', reason }, minh).thenRefused('coordinators-only'));

  it('is refused of a report that nobody made', () =>
    given().when('ReturnReport', { report: 'r1', reason }, dung).thenRefused('report.absent'));
});

describe('a withdrawal', () => {
  it('takes back a report that waits or was returned', () => {
    given(reported())
      .when('WithdrawReport', { report: 'r1', reason }, lan)
      .then(event('ReportWithdrawn', { entry: 'entry', report: 'r1', version: 0, reason }));
    expect(given(reported(), returned()).when('WithdrawReport', { report: 'r1', reason }, lan).events()).toHaveLength(
      1,
    );
  });

  it('of a report is not asked for twice', () =>
    given(reported(), reportWithdrawn()).when('WithdrawReport', { report: 'r1', reason }, lan).thenNothing());

  it('of a report is refused while its acceptance is in force', () =>
    given(reported(), accepted({}))
      .when('WithdrawReport', { report: 'r1', reason }, lan)
      .thenRefused('report-accepted'));

  it('of a report is refused from another unit', () =>
    given(reported()).when('WithdrawReport', { report: 'r1', reason }, stranger).thenRefused('other-unit'));

  it('of a report that nobody made is refused', () =>
    given().when('WithdrawReport', { report: 'r1', reason }, lan).thenRefused('report.absent'));

  it('carries a document of a day that has come', () => {
    const document = { ...permit, date: '2026-06-16' };
    given(reported())
      .when('WithdrawReport', { report: 'r1', reason, document }, lan)
      .thenRefused('request.document-of-the-future');
  });

  it('of an acceptance lets its report wait again', () =>
    given(reported(), accepted({}))
      .when('WithdrawAcceptance', { acceptance: 'a1', reason, document: permit }, dung)
      .then(
        event('AcceptanceWithdrawn', {
          entry: 'entry',
          acceptance: 'a1',
          report: 'r1',
          version: 0,
          reason,
          document: permit,
        }),
      ));

  it('of an acceptance is not asked for twice', () =>
    given(reported(), accepted({}), acceptanceWithdrawn())
      .when('WithdrawAcceptance', { acceptance: 'a1', reason }, dung)
      .thenNothing());

  it('of an acceptance is refused when a correction ended it', () =>
    given(reported(), accepted({}), corrected({ by: 'dung', ended: 'a1' }))
      .when('WithdrawAcceptance', { acceptance: 'a1', reason }, dung)
      .thenRefused('acceptance-ended'));

  it('of an acceptance is refused when two reports of the period would wait', () =>
    given(progress('r1', 35), accepted({}), reported({ entry: 'r2' }))
      .when('WithdrawAcceptance', { acceptance: 'a1', reason }, dung)
      .thenRefused('report-waiting', { report: 'r2' }));

  it('of an acceptance, and a correction, are refused while a report of the period waits to which it was handed on', () => {
    const known = {
      ...dung,
      facts: { ...dung.facts, owed: { ...owed, owes: false }, handedOn: elsewhere(1) },
    };
    const before = given(progress('r1', 35), accepted({}));
    const where = { report: 'r0', obligation: 'other' };
    before.when('WithdrawAcceptance', { acceptance: 'a1', reason }, known).thenRefused('report-waiting', where);
    before
      .when('CorrectReport', { report: 'r1', changes: { percent: 40 }, reason }, known)
      .thenRefused('report-waiting', where);
  });

  it('of an acceptance that nobody gave is refused', () =>
    given(reported()).when('WithdrawAcceptance', { acceptance: 'a1', reason }, dung).thenRefused('entry.absent'));

  it('of an acceptance is refused from anyone who does not coordinate', () =>
    given(reported(), accepted({}))
      .when('WithdrawAcceptance', { acceptance: 'a1', reason }, minh)
      .thenRefused('coordinators-only'));

  it('is not undone: a withdrawn report is neither accepted nor returned nor corrected', () => {
    const past = given(reported(), reportWithdrawn());
    past.when('AcceptReport', { report: 'r1' }, dung).thenRefused('report-not-waiting');
    past.when('ReturnReport', { report: 'r1', reason }, dung).thenRefused('report-not-waiting');
    past.when('CorrectReport', { report: 'r1', changes: { percent: 50 }, reason }, lan).thenRefused('entry-withdrawn');
  });
});

describe('a correction of a report', () => {
  const day = { report: 'r1', changes: { on: '2026-06-08' }, reason };

  it('makes the next version, with all facts as they are now', () =>
    given(reported())
      .when('CorrectReport', day, lan)
      .then(
        event('ReportCorrected', {
          entry: 'entry',
          report: 'r1',
          version: 1,
          complete: true,
          percent: 100,
          evidence: [proof],
          workDay: '2026-06-08',
          reason,
          ended: null,
        }),
      ));

  it('of an accepted version ends that acceptance, and is a matter of coordinators', () => {
    const past = given(reported(), accepted({}));
    expect(past.when('CorrectReport', { ...day, document: permit }, hoa).events()).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ ended: 'a1', document: permit }) }),
    ]);
    past.when('CorrectReport', day, lan).thenRefused('coordinators-only');
  });

  it('lets the corrected report be accepted anew by another coordinator only', () => {
    const past = given(reported(), accepted({}), corrected({ by: 'dung', ended: 'a1' }));
    past.when('AcceptReport', { report: 'r1' }, dung).thenRefused('own-report');
    past
      .when('AcceptReport', { report: 'r1' }, hoa)
      .then(event('ReportAccepted', { entry: 'entry', report: 'r1', version: 1, ownUnit: false }));
  });

  it('of what is not accepted is a matter of the unit that reported', () => {
    given(reported()).when('CorrectReport', day, dung).thenRefused('other-unit');
    expect(given(reported()).when('CorrectReport', day, minh).events()).toHaveLength(1);
    expect(
      given(reported({ by: 'dung' }))
        .when('CorrectReport', day, dung)
        .events(),
    ).toHaveLength(1);
  });

  it('may change, replace or take away evidence piece by piece', () => {
    const second: Evidence = { ...proof, entry: 'e2', number: '13/BC-SYT' };
    const past = given(reported({ evidence: [proof, second] }));
    const evidence = (piece: { entry: string; number?: string; date?: string; withdrawn?: true }) =>
      past
        .when('CorrectReport', { report: 'r1', changes: { piece }, reason }, lan)
        .events()
        .map(({ data }) => (data as ObligationEvents['ReportCorrected']).evidence);
    expect(evidence({ entry: 'e2', number: '14/BC-SYT' })).toEqual([[proof, { ...second, number: '14/BC-SYT' }]]);
    expect(evidence({ entry: 'e2', withdrawn: true })).toEqual([[proof]]);
    past
      .when('CorrectReport', { report: 'r1', changes: { piece: { entry: 'e3', withdrawn: true } }, reason }, lan)
      .thenRefused('entry.absent');
  });

  it('may give a piece of evidence another file, or take it away where a number stays', () => {
    const file = { sha256: 'a'.repeat(64), size: 10, type: 'application/pdf', name: { id: 't1', hash: 'n' } };
    const other = { sha256: 'b'.repeat(64), size: 20, type: 'application/pdf' };
    const past = given(reported({ evidence: [{ ...proof, file }] }));
    const after = (piece: NonNullable<ReportChanges['piece']>) =>
      past.when('CorrectReport', { report: 'r1', changes: { piece }, reason }, lan);
    const evidence = (piece: Omit<NonNullable<ReportChanges['piece']>, 'entry'>) =>
      after({ entry: 'e1', ...piece })
        .events()
        .flatMap(({ data }) => (data as ObligationEvents['ReportCorrected']).evidence);
    expect(evidence({ file: other })).toEqual([{ ...proof, file: other }]);
    expect(evidence({ file: null })).toEqual([proof]);
    const { name: _, ...same } = file;
    expect(evidence({ date: '2026-06-01', file: same })).toEqual([{ ...proof, date: '2026-06-01', file }]);
    after({ entry: 'e1', file: same }).thenRefused('nothing-changed');
    after({ entry: 'e1', number: ' ', file: null }).thenRefused('evidence-empty');
  });

  it('does not leave a complete report without proof', () =>
    given(reported())
      .when('CorrectReport', { report: 'r1', changes: { piece: { entry: 'e1', withdrawn: true } }, reason }, lan)
      .thenRefused('complete-needs-proof'));

  it('takes an account away that is emptied, where evidence is left', () => {
    const account = { id: 't1', hash: 'a' };
    const changes = { account: null };
    const [corrected] = given(reported({ account }))
      .when('CorrectReport', { report: 'r1', changes, reason }, lan)
      .events();
    expect(corrected?.data).not.toHaveProperty('account');
    given(reported({ account, evidence: [] }))
      .when('CorrectReport', { report: 'r1', changes, reason }, lan)
      .thenRefused('complete-needs-proof');
  });

  it('does not move a report to another period', () => {
    const changes = { period: 2 };
    given(reported()).when('CorrectReport', { report: 'r1', changes, reason }, lan).thenRefused('period-is-fixed');
  });

  it('that changes nothing is refused', () =>
    given(reported())
      .when('CorrectReport', { report: 'r1', changes: { percent: 100 }, reason }, lan)
      .thenRefused('nothing-changed'));

  it('sets a work day up to its own day of recording, also one behind the day of the report', () => {
    const past = given(reported({ on: '2026-06-10', recorded: '2026-06-11' }));
    expect(
      past.when('CorrectReport', { report: 'r1', changes: { on: '2026-06-15' }, reason }, lan).events(),
    ).toHaveLength(1);
    past
      .when('CorrectReport', { report: 'r1', changes: { on: '2026-06-16' }, reason }, lan)
      .thenRefused('future-work-day');
  });

  it('is judged by the rules of a report', () => {
    const past = given(reported());
    past
      .when('CorrectReport', { report: 'r1', changes: { percent: 50 }, reason }, lan)
      .thenRefused('complete-means-hundred');
    past
      .when('CorrectReport', { ...day, document: { ...permit, number: ' ' } }, lan)
      .thenRefused('request.document-empty');
  });

  it('of a report that nobody made is refused', () =>
    given().when('CorrectReport', day, lan).thenRefused('report.absent'));

  it('is refused when two reports of the period would wait', () =>
    given(progress('r1', 35), accepted({}), reported({ entry: 'r2' }))
      .when('CorrectReport', { report: 'r1', changes: { percent: 40 }, reason }, dung)
      .thenRefused('report-waiting', { report: 'r2' }));

  it('is refused when a later act would have been illegal, and names that act', () =>
    given(progress('r1', 35), accepted({}), reported({ entry: 'r2' }), accepted({ entry: 'a2', report: 'r2' }))
      .when(
        'CorrectReport',
        { report: 'r1', changes: { complete: true, percent: 100 }, reason, document: permit },
        dung,
      )
      .thenRefused('breaks-later-act', { entry: 'r2', kind: 'report', because: 'period-accepted' }));

  it('is judged in the order of recording, whatever the work days say', () =>
    expect(
      given(progress('r1', 35), accepted({}), reported({ entry: 'r2', on: '2026-06-01' }))
        .when('CorrectReport', { report: 'r2', changes: { on: '2026-05-01' }, reason }, lan)
        .events(),
    ).toHaveLength(1));
});

describe('an extension of an obligation', () => {
  const wish = { due: '2026-07-31', on: '2026-06-15', document: permit };

  it('keeps the date before and the permitting document', () =>
    given()
      .when('ExtendObligation', wish, dung)
      .then(
        event(
          'ObligationExtended',
          {
            entry: 'entry',
            plan: 'plan',
            task: 'task',
            unit: 'so-y-te',
            due: '2026-07-31',
            before: '2026-06-30',
            afterDue: false,
            document: permit,
          },
          '2026-06-15',
        ),
      ));

  it('is refused unless it is later than the due date in force', () => {
    given()
      .when('ExtendObligation', { ...wish, due: '2026-06-30' }, dung)
      .thenRefused('extension-not-later', { due: '2026-06-30' });
    given(extended('x1', '2026-08-31', '2026-06-12'))
      .when('ExtendObligation', wish, dung)
      .thenRefused('extension-not-later', { due: '2026-08-31' });
  });

  it('is judged against the row extended for all, too', () => {
    const extensions = [{ due: '2026-08-31', effect: '2026-06-12', at: '5' }];
    given()
      .when('ExtendObligation', wish, { ...dung, facts: { ...dung.facts, owed: { ...owed, extensions } } })
      .thenRefused('extension-not-later', { due: '2026-08-31' });
  });

  it('after the due date is refused of completed work, not of what is acknowledged or half done', () => {
    const late = { ...wish, on: '2026-07-01', reason };
    given(reported(), accepted({})).when('ExtendObligation', late, dung).thenRefused('completed-already', {
      due: '2026-06-30',
    });
    expect(given(reported(), accepted({})).when('ExtendObligation', wish, dung).events()).toHaveLength(1);
    const progress = reported({ complete: false, percent: 40 });
    expect(given(progress, accepted({})).when('ExtendObligation', late, dung).events()).toHaveLength(1);
    const ofTwo = (inherited: number[]) => ({
      ...dung,
      facts: {
        ...dung.facts,
        owed: { ...owed, periods: [1, 2] },
        inherited: new Map(inherited.flatMap((period) => [...elsewhere(period, 'accept')])),
      },
    });
    expect(given(reported(), accepted({})).when('ExtendObligation', late, ofTwo([])).events()).toHaveLength(1);
    given(reported(), accepted({}))
      .when('ExtendObligation', late, ofTwo([2]))
      .thenRefused('completed-already');
  });

  it('after the due date needs a reason and is marked', () => {
    const late = { ...wish, on: '2026-07-01' };
    given().when('ExtendObligation', late, dung).thenRefused('late-extension-needs-reason', { due: '2026-06-30' });
    expect(
      given()
        .when('ExtendObligation', { ...late, reason }, dung)
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ afterDue: true, reason }) })]);
  });

  it('on the due date itself is not late', () =>
    expect(
      given()
        .when('ExtendObligation', { ...wish, on: '2026-06-30' }, dung)
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ afterDue: false }) })]));

  it('is refused where there is no due date', () =>
    given()
      .when('ExtendObligation', wish, { ...dung, facts: { ...dung.facts, owed: { ...owed, due: null } } })
      .thenRefused('no-due-date'));

  it('is refused with days that do not exist', () => {
    given()
      .when('ExtendObligation', { ...wish, due: '2026-06-31' }, dung)
      .thenRefused('request.no-such-day');
    given()
      .when('ExtendObligation', { ...wish, on: 'tomorrow' }, dung)
      .thenRefused('request.no-such-day');
  });

  it.each([
    ['without a number', { ...permit, number: '' }, 'request.document-empty'],
    ['of a day that does not exist', { ...permit, date: '2026-13-01' }, 'request.no-such-day'],
    ['of a day that has not come', { ...permit, date: '2026-06-16' }, 'request.document-of-the-future'],
  ])('is refused with a document %s', (_, document, code) =>
    given()
      .when('ExtendObligation', { ...wish, document }, dung)
      .thenRefused(code),
  );

  it('is refused from anyone who does not coordinate', () =>
    given().when('ExtendObligation', wish, lan).thenRefused('coordinators-only'));

  it('is refused where nobody owes that, and on a row that left the plan', () => {
    given()
      .when('ExtendObligation', wish, { ...dung, facts: { ...dung.facts, owed: null } })
      .thenRefused('absent');
    given()
      .when('ExtendObligation', wish, {
        ...dung,
        facts: { ...dung.facts, owed: { ...owed, left: '2026-06-10', owes: false } },
      })
      .thenRefused('row-left-the-plan');
  });
});

describe('a correction or withdrawal of an extension', () => {
  const one = extended('x1', '2026-07-31', '2026-06-10');
  const two = extended('x2', '2026-08-31', '2026-06-12');
  const correction = { extension: 'x1', changes: { due: '2026-07-15' }, reason };

  it('gives the extension its new facts and a new version', () =>
    given(one)
      .when('CorrectObligationExtension', correction, dung)
      .then(
        event('ObligationExtensionCorrected', {
          entry: 'entry',
          extension: 'x1',
          version: 1,
          due: '2026-07-15',
          effect: '2026-06-10',
          before: '2026-06-30',
          afterDue: false,
          permit,
          reason,
        }),
      ));

  it('may correct what was corrected', () => {
    const again = event('ObligationExtensionCorrected', {
      entry: 'c1',
      extension: 'x1',
      version: 1,
      due: '2026-07-20',
      effect: '2026-06-10',
      before: '2026-06-30',
      afterDue: false,
      permit,
      reason,
    });
    expect(given(one, again).when('CorrectObligationExtension', correction, dung).events()).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ version: 2, due: '2026-07-15' }) }),
    ]);
  });

  it('marks an extension whose day of effect turns out to lie after the due date', () =>
    expect(
      given(one)
        .when('CorrectObligationExtension', { ...correction, changes: { on: '2026-07-02' } }, dung)
        .events(),
    ).toEqual([expect.objectContaining({ data: expect.objectContaining({ afterDue: true }) })]));

  it('that would not be later than the due date is refused', () =>
    given(one)
      .when('CorrectObligationExtension', { ...correction, changes: { due: '2026-06-30' } }, dung)
      .thenRefused('extension-not-later'));

  it('that makes a later extension illegal is refused, and names it', () =>
    given(one, two)
      .when('CorrectObligationExtension', { ...correction, changes: { due: '2026-08-31' } }, dung)
      .thenRefused('breaks-later-act', { entry: 'x2', because: 'extension-not-later' }));

  it('that leaves a later one without the reason it would have needed is refused', () =>
    given(one, extended('x2', '2026-08-31', '2026-07-10'))
      .when('WithdrawObligationExtension', { extension: 'x1', reason }, dung)
      .thenRefused('breaks-later-act', { entry: 'x2', because: 'late-extension-needs-reason' }));

  it('asks what was recorded before, not what took effect before', () =>
    expect(
      given(extended('x1', '2026-08-31', '2026-06-20'), extended('x2', '2026-07-15', '2026-06-10'))
        .when('CorrectObligationExtension', { extension: 'x2', changes: { due: '2026-07-20' }, reason }, dung)
        .events(),
    ).toHaveLength(1));

  it('is not judged against a row extended later, even on the same day', () => {
    const extensions = [{ due: '2026-09-30', effect: '2026-06-10', at: '9' }];
    const known = { ...dung, facts: { ...dung.facts, owed: { ...owed, extensions } } };
    const past = given(extended('x1', '2026-07-31', '2026-06-10', { at: '8' }));
    expect(past.when('CorrectObligationExtension', correction, known).events()).toHaveLength(1);
    given(extended('x1', '2026-07-31', '2026-06-10', { at: '10' }))
      .when('CorrectObligationExtension', correction, known)
      .thenRefused('extension-not-later', { due: '2026-09-30' });
  });

  it('that changes nothing is refused', () =>
    given(one)
      .when('CorrectObligationExtension', { ...correction, changes: { document: { ...permit } } }, dung)
      .thenRefused('nothing-changed'));

  it('withdraws once', () => {
    given(one)
      .when('WithdrawObligationExtension', { extension: 'x1', reason }, dung)
      .then(event('ObligationExtensionWithdrawn', { entry: 'entry', extension: 'x1', version: 0, reason }));
    const gone = event('ObligationExtensionWithdrawn', { entry: 'w1', extension: 'x1', version: 0, reason });
    given(one, gone).when('WithdrawObligationExtension', { extension: 'x1', reason }, dung).thenNothing();
    given(one, gone).when('CorrectObligationExtension', correction, dung).thenRefused('entry-withdrawn');
  });

  it('is refused of an extension that nobody granted, and from anyone who does not coordinate', () => {
    given().when('CorrectObligationExtension', correction, dung).thenRefused('entry.absent');
    given().when('WithdrawObligationExtension', { extension: 'x1', reason }, dung).thenRefused('entry.absent');
    given(one).when('CorrectObligationExtension', correction, lan).thenRefused('coordinators-only');
    given(one).when('WithdrawObligationExtension', { extension: 'x1', reason }, lan).thenRefused('coordinators-only');
  });
});
