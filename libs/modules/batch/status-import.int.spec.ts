import { CommandBus } from '@nestjs/cqrs';
import ExcelJS from 'exceljs';
import type supertest from 'supertest';
import { dayOfInstant } from '#kernel';
import { PlanDispatch } from '#modules/plan';
import { EntryQuery } from '#modules/task';
import { freshId } from '#platform/commands';
import { readSheets } from '#platform/sheets';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { bytes } from '../../../tests/support/bytes.js';
import { BatchRuns } from './batch-runs.controller.js';

/** A change of a line, by the words of its columns. */
type Change = Readonly<Record<string, string | number | Date>>;
/** Finds a line by the row's title, its unit and its period. */
type Which = readonly [title: string, unit: string, period?: string];

let province: Province;
let office: Caller;
let second: Caller;
beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế'], communes: ['Xã Một', 'Xã Hai'] });
  office = province.coordinator();
  second = province.coordinator('dieuphoi2');
});
afterAll(() => province.close());

let year = 2024;
let plan = '';
let rows: readonly string[] = [];

/** A plan of its own year: a report once, one each quarter, one of all communes. */
const promulgate = async (today: string): Promise<void> => {
  year += 2;
  province.app.clock.set(`${year - 1}-12-24`);
  const made = await province.promulgate(year, [
    { code: 'I.1', title: 'Kế hoạch tuyên truyền', leads: ['Sở Nội vụ'], deadline: `30/6/${year}` },
    { code: 'I.2', title: 'Báo cáo quý', leads: ['Sở Nội vụ', 'Sở Y tế'], deadline: 'Hằng quý' },
    { code: 'II.1', title: 'Niêm yết thủ tục', leads: ['Các xã'], deadline: `Quý III/${year}`, field: 'CCTTHC' },
  ]);
  ({ plan, rows } = made);
  province.app.clock.set(`${year}-${today}`);
};
const obligation = (row: number, unit: string): string => province.obligation(rows[row] ?? '', unit);

const download = async (by: Caller, query = ''): Promise<Buffer> => {
  await province.app.settled();
  const { body } = await by.get(`/plans/${plan}/status-sheet${query}`).buffer(true).parse(bytes).expect(200);
  return body as Buffer;
};

const opened = async (
  bytes: Buffer,
): Promise<{ workbook: ExcelJS.Workbook; sheet: ExcelJS.Worksheet; header: number }> => {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as never);
  const sheet = workbook.worksheets[0] as ExcelJS.Worksheet;
  let header = 0;
  sheet.eachRow((row, number) => {
    row.eachCell((cell) => {
      if (cell.text === 'Đánh giá') header = number;
    });
  });
  return { workbook, sheet, header };
};
const columnsOf = (sheet: ExcelJS.Worksheet, header: number): Map<string, number> => {
  const columns = new Map<string, number>();
  sheet.getRow(header).eachCell((cell, column) => columns.set(cell.text, column));
  return columns;
};

/** The file after somebody filled lines in. */
const filledIn = async (bytes: Buffer, ...changes: readonly (readonly [Which, Change])[]): Promise<Buffer> => {
  const { workbook, sheet, header } = await opened(bytes);
  const columns = columnsOf(sheet, header);
  const at = (row: ExcelJS.Row, name: string): ExcelJS.Cell => row.getCell(columns.get(name) ?? 0);
  for (const [[title, unit, period = ''], change] of changes) {
    let found = 0;
    sheet.eachRow((row, number) => {
      const isIt = ['Nhiệm vụ', 'Đơn vị chủ trì', 'Kỳ'].map((name) => at(row, name).text).join('|');
      if (number > header && isIt === [title, unit, period].join('|')) found = number;
    });
    if (found === 0) throw new Error(`no line ${title} ${unit} ${period}`);
    for (const [name, value] of Object.entries(change)) {
      const cell = at(sheet.getRow(found), name);
      cell.value = value;
      if (value instanceof Date) cell.numFmt = 'dd/mm/yyyy';
    }
  }
  return Buffer.from(await workbook.xlsx.writeBuffer());
};

