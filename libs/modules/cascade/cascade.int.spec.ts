import { idOf } from '#platform/commands';
import { planIdOf } from '#modules/plan';
import { HEADER, sheetOf, task } from '../../../tests/support/annexes.js';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { keepsItsWord, ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { CascadeLink, CascadePlan, cascade } from './cascade.view.js';

describe('plans that carry out plans', () => {
  keepsItsWord(cascade);
});

describe('over HTTP', () => {
  let province: Province;
  let office: Caller;
  let second: Caller;
  let parent: string;
  let rows: readonly string[];
  let year = 2025;

  const UNITS = ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính'];
  const codeOf = (answer: { body: { code?: string } }): string | undefined => answer.body.code;
  const day = (rest: string): string => `${year}-${rest}`;

  beforeAll(async () => {
    province = await Province.open({ departments: UNITS });
    office = province.coordinator();
    second = province.coordinator('dieuphoi2');
  });
  afterAll(() => province.close());

  /** The province's plan: one row for all three departments, one for Sở Nội vụ alone; in force from 01/01. */
  beforeEach(async () => {
    year += 1;
    province.app.clock.set(`${year - 1}-12-24`);
    const made = await province.promulgate(year, [
      { title: 'Báo cáo', leads: UNITS, deadline: `30/6/${year}`, code: 'A.1' },
      { title: 'Kiểm tra', leads: ['Sở Nội vụ'], deadline: `30/9/${year}`, code: 'A.2' },
    ]);
    [parent, rows] = [made.plan, made.rows];
    province.app.clock.set(day('01-05'));
  });

  const draft = async (unit: string, chosen: object = {}, status = 201) =>
    (
      await office
        .post('/plans', {
          unit: province.id(unit),
          year,
          kind: 'cchc',
          title: `Kế hoạch CCHC năm ${year} của ${unit}`,
          code: `CCHC-${year}-${unit}`,
          parent,
          ...chosen,
        })
        .expect(status)
    ).body;
  const addRow = async (plan: string, unit: string, title: string, parentRow?: string | null, status = 201) =>
    (
      await office
        .post(`/plans/${plan}/rows`, {
          ...province.row({ title, leads: [unit], deadline: `30/5/${year}` }),
          ...(parentRow === undefined ? {} : { parentRow }),
        })
        .expect(status)
    ).body;
  const promulgate = (plan: string) =>
    office.put(`/plans/${plan}/promulgation`, { document: documentOf(day('01-05')), effect: day('01-15') }).expect(200);
  const complete = async (row: string, unit: string, on: string): Promise<void> => {
    await province.app.settled();
    const obligation = idOf(row, province.id(unit));
    const { body } = await province
      .reporter(unit)
      .post(`/obligations/${obligation}/reports`, { period: 1, percent: 100, complete: true, on, account: 'Xong.' })
      .expect(201);
    await second.put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
  };
  const children = async (query = '') => {
    await province.app.settled();
    return (await office.get(`/plans/${parent}/children?${query}`).expect(200)).body;
  };
  const carriedOutBy = async (row: string, query = '') => {
    await province.app.settled();
    return (await office.get(`/tasks/${row}/carried-out-by?${query}`).expect(200)).body;
  };

  it('says which units have made their own plan, what it carries out and how that stands, apart from obligations', async () => {
    const noiVu = (await draft('Sở Nội vụ')).id;
    const own = (await addRow(noiVu, 'Sở Nội vụ', 'Báo cáo của Sở', rows[0])).row;
    await addRow(noiVu, 'Sở Nội vụ', 'Tự kiểm tra', rows[0]);
    await addRow(noiVu, 'Sở Nội vụ', 'Việc riêng');
    await promulgate(noiVu);
    const yTe = (await draft('Sở Y tế')).id;
    await addRow(yTe, 'Sở Y tế', 'Báo cáo của Sở', rows[0]);
    province.app.clock.set(day('06-01'));
    await complete(own, 'Sở Nội vụ', day('05-20'));
    const body = await children();
    expect(body.summary).toEqual({ units: 3, none: 1, draft: 1, promulgated: 1 });
    expect(body.items).toMatchObject([
      {
        unit: { name: 'Sở Nội vụ' },
        state: 'promulgated',
        linked: { numerator: 1, denominator: 2, base: 'obligations' },
        plans: [{ id: noiVu, status: 'promulgated', effect: day('01-15'), drafted: day('01-05') }],
        own: {
          completed: { numerator: 1, denominator: 2, base: 'child-rows', percent: '50.0' },
          carriedOut: { numerator: 1, denominator: 2 },
          overdue: 1,
        },
      },
      { unit: { name: 'Sở Tài chính' }, state: 'none', linked: { numerator: 0, denominator: 1 }, plans: [], own: null },
      {
        unit: { name: 'Sở Y tế' },
        state: 'draft',
        linked: { numerator: 1, denominator: 1 },
        plans: [{ id: yTe, status: 'draft', effect: null }],
        own: null,
      },
    ]);
    const { body: figures } = await office.get(`/plans/${parent}/progress`).expect(200);
    expect(figures.completed).toMatchObject({ numerator: 0, denominator: 2 });
    expect(await carriedOutBy(rows[0] ?? '')).toMatchObject({
      total: 3,
      items: [
        { unit: { name: 'Sở Nội vụ' }, row: { id: own, state: 'completed', workDay: day('05-20'), overdue: false } },
        { unit: { name: 'Sở Nội vụ' }, row: { title: 'Tự kiểm tra', state: 'not-started', overdue: true } },
        { unit: { name: 'Sở Y tế' }, plan: { id: yTe, status: 'draft' }, row: { state: 'not-in-force' } },
      ],
    });
    expect((await carriedOutBy(rows[1] ?? '')).items).toEqual([]);
  });

  it('is brought in by a column of the annex, goes out with it, and comes back without a difference', async () => {
    const plan = (await draft('Sở Y tế')).id;
    const codes = (await office.get(`/plans/${parent}/rows`).expect(200)).body.items as { row: string; code: string }[];
    expect(codes.map(({ code }) => code)).toEqual(['A.1', 'A.2']);
    const upload = async (bytes: Buffer, name: string) =>
      (await office.post(`/plans/${plan}/imports`).attach('file', bytes, name).expect(201)).body;
    const sheet = (first: string) =>
      sheetOf({
        rows: [
          [...HEADER, 'Nhiệm vụ cấp trên'],
          ['II', 'Cải cách thể chế'],
          [...task(1, 'Một', { leads: 'Sở Y tế', deadline: `30/6/${year}` }), first],
          [...task(2, 'Hai', { leads: 'Sở Y tế', deadline: `30/6/${year}` }), null],
        ],
      });
    const faulty = await upload(sheet('A.9'), 'ke-hoach.xlsx');
    expect(faulty.faults).toMatchObject([{ row: 3, column: 'parent', code: 'unknown-parent-row' }]);
    const { id } = await upload(sheet('A.2'), 'ke-hoach.xlsx');
    await office.post(`/imports/${id}/confirmation`).expect(200);
    await province.app.settled();
    expect((await carriedOutBy(rows[1] ?? '')).total).toBe(1);
    for (const format of ['xlsx', 'docx', 'csv']) {
      const file = await office
        .get(`/plans/${plan}/annex?format=${format}`)
        .buffer(true)
        .parse((answer, done) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => done(null, Buffer.concat(chunks)));
        })
        .expect(200);
      const back = await upload(file.body as Buffer, `ke-hoach.${format}`);
      expect([format, back.faults, back.rows.map(({ status }: { status: string }) => status)]).toEqual([
        format,
        [],
        ['same', 'same'],
      ]);
      expect(back.rows.map(({ parentRow }: { parentRow: string | null }) => parentRow)).toEqual([rows[1], null]);
    }
    await promulgate(plan);
    await province.app.settled();
    const amend = async (bytes: Buffer) =>
      (
        await office
          .post(`/plans/${plan}/amendment-imports?effect=${day('02-01')}`)
          .attach('file', bytes, 'ke-hoach.xlsx')
          .expect(201)
      ).body;
    expect(await amend(sheet('A.2'))).toMatchObject({ faults: [], summary: { same: 2, changed: 0 } });
    const changed = await amend(sheet('A.1'));
    expect(changed).toMatchObject({
      faults: [],
      rows: [{ status: 'changed', changes: [{ column: 'parent', before: 'A.2', after: 'A.1' }] }],
    });
    const document = documentOf(day('01-05'));
    await office.post(`/amendment-imports/${changed.id}/confirmation`, { document }).expect(200);
    expect((await carriedOutBy(rows[0] ?? '', `on=${day('02-01')}`)).total).toBe(1);
    expect((await carriedOutBy(rows[0] ?? '', `on=${day('01-31')}`)).total).toBe(0);
  });

  it('answers for any day, as the log stood on any day', async () => {
    province.app.clock.set(day('02-01'));
    const plan = (await draft('Sở Nội vụ')).id;
    const row = (await addRow(plan, 'Sở Nội vụ', 'Báo cáo của Sở', rows[0])).row;
    await office
      .put(`/plans/${plan}/promulgation`, { document: documentOf(day('02-01')), effect: day('02-10') })
      .expect(200);
    province.app.clock.set(day('03-10'));
    const change = {
      document: documentOf(day('03-10')),
      effect: day('04-01'),
      changed: [
        {
          row,
          ...province.row({ title: 'Báo cáo của Sở', leads: ['Sở Nội vụ'], deadline: `30/5/${year}` }),
          parentRow: rows[1],
        },
      ],
    };
    await office.post(`/plans/${plan}/amendments`, change).expect(201);
    province.app.clock.set(day('05-01'));
    const state = async (on: string, recorded: string): Promise<string> =>
      (await children(`on=${day(on)}&recorded=${day(recorded)}`)).items[0].state;
    expect(await state('05-01', '01-31')).toBe('none');
    expect(await state('02-09', '05-01')).toBe('draft');
    expect(await state('02-10', '05-01')).toBe('promulgated');
    const of = async (task: string | undefined, on: string, recorded: string): Promise<number> =>
      (await carriedOutBy(task ?? '', `on=${day(on)}&recorded=${day(recorded)}`)).total;
    expect([await of(rows[0], '03-31', '05-01'), await of(rows[1], '03-31', '05-01')]).toEqual([1, 0]);
    expect([await of(rows[0], '04-01', '05-01'), await of(rows[1], '04-01', '05-01')]).toEqual([0, 1]);
    expect([await of(rows[0], '04-01', '03-09'), await of(rows[1], '04-01', '03-09')]).toEqual([1, 0]);
  });

  it('goes page by page and is narrowed to those without a plan', async () => {
    await draft('Sở Y tế');
    const names = async (query: string): Promise<string[]> =>
      (await children(query)).items.map(({ unit }: { unit: { name: string } }) => unit.name);
    expect(await names('plan=none')).toEqual(['Sở Nội vụ', 'Sở Tài chính']);
    expect(await names('plan=draft')).toEqual(['Sở Y tế']);
    const first = await children('limit=2');
    expect([first.items.length, first.total]).toEqual([2, 3]);
    expect(await names(`limit=2&cursor=${first.next}`)).toEqual(['Sở Y tế']);
    expect(codeOf(await office.get(`/plans/${parent}/children?cursor=x`).expect(422))).toBe('request.bad-cursor');
    expect(codeOf(await office.get('/plans/nothing/children').expect(404))).toBe('plan.absent');
    expect(codeOf(await office.get(`/tasks/${parent}/carried-out-by`).expect(404))).toBe('task.absent');
  });

  it('refuses a parent that is none, and rows that are not its rows', async () => {
    expect((await draft('Sở Y tế', { parent: rows[0] }, 404)).code).toBe('plan.parent-absent');
    expect((await draft('Sở Y tế', { year: year + 1 }, 422)).code).toBe('plan.parent-of-another-year');
    const plan = (await draft('Sở Y tế')).id;
    expect((await addRow(plan, 'Sở Y tế', 'Một', parent, 422)).code).toBe('plan.not-a-row-of-the-parent');
    const below = { unit: province.id('Sở Nội vụ'), year, kind: 'phong', title: 'Kế hoạch phòng', parent: plan };
    const sub = (await office.post('/plans', below).expect(201)).body.id;
    expect(codeOf(await office.put(`/plans/${plan}/parent`, { parent: sub }).expect(409))).toBe('plan.parent-below');
    const row = (await addRow(plan, 'Sở Y tế', 'Một', rows[0])).row;
    expect(codeOf(await office.put(`/plans/${plan}/parent`, { parent: null }).expect(409))).toBe(
      'plan.rows-carry-out-the-parent',
    );
    const one = { ...province.row({ title: 'Một', leads: ['Sở Y tế'], deadline: `30/5/${year}` }) };
    await office.put(`/plans/${plan}/rows/${row}`, { ...one, note: 'x' }).expect(200);
    expect((await carriedOutBy(rows[0] ?? '')).total).toBe(1);
    await office.put(`/plans/${plan}/rows/${row}`, { ...one, parentRow: null }).expect(200);
    expect((await carriedOutBy(rows[0] ?? '')).total).toBe(0);
    await office.put(`/plans/${plan}/parent`, { parent: null }).expect(200);
    expect((await children()).summary).toEqual({ units: 3, none: 3, draft: 0, promulgated: 0 });
    expect((await office.get(`/plans/${planIdOf(province.id('Sở Y tế'), year, 'cchc')}`)).body.parent).toBeNull();
  });

  it('tells units of one name apart: by their codes, and where one of them has ended', async () => {
    const document = documentOf(day('01-05'));
    const merge = {
      on: day('02-01'),
      document,
      changes: [
        { act: 'found', ref: '#yt', name: 'Sở Y tế', code: `S9.${year}`, kind: 'department', parent: 'H99' },
        { act: 'merge', units: [province.id('Sở Y tế')], into: '#yt' },
      ],
    };
    const old = (await draft('Sở Y tế')).id;
    await addRow(old, 'Sở Y tế', 'Một', rows[0]);
    const { body } = await office.post('/reorganisations', merge).expect(201);
    province.app.clock.set(day('02-05'));
    await province.app.settled();
    const [from, to] = [province.id('Sở Y tế'), body.founded[0].unit];
    const handover = { on: day('02-01'), document, items: [{ row: rows[0], from, to }] };
    await office.post(`/plans/${parent}/transfers`, handover).expect(201);
    const ended = { id: from, code: 'S2', name: 'Sở Y tế', ended: day('02-01') };
    const units = async (query: string) =>
      (await children(query)).items
        .map(({ unit }: { unit: { name: string } }) => unit)
        .filter(({ name }: { name: string }) => name === 'Sở Y tế');
    expect(await units('')).toHaveLength(2);
    expect(await units('')).toEqual(expect.arrayContaining([ended, { id: to, code: `S9.${year}`, name: 'Sở Y tế' }]));
    expect((await carriedOutBy(rows[0] ?? '')).items).toMatchObject([{ unit: ended }]);
  });
});

