import { idOf } from '#platform/commands';
import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { entries, Entry, EvidenceEntry } from './entry.view.js';

const [plan, task, unit] = [idOf('plan'), idOf('task'), idOf('unit')];
const obligation = idOf(task, unit);
const entry = (name: string): string => idOf('entry', name);
const told = (type: string, data: object, chosen: Partial<Happened> = {}): Happened => ({
  stream: `obligation-${obligation}`,
  type,
  data: data as never,
  ...chosen,
});
const reason = { id: idOf('text'), hash: 'hash' };
const document = { kind: 'Công văn', number: '0085/UBND-NC', date: '2026-03-10' };
const piece = (name: string) => ({ entry: entry(name), kind: 'Báo cáo', number: '12/BC' });
const file = { sha256: 'f'.repeat(64), size: 10, type: 'application/pdf' };

const content = { complete: true, percent: 100, evidence: [piece('e1')] };
const reported = told(
  'WorkReported',
  { entry: entry('r1'), plan, task, unit, period: 2, ...content },
  { on: '2026-03-14', recorded: '2026-03-16', actor: 'lan' },
);

describe('the entries of rows and obligations', () => {
  keepsItsWord(entries);
});

describe('an entry', () => {
  let bench: ViewBench;
  beforeEach(async () => {
    bench = await ViewBench.open([entries]);
  });
  afterEach(() => bench.close());

  const follow = async (...happened: Happened[]): Promise<void> => {
    await bench.given(...happened);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([entries.name], 20_000);
  };

  it('says where in the log it is said, what it is about, and which day it concerns', async () => {
    await follow(reported);
    expect(await bench.rows(entries, Entry)).toEqual([
      {
        entry: entry('r1'),
        type: 'WorkReported',
        plan,
        task,
        obligation,
        unit,
        period: 2,
        target: null,
        on: '2026-03-14',
        at: '1',
        day: null,
        version: null,
        complete: content.complete,
        ended: null,
        data: null,
      },
    ]);
  });

  it('that acts on another one stands where that one stands', async () => {
    const version = 0;
    await follow(
      reported,
      told('ReportAccepted', { entry: entry('a1'), report: entry('r1'), version, ownUnit: false }, { actor: 'dung' }),
      told('AcceptanceWithdrawn', {
        entry: entry('w1'),
        acceptance: entry('a1'),
        report: entry('r1'),
        version,
        reason,
        document,
      }),
      told('ReportReturned', { entry: entry('x1'), report: entry('r1'), version, reason }),
    );
    const rows = await bench.rows(entries, Entry);
    const acts = rows.map(({ type, target, period, unit: of, obligation: on, at }) => ({
      type,
      target,
      period,
      of,
      on,
      at,
    }));
    const where = { period: 2, of: unit, on: obligation };
    expect(acts).toEqual(
      expect.arrayContaining([
        { type: 'ReportAccepted', target: entry('r1'), at: '2', ...where },
        { type: 'AcceptanceWithdrawn', target: entry('a1'), at: '3', ...where },
        { type: 'ReportReturned', target: entry('r1'), at: '4', ...where },
      ]),
    );
    expect(rows).toHaveLength(4);
  });

  it('of an extension belongs to the obligation, or to the whole row', async () => {
    const extension = { due: '2026-07-31', before: '2026-06-30', afterDue: false, document };
    await follow(
      told('ObligationExtended', { entry: entry('x1'), plan, task, unit, ...extension }, { on: '2026-06-20' }),
      told('TaskExtended', { entry: entry('x2'), plan, ...extension }, { stream: `task-${task}`, on: '2026-06-21' }),
      told(
        'TaskExtensionWithdrawn',
        { entry: entry('w2'), extension: entry('x2'), version: 0, reason },
        {
          stream: `task-${task}`,
        },
      ),
    );
    const rows = await bench.rows(entries, Entry);
    expect(rows.map(({ type, task: of, obligation: on, on: day }) => [type, of, on, day]).sort()).toEqual([
      ['ObligationExtended', task, obligation, '2026-06-20'],
      ['TaskExtended', task, null, '2026-06-21'],
      ['TaskExtensionWithdrawn', task, null, '2025-12-01'],
    ]);
  });

  it('of evidence is found at its report, also when a correction brought it', async () => {
    await follow(
      reported,
      told('ReportCorrected', {
        entry: entry('c1'),
        report: entry('r1'),
        version: 1,
        ...content,
        evidence: [piece('e1'), { ...piece('e2'), file }],
        workDay: '2026-03-13',
        reason,
        ended: null,
      }),
    );
    const rows = await bench.rows(entries, EvidenceEntry);
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { entry: entry('e1'), report: entry('r1') },
        { entry: entry('e2'), report: entry('r1') },
      ]),
    );
    const corrected = (await bench.rows(entries, Entry)).find(({ type }) => type === 'ReportCorrected');
    expect(corrected).toMatchObject({ day: '2026-03-13', version: 1, complete: content.complete, ended: null });
  });
});
