import { idOf } from '#platform/commands';
import { readDeadline, planIdOf } from '#modules/plan';
import { shippedRows } from '../../../tests/support/annexes.js';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { movedOn } from './moved-on.rule.js';

let province: Province;
let office: Caller;
let second: Caller;
let plan: string;
let rows: readonly string[];
let year = 2025;

const codeOf = (answer: { body: { code?: string } }): string | undefined => answer.body.code;
const day = (rest: string): string => `${year}-${rest}`;

beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế', 'Sở Thông tin', 'Sở Tư pháp'] });
  office = province.coordinator();
  second = province.coordinator('dieuphoi2');
});
afterAll(() => province.close());

/** A plan in force since 01/01 of its year, two years after the one before; it is 20/12 and its first row is completed. */
beforeEach(async () => {
  year += 2;
  province.app.clock.set(`${year - 1}-12-24`);
  const made = await province.promulgate(year, [
    { title: `Kế hoạch kiểm tra năm ${year}`, leads: ['Sở Y tế'], deadline: `30/6/${year}`, code: 'I.1' },
    { title: `Báo cáo tổng kết năm ${year}`, leads: ['Sở Nội vụ'], deadline: `Tháng 01/${year + 1}`, code: 'I.2' },
    {
      title: `Thực hiện Nghị quyết 76/NQ-CP ngày 15/7/2021, Quyết định 12/QĐ-UBND ngày 05/01/${year}`,
      leads: ['Sở Nội vụ', 'Sở Y tế'],
      deadline: 'Hằng quý',
      code: 'I.3',
      mode: { kind: 'share', percent: 50 },
    },
  ]);
  [plan, rows] = [made.plan, made.rows];
  province.app.clock.set(day('12-20'));
  const obligation = idOf(rows[0] ?? '', province.id('Sở Y tế'));
  const { body } = await province
    .reporter('Sở Y tế')
    .post(`/obligations/${obligation}/reports`, {
      period: 1,
      percent: 100,
      complete: true,
      on: day('06-20'),
      account: 'Xong.',
    })
    .expect(201);
  await second.put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
  await province.app.settled();
});

const preview = async (query = '') => (await office.get(`/plans/${plan}/next?${query}`).expect(200)).body;
const make = (body: object, by = office) => by.post(`/plans/${plan}/next`, body);
const annex = async (id: string) => {
  await province.app.settled();
  return (await office.get(`/plans/${id}/rows`).expect(200)).body.items;
};
const next = () => planIdOf(province.root, year + 1, 'cchc');

