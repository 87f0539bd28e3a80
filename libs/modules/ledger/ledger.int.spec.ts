import ExcelJS from 'exceljs';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { bytes } from '../../../tests/support/bytes.js';

/** An item of a list, as far as the tests read it. */
type Shown = Readonly<
  Record<'kind' | 'state' | 'units' | 'number' | 'before' | 'due' | 'originalDue' | 'workDay' | 'periodName', unknown> &
    Record<
      'days' | 'daysAgainstOriginal' | 'awaiting' | 'afterDue' | 'extensions' | 'overdue' | 'late' | 'most',
      unknown
    >
> & {
  readonly task: { readonly code: string };
  readonly unit: { readonly name: string };
  readonly documents: readonly { readonly number: string }[];
};

let province: Province;
let office: Caller;
let second: Caller;
let plan = '';
let rows: readonly string[] = [];

const row = (index: number): string => rows[index] ?? '';
const today = (day: string): void => province.app.clock.set(`2026-${day}`);

const report = async (
  unit: string,
  on: string,
  chosen: { row?: number; period?: number } = {},
): Promise<{ obligation: string; entry: string }> => {
  const obligation = province.obligation(row(chosen.row ?? 0), unit);
  const body = { period: chosen.period ?? 1, complete: true, percent: 100, on: `2026-${on}`, account: 'Xong.' };
  const answer = await province.reporter(unit).post(`/obligations/${obligation}/reports`, body).expect(201);
  return { obligation, entry: answer.body.entry };
};
const done = async (...wish: Parameters<typeof report>): Promise<void> => {
  const { obligation, entry } = await report(...wish);
  await office.put(`/obligations/${obligation}/acceptance`, { report: entry }).expect(200);
};
const extend = async (path: string, due: string, on: string, reason?: string): Promise<string> => {
  const body = { due, on, document: documentOf(on, `${due.slice(5)}/UBND-NC`), ...(reason ? { reason } : {}) };
  await province.app.settled();
  return (await office.post(`${path}/extensions`, body).expect(201)).body.entry;
};
const ledger = async (which: 'extensions' | 'lateness', query = '') => {
  await province.app.settled();
  return (await office.get(`/plans/${plan}/ledger/${which}?${query}`).expect(200)).body;
};
const workbook = async (path: string): Promise<Map<string, string[][]>> => {
  const { body, headers } = await office.get(path).buffer(true).parse(bytes).expect(200);
  expect(headers['content-disposition']).toMatch(/^attachment; filename=".*\.xlsx"/);
  const read = new ExcelJS.Workbook();
  await read.xlsx.load(body as never);
  return new Map(
    read.worksheets.map((sheet) => {
      const lines: string[][] = [];
      sheet.eachRow((line) => {
        const cells: string[] = [];
        line.eachCell({ includeEmpty: true }, (cell) =>
          cells.push(cell.value instanceof Date ? cell.value.toISOString().slice(0, 10) : cell.text),
        );
        lines.push(cells);
      });
      return [sheet.name, lines];
    }),
  );
};

