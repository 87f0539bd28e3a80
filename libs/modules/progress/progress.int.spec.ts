import { plusDays } from '#kernel';
import { idOf } from '#platform/commands';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province, type RowWish } from '../../../tests/support/province.js';
import { countsOf, ROW_FILTERS, type RowFilter } from './progress.query.js';

const UNITS = ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính'];

let province: Province;
let office: Caller;
beforeAll(async () => {
  province = await Province.open({ departments: UNITS });
  office = province.coordinator();
});
afterAll(() => province.close());

let year = 2024;
let plan = '';
let rows: readonly string[] = [];

const codeOf = (answer: { body: { code?: string } }): string | undefined => answer.body.code;
const day = (rest: string): string => `${year}-${rest}`;
const today = (rest: string): void => province.app.clock.set(rest.length > 5 ? rest : day(rest));

/** A plan of its own year, recorded on 24/12 of the year before. */
const promulgate = async (...wishes: readonly Partial<RowWish>[]): Promise<void> => {
  year += 2;
  today(`${year - 1}-12-24`);
  const made = await province.promulgate(
    year,
    wishes.map((wish, index) => ({
      title: `Nhiệm vụ ${index + 1}`,
      leads: ['Sở Y tế'],
      deadline: `30/6/${year}`,
      ...wish,
    })),
  );
  ({ plan, rows } = made);
};
const row = (index = 0): string => rows[index] ?? '';
const report = async (
  on: string,
  chosen: { row?: number; unit?: string; period?: number; complete?: boolean } = {},
) => {
  const { unit = 'Sở Y tế', period = 1, complete = true } = chosen;
  const obligation = province.obligation(row(chosen.row), unit);
  const evidence = [{ kind: 'Báo cáo', number: '12/BC' }];
  const body = { period, complete, percent: complete ? 100 : 40, on: day(on), ...(complete ? { evidence } : {}) };
  const answer = await province.reporter(unit).post(`/obligations/${obligation}/reports`, body).expect(201);
  return { obligation, entry: answer.body.entry as string };
};
const accept = async ({ obligation, entry }: { obligation: string; entry: string }, by = office): Promise<string> =>
  (await by.put(`/obligations/${obligation}/acceptance`, { report: entry }).expect(200)).body.entry;
const done = async (on: string, chosen: Parameters<typeof report>[1] = {}) => accept(await report(on, chosen));
const figures = async (on?: string, recorded?: string) => {
  await province.app.settled();
  const days = [
    ...(on === undefined ? [] : [`on=${on.length > 5 ? on : day(on)}`]),
    ...(recorded === undefined ? [] : [`recorded=${recorded.length > 5 ? recorded : day(recorded)}`]),
  ];
  return (await office.get(`/plans/${plan}/progress?${days.join('&')}`).expect(200)).body;
};
const tasks = async (query: string) => {
  await province.app.settled();
  return (await office.get(`/plans/${plan}/tasks?${query}`).expect(200)).body;
};

/** counting.md, section 4. */
describe('work done on 28/6, reported on 2/7 and accepted on 10/7', () => {
  beforeAll(async () => {
    await promulgate({ leads: ['Sở Nội vụ'] });
    today('07-02');
    const made = await report('06-28', { unit: 'Sở Nội vụ' });
    today('07-10');
    await accept(made);
    today('12-31');
  });

  it.each([
    ['06-30', '06-30', 0],
    ['06-30', '07-09', 0],
    ['06-30', '07-10', 1],
    ['06-27', '12-31', 0],
  ])('on %s, as recorded by %s, counts as %i', async (on, recorded, completed) => {
    expect(await figures(on, recorded)).toMatchObject({
      on: day(on),
      recorded: day(recorded),
      completed: { numerator: completed, denominator: 1, base: 'tasks', percent: completed ? '100.0' : '0.0' },
    });
  });

  it('shows beside the figure of a past day what the same day looks like today, and what made the difference', async () => {
    const body = await figures('06-30', '07-09');
    expect(body.today).toMatchObject({ recorded: day('12-31'), completed: { numerator: 1 } });
    expect(body.differences).toMatchObject([
      { kind: 'ReportAccepted', task: { id: row(), title: 'Nhiệm vụ 1' }, unit: { name: 'Sở Nội vụ' } },
    ]);
    expect(body.differing).toEqual({ tasks: 1, entries: 1 });
    expect(await figures('06-27', '07-09')).toMatchObject({ differences: [] });
    expect(await figures('06-30')).toMatchObject({ today: null, differences: [] });
  });
});

