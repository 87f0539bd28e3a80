import { OPEN } from '#kernel';
import { idOf } from '#platform/commands';
import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import {
  DraftedRow,
  Due,
  Obligation,
  Period,
  progress,
  Promulgation,
  RecordedDay,
  ReportVersion,
  RowNow,
  Task,
} from './progress.view.js';
import { STATE } from './row-state.judgement.js';

const [plan, task, unit, other] = [idOf('plan'), idOf('task'), idOf('unit'), idOf('other')];
const obligation = idOf(task, unit);
const entry = (name: string): string => idOf('entry', name);
const reason = { id: idOf('text'), hash: 'hash' };

const happened =
  (stream: string) =>
  (type: string, data: object, chosen: Partial<Happened> = {}): Happened => ({
    stream,
    type,
    data: data as never,
    ...chosen,
  });
const planned = happened(`plan-${plan}`);
const done = happened(`obligation-${obligation}`);
const onRow = happened(`task-${task}`);

const annexed = {
  field: 'CDDH',
  code: 'I.1',
  title: 'Báo cáo định kỳ',
  deliverable: 'Báo cáo',
  leadsText: 'Sở Nội vụ',
  coordinatingText: '',
  deadline: '30/6/2026',
  due: '2026-06-30',
  cycle: 'once',
  mode: { kind: 'share', percent: 80 },
};
const promulgation = {
  obliged: [{ units: [unit, other], rows: [task] }],
  periods: {
    once: [{ period: 1, cutoff: null, due: null }],
    quarterly: [{ period: 1, cutoff: '2026-03-14', due: '2026-03-20' }],
    monthly: [],
  },
};
const promulgated = [
  planned('PlanDrafted', {
    unit: idOf('tinh'),
    year: 2026,
    code: 'CCHC-2026',
    title: 'Kế hoạch',
    fieldSet: '2021',
    headline: 'completed',
  }),
  planned('RowAdded', { row: task, rank: 1, content: annexed }),
  planned('PlanPromulgated', promulgation, { on: '2026-01-01', recorded: '2025-12-24' }),
];
const content = { complete: true, percent: 100, evidence: [{ entry: entry('e1'), kind: 'Báo cáo', number: '1' }] };
const reported = done(
  'WorkReported',
  { entry: entry('r1'), plan, task, unit, period: 1, ...content },
  { on: '2026-03-25', recorded: '2026-03-28' },
);
const accepted = done('ReportAccepted', { entry: entry('a1'), report: entry('r1'), version: 0, ownUnit: true });
const corrected = done('ReportCorrected', {
  entry: entry('c1'),
  report: entry('r1'),
  version: 1,
  ...content,
  evidence: [],
  workDay: '2026-04-09',
  reason,
  ended: entry('a1'),
});

describe('the facts behind figures', () => {
  keepsItsWord(progress);
});