describe('what a withdrawn promulgation leaves', () => {
  it('is a draft that says what its amendment said last', async () => {
    const [plan, row, at] = [idOf('child'), idOf('row'), { stream: `plan-${idOf('child')}` }];
    const told = (type: string, data: object, on?: string): Happened => ({
      ...at,
      type,
      data: data as never,
      ...(on === undefined ? {} : { on }),
    });
    const bench = await ViewBench.open([cascade]);
    try {
      await bench.given(
        told('PlanDrafted', { unit: idOf('unit'), year: 2026, code: 'x', title: 'x', parent: idOf('parent') }),
        told('RowAdded', { row, rank: 1, content: { parentRow: idOf('a') } }),
        told('PlanPromulgated', { effect: '2026-01-01', obliged: [] }, '2026-01-01'),
        told(
          'PlanAmended',
          { added: [], changed: [{ row, content: { parentRow: idOf('b') } }], removed: [] },
          '2026-05-01',
        ),
        told('PromulgationWithdrawn', { entry: idOf('w'), promulgation: 1 }),
      );
      const projector = bench.projector();
      await projector.start();
      await projector.caughtUp([cascade.name], 20_000);
      const [kept] = await bench.rows(cascade, CascadePlan);
      expect(kept?.promulgations).toHaveLength(1);
      expect(kept?.promulgations[0]?.until).not.toBe(kept?.promulgations[0]?.since);
      expect(await bench.rows(cascade, CascadeLink)).toMatchObject([
        {
          row,
          plan,
          links: [
            { parentRow: idOf('a'), promulgation: 0 },
            { parentRow: idOf('b'), promulgation: 1, on: '2026-05-01' },
          ],
        },
      ]);
    } finally {
      await bench.close();
    }
  });
});
