import { readFileSync } from 'node:fs';
import { documentOf, Province } from '../../../tests/support/province.js';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import type { Caller } from '../../../tests/support/app.js';

let province: Province;
let office: Caller;
let plan: string;
let rows: readonly string[];

const LEAD = 'Sở Y tế';
const wish = (title: string, deadline: string) => ({ title, deadline, leads: [LEAD] });
const { calendar: _, calendars: __, ...choices } = shippedRules;

/** A plan of 2026 with a row due on Saturday 20/6, one on Tuesday 30/6, a quarterly one; it is 15/6 and a set is issued. */
beforeEach(async () => {
  province = await Province.open({ departments: [LEAD, 'Sở Nội vụ'] });
  office = province.coordinator();
  ({ plan, rows } = await province.promulgate(2026, [
    wish('Báo cáo 6 tháng', '20/6/2026'),
    wish('Sơ kết', '30/6/2026'),
    wish('Báo cáo quý', 'Hằng quý'),
  ]));
  province.app.clock.set('2026-06-15');
  const bytes = readFileSync('infra/calendars/ngay-nghi-2026.csv');
  const { body } = await office.post('/calendars/imports').attach('file', bytes, 'lich.csv').expect(201);
  await office.post(`/calendars/imports/${body.id}/confirmation`, {}).expect(201);
  await office.post('/rule-sets', set()).expect(201);
  await province.app.settled();
});
afterEach(() => province.close());

const decision = documentOf('2026-06-12', '0112/QĐ-UBND');
const set = (chosen: object = {}) => ({
  ...choices,
  version: '2026-1',
  since: 2026,
  dayOff: 'next-working-day',
  document: decision,
  ...chosen,
});
const apply = (chosen: object = {}) =>
  office.put(`/plans/${plan}/rule-set`, {
    version: '2026-1',
    document: decision,
    effect: '2026-06-16',
    reason: 'Hạn rơi vào ngày nghỉ.',
    ...chosen,
  });
const applied = async (chosen: object = {}): Promise<void> => {
  await apply(chosen).expect(200);
  await province.app.settled();
};
const dueOn = async (row: number, on: string): Promise<string | undefined> => {
  const { body } = await office.get(`/plans/${plan}/tasks?on=${on}&recorded=2026-12-31`).expect(200);
  return body.items.find(({ id }: { id: string }) => id === rows[row])?.due;
};
const figures = async (on: string) =>
  (await office.get(`/plans/${plan}/progress?on=${on}&recorded=2026-12-31`).expect(200)).body;

describe('what another rule set would move', () => {
  it('is shown before it is applied, by row and period, and nothing happens', async () => {
    const { body } = await office.get(`/plans/${plan}/rule-set/preview?version=2026-1&effect=2026-06-16`).expect(200);
    expect(body).toMatchObject({
      from: '2021',
      version: '2026-1',
      effect: '2026-06-16',
      next: null,
      unreadable: [],
      withoutCalendar: [],
      summary: { rows: 3, moved: 1, later: 1, earlier: 0, withPeriods: 1, periods: 3, extended: 0, unreadable: 0 },
    });
    expect(body.items).toEqual([
      expect.objectContaining({
        row: rows[0],
        ordinal: 1,
        deadline: '20/6/2026',
        before: { due: '2026-06-20', rule: 'date' },
        after: { due: '2026-06-22', rule: 'date' },
        because: ['day-off'],
        extended: null,
        periods: [],
      }),
      expect.objectContaining({
        row: rows[2],
        before: { due: '2026-12-31', rule: 'recurring-quarterly' },
        periods: [
          {
            period: 2,
            before: { cutoff: '2026-06-14', due: '2026-06-20' },
            after: { cutoff: '2026-06-14', due: '2026-06-22' },
          },
          expect.objectContaining({ period: 3, after: { cutoff: '2026-09-14', due: '2026-09-21' } }),
          expect.objectContaining({ period: 4, after: { cutoff: '2026-12-14', due: '2026-12-21' } }),
        ],
      }),
    ]);
    expect(await dueOn(0, '2026-06-16')).toBe('2026-06-20');
  });

  it('names the years of which the set knows weekends alone', async () => {
    const { plan: next } = await province.draft(2027, [wish('Giải ngân', '30/6/2027'), wish('Tổng kết', '31/01/2028')]);
    await province.app.settled();
    const ask = async (version: string): Promise<unknown> =>
      (await office.get(`/plans/${next}/rule-set/preview?version=${version}`).expect(200)).body.withoutCalendar;
    expect(await ask('2026-1')).toEqual([2027, 2028]);
    await office.post('/rule-sets', set({ version: '2026-2', dayOff: 'stays' })).expect(201);
    await province.app.settled();
    expect(await ask('2026-2')).toEqual([]);
  });

  it('comes in pages, and says which rows an extension keeps where they are', async () => {
    await office
      .post(`/tasks/${rows[0]}/extensions`, { due: '2026-07-25', on: '2026-06-15', document: decision })
      .expect(201);
    await province.app.settled();
    const ask = (query: string) => office.get(`/plans/${plan}/rule-set/preview?version=2026-1${query}`).expect(200);
    const { body: first } = await ask('&limit=1');
    expect(first.items).toEqual([expect.objectContaining({ row: rows[0], extended: '2026-07-25' })]);
    expect(first.summary.extended).toBe(1);
    const { body: second } = await ask(`&limit=1&cursor=${first.next}`);
    expect(second.items.map(({ row }: { row: string }) => row)).toEqual([rows[2]]);
    expect((await ask('&move=earlier')).body.items).toEqual([]);
  });

  it('is refused of a set that there is not, and of one for later plans', async () => {
    const absent = await office.get(`/plans/${plan}/rule-set/preview?version=none`).expect(404);
    expect(absent.body.code).toBe('rulebook.rule-set-absent');
    await office.post('/rule-sets', set({ version: '2027', since: 2027, dayOff: 'stays' })).expect(201);
    const later = await office.get(`/plans/${plan}/rule-set/preview?version=2027`).expect(409);
    expect(later.body.code).toBe('plan.rule-set-of-later-plans');
    expect((await apply({ version: '2027' }).expect(409)).body.code).toBe('plan.rule-set-of-later-plans');
  });
});

