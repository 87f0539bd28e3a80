import type { Day } from '#kernel';
import { idOf } from '#platform/commands';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';

/** The departments of Lâm Đồng that its resolutions of 18/02/2025 concern, and one that they leave as it is. */
const OLD = [
  'Sở Nông nghiệp và Phát triển nông thôn',
  'Sở Tài nguyên và Môi trường',
  'Sở Khoa học và Công nghệ',
  'Sở Thông tin và Truyền thông',
  'Sở Lao động - Thương binh và Xã hội',
  'Sở Nội vụ',
  'Sở Xây dựng',
  'Sở Giao thông vận tải',
  'Sở Kế hoạch và Đầu tư',
  'Sở Tài chính',
  'Ban Dân tộc',
  'Sở Y tế',
] as const;
const [NN, TNMT, KHCN, TTTT, LD, NV, XD, GT, KHDT, TC, BDT, YT] = OLD;
const RELIGION = 'Quản lý nhà nước về tín ngưỡng, tôn giáo';
const DECIDED: Day = '2025-02-18';
const EVE: Day = '2025-02-28';
const ON: Day = '2025-03-01';
const mergers = { kind: 'Nghị quyết', number: '390–395/NQ-HĐND', date: DECIDED };
const handover = { kind: 'Quyết định', number: '0321/QĐ-UBND', date: '2025-03-04' };

const ROWS = [
  { title: 'Rà soát thủ tục hành chính', leads: [GT], deadline: 'Quý III/2025' },
  { title: 'Báo cáo cải cách hành chính', leads: ['Các sở'], deadline: 'Hằng quý' },
  { title: 'Cấp phép xây dựng công trình giao thông', leads: [XD, GT], deadline: '30/11/2025' },
  { title: 'Kế hoạch năm của ngành', leads: [GT], deadline: 'Tháng 02/2025' },
  { title: 'Quản lý tôn giáo', leads: [NV], deadline: '30/6/2025' },
];
type Unit = (typeof OLD)[number];

let province: Province;
let office: Caller;
let plan: string;
let rows: readonly string[];
/** The new departments by their refs. */
let fresh: ReadonlyMap<string, string>;

const id = (unit: string): string => fresh.get(unit) ?? province.id(unit);
const owed = (row: number, unit: string): string => idOf(rows[row] ?? '', id(unit));

const reporterOf = (unit: string): Caller =>
  province.app.as({
    username: `baocao ${unit}`,
    role: 'reporter',
    unit: id(unit),
    permissions: ['signed-in', 'read', 'report'],
  });

/** A unit reports that a period is done, without anybody having accepted it yet. */
const reported = async (row: number, unit: string, on: Day, period = 1): Promise<string> => {
  const evidence = [{ kind: 'Báo cáo', number: '0012/BC', date: on }];
  const { body } = await reporterOf(unit)
    .post(`/obligations/${owed(row, unit)}/reports`, { period, percent: 100, complete: true, on, evidence })
    .expect(201);
  return body.entry;
};
const accepted = async (row: number, unit: string, on: Day, period = 1): Promise<void> => {
  const report = await reported(row, unit, on, period);
  await office.put(`/obligations/${owed(row, unit)}/acceptance`, { report }).expect(200);
};

const department = (ref: string, name: string, code: string) => ({
  act: 'found',
  ref,
  name,
  code,
  kind: 'department',
  parent: 'H99',
});
const merge = (into: string, ...units: Unit[]) => ({
  act: 'merge',
  units: units.map((unit) => province.id(unit)),
  into,
});
const document = () => ({
  on: ON,
  document: mergers,
  changes: [
    department('#nnmt', 'Sở Nông nghiệp và Môi trường', 'S1'),
    merge('#nnmt', NN, TNMT),
    department('#khcn', KHCN, 'S3'),
    merge('#khcn', KHCN, TTTT),
    department('#nv', NV, 'S6'),
    merge('#nv', LD, NV),
    department('#xd', XD, 'S7'),
    merge('#xd', XD, GT),
    department('#tc', TC, 'S10'),
    merge('#tc', KHDT, TC),
    department('#dttg', 'Sở Dân tộc và Tôn giáo', 'S11'),
    merge('#dttg', BDT),
    { act: 'move-function', from: province.id(NV), to: '#dttg', function: RELIGION },
  ],
});