/** The story of a year: four rows, extensions of each kind, work that was early, late and never done. */
beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế'], communes: ['Xã Một', 'Xã Hai'] });
  office = province.coordinator();
  second = province.coordinator('dieuphoi2');
  province.app.clock.set('2025-12-24');
  ({ plan, rows } = await province.promulgate(2026, [
    { code: 'I.1', title: 'Ban hành kế hoạch', leads: ['Sở Nội vụ', 'Sở Y tế'], deadline: '31/3/2026' },
    { code: 'I.2', title: 'Báo cáo quý', leads: ['Sở Nội vụ'], deadline: 'Hằng quý' },
    { code: 'II.1', title: 'Niêm yết', leads: ['Các xã'], deadline: '30/6/2026', field: 'CCTTHC' },
    { code: 'II.2', title: 'Không hạn', leads: ['Sở Y tế'], deadline: 'Theo quy định', field: 'CCTTHC' },
  ]));
  today('03-18');
  await done('Sở Nội vụ', '03-14', { row: 1, period: 1 });
  today('03-20');
  await extend(`/tasks/${row(0)}`, '2026-04-30', '2026-03-20');
  today('04-15');
  await done('Sở Nội vụ', '04-10');
  today('05-10');
  // Behind the due date: marked, with a reason.
  await extend(`/obligations/${province.obligation(row(0), 'Sở Y tế')}`, '2026-05-31', '2026-05-08', 'Thiếu người.');
  today('06-20');
  await extend(`/tasks/${row(2)}`, '2026-07-15', '2026-06-20');
  const wrong = await extend(`/tasks/${row(2)}`, '2026-08-31', '2026-06-20');
  today('06-22');
  await second
    .post(`/entries/${wrong}/withdrawals`, { reason: 'Ghi nhầm.', document: documentOf('2026-06-22') })
    .expect(201);
  today('06-25');
  const shortened = await extend(`/obligations/${province.obligation(row(2), 'Xã Hai')}`, '2026-08-15', '2026-06-25');
  today('06-26');
  await office
    .post(`/entries/${shortened}/corrections`, { changes: { due: '2026-08-01' }, reason: 'Văn bản ghi 01/8.' })
    .expect(201);
  today('07-10');
  await done('Sở Nội vụ', '07-05', { row: 1, period: 2 });
  await done('Sở Y tế', '06-05');
  today('07-20');
  await done('Xã Một', '07-18', { row: 2 });
  today('08-20');
  await report('Xã Hai', '07-30', { row: 2 });
}, 60_000);
afterAll(() => province.close());

describe('the ledger of extensions', () => {
  it('says who was given more time, how often, how long and by which document', async () => {
    const { items, total, totals } = await ledger('extensions');
    expect(total).toBe(5);
    expect(
      items.map(({ kind, state, task, unit, units, number, before, due, days, afterDue }: Shown) => [
        task.code,
        kind,
        state,
        unit ? unit.name : units,
        number,
        before,
        due,
        days,
        afterDue,
      ]),
    ).toEqual([
      ['I.1', 'row', 'standing', 2, 1, '2026-03-31', '2026-04-30', 30, false],
      ['I.1', 'obligation', 'standing', 'Sở Y tế', 1, '2026-04-30', '2026-05-31', 31, true],
      ['II.1', 'row', 'standing', 2, 1, '2026-06-30', '2026-07-15', 15, false],
      ['II.1', 'row', 'withdrawn', 2, null, '2026-07-15', '2026-08-31', 47, false],
      ['II.1', 'obligation', 'corrected', 'Xã Hai', 1, '2026-07-15', '2026-08-01', 17, false],
    ]);
    expect(items[1]).toMatchObject({
      document: { kind: 'Công văn', number: '05-31/UBND-NC', date: '2026-05-08' },
      reason: { text: 'Thiếu người.' },
      actor: { id: 'dieuphoi' },
      effect: '2026-05-08',
      first: null,
    });
    expect(items[3].withdrawn).toMatchObject({
      actor: { id: 'dieuphoi2' },
      reason: { text: 'Ghi nhầm.' },
      document: { date: '2026-06-22' },
    });
    expect(items[4]).toMatchObject({
      first: { due: '2026-08-15' },
      corrections: [{ reason: { text: 'Văn bản ghi 01/8.' } }],
    });
    expect(totals).toMatchObject({ extensions: 4, afterDue: 1, days: 93, withdrawn: 1 });
    expect(
      totals.byUnit.map(({ unit, extensions, afterDue, days }: Shown) => [unit.name, extensions, afterDue, days]),
    ).toEqual([
      ['Sở Y tế', 2, 1, 61],
      ['Xã Hai', 2, 0, 32],
      ['Sở Nội vụ', 1, 0, 30],
      ['Xã Một', 1, 0, 15],
    ]);
  });

  it('is as it was on any day, by what was recorded up to any day', async () => {
    const codes = async (query: string) =>
      (await ledger('extensions', query)).items.map(({ task, state, due }: Shown) => [task.code, state, due]);
    expect(await codes('on=2026-05-08')).toHaveLength(2);
    expect(await codes('on=2026-05-07')).toHaveLength(1);
    expect(await codes('recorded=2026-06-21')).toEqual([
      ['I.1', 'standing', '2026-04-30'],
      ['I.1', 'standing', '2026-05-31'],
      ['II.1', 'standing', '2026-07-15'],
      ['II.1', 'standing', '2026-08-31'],
    ]);
    expect((await codes('recorded=2026-06-25')).at(-1)).toEqual(['II.1', 'standing', '2026-08-15']);
    expect(await codes('recorded=2026-03-19')).toEqual([]);
  });

  it('is narrowed and paged', async () => {
    const total = async (query: string): Promise<number> => (await ledger('extensions', query)).total;
    expect(await total(`unit=${province.id('Xã Một')}`)).toBe(2);
    expect(await total('field=CCTTHC')).toBe(3);
    expect(await total(`task=${row(0)}&kind=row`)).toBe(1);
    expect([await total('state=withdrawn'), await total('state=corrected'), await total('afterDue=true')]).toEqual([
      1, 1, 1,
    ]);
    const first = await ledger('extensions', 'limit=3');
    expect(first.items).toHaveLength(3);
    const rest = await ledger('extensions', `limit=3&cursor=${first.next}`);
    expect(rest.items.map(({ state }: { state: string }) => state)).toEqual(['withdrawn', 'corrected']);
    expect(rest.next).toBeNull();
    expect((await office.get(`/plans/${plan}/ledger/extensions?cursor=x`).expect(422)).body.code).toBe(
      'request.bad-cursor',
    );
    expect((await office.get(`/plans/none/ledger/extensions`).expect(404)).body.code).toBe('plan.absent');
  });

  it('goes out as a workbook, whole, with sums by unit', async () => {
    const sheets = await workbook(`/plans/${plan}/ledger/extensions?format=xlsx&limit=1`);
    const list = sheets.get('Gia hạn') ?? [];
    expect(list.filter(([number]) => /^\d+$/.test(number ?? ''))).toHaveLength(5);
    expect(list.at(-4)?.slice(0, 12)).toEqual([
      '2',
      'I.1',
      'Ban hành kế hoạch',
      'Sở Y tế',
      '1',
      '2026-04-30',
      '2026-05-31',
      '31',
      '2026-05-08',
      'x',
      'Công văn số 05-31/UBND-NC ngày 08/05/2026',
      'Thiếu người.',
    ]);
    expect(list.at(-2)?.at(-1)).toBe('Đã rút lại ngày 22/06/2026: Ghi nhầm.');
    expect(sheets.get('Theo đơn vị')?.at(-4)).toEqual(['1', 'Sở Y tế', '2', '1', '61']);
  });
});