describe('a rule set applied to a running plan', () => {
  it('moves due dates from its day of effect on; before it and before it was recorded they are the old ones', async () => {
    await applied();
    expect(await dueOn(0, '2026-06-15')).toBe('2026-06-20');
    expect(await dueOn(0, '2026-06-16')).toBe('2026-06-22');
    expect(await dueOn(1, '2026-06-16')).toBe('2026-06-30');
    expect(await figures('2026-06-21')).toMatchObject({ overdue: 0 });
    expect(await figures('2026-06-23')).toMatchObject({ overdue: 1 });
    const before = await office.get(`/plans/${plan}/progress?on=2026-06-21&recorded=2026-06-14`).expect(200);
    expect(before.body.overdue).toBe(1);
    const { body: item } = await office.get(`/plans/${plan}`).expect(200);
    expect(item.ruleSet).toBe('2026-1');
    const { body: annex } = await office.get(`/plans/${plan}/rows?on=2026-06-15`).expect(200);
    expect(annex.items[0].due).toBe('2026-06-20');
    expect((await office.get(`/plans/${plan}/rows?on=2026-06-16`).expect(200)).body.items[0].due).toBe('2026-06-22');
  });

  it('is no extension: late against the original still compares with the original', async () => {
    await applied();
    province.app.clock.set('2026-06-23');
    const obligation = province.obligation(rows[0] ?? '', LEAD);
    const evidence = [{ kind: 'Báo cáo', number: '12/BC', date: '2026-06-22' }];
    const work = { period: 1, complete: true, percent: 100, on: '2026-06-22', evidence };
    const { body } = await province.reporter(LEAD).post(`/obligations/${obligation}/reports`, work).expect(201);
    await office.put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
    await province.app.settled();
    expect(await figures('2026-06-30')).toMatchObject({ late: 0, lateAgainstOriginal: 1 });
  });

  it('moves the days of periods from its day of effect on', async () => {
    await applied();
    const overdue = async (on: string) => (await figures(on)).periodsOverdue;
    const obligation = province.obligation(rows[2] ?? '', LEAD);
    const evidence = [{ kind: 'Báo cáo', number: '12/BC', date: '2026-03-14' }];
    const work = { period: 1, complete: true, percent: 100, on: '2026-03-14', evidence };
    const { body } = await province.reporter(LEAD).post(`/obligations/${obligation}/reports`, work).expect(201);
    await office.put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
    await province.app.settled();
    expect(await overdue('2026-06-21')).toBe(0);
    expect(await overdue('2026-06-22')).toBe(0);
    expect(await overdue('2026-06-23')).toBe(1);
  });

  it('leaves an extension where it is, one that comes later and one that was there before', async () => {
    const extend = (row: number, due: string, on: string) =>
      office.post(`/tasks/${rows[row]}/extensions`, { due, on, document: decision });
    await extend(0, '2026-07-25', '2026-06-15').expect(201);
    await applied();
    expect(await dueOn(0, '2026-06-16')).toBe('2026-07-25');
    province.app.clock.set('2026-06-20');
    await extend(1, '2026-08-01', '2026-06-20').expect(201);
    await province.app.settled();
    expect(await dueOn(1, '2026-06-20')).toBe('2026-08-01');
    expect((await extend(0, '2026-07-24', '2026-06-20').expect(409)).body.code).toBe('task.extension-not-later');
  });

  it('is what a later extension must go beyond', async () => {
    await applied();
    province.app.clock.set('2026-06-17');
    const extend = (due: string) =>
      office.post(`/tasks/${rows[0]}/extensions`, { due, on: '2026-06-17', document: decision });
    expect((await extend('2026-06-22').expect(409)).body.code).toBe('task.extension-not-later');
    const { body } = await extend('2026-06-23').expect(201);
    await province.app.settled();
    const { body: history } = await office.get(`/tasks/${rows[0]}/history`).expect(200);
    const entry = history.entries.find((one: { id: string }) => one.id === body.entry);
    expect(entry).toMatchObject({ before: '2026-06-22', due: '2026-06-23', afterDue: false });
  });

  it('stands in the history of the rows it moved, with document and reason', async () => {
    await applied();
    const { body } = await office.get(`/tasks/${rows[0]}/history`).expect(200);
    expect(body.entries).toEqual([
      expect.objectContaining({ kind: 'PlanPromulgated' }),
      expect.objectContaining({
        kind: 'RuleSetApplied',
        on: '2026-06-16',
        before: '2026-06-20',
        due: '2026-06-22',
        ruleSet: '2026-1',
        document: expect.objectContaining({ number: '0112/QĐ-UBND' }),
        reason: expect.objectContaining({ text: 'Hạn rơi vào ngày nghỉ.' }),
      }),
    ]);
    const { body: other } = await office.get(`/tasks/${rows[1]}/history`).expect(200);
    expect(other.entries.map(({ kind }: { kind: string }) => kind)).toEqual(['PlanPromulgated']);
    const { body: acts } = await office.get(`/plans/${plan}/acts`).expect(200);
    expect(acts.items[1].words).toBe('Áp dụng bộ quy tắc 2026-1 từ ngày 16/06/2026: 1 nhiệm vụ đổi hạn');
  });

  it('again changes nothing; without a document it is refused and leaves no trace', async () => {
    expect((await apply({ document: undefined }).expect(422)).body.code).toBe('plan.rule-set-needs-document');
    expect(await dueOn(0, '2026-06-16')).toBe('2026-06-20');
    await applied();
    expect((await apply().expect(200)).body.unchanged).toBe(true);
    await office.get(`/plans/${plan}/rule-set/preview?version=2026-1`).expect(200);
  });
});