/** What the lines of a file say, each as one text. */
const linesIn = async (bytes: Buffer): Promise<string[]> => {
  const { sheet, header } = await opened(bytes);
  const columns = columnsOf(sheet, header);
  const names = [
    'Số',
    'Đơn vị chủ trì',
    'Kỳ',
    'Tình trạng',
    'Đánh giá',
    'Tỷ lệ (%)',
    'Kết quả',
    'Minh chứng',
    'Ngày thực hiện',
    'Công nhận',
  ];
  const lines: string[] = [];
  sheet.eachRow((row, number) => {
    const cells = names.map((name) => row.getCell(columns.get(name) ?? 0).text);
    if (number > header && cells[1] !== cells[0]) lines.push(cells.join('|'));
  });
  return lines;
};

const upload = (by: Caller, bytes: Buffer, to = plan): supertest.Test =>
  by.post(`/plans/${to}/status-imports`).attach('file', bytes, 'tinh hinh.xlsx');
const preview = async (by: Caller, bytes: Buffer) => {
  await province.app.settled();
  return (await upload(by, bytes).expect(201)).body;
};
const confirm = async (by: Caller, id: string, body: object = {}) => {
  const answer = (await by.post(`/status-imports/${id}/confirmation`, body).expect(200)).body;
  await province.app.settled();
  return answer;
};
/** Hands a file in and confirms it. */
const bring = async (by: Caller, bytes: Buffer) => confirm(by, (await preview(by, bytes)).id);
const stored = async (): Promise<number> =>
  (await province.app.database.pool.query<{ n: number }>('select count(*)::int as n from log.events')).rows[0]?.n ?? 0;
const figures = async (by = office, query = '') => (await by.get(`/plans/${plan}/progress?${query}`).expect(200)).body;

const DONE = {
  'Đánh giá': 'Hoàn thành',
  'Kết quả': 'Đã ban hành.',
  'Minh chứng': '12/KH-SNV ngày 10/3; 13/KH-SNV',
  'Ngày thực hiện': '10/3',
};
/** The same with days of the plan's year. */
const done = (chosen: Change = {}): Change => ({
  ...DONE,
  'Minh chứng': `12/KH-SNV ngày 10/3/${year}; 13/KH-SNV`,
  'Ngày thực hiện': `10/3/${year}`,
  ...chosen,
});

