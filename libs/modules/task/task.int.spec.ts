import { Readable } from 'node:stream';
import { idOf } from '#platform/commands';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';

let province: Province;
let office: Caller;
let second: Caller;
let unit: Caller;
let obligation: string;
let plan: string;
let task: string;
let year = 2025;

const UNITS = ['Sở Nội vụ', 'Sở Y tế'];
/** To which obligations are handed on. */
const HEIRS = ['Sở Tư pháp', 'Sở Tài chính'];
const codeOf = (answer: { body: { code?: string } }): string | undefined => answer.body.code;
const permit = () => documentOf(province.app.clock.today());

beforeAll(async () => {
  province = await Province.open({ departments: [...UNITS, ...HEIRS] });
  office = province.coordinator();
  second = province.coordinator('dieuphoi2');
  unit = province.reporter('Sở Y tế');
});
afterAll(() => province.close());

/** Each test has a plan of its own, of one row that is due on 30/6; it is 16/3. */
beforeEach(async () => {
  year += 1;
  province.app.clock.set(`${year - 1}-12-24`);
  const made = await province.promulgate(year, [{ title: 'Báo cáo', leads: UNITS, deadline: `30/6/${year}` }]);
  plan = made.plan;
  task = made.rows[0] ?? '';
  obligation = province.obligation(task, 'Sở Y tế');
  province.app.clock.set(`${year}-03-16`);
});

const day = (rest: string): string => `${year}-${rest}`;
const proof = () => ({ kind: 'Báo cáo', number: '0012/BC-SYT', date: day('03-14') });
const work = (chosen: object = {}) => ({
  period: 1,
  percent: 100,
  complete: true,
  on: day('03-14'),
  evidence: [proof()],
  ...chosen,
});
const report = async (chosen: object = {}): Promise<string> =>
  (await unit.post(`/obligations/${obligation}/reports`, work(chosen)).expect(201)).body.entry;
const accept = (id: string, by = office) => by.put(`/obligations/${obligation}/acceptance`, { report: id });
const correct = (id: string, changes: object, by = office, chosen: object = {}) =>
  by.post(`/entries/${id}/corrections`, { changes, reason: 'Ghi nhầm.', ...chosen });
const withdraw = (id: string, by = office, chosen: object = {}) =>
  by.post(`/entries/${id}/withdrawals`, { reason: 'Nhầm.', ...chosen });
const extend = (chosen: object = {}, by = office) =>
  by.post(`/obligations/${obligation}/extensions`, {
    due: day('07-31'),
    on: day('03-16'),
    document: permit(),
    ...chosen,
  });
const shown = async () => {
  await province.app.settled();
  return (await office.get(`/obligations/${obligation}`).expect(200)).body;
};
const state = async (): Promise<string> => (await shown()).periods[0].state;

