import { existsSync, readFileSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Caller } from '../../tests/support/app.js';
import {
  ask,
  ended,
  killPrograms,
  programOf,
  serving,
  start,
  type Ended,
  type Serving,
} from '../../tests/support/programs.js';

const CAMKET = 'infra/camket.mjs';
const ANNEX = join(process.cwd(), 'libs/demonstration/data/ke-hoach-cchc-2026.xlsx');
const CLOCKS = [
  ['2026-12-18', '2026-12-18'],
  ['2026-12-17', '2026-12-18'],
  ['2026-12-17', '2026-12-17'],
  ['2026-12-14', '2026-12-18'],
  ['2026-12-14', '2026-12-14'],
  ['2026-10-31', '2026-10-31'],
  ['2026-06-30', '2026-12-18'],
  ['2026-06-30', '2026-06-30'],
  ['2026-03-31', '2026-03-31'],
  ['2025-12-31', '2026-12-18'],
] as const;

/** An answer without positions: notices are still recorded while the year has just been loaded. */
const placeless = (answer: string | object): unknown =>
  JSON.parse(typeof answer === 'string' ? answer : JSON.stringify(answer), (key, value: unknown) =>
    key === 'position' ? null : value,
  );

let temporary: string;

/** Runs camket on a data folder to its end, as a program of its own. */
const camket = (data: string, ...args: readonly string[]): Promise<Ended> =>
  ended(start(CAMKET, args, { CAMKET_DATA: data }));

/** Does the same in a process that has loaded camket already: one command after the other, several times as fast. */
const run = (data: string, ...args: readonly string[]): Promise<Ended> => ask(args, { CAMKET_DATA: data });

const folderOf = (data: string, mode = 'demonstration'): string => join(data, mode);

/** Serves a data folder until `stop`. */
const serve = async (data: string): Promise<Serving & { stop: () => Promise<void> }> => {
  const child = start(await programOf('api'), ['--demonstration'], { CAMKET_DATA: data, PORT: '0' });
  const end = ended(child);
  const { url, database } = await serving(child, end, folderOf(data));
  return {
    url: url.replace('localhost', '127.0.0.1'),
    database,
    stop: async () => {
      child.kill('SIGTERM');
      await end;
    },
  };
};

const signedIn = async (url: string, data: string, username: string): Promise<Caller> => {
  const file = join(folderOf(data), 'demo-accounts.json');
  const accounts = JSON.parse(readFileSync(file, 'utf8')) as { username: string; password: string }[];
  const password = accounts.find((account) => account.username === username)?.password;
  const { body } = await new Caller(url, {}).post('/sessions', { username, password }).expect(201);
  return new Caller(url, { authorization: `Bearer ${body.token}` });
};

/** Ten questions about the year, answered by a server. */
const figures = async (caller: Caller, plan: string): Promise<object[]> => {
  const answers: object[] = [];
  for (const [on, recorded] of CLOCKS) {
    const { body } = await caller.get(`/plans/${plan}/progress?on=${on}&recorded=${recorded}`).expect(200);
    answers.push(body as object);
  }
  return answers;
};

const eventRows = async (url: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ row: string }>('select e::text as row from log.events e order by position');
    return rows.map(({ row }) => row);
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'camket-cli-'));
});
afterAll(async () => {
  killPrograms();
  await rm(temporary, { recursive: true, force: true });
});