describe('a plan that is not in force', () => {
  it('before its day of effect, and before its promulgation was recorded, has no base', async () => {
    await promulgate({}, { field: 'CCTC' });
    today('07-01');
    for (const body of [await figures(`${year - 1}-12-31`), await figures('01-01', `${year - 1}-12-23`)]) {
      expect(body).toMatchObject({
        status: 'not-in-force',
        completed: { numerator: 0, denominator: 0, percent: null },
        completedOfDue: { denominator: 0, percent: null },
        planned: 0,
        overdue: 0,
        forecast: null,
        byField: [],
        byUnit: [],
        byQuarter: [],
      });
    }
    expect(await figures('01-01', `${year - 1}-12-24`)).toMatchObject({
      status: 'in-force',
      completed: { denominator: 2 },
    });
  });

  it('because it is a draft has no base either', async () => {
    year += 2;
    today(`${year - 1}-12-24`);
    ({ plan } = await province.draft(year, [{ title: 'Một', leads: ['Sở Y tế'], deadline: 'Hằng quý' }]));
    expect(await figures()).toMatchObject({ status: 'not-in-force', completed: { denominator: 0 } });
    expect((await tasks('')).items).toEqual([]);
  });

  it('because there is none is absent', async () => {
    expect(codeOf(await office.get(`/plans/${idOf('none')}/progress`).expect(404))).toBe('plan.absent');
    expect(codeOf(await office.get(`/plans/${plan}/progress?on=2026-02-30`).expect(422))).toBe('request.invalid');
    expect(codeOf(await office.get(`/plans/${plan}/progress?after=x`).expect(422))).toBe('request.bad-position');
  });
});

describe('days', () => {
  it('are today where nobody names them, and are echoed with the position', async () => {
    await promulgate({});
    today('03-16');
    await done('03-10');
    await province.app.settled();
    const body = await figures();
    expect(body).toMatchObject({ on: day('03-16'), recorded: day('03-16'), stale: false, ahead: false });
    expect(body.position).toMatch(/^\d+$/);
    const last = await province.app.store.end();
    expect((await office.get(`/plans/${plan}/progress?after=${last}`).expect(200)).body).toMatchObject({
      position: last,
      stale: false,
    });
  });

  it('to come show due dates and base of that day, if nothing more happens', async () => {
    await promulgate({});
    today('03-16');
    expect(await figures('07-01')).toMatchObject({ ahead: true, overdue: 1, forecast: null });
    expect(await figures('03-16', '12-31')).toMatchObject({ ahead: false, recorded: day('12-31'), forecast: null });
  });

  it('go on past the end of the year: work of January counts in the plan of last year', async () => {
    await promulgate({ deadline: `Tháng 01/${year + 3}` });
    today(`${year + 1}-01-20`);
    const obligation = province.obligation(row(), 'Sở Y tế');
    const evidence = [{ kind: 'Báo cáo', number: '1' }];
    const body = { period: 1, complete: true, percent: 100, on: `${year + 1}-01-15`, evidence };
    const made = await province.reporter('Sở Y tế').post(`/obligations/${obligation}/reports`, body).expect(201);
    await accept({ obligation, entry: made.body.entry });
    expect(await figures(`${year + 1}-01-15`)).toMatchObject({
      completed: { numerator: 1 },
      completedOfYear: { denominator: 0, percent: null },
    });
    expect(await figures(`${year + 1}-01-14`)).toMatchObject({ completed: { numerator: 0 } });
  });
});

