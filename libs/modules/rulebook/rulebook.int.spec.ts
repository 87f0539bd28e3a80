import { readFileSync } from 'node:fs';
import { testApp, type Caller, type TestApp } from '../../../tests/support/app.js';
import { RULEBOOK, RulebookModule, RulebookQuery, SHIPPED } from './index.js';

let app: TestApp;
let office: Caller;

beforeEach(async () => {
  app = await testApp([RulebookModule]);
  app.clock.set('2026-11-26');
  office = app.as();
});
afterEach(() => app.close());

const shipped = () => readFileSync('infra/calendars/ngay-nghi-2026.csv');
const upload = (bytes: Buffer | string, query = '') =>
  office.post(`/calendars/imports${query}`).attach('file', Buffer.from(bytes), 'lich.csv');
const confirm = (id: string, body: object = {}) => office.post(`/calendars/imports/${id}/confirmation`, body);
const events = async (): Promise<readonly string[]> =>
  (await app.store.read(`rulebook-${RULEBOOK}`)).map(({ type }) => type);
const decision = { kind: 'Quyết định', number: '0112/QĐ-UBND', date: '2026-11-20' };
const [{ calendars: _, ...choices }] = SHIPPED as [(typeof SHIPPED)[number]];
const set = (chosen: object = {}) => ({ ...choices, version: '2026-1', since: 2026, document: decision, ...chosen });

describe('a calendar file', () => {
  it('is previewed, confirmed, and confirmed again without changing anything', async () => {
    const { body: preview } = await upload(shipped()).expect(201);
    expect(preview).toMatchObject({
      year: 2026,
      version: 1,
      document: { number: '9441/TB-BNV' },
      confirmed: null,
      faults: [],
      summary: { days: 15, new: 15, known: 0, changed: 0, dropped: 0, faults: 0 },
    });
    expect(await events()).toEqual([]);
    const { body: first } = await confirm(preview.id).expect(201);
    const { body: again } = await confirm(preview.id).expect(201);
    expect(again).toEqual(first);
    expect(await events()).toEqual(['CalendarImported']);
    const { body } = await office.get(`/calendars?year=2026&after=${first.receipt.position}`).expect(200);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ year: 2026, version: 1, newest: true, document: { date: '2025-10-16' } });
    const { body: seen } = await office.get(`/calendars/imports/${preview.id}`).expect(200);
    expect(seen).toMatchObject({ version: 1, summary: { known: 15, new: 0 } });
    expect(seen.confirmed).not.toBeNull();
  });

  it('that corrects one shows what differs and becomes the next version; the old one stays readable', async () => {
    await confirm((await upload(shipped())).body.id).expect(201);
    await app.settled();
    const text = shipped().toString('utf8').replace('22/8/2026,Làm bù', '29/8/2026,Làm bù');
    const { body } = await upload(text).expect(201);
    expect(body).toMatchObject({ version: 2, summary: { new: 1, known: 14, dropped: 1 } });
    expect(body.dropped).toEqual([expect.objectContaining({ day: '2026-08-22', kind: 'make-up' })]);
    await confirm(body.id).expect(201);
    await app.settled();
    const working = async (query: string) => (await office.get(`/calendars/2026/days?month=8${query}`)).body;
    const saturday = (answer: { items: { day: string; working: boolean }[] }, day: string) =>
      answer.items.find((item) => item.day === day)?.working;
    const [now, before] = [await working(''), await working('&version=1')];
    expect([now.version, saturday(now, '2026-08-22'), saturday(now, '2026-08-29')]).toEqual([2, false, true]);
    expect([before.version, saturday(before, '2026-08-22'), saturday(before, '2026-08-29')]).toEqual([1, true, false]);
    expect(now.workingDays).toBe(21);
  });

  it('with faults shows each by row and column, and cannot be confirmed', async () => {
    const { body } = await upload('Ngày,Loại,Tên\n01/01/2026,Nghỉ lễ,Tết\n21/8/2026,Làm bù,x\n').expect(201);
    expect(body.faults).toEqual([
      expect.objectContaining({ row: 3, column: 'kind', code: 'calendar-import.make-up-not-on-weekend' }),
    ]);
    expect((await confirm(body.id).expect(409)).body.code).toBe('rulebook.import-has-faults');
    expect(await events()).toEqual([]);
  });

  it('that names no notice needs one at its confirmation, and no year one with the upload', async () => {
    const { body } = await upload('Ngày,Loại,Tên\n01/01,Nghỉ lễ,Tết\n', '?year=2027').expect(201);
    expect(body).toMatchObject({ year: 2027, document: null });
    expect((await confirm(body.id).expect(422)).body.code).toBe('rulebook.import-without-document');
    const document = { kind: 'Thông báo', number: '12/TB-BNV', date: '2026-11-01' };
    await confirm(body.id, { document }).expect(201);
    const refused = await upload('Ngày,Loại,Tên\n01/01,Nghỉ lễ,Tết\n').expect(422);
    expect(refused.body.code).toBe('rulebook.import-without-year');
  });

  it('that is none, and one that nobody handed in, are refused', async () => {
    expect((await upload('Mã,Tên\nA,B\n').expect(422)).body.code).toBe('rulebook.import-without-table');
    expect((await confirm('018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f').expect(404)).body.code).toBe(
      'rulebook.import-absent',
    );
    expect((await office.get('/calendars/2031/days').expect(404)).body.code).toBe('rulebook.calendar-absent');
  });

  it('is no business of those who do not plan', async () => {
    await app
      .as({ permissions: ['signed-in', 'read'] })
      .post('/calendars/imports')
      .expect(403);
    await app
      .as({ permissions: ['signed-in', 'read'] })
      .post('/rule-sets', set())
      .expect(403);
  });
});

