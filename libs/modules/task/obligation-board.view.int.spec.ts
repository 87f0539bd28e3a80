import { idOf } from '#platform/commands';
import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { Drafted, obligationBoard, Owed, OwedRow } from './obligation-board.view.js';

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

  const follow = async (...happened: Happened[]): Promise<void> => {
    await bench.given(...happened);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([obligationBoard.name], 20_000);
  };

  it('shows nothing of a draft, and forgets rows that are taken out of it', async () => {
    await follow(...drafted, planned('RowRemoved', { row: a }));
    expect(await bench.rows(obligationBoard, OwedRow)).toEqual([]);
    expect((await bench.rows(obligationBoard, Drafted)).map(({ row, cycle }) => [row, cycle])).toEqual([
      [b, 'quarterly'],
    ]);
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
    const row = (await bench.rows(obligationBoard, OwedRow)).find(({ task }) => task === a);
    expect(row?.extensions).toEqual([{ entry: one, due: '2026-08-15', effect: '2026-06-21', at: '5' }]);
  });
});