describe('a status table', () => {
  beforeAll(() => promulgate('12-18'));

  it('has a line for each period that is owed, of a plan or of a unit', async () => {
    expect(await linesIn(await download(office))).toHaveLength(1 + 8 + 2);
    expect(await linesIn(await download(office, `?unit=${province.id('Sở Y tế')}`))).toEqual(
      ['Quý I', 'Quý II', 'Quý III', 'Quý IV'].map((name) => `I.2|Sở Y tế|${name}|Chưa có báo cáo|Chưa thực hiện|||||`),
    );
    expect((await office.get(`/plans/${plan}/status-sheet?unit=${plan}`).expect(404)).body.code).toBe(
      'organization.unit-absent',
    );
  });

  it('is filled in, shown with what it would bring, and brings it', async () => {
    const reporter = province.reporter('Sở Nội vụ');
    const file = await filledIn(
      await download(reporter, `?unit=${province.id('Sở Nội vụ')}`),
      [['Kế hoạch tuyên truyền', 'Sở Nội vụ'], done()],
      [
        ['Báo cáo quý', 'Sở Nội vụ', 'Quý I'],
        { 'Đánh giá': 'Tiếp tục duy trì', 'Kết quả': 'Đã gửi.', 'Ngày thực hiện': new Date(`${year}-03-14`) },
      ],
      [
        ['Báo cáo quý', 'Sở Nội vụ', 'Quý II'],
        { 'Đánh giá': 'Đang xây dựng', 'Tỷ lệ (%)': '40%', 'Ngày thực hiện': `1-6-${year}` },
      ],
    );
    const shown = await preview(reporter, file);
    expect(shown).toMatchObject({
      plan,
      confirmed: null,
      summary: { lines: 5, reports: 3, acceptances: 0, untouched: 2, faults: 0, conflicts: 0 },
      faults: [],
      conflicts: [],
    });
    expect(shown.rows[0]).toMatchObject({
      title: 'Kế hoạch tuyên truyền',
      unit: { name: 'Sở Nội vụ' },
      report: {
        complete: true,
        percent: 100,
        on: `${year}-03-10`,
        evidence: [
          { kind: 'Kế hoạch', number: '12/KH-SNV', date: `${year}-03-10` },
          { kind: 'Kế hoạch', number: '13/KH-SNV' },
        ],
      },
    });
    const before = await stored();
    expect(await confirm(reporter, shown.id)).toMatchObject({
      reported: 3,
      accepted: 0,
      refused: 0,
      total: 3,
      settled: 3,
      finished: expect.any(String),
      refusals: [],
    });
    expect(await stored()).toBe(before + 3);
    expect((await linesIn(await download(reporter, `?unit=${province.id('Sở Nội vụ')}`))).slice(0, 3)).toEqual([
      `I.1|Sở Nội vụ||Chờ nghiệm thu|Hoàn thành|100|Đã ban hành.|Kế hoạch số 12/KH-SNV ngày 10/03/${year};\nKế hoạch số 13/KH-SNV|10/03/${year}|`,
      `I.2|Sở Nội vụ|Quý I|Chờ nghiệm thu|Tiếp tục duy trì|100|Đã gửi.||14/03/${year}|`,
      `I.2|Sở Nội vụ|Quý II|Chờ nghiệm thu|Đang xây dựng|40|||01/06/${year}|`,
    ]);
    expect((await figures()).started.numerator).toBe(2);
  });

  it('brought twice, or confirmed twice, changes nothing', async () => {
    const reporter = province.reporter('Sở Y tế');
    const file = await filledIn(await download(reporter), [['Báo cáo quý', 'Sở Y tế', 'Quý I'], done()]);
    const { id } = await preview(reporter, file);
    const first = await confirm(reporter, id);
    const before = await stored();
    expect(await confirm(reporter, id)).toEqual(first);
    expect((await preview(reporter, file)).summary).toMatchObject({ reports: 0, faults: 0, conflicts: 0 });
    expect(await bring(reporter, file)).toMatchObject({ reported: 0, refused: 0, total: 0 });
    expect(await stored()).toBe(before);
    const { body } = await reporter.get(`/status-imports/${id}`).expect(200);
    expect(body).toMatchObject({ confirmed: expect.any(String), summary: { reports: 1 }, rows: [] });
  });

  it('that was downloaded and left alone asks for nothing', async () => {
    expect((await preview(office, await download(office))).summary).toEqual({
      lines: 11,
      reports: 0,
      acceptances: 0,
      untouched: 11,
      faults: 0,
      conflicts: 0,
    });
  });

  it('is confirmed by who handed it in alone, and by nobody before it was', async () => {
    const { id } = await preview(office, await download(office));
    for (const request of [second.get(`/status-imports/${id}`), second.post(`/status-imports/${id}/confirmation`, {})])
      expect((await request.expect(404)).body.code).toBe('status-import.absent');
    expect((await office.get(`/status-imports/${id}/confirmation`).expect(409)).body.code).toBe(
      'status-import.not-confirmed',
    );
  });
});

