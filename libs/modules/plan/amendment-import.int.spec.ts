import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type supertest from 'supertest';
import { documentOf, Province } from '../../../tests/support/province.js';
import { bytes } from '../../../tests/support/bytes.js';

/** Amending a plan by an edited annex file, over HTTP. */
let province: Province;
let year = 2026;

beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính'] });
});
afterAll(() => province.close());

const office = () => province.coordinator();
const running = async () => {
  year += 2;
  province.app.clock.set(`${year - 1}-12-20`);
  const plan = await province.promulgate(year, [
    { title: 'Ban hành kế hoạch tuyên truyền', leads: ['Sở Nội vụ'], deadline: `30/6/${year}`, code: 'I.1' },
    { title: 'Khảo sát mức độ hài lòng của người dân', leads: ['Sở Y tế'], deadline: `30/9/${year}`, code: 'I.2' },
    { title: 'Báo cáo định kỳ', leads: ['Sở Nội vụ'], deadline: 'Hằng quý', code: 'I.3' },
  ]);
  province.app.clock.set(`${year}-07-01`);
  return { ...plan, year, effect: `${year}-07-10` };
};
type Running = Awaited<ReturnType<typeof running>>;

const HEADER = ['STT', 'Tên nhiệm vụ', 'Cơ quan chủ trì', 'Kết quả', 'Thời gian'];
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
/** An annex as an office keeps and edits it: without ids. */
const file = (...rows: readonly (readonly string[])[]): Buffer =>
  Buffer.from(
    [HEADER, ['I', 'Công tác chỉ đạo, điều hành cải cách hành chính', '', '', ''], ...rows]
      .map((row) => row.map(quoted).join(','))
      .join('\r\n'),
  );
const upload = (plan: Running, content: Buffer, name = 'dieu-chinh.csv'): supertest.Test =>
  office().post(`/plans/${plan.plan}/amendment-imports?effect=${plan.effect}`).attach('file', content, name);

const usual = ({ year: of }: Running) => ({
  first: ['I.1', 'Ban hành kế hoạch tuyên truyền', 'Sở Nội vụ', '', `30/6/${of}`],
  third: ['I.3', 'Báo cáo định kỳ', 'Sở Nội vụ', '', 'Hằng quý'],
});

