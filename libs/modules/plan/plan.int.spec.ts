import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { compoundFile, HEADER, sheetOf, shippedRows, task } from '../../../tests/support/annexes.js';
import { readSheets, writeDelimited } from '#platform/sheets';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import {
  cell,
  deleted,
  documentOf as wordFileOf,
  inserted,
  run,
  row as tableRow,
  table,
  WORD_HEADER,
  wordField,
  wordTask,
} from '../../../tests/support/word-files.js';
import { bytes } from '../../../tests/support/bytes.js';

const DATA = 'libs/demonstration/data';
const XLSX = readFileSync(`${DATA}/ke-hoach-cchc-2026.xlsx`);
const DOCX = readFileSync(`${DATA}/ke-hoach-cchc-2026.docx`);
const CSV = readFileSync(`${DATA}/ke-hoach-cchc-2026.csv`);

let province: Province;
let office: Caller;
let year = 2026;

beforeAll(async () => {
  province = await Province.shipped('2025-12-20');
  office = province.coordinator();
});
afterAll(() => province.close());

/** A new draft, of a year of its own: one unit has one plan of a kind in a year. */
const draft = async (kind = 'cchc'): Promise<string> => {
  year += 1;
  const body = { unit: province.root, year, kind, title: `Kế hoạch năm ${year}` };
  return (await office.post('/plans', body).expect(201)).body.id;
};
const of2026 = async (kind: string): Promise<string> => {
  const body = { unit: province.root, year: 2026, kind, title: 'Kế hoạch năm 2026' };
  return (await office.post('/plans', body).expect(201)).body.id;
};
const upload = (plan: string, file: Buffer, name = 'ke-hoach.xlsx') =>
  office.post(`/plans/${plan}/imports`).attach('file', file, name);
const rowsOf = async (plan: string, query = ''): Promise<{ row: string; title: string; ordinal: number }[]> => {
  await province.app.settled();
  return (await office.get(`/plans/${plan}/rows?limit=200${query}`).expect(200)).body.items;
};
const titles = async (plan: string): Promise<string[]> => (await rowsOf(plan)).map(({ title }) => title);
const row = (title: string, chosen: object = {}): object => ({
  ...province.row({ title, leads: ['Sở Nội vụ'], deadline: `Quý II/${year}` }),
  ...chosen,
});
const codeOf = (answer: { body: { code?: string } }): string | undefined => answer.body.code;