type Listed = {
  readonly items: readonly { readonly id: string }[];
  readonly next: string | null;
  readonly total: number;
};
type Told = {
  readonly item: number;
  readonly obligation: string | null;
  readonly state: string;
  readonly inherits: boolean | null;
  readonly owed: number | null;
  readonly met: number | null;
  readonly entry: string | null;
  readonly refusal: { readonly code: string } | null;
};
type Count = {
  readonly unit: { readonly id: string; readonly ended?: string };
  readonly completed: { readonly numerator: number; readonly denominator: number };
};

const transfers = (items: object[], more: object = {}) => ({ on: ON, document: handover, items, ...more });
const all = (from: Unit, to: string) => ({ from: province.id(from), to: id(to) });
const unsettled = async (query = ''): Promise<Listed> => {
  await province.app.settled();
  return (await office.get(`/plans/${plan}/unsettled?${query}`).expect(200)).body;
};
const byUnit = async (on: Day, recorded?: Day): Promise<Map<string, Count>> => {
  await province.app.settled();
  const { body } = await office
    .get(`/plans/${plan}/progress?on=${on}${recorded ? `&recorded=${recorded}` : ''}`)
    .expect(200);
  return new Map(body.byUnit.map((each: Count) => [each.unit.id, each]));
};
const part = (figures: Map<string, Count>, unit: string): string | undefined => {
  const found = figures.get(id(unit));
  return found ? `${found.completed.numerator}/${found.completed.denominator}` : undefined;
};

/** On 05/3/2025: the plan runs, the departments have been merged, nobody has said yet what becomes of what they owe. */
beforeEach(async () => {
  fresh = new Map();
  province = await Province.open({ departments: OLD, founded: '2016-01-01' }, '2024-12-20');
  office = province.coordinator();
  ({ plan, rows } = await province.promulgate(2025, ROWS));
  province.app.clock.set('2025-02-20');
  await accepted(3, GT, '2025-02-10');
  await accepted(1, GT, '2025-02-19');
  await province.app.settled();
  const { body } = await office.post('/reorganisations', document()).expect(201);
  fresh = new Map(body.founded.map(({ ref, unit }: { ref: string; unit: string }) => [ref, unit]));
  province.app.clock.set('2025-03-05');
  await province.app.settled();
});
afterEach(() => province.close());

describe('what units leave behind', () => {
  it('is seen in the preview of the document that ends them', async () => {
    const later = { on: '2025-07-01', document: mergers, changes: [merge(fresh.get('#xd') ?? '', YT)] };
    const { body } = await office.post('/reorganisations/preview', later).expect(200);
    expect(body.ended).toMatchObject([
      {
        unit: { id: province.id(YT) },
        running: {
          count: 1,
          items: [
            {
              kind: 'obligation',
              id: owed(1, YT),
              title: 'Báo cáo cải cách hành chính',
              of: { id: plan, code: 'CCHC-2025' },
            },
          ],
        },
      },
    ]);
  });

  it('is listed until somebody has dealt with it, with those that carry it on', async () => {
    const list = await unsettled();
    // Row 2 of eleven departments, and rows 1, 3 (twice) and 5; what was completed stays with the old unit.
    expect(list).toMatchObject({ on: '2025-03-05', total: 15, next: null, stale: false });
    expect(list.items.some(({ id: one }) => one === owed(3, GT))).toBe(false);
    const ofGt = await unsettled(`unit=${province.id(GT)}`);
    expect(ofGt.items).toMatchObject([
      {
        id: owed(0, GT),
        unit: { id: province.id(GT), name: GT, ended: ON },
        owed: 1,
        met: 0,
        successors: [{ unit: { id: id('#xd'), name: XD }, by: 'merge', function: null, distance: 1 }],
      },
      { id: owed(1, GT), owed: 4, met: 1 },
      { id: owed(2, GT) },
    ]);
    const [, religion] = (await unsettled(`unit=${province.id(NV)}`)).items;
    expect(religion).toMatchObject({
      task: { title: 'Quản lý tôn giáo' },
      successors: [
        { unit: { id: id('#nv') }, by: 'merge' },
        { unit: { id: id('#dttg') }, by: 'move-function', function: RELIGION },
      ],
    });
  });

  it('is nothing before they end, and comes page by page', async () => {
    expect(await unsettled(`on=${EVE}`)).toMatchObject({ items: [], total: 0, next: null });
    expect(await unsettled(`on=${ON}`)).toMatchObject({ total: 15 });
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = await unsettled(`limit=4&cursor=${cursor}`);
      expect(page.total).toBe(15);
      seen.push(...page.items.map(({ id: one }) => one));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual((await unsettled()).items.map(({ id: one }) => one));
    expect(new Set(seen).size).toBe(15);
    expect((await office.get(`/plans/${plan}/unsettled?cursor=nonsense`).expect(422)).body.code).toBe(
      'request.bad-cursor',
    );
    await office.get('/plans/none/unsettled').expect(404);
  });
});