describe('lines that are wrong', () => {
  beforeAll(() => promulgate('12-18'));

  it('are shown with every fault, and refused alone', async () => {
    const reporter = province.reporter('Sở Nội vụ');
    const file = await filledIn(
      await download(reporter),
      [['Kế hoạch tuyên truyền', 'Sở Nội vụ'], done({ 'Đánh giá': 'Xong', 'Ngày thực hiện': `31/02/${year}` })],
      [['Báo cáo quý', 'Sở Nội vụ', 'Quý I'], done()],
      [['Báo cáo quý', 'Sở Y tế', 'Quý I'], done()],
      [['Niêm yết thủ tục', 'Xã Một'], { 'Công nhận': 'x' }],
    );
    const shown = await preview(reporter, file);
    expect(shown.summary).toMatchObject({ reports: 1, acceptances: 0, faults: 3 });
    expect(shown.faults[1].detail).toMatch(/^Không đọc được ngày/);
    expect(shown.faults.map(({ column, code }: { column: string; code: string }) => `${column} ${code}`)).toEqual([
      'assessment status-import.assessment-unknown',
      'workDay status-import.day-unreadable',
      'assessment obligation.other-unit',
      'accept obligation.coordinators-only',
    ]);
    const answer = await confirm(reporter, shown.id);
    expect(answer).toMatchObject({ reported: 1, accepted: 0, refused: 4 });
    expect(answer.refusals.map(({ row, code }: { row: number; code: string }) => [typeof row, code])).toContainEqual([
      'number',
      'obligation.other-unit',
    ]);
  });

  it('of no obligation, twice the same and of another plan are told apart', async () => {
    const bytes = await download(office);
    const { workbook, sheet, header } = await opened(bytes);
    const columns = columnsOf(sheet, header);
    const lines = [header + 2, header + 4].map((number) => sheet.getRow(number));
    for (const line of lines) {
      for (const [name, value] of Object.entries(done())) line.getCell(columns.get(name) ?? 0).value = value;
    }
    sheet.addRow(lines[0]?.values);
    const stranger = sheet.addRow(lines[1]?.values);
    stranger.getCell(columns.get('Mã việc') ?? 0).value = plan;
    const file = Buffer.from(await workbook.xlsx.writeBuffer());
    expect((await preview(office, file)).faults.map(({ code }: { code: string }) => code)).toEqual([
      'status-import.line-twice',
      'status-import.unknown-line',
    ]);
    await promulgate('12-18');
    expect((await upload(office, bytes).expect(409)).body.code).toBe('status-import.other-plan');
  });

  it('may have lost their ids: they are found by number, unit and period', async () => {
    const csv = [
      'STT,Nhiệm vụ,Đơn vị,Kỳ,Đánh giá,Tỷ lệ,Kết quả,Minh chứng,Ngày thực hiện',
      `I.2,,sở y tế,QUÝ II,Hoàn thành,,Đã gửi,,14/06/${year}`,
      `I.2,,Sở Y tế,Quý V,Hoàn thành,,Đã gửi,,14/06/${year}`,
    ].join('\n');
    const shown = await preview(office, Buffer.from(csv));
    expect(shown).toMatchObject({ position: null, summary: { lines: 2, reports: 1, faults: 1 } });
    expect(shown.rows[0]).toMatchObject({ code: 'I.2', period: 2, unit: { name: 'Sở Y tế' } });
    expect(shown.faults).toMatchObject([{ row: 3, code: 'status-import.unknown-line' }]);
  });

  it('may have lost the number of their period: the one that people read counts, and nothing is guessed', async () => {
    const [title, unit] = ['Báo cáo quý', 'Sở Y tế'];
    const bytes = await filledIn(
      await download(office),
      [[title, unit, 'Quý II'], done({ 'Kỳ số': '' })],
      [[title, unit, 'Quý III'], done({ 'Kỳ số': '', Kỳ: 'Đợt 3' })],
      [['Kế hoạch tuyên truyền', 'Sở Nội vụ'], done({ 'Kỳ số': '' })],
    );
    const shown = await preview(office, bytes);
    expect(shown.rows).toMatchObject([
      { code: 'I.1', period: 1 },
      { code: 'I.2', period: 2, periodName: 'Quý II' },
    ]);
    expect(shown.faults).toMatchObject([{ code: 'status-import.unknown-line' }]);
  });

  it('may hold words of one line beside the ids of another: neither is believed', async () => {
    const [quarterly, unit] = ['Báo cáo quý', 'Sở Y tế'];
    const bytes = await filledIn(
      await download(office),
      [[quarterly, unit, 'Quý II'], done({ Kỳ: 'Quý III' })],
      [[quarterly, unit, 'Quý IV'], done({ Kỳ: ' QUÝ IV ' })],
      [['Kế hoạch tuyên truyền', 'Sở Nội vụ'], done({ 'Đơn vị chủ trì': 'Sở Xây dựng' })],
    );
    const { faults, rows } = await preview(office, bytes);
    expect(rows).toMatchObject([{ code: 'I.2', period: 4 }]);
    expect(faults).toMatchObject([
      { code: 'status-import.line-of-two', details: { said: 'I.1, Sở Xây dựng', meant: 'I.1, Sở Nội vụ' } },
      { code: 'status-import.line-of-two', details: { said: `I.2, ${unit}, Quý III`, meant: `I.2, ${unit}, Quý II` } },
    ]);
    expect(faults[0].detail).toMatch(/mã ẩn/);
  });

  it('without its seal may say what no other line says, as before a renaming', async () => {
    const seal = { 'Dấu dòng': '' };
    const bytes = await filledIn(
      await download(office),
      [['Báo cáo quý', 'Sở Y tế', 'Quý II'], done({ ...seal, Kỳ: 'Quý III' })],
      [['Kế hoạch tuyên truyền', 'Sở Nội vụ'], done({ ...seal, 'Đơn vị chủ trì': 'Sở Nội vụ (cũ)' })],
    );
    const { faults, rows } = await preview(office, bytes);
    expect(rows).toMatchObject([{ code: 'I.1' }]);
    expect(faults).toMatchObject([{ code: 'status-import.line-of-two' }]);
  });

  it('cannot accept by a mark what they do not show, as in a table of an earlier day', async () => {
    await promulgate('07-10');
    const report = { period: 1, complete: true, percent: 100, on: `${year}-06-01`, account: 'Đã gửi.' };
    const line: Which = ['Kế hoạch tuyên truyền', 'Sở Nội vụ'];
    const reported = province.reporter('Sở Nội vụ').post(`/obligations/${obligation(0, 'Sở Nội vụ')}/reports`, report);
    await reported.expect(201);
    const earlier = await filledIn(await download(office, `?on=${year}-03-01`), [line, { 'Công nhận': 'x' }]);
    const { summary, faults } = await preview(office, earlier);
    expect(summary).toMatchObject({ acceptances: 0, faults: 1, conflicts: 0 });
    expect(faults).toMatchObject([{ column: 'accept', code: 'status-import.report-not-shown' }]);
    expect(await bring(office, earlier)).toMatchObject({ accepted: 0 });
    const now = await filledIn(await download(office), [line, { 'Công nhận': 'x' }]);
    expect(await bring(office, now)).toMatchObject({ accepted: 1 });
  });

  it('says nothing of later changes where the file was downloaded from a log that came further', async () => {
    await promulgate('07-10');
    const file = await download(office);
    const { workbook } = await opened(file);
    const position = (workbook.getWorksheet('camket') as ExcelJS.Worksheet).getCell('B2');
    const known = position.text;
    expect((await preview(office, file)).position).toBe(known);
    for (const further of [String(Number(known) + 1_000), '9'.repeat(30)]) {
      position.value = further;
      expect(await preview(office, Buffer.from(await workbook.xlsx.writeBuffer()))).toMatchObject({ position: null });
    }
  });

  it('in a file that is no table leave nothing', async () => {
    const count = async () => (await province.app.database.pool.query('select 1 from status_import')).rowCount;
    const before = await count();
    expect((await upload(office, Buffer.from('a,b\n1,2')).expect(422)).body.code).toBe('status-import.no-table');
    expect((await upload(office, Buffer.from([0x50, 0x4b, 3, 4, 0, 0])).expect(422)).body.code).toBe(
      'import.broken-file',
    );
    expect((await office.post(`/plans/${plan}/status-imports`).expect(422)).body.code).toBe('file.none');
    expect(await count()).toBe(before);
  });
});

