import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';

let province: Province;
let office: Caller;
let unit: Caller;
let plan: string;
let year = 2025;

const codeOf = (answer: { body: { code?: string } }): string | undefined => answer.body.code;
const day = (rest: string): string => `${year}-${rest}`;
const source = () => ({
  publisher: 'Bộ Nội vụ',
  document: { ...documentOf(province.app.clock.today()), kind: 'Báo cáo' },
});
const sipas = (chosen: object = {}) => ({
  title: 'Chỉ số hài lòng (SIPAS)',
  goal: { kind: 'at-least', value: '90', unit: '%' },
  leads: [province.id('Sở Nội vụ')],
  baseline: { year: year - 1, value: { number: '80.09' }, source: source() },
  ...chosen,
});
const rank = (chosen: object = {}) => ({
  title: 'Chỉ số cải cách hành chính: từ hạng 40 trở lên',
  goal: { kind: 'rank-at-most', rank: 40, of: 63 },
  leads: [province.id('Sở Nội vụ')],
  baseline: { year: year - 1, value: { rank: 30, of: 63 }, source: source() },
  ...chosen,
});
const groups = ['Thấp', 'Trung bình thấp', 'Trung bình', 'Trung bình cao', 'Cao'];
const papi = () => ({
  title: 'PAPI: nhóm trung bình cao',
  goal: { kind: 'group-at-least', group: 'Trung bình cao', groups },
  leads: [province.id('Sở Y tế')],
});

const set = async (body: object): Promise<string> =>
  (await office.post(`/plans/${plan}/targets`, body).expect(201)).body.id;
const report = (target: string, value: object, chosen: object = {}, by = unit) =>
  by.post(`/targets/${target}/values`, { value, source: source(), on: day('06-30'), ...chosen });
const list = async (query = '') => {
  await province.app.settled();
  return (await office.get(`/plans/${plan}/targets?${query}`).expect(200)).body;
};
const one = async (target: string, query = '') => {
  await province.app.settled();
  return (await office.get(`/targets/${target}?${query}`).expect(200)).body;
};

beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế'] });
  office = province.coordinator();
  unit = province.reporter('Sở Nội vụ');
});
afterAll(() => province.close());

/** Each test has a plan of its own, of which one row is due on 30/6; targets are set on 24/12 of the year before. */
beforeEach(async () => {
  year += 1;
  province.app.clock.set(`${year - 1}-12-24`);
  ({ plan } = await province.draft(year, [{ title: 'Báo cáo', leads: ['Sở Y tế'], deadline: `30/6/${year}` }]));
});

const promulgate = () =>
  office
    .put(`/plans/${plan}/promulgation`, {
      document: documentOf(`${year - 1}-12-24`),
      effect: day('01-01'),
    })
    .expect(200);