describe('what a unit owes', () => {
  it('goes to its successors in one act, each obligation on its own, looked at before', async () => {
    const wishes = transfers([
      all(GT, '#xd'),
      all(XD, '#xd'),
      { row: rows[4], from: province.id(NV), to: id('#dttg') },
      { obligation: owed(3, GT), to: id('#xd') },
      { row: rows[0], from: province.id(YT), to: id('#xd') },
      { row: rows[1], from: province.id(NV), to: province.id(GT) },
      { obligation: idOf('none'), to: id('#xd') },
    ]);
    const end = await province.app.store.end();
    const look = await office.post(`/plans/${plan}/transfers/preview`, wishes).expect(200);
    expect(await province.app.store.end()).toBe(end);
    expect(look.body.counts).toEqual({ counted: 6, refused: 4, waiting: 0 });
    expect(
      look.body.items.map((each: Told) => [
        each.item,
        each.state,
        each.inherits,
        each.refusal?.code ?? `${each.met}/${each.owed}`,
      ]),
    ).toEqual([
      [0, 'counted', true, '0/1'],
      [0, 'counted', true, '1/4'],
      [0, 'counted', true, '0/1'],
      [1, 'counted', true, '0/4'],
      [1, 'counted', true, '0/1'],
      [2, 'counted', true, '0/1'],
      [3, 'refused', null, 'settlement.completed'],
      [4, 'refused', null, 'plan.nothing-owed'],
      [5, 'refused', null, 'plan.successor-not-operating'],
      [6, 'refused', null, 'obligation.absent'],
    ]);
    const done = await office.post(`/plans/${plan}/transfers`, wishes).expect(201);
    const told = ({ entry: _, ...each }: Told) => each;
    expect(done.body.items.map(told)).toEqual(look.body.items.map(told));
    expect(done.body).toMatchObject({ id: plan, counts: look.body.counts });
    expect((await unsettled()).total).toBe(15 - 6);
    expect(await unsettled(`unit=${province.id(GT)}`)).toMatchObject({ total: 0 });
  });

  it('counts for the old unit before the day and for the new one from it, on both clocks', async () => {
    const before = await byUnit(EVE);
    expect([part(before, GT), part(before, XD), part(before, '#xd')]).toEqual(['1/4', '0/2', undefined]);
    await office.post(`/plans/${plan}/transfers`, transfers([all(GT, '#xd'), all(XD, '#xd')])).expect(201);
    expect(await byUnit(EVE)).toEqual(before);
    const after = await byUnit(ON);
    // The completed row stays with the old unit, what was open is owed by the new one, once per row.
    expect([part(after, GT), part(after, XD), part(after, '#xd')]).toEqual(['1/1', undefined, '0/3']);
    expect(after.get(id(GT))?.unit).toEqual({ id: id(GT), name: GT, ended: ON });
    expect(after.get(id('#xd'))?.unit).toEqual({ id: id('#xd'), name: XD });
    const asRecorded = await byUnit('2025-03-05', '2025-03-04');
    expect([part(asRecorded, GT), part(asRecorded, XD), part(asRecorded, '#xd')]).toEqual(['1/4', '0/2', undefined]);
  });

  it.each([[[GT, XD]], [[XD, GT]]] as const)(
    'keeps what was accepted of all who are merged, in whatever order they are named: %s',
    async (units) => {
      await accepted(1, XD, EVE, 2);
      await office.post(`/plans/${plan}/transfers`, transfers(units.map((unit) => all(unit, '#xd')))).expect(201);
      await province.app.settled();
      const { body } = await office.get(`/obligations/${owed(1, '#xd')}`).expect(200);
      expect(body.obligation).toMatchObject({ met: 2, owed: 4 });
      expect(body.periods.map(({ state }: { state: string }) => state === 'accepted')).toEqual([
        true,
        true,
        false,
        false,
      ]);
      const again = { period: 2, percent: 100, complete: true, on: EVE, evidence: [{ kind: 'Báo cáo', number: '3' }] };
      const refused = await reporterOf('#xd')
        .post(`/obligations/${owed(1, '#xd')}/reports`, again)
        .expect(409);
      expect(refused.body.code).toBe('obligation.period-accepted');
    },
  );

  it('keeps what was accepted: the new unit goes on with the next period', async () => {
    await office.post(`/plans/${plan}/transfers`, transfers([all(GT, '#xd')])).expect(201);
    await province.app.settled();
    for (const [period, day] of [
      [2, '2025-06-14'],
      [3, '2025-09-14'],
      [4, '2025-12-14'],
    ] as const) {
      province.app.clock.set(day);
      await accepted(1, '#xd', day, period);
    }
    await province.app.settled();
    const { body } = await office.get(`/obligations/${owed(1, '#xd')}`).expect(200);
    expect(body.obligation).toMatchObject({ completed: true, met: 4, owed: 4, unit: { id: id('#xd') } });
    const old = await office.get(`/obligations/${owed(1, GT)}`).expect(200);
    expect(old.body.obligation).toMatchObject({ left: ON, met: 1, unit: { id: id(GT), ended: ON } });
    expect(old.body.entries.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['WorkReported', 'ReportAccepted', 'ObligationTransferred']),
    );

    // A transfer is said at both obligations at one position: page by page each comes once, what it is before what it means.
    const { body: whole } = await office.get(`/tasks/${rows[1]}/history?limit=100`).expect(200);
    const paged: { id: string }[] = [];
    for (let cursor = ''; ;) {
      const page = await office.get(`/tasks/${rows[1]}/history?limit=1&cursor=${cursor}`).expect(200);
      paged.push(...page.body.entries);
      if ((cursor = page.body.next ?? '') === '') break;
    }
    expect(paged).toEqual(whole.entries);
    const told = whole.entries.filter(({ kind }: { kind: string }) => kind === 'ObligationTransferred');
    expect(told.map(({ target }: { target: string | null }) => target)).toEqual([null, told[0].id]);
  });

  it('is not taken back while a report of the new unit stands, which nobody could answer any more', async () => {
    const items = [{ row: rows[1], from: id(GT), to: id('#xd') }];
    const { body: done } = await office.post(`/plans/${plan}/transfers`, transfers(items)).expect(201);
    await province.app.settled();
    province.app.clock.set('2025-06-14');
    const said = { period: 2, percent: 100, complete: true, on: '2025-06-10', account: 'Đã xong.' };
    const { body: report } = await reporterOf('#xd')
      .post(`/obligations/${owed(1, '#xd')}/reports`, said)
      .expect(201);
    const act = done.items[0].entry as string;
    const withdrawal = { reason: 'Ghi nhầm.' };
    const refused = await office.post(`/plans/${plan}/acts/${act}/withdrawal`, withdrawal).expect(409);
    expect(refused.body).toMatchObject({
      code: 'plan.work-behind',
      details: { entry: report.entry, unit: id('#xd') },
    });
    await reporterOf('#xd').post(`/entries/${report.entry}/withdrawals`, withdrawal).expect(201);
    await province.app.settled();
    await office.post(`/plans/${plan}/acts/${act}/withdrawal`, withdrawal).expect(201);
  });

  it('keeps it too where it comes back to a unit that had handed it on itself', async () => {
    await office.post(`/plans/${plan}/transfers`, transfers([all(GT, '#xd')])).expect(201);
    for (const [on, from, to] of [
      ['2025-03-02', '#xd', '#tc'],
      ['2025-03-03', '#tc', '#xd'],
    ] as const) {
      await province.app.settled();
      const { body } = await office
        .post(`/plans/${plan}/transfers`, transfers([{ row: rows[1], from: id(from), to: id(to) }], { on }))
        .expect(201);
      expect(body.counts.counted).toBe(1);
    }
    await province.app.settled();
    const { body } = await office.get(`/obligations/${owed(1, '#xd')}`).expect(200);
    expect(body.obligation).toMatchObject({ met: 1, owed: 4, started: true });
    const evidence = [{ kind: 'Báo cáo', number: '0012/BC', date: ON }];
    const again = { period: 1, percent: 100, complete: true, on: ON, evidence };
    const refused = await reporterOf('#xd')
      .post(`/obligations/${owed(1, '#xd')}/reports`, again)
      .expect(409);
    expect(refused.body.code).toBe('obligation.period-accepted');
    const tasks = await office.get(`/plans/${plan}/tasks?search=${encodeURIComponent('Báo cáo')}`).expect(200);
    expect(tasks.body.items[0]).toMatchObject({ state: 'in-progress' });
  });

  it('is settled up to the day before an amendment takes its row out, and counts for who takes it over until then', async () => {
    const gone: Day = '2025-06-01';
    const eve: Day = '2025-05-31';
    const amendment = { document: documentOf('2025-03-05'), effect: gone, removed: [rows[0], rows[4]] };
    await office.post(`/plans/${plan}/amendments`, amendment).expect(201);
    await province.app.settled();
    const wishes = [
      { row: rows[0], from: province.id(GT), to: id('#xd') },
      { row: rows[4], from: province.id(NV), act: 'end' },
    ];
    const reason = 'Sắp xếp tổ chức.';
    const late = await office
      .post(`/plans/${plan}/transfers/preview`, transfers(wishes, { on: gone, reason }))
      .expect(200);
    expect(late.body.items.map(({ refusal }: Told) => refusal?.code)).toEqual(['plan.row-absent', 'plan.row-absent']);
    const look = await office.post(`/plans/${plan}/transfers/preview`, transfers(wishes, { reason })).expect(200);
    const done = await office.post(`/plans/${plan}/transfers`, transfers(wishes, { reason })).expect(201);
    expect(look.body.counts).toEqual({ counted: 2, refused: 0, waiting: 0 });
    expect(done.body).toMatchObject({
      counts: look.body.counts,
      items: [{ task: { id: rows[0] }, inherits: true, owed: 1, met: 0 }, { act: 'end' }],
    });
    await province.app.settled();
    await accepted(0, '#xd', '2025-03-04');

    const tasks = async (on: Day) => {
      await province.app.settled();
      const { body } = await office.get(`/plans/${plan}/progress?on=${on}`).expect(200);
      return `${body.completed.numerator}/${body.completed.denominator}`;
    };
    const parts = async (on: Day) => {
      const figures = await byUnit(on);
      return [GT, '#xd', NV].map((unit) => part(figures, unit));
    };
    expect(await parts(EVE)).toEqual(['1/4', undefined, '0/2']);
    expect(await parts(ON)).toEqual(['1/3', '0/1', '0/1']);
    expect(await parts(eve)).toEqual(['1/3', '1/1', '0/1']);
    expect(await parts(gone)).toEqual(['1/3', undefined, '0/1']);
    expect([await tasks(EVE), await tasks(eve), await tasks(gone)]).toEqual(['1/5', '2/5', '1/3']);
    const { body: taken } = await office.get(`/obligations/${owed(0, '#xd')}?on=${gone}`).expect(200);
    expect(taken.obligation).toMatchObject({ left: gone, leftBecause: 'removed', counted: true });

    const [transfer, ending] = done.body.items.map(({ entry }: Told) => entry);
    const withdraw = (act: string) => office.post(`/plans/${plan}/acts/${act}/withdrawal`, { reason: 'Ghi nhầm.' });
    expect((await withdraw(transfer).expect(409)).body.code).toBe('plan.work-behind');
    await withdraw(ending).expect(201);
    expect(await parts(eve)).toEqual(['1/3', '1/1', '0/2']);
    expect(await parts(gone)).toEqual(['1/3', undefined, '0/1']);
  });

  it('is told once where two wishes name it', async () => {
    const wishes = [
      { row: rows[0], from: province.id(GT), to: id('#xd') },
      { obligation: owed(0, GT), to: id('#xd') },
    ];
    const { body } = await office.post(`/plans/${plan}/transfers`, transfers(wishes)).expect(201);
    expect(body).toMatchObject({ counts: { counted: 1, refused: 0 }, items: [{ item: 0, state: 'counted' }] });
  });

  it('is ended with a reason, where nobody takes it over', async () => {
    const end = { row: rows[0], from: province.id(GT), act: 'end' };
    const silent = await office.post(`/plans/${plan}/transfers`, transfers([end])).expect(201);
    expect(silent.body).toMatchObject({
      unchanged: true,
      counts: { counted: 0, refused: 1 },
      items: [{ refusal: { code: 'request.reason-missing', detail: 'Hãy ghi lý do.' } }],
    });
    const { revision, position } = (await province.app.store.read(`plan-${plan}`)).at(-1) ?? {};
    expect(silent.body).toMatchObject({ revision, position });
    const blank = await office.post(`/plans/${plan}/transfers/preview`, transfers([end], { reason: ' ' })).expect(200);
    expect(blank.body.items).toMatchObject([{ state: 'refused', refusal: { code: 'request.reason-missing' } }]);
    const reason = 'Nhiệm vụ không còn phù hợp sau sắp xếp.';
    const { body } = await office.post(`/plans/${plan}/transfers`, transfers([end], { reason })).expect(201);
    expect(body).toMatchObject({ counts: { counted: 1 }, items: [{ act: 'end', to: null, inherits: null }] });
    expect(part(await byUnit(ON), GT)).toBe('1/3');
    expect(part(await byUnit(EVE), GT)).toBe('1/4');
    expect((await unsettled(`unit=${province.id(GT)}`)).total).toBe(2);
  });

  it('is told when a report of it waits', async () => {
    await reported(0, GT, '2025-02-27');
    await province.app.settled();
    const wish = transfers([{ obligation: owed(0, GT), to: id('#xd') }]);
    const { body } = await office.post(`/plans/${plan}/transfers/preview`, wish).expect(200);
    expect(body).toMatchObject({ counts: { counted: 1, waiting: 1 }, items: [{ waiting: true }] });
  });

  it('is settled once for one key', async () => {
    const once = office.with({ 'idempotency-key': 'xu-ly-so-gtvt' });
    const wish = transfers([all(GT, '#xd'), all(XD, '#xd')], { reason: 'Sắp xếp tổ chức.' });
    const first = await once.post(`/plans/${plan}/transfers`, wish).expect(201);
    const end = await province.app.store.end();
    const told = (items: readonly Told[]) =>
      items.map(({ obligation, state, entry }) => [obligation, state, entry]).sort();
    for (const repeat of ['at once', 'when it is seen']) {
      if (repeat !== 'at once') await province.app.settled();
      const again = await once.post(`/plans/${plan}/transfers`, wish).expect(201);
      expect(again.body).toMatchObject({ position: first.body.position, counts: { counted: 5, refused: 0 } });
      expect(told(again.body.items)).toEqual(told(first.body.items));
      expect(await province.app.store.end()).toBe(end);
    }
    const other = await office.post(`/plans/${plan}/transfers`, wish).expect(201);
    const { revision, position } = first.body;
    expect(other.body).toMatchObject({ unchanged: true, revision, position });
    expect(other.body.items.map(({ refusal }: Told) => refusal?.code)).toEqual([
      'settlement.nothing-open',
      'settlement.nothing-open',
    ]);
    const byId = transfers([{ obligation: owed(0, GT), to: id('#xd') }]);
    const late = await office.post(`/plans/${plan}/transfers`, byId).expect(201);
    expect(late.body.items).toMatchObject([{ refusal: { code: 'plan.nothing-owed' } }]);
  });

  it('is settled by one of two who are at it at once, obligation by obligation', async () => {
    const [one, two] = await Promise.all([
      office.post(`/plans/${plan}/transfers`, transfers([all(GT, '#xd'), all(XD, '#xd')])),
      province.coordinator('dieuphoi2').post(`/plans/${plan}/transfers`, transfers([all(XD, '#tc'), all(GT, '#tc')])),
    ]);
    expect([one.status, two.status]).toEqual([201, 201]);
    const items: readonly Told[] = [...one.body.items, ...two.body.items];
    const counted = items.filter(({ state }) => state === 'counted').map(({ obligation }) => obligation);
    expect(counted.sort()).toEqual([owed(0, GT), owed(1, GT), owed(2, GT), owed(1, XD), owed(2, XD)].sort());
    const refused = items.filter(({ state }) => state === 'refused');
    expect(refused.every(({ refusal }) => /nothing-owed|nothing-open/.test(refusal?.code ?? ''))).toBe(true);
    expect((await unsettled()).total).toBe(15 - 5);
  });

  it('is not settled by a request that says too little, or without a document', async () => {
    const refusedWith = async (items: object[], more: object = {}) => {
      const end = await province.app.store.end();
      const { status, body } = await office.post(`/plans/${plan}/transfers`, transfers(items, more));
      expect(await province.app.store.end()).toBe(end);
      return `${status} ${body.code}`;
    };
    const wish = { obligation: owed(0, GT), to: id('#xd') };
    expect(await refusedWith([{ row: rows[0], to: id('#xd') }])).toBe('422 settlement.wish-incomplete');
    expect(await refusedWith([{ from: province.id(GT) }])).toBe('422 settlement.wish-incomplete');
    expect(await refusedWith([{ ...wish, act: 'end' }])).toBe('422 settlement.wish-incomplete');
    expect(await refusedWith([{ obligation: owed(0, GT) }])).toBe('422 settlement.wish-incomplete');
    expect(await refusedWith([])).toBe('422 request.invalid');
    expect(await refusedWith([wish], { document: { ...handover, number: ' ' } })).toBe('422 request.document-empty');
    expect(await refusedWith([wish], { document: { ...handover, date: '2025-03-06' } })).toBe(
      '422 request.document-of-the-future',
    );
    const reader = province.app.as({ permissions: ['signed-in', 'read', 'report'] });
    await reader.post(`/plans/${plan}/transfers`, transfers([wish])).expect(403);
    const draft = await province.draft(2026, [{ title: 'Việc', leads: [YT], deadline: '30/6/2026' }]);
    const early = await office.post(`/plans/${draft.plan}/transfers/preview`, transfers([wish])).expect(409);
    expect(early.body.code).toBe('plan.not-promulgated');
  });

  it('is no more listed and no more settled in a closed plan', async () => {
    province.app.clock.set('2026-01-10');
    const closing = { document: documentOf('2026-01-10'), on: '2026-01-10' };
    await office.put(`/plans/${plan}/closing`, closing).expect(200);
    await province.app.settled();
    const later = { on: '2026-02-01', document: mergers, changes: [merge(fresh.get('#xd') ?? '', YT)] };
    const { body } = await office.post('/reorganisations/preview', later).expect(200);
    expect(body.ended[0].running).toEqual({ count: 0, items: [] });
    const wish = transfers([{ obligation: owed(0, GT), to: id('#xd') }]);
    expect((await office.post(`/plans/${plan}/transfers`, wish).expect(409)).body.code).toBe('plan.closed');
  });
});