describe('the ledger of lateness', () => {
  const shown = ({
    kind,
    task,
    unit,
    periodName,
    due,
    originalDue,
    workDay,
    days,
    daysAgainstOriginal,
    awaiting,
    extensions,
  }: Shown) => [
    kind,
    task.code,
    unit.name,
    periodName,
    due,
    originalDue,
    workDay,
    days,
    daysAgainstOriginal,
    awaiting,
    extensions,
  ];

  it('compares with the due date in force on the work day, and with the first one', async () => {
    const { items, totals } = await ledger('lateness');
    expect(items.map(shown)).toEqual([
      ['late-against-original', 'I.1', 'Sở Nội vụ', '', '2026-04-30', '2026-03-31', '2026-04-10', 0, 10, false, 1],
      ['late', 'I.1', 'Sở Y tế', '', '2026-05-31', '2026-03-31', '2026-06-05', 5, 66, false, 2],
      ['late', 'I.2', 'Sở Nội vụ', 'Quý II', '2026-06-20', '2026-06-20', '2026-07-05', 15, 15, false, 0],
      ['overdue', 'II.1', 'Xã Hai', '', '2026-08-01', '2026-06-30', null, 19, 51, true, 2],
      ['late', 'II.1', 'Xã Một', '', '2026-07-15', '2026-06-30', '2026-07-18', 3, 18, false, 1],
    ]);
    expect(items[3]).toMatchObject({ reportedDay: '2026-07-30', rowCompleted: false });
    expect(items.map(({ documents }: Shown) => documents.map(({ number }) => number))).toEqual([
      ['04-30/UBND-NC'],
      ['04-30/UBND-NC', '05-31/UBND-NC'],
      [],
      ['07-15/UBND-NC', '08-15/UBND-NC'],
      ['07-15/UBND-NC'],
    ]);
    expect(totals).toMatchObject({ overdue: 1, awaiting: 1, late: 3, lateAgainstOriginal: 4, days: 42, most: 19 });
    expect(
      totals.byUnit.map(({ unit, overdue, late, days, most }: Shown) => [unit.name, overdue, late, days, most]),
    ).toEqual([
      ['Xã Hai', 1, 0, 19, 19],
      ['Sở Nội vụ', 0, 1, 15, 15],
      ['Sở Y tế', 0, 1, 5, 5],
      ['Xã Một', 0, 1, 3, 3],
    ]);
  });

  it('is as it was on any day, by what was recorded up to any day', async () => {
    const at = async (query: string) =>
      (await ledger('lateness', query)).items
        .map(shown)
        .map(([kind, code, unit, period]: string[]) => [kind, code, unit, period].join(' ').trim());
    // On 1/7 nobody had reported the second quarter, nor Sở Y tế.
    expect(await at('on=2026-07-01&recorded=2026-07-01')).toEqual([
      'late-against-original I.1 Sở Nội vụ',
      'overdue I.1 Sở Y tế',
      'overdue I.2 Sở Nội vụ Quý II',
    ]);
    // By what is known today, Sở Y tế had been done on 5/6.
    expect(await at('on=2026-07-01')).toEqual([
      'late-against-original I.1 Sở Nội vụ',
      'late I.1 Sở Y tế',
      'overdue I.2 Sở Nội vụ Quý II',
    ]);
    expect(await at('on=2026-04-01&recorded=2026-04-01')).toEqual([]);
    expect(await at('on=2025-12-31')).toEqual([]);
  });

  it('of suspended rows counts only what is done', async () => {
    await office
      .post(`/tasks/${row(2)}/suspensions`, { document: documentOf('2026-08-20'), on: '2026-08-20', reason: 'Chờ.' })
      .expect(201);
    expect((await ledger('lateness', 'kind=overdue')).items).toEqual([]);
    expect((await ledger('lateness', 'kind=overdue&recorded=2026-08-19&on=2026-08-19')).total).toBe(1);
  });

  it('is narrowed, paged and handed out', async () => {
    const total = async (query: string): Promise<number> => (await ledger('lateness', query)).total;
    expect([
      await total('kind=late'),
      await total('field=CCTTHC'),
      await total(`unit=${province.id('Sở Nội vụ')}`),
    ]).toEqual([3, 1, 2]);
    const first = await ledger('lateness', 'limit=2');
    const rest = await ledger('lateness', `limit=2&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ unit }) => unit.name)).toEqual([
      'Sở Nội vụ',
      'Sở Y tế',
      'Sở Nội vụ',
      'Xã Một',
    ]);
    expect(rest.next).toBeNull();
    const sheets = await workbook(`/plans/${plan}/ledger/lateness?format=xlsx`);
    expect(sheets.get('Trễ hạn')?.at(-3)).toEqual([
      '2',
      'I.1',
      'Ban hành kế hoạch',
      'Sở Y tế',
      '',
      '2026-03-31',
      '2026-05-31',
      '2026-06-05',
      '5',
      '66',
      '2',
      'Công văn số 04-30/UBND-NC ngày 20/03/2026; Công văn số 05-31/UBND-NC ngày 08/05/2026',
      'Hoàn thành trễ hạn',
    ]);
    expect(sheets.get('Theo đơn vị')?.at(-1)).toEqual(['', 'Cộng', '0', '0', '3', '4', '23', '15']);
  });
});

describe('an extension behind one that was corrected', () => {
  it('is told by what that one says since, on each of both clocks', async () => {
    const { plan: other, rows: tasks } = await province.promulgate(2027, [
      { code: 'I.1', title: 'Ban hành kế hoạch', leads: ['Sở Nội vụ'], deadline: '31/3/2027' },
    ]);
    const [day, task] = [province.app.clock.today(), tasks[0]];
    const document = documentOf(day);
    const extended = async (due: string, on: string): Promise<string> =>
      (await office.post(`/tasks/${task}/extensions`, { due, on, document, reason: 'Chờ hướng dẫn.' }).expect(201)).body
        .entry;
    const first = await extended('2027-04-30', '2027-03-01');
    await extended('2027-06-30', '2027-04-15');
    const told = async (recorded: string) => {
      await province.app.settled();
      const asked = `on=2027-05-01&recorded=${recorded}`;
      const { body } = await office.get(`/plans/${other}/ledger/extensions?${asked}`).expect(200);
      const items = body.items.map((item: Shown) => [item.before, item.due, item.days, item.afterDue]);
      return { items, sums: [body.totals.days, body.totals.afterDue] };
    };
    const asFirstSaid = {
      items: [
        ['2027-03-31', '2027-04-30', 30, false],
        ['2027-04-30', '2027-06-30', 61, false],
      ],
      sums: [91, 0],
    };
    expect(await told(day)).toEqual(asFirstSaid);
    province.app.clock.set('2026-12-21');
    await office
      .post(`/entries/${first}/corrections`, { changes: { due: '2027-04-10' }, reason: 'Văn bản ghi 10/4.' })
      .expect(201);
    expect(await told('2026-12-21')).toEqual({
      items: [
        ['2027-03-31', '2027-04-10', 10, false],
        ['2027-04-10', '2027-06-30', 81, true],
      ],
      sums: [91, 1],
    });
    expect(await told(day)).toEqual(asFirstSaid);
    await office.post(`/entries/${first}/withdrawals`, { reason: 'Ghi nhầm.' }).expect(201);
    expect(await told('2026-12-21')).toMatchObject({
      items: [expect.anything(), ['2027-03-31', '2027-06-30', 91, true]],
      sums: [91, 1],
    });
  });
});

describe('an extension', () => {
  let made: { plan: string; rows: readonly string[] };
  let year = 2027;

  const day = (rest: string): string => `${year}-${rest}`;
  const [row, other] = [() => made.rows[0] ?? '', () => made.rows[1] ?? ''];
  const wish = (...leads: string[]) => ({ code: 'I.1', title: 'Rà soát', leads, deadline: `30/9/${year}` });
  const extensions = async (query: string) => {
    await province.app.settled();
    return (await office.get(`/plans/${made.plan}/ledger/extensions?${query}`).expect(200)).body;
  };
  const amend = async (effect: string, body: object): Promise<void> => {
    const amendment = { document: documentOf(day(effect)), effect: day(effect), ...body };
    await office.post(`/plans/${made.plan}/amendments`, amendment).expect(201);
    await province.app.settled();
  };
  /** Whom an answer charges: each extension, and the sums by unit. */
  const charged = async (query: string) => {
    const { items, totals } = await extensions(query);
    return {
      named: items.map(({ kind, units, named }: { kind: string; units: number; named: { name: string }[] }) =>
        [kind, units, ...named.map(({ name }) => name)].join(' '),
      ),
      sums: totals.byUnit.map((one: Shown) => [one.unit.name, one.extensions, one.days].join(' ')),
    };
  };

  beforeEach(async () => {
    year += 1;
    province.app.clock.set(`${year - 1}-12-24`);
    made = await province.promulgate(year, [
      wish('Sở Nội vụ'),
      { code: 'II.1', title: 'Niêm yết', leads: ['Các sở'], deadline: `30/6/${year}`, field: 'CCTTHC' },
    ]);
    province.app.clock.set(day('09-20'));
  });

  it('of a row that has left the plan is named as the row said last', async () => {
    await amend('09-20', {
      changed: [{ row: row(), ...province.row({ ...wish('Sở Nội vụ'), title: 'Rà soát lại' }) }],
    });
    province.app.clock.set(day('12-11'));
    await extend(`/obligations/${province.obligation(row(), 'Sở Nội vụ')}`, `${year + 1}-03-31`, day('12-11'), 'Chờ.');
    await extend(`/tasks/${row()}`, `${year + 1}-03-31`, day('09-19'));
    await amend('12-01', { removed: [row()] });
    const field = { code: 'CDDH', name: expect.stringMatching(/^Công tác chỉ đạo/) };
    const named = { id: row(), code: 'I.1', title: 'Rà soát lại', field };
    const { items } = await extensions(`on=${day('12-18')}&field=CDDH`);
    expect(items.map(({ task }: Shown) => task)).toEqual([named, named]);
    const before = await extensions(`on=${day('09-19')}`);
    expect(before.items.map(({ task }: { task: { title: string } }) => task.title)).toEqual(['Rà soát']);
    const sheets = await workbook(`/plans/${made.plan}/ledger/extensions?format=xlsx&on=${day('12-18')}`);
    expect(
      sheets
        .get('Gia hạn')
        ?.filter(([number]) => /^\d+$/.test(number ?? ''))
        .map((line) => line.slice(0, 4)),
    ).toEqual([
      ['1', 'I.1', 'Rà soát lại', 'Sở Nội vụ'],
      ['2', 'I.1', 'Rà soát lại', 'Sở Nội vụ'],
    ]);
    // What has left the plan is neither late nor chased; the other row is called what it is.
    const codes = new Set<string>();
    const late = await office.get(`/plans/${made.plan}/ledger/lateness?on=${day('12-18')}`).expect(200);
    for (const { task } of late.body.items) codes.add(task.code);
    const chased = await office.get(`/plans/${made.plan}/chase?on=${day('12-18')}`).expect(200);
    for (const { overdue } of chased.body.items) for (const { task } of overdue) codes.add(task.code);
    expect([...codes]).toEqual(['II.1']);
  });

  it('of a row counts for those who owed it when it took effect, whatever the day asked', async () => {
    await extend(`/tasks/${row()}`, day('10-31'), day('09-20'));
    province.app.clock.set(day('12-01'));
    await amend('12-01', { changed: [{ row: row(), ...province.row(wish('Sở Nội vụ', 'Sở Y tế')) }] });
    province.app.clock.set(day('12-18'));
    const once = { named: ['row 1 Sở Nội vụ'], sums: ['Sở Nội vụ 1 31'] };
    expect(await charged(`on=${day('11-30')}`)).toEqual(once);
    expect(await charged(`on=${day('12-18')}`)).toEqual(once);
    expect((await extensions(`unit=${province.id('Sở Y tế')}`)).total).toBe(0);
    await amend('12-18', { changed: [{ row: row(), ...province.row(wish('Sở Y tế')) }] });
    expect(await charged(`on=${day('12-18')}`)).toEqual(once);
    // An extension from now on is one of the unit that owes it now.
    await extend(`/tasks/${row()}`, day('12-31'), day('12-18'), 'Chờ hướng dẫn.');
    expect(await charged('')).toEqual({
      named: ['row 1 Sở Nội vụ', 'row 1 Sở Y tế'],
      sums: ['Sở Nội vụ 1 31', 'Sở Y tế 1 61'],
    });
  });

  it('that takes effect before the plan does counts for those who owe the row first', async () => {
    await extend(`/tasks/${other()}`, day('09-30'), `${year - 1}-12-25`);
    expect((await charged('')).named).toEqual(['row 2 Sở Nội vụ Sở Y tế']);
  });

  it('stays with the unit from which the obligation was handed on', async () => {
    await extend(`/tasks/${row()}`, day('10-31'), day('09-20'));
    await extend(`/obligations/${province.obligation(row(), 'Sở Nội vụ')}`, day('11-30'), day('09-20'));
    province.app.clock.set(day('11-01'));
    const [from, to] = [province.id('Sở Nội vụ'), province.id('Sở Y tế')];
    const handover = { on: day('11-01'), document: documentOf(day('11-01')), items: [{ row: row(), from, to }] };
    await office.post(`/plans/${made.plan}/transfers`, handover).expect(201);
    const kept = { named: ['row 1 Sở Nội vụ', 'obligation 1 Sở Nội vụ'], sums: ['Sở Nội vụ 2 61'] };
    expect(await charged(`on=${day('10-31')}`)).toEqual(kept);
    expect(await charged(`on=${day('11-01')}`)).toEqual(kept);
    expect((await extensions(`unit=${to}`)).total).toBe(0);
  });
});