describe('a row', () => {
  const state = async (on?: string, index = 0) => (await tasks(on === undefined ? '' : `on=${day(on)}`)).items[index];

  it('of all is completed by the last of its obligations, on the latest work day', async () => {
    await promulgate({ leads: UNITS });
    today('05-04');
    for (const [index, unit] of UNITS.entries()) await done(`03-1${index}`, { unit });
    expect(await state('03-11')).toMatchObject({
      state: 'in-progress',
      obligations: { met: 2, owed: 3 },
      workDay: null,
    });
    expect(await state()).toMatchObject({
      state: 'completed',
      obligations: { met: 3, owed: 3 },
      workDay: day('03-12'),
    });
  });

  it('of a share is completed by as many as the share rounds up to, on the work day of the last of those', async () => {
    await promulgate({ leads: UNITS, mode: { kind: 'share', percent: 34 } });
    today('05-04');
    await done('03-20', { unit: 'Sở Y tế' });
    expect(await state()).toMatchObject({ state: 'in-progress' });
    await done('03-10', { unit: 'Sở Nội vụ' });
    await done('04-10', { unit: 'Sở Tài chính' });
    expect(await state()).toMatchObject({
      state: 'completed',
      workDay: day('03-20'),
      obligations: { met: 3, owed: 3 },
    });
    expect(await state('03-20')).toMatchObject({ state: 'completed', workDay: day('03-20') });
  });

  it('that is to be declared is completed by no acceptance, and is overdue like others', async () => {
    await promulgate({ mode: { kind: 'declared' } });
    today('07-02');
    await done('03-20');
    expect(await state()).toMatchObject({ state: 'in-progress', flags: ['overdue'], obligations: { met: 1, owed: 1 } });
  });

  it('that was declared is started by that only while it is completed so', async () => {
    await promulgate({ mode: { kind: 'declared' } });
    today('03-23');
    const act = { on: day('03-20'), document: documentOf(day('03-20')), reason: 'Đã công bố.' };
    await office.post(`/tasks/${row()}/declarations`, act).expect(201);
    const wish: RowWish = { title: 'Báo cáo', leads: ['Sở Y tế'], deadline: `30/6/${year}`, mode: { kind: 'all' } };
    const changed = [{ row: row(), ...province.row(wish) }];
    const amendment = { document: documentOf(day('03-23')), effect: day('04-01'), changed };
    await office.post(`/plans/${plan}/amendments`, amendment).expect(201);
    today('04-01');
    expect(await figures('03-31')).toMatchObject({ started: { numerator: 1 }, completed: { numerator: 1 } });
    expect(await figures('04-01')).toMatchObject({ started: { numerator: 0 }, completed: { numerator: 0 } });
    expect(await state('04-01')).toMatchObject({ state: 'not-started' });
  });

  it('that recurs is maintained while every period that fell due is accepted', async () => {
    await promulgate({ deadline: 'Hằng quý' });
    today('03-16');
    expect(await state('03-20')).toMatchObject({ state: 'not-started', flags: [] });
    await done('03-14', { period: 1 });
    today('07-01');
    expect(await state('03-13')).toMatchObject({ state: 'not-started' });
    expect(await state('06-20')).toMatchObject({ state: 'maintained', due: day('12-31'), flags: [] });
    expect(await state('06-21')).toMatchObject({ state: 'in-progress', flags: ['periods-overdue'] });
    await done('06-25', { period: 2 });
    expect(await state()).toMatchObject({ state: 'maintained', flags: ['periods-late'] });
    expect(await figures()).toMatchObject({ carriedOut: { numerator: 1 }, periodsLate: 1, periodsOverdue: 0, late: 0 });
  });

  it('that recurs and was added for its last period alone is behind and late by that, and maintained by nothing', async () => {
    await promulgate({});
    today('12-14');
    const added = [province.row({ title: 'Báo cáo quý', leads: ['Sở Y tế'], deadline: 'Hằng quý' })];
    const amendment = { document: documentOf(day('12-13')), effect: day('12-14'), added };
    await office.post(`/plans/${plan}/amendments`, amendment).expect(201);
    today('12-28');
    expect(await state('12-20', 1)).toMatchObject({ flags: ['due-soon'], obligations: { met: 0, owed: 1 } });
    expect(await state('12-21', 1)).toMatchObject({ state: 'not-started', flags: ['due-soon', 'periods-overdue'] });
    rows = [...rows, (await state('12-21', 1)).id as string];
    await done('12-23', { row: 1, period: 4 });
    expect(await state('12-28', 1)).toMatchObject({ state: 'completed', flags: ['periods-late'] });
    expect(await figures('12-28')).toMatchObject({ periodsOverdue: 0, periodsLate: 1, late: 0 });
  });

  it('is started by any report that stands, a returned one too, and by nothing else', async () => {
    await promulgate({});
    today('03-16');
    const wish = { due: day('07-31'), on: day('03-16'), document: documentOf(day('03-16')) };
    await office.post(`/tasks/${row()}/extensions`, wish).expect(201);
    expect(await figures()).toMatchObject({ started: { numerator: 0 } });
    const made = await report('03-14', { complete: false });
    const { obligation, entry } = made;
    await office.post(`/obligations/${obligation}/returns`, { report: entry, reason: 'Chưa rõ.' }).expect(201);
    expect(await figures()).toMatchObject({ started: { numerator: 1 }, completed: { numerator: 0 } });
    expect(await figures('03-13')).toMatchObject({ started: { numerator: 0 } });
    await province.reporter('Sở Y tế').post(`/entries/${entry}/withdrawals`, { reason: 'Nhầm.' }).expect(201);
    expect(await figures()).toMatchObject({ started: { numerator: 0 } });
  });

  it('is overdue behind its due date, due soon up to fifteen days before, and awaits who accepts', async () => {
    await promulgate({ leads: ['Sở Y tế', 'Sở Nội vụ'] });
    today('07-05');
    expect(await state('06-14')).toMatchObject({ flags: [] });
    expect(await state('06-15')).toMatchObject({ flags: ['due-soon'] });
    expect(await state('06-30')).toMatchObject({ flags: ['due-soon'] });
    expect(await state('07-01')).toMatchObject({ flags: ['overdue'] });
    await report('06-29');
    expect(await figures()).toMatchObject({ awaiting: 0, overdueAwaiting: 0, overdue: 1 });
    const other = await report('06-29', { unit: 'Sở Nội vụ' });
    expect(await figures()).toMatchObject({ awaiting: 1, overdueAwaiting: 1, overdue: 1 });
    expect(await figures('06-28')).toMatchObject({ awaiting: 0 });
    await accept(other);
    expect(await figures()).toMatchObject({ awaiting: 1, overdueAwaiting: 1 });
  });

  it('is late by the due date in force on its work day, and against the original for ever', async () => {
    await promulgate({}, {});
    today('06-20');
    const wish = { due: day('07-31'), on: day('06-20'), document: documentOf(day('06-20')) };
    await office.post(`/tasks/${row(0)}/extensions`, wish).expect(201);
    today('07-20');
    for (const index of [0, 1]) await done('07-10', { row: index });
    expect(await state(undefined, 0)).toMatchObject({ due: day('07-31'), flags: ['late-against-original'] });
    expect(await state(undefined, 1)).toMatchObject({ due: day('06-30'), flags: ['late', 'late-against-original'] });
    expect(await figures()).toMatchObject({ late: 1, lateAgainstOriginal: 2, planned: 2 });
  });

  it('finished before an extension took effect stays late', async () => {
    await promulgate({});
    today('07-20');
    const finished = await report('07-10');
    const wish = { due: day('08-31'), on: day('07-15'), document: documentOf(day('07-15')), reason: 'Chờ nghị quyết.' };
    await office.post(`/tasks/${row()}/extensions`, wish).expect(201);
    await accept(finished);
    expect(await state()).toMatchObject({ due: day('08-31'), flags: ['late', 'late-against-original'] });
  });

  it('follows no extension of a single obligation', async () => {
    await promulgate({ leads: ['Sở Y tế', 'Sở Nội vụ'] });
    today('06-20');
    const own = province.obligation(row(), 'Sở Y tế');
    const wish = { due: day('07-31'), on: day('06-20'), document: documentOf(day('06-20')) };
    await office.post(`/obligations/${own}/extensions`, wish).expect(201);
    today('08-05');
    await done('06-25', { unit: 'Sở Nội vụ' });
    expect(await state('07-15')).toMatchObject({ due: day('06-30'), flags: [] });
    expect(await state('08-01')).toMatchObject({ flags: ['overdue'] });
    const { body } = await office.get(`/obligations/${own}?on=${day('07-15')}`).expect(200);
    expect(body.obligation).toMatchObject({ due: day('07-31'), overdue: false });
  });

  it('has, of due dates from one day on, the one that was entered last; a correction makes none later', async () => {
    await promulgate({ leads: ['Sở Y tế', 'Sở Nội vụ'] });
    today('06-20');
    const due = async (unit: string): Promise<string> => {
      await province.app.settled();
      return (await office.get(`/obligations/${province.obligation(row(), unit)}`).expect(200)).body.obligation.due;
    };
    const wish = (until: string) => ({ due: day(until), on: day('06-20'), document: documentOf(day('06-20')) });
    const extend = async (path: string, until: string): Promise<string> =>
      (await office.post(`${path}/extensions`, wish(until)).expect(201)).body.entry;
    const own = `/obligations/${province.obligation(row(), 'Sở Y tế')}`;
    await extend(own, '07-10');
    const whole = await extend(`/tasks/${row()}`, '07-20');
    expect([await due('Sở Y tế'), await due('Sở Nội vụ')]).toEqual([day('07-20'), day('07-20')]);
    await province.app.settled();
    await extend(own, '07-31');
    expect([await due('Sở Y tế'), await due('Sở Nội vụ')]).toEqual([day('07-31'), day('07-20')]);
    const correction = { changes: { due: day('07-25') }, reason: 'Văn bản ghi 25/7.' };
    await office.post(`/entries/${whole}/corrections`, correction).expect(201);
    expect([await due('Sở Y tế'), await due('Sở Nội vụ')]).toEqual([day('07-31'), day('07-25')]);
  });

  it('without a due date is in no base that has one', async () => {
    await promulgate({ deadline: 'Theo quy định' }, {});
    today('07-02');
    await done('03-20');
    expect(await figures()).toMatchObject({
      noDueDate: 1,
      completed: { numerator: 1, denominator: 2 },
      completedOfDue: { numerator: 0, denominator: 1, base: 'tasks-due' },
      completedOfYear: { numerator: 0, denominator: 1, base: 'tasks-due-in-year' },
      late: 0,
      byQuarter: [{ quarter: `${year}-Q2` }, { quarter: 'none', completed: { numerator: 1, denominator: 1 } }],
    });
  });
});