describe('a draft', () => {
  const draft = async (): Promise<string> => {
    const body = { unit: province.root, year: 2028, title: 'Kế hoạch năm 2028', kind: 'cchc' };
    const { body: receipt } = await office.post('/plans', body).expect(201);
    const row = { field: 'CDDH', title: 'Báo cáo', deadline: '17/6/2028', leads: [lead()] };
    await office.post(`/plans/${receipt.id}/rows`, row).expect(201);
    await province.app.settled();
    return receipt.id;
  };
  const lead = () => ({ kind: 'unit', id: province.id(LEAD), name: LEAD });
  const due = async (id: string) => (await office.get(`/plans/${id}/rows`).expect(200)).body.items[0].due;

  it('takes the newest set for its year, and another one by a word, without a document', async () => {
    const id = await draft();
    expect((await office.get(`/plans/${id}`).expect(200)).body.ruleSet).toBe('2026-1');
    expect(await due(id)).toBe('2028-06-19');
    await office.put(`/plans/${id}/rule-set`, { version: '2021' }).expect(200);
    await province.app.settled();
    expect(await due(id)).toBe('2028-06-17');
    // Nothing counts from a day yet.
    const { body: acts } = await office.get(`/plans/${id}/acts`).expect(200);
    expect(acts.items.map(({ words }: { words: string }) => words)).toEqual([
      'Áp dụng bộ quy tắc 2021 cho dự thảo: 1 nhiệm vụ đổi hạn',
    ]);
    const row = { field: 'CDDH', title: 'Báo cáo khác', deadline: '17/6/2028', leads: [lead()] };
    await office.post(`/plans/${id}/rows`, row).expect(201);
    await province.app.settled();
    const { body } = await office.get(`/plans/${id}/rows`).expect(200);
    expect(body.items.map((item: { due: string }) => item.due)).toEqual(['2028-06-17', '2028-06-17']);
  });

  it('shows an annex file by its own rule set', async () => {
    const id = await draft();
    const file = [
      'STT,Nhiệm vụ,Sản phẩm,Cơ quan chủ trì,Cơ quan phối hợp,Thời gian,Ghi chú',
      'I,Công tác chỉ đạo điều hành,,,,,',
      `1,Sơ kết,Báo cáo,${LEAD},,24/6/2028,`,
    ].join('\n');
    const { body } = await office.post(`/plans/${id}/imports`).attach('file', Buffer.from(file), 'phu-luc.csv');
    expect(body.faults).toEqual([]);
    expect(body.rows.map((row: { due: string }) => row.due)).toEqual(['2028-06-26']);
  });
});