describe('camket', () => {
  it.each<[string, string[], number, RegExp]>([
    ['shows what there is', ['--help'], 0, /backup <file>[\s\S]*Ends with 0 when done/],
    ['shows what a command takes', ['plan', 'import', '--help'], 0, /--dry-run[\s\S]*--demonstration/],
    ['says its release', ['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    ['does not know every word', ['nonsense'], 2, /unknown command/],
    ['asks for what is missing', ['plan', 'progress'], 2, /missing required argument/],
    ['knows the calendar', ['plan', 'progress', '2026', '--on', '2026-02-31'], 2, /YYYY-MM-DD/],
    ['knows no half words', ['plan'], 2, /Usage: camket plan/],
    ['asks which views', ['views', 'rebuild'], 2, /which views, or --all/],
    ['knows its settings', ['views', 'list', '--demonstration', '--empty'], 2, /exclude each other/],
  ])('%s', async (_, args, code, words) => {
    const end = await camket(join(temporary, 'nowhere'), ...args);
    expect(end.code).toBe(code);
    expect(end.out + end.err).toMatch(words);
    expect(existsSync(join(temporary, 'nowhere'))).toBe(false);
  });
});

describe('camket on the demonstration year', () => {
  let data: string;
  let server: Awaited<ReturnType<typeof serve>>;
  let coordinator: Caller;
  let plan: string;

  beforeAll(async () => {
    data = join(temporary, 'year');
    const loaded = await camket(data, 'plan', 'progress', '2026');
    expect(loaded).toMatchObject({ code: 0, err: expect.stringContaining('Loading the demonstration year') });
    expect(loaded.out).toContain(
      '35/35 nhiệm vụ đến hạn đã hoàn thành; 65/68 đã triển khai; không có nhiệm vụ quá hạn.',
    );
    expect(loaded.out).toMatch(/Đã hoàn thành +65\/68 +95,6 %/);
    server = await serve(data);
    coordinator = await signedIn(server.url, data, 'dieuphoi');
    plan = (await coordinator.get('/plans?year=2026').expect(200)).body.items[0].id as string;
  }, 300_000);
  afterAll(async () => {
    await server.stop();
  });

  it('answers figures as HTTP does', async () => {
    const answers = await figures(coordinator, plan);
    for (const index of [0, 3, 7, 9]) {
      const [on = '', recorded = ''] = CLOCKS[index] ?? [];
      const asked = await run(data, 'plan', 'progress', '2026', '--on', on, '--recorded', recorded, '--json');
      expect(placeless(asked.out)).toEqual(placeless(answers[index] ?? {}));
    }
  });

  it('compares two figures as HTTP does, and says in words what makes the difference', async () => {
    const asked = ['--on1', '2026-03-31', '--recorded1', '2026-03-31', '--on2', '2026-03-31'];
    const { out, err } = await run(data, 'plan', 'compare', '2026', ...asked, '--json');
    const query = 'on1=2026-03-31&recorded1=2026-03-31&on2=2026-03-31';
    const { body } = await coordinator.get(`/plans/${plan}/progress/comparison?${query}`).expect(200);
    expect([err, placeless(out)]).toEqual(['', placeless(body)]);
    const words = await run(data, 'plan', 'compare', '2026', ...asked);
    expect(words.out).toMatch(/Đã hoàn thành +9\/68 \(13,2 %\) +8\/68 \(11,8 %\) +-1/);
    expect(words.out).toMatch(/VI\.2 [^]*Đính chính báo cáo.*09\/04\/2026.*Công văn số/);
    expect((await run(data, 'plan', 'compare', '2026')).out).toContain('Không có gì khác nhau.');
  });

  it('lists whom to remind, and the ledgers, as HTTP does; as files too', async () => {
    const units = (await coordinator.get('/units?limit=200')).body.items as { id: string; code: string }[];
    const office = units.find(({ code }) => code === 'H99.01')?.id ?? '';
    for (const [args, path] of [
      [['chase', '2026', '--on', '2026-12-14', '--recorded', '2026-12-14'], 'chase?on=2026-12-14&recorded=2026-12-14'],
      [['chase', '2026', '--within', '60', '--unit', 'H99.01'], `chase?within=60&unit=${office}`],
      [['ledger', 'extensions', '2026', '--field', 'IV'], 'ledger/extensions?field=CCTCBM'],
      [['ledger', 'extensions', '2026'], 'ledger/extensions?'],
      [['ledger', 'lateness', '2026', '--on', '2026-10-05'], 'ledger/lateness?on=2026-10-05'],
    ] as const) {
      const { out, err } = await run(data, 'plan', ...args, '--json');
      const { body } = await coordinator.get(`/plans/${plan}/${path}&limit=200`).expect(200);
      expect([err, placeless(out)]).toEqual(['', placeless(body)]);
    }
    const nothing = await run(data, 'plan', 'chase', '2026', '--field', 'NOPE');
    expect(nothing).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no field NOPE; there are\n {2}I {2}CDDH {2}/),
    });
    const words = await run(data, 'plan', 'ledger', 'extensions', '2026');
    expect(words.out).toMatch(/IV\.2 +Sở Nội vụ +1 +30\/09\/2026 +31\/10\/2026 +31/);
    expect((await run(data, 'plan', 'chase', '2026')).out).toMatch(/Sở Nội vụ +I\.5 +20\/12\/2026 +Còn 2 ngày/);
    const [letter, list] = [join(temporary, 'don-doc.docx'), join(temporary, 'don-doc.xlsx')];
    const files = ['--docx', letter, '--xlsx', list];
    const made = await run(data, 'plan', 'chase', '2026', ...files, '--number', '0123/UBND-NC');
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/don-doc\.xlsx: \d+ KB\.\n.*don-doc\.docx: /) });
    for (const path of [letter, list]) expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK');
    expect(await run(data, 'plan', 'chase', '2026', '--docx', letter)).toMatchObject({
      code: 1,
      err: expect.stringContaining('say --force'),
    });
    const ledger = ['plan', 'ledger', 'lateness', '2026', '--xlsx', list, '--force'];
    expect(await run(data, ...ledger)).toMatchObject({ code: 0, out: expect.stringMatching(/xlsx: \d+ KB\.\n$/) });
  }, 120_000);

  it('lists plans, units and rows, and tells what happened to one, as HTTP does', async () => {
    const late = await run(data, 'plan', 'rows', '2026', '--state', 'late', '--json');
    const { id } = (JSON.parse(late.out) as { items: { id: string }[] }).items[0] ?? { id: '' };
    for (const [args, path] of [
      [['plan', 'list'], '/plans?'],
      [['units', 'list', '--search', 'so tai', '--on', '2026-06-30'], '/units?search=so%20tai&on=2026-06-30'],
      [['plan', 'rows', '2026', '--state', 'late'], `/plans/${plan}/tasks?state=late`],
      [
        ['plan', 'rows', '2026', '--search', 'bao cao', '--quarter', '2026-Q4'],
        `/plans/${plan}/tasks?search=bao%20cao&quarter=2026-Q4`,
      ],
      [['plan', 'history', '2026', id], `/tasks/${id}/history?`],
    ] as const) {
      const { out, err } = await run(data, ...args, '--json');
      const { body } = await coordinator.get(`${path}&limit=200`).expect(200);
      expect([err, JSON.parse(out)]).toEqual(['', body]);
      expect(Object.values(body as object).flat().length).toBeGreaterThan(1);
    }
    expect((await run(data, 'plan', 'list')).out).toMatch(
      /CCHC-2026 +2026 +68 +Đang thực hiện, hiệu lực 01\/01\/2026 +Ủy ban/,
    );
    expect((await run(data, 'plan', 'rows', '2026', '--state', 'open')).out).toMatch(
      /: 3 nhiệm vụ\n\n[^]*\nI\.5 +20\/12\/2026 +0\/1 +Đang/,
    );
    expect((await run(data, 'plan', 'history', '2026', 'IV.2')).out).toMatch(
      /^IV\.2 .*\n\n24\/12\/2025 {2}Điều phối viên 1, Sở Nội vụ\n {2}Ban hành kế hoạch có nhiệm vụ này[^]*mục [\da-f-]{36}\)\n +(Sở Nội vụ: )?Gia hạn từ 30\/09\/2026 đến 31\/10\/2026.*\n[^]*Văn bản: /,
    );
    expect(await run(data, 'units', 'list', '--kind', 'nothing')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no kind of units called nothing; there are\n {2}province {2}/),
    });
  }, 120_000);

  it('shows forecasts and matrices as HTTP does', async () => {
    const asOf = ['--on', '2026-09-30', '--recorded', '2026-09-30'];
    const then = 'on=2026-09-30&recorded=2026-09-30&limit=200';
    const { items: units } = (await coordinator.get('/units?search=H99.01&limit=200')).body as {
      items: { id: string; code: string }[];
    };
    const office = units.find(({ code }) => code === 'H99.01')?.id ?? '';
    const rows = (await coordinator.get(`/plans/${plan}/tasks?limit=200`)).body.items as { id: string; code: string }[];
    const row = rows.find(({ code }) => code === 'III.8')?.id ?? '';
    for (const [args, path] of [
      [['forecasts', '2026'], `/plans/${plan}/progress/forecasts`],
      [['matrix', '2026', '--row', 'iii.8', ...asOf], `/tasks/${row}/matrix?${then}`],
      [['matrix', '2026', '--row', row, '--unit', 'H99.01'], `/tasks/${row}/matrix?unit=${office}&limit=200`],
      [['matrix', '2026', '--unit', 'Sở Nội vụ', ...asOf], `/plans/${plan}/units/${office}/matrix?${then}`],
      [
        ['matrix', '2026', '--unit', 'H99.01', '--field', 'IV'],
        `/plans/${plan}/units/${office}/matrix?field=CCTCBM&limit=200`,
      ],
    ] as const) {
      const { out, err } = await run(data, 'plan', ...args, '--json');
      const { body } = await coordinator.get(path).expect(200);
      expect([err, placeless(out)]).toEqual(['', placeless(body)]);
      expect(body.items.length).toBeGreaterThan(0);
    }
    expect((await run(data, 'plan', 'forecasts', '2026')).out).toMatch(
      /^Đến hết ngày 18\/12\/2026 đã hoàn thành 65 [^]*\n30\/06\/2026 +17 +66 +68 +0 +Trong khoảng\n/,
    );
    expect((await run(data, 'plan', 'matrix', '2026', '--row', 'III.8', ...asOf)).out).toMatch(
      /: \d+ đơn vị\n[^]*\nĐơn vị +Kỳ xong +Kỳ 1 +Kỳ 2 [^]*\nHạn +20\/03\/2026 [^]*\nSở Nội vụ +\d\/4 +Xong /,
    );
    expect((await run(data, 'plan', 'matrix', '2026', '--unit', 'H99.01')).out).toMatch(
      /^Sở Nội vụ\n[^]*: 29 nhiệm vụ\n[^]*\nI\.5 +0\/1 +20\/12\/2026 [^]*\nIII\.8 +4\/4 +Kỳ 1–4: xong /,
    );
    expect(await run(data, 'plan', 'matrix', '2026', '--row', 'X.99')).toMatchObject({
      code: 1,
      err: expect.stringContaining('No row of CCHC-2026 has the number X.99'),
    });
    expect(await run(data, 'plan', 'forecasts', '2031')).toMatchObject({
      code: 1,
      err: expect.stringContaining('plan.absent'),
    });
    for (const wrong of [[], ['--row', 'III.8', '--field', 'III']])
      expect((await run(data, 'plan', 'matrix', '2026', ...wrong)).code).toBe(2);
  }, 120_000);

  it('says in plain words what is refused', async () => {
    const absent = await run(data, 'plan', 'progress', '2031');
    expect(absent).toEqual({ code: 1, out: '', err: 'Refused: plan.absent\n  Không tìm thấy kế hoạch.\n' });
    const lost = await run(data, 'plan', 'import', join(temporary, 'no.xlsx'));
    expect(lost).toMatchObject({ code: 1, err: expect.stringContaining('there is no such file') });
    const promulgated = await run(data, 'plan', 'import', ANNEX);
    expect(promulgated).toMatchObject({ code: 1, err: expect.stringContaining('plan.not-a-draft') });
    const reporter = await run(data, 'plan', 'import', ANNEX, '--as', 'baocao');
    expect(reporter).toMatchObject({ code: 1, err: expect.stringContaining('may not do that') });
    const view = await run(data, 'views', 'resume', 'nothing');
    expect(view).toMatchObject({ code: 1, err: expect.stringContaining('view.absent') });
  });

  it('shows an annex as the preview over HTTP does, and stores nothing', async () => {
    const unit = (await coordinator.get(`/plans/${plan}`)).body.unit.id as string;
    const title = 'Kế hoạch thử';
    const made = await coordinator
      .post('/plans', { unit, year: 2026, title, kind: 'thu', code: 'THU-2026' })
      .expect(201);
    const upload = await coordinator
      .post(`/plans/${made.body.id}/imports?after=${made.body.position}`)
      .attach('file', ANNEX);
    const before = await eventRows(server.database);
    const shown = await run(data, 'plan', 'import', ANNEX, '--plan', 'THU-2026', '--dry-run', '--json');
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.out)).toEqual({ ...upload.body, id: null });
    expect(await eventRows(server.database)).toEqual(before);
  });

  it('drafts a plan, brings its annex in, and changes nothing the second time', async () => {
    const annex = join(temporary, 'phu-luc.csv');
    await writeFile(
      annex,
      'STT,Nhiệm vụ,Cơ quan chủ trì,Sản phẩm,Thời gian\nI,CÔNG TÁC CHỈ ĐẠO ĐIỀU HÀNH,,,\n' +
        '1,Ban hành kế hoạch năm,Sở Nội vụ,Kế hoạch,31/01/2028\n2,Báo cáo năm,Sở Nội vụ,Báo cáo,20/12/2028\n',
    );
    const first = await run(data, 'plan', 'import', annex, '--as', 'dieuphoi', '--json');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ summary: { rows: 2, faults: 0 }, confirmed: expect.any(String) });
    const { body } = await coordinator.get('/plans?year=2028').expect(200);
    expect(body.items).toMatchObject([{ code: 'CCHC-2028', status: 'draft', rows: 2 }]);
    const before = await eventRows(server.database);
    expect(await run(data, 'plan', 'import', annex, '--plan', '2028')).toMatchObject({
      code: 0,
      out: 'Kế hoạch cải cách hành chính năm 2028 (CCHC-2028): 0 rows brought in or changed, 2 rows now.\n',
    });
    expect(await eventRows(server.database)).toEqual(before);
    await writeFile(
      annex,
      'STT,Nhiệm vụ,Cơ quan chủ trì,Sản phẩm,Thời gian\n1,Việc khác,Sở Không Có,Kế hoạch,31/02/2028\n',
    );
    const faulty = await run(data, 'plan', 'import', annex, '--plan', '2028');
    expect(faulty.code).toBe(1);
    expect(faulty.out).toMatch(/row 2, leads: .*Sở Không Có/);
    await writeFile(annex, 'STT,Nhiệm vụ,Cơ quan chủ trì,Thời gian\nI,CHỈ ĐẠO\n1,Việc mới,Sở Nội vụ,31/12/2026\n');
    const late = await run(data, 'plan', 'import', annex, '--plan', '2026', '--dry-run');
    expect(late).toMatchObject({ code: 1, out: expect.stringContaining('(camket plan amend)') });
    expect(await eventRows(server.database)).toEqual(before);
  });

  it('promulgates a draft with its signed document, once', async () => {
    const signed = join(temporary, 'ke-hoach.pdf');
    await writeFile(signed, '%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
    const order = ['--effect', '2028-01-01', '--document', 'Kế hoạch; 0257/KH-UBND; 2026-12-18'];
    const more = ['--signatory', 'Chủ tịch UBND tỉnh', '--file', signed, '--as', 'dieuphoi'];
    const first = await run(data, 'plan', 'promulgate', '2028', ...order, ...more);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/\(CCHC-2028\): 2 nhiệm vụ, .* số 0257\/KH-UBND, có hiệu lực từ ngày 01\/01\/2028\.\n$/);
    const { body } = await coordinator.get('/plans?year=2028').expect(200);
    expect(body.items).toMatchObject([{ status: 'promulgated', effect: '2028-01-01' }]);
    const { body: annex } = await coordinator.get(`/plans/${body.items[0].id}`).expect(200);
    await coordinator.get(`/files/${annex.document.file}`).expect(200);
    const again = await run(data, 'plan', 'promulgate', '2028', ...order);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('plan.promulgated') });
    const absent = await run(data, 'plan', 'promulgate', '2028', ...order, '--file', join(temporary, 'nichts.pdf'));
    expect(absent).toMatchObject({ code: 1, err: expect.stringContaining('there is no such file') });
  });

  it('says which plan a draft carries out, and shows the plans below one as HTTP does', async () => {
    const { body: units } = await coordinator.get('/units?search=H99.01&limit=200').expect(200);
    const unit = units.items.find(({ code }: { code: string }) => code === 'H99.01').id as string;
    const draft = { unit, year: 2026, title: 'Kế hoạch của Sở', kind: 'cchc', code: 'CCHC-2026-SNV' };
    const { body: made } = await coordinator.post('/plans', draft).expect(201);
    const parent = (...args: string[]) => run(data, 'plan', 'parent', 'CCHC-2026-SNV', ...args, '--as', 'dieuphoi');
    expect(await parent('2026')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Kế hoạch của Sở \(CCHC-2026-SNV\): kế hoạch cấp trên là .* \(CCHC-2026\)\.\n$/),
    });
    for (const [args, query] of [
      [['--state', 'draft'], 'plan=draft'],
      [['--on', '2026-06-30', '--recorded', '2026-06-30'], 'on=2026-06-30&recorded=2026-06-30'],
    ] as const) {
      const { out, err } = await run(data, 'plan', 'children', '2026', ...args, '--json');
      const { body } = await coordinator.get(`/plans/${plan}/children?${query}&limit=200`).expect(200);
      expect([err, placeless(out)]).toEqual(['', placeless(body)]);
    }
    expect((await run(data, 'plan', 'children', '2026', '--state', 'draft')).out).toMatch(
      /: 0 đã ban hành kế hoạch của mình, 1 mới có dự thảo, 119 chưa có\.\n[^]*\nSở Nội vụ +0\/29 +– +– +CCHC-2026-SNV \(dự thảo\)\n$/,
    );
    const receipt = await parent('--none', '--json');
    expect(JSON.parse(receipt.out)).toMatchObject({ id: made.id, revision: 2, position: expect.any(String) });
    expect((await parent('--none')).out).toMatch(/không có kế hoạch cấp trên, như trước\.\n$/);
    expect((await coordinator.get(`/plans/${made.id}`)).body.parent).toBeNull();
    expect(await parent('2028')).toMatchObject({
      code: 1,
      err: expect.stringContaining('plan.parent-of-another-year'),
    });
    expect(await run(data, 'plan', 'parent', '2026', '--none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('plan.not-a-draft'),
    });
    expect((await parent('2026', '--none')).code).toBe(2);
    expect((await parent()).code).toBe(2);
  }, 120_000);

  it('writes the annex of a plan as a Word file, and finds no difference when it comes back', async () => {
    const file = join(temporary, 'phu-luc-2026.docx');
    const written = await run(data, 'plan', 'export', '2026', file);
    expect(written).toMatchObject({ code: 0, out: expect.stringContaining('phu-luc-2026.docx: 68 rows') });
    const back = await run(data, 'plan', 'import', file, '--plan', '2026', '--dry-run');
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining('0 new, 0 changed, 68 the same, 0 faults') });
    const again = await run(data, 'plan', 'export', '2026', file);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
    const early = await run(data, 'plan', 'export', '2026', file, '--force', '--on', '2025-12-01');
    expect(early).toMatchObject({ code: 1, err: expect.stringContaining('plan.not-in-force') });
  }, 120_000);

  it('writes a status table, and brings one in that was filled in, once', async () => {
    const table = join(temporary, 'tinh-hinh.xlsx');
    const written = await run(data, 'progress', 'export', table, '--plan', '2026', '--unit', 'Sở Nội vụ');
    expect(written).toMatchObject({ code: 0, out: expect.stringMatching(/tinh-hinh\.xlsx: \d+ lines of “Kế hoạch/) });
    const over = await run(data, 'progress', 'export', table, '--plan', '2026');
    expect(over).toMatchObject({ code: 1, err: expect.stringContaining('is there already; say --force') });
    const other = await run(data, 'progress', 'export', join(temporary, 'tinh-hinh.csv'));
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('.xlsx') });
    const untouched = await run(data, 'progress', 'import', table, '--as', 'dieuphoi', '--dry-run', '--json');
    expect(JSON.parse(untouched.out)).toMatchObject({ id: null, summary: { reports: 0, acceptances: 0, faults: 0 } });
    const header = 'Số,Đơn vị chủ trì,Kỳ,Đánh giá,Tỷ lệ (%),Kết quả,Minh chứng,Ngày thực hiện';
    const filled = join(temporary, 'tinh-hinh.csv');
    await writeFile(filled, `${header}\nI.12,Sở Nội vụ,,Đang thực hiện,30,Đang rà soát,,17/12/2026\n`);
    const before = await eventRows(server.database);
    const looked = await run(data, 'progress', 'import', filled, '--as', 'dieuphoi', '--dry-run');
    expect(looked).toMatchObject({ code: 0, out: expect.stringContaining('1 lines; 1 reports, 0 acceptances') });
    expect(await eventRows(server.database)).toEqual(before);
    const brought = await run(data, 'progress', 'import', filled, '--as', 'dieuphoi');
    expect(brought).toMatchObject({ code: 0, out: expect.stringContaining('1 reports and 0 acceptances recorded') });
    const again = await run(data, 'progress', 'import', filled, '--as', 'dieuphoi');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('0 reports and 0 acceptances recorded') });
    expect(await eventRows(server.database)).toHaveLength(before.length + 1);
    await writeFile(filled, `${header}\nI.12,Sở Nội vụ,,Xong,,,,31/02/2026\n`);
    const faulty = await run(data, 'progress', 'import', filled, '--as', 'dieuphoi', '--dry-run');
    expect(faulty.code).toBe(1);
    expect(faulty.out).toMatch(/row 2, assessment: Không có từ “Xong”[\s\S]*row 2, workDay: Không đọc được ngày/);
  }, 240_000);

  it('accepts what waits in one act, shown before, each counted or refused on its own', async () => {
    const finished = await run(data, 'plan', 'accept', '2026', '--as', 'dieuphoi2', '--dry-run');
    expect(finished).toMatchObject({ code: 0, out: 'Không có báo cáo nào chờ nghiệm thu.\n' });
    const looked = await run(data, 'plan', 'accept', '2026', '--as', 'dieuphoi2', '--progress', '--dry-run', '--json');
    const { body } = await coordinator.get(`/plans/${plan}/waiting-reports`).expect(200);
    expect(body.items).toMatchObject([{ task: { code: 'I.12' }, percent: 30, complete: false }]);
    expect(placeless(looked.out)).toEqual(placeless(body));
    const words = await run(data, 'plan', 'accept', '2026', '--as', 'dieuphoi2', '--progress', '--dry-run');
    expect(words.out).toMatch(/^1 báo cáo chờ nghiệm thu\.\n[\s\S]*I\.12 {2}Sở Nội vụ +1 {2}30 % +17\/12\/2026 {2}/);
    const own = await run(data, 'plan', 'accept', '2026', '--as', 'dieuphoi', '--progress');
    expect(own).toMatchObject({ code: 1, out: expect.stringContaining('Đã công nhận 0 báo cáo') });
    expect(own.out).toContain('I.12 Sở Nội vụ: Người báo cáo hoặc đính chính không được tự công nhận kết quả đó.');
    const acceptances = async (): Promise<number> =>
      (await eventRows(server.database)).filter((row) => row.includes(',ReportAccepted,')).length;
    const before = await acceptances();
    const options = ['--progress', '--unit', 'Sở Nội vụ', '--period', '1', '--json'];
    const accepted = await run(data, 'plan', 'accept', '2026', '--as', 'dieuphoi2', ...options);
    expect(accepted.code).toBe(0);
    expect(JSON.parse(accepted.out)).toMatchObject({ total: 1, accepted: 1, refused: 0, refusals: [] });
    expect(await acceptances()).toBe(before + 1);
    const leader = await run(data, 'plan', 'accept', '2026', '--as', 'lanhdao');
    expect(leader).toMatchObject({ code: 1, err: expect.stringContaining('leader') });
  });

  it("drafts next year's plan of the rows that are open, once, and shows it first", async () => {
    const before = await eventRows(server.database);
    const looked = await run(data, 'plan', 'next', '2026', '--dry-run', '--rows', 'all', '--json');
    expect(looked).toMatchObject({ code: 0, err: '' });
    const preview = JSON.parse(looked.out);
    expect(preview).toMatchObject({ offered: 68, open: 3, faulty: 0, to: { code: 'CCHC-2027', status: 'none' } });
    expect(preview.items).toHaveLength(68);
    const open = await coordinator.get(`/plans/${plan}/next?state=open`).expect(200);
    expect(preview.items.filter((row: { open: boolean }) => row.open)).toEqual(open.body.items);
    const words = await run(data, 'plan', 'next', '2026', '--dry-run');
    expect(words.out).toMatch(
      /\(CCHC-2026\) → .*năm 2027 \(CCHC-2027\), which would be drafted\n68 rows offered, 3 of/,
    );
    expect(await eventRows(server.database)).toEqual(before);
    const made = await run(data, 'plan', 'next', '2026', '--as', 'dieuphoi');
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringMatching(/, drafted now: 3 rows copied, 3 rows now\.\n$/),
    });
    const again = await run(data, 'plan', 'next', '2026', '--rows', 'I.12');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining(': 0 rows copied, 3 rows now.') });
    expect(await eventRows(server.database)).toHaveLength(before.length + 4);
    const absent = await run(data, 'plan', 'next', '2026', '--rows', 'X.9');
    expect(absent).toMatchObject({ code: 1, err: expect.stringContaining('no row X.9') });
  }, 240_000);

  it('shows the targets of a plan as HTTP does', async () => {
    const unit = (await coordinator.get(`/plans/${plan}`)).body.unit.id as string;
    const source = { publisher: 'Bộ Nội vụ', place: 'Trang thông tin cải cách hành chính' };
    const set = await coordinator
      .post(`/plans/${plan}/targets`, {
        title: 'Chỉ số hài lòng (SIPAS)',
        goal: { kind: 'at-least', value: '90', unit: '%' },
        leads: [unit],
        document: { kind: 'Quyết định', number: '0310/QĐ-UBND', date: '2026-12-10' },
        effect: '2026-12-10',
      })
      .expect(201);
    await coordinator
      .post(`/targets/${set.body.id}/values`, { value: { number: '91.2' }, source, on: '2026-12-15' })
      .expect(201);
    const shown = await run(data, 'plan', 'targets', '2026', '--json');
    const { body } = await coordinator.get(`/plans/${plan}/targets`).expect(200);
    expect(JSON.parse(shown.out)).toEqual({ ...body, position: expect.any(String) });
    const words = await run(data, 'plan', 'targets', '2026');
    expect(words.out).toContain('1 chỉ tiêu đạt, 0 chưa đạt, 0 chưa rõ.');
    expect(words.out).toMatch(/SIPAS\) +từ 90 % trở lên +91,2 \(15\/12\/2026\) +Đạt, số trong năm/);
  });

  it('records a value of a target as HTTP does', async () => {
    const value = (target: string, said: string, ...more: string[]) =>
      run(
        data,
        'plan',
        'target-value',
        '2026',
        target,
        said,
        '--on',
        '2026-12-16',
        '--publisher',
        'Bộ Nội vụ',
        ...more,
      );
    const place = ['--place', 'Cổng Dịch vụ công quốc gia'];
    expect(await value('chỉ số', '89,75', ...place, '--qualifier', 'about', '--as', 'dieuphoi')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^Chỉ số hài lòng \(SIPAS\)\nĐã ghi, mục [\da-f-]{36}\.\nSố liệu mới nhất: khoảng 89,75 \(16\/12\/2026\); kết quả: Chưa rõ\.\n$/,
      ),
    });
    const order = [
      '--document',
      'Quyết định; 0512/QĐ-BNV; 2026-12-15',
      '--from',
      '2026-01-01',
      '--counts',
      '9120/10000',
    ];
    const receipt = await value('sipas', '91,20', ...order, '--json');
    const { id, entry } = JSON.parse(receipt.out) as { id: string; entry: string };
    const { body } = await coordinator.get(`/targets/${id}`).expect(200);
    const source = {
      publisher: 'Bộ Nội vụ',
      document: { kind: 'Quyết định', number: '0512/QĐ-BNV', date: '2026-12-15' },
    };
    const same = { value: { number: '91.20' }, source, on: '2026-12-16', from: '2026-01-01' };
    const counts = { numerator: 9120, denominator: 10_000 };
    const { body: posted } = await coordinator.post(`/targets/${id}/values`, { ...same, counts }).expect(201);
    expect(Object.keys(JSON.parse(receipt.out) as object)).toEqual(Object.keys(posted));
    const { body: after } = await coordinator.get(`/targets/${id}?after=${posted.position}`).expect(200);
    expect(body.values[0]).toMatchObject({ id: entry, counts: { ...counts, check: 'follows' } });
    expect({ ...after.values[0], id: entry }).toEqual(body.values[0]);
    expect(await value('GRDP', '7', ...place)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/CCHC-2026 has no target called GRDP; there are\n {2}[\da-f-]{36} {2}Chỉ số hài lòng/),
    });
    expect(await value('sipas', '91')).toMatchObject({
      code: 1,
      err: expect.stringContaining('target.source-missing'),
    });
    expect(await value('sipas', 'cao', ...place)).toMatchObject({
      code: 1,
      err: expect.stringContaining('target.not-a-number'),
    });
    expect(await value('sipas', '91', ...place, '--as', 'baocao')).toMatchObject({
      code: 1,
      err: expect.stringContaining('target.other-unit'),
    });
    expect((await value('sipas', '91', ...place, '--counts', '9120')).code).toBe(2);
  }, 120_000);

  it('founds units of a list once', async () => {
    const list = join(temporary, 'don-vi.csv');
    await writeFile(list, 'code,name,kind,parent\nH99.901,Xã thử nghiệm,commune,H99\n');
    const looked = await run(data, 'units', 'import', list, '--dry-run', '--json', '--on', '2026-12-01');
    expect(JSON.parse(looked.out)).toMatchObject({ id: null, on: '2026-12-01', summary: { new: 1, faults: 0 } });
    expect(await run(data, 'units', 'import', list)).toMatchObject({
      code: 0,
      out: '1 units founded, 0 were there.\n',
    });
    expect(await run(data, 'units', 'import', list)).toMatchObject({
      code: 0,
      out: '0 units founded, 1 were there.\n',
    });
  });

  it('reorganises units by one document, after it was looked at', async () => {
    const file = join(temporary, 'sap-xep.json');
    const document = { kind: 'Nghị quyết', number: '0412/NQ-HĐND', date: '2026-12-10' };
    const changes = [
      { act: 'found', ref: '#moi', code: 'H99.03', name: 'Sở Tài chính', kind: 'department', parent: 'H99' },
      { act: 'merge', units: ['H99.03', 'H99.16'], into: '#moi' },
    ];
    await writeFile(file, JSON.stringify({ on: '2026-12-15', document, changes }));
    const before = await eventRows(server.database);
    const looked = await run(data, 'units', 'reorganise', file, '--dry-run');
    expect(looked).toMatchObject({ code: 0, err: '' });
    expect(looked.out).toMatch(/^Nghị quyết 0412\/NQ-HĐND \(10\/12\/2026\), in operation from 15\/12\/2026\.\n/);
    expect(looked.out).toMatch(/ended:\n {2}H99\.03 Sở Tài chính → H99\.03 Sở Tài chính; 1 obligations open/);
    expect(await eventRows(server.database)).toEqual(before);
    const done = await run(data, 'units', 'reorganise', file, '--as', 'quantri');
    expect(done.out).toMatch(/: 1 units founded, 2 ended\.\n1 obligations of the units that end wait/);
    const again = await run(data, 'units', 'reorganise', file);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('organization.already-dissolved') });
    const left = await run(data, 'plan', 'unsettled', '2026');
    expect(left).toMatchObject({ code: 0, err: '' });
    // What a unit owed stays with it, and can be asked for by its name.
    const ended = await run(data, 'plan', 'ledger', 'extensions', '2026', '--unit', 'H99.16');
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(left.out).toMatch(/H99\.03 Sở Tài chính \(đến 14\/12\/2026\) +VI\.4 .* H99\.03 Sở Tài chính /);
    const transfer = ['--from', 'H99.03', '--to', 'H99.03', '--on', '2026-12-15'];
    const order = ['--document', 'Quyết định; 0321/QĐ-UBND; 2026-12-16'];
    const dry = await run(data, 'plan', 'transfer', '2026', ...transfer, ...order, '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 nghĩa vụ sẽ được chuyển giao, 0 bị từ chối.'),
    });
    const moved = await run(data, 'plan', 'transfer', '2026', ...transfer, ...order, '--as', 'dieuphoi');
    expect(moved).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 nghĩa vụ được chuyển giao, 0 bị từ chối.'),
    });
    expect((await run(data, 'plan', 'unsettled', '2026')).out).toBe(
      'Không đơn vị nào đã kết thúc hoạt động còn nợ nhiệm vụ.\n',
    );
    expect((await run(data, 'plan', 'transfer', '2026', ...transfer, '--document', 'x')).code).toBe(2);
    await writeFile(file, '{');
    expect(await run(data, 'units', 'reorganise', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not JSON'),
    });
  }, 240_000);

  it('acts on a row, and shows before what it does to the figures', async () => {
    const order = ['--on', '2026-12-18', '--document', 'Quyết định; 0405/QĐ-UBND; 2026-12-17'];
    const act = (name: string, ...more: string[]) =>
      run(data, 'plan', 'act', name, '2026', ' i.5', ...order, '--as', 'dieuphoi', ...more);
    const before = await eventRows(server.database);
    const { out, err } = await act('cancel', '--reason', 'Không còn phù hợp.', '--dry-run', '--json');
    expect(err).toBe('');
    const foreseen = JSON.parse(out) as { task: string; figures: object };
    const { body } = await coordinator
      .post(`/tasks/${foreseen.task}/cancellations/preview`, {
        on: '2026-12-18',
        document: { kind: 'Quyết định', number: '0405/QĐ-UBND', date: '2026-12-17' },
        reason: 'Không còn phù hợp.',
      })
      .expect(200);
    expect(foreseen).toEqual(body);
    expect(foreseen.figures).toMatchObject({
      before: { completed: { numerator: 65, denominator: 68 } },
      after: { completed: { numerator: 65, denominator: 67 } },
    });
    expect(await eventRows(server.database)).toEqual(before);
    expect(await act('suspend', '--reason', 'Chờ hướng dẫn.')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^I\.5 .*\nĐã ghi, mục [\da-f-]{36}\.\n[^]* trước: .*, 0 tạm hoãn\n +sau: .*Tạm hoãn.*65\/68 = 95,6 % .*, 1 tạm hoãn\n$/,
      ),
    });
    const { body: figures } = await coordinator.get(`/plans/${plan}/progress`).expect(200);
    expect(figures.suspended).toBe(1);
    const again = await act('suspend', '--reason', 'Chờ hướng dẫn.');
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('task.suspended-already') });
    const blank = await act('resume', '--reason', '  ');
    expect(blank).toMatchObject({ code: 1, err: expect.stringContaining('request.reason-missing') });
    const resumed = await act('resume', '--reason', 'Đã có hướng dẫn.', '--json');
    expect(JSON.parse(resumed.out)).toMatchObject({ revision: 1, foreseen: { refusal: null, stale: false } });
    const { entry } = JSON.parse(resumed.out) as { entry: string };
    const withdraw = ['plan', 'withdraw', entry, '--reason', 'Ghi nhầm.'];
    expect(await run(data, ...withdraw, '--as', 'baocao')).toMatchObject({
      code: 1,
      err: expect.stringContaining('access.not-allowed'),
    });
    expect(await run(data, ...withdraw)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Đã rút lại mục ${entry};`),
    });
    expect((await run(data, ...withdraw)).out).toBe(`Mục ${entry} đã được rút lại từ trước.\n`);
    expect((await run(data, 'plan', 'history', '2026', 'I.5')).out).toMatch(
      / Rút lại ghi nhận\n +Lý do: Ghi nhầm\.\n$/,
    );
    expect((await run(data, 'plan', 'withdraw', 'I.5', '--reason', 'x')).code).toBe(2);
    expect(await act('resume', '--reason', 'Đã có hướng dẫn.')).toMatchObject({ code: 0 });
    const one = ['2026', 'I.5', ...order, '--due', '2027-01-31', '--unit', 'Sở Nội vụ', '--dry-run'];
    expect(await run(data, 'plan', 'act', 'extend', ...one)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^I\.5 .*\nHạn: 20\/12\/2026 → 31\/01\/2027\n[^]* sau: /),
    });
    expect((await act('extend')).code).toBe(2);
    expect((await act('resume', '--due', '2027-01-31', '--reason', 'x')).code).toBe(2);
    expect((await act('cancel')).code).toBe(2);
    expect(await run(data, 'plan', 'act', 'cancel', '2026', 'X.99', ...order, '--reason', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('No row of CCHC-2026 has the number X.99'),
    });
  }, 240_000);

  it('amends the plan by its edited annex, shown before', async () => {
    const annex = join(temporary, 'dieu-chinh.csv');
    await run(data, 'plan', 'export', '2026', annex);
    const written = await readFile(annex, 'utf8');
    const order = ['--effect', '2026-12-18', '--document', 'Quyết định; 0400/QĐ-UBND; 2026-12-17'];
    const same = await run(data, 'plan', 'amend', '2026', annex, ...order, '--dry-run');
    expect(same).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^68 rows stay, 0 change, 0 are added, 0 are removed/),
    });
    const title = 'Báo cáo định kỳ cải cách hành chính quý III gửi Bộ Nội vụ';
    expect(written).toContain(title);
    await writeFile(annex, written.replace(title, `${title} và năm 2027`));
    const before = await eventRows(server.database);
    const dry = await run(data, 'plan', 'amend', '2026', annex, ...order, '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(/67 rows stay, 1 change, [^]*title: .* → .* và năm 2027/),
    });
    expect(await eventRows(server.database)).toEqual(before);
    const amended = await run(data, 'plan', 'amend', '2026', annex, ...order, '--as', 'dieuphoi');
    expect(amended).toMatchObject({ code: 0, out: expect.stringContaining('1 rows changed, 0 added, 0 removed') });
    const again = await run(data, 'plan', 'amend', '2026', annex, ...order);
    expect(again).toMatchObject({ code: 0, out: 'The plan says what the file says; nothing was amended.\n' });
    expect((await run(data, 'plan', 'amend', '2026', annex, ...order, '--line', 'x')).code).toBe(2);
  }, 120_000);

  it('ranks units as HTTP does, those of one class among each other', async () => {
    const classes = (await coordinator.get('/unit-classes').expect(200)).body.items as { id: string; name: string }[];
    const [{ id, name } = { id: '', name: '' }] = classes;
    const asked = ['--on', '2026-12-14', '--recorded', '2026-12-14', '--class', name];
    const { out, err } = await run(data, 'plan', 'ranking', '2026', ...asked, '--json');
    const query = `on=2026-12-14&recorded=2026-12-14&class=${id}&limit=200`;
    const { body } = await coordinator.get(`/plans/${plan}/ranking?${query}`).expect(200);
    expect([err, placeless(out)]).toEqual(['', placeless(body)]);
    expect((await run(data, 'plan', 'ranking', '2026', ...asked)).out).toMatch(/\n +1  .+ \d+\/\d+ +\d+,\d %/);
    const unknown = await run(data, 'plan', 'ranking', '2026', '--class', 'Các huyện');
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining(`"${name}"`) });
  }, 120_000);

  it('reports what stays open as HTTP does, and closes the year', async () => {
    const { out } = await run(data, 'plan', 'closing', '2026', '--json');
    const { body } = await coordinator.get(`/plans/${plan}/closing`).expect(200);
    expect(placeless(out)).toEqual(placeless(body));
    const order = ['--on', '2026-12-18', '--document', 'Quyết định; 0410/QĐ-UBND; 2026-12-17', '--reason', 'Hết năm.'];
    const closed = await run(data, 'plan', 'close', '2026', ...order, '--as', 'dieuphoi');
    expect(closed).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^Kế hoạch đã đóng ngày 18\/12\/2026 \(Quyết định số 0410[^]*3 còn dở dang.*\n\nMục .*\nI\.5 /,
      ),
    });
    const again = await run(data, 'plan', 'close', '2026', ...order);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('plan.closed') });
    const reopen = (...args: string[]) => run(data, 'plan', 'reopen', 'CCHC-2026', ...args);
    expect(await reopen('--reason', ' ')).toMatchObject({
      code: 1,
      err: expect.stringContaining('request.reason-missing'),
    });
    expect(await reopen('--reason', 'Đóng nhầm.', '--as', 'baocao')).toMatchObject({
      code: 1,
      err: expect.stringContaining('may not do that'),
    });
    expect(await reopen('--reason', 'Đóng nhầm.', '--as', 'dieuphoi')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ \(CCHC-2026\) được mở lại; ghi thành mục [\da-f-]{36}\.\n$/),
    });
    expect((await coordinator.get(`/plans/${plan}`).expect(200)).body.status).toBe('promulgated');
    expect(await reopen('--reason', 'Đóng nhầm.')).toMatchObject({
      code: 1,
      err: expect.stringContaining('plan.not-closed'),
    });
    expect((await reopen()).code).toBe(2);
  }, 120_000);

  it('ends what a unit owes as HTTP does, shown before', async () => {
    const { body: units } = await coordinator.get('/units?search=H99.01&limit=200').expect(200);
    const from = units.items.find(({ code }: { code: string }) => code === 'H99.01').id as string;
    const order = ['--on', '2026-12-18', '--document', 'Quyết định; 0411/QĐ-UBND; 2026-12-17'];
    const document = { kind: 'Quyết định', number: '0411/QĐ-UBND', date: '2026-12-17' };
    const end = (...args: string[]) =>
      run(data, 'plan', 'end', '2026', '--unit', 'Sở Nội vụ', ...order, ...args, '--reason', 'Thu gọn.');
    const entryless = (answer: { items: readonly object[] }): object => ({
      ...answer,
      items: answer.items.map((item) => ({ ...item, entry: null })),
    });
    const before = await eventRows(server.database);
    for (const rows of [[], ['I.1', 'I.12']]) {
      const looked = await end(...rows.flatMap((row) => ['--row', row]), '--dry-run', '--json');
      const { items: known } = (await coordinator.get(`/plans/${plan}/tasks?limit=200`)).body as {
        items: { id: string; code: string }[];
      };
      const named = rows.map((row) => ({ act: 'end', from, row: known.find(({ code }) => code === row)?.id }));
      const items = rows.length === 0 ? [{ act: 'end', from }] : named;
      const wishes = { on: '2026-12-18', document, reason: 'Thu gọn.', items };
      const { body } = await coordinator.post(`/plans/${plan}/transfers/preview`, wishes).expect(200);
      expect(entryless(JSON.parse(looked.out))).toEqual(entryless(body));
    }
    expect(await eventRows(server.database)).toEqual(before);
    const ended = await end('--row', 'i.12', '--row', 'I.1', '--as', 'dieuphoi');
    expect(ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^1 nghĩa vụ được kết thúc, 1 bị từ chối\.\n {2}I\.12 .*: đã được công nhận \d\/1 kỳ; mục .*\n {2}I\.1 .*: Đơn vị đã hoàn thành/,
      ),
    });
    expect(await end('--row', 'I.12')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^0 nghĩa vụ được kết thúc, 1 bị từ chối\.\n {2}I\.12 .*: Vào ngày này đơn vị không/),
    });
    const entry = /; mục ([\da-f-]{36})\n/.exec(ended.out)?.[1] ?? '';
    const withdraw = (...args: string[]) => run(data, 'plan', 'withdraw', entry, '--reason', 'Ghi nhầm.', ...args);
    expect(await withdraw('--as', 'baocao')).toMatchObject({
      code: 1,
      err: expect.stringContaining('may not do that'),
    });
    expect((await withdraw('--as', 'dieuphoi')).out).toMatch(/^Đã rút lại mục /);
    expect((await withdraw()).out).toBe(`Mục ${entry} đã được rút lại từ trước.\n`);
    expect((await run(data, 'plan', 'matrix', '2026', '--row', 'I.12')).out).toMatch(
      /: 1 đơn vị\n[^]*\nSở Nội vụ +\d\/1 /,
    );
    expect(await end('--row', 'I.12', '--as', 'lanhdao')).toMatchObject({
      code: 1,
      err: expect.stringContaining('may not do that'),
    });
    expect((await run(data, 'plan', 'end', '2026', '--unit', 'H99.01', ...order)).code).toBe(2);
  }, 120_000);

  it('makes the list of days that is shipped the calendar of 2026, once', async () => {
    const list = join('infra', 'calendars', 'ngay-nghi-2026.csv');
    const looked = await run(data, 'calendar', 'import', list, '--dry-run');
    expect(looked).toMatchObject({ code: 0, err: '' });
    expect(looked.out).toContain('calendar of 2026, version 1: 15 days (15 new, 0 changed, 0 known, 0 dropped)');
    const [first, again] = [await run(data, 'calendar', 'import', list), await run(data, 'calendar', 'import', list)];
    expect(first).toMatchObject({ code: 0, out: '15 days: the calendar of 2026 is version 1 now.\n' });
    expect(again).toMatchObject({ code: 0, out: '15 days: the calendar of 2026 is this one already.\n' });
    for (const [args, query] of [
      [[], ''],
      [['--year', '2026'], '?year=2026'],
      [['--year', '2031'], '?year=2031'],
    ] as const) {
      const shown = await run(data, 'calendar', 'list', ...args, '--json');
      expect(JSON.parse(shown.out)).toEqual((await coordinator.get(`/calendars${query}`).expect(200)).body);
    }
    expect((await run(data, 'calendar', 'list')).out).toMatch(
      /\n2026 +1 +\d+ +\d+ +\d+ +Mới nhất +Thông báo số 9441\/TB-BNV, 16\/10\/2025\n$/,
    );
    expect((await run(data, 'calendar', 'list', '--year', '2026')).out).toMatch(
      /\n27\/04\/2026 +Nghỉ bù +Nghỉ bù ngày Giỗ Tổ/,
    );
    expect((await run(data, 'calendar', 'list', '--year', '2031')).out).toBe('Chưa có lịch nghỉ của năm 2031.\n');
    expect((await run(data, 'calendar', 'list', '--year', '26')).code).toBe(2);
  });

  it('reads a plan by another rule set, shown before', async () => {
    const { body: sets } = await coordinator.get('/rule-sets').expect(200);
    const { calendars: _, shipped: __, recorded: ___, ...choices } = sets.items[0];
    const document = { kind: 'Quyết định', number: '0112/QĐ-UBND', date: '2026-12-01' };
    const set = { ...choices, version: '2026-1', since: 2026, dayOff: 'next-working-day', document };
    await coordinator.post('/rule-sets', set).expect(201);
    for (const [args, path] of [
      [['list'], '/rule-sets'],
      [['show', '2026-1'], '/rule-sets/2026-1'],
    ] as const) {
      const shown = await run(data, 'rules', ...args, '--json');
      expect(JSON.parse(shown.out)).toEqual((await coordinator.get(path).expect(200)).body);
    }
    expect((await run(data, 'rules', 'list')).out).toMatch(
      /\n2021 +2021 +tính cả ngày đó +giữ nguyên +– +có sẵn trong phần mềm\n2026-1 +2026 .* dời sang ngày làm việc kế tiếp +2026 \(bản 1\) +Quyết định số 0112\/QĐ-UBND, 01\/12\/2026\n$/,
    );
    expect((await run(data, 'rules', 'show', '2026-1')).out).toMatch(
      /^Bộ quy tắc 2026-1, [^]*\nQuý III +14\/09 +20\/09\n/,
    );
    expect(await run(data, 'rules', 'show', '1999')).toMatchObject({
      code: 1,
      err: expect.stringContaining('rulebook.rule-set-absent'),
    });
    const looked = await run(data, 'plan', 'rules', '2026', '2026-1', '--effect', '2026-12-18', '--dry-run', '--json');
    const asked = 'version=2026-1&effect=2026-12-18&limit=200';
    const { body } = await coordinator.get(`/plans/${plan}/rule-set/preview?${asked}`).expect(200);
    expect(JSON.parse(looked.out)).toEqual(body);
    const words = await run(data, 'plan', 'rules', '2026', '2026-1', '--effect', '2026-12-18', '--dry-run');
    expect(words).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${body.summary.moved} trên 68 hạn thay đổi`),
    });
    expect(words.out).toMatch(/\nI\.3 +20\/06\/2026 +22\/06\/2026 +Báo cáo định kỳ/);
    const without = await run(data, 'plan', 'rules', '2026', '2026-1');
    expect(without).toMatchObject({ code: 1, err: expect.stringContaining('plan.rule-set-needs-document') });
    const [first, again] = [
      await run(data, 'plan', 'rules', '2027', '2026-1', '--as', 'dieuphoi'),
      await run(data, 'plan', 'rules', '2027', '2026-1', '--as', 'dieuphoi'),
    ];
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('Bộ quy tắc 2021 → 2026-1') });
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('không có gì thay đổi') });
  });

  it('makes views anew beside the running server, which goes on with them', async () => {
    const some = await run(data, 'views', 'rebuild', 'plans', 'notices', 'plans');
    expect(some).toEqual({ code: 0, err: '', out: 'The view plans is made anew.\nThe view notices is made anew.\n' });
    const all = await run(data, 'views', 'rebuild', '--all');
    expect(all).toMatchObject({ code: 0, err: '' });
    const unit = (await coordinator.get(`/plans/${plan}`)).body.unit.id as string;
    const body = { unit, year: 2029, title: 'Kế hoạch sau', kind: 'cchc' };
    const { body: receipt } = await coordinator.post('/plans', body).expect(201);
    const listed = await coordinator.get(`/plans?year=2029&after=${receipt.position}`).expect(200);
    expect(listed.body.items).toHaveLength(1);
    const { out } = await run(data, 'views', 'list', '--json');
    const views = JSON.parse(out).views as { status: string; lag: number }[];
    expect(views.length).toBeGreaterThan(4);
    expect(all.out.match(/is made anew/g)).toHaveLength(views.length);
    expect(views.filter(({ status, lag }) => status !== 'live' || lag > 0)).toEqual([]);
  });

  it('writes the log out as it is stored, and stops when nobody reads on', async () => {
    const { code, out, err } = await camket(data, 'events', 'export');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const client = new pg.Client({ connectionString: server.database });
    await client.connect();
    const { rows } = await client.query<{ data: string }>('select data from log.events order by position');
    await client.end();
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(line.indexOf(',"data":') + 8, -1))).toEqual(rows.map((row) => row.data));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ position: '1', revision: 0, actor: expect.any(String) });
    const some = await camket(data, 'events', 'export', '--from', '10', '--to', '12');
    expect(some.out).toBe(`${lines.slice(9, 12).join('\n')}\n`);

    const child = start(CAMKET, ['events', 'export'], { CAMKET_DATA: data });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const stopped = await new Promise((resolve) => child.once('exit', resolve));
    expect(stopped).toBe(0);
  });

  it('backs up while people work; restored again after a kill in the middle, the year answers the same and holds the same bytes', async () => {
    const unit = (await coordinator.get(`/plans/${plan}`)).body.unit.id as string;
    let working = true;
    let year = 2030;
    const work = (async () => {
      for (; working && year < 2100; year += 1)
        await coordinator.post('/plans', { unit, year, title: `Kế hoạch ${year}`, kind: 'cchc' }).expect(201);
    })();
    const backup = join(temporary, 'year.camket');
    const made = await camket(data, 'backup', backup).finally(() => (working = false));
    await work;
    expect(year).toBeGreaterThan(2031);
    expect(made).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/\d+ events up to position \d+/) });
    const count = Number(/(\d+) events/.exec(made.out)?.[1]);
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    expect(await run(data, 'backup', backup)).toMatchObject({
      code: 1,
      err: expect.stringContaining('there already'),
    });

    const other = join(temporary, 'restored');
    const folder = folderOf(other);
    await mkdir(folder, { recursive: true });
    // The sign-ins are written when tables and log are in the open transaction already.
    const half = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_, name) => {
        if (!name?.startsWith('demo-accounts.json')) return;
        watcher.close();
        resolve();
      });
    });
    const child = start(CAMKET, ['restore', backup], { CAMKET_DATA: other });
    const end = ended(child);
    await half;
    child.kill('SIGKILL');
    await end;
    expect(await camket(other, 'restore', backup)).toMatchObject({ code: 0, err: '' });
    const second = await serve(other);
    const answers = await figures(await signedIn(second.url, other, 'dieuphoi'), plan);
    const others = await figures(coordinator, plan);
    const withoutPosition = (answer: object): object => ({ ...answer, position: null, today: null });
    expect(answers.map(withoutPosition)).toEqual(others.map(withoutPosition));
    const restored = await run(other, 'events', 'export');
    const original = await run(data, 'events', 'export');
    expect(restored.out.length).toBeGreaterThan(1_000_000);
    expect(restored.out.trimEnd().split('\n')).toHaveLength(count);
    expect(original.out.startsWith(restored.out)).toBe(true);
    expect(await run(other, 'verify')).toMatchObject({ code: 0, err: '' });
    await second.stop();

    const again = await run(other, 'restore', backup);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') });
    expect((await run(other, 'events', 'export')).out).toBe(restored.out);
  }, 240_000);

  it('refuses to restore where a server runs, and what is not whole, before anything is made', async () => {
    const backup = join(temporary, 'small.camket');
    expect((await run(data, 'backup', backup)).code).toBe(0);
    const running = await run(data, 'restore', backup);
    expect(running).toMatchObject({ code: 1, err: expect.stringContaining('already runs') });
    const bytes = await readFile(backup);
    const bad = join(temporary, 'bad.camket');
    const nowhere = join(temporary, 'never-made');
    for (const at of [3, Math.floor(bytes.length / 3)]) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 4, at);
      await writeFile(bad, flipped);
      expect(await run(nowhere, 'restore', bad)).toMatchObject({ code: 1, out: '' });
    }
    await writeFile(bad, bytes.subarray(0, -5000));
    expect(await run(nowhere, 'restore', bad)).toMatchObject({ code: 1, err: expect.stringContaining('damaged') });
    expect(existsSync(nowhere)).toBe(false);
  }, 120_000);

  it('finds what somebody did to the log behind its back', async () => {
    const client = new pg.Client({ connectionString: server.database });
    await client.connect();
    const { rows } = await client.query<{ data: string }>(`select data from log.events where position = 100`);
    const set = async (value: string): Promise<void> => {
      await client.query('alter table log.events disable trigger user');
      await client.query('update log.events set data = $1 where position = 100', [value]);
      await client.query('alter table log.events enable trigger user');
    };
    await set(`${rows[0]?.data} `);
    const found = await run(data, 'verify');
    await set(rows[0]?.data ?? '');
    await client.end();
    expect(found.code).toBe(3);
    expect(found.out).toMatch(/Event 100 .* not canonical/);
    expect(await run(data, 'verify')).toMatchObject({ code: 0, out: expect.stringContaining('Everything is as') });
  });
});