describe('a correction', () => {
  it('of an accepted work day changes every past day from its own recording on', async () => {
    await promulgate({ deadline: `31/3/${year + 2}` });
    today('03-28');
    const made = await report('03-25');
    today('03-30');
    await accept(made);
    today('12-16');
    const changes = { on: day('04-09') };
    await office
      .post(`/entries/${made.entry}/corrections`, { changes, reason: 'Ngày thật.', document: documentOf(day('12-16')) })
      .expect(201);
    expect(await figures()).toMatchObject({ completed: { numerator: 0 }, overdue: 1 });
    await accept(made, province.coordinator('dieuphoi2'));
    today('12-18');
    expect(await figures('03-31', '03-31')).toMatchObject({ completed: { numerator: 1 }, late: 0 });
    expect(await figures('03-31')).toMatchObject({ completed: { numerator: 0 } });
    expect(await figures('04-09')).toMatchObject({ completed: { numerator: 1 }, late: 1 });
    const { differences } = await figures('03-31', '03-31');
    expect(differences).toMatchObject([
      { kind: 'ReportAccepted', actor: { id: 'dieuphoi2' } },
      { kind: 'ReportCorrected', reason: { text: 'Ngày thật.' }, document: documentOf(day('12-16')) },
    ]);
  });
});