describe("next year's plan", () => {
  it('is offered the open rows first, each with its years moved on, before and after', async () => {
    const body = await preview();
    expect(body).toMatchObject({
      from: { id: plan, year },
      to: {
        id: next(),
        year: year + 1,
        title: `Kế hoạch CCHC năm ${year + 1}`,
        code: `CCHC-${year + 1}`,
        status: 'none',
      },
      offered: 3,
      open: 2,
      faulty: 0,
      total: 3,
    });
    expect(body.items).toMatchObject([
      {
        row: rows[1],
        open: true,
        state: 'not-started',
        title: { before: `Báo cáo tổng kết năm ${year}`, after: `Báo cáo tổng kết năm ${year + 1}` },
        deadline: { before: `Tháng 01/${year + 1}`, after: `Tháng 01/${year + 2}`, due: `${year + 2}-01-31` },
        changes: [
          { column: 'title', before: `năm ${year}`, after: `năm ${year + 1}` },
          { column: 'deadline', before: `Tháng 01/${year + 1}`, after: `Tháng 01/${year + 2}` },
        ],
      },
      {
        row: rows[2],
        open: true,
        changes: [],
        kept: [
          { column: 'title', text: '76/NQ-CP ngày 15/7/2021', because: 'document' },
          { column: 'title', text: `12/QĐ-UBND ngày 05/01/${year}`, because: 'document' },
        ],
        deadline: { before: 'Hằng quý', after: 'Hằng quý', due: `${year + 1}-12-31` },
      },
      { row: rows[0], open: false, state: 'completed', deadline: { due: `${year + 1}-06-30` } },
    ]);
    expect(codeOf(await office.get(`/plans/${next()}`).expect(404))).toBe('plan.absent');
  });

  it('takes the rows that are chosen, in that order, and knows where they come from', async () => {
    const { body } = await make({ rows: [rows[2], rows[1]] }).expect(201);
    expect(body).toMatchObject({ plan: next(), drafted: true, rows: 2 });
    const copied = await annex(next());
    expect(copied).toMatchObject([
      {
        code: 'I.3',
        cycle: 'quarterly',
        mode: { kind: 'share', percent: 50 },
        title: `Thực hiện Nghị quyết 76/NQ-CP ngày 15/7/2021, Quyết định 12/QĐ-UBND ngày 05/01/${year}`,
      },
      { code: 'I.2', title: `Báo cáo tổng kết năm ${year + 1}`, due: `${year + 2}-01-31` },
    ]);
    expect((await office.get(`/plans/${next()}`).expect(200)).body).toMatchObject({
      origin: plan,
      status: 'draft',
      rows: 2,
      code: `CCHC-${year + 1}`,
    });
    const after = await preview();
    expect(after.to).toMatchObject({ status: 'draft', rows: 2 });
    expect(after.items.map((row: { copied: string | null }) => row.copied)).toEqual([
      copied[1].row,
      copied[0].row,
      null,
    ]);
    const events = await province.app.store.read(`plan-${next()}`);
    expect(events.map(({ data }) => (JSON.parse(data) as { origin?: string }).origin)).toEqual([
      plan,
      rows[2],
      rows[1],
    ]);
  });

  it('is made once, whoever sends it however often, and takes more rows later', async () => {
    const keyed = office.with({ 'idempotency-key': `next-year-of-${year}` });
    await make({ rows: [rows[1]] }, keyed).expect(201);
    await make({ rows: [rows[1]] }, keyed).expect(201);
    expect((await make({ rows: [rows[1]] }).expect(201)).body).toMatchObject({
      drafted: false,
      rows: 0,
      receipt: null,
    });
    expect((await make({ rows: [rows[1], rows[0]] }).expect(201)).body).toMatchObject({ drafted: false, rows: 1 });
    expect((await annex(next())).map(({ code }: { code: string }) => code)).toEqual(['I.2', 'I.1']);
  });

  it('has a title of its own when one is given, and a year that is later', async () => {
    const body = { year: year + 3, sequence: 7, title: 'Kế hoạch mới', code: `MOI-${year}`, rows: [rows[0]] };
    const { body: made } = await make(body).expect(201);
    expect(made.plan).toBe(planIdOf(province.root, year + 3, 'cchc', 7));
    expect(await annex(made.plan)).toMatchObject([{ due: `${year + 3}-06-30` }]);
    await province.app.settled();
    expect((await office.get(`/plans/${made.plan}`)).body).toMatchObject({
      title: 'Kế hoạch mới',
      code: `MOI-${year}`,
    });
    expect(codeOf(await make({ year, rows: [] }).expect(422))).toBe('succession.year-not-later');
    expect(codeOf(await office.get(`/plans/${plan}/next?year=${year - 1}`).expect(422))).toBe(
      'succession.year-not-later',
    );
  });

  it("of a unit's second plan is a second one, each with a code that is free", async () => {
    const body = { unit: province.root, year, kind: 'cchc', title: `Kế hoạch thứ hai năm ${year}`, sequence: 2 };
    const { id } = (await office.post('/plans', body).expect(201)).body;
    const row = province.row({ title: 'Việc khác', leads: ['Sở Y tế'], deadline: `31/5/${year}` });
    const { row: other } = (await office.post(`/plans/${id}/rows`, row).expect(201)).body;
    const following = planIdOf(province.root, year + 1, 'cchc', 2);
    await make({ rows: [rows[0]] }).expect(201);
    const { to } = (await office.get(`/plans/${id}/next`).expect(200)).body;
    expect(to).toMatchObject({ id: following, status: 'none', code: `CCHC-${year + 1}-2` });
    const document = documentOf(day('12-20'));
    await office.put(`/plans/${next()}/promulgation`, { document, effect: `${year + 1}-01-01` }).expect(200);
    const made = (await office.post(`/plans/${id}/next`, { rows: [other] }).expect(201)).body;
    expect(made).toMatchObject({ plan: following, drafted: true, rows: 1 });
    expect(await annex(next())).toHaveLength(1);
    expect((await office.get(`/plans/${following}`).expect(200)).body).toMatchObject({
      origin: id,
      code: `CCHC-${year + 1}-2`,
    });

    expect((await preview('sequence=3')).to.code).toBe(`CCHC-${year + 1}-3`);
    const third = (await make({ rows: [rows[1]], sequence: 3 }).expect(201)).body;
    await annex(third.plan);
    expect((await office.get(`/plans/${third.plan}`).expect(200)).body.code).toBe(`CCHC-${year + 1}-3`);
    const wished = { rows: [rows[1]], sequence: 4, code: `CCHC-${year + 1}` };
    expect(codeOf(await make(wished).expect(409))).toBe('plan.code-in-use');
  });

  it('leaves nothing behind when a chosen row cannot be taken', async () => {
    const refused = async (body: object, status: number) => codeOf(await make(body).expect(status));
    expect(await refused({ rows: [rows[0], plan] }, 404)).toBe('succession.row-not-offered');
    expect(await refused({ rows: [rows[0], rows[0]] }, 422)).toBe('succession.row-chosen-twice');
    expect(codeOf(await make({ rows: [] }, province.reporter('Sở Y tế')).expect(403))).toBe('access.not-allowed');
    expect(codeOf(await office.post(`/plans/${province.root}/next`, { rows: [] }).expect(404))).toBe('plan.absent');
    expect(await province.app.store.read(`plan-${next()}`)).toEqual([]);
  });

  it('is not made any more once it is promulgated', async () => {
    await make({ rows: [rows[0]] }).expect(201);
    const document = documentOf(day('12-20'));
    await office.put(`/plans/${next()}/promulgation`, { document, effect: `${year + 1}-01-01` }).expect(200);
    await province.app.settled();
    expect(codeOf(await make({ rows: [rows[1]] }).expect(409))).toBe('plan.not-a-draft');
  });

  it('does not offer what was cancelled, and offers what an amendment brought', async () => {
    await office
      .post(`/tasks/${rows[1]}/cancellations`, {
        document: documentOf(day('12-20')),
        on: day('12-21'),
        reason: 'Thôi.',
      })
      .expect(201);
    await office
      .post(`/plans/${plan}/amendments`, {
        document: documentOf(day('12-20')),
        effect: day('12-22'),
        added: [province.row({ title: 'Việc mới', leads: ['Sở Y tế'], deadline: `31/12/${year}` })],
      })
      .expect(201);
    await province.app.settled();
    const titles = (await preview()).items.map(({ title }: { title: { before: string } }) => title.before);
    expect(titles).toHaveLength(3);
    expect(titles).toContain('Việc mới');
    expect(titles).not.toContain(`Báo cáo tổng kết năm ${year}`);
  });

  it('is narrowed, and goes page by page', async () => {
    const codes = async (query: string): Promise<string[]> =>
      (await preview(query)).items.map(({ code }: { code: string }) => code);
    expect(await codes('state=completed')).toEqual(['I.1']);
    expect(await codes('search=tong%20ket')).toEqual(['I.2']);
    expect(await codes('field=CCTC')).toEqual([]);
    const first = await preview('limit=2');
    expect(first.items).toHaveLength(2);
    expect(await codes(`limit=2&cursor=${first.next}`)).toEqual(['I.1']);
  });

  it('of a unit follows the next plan of the level above, row by row', async () => {
    const draft = async (title: string, parentRow?: string) => {
      const body = { unit: province.id('Sở Y tế'), year, kind: 'cchc', title: `Kế hoạch ${year} của Sở`, parent: plan };
      const { id } = (await office.post('/plans', body).expect(201)).body;
      const row = { ...province.row({ title, leads: ['Sở Y tế'], deadline: `31/5/${year}` }), parentRow };
      const made = (await office.post(`/plans/${id}/rows`, row).expect(201)).body;
      return { id, row: made.row };
    };
    const below = await draft('Tự kiểm tra', rows[0]);
    await make({ rows: [rows[0]] }).expect(201);
    const [upper] = await annex(next());
    const { body } = await office.post(`/plans/${below.id}/next`, { rows: [below.row] }).expect(201);
    expect(await annex(body.plan)).toMatchObject([
      { title: 'Tự kiểm tra', parentRow: upper.row, due: `${year + 1}-05-31` },
    ]);
    expect((await office.get(`/plans/${body.plan}`)).body.parent).toBe(next());
  });
});