describe('what changed since the download', () => {
  beforeAll(() => promulgate('12-18'));

  it('is shown by line, and such lines are refused unless they are insisted on', async () => {
    const reporter = province.reporter('Sở Nội vụ');
    const one: Which = ['Kế hoạch tuyên truyền', 'Sở Nội vụ'];
    const two: Which = ['Báo cáo quý', 'Sở Nội vụ', 'Quý I'];
    const file = await filledIn(await download(reporter), [one, done()], [two, done()]);
    const id = obligation(0, 'Sở Nội vụ');
    const other = { period: 1, complete: true, percent: 100, on: `${year}-03-09`, account: 'Khác.' };
    const { body } = await office.post(`/obligations/${id}/reports`, other).expect(201);
    await second.post(`/obligations/${id}/returns`, { report: body.entry, reason: 'Thiếu.' }).expect(201);
    const shown = await preview(reporter, file);
    expect(shown.summary).toMatchObject({ reports: 2, conflicts: 1, faults: 0 });
    expect(shown.conflicts).toMatchObject([
      {
        obligation: id,
        period: 1,
        since: [{ kind: 'WorkReported', actor: { id: 'dieuphoi' } }, { kind: 'ReportReturned' }],
      },
    ]);
    const { row } = shown.conflicts[0];
    const answer = await confirm(reporter, shown.id);
    expect(answer).toMatchObject({ reported: 1, refused: 1, refusals: [{ row, code: 'status-import.changed-since' }] });
    const again = await preview(reporter, file);
    expect(again.summary).toMatchObject({ reports: 1, conflicts: 1 });
    expect(await confirm(reporter, again.id, { despite: [row] })).toMatchObject({ reported: 1, refused: 0 });
  });

  it('is shown where an acceptance was withdrawn: the mark that was downloaded accepts nothing anew', async () => {
    const [unit, period] = ['Sở Y tế', 3];
    const id = obligation(1, unit);
    const said = { period, complete: true, percent: 100, on: `${year}-09-10`, account: 'Đã gửi.' };
    const reporter = province.reporter(unit);
    const { entry } = (await reporter.post(`/obligations/${id}/reports`, said).expect(201)).body;
    await office.put(`/obligations/${id}/acceptance`, { report: entry }).expect(200);
    const [hers, theirs] = [await download(second), await download(reporter)];
    expect((await preview(second, hers)).summary).toMatchObject({ acceptances: 0, conflicts: 0 });
    const { entries } = (await office.get(`/obligations/${id}`).expect(200)).body;
    const accepted = entries.find(({ kind }: { kind: string }) => kind === 'ReportAccepted').id;
    await office.post(`/entries/${accepted}/withdrawals`, { reason: 'Nhầm.' }).expect(201);

    expect((await preview(reporter, theirs)).summary).toMatchObject({ acceptances: 0, faults: 0, conflicts: 0 });
    const shown = await preview(second, hers);
    expect(shown.summary).toMatchObject({ reports: 0, acceptances: 1, faults: 0, conflicts: 1 });
    expect(shown.conflicts).toMatchObject([{ obligation: id, period, since: [{ kind: 'AcceptanceWithdrawn' }] }]);
    const [{ row }] = shown.conflicts;
    expect(await confirm(second, shown.id)).toMatchObject({
      accepted: 0,
      refusals: [{ row, act: 'accept', code: 'status-import.changed-since' }],
    });
    const again = await preview(second, hers);
    expect(await confirm(second, again.id, { despite: [row] })).toMatchObject({ accepted: 1, refused: 0 });
  });

  it('is shown where a report was corrected that reads the same: another file may lie behind it', async () => {
    const [unit, period] = ['Sở Y tế', 4];
    const id = obligation(1, unit);
    const reporter = province.reporter(unit);
    const fileOf = async (text: string): Promise<string> =>
      (await reporter.post('/files').attach('file', Buffer.from(text), 'a.txt').expect(201)).body.sha256;
    const evidence = async (text: string) => [
      { kind: 'Biên bản', number: '1/BB', file: await fileOf(text), name: 'a.txt' },
    ];
    const said = { period, complete: true, percent: 100, on: `${year}-12-10` };
    const { entry } = (
      await reporter.post(`/obligations/${id}/reports`, { ...said, evidence: await evidence('Một.') }).expect(201)
    ).body;
    const marked = await filledIn(await download(second), [['Báo cáo quý', unit, 'Quý IV'], { 'Công nhận': 'x' }]);
    expect((await preview(second, marked)).summary).toMatchObject({ acceptances: 1, conflicts: 0 });
    const changes = { evidence: await evidence('Hai.') };
    await reporter.post(`/entries/${entry}/corrections`, { changes, reason: 'Nhầm tệp.' }).expect(201);
    const shown = await preview(second, marked);
    expect(shown.summary).toMatchObject({ acceptances: 1, faults: 0, conflicts: 1 });
    expect(shown.conflicts[0].since).toMatchObject([{ kind: 'ReportCorrected' }]);
    expect(await confirm(second, shown.id)).toMatchObject({ accepted: 0, refused: 1 });
    const fresh = await filledIn(await download(second), [['Báo cáo quý', unit, 'Quý IV'], { 'Công nhận': 'x' }]);
    expect(await bring(second, fresh)).toMatchObject({ accepted: 1, refused: 0 });
  });

  it('between preview and confirmation is what the rules say, line by line', async () => {
    const reporter = province.reporter('Sở Y tế');
    const file = await filledIn(await download(reporter), [['Báo cáo quý', 'Sở Y tế', 'Quý I'], done()]);
    const { id } = await preview(reporter, file);
    await reporter
      .post(`/obligations/${obligation(1, 'Sở Y tế')}/reports`, {
        period: 1,
        complete: false,
        percent: 20,
        on: `${year}-03-01`,
      })
      .expect(201);
    const answer = await confirm(reporter, id);
    expect(answer).toMatchObject({
      reported: 0,
      refused: 1,
      refusals: [{ act: 'report', code: 'obligation.report-waiting' }],
    });
  });
});