describe('the history in words', () => {
  /** What is told behind the promulgation. */
  const told = async (): Promise<string[]> => {
    await province.app.settled();
    const { body } = await office.get(`/tasks/${row()}/history`).expect(200);
    expect(body.entries[0].words).toBe(`Ban hành kế hoạch có nhiệm vụ này, có hiệu lực từ ngày 01/01/${year}`);
    return body.entries.slice(1).map(({ words }: { words: string }) => words);
  };
  const mend = (id: string, changes: object, by = province.coordinator('dieuphoi2')) =>
    by.post(`/entries/${id}/corrections`, { changes, reason: 'Ghi nhầm.', document: documentOf(day('03-28')) });
  const withdraw = (id: string, by = office) =>
    by.post(`/entries/${id}/withdrawals`, { reason: 'Nhầm.', document: documentOf(day('03-28')) }).expect(201);

  it('acknowledges progress, and does not call it a result', async () => {
    await promulgate({});
    today('03-28');
    const made = await report('03-25', { complete: false });
    await withdraw(await accept(made));
    await accept(made);
    await mend(made.entry, { percent: 45, on: day('03-26') }).expect(201);
    expect(await told()).toEqual([
      `Báo cáo tiến độ 40 %, tính đến ngày 25/03/${year}`,
      'Ghi nhận tiến độ',
      'Rút lại việc ghi nhận tiến độ',
      'Ghi nhận tiến độ',
      `Đính chính báo cáo tiến độ: 45 %, tính đến ngày 26/03/${year}. Lần ghi nhận tiến độ trước đó hết hiệu lực.`,
    ]);
  });

  it('says that a report is complete no more, and that it is again; an acceptance is of the version it accepted', async () => {
    await promulgate({ leads: ['Sở Nội vụ'] });
    today('03-28');
    const made = await report('03-25', { unit: 'Sở Nội vụ' });
    await accept(made, province.app.as({ username: 'dieuphoi3', unit: province.id('Sở Nội vụ') }));
    await mend(made.entry, { complete: false, percent: 40 }).expect(201);
    await accept(made, province.app.as({ username: 'dieuphoi3', unit: province.id('Sở Nội vụ') }));
    await mend(made.entry, { complete: true, percent: 100, on: day('03-26') }).expect(201);
    await withdraw(await accept(made));
    expect(await told()).toEqual([
      `Báo cáo hoàn thành, ngày hoàn thành 25/03/${year}`,
      'Nghiệm thu, công nhận kết quả (tự nghiệm thu: cùng đơn vị chủ trì)',
      `Đính chính báo cáo: không còn là báo cáo hoàn thành, tiến độ 40 %, tính đến ngày 25/03/${year}. ` +
        'Lần công nhận trước đó hết hiệu lực.',
      'Ghi nhận tiến độ (tự ghi nhận: cùng đơn vị chủ trì)',
      `Đính chính báo cáo tiến độ thành báo cáo hoàn thành: ngày hoàn thành 26/03/${year}, 100 %. ` +
        'Lần ghi nhận tiến độ trước đó hết hiệu lực.',
      'Nghiệm thu, công nhận kết quả',
      'Rút lại việc công nhận',
    ]);
  });

  it('names the evidence that was corrected, withdrawn or added', async () => {
    await promulgate({});
    today('03-28');
    const made = await report('03-25');
    const by = province.reporter('Sở Y tế');
    const evidence = [
      { kind: 'Báo cáo', number: '12/BC' },
      { kind: 'Công văn', number: '15/CV' },
    ];
    await mend(made.entry, { evidence, on: day('03-24') }, by).expect(201);
    await province.app.settled();
    const { body } = await office.get(`/tasks/${row()}/history`).expect(200);
    const [first, second] = body.entries.at(-1).evidence;
    await mend(second.entry, { number: '16/CV', date: day('03-20') }, by).expect(201);
    await withdraw(first.entry, by);
    const [, ...words] = await told();
    expect(words).toEqual([
      `Đính chính báo cáo: ngày hoàn thành 24/03/${year}, 100 %. Bổ sung minh chứng: Công văn số 15/CV.`,
      `Đính chính minh chứng: Công văn số 15/CV thành Công văn số 16/CV ngày 20/03/${year}.`,
      'Rút lại minh chứng: Báo cáo số 12/BC.',
    ]);
  });
});