describe('rule sets', () => {
  it('begin with the one that is shipped, which is for plans that nobody issued a set for', async () => {
    const { body } = await office.get('/rule-sets').expect(200);
    expect(body.items).toEqual([expect.objectContaining({ version: '2021', shipped: true, document: null })]);
  });

  it('are issued by a document, keep the calendar of their day, and are never changed', async () => {
    const missing = await office.post('/rule-sets', set({ dayOff: 'next-working-day' })).expect(409);
    expect(missing.body.code).toBe('rulebook.calendar-missing');
    await confirm((await upload(shipped())).body.id).expect(201);
    await office.post('/rule-sets', set({ dayOff: 'next-working-day' })).expect(201);
    const again = await office.post('/rule-sets', set({ dayOff: 'next-working-day' })).expect(201);
    expect(again.body.unchanged).toBe(true);
    const taken = await office.post('/rule-sets', set()).expect(409);
    expect(taken.body.code).toBe('rulebook.version-taken');
    const { body } = await office.get('/rule-sets/2026-1').expect(200);
    expect(body).toMatchObject({ shipped: false, calendars: [{ year: 2026, version: 1 }], document: decision });
    await confirm((await upload(shipped().toString('utf8').replace('24/11', '25/11'))).body.id).expect(201);
    await app.settled();
    const inForce = await app.nest.get(RulebookQuery).inForce();
    expect(inForce.map(({ version }) => version)).toEqual(['2021', '2026-1']);
    const days = inForce.at(-1)?.calendar.map(({ day }) => day) ?? [];
    expect(days).toHaveLength(15);
    expect(days).toContain('2026-11-24');
    expect(days).not.toContain('2026-11-25');
  });

  it('with a form that is none are refused before any rule', async () => {
    const { body } = await office.post('/rule-sets', set({ quarterly: [] })).expect(422);
    expect(body.code).toBe('request.invalid');
    expect((await office.get('/rule-sets/none').expect(404)).body.code).toBe('rulebook.rule-set-absent');
  });
});