describe('a row whose lead has ended, its work going several ways', () => {
  it('is offered with what stands in its way, and refused before anything is recorded', async () => {
    province.app.clock.set(`${year + 1}-12-24`);
    year += 2;
    const made = await province.promulgate(year, [
      { title: 'Cũ', leads: ['Sở Thông tin'], deadline: `30/6/${year}` },
      { title: 'Còn', leads: ['Sở Y tế'], deadline: `30/6/${year}` },
    ]);
    [plan, rows] = [made.plan, made.rows];
    province.app.clock.set(day('12-20'));
    await office
      .put(`/units/${province.id('Sở Thông tin')}/dissolution`, {
        on: day('12-20'),
        decided: day('12-20'),
        successors: [province.id('Sở Y tế'), province.id('Sở Tư pháp')],
      })
      .expect(200);
    await province.app.settled();
    const body = await preview();
    expect(body.faulty).toBe(1);
    expect(body.items[0]).toMatchObject({
      leads: 'Sở Thông tin',
      faults: [{ column: 'leads', code: 'unknown-lead', text: 'Sở Thông tin' }],
    });
    const refused = await make({ rows: [rows[1], rows[0]] }).expect(409);
    expect(refused.body).toMatchObject({
      code: 'succession.row-faulty',
      details: { row: rows[0], text: 'Sở Thông tin' },
    });
    expect(await province.app.store.read(`plan-${next()}`)).toEqual([]);
    expect((await make({ rows: [rows[1]] }).expect(201)).body.rows).toBe(1);
  });
});