describe('figures', () => {
  it('are the plan’s headline first, by field in the order of fields, by unit in the order of Vietnamese names', async () => {
    await promulgate(
      { leads: ['Sở Y tế'], field: 'CCTTHC' },
      { leads: ['Sở Nội vụ', 'Sở Tài chính'], field: 'CDDH' },
      { leads: ['Sở Nội vụ'], field: 'CCTC' },
    );
    today('03-20');
    await done('03-10', { row: 1, unit: 'Sở Nội vụ' });
    const body = await figures();
    expect(body.headline).toMatchObject({ name: 'completed', numerator: 0, denominator: 3, percent: '0.0' });
    expect(body.byField.map(({ code, numeral }: { code: string; numeral: string }) => [numeral, code])).toEqual([
      ['I', 'CDDH'],
      ['II', 'CCTC'],
      ['III', 'CCTTHC'],
    ]);
    const units = body.byUnit.map(
      ({ unit, completed, started }: { unit: { name: string }; completed: object; started: object }) => [
        unit.name,
        completed,
        started,
      ],
    );
    const of = (numerator: number, denominator: number, percent: string) =>
      expect.objectContaining({ numerator, denominator, base: 'obligations', percent });
    expect(units).toEqual([
      ['Sở Nội vụ', of(1, 2, '50.0'), of(1, 2, '50.0')],
      ['Sở Tài chính', of(0, 1, '0.0'), of(0, 1, '0.0')],
      ['Sở Y tế', of(0, 1, '0.0'), of(0, 1, '0.0')],
    ]);
    expect(body.grades).toEqual({ claimed: 0, evidenced: 0, accepted: 0, contradicted: null });
    await office.put(`/plans/${plan}/headline`, { headline: 'started' }).expect(200);
    expect((await figures()).headline).toMatchObject({ name: 'started', numerator: 1 });
  });

  it('forecast what can still be completed within the year, for the day on which they were recorded', async () => {
    await promulgate(
      {},
      { deadline: `31/12/${year + 2}` },
      { deadline: `Tháng 01/${year + 3}` },
      { deadline: `31/3/${year + 2}` },
    );
    today('04-02');
    await done('03-20', { row: 0 });
    expect(await figures()).toMatchObject({ forecast: { low: 1, high: 2, until: day('12-31'), atRisk: 1 } });
    today('04-10');
    expect(await figures('04-02', '04-02')).toMatchObject({ forecast: { low: 1, high: 2 } });
    expect(await figures('04-02')).toMatchObject({ forecast: null });
  });

  it('open to exactly the rows that they count', async () => {
    await promulgate(
      { leads: UNITS },
      { deadline: 'Hằng quý' },
      { deadline: 'Theo quy định' },
      { deadline: `Quý I/${year + 2}` },
      { mode: { kind: 'declared' } },
    );
    today('06-25');
    await done('03-10', { row: 1, period: 1 });
    await done('03-20', { row: 2 });
    await report('06-20', { row: 3 });
    const body = await figures();
    const counts: Partial<Record<RowFilter, number>> = {};
    for (const filter of ROW_FILTERS) counts[filter] = (await tasks(`state=${filter}`)).total;
    for (const name of ['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const) {
      expect([name, counts[name]]).toEqual([name, body[name].numerator]);
    }
    for (const name of Object.keys(countsOf([], day('06-25'), year)) as RowFilter[]) {
      if (typeof body[name] === 'number') expect([name, counts[name]]).toEqual([name, body[name]]);
    }
    expect(counts).toMatchObject({ due: body.completedOfDue.denominator, open: 4, notStarted: 2, maintained: 0 });
    expect(counts.inProgress).toBe(2);
  });
});

describe('rows behind a figure', () => {
  it('are found without tones, by field, unit, quarter and state, in the order of the annex, page by page', async () => {
    await promulgate(
      { title: 'Kiểm tra công vụ đột xuất', leads: ['Sở Nội vụ'] },
      { title: 'Đào tạo công chức', field: 'CCTC', deadline: `Quý III/${year + 2}` },
      { title: 'Báo cáo kiểm tra', field: 'CCTC', leads: ['Sở Nội vụ', 'Sở Y tế'] },
    );
    today('03-20');
    const titles = async (query: string): Promise<string[]> =>
      (await tasks(query)).items.map(({ ordinal }: { ordinal: number }) => String(ordinal));
    expect(await titles('')).toEqual(['1', '2', '3']);
    expect(await titles('search=KIEM%20tra')).toEqual(['1', '3']);
    expect(await titles('search=dao')).toEqual(['2']);
    expect(await titles('search=so%20noi%20vu')).toEqual(['1', '3']);
    expect(await titles('field=CCTC')).toEqual(['2', '3']);
    expect(await titles(`unit=${province.id('Sở Nội vụ')}`)).toEqual(['1', '3']);
    expect(await titles(`quarter=${year}-Q3`)).toEqual(['2']);
    expect(await titles('state=notStarted&field=CCTC')).toEqual(['2', '3']);
    const first = await tasks('limit=2');
    const next = await tasks(`limit=2&cursor=${first.next}`);
    expect([first.items.length, first.total, next.items.length, next.next]).toEqual([2, 3, 1, null]);
    expect(codeOf(await office.get(`/plans/${plan}/tasks?state=lost`).expect(422))).toBe('request.invalid');
    expect(codeOf(await office.get(`/plans/${plan}/tasks?cursor=x`).expect(422))).toBe('request.bad-cursor');
    expect((await office.get(`/plans/CCHC-${year}/tasks`).expect(200)).body.total).toBe(3);
  });

  it('open to their obligations, and those to their periods', async () => {
    await promulgate({ leads: UNITS, deadline: 'Hằng quý' });
    today('06-16');
    await done('03-14', { period: 1 });
    const waiting = await report('06-14', { period: 2 });
    await province.app.settled();
    const { body } = await office.get(`/tasks/${row()}/obligations?limit=2`).expect(200);
    expect(body).toMatchObject({ total: 3, items: [{ task: { id: row() } }, { task: { id: row() } }] });
    const rest = await office.get(`/tasks/${row()}/obligations?limit=2&cursor=${body.next}`).expect(200);
    const names = [...body.items, ...rest.body.items].map(({ unit }: { unit: { name: string } }) => unit.name);
    expect(names).toEqual(['Sở Nội vụ', 'Sở Tài chính', 'Sở Y tế']);
    for (const [asked, count] of [
      ['state=waiting', 1],
      ['state=notStarted', 2],
      ['state=completed', 0],
      [`unit=${province.id('Sở Y tế')}`, 1],
    ] as const) {
      expect((await office.get(`/plans/${plan}/obligations?${asked}`).expect(200)).body.total).toBe(count);
    }
    const one = await office.get(`/obligations/${waiting.obligation}`).expect(200);
    expect(one.body).toMatchObject({
      obligation: { met: 1, owed: 4, upToDate: true, unit: { name: 'Sở Y tế' } },
      periods: [
        { period: 1, cutoff: day('03-14'), due: day('03-20'), state: 'accepted', workDay: day('03-14') },
        { period: 2, state: 'waiting', report: waiting.entry },
        { period: 3, state: 'nothing' },
        { period: 4, cutoff: day('12-14'), due: day('12-20'), state: 'nothing' },
      ],
    });
    expect(codeOf(await office.get(`/obligations/${idOf('none')}`).expect(404))).toBe('obligation.absent');
    expect(codeOf(await office.get(`/tasks/${idOf('none')}`).expect(404))).toBe('task.absent');
  });

  it('are the same for everybody who may see the plan, and for nobody else', async () => {
    await promulgate({ leads: UNITS });
    today('03-16');
    await done('03-10');
    await province.app.settled();
    const path = `/plans/${plan}/progress?on=${plusDays(day('03-16'), 0)}`;
    const [own, other] = await Promise.all(
      [province.coordinator(), province.reporter('Sở Nội vụ')].map((caller) => caller.get(path).expect(200)),
    );
    expect(other?.body).toEqual(own?.body);
    await province.app.anybody.get(path).expect(401);
  });
});

describe('what counts no more', () => {
  const act = async (path: string, on: string, chosen: object = {}): Promise<string> => {
    const body = { on, document: documentOf(province.app.clock.today()), reason: 'Theo chỉ đạo.', ...chosen };
    const answer = await office.post(path, body).expect(201);
    await province.app.settled();
    return answer.body.entry;
  };
  const onRow = (kind: 'cancellations' | 'reopenings', on: string): Promise<string> =>
    act(`/tasks/${row()}/${kind}`, day(on));
  const end = (on: string, unit = 'Sở Y tế'): Promise<string> =>
    act(`/plans/${plan}/transfers`, day(on), { items: [{ row: row(), from: province.id(unit), act: 'end' }] });
  const ofUnit = async (on: string, unit = 'Sở Y tế') =>
    (await office.get(`/obligations/${province.obligation(row(), unit)}?on=${day(on)}`).expect(200)).body;
  const ofRow = async (on: string) => (await office.get(`/tasks/${row()}?on=${day(on)}`).expect(200)).body;

  it('is shown as on its last day, also where its row was cancelled before its end and reopened behind it', async () => {
    await promulgate({ leads: ['Sở Y tế', 'Sở Nội vụ'], deadline: 'Hằng quý' });
    today('11-20');
    await done('03-14');
    await end('09-20');
    expect((await ofUnit('11-20')).obligation).toMatchObject({ left: day('09-20'), leftBecause: 'ended', met: 1 });
    await onRow('cancellations', '06-20');
    expect((await ofUnit('11-20')).obligation).toMatchObject({ left: day('06-20'), leftBecause: 'cancelled' });
    expect(await ofRow('11-20')).toMatchObject({ left: day('06-20'), leftBecause: 'cancelled', counted: true });
    for (const [path, more] of [
      ['obligations', { items: [{ unit: { name: 'Sở Nội vụ' } }, { unit: { name: 'Sở Y tế' }, met: 1 }] }],
      ['matrix', { periods: Array(4).fill({ of: 2 }), items: [{ met: 0 }, { met: 1 }] }],
    ] as const) {
      const { body } = await office.get(`/tasks/${row()}/${path}?on=${day('11-20')}`).expect(200);
      expect(body).toMatchObject({ on: day('11-20'), total: 2, ...more });
      await office.get(`/tasks/${row()}/${path}?on=${day('11-20')}&recorded=2025-12-01`).expect(404);
    }
    await onRow('reopenings', '11-01');
    for (const on of ['06-20', '09-19', '09-20', '10-31', '11-01', '11-20']) {
      const { obligation, periods } = await ofUnit(on);
      expect([on, obligation]).toEqual([
        on,
        expect.objectContaining({ left: day('06-20'), leftBecause: 'cancelled', counted: true, met: 1, owed: 4 }),
      ]);
      expect(periods).toHaveLength(4);
    }
    expect((await ofUnit('06-19')).obligation).toMatchObject({ left: null, leftBecause: null, counted: true });
    expect((await ofUnit('11-01', 'Sở Nội vụ')).obligation).toMatchObject({ left: null, leftBecause: null });
    expect(await ofRow('11-01')).toMatchObject({ left: null, leftBecause: null, counted: true });
    await onRow('reopenings', '07-01');
    expect((await ofUnit('11-20')).obligation).toMatchObject({
      left: day('09-20'),
      leftBecause: 'ended',
      counted: true,
    });
  });

  it('is shown as never having counted where it left with the first day on which it would have', async () => {
    await promulgate({ leads: ['Sở Y tế', 'Sở Nội vụ'], deadline: 'Hằng quý' });
    today('07-01');
    await done('06-14');
    await end('01-01');
    const never = { left: day('01-01'), leftBecause: 'ended', counted: false, unit: { name: 'Sở Y tế' } };
    for (const on of ['01-01', '07-01']) {
      const { obligation, periods, entries } = await ofUnit(on);
      expect(obligation).toMatchObject({ ...never, owed: 4, met: 0, completed: false, due: day('12-31') });
      expect(periods.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('nothing'));
      expect(entries.map(({ kind }: { kind: string }) => kind)).toEqual([
        'WorkReported',
        'ReportAccepted',
        'ObligationEnded',
      ]);
    }
    expect((await ofUnit('07-01', 'Sở Nội vụ')).obligation).toMatchObject({ left: null, counted: true });
    await onRow('cancellations', '01-01');
    const cancelled = { left: day('01-01'), leftBecause: 'cancelled', counted: false };
    expect((await ofUnit('07-01', 'Sở Nội vụ')).obligation).toMatchObject({ ...cancelled, owed: 4 });
    for (const on of ['01-01', '07-01']) {
      expect(await ofRow(on)).toMatchObject({ ...cancelled, title: 'Nhiệm vụ 1', state: 'not-started', ordinal: 1 });
    }
    expect(await figures()).toMatchObject({ completed: { denominator: 0 } });
    await onRow('reopenings', '06-01');
    expect(await ofRow('05-31')).toMatchObject(cancelled);
    expect(await ofRow('06-01')).toMatchObject({ left: null, leftBecause: null, counted: true });
    expect((await ofUnit('07-01')).obligation).toMatchObject(never);
  });

  it('is shown where an amendment took its row out, and is absent where its promulgation was withdrawn', async () => {
    await promulgate({}, { title: 'Việc ở lại' });
    today('07-01');
    const amendment = { document: documentOf(day('07-01')), effect: day('07-01'), removed: [row()] };
    await office.post(`/plans/${plan}/amendments`, amendment).expect(201);
    await province.app.settled();
    const removed = { left: day('07-01'), leftBecause: 'removed', counted: true };
    expect(await ofRow('07-01')).toMatchObject(removed);
    expect((await ofUnit('07-01')).obligation).toMatchObject(removed);
    await office.post(`/plans/${plan}/promulgation/withdrawal`, { reason: 'Ban hành nhầm.' }).expect(201);
    await province.app.settled();
    expect(codeOf(await office.get(`/tasks/${row()}`).expect(404))).toBe('task.absent');
    const obligation = province.obligation(row(), 'Sở Y tế');
    expect(codeOf(await office.get(`/obligations/${obligation}`).expect(404))).toBe('obligation.absent');
  });
});
