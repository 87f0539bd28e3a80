import { idOf } from '#platform/commands';
import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { ObligationBoardQuery } from './obligation-board.query.js';
import { obligationBoard, Owed, OwedRow } from './obligation-board.view.js';

const plan = idOf('plan');
const [a, b] = [idOf('a'), idOf('b')];
const [noiVu, yTe] = [idOf('noi-vu'), idOf('y-te')];
const planned = (type: string, data: object, chosen: Partial<Happened> = {}): Happened => ({
  stream: `plan-${plan}`,
  type,
  data: data as never,
  ...chosen,
});
const extended = (type: string, data: object, chosen: Partial<Happened> = {}): Happened => ({
  ...planned(type, data, chosen),
  stream: `task-${a}`,
});
const withdrawn = planned('PromulgationWithdrawn', { entry: idOf('w'), promulgation: 1, reason: {} });
const drafted = [
  planned('RowAdded', {
    row: a,
    rank: 1,
    content: { due: '2026-06-30', cycle: 'once', deadline: '30/6/2026', mode: { kind: 'all' } },
  }),
  planned('RowAdded', {
    row: b,
    rank: 2,
    content: { due: '2026-06-30', cycle: 'once', deadline: '30/6/2026', mode: { kind: 'all' } },
  }),
  planned('RowEdited', {
    row: b,
    content: { due: '2026-12-31', cycle: 'quarterly', deadline: 'Hằng quý', mode: { kind: 'all' } },
  }),
];
const day = { cutoff: null, due: null };
const promulgated = planned(
  'PlanPromulgated',
  {
    obliged: [
      { units: [noiVu], rows: [a] },
      { units: [noiVu, yTe], rows: [b] },
    ],
    periods: {
      once: [{ period: 1, ...day }],
      quarterly: [1, 2, 3, 4].map((period) => ({ period, ...day })),
      monthly: [],
    },
  },
  { on: '2026-01-01' },
);

describe('who owes what', () => {
  keepsItsWord(obligationBoard);
});