describe('ten months of the past', () => {
  beforeAll(() => promulgate('11-02'));

  it('are brought in by one coordinator and accepted by another, with the work days they had', async () => {
    const table = await download(office);
    const past = [
      [['Kế hoạch tuyên truyền', 'Sở Nội vụ'], done({ 'Công nhận': 'x' })],
      [['Báo cáo quý', 'Sở Nội vụ', 'Quý I'], done({ 'Ngày thực hiện': `14/3/${year}` })],
      [['Báo cáo quý', 'Sở Y tế', 'Quý I'], done({ 'Ngày thực hiện': `14/3/${year}` })],
      [['Niêm yết thủ tục', 'Xã Một'], done({ 'Ngày thực hiện': `2/9/${year}` })],
      [['Niêm yết thủ tục', 'Xã Hai'], done({ 'Ngày thực hiện': `2/10/${year}` })],
    ] as const;
    const file = await filledIn(table, ...past);
    const shown = await preview(office, file);
    expect(shown.faults).toMatchObject([{ column: 'accept', code: 'obligation.own-report' }]);
    const brought = await confirm(office, shown.id);
    expect(brought).toMatchObject({
      reported: 5,
      accepted: 0,
      refused: 1,
      refusals: [{ act: 'accept', code: 'obligation.own-report' }],
    });

    // The other one accepts what she reads in that very file, or in a table of her own.
    const marked = await filledIn(file, ...past.slice(0, 3).map(([which]) => [which, { 'Công nhận': 'x' }] as const));
    const hers = await preview(second, marked);
    expect(hers.summary).toMatchObject({ reports: 0, acceptances: 3, conflicts: 0, faults: 0 });
    expect(await confirm(second, hers.id)).toMatchObject({ reported: 0, accepted: 3, refused: 0 });
    const own = await filledIn(
      await download(second),
      ...past.slice(3).map(([which]) => [which, { 'Công nhận': 'có' }] as const),
    );
    expect(await bring(second, own)).toMatchObject({ accepted: 2, refused: 0 });
    expect(await bring(second, own)).toMatchObject({ accepted: 0, total: 0 });

    const on = async (day: string) => (await figures(office, `on=${year}-${day}`)).completed.numerator;
    expect([await on('03-09'), await on('03-10'), await on('09-30'), await on('10-02')]).toEqual([0, 1, 1, 2]);
    const late = await figures(office);
    expect(late).toMatchObject({ late: 1, completed: { numerator: 2 } });
    // Nobody knew of it then.
    expect((await figures(office, `on=${year}-10-02&recorded=${year}-10-02`)).completed.numerator).toBe(0);
  });

  it('are marked as entered later, where the report on that time was due already', async () => {
    const { body } = await office.get(`/obligations/${obligation(0, 'Sở Nội vụ')}`).expect(200);
    expect(body.entries).toMatchObject([
      {
        kind: 'WorkReported',
        on: `${year}-03-10`,
        source: expect.any(String),
        assessment: 'Hoàn thành',
        enteredLater: true,
      },
      { kind: 'ReportAccepted', source: expect.any(String), enteredLater: true },
    ]);
    // Work of 2/10 is in the window until 14/12, which is reported in December.
    const fresh = await office.get(`/obligations/${obligation(2, 'Xã Hai')}`).expect(200);
    expect(fresh.body.entries.map((entry: object) => 'enteredLater' in entry)).toEqual([false, false]);
    expect(dayOfInstant(body.entries[0].recorded)).toBe(`${year}-11-02`);
  });

  it('keep typed texts where they can be erased, and in no file', async () => {
    const { rows: kept } = await province.app.database.pool.query(
      `select (select count(*)::int from batch_line where data is not null) as lines,
              (select count(*)::int from status_import where confirmed is not null and bytes is not null) as files`,
    );
    expect(kept).toEqual([{ lines: 0, files: 0 }]);
    const { account } = (
      await province.app.nest
        .get(EntryQuery)
        .history({ task: rows[0] ?? '', obligation: obligation(0, 'Sở Nội vụ') }, { limit: 1 })
    ).items[0] ?? { account: undefined };
    expect(account).toMatchObject({ text: 'Đã ban hành.' });
  });
});

