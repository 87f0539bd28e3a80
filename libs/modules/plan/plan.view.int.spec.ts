import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { idOf } from '#platform/commands';
import { AnnexRow, PlanRow, plans } from './plan.view.js';

describe('plans and their annexes', () => {
  keepsItsWord(plans);
});

describe('a plan in lists', () => {
  const plan = idOf('plan');
  const [a, b] = [idOf('a'), idOf('b')];
  const content = { field: 'CDDH', title: 'Nhiệm vụ' };
  const told = (type: string, data: object): Happened => ({ stream: `plan-${plan}`, type, data: data as never });
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
      { row: b, plan, rank: 0.5, content: { ...content, title: 'Nhiệm vụ mới' }, source: 'sha', origin: null },
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