describe('a fact behind figures', () => {
  let bench: ViewBench;
  beforeEach(async () => {
    bench = await ViewBench.open([progress]);
  });
  afterEach(() => bench.close());

  const followAll = async (...all: Happened[]): Promise<void> => {
    await bench.given(...all);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([progress.name], 20_000);
  };
  const follow = (...later: Happened[]): Promise<void> => followAll(...promulgated, ...later);

  /** The view holds the same whether it came about event by event or is filled, with all in hand or little of it. */
  const isMadeAnew = async (): Promise<void> => {
    const one = await bench.inBatches(progress, 1);
    for (const [kept, facts] of [
      [0, 1_000],
      [1_000, 1_000],
      [1_000, 3],
    ] as const) {
      expect(await bench.inBulk(progress, kept, facts)).toEqual(one);
    }
  };

  it('of a promulgation counts from the day of effect, for its rows, their obligations and periods', async () => {
    await follow();
    const fact = { since: '3', until: OPEN };
    expect(await bench.rows(progress, Promulgation)).toMatchObject([{ plan, on: '2026-01-01', ...fact }]);
    expect(await bench.rows(progress, Task)).toMatchObject([
      {
        plan,
        task,
        on: '2026-01-01',
        rank: 1,
        mode: 'share',
        share: 80,
        searched: 'i.1 bao cao dinh ky bao cao so noi vu',
      },
    ]);
    const owed = await bench.rows(progress, Obligation);
    expect(owed.map((one) => [one.obligation, one.unit, one.on, one.since]).sort()).toEqual(
      [
        [obligation, unit, '2026-01-01', '3'],
        [idOf(task, other), other, '2026-01-01', '3'],
      ].sort(),
    );
    expect(await bench.rows(progress, Period)).toHaveLength(2);
    expect(await bench.rows(progress, Due)).toMatchObject([
      { subject: task, kind: 'original', due: '2026-06-30', on: '0001-01-01', entered: '3', ...fact },
    ]);
  });

  it('of a row is what the annex says last, and what it said before stays', async () => {
    const amended = { entry: entry('m1'), added: [], removed: [], obliged: [], ended: [] };
    const changed = { ...annexed, title: 'Báo cáo quý', due: '2026-09-30', mode: { kind: 'all' } };
    await follow(
      planned('PlanAmended', { ...amended, changed: [{ row: task, content: changed }] }, { on: '2026-04-01' }),
      planned('RuleSetApplied', {
        effect: '2026-05-01',
        dues: [{ before: '2026-09-30', due: '2026-09-25', rule: 'day', rows: [task] }],
      }),
      planned('PlanAmended', { ...amended, changed: [], removed: [task] }, { on: '2026-06-01' }),
    );
    const rows = await bench.rows(progress, Task);
    expect(
      rows
        .sort((a, b) => Number(a.since) - Number(b.since))
        .map((one) => [one.ended, one.since, one.on, one.holds, one.title, one.due, one.read, one.mode, one.textOn]),
    ).toEqual([
      ['4', '3', '2026-01-01', true, 'Báo cáo định kỳ', '2026-06-30', '2026-06-30', 'share', '0001-01-01'],
      ['6', '4', '2026-04-01', true, 'Báo cáo quý', '2026-06-30', '2026-09-25', 'all', '2026-04-01'],
      ['0', '6', '2026-06-01', false, 'Báo cáo quý', '2026-06-30', '2026-09-25', 'all', '2026-04-01'],
    ]);
    // What the rules read from a text stands where the text does.
    const dues = (await bench.rows(progress, Due)).map((one) => [one.kind, one.due, one.ranks, one.entered]);
    expect(dues.sort()).toEqual([
      ['amendment', '2026-09-30', '2026-04-01', '4'],
      ['original', '2026-06-30', '0001-01-01', '3'],
      ['rules', '2026-09-25', '2026-04-01', '4'],
    ]);
    await isMadeAnew();
  });

  it('of a row that was touched since its promulgation was withdrawn is what the next one says', async () => {
    const [kept, gone] = [idOf('task', 'kept'), idOf('task', 'gone')];
    const rows = [task, kept, gone];
    const obliged = (...named: string[]) => ({ ...promulgation, obliged: [{ units: [unit], rows: named }] });
    await followAll(
      ...promulgated.slice(0, 2),
      planned('RowAdded', { row: kept, rank: 2, content: { ...annexed, code: 'I.2' } }),
      planned('RowAdded', { row: gone, rank: 3, content: { ...annexed, code: 'I.3' } }),
      planned('RowMoved', { row: gone, rank: 1.5 }),
      planned('PlanPromulgated', obliged(...rows), { on: '2026-01-01' }),
      ...[
        planned('PromulgationWithdrawn', { promulgation: 1 }),
        planned('RowMoved', { row: task, rank: 4 }),
        planned('RuleSetApplied', { dues: [{ before: null, due: '2026-07-15', rule: 'day', rows: [kept] }] }),
        planned('RowRemoved', { row: gone }),
        planned('RowEdited', { row: task, content: { ...annexed, title: 'Báo cáo năm', due: '2026-12-15' } }),
        planned('PlanPromulgated', obliged(task, kept), { on: '2026-02-01' }),
      ].map((one) => ({ ...one, recorded: '2026-01-20' })),
    );
    const said = (await bench.rows(progress, Task)).map((one) => [
      ...[one.code, one.ended, one.since, one.rank, one.title],
      ...[one.due, one.read, one.mode, one.share],
    ]);
    const [first, later] = ['2026-06-30', '2026-12-15'];
    expect(said.sort()).toEqual([
      ['I.1', '0', '12', 4, 'Báo cáo năm', later, later, 'share', 80],
      ['I.1', '12', '6', 1, 'Báo cáo định kỳ', first, first, 'share', 80],
      ['I.2', '0', '12', 2, 'Báo cáo định kỳ', '2026-07-15', '2026-07-15', 'share', 80],
      ['I.2', '12', '6', 2, 'Báo cáo định kỳ', first, first, 'share', 80],
      ['I.3', '0', '6', 1.5, 'Báo cáo định kỳ', first, first, 'share', 80],
    ]);
    expect(await bench.rows(progress, DraftedRow)).toEqual([]);
    await isMadeAnew();
  });

  it('of a report says by which entry and from where on it is accepted, on its own work day', async () => {
    await follow(reported, accepted);
    const acceptance = { acceptance: entry('a1'), accepted: '5', ownUnit: true };
    expect(await bench.rows(progress, ReportVersion)).toMatchObject([
      { ...acceptance, version: 0, on: '2026-03-25', complete: true, since: '4', until: OPEN },
    ]);
  });

  it('is ended by what follows, and what it said is never overwritten', async () => {
    const again = done('ReportAccepted', { entry: entry('a2'), report: entry('r1'), version: 1, ownUnit: false });
    await follow(reported, accepted, corrected, again);
    const versions = await bench.rows(progress, ReportVersion);
    const said = versions.map((one) => [one.version, one.on, one.since, one.accepted, one.until, one.evidenced]);
    expect(said).toEqual(
      expect.arrayContaining([
        [0, '2026-03-25', '4', '5', '6', true],
        [1, '2026-04-09', '6', '7', OPEN, false],
      ]),
    );
  });

  it('of a report ends with its withdrawal, and remembers that it was returned', async () => {
    const version = 0;
    await follow(
      reported,
      done('ReportReturned', { entry: entry('x1'), report: entry('r1'), version, reason }),
      done('ReportWithdrawn', { entry: entry('w1'), report: entry('r1'), version, reason }),
    );
    expect(await bench.rows(progress, ReportVersion)).toMatchObject([{ since: '4', returned: '5', until: '6' }]);
  });

  it('of a report that was returned stays returned when it is corrected, also in a view that is made anew', async () => {
    const returned = { entry: entry('x1'), report: entry('r1'), version: 0, reason };
    const fromOther = { entry: entry('r2'), plan, task, unit: other, period: 1, ...content };
    await follow(
      reported,
      done('ReportReturned', returned, { recorded: '2026-04-02' }),
      { ...corrected, data: { ...corrected.data, ended: null }, recorded: '2026-04-10' },
      happened(`obligation-${idOf(task, other)}`)('WorkReported', fromOther, { on: '2026-04-01' }),
    );
    expect(await bench.rows(progress, ReportVersion)).toMatchObject([
      { report: entry('r1'), version: 1, since: '6', returned: '5', until: OPEN },
      { report: entry('r2'), version: 0, returned: OPEN },
      { report: entry('r1'), version: 0, returned: '5', until: '6' },
    ]);
    const [now] = await bench.rows(progress, RowNow);
    // What was returned waits for nobody, so the row does not either.
    for (const state of now?.states ?? []) expect(Number(state) & STATE.awaiting).toBe(0);
    expect(now?.states.length).toBeGreaterThan(1);
    await isMadeAnew();
  });

  it('of a report waits again from the withdrawal of its acceptance on, and may be accepted anew', async () => {
    const withdrawn = { entry: entry('w1'), acceptance: entry('a1'), report: entry('r1'), version: 0, reason };
    const again = { entry: entry('a2'), report: entry('r1'), version: 0, ownUnit: false };
    await follow(
      reported,
      { ...accepted, recorded: '2026-04-02' },
      done('AcceptanceWithdrawn', withdrawn, { recorded: '2026-04-03' }),
      done('ReportAccepted', again, { recorded: '2026-04-04' }),
    );
    const versions = await bench.rows(progress, ReportVersion);
    expect(versions.sort((a, b) => Number(a.since) - Number(b.since))).toMatchObject([
      { ended: '6', since: '4', accepted: '5', until: '6', acceptance: entry('a1'), ownUnit: true },
      { ended: '0', since: '6', accepted: '7', until: OPEN, acceptance: entry('a2'), ownUnit: false, returned: OPEN },
    ]);
    await isMadeAnew();
  });

  it('of an extension holds from its day of effect; a correction adds another and keeps its place', async () => {
    const extension = { entry: entry('x1'), plan, due: '2026-07-31' };
    const correction = { extension: entry('x1'), due: '2026-08-31', effect: '2026-06-21', version: 1 };
    await follow(
      onRow('TaskExtended', extension, { on: '2026-06-20' }),
      onRow('TaskExtensionCorrected', correction),
      onRow('TaskExtensionWithdrawn', { extension: entry('x1'), version: 1 }),
      done('ObligationExtended', { ...extension, entry: entry('x2'), task, unit }, { on: '2026-06-22' }),
    );
    const dues = (await bench.rows(progress, Due)).filter(({ kind }) => kind === 'extension');
    expect(dues.map((one) => [one.subject, one.due, one.on, one.entered, one.since, one.until])).toEqual(
      expect.arrayContaining([
        [task, '2026-07-31', '2026-06-20', '4', '4', '5'],
        [task, '2026-08-31', '2026-06-21', '4', '5', '6'],
        [obligation, '2026-07-31', '2026-06-22', '7', '7', OPEN],
      ]),
    );
  });

  it('is found by the day on which it was recorded in Ho Chi Minh City', async () => {
    await follow(
      { ...reported, recorded: '2026-03-28T16:59:59.000Z' },
      { ...accepted, recorded: '2026-03-28T17:00:00.000Z' },
    );
    expect(await bench.rows(progress, RecordedDay)).toEqual([
      { day: '2025-12-01', position: '2' },
      { day: '2025-12-24', position: '3' },
      { day: '2026-03-28', position: '4' },
      { day: '2026-03-29', position: '5' },
    ]);
  });
});