describe('an edited annex', () => {
  it('is shown row by row against the plan, and amends it once', async () => {
    const plan = await running();
    const { first, third } = usual(plan);
    const edited = file([...first.slice(0, 4), `31/8/${plan.year}`], third, [
      ...['I.4', 'Rà soát thủ tục hành chính', 'Sở Tài chính', 'Báo cáo', `Quý IV/${plan.year}`],
    ]);
    const { body } = await upload(plan, edited).expect(201);
    expect([body.faults, body.summary]).toEqual([
      [],
      { rows: 3, same: 1, changed: 1, added: 1, removed: 1, uncertain: 0, faults: 0 },
    ]);
    expect(body.rows[0]).toMatchObject({
      status: 'changed',
      id: plan.rows[0],
      changes: [{ column: 'deadline', before: `30/6/${plan.year}`, after: `31/8/${plan.year}` }],
    });
    expect(body.removed).toEqual([expect.objectContaining({ row: plan.rows[1] })]);
    const document = documentOf(`${plan.year}-07-01`);
    const confirmed = await office()
      .post(`/amendment-imports/${body.id}/confirmation`, { document, reason: 'Điều chỉnh theo chỉ đạo' })
      .expect(200);
    expect(confirmed.body.receipt.revision).toBeGreaterThan(0);
    const again = await office().post(`/amendment-imports/${body.id}/confirmation`, { document }).expect(200);
    expect(again.body).toMatchObject({ receipt: null, unchanged: true });
    await province.app.settled();
    const { body: annex } = await office().get(`/plans/${plan.plan}/rows?on=${plan.effect}`).expect(200);
    expect(annex.items.map(({ title }: { title: string }) => title)).toEqual([
      ...['Ban hành kế hoạch tuyên truyền', 'Báo cáo định kỳ', 'Rà soát thủ tục hành chính'],
    ]);
    const { body: once } = await upload(plan, edited).expect(201);
    expect(once.summary).toMatchObject({ same: 3, changed: 0, added: 0, removed: 0 });
  });

  it('asks a person what a line is that only resembles a row, and removes nothing until then', async () => {
    const plan = await running();
    const { first, third } = usual(plan);
    const edited = file(
      first,
      ['I.2', 'Khảo sát sự hài lòng của người dân năm nay', 'Sở Y tế', '', `30/9/${plan.year}`],
      third,
    );
    const { body } = await upload(plan, edited).expect(201);
    expect(body.summary).toMatchObject({ uncertain: 1, removed: 0, added: 0 });
    const [uncertain] = body.rows;
    expect(uncertain.candidates).toEqual([expect.objectContaining({ row: plan.rows[1] })]);
    const document = documentOf(`${plan.year}-07-01`);
    const early = await office().post(`/amendment-imports/${body.id}/confirmation`, { document }).expect(409);
    expect(early.body.code).toBe('import.uncertain-rows');
    const decide = (row: string | null) =>
      office().put(`/amendment-imports/${body.id}/matches`, { rows: { [String(uncertain.row)]: row } });
    const fresh = await decide(null).expect(200);
    expect(fresh.body.summary).toMatchObject({ uncertain: 0, added: 1, removed: 1 });
    const same = await decide(plan.rows[1] as string).expect(200);
    expect(same.body.summary).toMatchObject({ uncertain: 0, changed: 1, added: 0, removed: 0 });
    const unread = await decide('zzz').expect(422);
    expect(unread.body).toMatchObject({ code: 'import.bad-match', details: { line: String(uncertain.row) } });
    expect(unread.body.detail).toMatch(/dòng “\d+”/);
    const strange = await decide('00000000-0000-5000-8000-000000000000').expect(404);
    expect(strange.body.code).toBe('plan.row-absent');
    await office().post(`/amendment-imports/${body.id}/confirmation`, { document }).expect(200);
    await province.app.settled();
    const { body: task } = await office().get(`/tasks/${plan.rows[1]}?on=${plan.effect}`).expect(200);
    expect(task.title).toBe('Khảo sát sự hài lòng của người dân năm nay');
  });

  it('tells who begins to owe each row and who ceases to, and what the plan would refuse', async () => {
    const plan = await running();
    const { first, third } = usual(plan);
    const second = [
      'I.2',
      'Khảo sát mức độ hài lòng của người dân',
      'Sở Nội vụ; Sở Tài chính',
      '',
      `30/9/${plan.year}`,
    ];
    const fresh = ['I.4', 'Rà soát thủ tục hành chính', 'Sở Tài chính', '', `Quý IV/${plan.year}`];
    const { body } = await upload(plan, file(first, second, third, fresh)).expect(201);
    const named = (name: string) => ({ id: province.id(name), name });
    expect(body).toMatchObject({
      refusal: null,
      rows: [
        { id: plan.rows[1], begins: [named('Sở Nội vụ'), named('Sở Tài chính')], ends: [named('Sở Y tế')] },
        { status: 'added', begins: [named('Sở Tài chính')], ends: [] },
      ],
    });
    const yearly = [...third.slice(0, 4), `31/12/${plan.year}`];
    const cycle = await upload(plan, file(first, second, yearly)).expect(201);
    expect(cycle.body).toMatchObject({
      summary: { faults: 0, changed: 2 },
      refusal: { code: 'plan.cycle-is-fixed', details: { row: plan.rows[2] } },
    });
    const work = { period: 1, percent: 100, complete: true, on: `${plan.year}-06-20`, account: 'Xong.' };
    await province
      .reporter('Sở Y tế')
      .post(`/obligations/${province.obligation(plan.rows[1] as string, 'Sở Y tế')}/reports`, work)
      .expect(201);
    const without = await upload(plan, file(first, third)).expect(201);
    expect(without.body.removed).toEqual([
      { row: plan.rows[1], code: 'I.2', title: 'Khảo sát mức độ hài lòng của người dân', reports: 1 },
    ]);
    const early = { ...plan, effect: `${plan.year - 1}-12-01` };
    const out = await upload(early, file(first, third)).expect(201);
    expect(out.body.refusal).toEqual({
      code: 'plan.amendment-out-of-order',
      detail: expect.stringContaining('ngày'),
      details: expect.anything(),
    });
    expect((await office().get(`/amendment-imports/${cycle.body.id}`).expect(200)).body).toEqual(cycle.body);
  });

  it('takes nothing back that somebody else amended since it was looked at', async () => {
    const plan = await running();
    const { first, third } = usual(plan);
    const second = ['I.2', 'Khảo sát mức độ hài lòng của người dân', 'Sở Y tế', '', `30/9/${plan.year}`];
    const edited = file([...first.slice(0, 4), `31/8/${plan.year}`], second, third);
    const { body } = await upload(plan, edited).expect(201);
    const other = { title: second[1] ?? '', leads: ['Sở Y tế'], deadline: `31/10/${plan.year}`, code: 'I.2' };
    const document = documentOf(`${plan.year}-07-01`);
    const changed = [{ row: plan.rows[1], ...province.row(other) }];
    province.app.clock.set(`${plan.year}-07-02`);
    await office().post(`/plans/${plan.plan}/amendments`, { document, effect: plan.effect, changed }).expect(201);
    const confirmed = (id: string) => office().post(`/amendment-imports/${id}/confirmation`, { document });
    expect((await confirmed(body.id).expect(409)).body.code).toBe('import.plan-amended-since');
    const { body: anew } = await upload(plan, edited).expect(201);
    expect(anew.summary).toMatchObject({ changed: 2, same: 1 });
    await confirmed(anew.id).expect(200);
  });

  it('that says no codes leaves those of the plan, and gives new rows free ones', async () => {
    const plan = await running();
    const { first, third } = usual(plan);
    const second = ['', 'Khảo sát mức độ hài lòng của người dân', 'Sở Y tế', '', `31/10/${plan.year}`];
    const unnumbered = (line: readonly string[], number: number) => [String(number), ...line.slice(1)];
    const fresh = (title: string, number: number) => unnumbered(['', title, 'Sở Tài chính', '', 'Quý IV'], number);
    const edited = file(
      fresh('Rà soát thủ tục', 1),
      ...[third, first, second].map((line, at) => unnumbered(line, at + 2)),
      fresh('Đo thời gian xử lý', 5),
    );
    const { body } = await upload(plan, edited).expect(201);
    expect(body.summary).toMatchObject({ same: 2, changed: 1, added: 2, removed: 0 });
    expect(body.rows.map(({ code }: { code: string }) => code)).toEqual(['I.4', 'I.2', 'I.5']);
    expect(body.rows[1].changes).toEqual([
      { column: 'deadline', before: `30/9/${plan.year}`, after: `31/10/${plan.year}` },
    ]);
    // Also when a person says which row a line is.
    const called = (title: string): readonly string[] => unnumbered(['', title, 'Sở Y tế', '', `30/9/${plan.year}`], 2);
    const guess = file(unnumbered(third, 1), called('Khảo sát sự hài lòng của người dân'), unnumbered(first, 3));
    const { body: asked } = await upload(plan, guess).expect(201);
    const rows = { [String(asked.rows[0].row)]: plan.rows[1] };
    const { body: decided } = await office().put(`/amendment-imports/${asked.id}/matches`, { rows }).expect(200);
    expect(decided.rows[0]).toMatchObject({ code: 'I.2', changes: [{ column: 'title' }] });
  });

  it('that says no codes gives none to a plan without', async () => {
    year += 2;
    province.app.clock.set(`${year - 1}-12-20`);
    const wish = (title: string) => ({ title, leads: ['Sở Y tế'], deadline: `30/9/${year}` });
    const made = await province.promulgate(year, ['Khảo sát hài lòng', 'Tập huấn cán bộ', 'Sơ kết'].map(wish));
    province.app.clock.set(`${year}-07-01`);
    const plan = { ...made, year, effect: `${year}-07-10` };
    const { body: written } = await office().get(`/plans/${plan.plan}/annex?format=csv`).buffer(true).parse(bytes);
    const lines = parse(written as Buffer, { bom: true, relax_column_count: true });
    const at = lines.find((line) => line.includes('Mã dòng'))?.indexOf('Mã dòng') ?? -1;
    expect(at).toBeGreaterThan(0);
    const fresh = (line: readonly string[]) => [
      '4',
      line[1] ?? '',
      'Rà soát thủ tục',
      ...line.slice(3, at),
      '',
      ...line.slice(at + 1),
    ];
    const edited = stringify(
      [...lines, fresh(lines.at(-1) ?? [])].map((line) =>
        line.toSpliced(at, 1).map((cell) => cell.replace('Sơ kết', 'Sơ kết 6 tháng')),
      ),
    );
    const { body } = await upload(plan, Buffer.from(edited)).expect(201);
    expect(body.summary).toMatchObject({ same: 2, faults: 0 });
    const rows = Object.fromEntries(
      body.rows.flatMap(({ row, candidates: [one] }: { row: number; candidates: { row: string }[] }) =>
        one ? [[row, one.row]] : [],
      ),
    );
    await office().put(`/amendment-imports/${body.id}/matches`, { rows }).expect(200);
    const document = documentOf(`${year}-07-01`);
    await office().post(`/amendment-imports/${body.id}/confirmation`, { document }).expect(200);
    await province.app.settled();
    const { body: annex } = await office().get(`/plans/${plan.plan}/rows?on=${plan.effect}`).expect(200);
    expect(annex.items.map(({ code, title }: { code: string; title: string }) => [code, title])).toEqual([
      ...[
        ['', 'Khảo sát hài lòng'],
        ['', 'Tập huấn cán bộ'],
        ['', 'Sơ kết 6 tháng'],
        ['', 'Rà soát thủ tục'],
      ],
    ]);
  });

  it('with a fault is not confirmed, and one that is no annex leaves nothing', async () => {
    const plan = await running();
    const { first } = usual(plan);
    const wrong = file([...first.slice(0, 2), 'Sở Không Có', '', `30/6/${plan.year}`]);
    const { body } = await upload(plan, wrong).expect(201);
    expect(body.faults).toEqual([expect.objectContaining({ column: 'leads', code: 'unknown-unit' })]);
    const refused = await office()
      .post(`/amendment-imports/${body.id}/confirmation`, { document: documentOf(`${plan.year}-07-01`) })
      .expect(409);
    expect(refused.body.code).toBe('import.has-faults');
    const none = await upload(plan, Buffer.from('không có bảng')).expect(422);
    expect(none.body.code).toBe('import.no-table');
  });

  it('that this product wrote comes back without a difference', async () => {
    const plan = await running();
    for (const format of ['xlsx', 'csv', 'docx']) {
      const { body: written } = await office()
        .get(`/plans/${plan.plan}/annex?format=${format}`)
        .buffer(true)
        .parse(bytes);
      const { body } = await upload(plan, written as Buffer, `phu-luc.${format}`).expect(201);
      expect([format, body.summary]).toEqual([
        format,
        { rows: 3, same: 3, changed: 0, added: 0, removed: 0, uncertain: 0, faults: 0 },
      ]);
    }
  });
});