describe('units that change with the year', () => {
  it('lead rows of the next plan as they are on its first day, for those whose work they carry on', async () => {
    province.app.clock.set(`${year + 1}-12-24`);
    year += 2;
    const made = await province.promulgate(year, [
      { title: 'Cũ', leads: ['Sở Tư pháp', 'Sở Y tế'], deadline: `30/6/${year}` },
      { title: 'Còn', leads: ['Sở Y tế'], deadline: `30/6/${year}` },
    ]);
    [plan, rows] = [made.plan, made.rows];
    province.app.clock.set(day('12-20'));
    const begins = `${year + 1}-01-01`;
    const name = 'Sở Tư pháp và Nội chính';
    const { body: done } = await province.app
      .as({ role: 'administrator', permissions: ['signed-in', 'read', 'administer'] })
      .post('/reorganisations', {
        on: begins,
        document: { kind: 'Nghị quyết', number: '0395/NQ-HĐND', date: day('12-18') },
        changes: [
          { act: 'found', ref: '#moi', name, code: 'STPNC', kind: 'department', parent: 'H99' },
          { act: 'merge', units: [province.id('Sở Tư pháp')], into: '#moi' },
        ],
      })
      .expect(201);
    await province.app.settled();
    const body = await preview();
    expect(body.faulty).toBe(0);
    expect(body.items.map(({ leads }: { leads: string }) => leads)).toEqual([`${name}; Sở Y tế`, 'Sở Y tế']);
    expect(body.items[0].changes).toEqual([
      { column: 'leads', before: 'Sở Tư pháp; Sở Y tế', after: `${name}; Sở Y tế` },
      { column: 'deadline', before: `30/6/${year}`, after: `30/6/${year + 1}` },
    ]);
    await make({ rows }).expect(201);
    const [copied] = await annex(next());
    expect(copied.leads).toEqual([
      { kind: 'unit', id: done.founded[0].unit, name },
      { kind: 'unit', id: province.id('Sở Y tế'), name: 'Sở Y tế' },
    ]);
    const document = { kind: 'Kế hoạch', number: '0300/KH-UBND', date: day('12-20') };
    await office.put(`/plans/${next()}/promulgation`, { document, effect: begins }).expect(200);
  });
});

describe('the shipped annex', () => {
  it('moves on by a year, row by row: each due date of 2026 is that of 2027', () => {
    const all = shippedRows();
    expect(all).toHaveLength(68);
    for (const cells of all) {
      const text = cells['thoi_gian_hoan_thanh'] ?? '';
      const [before, after] = [
        readDeadline(text, { year: 2026, rules: shippedRules }),
        readDeadline(movedOn(text, { from: 2026, to: 2027 }).text, { year: 2027, rules: shippedRules }),
      ];
      if ('fault' in before || 'fault' in after) throw new Error(`${text} cannot be read`);
      expect([text, after.due, after.cycle]).toEqual([
        text,
        before.due === null ? null : `${Number(before.due.slice(0, 4)) + 1}${before.due.slice(4)}`,
        before.cycle,
      ]);
    }
  });
});