describe('targets of a plan', () => {
  it('are met, missed or open, apart from its tasks', async () => {
    const [percent, place, group] = [await set(sipas()), await set(rank()), await set(papi())];
    const question = await set({ title: 'Ban hành đề án', goal: { kind: 'yes' }, leads: [province.id('Sở Y tế')] });
    await promulgate();
    expect((await list()).targets).toEqual({ met: 0, missed: 0, open: 4, interim: 0 });
    province.app.clock.set(day('12-31'));
    await report(percent, { number: '89.99' }, { on: day('12-31') }).expect(201);
    await report(place, { rank: 12, of: 63 }, { on: day('12-31') }).expect(201);
    await report(group, { group: 'trung binh cao' }, {}, office).expect(201);
    const body = await list();
    expect(body).toMatchObject({ on: day('12-31'), targets: { met: 2, missed: 1, open: 1, interim: 1 }, total: 4 });
    expect(body.items).toMatchObject([
      {
        id: percent,
        verdict: 'missed',
        interim: false,
        leads: [{ name: 'Sở Nội vụ' }],
        value: { value: { number: '89.99' }, source: { publisher: 'Bộ Nội vụ' } },
        comparison: { with: 'baseline', by: '9.90', direction: 'better', exact: true },
      },
      { id: place, verdict: 'met', comparison: { by: '18', direction: 'better' } },
      { id: group, verdict: 'met', interim: true, value: { value: { group: 'Trung bình cao' } }, comparison: null },
      { id: question, verdict: 'open', because: 'no-value', value: null },
    ]);
    await province.app.settled();
    const { body: figures } = await office.get(`/plans/${plan}/progress`).expect(200);
    expect(figures.completed).toMatchObject({ numerator: 0, denominator: 1 });
  });

  it('are listed by verdict, unit, field and search, page by page', async () => {
    await set(sipas({ field: 'CDDH' }));
    await set(rank());
    const group = await set(papi());
    province.app.clock.set(day('07-01'));
    await report(group, { group: 'Thấp' }, {}, office).expect(201);
    const titles = async (query: string): Promise<string[]> =>
      (await list(query)).items.map(({ title }: { title: string }) => title.slice(0, 4));
    expect(await titles('verdict=missed')).toEqual(['PAPI']);
    expect(await titles(`unit=${province.id('Sở Nội vụ')}`)).toEqual(['Chỉ ', 'Chỉ ']);
    expect(await titles('field=CDDH')).toEqual(['Chỉ ']);
    expect(await titles('search=HAI%20long')).toEqual(['Chỉ ']);
    const first = await list('limit=2');
    expect([first.items.length, first.total]).toEqual([2, 3]);
    expect(await titles(`limit=2&cursor=${first.next}`)).toEqual(['PAPI']);
    expect(codeOf(await office.get(`/plans/${plan}/targets?cursor=x`).expect(422))).toBe('request.bad-cursor');
    expect(codeOf(await office.get('/plans/nothing/targets').expect(404))).toBe('plan.absent');
  });

  it('are refused where they say nothing that could be measured', async () => {
    const refused = async (body: object, status = 422) =>
      codeOf(await office.post(`/plans/${plan}/targets`, body).expect(status));
    expect(await refused(sipas({ goal: { kind: 'at-least', value: '90,5', unit: '%' } }))).toBe('target.not-a-number');
    expect(await refused(sipas({ leads: [plan] }))).toBe('target.unknown-lead');
    expect(await refused(sipas({ field: 'X' }))).toBe('target.unknown-field');
    expect(await refused(rank({ goal: { kind: 'rank-at-most', rank: 64, of: 63 } }))).toBe('target.rank-out-of-range');
    await set(sipas());
    expect(await refused(sipas({ title: 'CHI SO  hài lòng (sipas)' }), 409)).toBe('target.twice');
    expect(codeOf(await office.post(`/plans/${province.root}/targets`, sipas()).expect(404))).toBe('plan.absent');
    expect(codeOf(await unit.post(`/plans/${plan}/targets`, rank()).expect(403))).toBe('access.not-allowed');
    expect((await list()).total).toBe(1);
  });

  it('that are sent twice are there once', async () => {
    const keyed = office.with({ 'idempotency-key': `set-the-target-of-${year}` });
    const [first, again] = [
      await keyed.post(`/plans/${plan}/targets`, sipas()).expect(201),
      await keyed.post(`/plans/${plan}/targets`, sipas()).expect(201),
    ];
    expect(again.body).toEqual(first.body);
    expect((await list()).total).toBe(1);
  });
});