describe('a table of an obligation that was handed on', () => {
  it('shows what the one before reported, and answers it where it was made', async () => {
    const [from, to] = ['Sở Y tế', 'Sở Nội vụ'];
    const title = { code: 'III.1', title: 'Việc chuyển giao', leads: [from], deadline: 'Hằng quý' };
    year += 2;
    province.app.clock.set(`${year - 1}-12-24`);
    ({ plan, rows } = await province.promulgate(year, [title]));
    province.app.clock.set(`${year}-06-25`);
    for (const period of [1, 2]) {
      await province
        .reporter(from)
        .post(`/obligations/${obligation(0, from)}/reports`, {
          period,
          complete: true,
          percent: 100,
          on: `${year}-03-10`,
          account: `Kỳ ${period}.`,
        })
        .expect(201);
    }
    const command = freshId();
    const sender = { actor: 'dieuphoi', unit: province.root, role: 'coordinator', command };
    const document = documentOf(`${year}-06-25`);
    await province.app.nest.get(CommandBus).execute(
      new PlanDispatch(plan, { ...sender, correlation: command, causation: command }, 'TransferObligation', {
        row: rows[0] ?? '',
        from: province.id(from),
        to: province.id(to),
        on: `${year}-06-25`,
        document,
      }),
    );
    const table = await download(second);
    expect((await linesIn(table)).map((line) => line.split('|').slice(1, 7).join('|'))).toEqual([
      'Sở Nội vụ|Quý I|Chờ nghiệm thu|Hoàn thành|100|Kỳ 1.',
      'Sở Nội vụ|Quý II|Chờ nghiệm thu|Hoàn thành|100|Kỳ 2.',
      'Sở Nội vụ|Quý III|Chưa có báo cáo|Chưa thực hiện||',
      'Sở Nội vụ|Quý IV|Chưa có báo cáo|Chưa thực hiện||',
    ]);
    const marked = await filledIn(table, [['Việc chuyển giao', to, 'Quý I'], { 'Công nhận': 'x' }]);
    expect(await bring(second, marked)).toMatchObject({ accepted: 1, refused: 0 });
    const { items } = (await second.get(`/plans/${plan}/waiting-reports`).expect(200)).body;
    expect(items).toMatchObject([{ obligation: obligation(0, from), period: 2, unit: { name: to } }]);
    const [{ obligation: made, report, version }] = items;
    const wish = { reports: [{ obligation: made, report, version }] };
    const { body } = await second.post(`/plans/${plan}/acceptances`, wish).expect(202);
    await province.app.nest.get(BatchRuns).ended(body.id, 10_000);
    expect((await second.get(`/plans/${plan}/acceptances/${body.id}`).expect(200)).body).toMatchObject({ accepted: 1 });
    expect((await linesIn(await download(second))).map((line) => line.split('|')[3])).toEqual([
      'Đã công nhận',
      'Đã công nhận',
      'Chưa có báo cáo',
      'Chưa có báo cáo',
    ]);
  });
});