describe('a report over HTTP', () => {
  it('is recorded with its evidence, accepted by a coordinator, and then the obligation is met', async () => {
    const { body, headers } = await unit
      .post(`/obligations/${obligation}/reports`, work({ account: 'Đã gửi.' }))
      .expect(201);
    expect(headers['etag']).toBe('"0"');
    expect(await state()).toBe('waiting');
    const accepted = await accept(body.entry).expect(200);
    expect(accepted.headers['etag']).toBe('"1"');
    const after = await shown();
    expect(after.obligation).toMatchObject({ completed: true, met: 1, owed: 1, workDay: day('03-14') });
    expect(after.periods).toMatchObject([{ period: 1, state: 'accepted', report: body.entry }]);
    expect(after.entries).toMatchObject([
      {
        id: body.entry,
        kind: 'WorkReported',
        on: day('03-14'),
        recorded: province.app.clock.now(),
        actor: { id: 'baocao Sở Y tế' },
        unit: { name: 'Sở Y tế' },
        percent: 100,
        complete: true,
        account: { text: 'Đã gửi.' },
        evidence: [proof()],
        period: 1,
        target: null,
      },
      { kind: 'ReportAccepted', target: body.entry, version: 0, ownUnit: false, actor: { id: 'dieuphoi' } },
    ]);
  });

  it('is waited for by who acts on it at once', async () => {
    const entry = await report();
    await correct(entry, { on: day('03-13') }, unit).expect(201);
    await accept(entry).expect(200);
    expect((await shown()).obligation).toMatchObject({ completed: true, workDay: day('03-13') });
  });

  it('brings files that were handed in before, by their content', async () => {
    const { files } = province.app;
    const file = await files.store(Readable.from([Buffer.from(`%PDF-1.4\n${year}`)]), 'lan');
    const entry = await report({ evidence: [{ kind: 'Báo cáo', file: file.sha256, name: 'Báo cáo quý I.pdf' }] });
    const [first] = (await shown()).entries;
    expect(first).toMatchObject({
      id: entry,
      evidence: [
        {
          kind: 'Báo cáo',
          file: { sha256: file.sha256, size: file.size, type: 'application/pdf', name: { text: 'Báo cáo quý I.pdf' } },
        },
      ],
    });
    const content = await unit.get(`/files/${file.sha256}?name=x.pdf`).expect(200);
    expect(Buffer.from(content.body as Buffer).toString()).toBe(`%PDF-1.4\n${year}`);
    const lost = await unit.post(
      `/obligations/${obligation}/reports`,
      work({ evidence: [{ kind: 'Báo cáo', file: '0'.repeat(64) }] }),
    );
    expect([lost.status, codeOf(lost)]).toEqual([404, 'file.absent']);
  });

  it('is returned with a reason, and reported again', async () => {
    const first = await report();
    const blank = await office.post(`/obligations/${obligation}/returns`, { report: first, reason: ' ' }).expect(422);
    expect(codeOf(blank)).toBe('request.reason-missing');
    await office.post(`/obligations/${obligation}/returns`, { report: first, reason: 'Thiếu danh sách.' }).expect(201);
    expect(await state()).toBe('returned');
    expect((await shown()).entries[1]).toMatchObject({ kind: 'ReportReturned', reason: { text: 'Thiếu danh sách.' } });
    const again = await report();
    await accept(again).expect(200);
    expect((await shown()).obligation).toMatchObject({ completed: true, started: true });
  });

  it.each<[number, string, object]>([
    [409, 'obligation.report-waiting', {}],
    [422, 'obligation.no-such-period', { period: 2 }],
    [422, 'obligation.complete-means-hundred', { percent: 90 }],
    [422, 'obligation.complete-needs-proof', { evidence: [] }],
    [422, 'obligation.evidence-empty', { evidence: [{ kind: 'Báo cáo' }] }],
    [422, 'request.invalid', { on: 'yesterday' }],
    [422, 'request.invalid', { percent: 101 }],
    [422, 'request.invalid', { by: 'lan' }],
  ])('is refused: %i %s', async (status, code, chosen) => {
    if (code.endsWith('waiting')) await report();
    const answer = await unit.post(`/obligations/${obligation}/reports`, work(chosen)).expect(status);
    expect(codeOf(answer)).toBe(code);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('is judged by what has been recorded since the last one on the same obligation', async () => {
    const first = await report({ complete: false, percent: 40 });
    await withdraw(first, unit).expect(201);
    const act = { on: day('03-16'), document: permit(), reason: 'Không còn phù hợp.' };
    const { body } = await office.post(`/tasks/${task}/cancellations`, act).expect(201);
    await province.app.settled();
    const answer = await unit.post(`/obligations/${obligation}/reports`, work()).expect(409);
    expect(codeOf(answer)).toBe('obligation.row-left-the-plan');
    await withdraw(body.entry, office, { document: permit() }).expect(201);
    await province.app.settled();
    await report();
  });

  it('is refused with a work day that has not come', async () => {
    const answer = await unit.post(`/obligations/${obligation}/reports`, work({ on: day('03-17') })).expect(422);
    expect(codeOf(answer)).toBe('obligation.future-work-day');
    expect(answer.body.detail).toBe('Ngày hoàn thành chưa tới.');
  });

  it('is refused from another unit, from nobody, and where nobody owes that', async () => {
    const other = await province.reporter('Sở Nội vụ').post(`/obligations/${obligation}/reports`, work()).expect(403);
    expect(codeOf(other)).toBe('obligation.other-unit');
    await province.app.anybody.post(`/obligations/${obligation}/reports`, work()).expect(401);
    const none = await unit.post(`/obligations/${idOf('nothing')}/reports`, work()).expect(404);
    expect(codeOf(none)).toBe('obligation.absent');
    expect(codeOf(await unit.post('/obligations/x/reports', work()).expect(422))).toBe('request.invalid');
  });
});

describe('an acceptance over HTTP', () => {
  it('is refused to who reported, to reporters, and of another version', async () => {
    const entry = await report();
    expect(codeOf(await accept(entry, unit).expect(403))).toBe('access.not-allowed');
    await correct(entry, { on: day('03-12') }, unit).expect(201);
    const old = await office.put(`/obligations/${obligation}/acceptance`, { report: entry, version: 0 }).expect(409);
    expect(old.body).toMatchObject({ code: 'obligation.report-changed', details: { version: 1 } });
    await accept(entry).expect(200);
    expect((await accept(entry, second).expect(200)).body).toMatchObject({ unchanged: true });
    const own = await office.post(`/obligations/${province.obligation(task, 'Sở Nội vụ')}/reports`, work()).expect(201);
    const self = await office
      .put(`/obligations/${province.obligation(task, 'Sở Nội vụ')}/acceptance`, { report: own.body.entry })
      .expect(403);
    expect(codeOf(self)).toBe('obligation.own-report');
  });

  it('by the unit that leads is marked', async () => {
    const entry = await report();
    const there = province.app.as({ username: 'dieuphoi3', unit: province.id('Sở Y tế') });
    await accept(entry, there).expect(200);
    expect((await shown()).entries[1]).toMatchObject({ kind: 'ReportAccepted', ownUnit: true });
  });

  it('given by mistake is withdrawn, and the report waits again', async () => {
    const entry = await report();
    const { body } = await accept(entry).expect(200);
    expect(codeOf(await withdraw(entry, unit).expect(409))).toBe('obligation.report-accepted');
    await withdraw(body.entry, second, { document: permit() }).expect(201);
    expect(await state()).toBe('waiting');
    expect((await withdraw(body.entry).expect(201)).body).toMatchObject({ unchanged: true });
    await office.post(`/obligations/${obligation}/returns`, { report: entry, reason: 'Mới là dự thảo.' }).expect(201);
    expect(await state()).toBe('returned');
  });

  it('is refused when somebody acted since the page was read', async () => {
    const entry = await report();
    await correct(entry, { on: day('03-12') }, unit).expect(201);
    const late = await accept(entry, office.with({ 'if-match': '"0"' })).expect(412);
    expect(late.body).toMatchObject({ code: 'request.stale', details: { revision: 1 } });
    await accept(entry, office.with({ 'if-match': '"1"' })).expect(200);
  });
});

describe('an obligation that was handed on', () => {
  const [NEXT = '', LAST = ''] = HEIRS;
  const owedBy = (name: string): string => province.obligation(task, name);
  const handOn = async (from: string, to: string): Promise<string> => {
    const items = [{ row: task, from: province.id(from), to: province.id(to) }];
    const transfer = { on: province.app.clock.today(), document: permit(), items };
    const { body } = await office.post(`/plans/${plan}/transfers`, transfer).expect(201);
    expect(body.counts).toMatchObject({ counted: 1 });
    await province.app.settled();
    return body.items[0].entry;
  };
  const reportAs = (name: string, chosen: object = {}) =>
    province.reporter(name).post(`/obligations/${owedBy(name)}/reports`, work(chosen));
  const acceptAt = (name: string, id: string) => office.put(`/obligations/${owedBy(name)}/acceptance`, { report: id });
  const returnAt = (name: string, id: string) =>
    office.post(`/obligations/${owedBy(name)}/returns`, { report: id, reason: 'Thiếu danh sách.' });
  const periodAt = async (name: string) => {
    await province.app.settled();
    return (await office.get(`/obligations/${owedBy(name)}`).expect(200)).body.periods[0];
  };

  /** What two acts at one moment may come to, or what was recorded before it was refused. */
  const recorded = async (name: string, type: string, data: object, on: string): Promise<void> => {
    const { store } = province.app;
    const stream = `obligation-${owedBy(name)}`;
    const ids = { id: idOf(name, type, year), command: idOf(type, year), correlation: idOf(year) };
    const event = { ...ids, causation: ids.command, type, schema: 1, on, actor: 'ai-do', data: JSON.stringify(data) };
    await store.append(stream, [event], (await store.read(stream)).length - 1);
    await province.app.settled();
  };
  const reportedAlso = async (name: string, on: string): Promise<string> => {
    const entry = idOf('report', name, year);
    const said = { period: 1, complete: true, percent: 100, evidence: [{ ...proof(), entry: idOf('proof', entry) }] };
    await recorded(name, 'WorkReported', { entry, plan, task, unit: province.id(name), ...said }, on);
    return entry;
  };

  it('takes no other report of a period while the one handed on waits, and one when that was returned', async () => {
    const first = await report();
    await handOn('Sở Y tế', NEXT);
    const second = await reportAs(NEXT).expect(409);
    expect(second.body).toMatchObject({
      code: 'obligation.report-waiting',
      details: { report: first, obligation: owedBy('Sở Y tế') },
    });
    await handOn(NEXT, LAST);
    expect(codeOf(await reportAs(LAST).expect(409))).toBe('obligation.report-waiting');
    await handOn(LAST, 'Sở Y tế');
    expect(codeOf(await reportAs('Sở Y tế').expect(409))).toBe('obligation.report-waiting');
    await handOn('Sở Y tế', NEXT);
    await returnAt('Sở Y tế', first).expect(201);
    const { body } = await reportAs(NEXT).expect(201);
    await acceptAt(NEXT, body.entry).expect(200);
    expect(await periodAt(NEXT)).toMatchObject({ state: 'accepted', report: body.entry, reportOf: null });
  });

  it('says where the report that was handed on is accepted or returned', async () => {
    const first = await report();
    await handOn('Sở Y tế', NEXT);
    const where = { report: first, obligation: owedBy('Sở Y tế') };
    expect(await periodAt(NEXT)).toMatchObject({ state: 'waiting', report: first, reportOf: where.obligation });
    expect(await periodAt('Sở Y tế')).toMatchObject({ state: 'waiting', report: first, reportOf: null });
    for (const answer of [await acceptAt(NEXT, first).expect(409), await returnAt(NEXT, first).expect(409)]) {
      expect(answer.body).toMatchObject({ code: 'obligation.report-elsewhere', details: where });
      expect(answer.body.detail).toContain('đã được chuyển giao');
    }
    expect(codeOf(await acceptAt(LAST, first).expect(404))).toBe('obligation.absent');
    expect(codeOf(await acceptAt('Sở Nội vụ', first).expect(404))).toBe('report.absent');
    await acceptAt('Sở Y tế', first).expect(200);
    expect(await periodAt(NEXT)).toMatchObject({ state: 'accepted', report: first, reportOf: where.obligation });
    expect(codeOf(await reportAs(NEXT).expect(409))).toBe('obligation.period-accepted');
  });

  it.each([
    ['the old one', 'Sở Y tế', LAST],
    ['the new one', LAST, 'Sở Y tế'],
  ])('takes one complete report of a period, though two wait: %s', async (_, one, other) => {
    const reports = new Map([['Sở Y tế', await report()]]);
    await handOn('Sở Y tế', NEXT);
    await handOn(NEXT, LAST);
    reports.set(LAST, await reportedAlso(LAST, day('03-15')));
    const [taken = '', left = ''] = [reports.get(one), reports.get(other)];
    await acceptAt(one, taken).expect(200);
    const refused = await acceptAt(other, left).expect(409);
    expect(refused.body).toMatchObject({
      code: 'obligation.period-accepted',
      details: { report: taken, obligation: owedBy(one) },
    });
    expect((await acceptAt(one, taken).expect(200)).body).toMatchObject({ unchanged: true });
    await returnAt(other, left).expect(201);
    expect(await periodAt(LAST)).toMatchObject({ state: 'accepted', report: taken });
  });

  it.each([
    ['first', ['Sở Y tế', NEXT]],
    ['last', [NEXT, 'Sở Y tế']],
  ])('stays done in time where two acceptances met, that of work in time %s', async (_, order) => {
    const reports = new Map([['Sở Y tế', await report()]]);
    await acceptAt('Sở Nội vụ', (await reportAs('Sở Nội vụ').expect(201)).body.entry).expect(200);
    await handOn('Sở Y tế', NEXT);
    province.app.clock.set(day('07-06'));
    reports.set(NEXT, await reportedAlso(NEXT, day('07-03')));
    for (const name of order) {
      const accepted = { entry: idOf('acceptance', name, year), report: reports.get(name), version: 0, ownUnit: false };
      await recorded(name, 'ReportAccepted', accepted, day('07-06'));
    }
    for (const on of ['03-16', '07-02', '07-03', '07-06'].map(day)) {
      const { body: row } = await office.get(`/tasks/${task}?on=${on}`).expect(200);
      expect(row).toMatchObject({ state: 'completed', workDay: day('03-14') });
      expect(row.flags).not.toContain('late');
      const { body: figures } = await office.get(`/plans/${plan}/progress?on=${on}`).expect(200);
      expect(figures).toMatchObject({ completed: { numerator: 1 }, late: 0, lateAgainstOriginal: 0 });
      const { body: owed } = await office.get(`/obligations/${owedBy(NEXT)}?on=${on}`).expect(200);
      expect(owed.obligation).toMatchObject({ completed: true, met: 1, workDay: day('03-14') });
      expect(owed.periods).toMatchObject([
        { state: 'accepted', workDay: day('03-14'), report: reports.get('Sở Y tế'), reportOf: owedBy('Sở Y tế') },
      ]);
    }
  });

  it('by a transfer that was withdrawn is as if it had never been', async () => {
    const transfer = await handOn('Sở Y tế', NEXT);
    await office
      .post(`/plans/${plan}/acts/${transfer}/withdrawal`, { reason: 'Nhầm.', document: permit() })
      .expect(201);
    await province.app.settled();
    const entry = await report();
    expect(codeOf(await reportAs(NEXT).expect(404))).toBe('obligation.absent');
    expect(codeOf(await acceptAt(NEXT, entry).expect(404))).toBe('obligation.absent');
    await acceptAt('Sở Y tế', entry).expect(200);
    expect(await periodAt('Sở Y tế')).toMatchObject({ state: 'accepted', report: entry, reportOf: null });
  });
});

describe('a correction over HTTP', () => {
  it('of an accepted report ends the acceptance; another coordinator accepts the new version', async () => {
    const entry = await report();
    await accept(entry).expect(200);
    expect(codeOf(await correct(entry, { on: day('03-10') }, unit).expect(403))).toBe('obligation.coordinators-only');
    await correct(entry, { on: day('03-10') }, office, { document: permit() }).expect(201);
    expect(await state()).toBe('waiting');
    expect(codeOf(await accept(entry).expect(403))).toBe('obligation.own-report');
    await accept(entry, second).expect(200);
    const after = await shown();
    expect(after.obligation).toMatchObject({ completed: true, workDay: day('03-10') });
    expect(after.entries.map(({ kind }: { kind: string }) => kind)).toEqual([
      'WorkReported',
      'ReportAccepted',
      'ReportCorrected',
      'ReportAccepted',
    ]);
    expect(after.entries[0]).toMatchObject({ on: day('03-14') });
    expect(after.entries[2]).toMatchObject({
      target: entry,
      version: 1,
      workDay: day('03-10'),
      reason: { text: 'Ghi nhầm.' },
      document: permit(),
    });
  });

  it('reaches a piece of evidence, and a withdrawal takes it away', async () => {
    const entry = await report({ evidence: [proof(), { kind: 'Công văn', number: '15/SYT-VP' }] });
    const pieces = async (): Promise<{ entry: string; number: string; date?: string }[]> =>
      (await shown()).entries.at(-1).evidence;
    const [first, other] = await pieces();
    await correct(other?.entry ?? '', { number: '16/SYT-VP', on: day('03-12') }, unit).expect(201);
    expect(await pieces()).toMatchObject([{ number: '0012/BC-SYT' }, { number: '16/SYT-VP', date: day('03-12') }]);
    await withdraw(first?.entry ?? '', unit).expect(201);
    expect(await pieces()).toMatchObject([{ number: '16/SYT-VP' }]);
    expect(codeOf(await withdraw(other?.entry ?? '', unit).expect(422))).toBe('obligation.complete-needs-proof');
    const { entries } = await shown();
    expect(entries[0]).toMatchObject({ id: entry, evidence: [{ number: '0012/BC-SYT' }, { number: '15/SYT-VP' }] });
  });

  it('of a piece of evidence changes its kind, number, day and file, and leaves it its entry', async () => {
    const entry = await report();
    const piece = async () => (await shown()).entries.at(-1).evidence[0];
    const { entry: id } = await piece();
    const file = await province.app.files.store(Readable.from([Buffer.from(`%PDF-1.4\nsigned ${year}`)]), 'lan');
    const { sha256, size, type } = file;
    const changes = { kind: 'Quyết định', number: '7/QĐ-SYT', date: day('03-12'), file: sha256 };
    await correct(id, changes, unit).expect(201);
    expect(await piece()).toEqual({ entry: id, ...changes, file: { sha256, size, type } });
    await correct(id, { on: day('03-11'), date: day('03-11'), file: null }, unit).expect(201);
    expect(await piece()).toEqual({ entry: id, kind: 'Quyết định', number: '7/QĐ-SYT', date: day('03-11') });
    expect((await shown()).entries[0]).toMatchObject({ id: entry, evidence: [proof()] });
  });

  it.each<[number, string, () => object]>([
    [422, 'entry.evidence-of-two-days', () => ({ on: day('03-11'), date: day('03-12') })],
    [422, 'entry.not-a-fact-of-it', () => ({ percent: 40 })],
    [422, 'obligation.evidence-of-the-future', () => ({ date: day('03-17') })],
    [422, 'obligation.nothing-changed', () => ({ file: null })],
    [422, 'obligation.evidence-empty', () => ({ number: ' ' })],
    [422, 'request.invalid', () => ({ file: 'nothing' })],
    [404, 'file.absent', () => ({ file: '0'.repeat(64) })],
  ])('of a piece of evidence is refused: %i %s', async (status, code, changes) => {
    await report();
    const [{ evidence }] = (await shown()).entries;
    expect(codeOf(await correct(evidence[0].entry, changes(), unit).expect(status))).toBe(code);
  });

  it('with an emptied account takes it away', async () => {
    const id = await report({ account: 'Đã gửi.' });
    await correct(id, { account: ' ' }, unit).expect(201);
    const { entries } = await shown();
    expect(entries.map(({ account }: { account?: object }) => account)).toEqual([
      expect.objectContaining({ text: 'Đã gửi.' }),
      undefined,
    ]);
    expect((await correct(id, { evidence: [] }, unit).expect(422)).body.code).toBe('obligation.complete-needs-proof');
  });

  it('names the later act that it would make illegal', async () => {
    const first = await report({ complete: false, percent: 35, evidence: [] });
    await accept(first).expect(200);
    const next = await report();
    await accept(next).expect(200);
    const changes = { complete: true, percent: 100, evidence: [proof()] };
    const answer = await correct(first, changes, second, { document: permit() }).expect(409);
    expect(answer.body).toMatchObject({
      code: 'obligation.breaks-later-act',
      details: { entry: next, kind: 'report', because: 'period-accepted' },
    });
  });

  it.each<[number, string, object]>([
    [422, 'obligation.period-is-fixed', { period: 2 }],
    [422, 'obligation.nothing-changed', { percent: 100 }],
    [422, 'entry.nothing-to-change', {}],
    [422, 'entry.not-a-fact-of-it', { due: '2026-12-31' }],
    [422, 'entry.not-a-fact-of-it', { date: '2026-03-12' }],
    [422, 'entry.not-a-fact-of-it', { file: null }],
    [422, 'obligation.complete-means-hundred', { percent: 40 }],
  ])('of a report is refused: %i %s', async (status, code, changes) => {
    const entry = await report();
    expect(codeOf(await correct(entry, changes, unit).expect(status))).toBe(code);
  });

  it('of what cannot be corrected or withdrawn is refused', async () => {
    const entry = await report();
    const { body } = await accept(entry).expect(200);
    expect(codeOf(await correct(body.entry, { on: day('03-10') }).expect(409))).toBe('entry.not-correctable');
    const { body: correction } = await correct(entry, { on: day('03-10') }).expect(201);
    expect(codeOf(await withdraw(correction.entry).expect(409))).toBe('entry.not-withdrawable');
    expect(codeOf(await correct(idOf('nothing'), { on: day('03-10') }).expect(404))).toBe('entry.absent');
    expect(codeOf(await withdraw(idOf('nothing')).expect(404))).toBe('entry.absent');
    expect(codeOf(await withdraw(entry, office, { reason: ' ' }).expect(422))).toBe('request.reason-missing');
  });

  it('does not revive what was withdrawn', async () => {
    const entry = await report();
    await withdraw(entry, unit).expect(201);
    expect(await state()).toBe('nothing');
    expect(codeOf(await correct(entry, { on: day('03-10') }, unit).expect(409))).toBe('obligation.entry-withdrawn');
    expect(codeOf(await accept(entry).expect(409))).toBe('obligation.report-not-waiting');
    expect((await shown()).entries).toMatchObject([{ kind: 'WorkReported' }, { kind: 'ReportWithdrawn' }]);
  });
});

describe('an extension over HTTP', () => {
  const due = async (): Promise<string> => {
    await province.app.settled();
    return (await office.get(`/tasks/${task}`).expect(200)).body.due;
  };

  it('of an obligation moves that one alone', async () => {
    const { body } = await extend().expect(201);
    expect((await shown()).obligation.due).toBe(day('07-31'));
    expect(await due()).toBe(day('06-30'));
    expect((await shown()).entries).toMatchObject([
      {
        id: body.entry,
        kind: 'ObligationExtended',
        due: day('07-31'),
        before: day('06-30'),
        afterDue: false,
        document: permit(),
      },
    ]);
  });

  it('of a row moves it for all, is corrected and withdrawn', async () => {
    const wish = { due: day('07-31'), on: day('03-16'), document: permit() };
    const { body } = await office.post(`/tasks/${task}/extensions`, wish).expect(201);
    expect([await due(), (await shown()).obligation.due]).toEqual([day('07-31'), day('07-31')]);
    expect(codeOf(await correct(body.entry, { due: day('08-31') }, unit).expect(403))).toBe('access.not-allowed');
    await correct(body.entry, { due: day('08-31') }).expect(201);
    expect(await due()).toBe(day('08-31'));
    const same = await correct(body.entry, { due: day('08-31') }).expect(422);
    expect(codeOf(same)).toBe('task.nothing-changed');
    await withdraw(body.entry).expect(201);
    expect(await due()).toBe(day('06-30'));
    const { body: history } = await office.get(`/tasks/${task}/history`).expect(200);
    expect(history.entries.map(({ kind }: { kind: string }) => kind)).toEqual([
      'PlanPromulgated',
      'TaskExtended',
      'TaskExtensionCorrected',
      'TaskExtensionWithdrawn',
    ]);
  });

  it('of a row is not mended from under those of its obligations that rest on it', async () => {
    const wish = { due: day('07-31'), on: day('03-16'), document: permit() };
    const { body: whole } = await office.post(`/tasks/${task}/extensions`, wish).expect(201);
    await province.app.settled();
    const { body: single } = await extend({ due: day('08-15'), on: day('07-20') }).expect(201);
    const broken = async (answer: PromiseLike<{ body: object }>, because: string) =>
      expect((await answer).body).toMatchObject({
        status: 409,
        code: 'task.breaks-later-act',
        details: { entry: single.entry, kind: 'extend', because },
      });
    await broken(correct(whole.entry, { due: day('08-31') }), 'extension-not-later');
    await broken(withdraw(whole.entry), 'late-extension-needs-reason');
    await correct(single.entry, { due: day('09-15') }).expect(201);
    await correct(whole.entry, { due: day('08-31') }).expect(201);
    await broken(correct(whole.entry, { due: day('09-30') }), 'extension-not-later');
    await province.app.settled();
    await withdraw(single.entry).expect(201);
    await withdraw(whole.entry).expect(201);
    expect(await due()).toBe(day('06-30'));
  });

  it('after the due date needs a reason and is marked', async () => {
    province.app.clock.set(day('07-02'));
    const answer = await extend({ on: day('07-01'), document: permit() }).expect(422);
    expect(codeOf(answer)).toBe('obligation.late-extension-needs-reason');
    await extend({ on: day('07-01'), document: permit(), reason: 'Chờ nghị quyết.' }).expect(201);
    expect((await shown()).entries).toMatchObject([{ afterDue: true, reason: { text: 'Chờ nghị quyết.' } }]);
  });

  it('after the due date applies to open work only', async () => {
    await accept(await report()).expect(200);
    province.app.clock.set(day('07-02'));
    const late = { due: day('07-31'), on: day('07-01'), document: permit(), reason: 'Chờ nghị quyết.' };
    expect(codeOf(await extend(late).expect(409))).toBe('obligation.completed-already');
    const open = province.obligation(task, 'Sở Nội vụ');
    await office.post(`/tasks/${task}/extensions`, { ...late, due: day('07-15') }).expect(201);
    const { body } = await province.reporter('Sở Nội vụ').post(`/obligations/${open}/reports`, work()).expect(201);
    await office.put(`/obligations/${open}/acceptance`, { report: body.entry }).expect(200);
    province.app.clock.set(day('07-20'));
    const again = { ...late, due: day('08-31'), on: day('07-16') };
    const whole = await office.post(`/tasks/${task}/extensions`, again).expect(409);
    expect(codeOf(whole)).toBe('task.completed-already');
    const early = await extend({ due: day('07-10'), on: day('03-16'), document: permit() }).expect(201);
    const later = await correct(early.body.entry, { on: day('07-16'), due: day('08-31') }).expect(409);
    expect(codeOf(later)).toBe('obligation.completed-already');
  });

  it.each<[number, string, object]>([
    [409, 'extension-not-later', { due: '2020-06-30' }],
    [422, 'request.invalid', { due: 'later' }],
    [422, 'request.invalid', { document: undefined }],
  ])('is refused: %i %s', async (status, code, chosen) => {
    const wish = { due: day('07-31'), on: day('03-16'), document: permit(), ...chosen };
    for (const [subject, path] of [
      ['obligation', `/obligations/${obligation}/extensions`],
      ['task', `/tasks/${task}/extensions`],
    ] as const) {
      const answer = await office.post(path, wish).expect(status);
      expect(codeOf(answer)).toBe(code.includes('.') ? code : `${subject}.${code}`);
    }
  });

  it('by a document whose file nobody handed in is refused, and so is its correction', async () => {
    const document = { ...permit(), file: '0'.repeat(64) };
    const codes = [
      await extend({ document }).expect(404),
      await office.post(`/tasks/${task}/extensions`, { due: day('07-31'), on: day('03-16'), document }).expect(404),
      await office.post(`/tasks/${task}/suspensions`, { on: day('03-16'), reason: 'Chờ.', document }).expect(404),
    ].map(({ body }) => body.code);
    const { body } = await extend().expect(201);
    codes.push(
      (await correct(body.entry, { document }).expect(404)).body.code,
      (await correct(body.entry, { due: day('08-31') }, office, { document }).expect(404)).body.code,
      (await withdraw(body.entry, office, { document }).expect(404)).body.code,
    );
    expect(new Set(codes)).toEqual(new Set(['file.absent']));
  });

  it('of nothing is refused, and from anyone who does not coordinate', async () => {
    const wish = { due: day('07-31'), on: day('03-16'), document: permit() };
    expect(codeOf(await office.post(`/tasks/${idOf('nothing')}/extensions`, wish).expect(404))).toBe('task.absent');
    expect(codeOf(await extend({}, unit).expect(403))).toBe('access.not-allowed');
  });
});

describe('a history', () => {
  it('of a row holds the acts on all its obligations, page by page, oldest first', async () => {
    for (const name of UNITS) {
      await province
        .reporter(name)
        .post(`/obligations/${province.obligation(task, name)}/reports`, work())
        .expect(201);
    }
    const last = await office
      .post(`/tasks/${task}/extensions`, { due: day('07-31'), on: day('03-16'), document: permit() })
      .expect(201);
    const first = await office.get(`/tasks/${task}/history?limit=2&after=${last.body.position}`).expect(200);
    const second_ = await office.get(`/tasks/${task}/history?limit=2&cursor=${first.body.next}`).expect(200);
    const kinds = [...first.body.entries, ...second_.body.entries].map(({ kind, unit: of }) => [
      kind,
      of?.name ?? null,
    ]);
    expect(kinds).toEqual([
      ['PlanPromulgated', null],
      ['WorkReported', 'Sở Nội vụ'],
      ['WorkReported', 'Sở Y tế'],
      ['TaskExtended', null],
    ]);
    expect(second_.body.next).toBeNull();
    expect(codeOf(await office.get(`/tasks/${task}/history?after=x`).expect(422))).toBe('request.bad-position');
    expect(codeOf(await office.get(`/tasks/${idOf('nothing')}/history`).expect(404))).toBe('task.absent');
  });
});
