import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { idOf } from '#platform/commands';
import { PlanQuery } from './plan.query.js';
import { AnnexRow, AnnexVersion, PlanRow, plans } from './plan.view.js';
import { RuleSetQuery } from './rule-set.query.js';

const plan = idOf('plan');
const [a, b, c] = [idOf('a'), idOf('b'), idOf('c')];
const content = { field: 'CDDH', title: 'Nhiệm vụ' };
const told = (type: string, data: object, on?: string): Happened => ({
  stream: `plan-${plan}`,
  type,
  data: data as never,
  ...(on === undefined ? {} : { on }),
});
const drafted = told('PlanDrafted', {
  unit: idOf('tinh'),
  year: 2026,
  kind: 'cchc',
  sequence: 1,
  code: 'CCHC-2026',
  title: 'Kế hoạch',
  fieldSet: '2021',
  ruleSet: '2021',
  headline: 'completed',
});
const document = { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-22' };

describe('plans and their annexes', () => {
  keepsItsWord(plans);
});

describe('a plan in lists', () => {
  let bench: ViewBench;
  beforeEach(async () => {
    bench = await ViewBench.open([plans]);
  });
  afterEach(() => bench.close());

  const follow = async (...happened: Happened[]): Promise<{ plan: PlanRow[]; rows: AnnexRow[] }> => {
    await bench.given(...happened);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([plans.name], 20_000);
    return { plan: await bench.rows(plans, PlanRow), rows: await bench.rows(plans, AnnexRow) };
  };

  it('counts its rows as they come, go and move', async () => {
    const { plan: lists, rows } = await follow(
      drafted,
      told('RowAdded', { row: a, rank: 1, content }),
      told('RowAdded', { row: b, rank: 2, content, source: 'sha' }),
      told('RowMoved', { row: b, rank: 0.5 }),
      told('RowEdited', { row: b, content: { ...content, title: 'Nhiệm vụ mới' } }),
      told('RowRemoved', { row: a }),
    );
    expect(lists).toMatchObject([{ plan, year: 2026, status: 'draft', rows: 1, document: null, effect: null }]);
    expect(rows).toEqual([
      {
        row: b,
        plan,
        rank: 0.5,
        content: { ...content, title: 'Nhiệm vụ mới' },
        source: 'sha',
        origin: null,
        since: null,
        on: null,
        promulgation: null,
      },
    ]);
  });

  it('has a title, a headline, and a document once it is promulgated', async () => {
    const { plan: lists } = await follow(
      drafted,
      told('PlanRetitled', { title: 'Kế hoạch CCHC' }),
      told('HeadlineChosen', { headline: 'carriedOut' }),
      told('PlanPromulgated', { document, effect: '2026-01-01', obliged: [], periods: {} }),
    );
    expect(lists).toMatchObject([
      { title: 'Kế hoạch CCHC', headline: 'carriedOut', status: 'promulgated', document, effect: '2026-01-01' },
    ]);
  });
});

describe('what an annex says of a row', () => {
  const called = (title: string) => ({ ...content, code: 'I.1', title, due: '2026-06-30' });
  const added = (row: string, rank: number, title: string) => told('RowAdded', { row, rank, content: called(title) });
  const promulgated = (on: string, ...rows: string[]) =>
    told('PlanPromulgated', { document, effect: on, obliged: [{ units: [], rows }], periods: {} }, on);
  const amended = (on: string, data: object) =>
    told('PlanAmended', { entry: idOf(on), document, effect: on, added: [], changed: [], removed: [], ...data }, on);
  const withdrawn = told('PromulgationWithdrawn', { entry: idOf('withdrawn'), promulgation: 1, reason: {} });
  const reread = (due: string, rows: string[], effect?: string) =>
    told(
      'RuleSetApplied',
      {
        entry: idOf(due),
        ruleSet: '2026-1',
        dues: [{ before: '2026-06-30', due, rule: 'day', rows }],
        milestones: rows.map((row) => ({ row, milestones: [{ text: 'Quý I', due }] })),
        ...(effect === undefined ? {} : { effect }),
      },
      effect,
    );
  const first = [drafted, added(a, 1, 'Một'), added(b, 2, 'Hai'), promulgated('2026-01-01', a, b)];

  let bench: ViewBench;
  let query: PlanQuery;
  beforeEach(async () => {
    bench = await ViewBench.open([plans]);
  });
  afterEach(() => bench.close());

  /** The view holds the same whether it came about event by event or is filled, with all in hand or little of it. */
  const follow = async (...happened: Happened[]): Promise<void> => {
    await bench.given(...happened);
    const projector = bench.projector();
    await projector.start();
    await projector.caughtUp([plans.name], 20_000);
    query = new PlanQuery(bench.database, projector);
    const live = await bench.tables(plans);
    expect(await bench.inMemory(plans)).toMatchObject(live);
    for (const kept of [0, 2, 1_000]) expect(await bench.inBulk(plans, kept)).toEqual(live);
  };
  const titlesOn = async (day: string): Promise<string[]> =>
    (await query.rowsOn(plan, day)).map((row) => row.content.title);
  const duesOn = async (day: string) => (await query.rowsOn(plan, day)).map((row) => row.content.due);
  const titles = async (): Promise<string[]> => (await query.allRows(plan)).map((row) => row.content.title);
  const followed = async (): Promise<number> => (await bench.rows(plans, AnnexVersion)).length;

  it('is kept once as long as nothing else is said of it', async () => {
    await follow(...first);
    expect(await followed()).toBe(0);
    expect(await titlesOn('2025-12-31')).toEqual([]);
    expect(await titlesOn('2026-01-01')).toEqual(['Một', 'Hai']);
  });

  it('is readable as of each day between amendments', async () => {
    await follow(
      ...first,
      amended('2026-03-01', {
        changed: [{ row: a, content: called('Một, sửa') }],
        added: [{ row: c, rank: 1.5, content: called('Ba') }],
      }),
      amended('2026-05-01', {
        changed: [
          { row: a, content: called('Một, sửa lần hai') },
          { row: c, content: called('Ba, sửa') },
        ],
      }),
    );
    expect(await titlesOn('2026-02-28')).toEqual(['Một', 'Hai']);
    expect(await titlesOn('2026-03-01')).toEqual(['Một, sửa', 'Ba', 'Hai']);
    expect(await titlesOn('2026-04-30')).toEqual(['Một, sửa', 'Ba', 'Hai']);
    expect(await titlesOn('2026-05-01')).toEqual(['Một, sửa lần hai', 'Ba, sửa', 'Hai']);
    expect(await titles()).toEqual(['Một, sửa lần hai', 'Ba, sửa', 'Hai']);
    expect(await followed()).toBe(3);
    expect((await new RuleSetQuery(bench.database).rows(plan)).map(({ row, addedOn }) => [row, addedOn])).toEqual([
      [a, null],
      [c, '2026-03-01'],
      [b, null],
    ]);
  });

  it('is readable up to the day before it is removed', async () => {
    await follow(...first, amended('2026-03-01', { removed: [b] }));
    expect(await titlesOn('2026-02-28')).toEqual(['Một', 'Hai']);
    expect(await titlesOn('2026-03-01')).toEqual(['Một']);
    expect(await titles()).toEqual(['Một']);
    expect(await bench.rows(plans, AnnexVersion)).toMatchObject([
      { row: b, on: '2026-03-01', content: null, promulgation: 1 },
      { row: b, on: '2026-01-01', content: { title: 'Hai' }, promulgation: 1 },
    ]);
  });

  it('counts by the last promulgation, whatever a draft between two of them said', async () => {
    await follow(
      ...first,
      amended('2026-01-05', { changed: [{ row: b, content: called('Hai, sửa') }] }),
      withdrawn,
      told('RowMoved', { row: b, rank: 0.5 }),
      told('RowEdited', { row: b, content: called('Hai, viết lại') }),
      told('RowRemoved', { row: a }),
      added(c, 3, 'Ba'),
    );
    expect(await titlesOn('2026-01-10')).toEqual([]);
    expect(await titles()).toEqual(['Hai, viết lại', 'Ba']);
    const before = await query.titlesOf([a, b, c]);
    expect([before.get(a), before.get(b), before.get(c)]).toEqual(['I.1 Một', 'I.1 Hai, sửa', undefined]);

    await follow(
      added(a, 4, 'Một lần nữa'),
      promulgated('2026-02-01', a, b, c),
      amended('2026-03-01', { removed: [c], changed: [{ row: b, content: called('Hai, sửa sau') }] }),
    );
    expect(await titlesOn('2026-01-31')).toEqual([]);
    expect(await titlesOn('2026-02-28')).toEqual(['Hai, viết lại', 'Ba', 'Một lần nữa']);
    expect(await titlesOn('2026-03-01')).toEqual(['Hai, sửa sau', 'Một lần nữa']);
    expect((await query.titlesOf([a])).get(a)).toBe('I.1 Một lần nữa');
  });

  it('is what a second promulgation says of a row that no draft touched', async () => {
    await follow(...first, withdrawn, promulgated('2026-02-01', a, b));
    expect(await titlesOn('2026-01-31')).toEqual([]);
    expect(await titlesOn('2026-02-01')).toEqual(['Một', 'Hai']);
    expect(await followed()).toBe(2);
  });

  it('is read by another rule set from a day on', async () => {
    await follow(...first, reread('2026-07-02', [b], '2026-04-01'));
    expect(await duesOn('2026-03-31')).toEqual(['2026-06-30', '2026-06-30']);
    expect(await duesOn('2026-04-01')).toEqual(['2026-06-30', '2026-07-02']);
    expect((await query.rowsOn(plan, '2026-04-01'))[1]?.content.milestones).toEqual([
      { text: 'Quý I', due: '2026-07-02' },
    ]);
    expect(await followed()).toBe(1);
  });

  it('is a draft again when another rule set reads it behind a withdrawal', async () => {
    await follow(...first, withdrawn, reread('2026-07-02', [a]));
    expect(await duesOn('2026-04-01')).toEqual([]);
    expect((await query.allRows(plan)).map((row) => row.content.due)).toEqual(['2026-07-02', '2026-06-30']);
    expect(await bench.rows(plans, AnnexRow)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ row: a, since: null, on: null, promulgation: null }),
        expect.objectContaining({ row: b, on: '2026-01-01', promulgation: 1 }),
      ]),
    );
    await follow(promulgated('2026-02-01', a, b));
    expect(await duesOn('2026-02-01')).toEqual(['2026-07-02', '2026-06-30']);
  });

  it('is its title, also when it has gone, but not before a promulgation has said it', async () => {
    await follow(
      ...first,
      amended('2026-03-01', { removed: [b], changed: [{ row: a, content: called('Một, sửa') }] }),
      withdrawn,
      told('RowEdited', { row: a, content: called('Một, bản thảo') }),
      added(c, 3, 'Ba'),
    );
    expect(await query.titlesOf([a, b, c, idOf('none')])).toEqual(
      new Map([
        [a, 'I.1 Một, sửa'],
        [b, 'I.1 Hai'],
      ]),
    );
  });
});