describe('a table as Excel opens it', () => {
  it('runs nothing that people typed, and reads as they typed it', async () => {
    await promulgate('12-18');
    const account = '=HYPERLINK("http://x","a")';
    await province
      .reporter('Sở Nội vụ')
      .post(`/obligations/${obligation(0, 'Sở Nội vụ')}/reports`, {
        period: 1,
        complete: true,
        percent: 100,
        on: `${year}-03-10`,
        account,
      })
      .expect(201);
    const bytes = await download(office);
    const { sheet } = await opened(bytes);
    sheet.eachRow((row) => row.eachCell((cell) => expect(cell.formula).toBeUndefined()));
    expect((await linesIn(bytes))[0]).toContain(account);
    expect((await preview(office, bytes)).summary).toMatchObject({ reports: 0, faults: 0 });
  });

  it('offers the words of the column Đánh giá, and hides what is for the machine', async () => {
    const { workbook, sheet, header } = await opened(await download(office));
    const columns = columnsOf(sheet, header);
    const cell = sheet.getRow(header + 2).getCell(columns.get('Đánh giá') ?? 0);
    expect(cell.dataValidation.formulae).toEqual([
      '"Hoàn thành,Đang thực hiện,Tiếp tục duy trì,Đạt,Tiếp tục thực hiện,Đang xây dựng,Chưa thực hiện"',
    ]);
    for (const name of ['Mã việc', 'Kỳ số', 'Mã báo cáo', 'Phiên bản', 'Dấu dòng'])
      expect(sheet.getColumn(columns.get(name) ?? 0).hidden).toBe(true);
    expect(workbook.worksheets.map(({ name, state }) => [name, state])).toEqual([
      ['Tình hình thực hiện', 'visible'],
      ['camket', 'veryHidden'],
    ]);
    expect((await readSheets(await download(office))).map(({ hidden }) => hidden)).toEqual([false, true]);
  });
});