describe('an amendment by hand', () => {
  it('is shown row by row before it is made, with who begins to owe and who ceases to, and changes nothing', async () => {
    const plan = await running();
    const [first = '', second = ''] = plan.rows;
    const row = (title: string, leads: readonly string[], deadline: string, code: string) =>
      province.row({ title, leads: [...leads], deadline, code });
    const kept = row('Ban hành kế hoạch tuyên truyền', ['Sở Nội vụ'], `30/6/${plan.year}`, 'I.1');
    const wish = {
      document: documentOf(`${plan.year}-07-01`),
      effect: plan.effect,
      changed: [{ row: first, ...row('Ban hành kế hoạch tuyên truyền', ['Sở Tài chính'], 'Quý III', 'I.1') }],
      added: [row('Rà soát thủ tục', ['Sở Y tế'], `Quý IV/${plan.year}`, 'I.4')],
      removed: [second],
    };
    const look = async (body: object) =>
      (await office().post(`/plans/${plan.plan}/amendments/preview`, body).expect(200)).body;
    const seen = await look(wish);
    expect(seen).toMatchObject({
      effect: plan.effect,
      rows: [
        {
          status: 'changed',
          id: first,
          due: `${plan.year}-09-30`,
          changes: [
            { column: 'leadsText', before: 'Sở Nội vụ', after: 'Sở Tài chính' },
            { column: 'deadline', before: `30/6/${plan.year}`, after: 'Quý III' },
          ],
          begins: [{ name: 'Sở Tài chính' }],
          ends: [{ name: 'Sở Nội vụ' }],
        },
        { status: 'added', title: 'Rà soát thủ tục', due: `${plan.year}-12-31`, begins: [{ name: 'Sở Y tế' }] },
      ],
      removed: [{ row: second, code: 'I.2', reports: 0 }],
      summary: { same: 0, changed: 1, added: 1, removed: 1 },
      refusal: null,
    });
    expect((await look({ ...wish, changed: [{ row: first, ...kept }] })).summary).toMatchObject({
      same: 1,
      changed: 0,
    });
    const early = await look({ ...wish, effect: `${plan.year}-06-01` });
    expect([early.refusal.code, early.summary.changed]).toEqual(['plan.effect-before-document', 1]);
    await province.app.settled();
    const acts = await office().get(`/plans/${plan.plan}/acts`).expect(200);
    expect(acts.body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['PlanPromulgated']);
    await office().post(`/plans/${plan.plan}/amendments`, wish).expect(201);
  });
});