describe('a value of a target', () => {
  it('counts on both clocks: by the day it holds and by when it was recorded', async () => {
    const target = await set(sipas());
    province.app.clock.set(day('07-10'));
    await report(target, { number: '91' }, { on: day('06-30') }).expect(201);
    province.app.clock.set(day('08-01'));
    const verdicts = [];
    for (const [on, recorded] of [
      ['06-29', '08-01'],
      ['06-30', '07-09'],
      ['06-30', '07-10'],
      ['08-01', '08-01'],
    ] as const) {
      verdicts.push((await one(target, `on=${day(on)}&recorded=${day(recorded)}`)).target.verdict);
    }
    expect(verdicts).toEqual(['open', 'open', 'met', 'met']);
    expect((await list(`on=${year - 1}-12-23`)).total).toBe(0);
  });

  it('is held against the one before it', async () => {
    const target = await set(rank());
    province.app.clock.set(day('12-31'));
    await report(target, { rank: 45, of: 63 }, { on: day('06-30') }).expect(201);
    await report(target, { rank: 39, of: 63 }, { on: day('09-30') }).expect(201);
    const { target: shown, values } = await one(target);
    expect(shown).toMatchObject({
      verdict: 'met',
      comparison: { with: 'value', on: day('06-30'), by: '6', direction: 'better' },
    });
    expect(values.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['met', 'missed']);
  });

  it('whose counts give another rate is kept and flagged', async () => {
    const target = await set(sipas());
    province.app.clock.set(day('12-31'));
    await report(target, { number: '68.7' }, { counts: { denominator: 200 } }).expect(201);
    expect((await one(target)).target).toMatchObject({
      doubtful: true,
      value: { counts: { denominator: 200, check: 'impossible' } },
    });
    await report(target, { number: '95.6' }, { on: day('07-31'), counts: { numerator: 65, denominator: 68 } }).expect(
      201,
    );
    expect((await one(target)).target).toMatchObject({ doubtful: false, value: { counts: { check: 'follows' } } });
  });

  it('that is only approximate leaves open what it does not decide', async () => {
    const target = await set(sipas());
    province.app.clock.set(day('12-31'));
    await report(target, { number: '90.2' }, { qualifier: 'about' }).expect(201);
    expect((await one(target)).target).toMatchObject({ verdict: 'open', because: 'approximate' });
    await report(target, { number: '90' }, { qualifier: 'more-than', on: day('07-31') }).expect(201);
    expect((await one(target)).target).toMatchObject({ verdict: 'met', because: null });
  });

  it('is corrected and withdrawn, and the past stays as it was known', async () => {
    const target = await set(sipas());
    province.app.clock.set(day('07-10'));
    const { entry } = (await report(target, { number: '91' }).expect(201)).body;
    province.app.clock.set(day('08-10'));
    const corrections = `/targets/${target}/values/${entry}/corrections`;
    const changes = { value: { number: '89' } };
    await unit.post(corrections, { changes, reason: 'Ghi nhầm chữ số.' }).expect(201);
    province.app.clock.set(day('09-10'));
    await unit.post(`/targets/${target}/values/${entry}/withdrawals`, { reason: 'Số liệu của năm trước.' }).expect(201);
    const at = async (recorded: string) => (await one(target, `on=${day('06-30')}&recorded=${day(recorded)}`)).target;
    expect((await at('08-09')).verdict).toBe('met');
    expect(await at('08-10')).toMatchObject({ verdict: 'missed', value: { version: 1 } });
    expect(await at('09-10')).toMatchObject({ verdict: 'open', value: null });
    const { body } = await office.get(`/targets/${target}/history`).expect(200);
    expect(body.items).toMatchObject([
      { kind: 'TargetSet' },
      { kind: 'ValueReported', id: entry, on: day('06-30'), reading: { value: { number: '91' } } },
      { kind: 'ValueCorrected', value: entry, reason: { text: 'Ghi nhầm chữ số.' } },
      { kind: 'ValueWithdrawn', value: entry, reason: { text: 'Số liệu của năm trước.' } },
    ]);
    const written = day('06-30').split('-').reverse().join('/');
    expect(body.items.map(({ words }: { words: string }) => words)).toEqual([
      'Đặt chỉ tiêu',
      `Số liệu tính đến ngày ${written}: 91 (nguồn: Bộ Nội vụ)`,
      `Đính chính số liệu tính đến ngày ${written}: 89 (nguồn: Bộ Nội vụ)`,
      'Rút lại số liệu',
    ]);
    expect(codeOf(await unit.post(corrections, { changes, reason: 'x' }).expect(409))).toBe('target.value-withdrawn');
  });

  it('is a matter of the units that lead it, and says where it comes from', async () => {
    const target = await set(papi());
    province.app.clock.set(day('12-31'));
    expect(codeOf(await report(target, { group: 'Cao' }).expect(403))).toBe('target.other-unit');
    expect(codeOf(await report(target, { rank: 3 }, {}, office).expect(422))).toBe('target.value-of-another-kind');
    const nowhere = { source: { publisher: 'Bộ Nội vụ' } };
    expect(codeOf(await report(target, { group: 'Cao' }, nowhere, office).expect(422))).toBe('target.source-missing');
    const file = { publisher: 'x', document: { ...documentOf(day('12-31')), file: '0'.repeat(64) } };
    expect(codeOf(await report(target, { group: 'Cao' }, { source: file }, office).expect(404))).toBe('file.absent');
    expect(codeOf(await report(plan, { group: 'Cao' }, {}, office).expect(404))).toBe('target.absent');
    expect(codeOf(await office.get(`/targets/${plan}`).expect(404))).toBe('target.absent');
    expect(codeOf(await office.get(`/targets/${plan}/history`).expect(404))).toBe('target.absent');
    expect((await one(target)).values).toEqual([]);
  });
});