describe('a plan over HTTP', () => {
  it('is drafted once for a unit, a year and a kind, and told apart by a sequence', async () => {
    const body = {
      unit: province.root,
      year: 2026,
      kind: 'cchc-lists',
      title: 'Kế hoạch CCHC năm 2026',
      code: 'CCHC-26',
    };
    const { body: made, headers } = await office.post('/plans', body).expect(201);
    expect(made).toMatchObject({ revision: 0 });
    expect(headers['etag']).toBe('"0"');
    expect(codeOf(await office.post('/plans', body).expect(409))).toBe('plan.exists');
    expect(codeOf(await office.post('/plans', { ...body, sequence: 2 }).expect(409))).toBe('plan.code-in-use');
    const codes: string[] = [];
    for (const sequence of [3, 4]) {
      const { unit, kind, title } = body;
      const { body: other } = await office.post('/plans', { unit, kind, title, sequence, year: 2099 }).expect(201);
      codes.push((await office.get(`/plans/${other.id}`).expect(200)).body.code as string);
    }
    expect(codes).toEqual(['CCHC-2099', 'CCHC-2099-2']);
    const { body: list } = await office.get(`/plans?year=2026&after=${made.position}`).expect(200);
    expect(list.items).toContainEqual(
      expect.objectContaining({
        id: made.id,
        code: 'CCHC-26',
        title: 'Kế hoạch CCHC năm 2026',
        year: 2026,
        unit: { id: province.root, name: 'Ủy ban nhân dân tỉnh' },
        status: 'draft',
        rows: 0,
      }),
    );
  });

  it('is found by id, code and year, and pages through the years', async () => {
    const first = await draft();
    const { body } = await office.get(`/plans/${first}`).expect(200);
    expect(body).toMatchObject({ year, fields: expect.arrayContaining([expect.objectContaining({ code: 'CDDH' })]) });
    expect((await office.get(`/plans/${year}`).expect(200)).body.id).toBe(first);
    expect((await office.get(`/plans/CCHC-${year}`).expect(200)).body.id).toBe(first);
    await draft();
    const years: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body: page }: { body: { items: { year: number }[]; next: string | null } } = await office
        .get(`/plans?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
        .expect(200);
      years.push(...page.items.map((item) => item.year));
      cursor = page.next;
    }
    expect(years).toEqual([...years].sort((a, b) => b - a));
    expect(years.length).toBeGreaterThanOrEqual(3);
    expect(codeOf(await office.get('/plans?cursor=x').expect(422))).toBe('request.bad-cursor');
    expect(codeOf(await office.get('/plans/nothing').expect(404))).toBe('plan.absent');
  });

  it('is retitled and given another headline by who has seen its last revision', async () => {
    const plan = await draft();
    const match = (revision: number): Caller => office.with({ 'if-match': `"${revision}"` });
    const { headers } = await match(0).put(`/plans/${plan}/title`, { title: 'Tên mới' }).expect(200);
    expect(headers['etag']).toBe('"1"');
    const late = await match(0).put(`/plans/${plan}/headline`, { headline: 'carriedOut' }).expect(412);
    expect(late.body).toMatchObject({ code: 'request.stale', details: { revision: 1 } });
    await match(1).put(`/plans/${plan}/headline`, { headline: 'carriedOut' }).expect(200);
    await province.app.settled();
    expect((await office.get(`/plans/${plan}`).expect(200)).body).toMatchObject({
      title: 'Tên mới',
      headline: 'carriedOut',
    });
  });

  it('is a matter of those who plan', async () => {
    const plan = await draft();
    const reporter = province.reporter('Sở Nội vụ');
    for (const refused of [
      await reporter.post('/plans', { unit: province.root, year: 2040, kind: 'x', title: 'x' }),
      await reporter.post(`/plans/${plan}/rows`, row('x')),
      await reporter.put(`/plans/${plan}/promulgation`, { document: documentOf('2025-12-20'), effect: '2026-01-01' }),
      await reporter.post(`/plans/${plan}/imports`).attach('file', XLSX, 'x.xlsx'),
    ]) {
      expect([refused.status, codeOf(refused)]).toEqual([403, 'access.not-allowed']);
    }
    expect((await province.app.anybody.get('/plans')).status).toBe(401);
  });

  it('takes bodies of its own form only', async () => {
    const { body } = await office
      .post('/plans', { unit: 'x', year: '2026', title: '', kind: 'a', more: 1 })
      .expect(422);
    expect(body.code).toBe('request.invalid');
    const fields = (body.details.faults as { field: string }[]).map(({ field }) => field).sort();
    expect(fields).toEqual(['more', 'title', 'unit', 'year']);
  });
});

describe('rows by hand', () => {
  it('are added, edited, removed and moved', async () => {
    const plan = await draft();
    const ids: string[] = [];
    for (const title of ['Một', 'Hai', 'Ba']) {
      ids.push((await office.post(`/plans/${plan}/rows`, row(title)).expect(201)).body.row);
    }
    const [one, two, three] = ids as [string, string, string];
    await office.put(`/plans/${plan}/rows/${three}/position`, { after: one }).expect(200);
    expect(await titles(plan)).toEqual(['Một', 'Ba', 'Hai']);
    await office.put(`/plans/${plan}/rows/${two}/position`, { after: null }).expect(200);
    await office.delete(`/plans/${plan}/rows/${one}`).expect(200);
    await office.put(`/plans/${plan}/rows/${three}`, row('Ba', { deadline: 'Hằng quý' })).expect(200);
    expect(await rowsOf(plan)).toMatchObject([
      { row: two, ordinal: 1, title: 'Hai', due: `${year}-06-30`, rule: 'quarter', cycle: 'once' },
      { row: three, ordinal: 2, title: 'Ba', due: `${year}-12-31`, cycle: 'quarterly', deadline: 'Hằng quý' },
    ]);
    expect((await office.get(`/plans/${plan}`).expect(200)).body.rows).toBe(2);
  });

  it('that are edited to what they say already stay as they are', async () => {
    const plan = await draft();
    const { body } = await office.post(`/plans/${plan}/rows`, row('Một')).expect(201);
    const again = await office.put(`/plans/${plan}/rows/${body.row}`, row('Một')).expect(200);
    expect(again.body).toMatchObject({ revision: body.revision, unchanged: true });
  });

  it('are found without tones, by field, and page by page', async () => {
    const plan = await draft();
    await office.post(`/plans/${plan}/rows`, row('Kiểm tra công vụ đột xuất')).expect(201);
    await office.post(`/plans/${plan}/rows`, row('Báo cáo kết quả kiểm tra', { field: 'CCTC' })).expect(201);
    await office.post(`/plans/${plan}/rows`, row('Rà soát văn bản', { field: 'CCTC' })).expect(201);
    expect((await rowsOf(plan, '&search=KIEM%20tra')).map(({ ordinal }) => ordinal)).toEqual([1, 2]);
    expect((await rowsOf(plan, '&search=dot%20xuat')).map(({ ordinal }) => ordinal)).toEqual([1]);
    expect((await rowsOf(plan, '&field=CCTC')).map(({ ordinal }) => ordinal)).toEqual([2, 3]);
    const first = await office.get(`/plans/${plan}/rows?limit=2`).expect(200);
    const second = await office.get(`/plans/${plan}/rows?limit=2&cursor=${first.body.next}`).expect(200);
    expect([first.body.items.length, first.body.total, second.body.items.length, second.body.next]).toEqual([
      2,
      3,
      1,
      null,
    ]);
  });

  it.each([
    ['plan.unknown-field', { field: 'X' }],
    ['plan.unknown-lead', { leads: [{ kind: 'unit', id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở cũ' }] }],
    ['plan.impossible-date', { deadline: '31/02/2026' }],
    ['plan.row-title-missing', { title: ' ' }],
  ])('are refused with %s', async (code, chosen) => {
    const plan = await draft();
    expect(codeOf(await office.post(`/plans/${plan}/rows`, row('Một', chosen)).expect(422))).toBe(code);
  });

  it('are in the plan once', async () => {
    const plan = await draft();
    await office.post(`/plans/${plan}/rows`, row('Rà soát thủ tục')).expect(201);
    expect(codeOf(await office.post(`/plans/${plan}/rows`, row('RÀ  SOÁT thu tuc')).expect(409))).toBe(
      'plan.row-twice',
    );
    expect(codeOf(await office.post(`/plans/${plan}/rows`, row('Rà soát thủ tục.')).expect(409))).toBe(
      'plan.row-twice',
    );
  });
});

describe('an annex file', () => {
  it('is previewed without a fault, confirmed once, and brings nothing a second time', async () => {
    const plan = await of2026('import-xlsx');
    const { body: preview } = await upload(plan, XLSX).expect(201);
    expect(preview).toMatchObject({ plan, file: 'ke-hoach.xlsx', faults: [], summary: { rows: 68, faults: 0 } });
    expect(preview.rows.every(({ status }: { status: string }) => status === 'new')).toBe(true);
    expect(await titles(plan)).toEqual([]);
    const confirm = (by = office) => by.post(`/imports/${preview.id}/confirmation`).expect(200);
    const keyed = office.with({ 'idempotency-key': 'confirm-the-annex' });
    const [first, again] = [await confirm(keyed), await confirm(keyed)];
    expect(first.body.rows).toBe(68);
    expect(again.body.receipt?.position ?? first.body.receipt.position).toBe(first.body.receipt.position);
    expect((await confirm()).body.rows).toBe(0);
    expect((await titles(plan)).length).toBe(68);
    const { body: once } = await upload(plan, XLSX).expect(201);
    expect(new Set(once.rows.map(({ status }: { status: string }) => status))).toEqual(new Set(['same']));
    expect((await office.post(`/imports/${once.id}/confirmation`).expect(200)).body).toEqual({
      rows: 0,
      receipt: null,
    });
  });

  it('that is sent again under its key is the import that came of it, and another file under that key is refused', async () => {
    const plan = await of2026('import-keyed');
    const keyed = office.with({ 'idempotency-key': 'send-the-annex' });
    const send = (file: Buffer, name: string) => keyed.post(`/plans/${plan}/imports`).attach('file', file, name);
    const { body: preview } = await send(XLSX, 'ke-hoach.xlsx').expect(201);
    expect(codeOf(await send(CSV, 'ke-hoach.csv').expect(422))).toBe('request.idempotency-key-reused');
    expect((await send(XLSX, 'ke-hoach.xlsx').expect(201)).body).toMatchObject({ id: preview.id, confirmed: null });
    await office.post(`/imports/${preview.id}/confirmation`).expect(200);
    const { body: again } = await send(XLSX, 'ke-hoach.xlsx').expect(201);
    expect([again.id, again.file, typeof again.confirmed]).toEqual([preview.id, 'ke-hoach.xlsx', 'string']);
    expect((await titles(plan)).length).toBe(68);
  });

  it('that is confirmed several times at once is brought in once', async () => {
    const plan = await of2026('import-at-once');
    const { body: preview } = await upload(plan, XLSX).expect(201);
    const confirmed = await Promise.all(
      Array.from({ length: 4 }, () => office.post(`/imports/${preview.id}/confirmation`).expect(200)),
    );
    expect(confirmed.map(({ body }) => body.rows as number).sort((a, b) => a - b)).toEqual([0, 0, 0, 68]);
    expect((await titles(plan)).length).toBe(68);
  });

  it('says the same in Excel, in Word and in CSV, row by row', async () => {
    const plan = await of2026('import-csv');
    const { body } = await upload(plan, CSV, 'ke-hoach.csv').expect(201);
    expect(body).toMatchObject({ faults: [], summary: { rows: 68, faults: 0 } });
    await office.post(`/imports/${body.id}/confirmation`).expect(200);
    const rows = await rowsOf(plan);
    expect(rows.map(({ title }) => title)).toEqual(shippedRows().map((cells) => cells['nhiem_vu']));
    for (const [file, name] of [
      [XLSX, 'ke-hoach.xlsx'],
      [DOCX, 'ke-hoach.docx'],
    ] as const) {
      const { body: other } = await upload(plan, file, name).expect(201);
      expect(other).toMatchObject({ file: name, faults: [], warnings: [] });
      expect(new Set(other.rows.map(({ status }: { status: string }) => status))).toEqual(new Set(['same']));
    }
  });

  it('of Word with tracked changes is shown as if they were accepted, with a warning, and confirmed so', async () => {
    const plan = await draft();
    const title = `<w:p>${run('Báo cáo quý ')}${deleted('I')}${inserted(run('II'))}</w:p>`;
    const field = wordField('I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH');
    const line = wordTask('1', '', { 1: cell(title), 4: `30/6/${year}` });
    const file = wordFileOf(table([tableRow(WORD_HEADER), field, line]));
    const { body } = await upload(plan, file, 'ke-hoach.docx').expect(201);
    expect(body).toMatchObject({ faults: [], warnings: [{ code: 'import.tracked-changes' }] });
    await office.post(`/imports/${body.id}/confirmation`).expect(200);
    expect(await titles(plan)).toEqual(['Báo cáo quý II']);
  });

  it('shows its faults by row and column, with suggestions, and is not confirmed with them', async () => {
    const plan = await of2026('faults');
    const file = sheetOf({
      name: 'Phụ lục',
      rows: [
        HEADER,
        ['I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
        task(1, 'Nhiệm vụ một', { leads: 'Sở Nội vụụ' }),
        task(2, 'Nhiệm vụ hai', { deadline: '31/02/2026' }),
        task(3, 'Nhiệm vụ ba', { leads: null }),
      ],
    });
    const { body } = await upload(plan, file).expect(201);
    expect(body.faults).toMatchObject([
      { row: 3, column: 'leads', code: 'unknown-unit', suggestion: 'Sở Nội vụ' },
      { row: 4, column: 'deadline', code: 'impossible-date' },
      { row: 5, column: 'leads', code: 'missing-lead' },
    ]);
    const refused = await office.post(`/imports/${body.id}/confirmation`).expect(409);
    expect(refused.body).toMatchObject({ code: 'import.has-faults', details: { faults: 3 } });
    expect(await titles(plan)).toEqual([]);
  });

  it('of more rows than a plan has is shown so, and brings none of them', async () => {
    const plan = await of2026('overfull');
    await office.post(`/plans/${plan}/rows`, row('Có sẵn', { deadline: '30/6/2026' })).expect(201);
    const lines = Array.from({ length: 10_000 }, (_, at) => `${at + 1};CDDH;Việc ${at + 1};Sở Nội vụ;30/6/2026`);
    const file = Buffer.from(['STT;Lĩnh vực;Nhiệm vụ;Chủ trì;Hạn', ...lines].join('\n'));
    const { body } = await upload(plan, file, 'nhieu.csv').expect(201);
    expect(body.faults).toMatchObject([{ row: 10_001, column: 'title', code: 'too-many-rows' }]);
    expect(codeOf(await office.post(`/imports/${body.id}/confirmation`).expect(409))).toBe('import.has-faults');
    expect(await titles(plan)).toEqual(['Có sẵn']);
  });

  it('is shown again under a corrected mapping', async () => {
    const plan = await of2026('mapping');
    const [ordinal, , ...rest] = HEADER;
    const file = sheetOf({
      name: 'Phụ lục',
      rows: [
        [ordinal ?? '', 'Việc làm', ...rest],
        ['I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
        task(1, 'Nhiệm vụ một'),
      ],
    });
    const { body } = await upload(plan, file).expect(201);
    const title = (body.columns as { index: number; header: string }[]).find(({ header }) => header === 'Việc làm');
    const put = (columns: object) => office.put(`/imports/${body.id}/mapping`, { columns });
    const { body: mapped } = await put({ [title?.index ?? 0]: 'title' }).expect(200);
    expect(mapped).toMatchObject({ faults: [], rows: [{ title: 'Nhiệm vụ một' }] });
    expect((await office.get(`/imports/${body.id}`).expect(200)).body.rows).toEqual(mapped.rows);
    expect(codeOf(await put({ [title?.index ?? 0]: 'beauty' }).expect(422))).toBe('import.bad-mapping');
    expect((await office.post(`/imports/${body.id}/confirmation`).expect(200)).body.rows).toBe(1);
    expect(codeOf(await put({}).expect(409))).toBe('import.confirmed');
  });

  it('changes the rows that it says otherwise, and leaves what it does not speak of', async () => {
    const plan = await draft();
    const fileOf = (deadline: string): Buffer =>
      sheetOf({
        name: 'Phụ lục',
        rows: [
          HEADER,
          ['I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
          task(1, 'Nhiệm vụ một', { deadline }),
          task(2, 'Nhiệm vụ hai', { deadline: `30/6/${year}` }),
        ],
      });
    const bring = async (file: Buffer): Promise<number> => {
      const { body } = await upload(plan, file).expect(201);
      expect(body.faults).toEqual([]);
      return (await office.post(`/imports/${body.id}/confirmation`).expect(200)).body.rows;
    };
    expect(await bring(fileOf(`30/6/${year}`))).toBe(2);
    const [one] = await rowsOf(plan);
    const mode = { kind: 'share', percent: 80 };
    const { title, leads, deliverable } = one as unknown as { title: string; leads: object[]; deliverable: string };
    await office
      .put(`/plans/${plan}/rows/${one?.row}`, {
        field: 'CDDH',
        title,
        leads,
        deliverable,
        deadline: `30/6/${year}`,
        mode,
      })
      .expect(200);
    expect(await bring(fileOf(`30/9/${year}`))).toBe(1);
    expect(await rowsOf(plan)).toMatchObject([
      { row: one?.row, due: `${year}-09-30`, mode },
      { due: `${year}-06-30`, mode: { kind: 'all' } },
    ]);
  });

  it('finds its rows again when their titles end with another sign', async () => {
    const plan = await draft();
    const bring = async (title: string): Promise<unknown[]> => {
      const rows = [
        HEADER,
        ['I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
        task(1, title, { deadline: `30/6/${year}` }),
      ];
      const { body } = await upload(plan, sheetOf({ name: 'Phụ lục', rows })).expect(201);
      const { rows: brought } = (await office.post(`/imports/${body.id}/confirmation`).expect(200)).body;
      return [body.rows[0].status, brought];
    };
    expect(await bring('Ban hành kế hoạch A')).toEqual(['new', 1]);
    const [first] = await rowsOf(plan);
    expect(await bring('Ban hành kế hoạch A.')).toEqual(['changed', 1]);
    expect(await bring('Ban hành kế hoạch A.')).toEqual(['same', 0]);
    expect(await rowsOf(plan)).toMatchObject([{ row: first?.row, title: 'Ban hành kế hoạch A.' }]);
  });

  it.each([
    ['import.broken-file', Buffer.from('PK\x03\x04 and nothing behind it'), 'x.xlsx'],
    ['import.wrong-type', Buffer.from('%PDF-1.4\n1 0 obj\n'), 'x.pdf'],
    ['import.no-table', Buffer.from('a,b\n1,2\n'), 'x.csv'],
    ['import.legacy-doc', compoundFile('WordDocument'), 'x.doc'],
  ])('that is none is refused (%s) and leaves nothing', async (code, bytes, name) => {
    const plan = await draft();
    const { rows: before } = await province.app.database.pool.query('select count(*) from plan_import');
    expect(codeOf(await upload(plan, bytes, name).expect(422))).toBe(code);
    const { rows: after } = await province.app.database.pool.query('select count(*) from plan_import');
    expect(after).toEqual(before);
  });

  it('is refused of a plan that is no draft any more, and of none', async () => {
    const { plan } = await province.promulgate(2060, [{ title: 'Một', leads: ['Sở Nội vụ'], deadline: 'Hằng quý' }]);
    expect(codeOf(await upload(plan, XLSX).expect(409))).toBe('plan.not-a-draft');
    expect(codeOf(await upload('0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', XLSX).expect(404))).toBe('plan.absent');
    expect(codeOf(await office.get('/imports/0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42').expect(404))).toBe('import.absent');
  });
});

describe('a promulgation over HTTP', () => {
  it('of the shipped annex obliges every unit it reaches, with the signed document attached', async () => {
    const plan = await of2026('promulgation');
    const { body } = await upload(plan, XLSX).expect(201);
    await office.post(`/imports/${body.id}/confirmation`).expect(200);
    const signed = await province.app.files.store(Readable.from([Buffer.from('%PDF-1.4\nsigned')]), 'dieuphoi');
    const document = { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-20', file: signed.sha256 };
    const promulgate = (chosen: object = {}) =>
      office.put(`/plans/${plan}/promulgation`, { document, effect: '2026-01-01', ...chosen });
    expect(codeOf(await promulgate({ document: { ...document, file: '0'.repeat(64) } }).expect(404))).toBe(
      'file.absent',
    );
    await promulgate().expect(200);
    await province.app.settled();
    const events = await province.app.store.read(`plan-${plan}`);
    const last = events.at(-1);
    const data = JSON.parse(last?.data ?? '{}') as { obliged: { units: string[]; rows: string[] }[] };
    expect(last).toMatchObject({ type: 'PlanPromulgated', on: '2026-01-01' });
    expect(data.obliged.flatMap(({ rows }) => rows)).toHaveLength(68);
    expect(data.obliged.reduce((sum, { units, rows }) => sum + units.length * rows.length, 0)).toBe(1073);
    expect((await office.get(`/plans/${plan}`).expect(200)).body).toMatchObject({
      status: 'promulgated',
      effect: '2026-01-01',
      document,
      rows: 68,
    });
    expect(codeOf(await promulgate().expect(409))).toBe('plan.promulgated');
  });

  it.each<[number, string, object]>([
    [422, 'request.document-of-the-future', { document: documentOf('2025-12-21') }],
    [422, 'plan.effect-before-document', { effect: '2025-12-19' }],
    [422, 'request.invalid', { effect: '2026-02-30' }],
    [409, 'plan.no-rows', {}],
  ])('is refused: %i %s', async (status, code, chosen) => {
    const plan = await draft();
    const body = { document: documentOf('2025-12-20'), effect: '2026-01-01', ...chosen };
    expect(codeOf(await office.put(`/plans/${plan}/promulgation`, body).expect(status))).toBe(code);
  });
});

describe('the annex as a file', () => {
  const fetched = async (plan: string, query = ''): Promise<{ bytes: Buffer; headers: Record<string, string> }> => {
    const { body, headers } = await office.get(`/plans/${plan}/annex${query}`).buffer(true).parse(bytes).expect(200);
    return { bytes: body as Buffer, headers: headers };
  };
  const statuses = (body: { rows: { status: string }[] }): string[] => body.rows.map(({ status }) => status);
  let plan: string;
  let first: string;

  beforeAll(async () => {
    plan = await draft();
    const add = async (title: string, chosen: object = {}): Promise<string> =>
      (await office.post(`/plans/${plan}/rows`, row(title, chosen)).expect(201)).body.row;
    first = await add('=HYPERLINK("http://x.vn";"Bấm")', { code: 'I.7', mode: { kind: 'share', percent: 80 } });
    await add('Rà soát \u200f\u202evăn bản', { field: 'CCTC', note: '- ghi chú;\n"hai"', deadline: 'Hằng tháng' });
    await add('Kiểm tra'.normalize('NFD'), { code: '', mode: { kind: 'declared' } });
    await province.app.settled();
  });

  it.each(['xlsx', 'docx', 'csv'])('comes back without a difference (%s)', async (format) => {
    const { bytes } = await fetched(plan, `?format=${format}`);
    const { body } = await upload(plan, bytes, `x.${format}`).expect(201);
    expect(body).toMatchObject({ faults: [], warnings: [], summary: { rows: 3, faults: 0 } });
    expect(statuses(body)).toEqual(['same', 'same', 'same']);
    expect((await office.post(`/imports/${body.id}/confirmation`).expect(200)).body.rows).toBe(0);
  });

  it.each(['xlsx', 'docx', 'csv'])('makes the same plan elsewhere (%s)', async (format) => {
    const { bytes } = await fetched(plan, `?format=${format}`);
    const { year: sameYear } = (await office.get(`/plans/${plan}`).expect(200)).body;
    const copy = { unit: province.root, year: sameYear, kind: `copy-${format}`, title: 'Kế hoạch khác' };
    const other = (await office.post('/plans', copy).expect(201)).body.id;
    const { body } = await upload(other, bytes, `x.${format}`).expect(201);
    expect(body).toMatchObject({ faults: [], summary: { rows: 3, faults: 0 } });
    await office.post(`/imports/${body.id}/confirmation`).expect(200);
    const brought = await rowsOf(other);
    expect(brought).toMatchObject([
      { title: '=HYPERLINK("http://x.vn";"Bấm")', code: 'I.7', mode: { kind: 'share', percent: 80 } },
      { title: 'Kiểm tra', code: '', mode: { kind: 'declared' } },
      { title: 'Rà soát văn bản', note: '- ghi chú;\n"hai"', cycle: 'monthly', mode: { kind: 'all' } },
    ]);
    expect(brought.map((one) => one.row)).not.toContain(first);
  });

  it('knows a row that was called otherwise in it', async () => {
    const [sheet] = await readSheets((await fetched(plan, '?format=csv')).bytes);
    const lines = sheet?.rows.map(({ cells }) => Array.from({ length: 12 }, (_, at) => cells.get(at) ?? '')) ?? [];
    const changed = writeDelimited(lines.map((cells) => cells.map((text) => text.replace('Bấm', 'Bấm vào'))));
    const { body } = await upload(plan, changed, 'x.csv').expect(201);
    expect(body.rows[0]).toMatchObject({ id: first, status: 'changed', mode: { kind: 'share', percent: 80 } });
    expect(statuses(body)).toEqual(['changed', 'same', 'same']);
    await office.post(`/imports/${body.id}/confirmation`).expect(200);
    const rows = await rowsOf(plan);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ row: first, title: '=HYPERLINK("http://x.vn";"Bấm vào")', code: 'I.7' });
  });

  it('holds what was recorded a moment before it was asked for', async () => {
    const fresh = await draft();
    const reader = await province.app.database.pool.connect();
    await reader.query('begin; lock table view_plans.annex_row in share mode');
    await office.post(`/plans/${fresh}/rows`, row('Vừa mới thêm')).expect(201);
    const file = fetched(fresh, '?format=csv');
    await pause(300);
    await reader.query('rollback');
    reader.release();
    expect((await file).bytes.toString()).toContain('Vừa mới thêm');
  });

  it('is saved under a Vietnamese name, by whoever may read', async () => {
    const { headers, bytes } = await fetched(plan);
    const { title } = (await office.get(`/plans/${plan}`).expect(200)).body;
    expect(headers['content-type']).toMatch(/spreadsheetml/u);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="Ph_ l_c - ${title.replace(/[^ -~]/gu, '_')}.xlsx"; filename*=UTF-8''${encodeURIComponent(`Phụ lục - ${title}.xlsx`)}`,
    );
    expect(headers['content-length']).toBe(String(bytes.length));
    await province.reporter('Sở Nội vụ').get(`/plans/${plan}/annex?format=csv`).expect(200);
    expect((await province.app.anybody.get(`/plans/${plan}/annex`)).status).toBe(401);
  });

  it('is refused of no plan, in no such format, and before the plan is in force', async () => {
    expect(codeOf(await office.get('/plans/nothing/annex').expect(404))).toBe('plan.absent');
    expect(codeOf(await office.get(`/plans/${plan}/annex?format=pdf`).expect(422))).toBe('request.invalid');
    expect((await office.get(`/plans/${plan}/annex?on=2026-02-30`)).status).toBe(422);
    const { plan: other } = await province.promulgate(2061, [
      { title: 'Một', leads: ['Sở Nội vụ'], deadline: 'Hằng quý' },
    ]);
    await province.app.settled();
    expect(codeOf(await office.get(`/plans/${other}/annex?on=2011-01-01`).expect(409))).toBe('plan.not-in-force');
  });
});