describe('the board of obligations', () => {
  let bench: ViewBench;
  beforeEach(async () => {
    bench = await ViewBench.open([obligationBoard]);
  });
  afterEach(() => bench.close());

  const follow = async (...happened: Happened[]): Promise<ObligationBoardQuery> => {
    await bench.given(...happened);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([obligationBoard.name], 20_000);
    return new ObligationBoardQuery(bench.database, projector);
  };
  const row = async (task: string): Promise<OwedRow | undefined> =>
    (await bench.rows(obligationBoard, OwedRow)).find((one) => one.task === task);

  it('knows of a draft what its annex says, and forgets rows that are taken out of it', async () => {
    const board = await follow(...drafted, planned('RowRemoved', { row: a }));
    const rows = await bench.rows(obligationBoard, OwedRow);
    expect(rows.map(({ task, annexDue, cycle, at }) => [task, annexDue, cycle, at])).toEqual([
      [b, '2026-12-31', 'quarterly', null],
    ]);
    expect(await board.row(b, '2026-06-01')).toBeUndefined();
    expect(await board.obligation(idOf(b, noiVu), '2026-06-01')).toBeUndefined();
    expect(await board.extendedOn(plan, '2026-06-01')).toEqual(new Map());
  });

  it('shows what each unit owes once the plan is promulgated', async () => {
    await follow(...drafted, promulgated);
    const rows = await bench.rows(obligationBoard, OwedRow);
    expect(rows.map(({ task, due, at, periods }) => [task, due, at, periods])).toEqual(
      expect.arrayContaining([
        [a, '2026-06-30', '4', [1]],
        [b, '2026-12-31', '4', [1, 2, 3, 4]],
      ]),
    );
    const owed = await bench.rows(obligationBoard, Owed);
    expect(owed.map(({ obligation }) => obligation).sort()).toEqual(
      [idOf(a, noiVu), idOf(b, noiVu), idOf(b, yTe)].sort(),
    );
  });

  it('shows the extensions of a row that stand, each where it was first recorded', async () => {
    const [one, two] = [idOf('x1'), idOf('x2')];
    await follow(
      ...drafted,
      promulgated,
      extended('TaskExtended', { entry: one, due: '2026-07-31' }, { on: '2026-06-20' }),
      extended('TaskExtended', { entry: two, due: '2026-08-31' }, { on: '2026-07-20' }),
      extended('TaskExtensionCorrected', { extension: one, due: '2026-08-15', effect: '2026-06-21' }),
      extended('TaskExtensionWithdrawn', { extension: two }),
    );
    expect((await row(a))?.extensions).toEqual([{ entry: one, due: '2026-08-15', effect: '2026-06-21', at: '5' }]);
  });

  it('begins anew where a promulgation was withdrawn, with what the annex says by then', async () => {
    const [c, d] = [idOf('c'), idOf('d')];
    const content = { due: '2026-09-30', cycle: 'once', deadline: '30/9/2026', mode: { kind: 'declared' } };
    const amended = { entry: idOf('m'), document: {}, effect: '2026-02-01', obliged: [], ended: [] };
    const amendment = planned(
      'PlanAmended',
      {
        ...amended,
        added: [{ row: c, rank: 3, content }],
        changed: [{ row: a, content: { ...content, mode: { kind: 'all' } } }],
        removed: [b],
      },
      { on: '2026-02-01' },
    );
    const obliged = [{ units: [yTe], rows: [a, b, d] }];
    const again = { ...promulgated, data: { ...promulgated.data, obliged }, on: '2026-03-01' };
    await bench.given(...drafted, promulgated, amendment);
    const board = await follow(
      extended('TaskExtended', { entry: idOf('x'), due: '2026-10-31' }, { on: '2026-02-02' }),
      withdrawn,
      planned('RowEdited', { row: a, content: { ...content, due: '2026-11-30' } }),
      planned('RowAdded', { row: b, rank: 4, content }),
      planned('RowAdded', { row: d, rank: 5, content }),
      planned('RowEdited', { row: d, content: { ...content, cycle: 'quarterly', mode: { kind: 'all' } } }),
      planned('RowRemoved', { row: c }),
    );
    for (const task of [a, b, c, d]) expect(await board.row(task, '2026-06-01')).toBeUndefined();
    const at = await bench.given(again);
    await board.row(a, '2026-06-01');
    const facts = { plan, at, closed: false, amended: [], extensions: [], inPlan: true, left: null };
    const owed = (task: string) => [{ obligation: idOf(task, yTe), heirOf: [] }];
    const of = (task: string, due: string, mode: string, periods: number[]) => [
      task,
      { ...facts, due, mode, periods, owed: owed(task) },
    ];
    expect(await Promise.all([a, b, c, d].map(async (task) => [task, await board.row(task, '2026-06-01')]))).toEqual([
      of(a, '2026-11-30', 'declared', [1]),
      of(b, '2026-09-30', 'declared', [1]),
      [c, undefined],
      of(d, '2026-09-30', 'all', [1, 2, 3, 4]),
    ]);
    expect(await bench.inBatches(obligationBoard, 1)).toEqual(await bench.tables(obligationBoard));
    expect(await bench.inBulk(obligationBoard, 0)).toEqual(await bench.tables(obligationBoard));
  });

  it('reads due dates by another rule set: of a draft at first, in force from its day', async () => {
    const applied = (entry: string, due: string, effect?: string): Happened =>
      planned(
        'RuleSetApplied',
        {
          entry: idOf(entry),
          ruleSet: entry,
          ...(effect === undefined ? {} : { effect }),
          dues: [{ before: null, due, rule: 'day', rows: [a] }],
        },
        effect === undefined ? {} : { on: effect },
      );
    await follow(...drafted, promulgated, withdrawn, applied('r1', '2026-07-15'));
    expect(await row(a)).toMatchObject({ annexDue: '2026-07-15', due: '2026-06-30', amended: [] });
    const promulgatedAt = await bench.given(promulgated);
    const at = await bench.given(applied('r2', '2026-07-31', '2026-05-01'));
    await follow(applied('r3', '2026-07-31', '2026-05-02'));
    expect(await row(a)).toMatchObject({
      annexDue: '2026-07-31',
      due: '2026-07-15',
      amended: [
        {
          entry: idOf('r2'),
          due: '2026-07-31',
          effect: '2026-05-01',
          at,
          text: { effect: '0001-01-01', at: promulgatedAt },
        },
      ],
    });
  });

  it('goes on where somebody acts on a row at the very moment in which it leaves the draft', async () => {
    await follow(
      ...drafted,
      promulgated,
      withdrawn,
      planned('RowRemoved', { row: a }),
      extended('TaskSuspended', { entry: idOf('s') }, { on: '2026-06-20' }),
      planned('RowEdited', { row: b, content: { due: null, cycle: 'once', mode: { kind: 'all' } } }),
    );
    expect(await row(a)).toBeUndefined();
    expect(await row(b)).toMatchObject({ annexDue: null, due: '2026-12-31' });
  });
});