describe('a target of a promulgated plan', () => {
  it('changes from the day of effect of a document, and is read as it was before it', async () => {
    const target = await set(sipas());
    await promulgate();
    province.app.clock.set(day('06-30'));
    await report(target, { number: '91' }).expect(201);
    const higher = sipas({ goal: { kind: 'at-least', value: '92', unit: '%' } });
    expect(codeOf(await office.put(`/targets/${target}`, higher).expect(422))).toBe('target.document-missing');
    const decided = { document: documentOf(day('06-01')), effect: day('07-15'), reason: 'Theo kết luận.' };
    await office.put(`/targets/${target}`, { ...higher, ...decided }).expect(200);
    expect((await one(target, `on=${day('07-14')}`)).target).toMatchObject({ verdict: 'met', goal: { value: '90' } });
    expect((await one(target, `on=${day('07-15')}`)).target).toMatchObject({
      verdict: 'missed',
      goal: { value: '92' },
      since: day('07-15'),
      document: { number: '0085/UBND-NC' },
    });
    await office
      .put(`/targets/${target}/removal`, { document: documentOf(day('06-30')), effect: day('10-01') })
      .expect(200);
    expect((await list(`on=${day('09-30')}`)).total).toBe(1);
    expect((await list(`on=${day('10-01')}`)).total).toBe(0);
    await report(target, { number: '93' }).expect(201);
    province.app.clock.set(day('10-01'));
    expect(codeOf(await report(target, { number: '93' }).expect(409))).toBe('target.dropped');
  });

  it('takes new values when the plan is closed, and mends those it has by a coordinator with a document only', async () => {
    const target = await set(sipas());
    await promulgate();
    province.app.clock.set(day('12-31'));
    const { entry } = (await report(target, { number: '91' }).expect(201)).body;
    const document = documentOf(day('12-31'));
    await office.put(`/plans/${plan}/closing`, { document, on: day('12-31') }).expect(200);
    const acts = `/targets/${target}/values/${entry}`;
    const correction = { changes: { value: { number: '89' } }, reason: 'Ghi nhầm chữ số.' };
    const withdrawal = { reason: 'Số liệu của năm trước.' };
    for (const [path, body] of [
      [`${acts}/corrections`, correction],
      [`${acts}/withdrawals`, withdrawal],
    ] as const) {
      expect(codeOf(await unit.post(path, { ...body, document }).expect(403))).toBe('target.coordinators-only');
      expect(codeOf(await office.post(path, body).expect(422))).toBe('target.closed-needs-document');
      await office.post(path, { ...body, document }).expect(201);
    }
    await report(target, { number: '92' }).expect(201);
    expect((await one(target)).target).toMatchObject({ verdict: 'met', value: { value: { number: '92' } } });
  });

  it('is removed from a draft without a document, and its title is free again', async () => {
    const target = await set(sipas());
    await office.put(`/targets/${target}`, sipas({ note: 'Theo Kế hoạch tỉnh.' })).expect(200);
    expect((await one(target)).target).toMatchObject({ note: 'Theo Kế hoạch tỉnh.' });
    await office.put(`/targets/${target}/removal`, {}).expect(200);
    expect((await list()).total).toBe(0);
    await set(sipas());
    expect((await list()).total).toBe(1);
  });
});
