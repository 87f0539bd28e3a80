import type { Day } from '#kernel';
import { documentOf, Province, type Promulgated } from '../../../tests/support/province.js';
import { shippedRules } from '../../../tests/support/rule-sets.js';

/** Where units stand, over HTTP. */
let province: Province;
let plan: string;
let rows: readonly string[];
const YEAR = 2026;
const DEPARTMENTS = ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính', 'Sở Tư pháp'];

const office = () => province.coordinator();
const done = async (row: string, unit: string, on: Day, period = 1): Promise<void> => {
  const obligation = province.obligation(row, unit);
  const evidence = [{ kind: 'Báo cáo', number: '12/BC', date: on }];
  const { body } = await province
    .reporter(unit)
    .post(`/obligations/${obligation}/reports`, { period, percent: 100, on, complete: true, evidence })
    .expect(201);
  await office().put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
};

beforeAll(async () => {
  province = await Province.open({ departments: DEPARTMENTS, communes: ['Xã Một', 'Xã Hai'] });
  ({ plan, rows } = await province.promulgate(YEAR, [
    { title: 'Ban hành kế hoạch', leads: ['Các sở'], deadline: `30/6/${YEAR}`, code: 'I.1' },
    { title: 'Báo cáo', leads: ['Các sở'], deadline: 'Hằng quý', code: 'I.2' },
    { title: 'Khảo sát', leads: ['Sở Nội vụ', 'Sở Y tế'], deadline: `30/9/${YEAR}`, code: 'I.3' },
  ]));
  const [first, second] = rows as [string, string];
  province.app.clock.set(`${YEAR}-03-16`);
  await done(second, 'Sở Y tế', `${YEAR}-03-14`);
  province.app.clock.set(`${YEAR}-07-01`);
  await done(first, 'Sở Y tế', `${YEAR}-06-20`);
  await done(first, 'Sở Nội vụ', `${YEAR}-07-01`);
  await done(first, 'Sở Tư pháp', `${YEAR}-06-30`);
  await province.app.settled();
});
afterAll(() => province.close());

type Ranked = { rank: number | null; tied: number; unit: { name: string }; completed: { numerator: number } };

describe('units', () => {
  it('are ranked by exact shares: equal ones share a rank, the next counts them all, a larger base stands first', async () => {
    const { body } = await office().get(`/plans/${plan}/ranking`).expect(200);
    expect(body).toMatchObject({ by: 'completed', base: 'obligations', ties: 'same-rank', total: 4 });
    expect(body.items.map(({ rank, tied, unit }: Ranked) => [rank, tied, unit.name])).toEqual([
      [1, 1, 'Sở Tư pháp'],
      [2, 2, 'Sở Nội vụ'],
      [2, 2, 'Sở Y tế'],
      [4, 1, 'Sở Tài chính'],
    ]);
  });

  it('are ranked by another ratio when asked, on any day; who has no base has no rank', async () => {
    const { body } = await office().get(`/plans/${plan}/ranking?by=completedOfDue&on=${YEAR}-06-29`).expect(200);
    expect(body.base).toBe('obligations-due');
    expect(body.items.map(({ rank }: Ranked) => rank)).toEqual([null, null, null, null]);
  });

  it('of one class are ranked among each other', async () => {
    const next = await province.promulgate(YEAR + 1, [
      { title: 'Ban hành kế hoạch', leads: ['Các sở', 'Các xã'], deadline: `30/6/${YEAR + 1}` },
      { title: 'Báo cáo', leads: ['Các sở'], deadline: 'Hằng quý' },
    ]);
    const ranked = async (query: string) =>
      (
        await office()
          .get(`/plans/${next.plan}/ranking?on=${YEAR + 1}-02-01&${query}`)
          .expect(200)
      ).body;
    expect((await ranked('')).total).toBe(6);
    const { total, items } = await ranked(`class=${province.id('Các xã')}`);
    expect([total, items.map(({ rank, tied, unit }: Ranked) => [rank, tied, unit.name])]).toEqual([
      2,
      [
        [1, 2, 'Xã Hai'],
        [1, 2, 'Xã Một'],
      ],
    ]);
    expect((await ranked(`class=${plan}`)).items).toEqual([]);
  });

  it('come page by page', async () => {
    const first = await office().get(`/plans/${plan}/ranking?limit=3`).expect(200);
    const rest = await office().get(`/plans/${plan}/ranking?limit=3&cursor=${first.body.next}`).expect(200);
    expect([first.body.items.length, rest.body.items.length, rest.body.next]).toEqual([3, 1, null]);
  });

  it('see all their rows with every period', async () => {
    const unit = province.id('Sở Y tế');
    const { body } = await office().get(`/plans/${plan}/units/${unit}/matrix`).expect(200);
    expect(body.unit.name).toBe('Sở Y tế');
    const cells = body.items.map(
      ({
        task,
        met,
        owed,
        periods,
      }: {
        task: { code: string };
        met: number;
        owed: number;
        periods: { state: string }[];
      }) => [...[task.code, met, owed], periods.map(({ state }) => state)],
    );
    expect(cells).toEqual([
      ['I.1', 1, 1, ['accepted']],
      ['I.2', 1, 4, ['accepted', 'missed', 'nothing', 'nothing']],
      ['I.3', 0, 1, ['nothing']],
    ]);
  });
});

describe('a row', () => {
  it('is seen over all its units, with how many have met each period and who was late', async () => {
    const { body } = await office().get(`/tasks/${rows[0]}/matrix`).expect(200);
    expect(body.periods).toEqual([{ period: 1, cutoff: null, due: `${YEAR}-06-30`, accepted: 3, of: 4 }]);
    type Line = { unit: { name: string }; periods: { state: string; late: boolean }[] };
    expect(body.items.map(({ unit, periods }: Line) => [unit.name, periods[0]?.state, periods[0]?.late])).toEqual([
      ['Sở Nội vụ', 'accepted', true],
      ['Sở Tài chính', 'missed', false],
      ['Sở Tư pháp', 'accepted', false],
      ['Sở Y tế', 'accepted', false],
    ]);
    const { body: recurring } = await office().get(`/tasks/${rows[1]}/matrix`).expect(200);
    expect(recurring.periods.map(({ accepted }: { accepted: number }) => accepted)).toEqual([1, 0, 0, 0]);
  });

  it('that nobody knows has no matrix, nor has a unit', async () => {
    const nobody = await office().get(`/plans/${plan}/units/00000000-0000-5000-8000-000000000000/matrix`).expect(404);
    expect(nobody.body.code).toBe('organization.unit-absent');
    const { body } = await office().get('/tasks/00000000-0000-5000-8000-000000000000/matrix').expect(404);
    expect(body.code).toBe('task.absent');
  });
});

describe('a forecast', () => {
  it('of each end of a month is held against what came', async () => {
    const { body } = await office().get(`/plans/${plan}/progress/forecasts`).expect(200);
    expect(body).toMatchObject({ until: `${YEAR}-12-31`, on: `${YEAR}-07-01`, came: 0 });
    expect(body.items.map(({ on }: { on: string }) => on)).toEqual([
      ...['01-31', '02-28', '03-31', '04-30', '05-31', '06-30'].map((day) => `${YEAR}-${day}`),
    ]);
    expect(body.items[0]).toMatchObject({ low: 0, high: 3, atRisk: 0, held: true });
  });
});

describe('two figures', () => {
  it('are compared, and every entry that makes the difference is told with what it changed', async () => {
    const query = `on1=${YEAR}-06-30&recorded1=${YEAR}-06-30&on2=${YEAR}-07-01&recorded2=${YEAR}-07-01`;
    const { body } = await office().get(`/plans/${plan}/progress/comparison?${query}`).expect(200);
    expect(body.first).toMatchObject({ on: `${YEAR}-06-30`, counts: { overdue: 0 } });
    expect(body.second).toMatchObject({ on: `${YEAR}-07-01`, counts: { overdue: 1 } });
    const sum: Record<string, number> = {};
    for (const { change } of body.items) {
      for (const [name, by] of Object.entries(change as Record<string, number>)) sum[name] = (sum[name] ?? 0) + by;
    }
    expect(Object.fromEntries(Object.entries(sum).filter(([, by]) => by !== 0))).toEqual(body.difference);
    expect(
      body.items.some(({ kind, day }: { kind: string; day?: string }) => kind === 'day' && day === `${YEAR}-07-01`),
    ).toBe(true);
    const told = body.items.filter(({ kind }: { kind: string }) => kind === 'entry');
    expect(told.flatMap(({ entries }: { entries: { kind: string }[] }) => entries.map(({ kind }) => kind))).toContain(
      'WorkReported',
    );
  });

  it('name the promulgation where the plan itself makes the difference, by its recording and by its day', async () => {
    const promulgated = `on1=${YEAR}-01-01&recorded1=${YEAR}-12-31`;
    const told = async (query: string): Promise<readonly unknown[]> => {
      const { body } = await office().get(`/plans/${plan}/progress/comparison?${query}`).expect(200);
      expect(body.difference).toMatchObject({ tasks: -3 });
      return body.items
        .filter(({ change }: { change: { tasks?: number } }) => change.tasks)
        .map(
          ({ kind, change, entries, act }: { kind: string; change: { tasks: number }; entries: []; act: object }) => [
            ...[kind, change.tasks, entries, act],
          ],
        );
    };
    const act = expect.objectContaining({
      kind: 'PlanPromulgated',
      on: `${YEAR}-01-01`,
      document: expect.objectContaining({ number: expect.any(String) }),
      actor: expect.objectContaining({ name: expect.any(String) }),
    });
    expect(await told(`${promulgated}&on2=${YEAR}-01-01&recorded2=2020-01-01`)).toEqual(
      rows.map(() => ['entry', -1, [], act]),
    );
    expect(await told(`${promulgated}&on2=${YEAR - 1}-12-01&recorded2=${YEAR}-12-31`)).toEqual(
      rows.map(() => ['day', -1, [], act]),
    );
  });

  describe('of a plan of which several documents count from one day', () => {
    const NEXT = YEAR + 2;
    const [eve, day] = [`${NEXT}-09-14`, `${NEXT}-09-15`];
    const document = documentOf(`${NEXT}-07-01`);
    const reason = 'Theo chỉ đạo.';
    type Item = {
      kind: string;
      task: { code: string; title: string };
      change: object;
      entries: { kind: string }[];
      act?: { kind: string };
    };
    let later: Promulgated;
    const items = async (query: string): Promise<readonly Item[]> =>
      (await office().get(`/plans/${later.plan}/progress/comparison?${query}`).expect(200)).body.items;

    beforeAll(async () => {
      const wish = (code: string, deadline: string) => ({ title: `Việc ${code}`, leads: ['Sở Y tế'], deadline, code });
      const plain = wish('I.1', `30/9/${NEXT}`);
      const moved = wish('I.2', `Trước ngày 01/10/${NEXT}`);
      const removed = wish('I.3', `31/12/${NEXT}`);
      const handedBack = wish('I.4', `30/9/${NEXT}`);
      const quarterly = wish('I.5', 'Hằng quý');
      later = await province.promulgate(NEXT, [plain, moved, removed, handedBack]);
      province.app.clock.set(`${NEXT}-07-01`);
      const amend = (effect: Day, wishes: object) =>
        office()
          .post(`/plans/${later.plan}/amendments`, { document, effect, ...wishes })
          .expect(201);
      // It owes nothing before the third quarter.
      await amend(`${NEXT}-07-15`, { added: [province.row(quarterly)] });
      const { calendar: _, calendars: __, ...choices } = shippedRules;
      const windows = shippedRules.quarterly.with(2, { cutoff: '09-05', due: '09-10' });
      const set = { ...choices, version: '2028-1', since: NEXT, before: 'exclusive', quarterly: windows, document };
      await office().post('/rule-sets', set).expect(201);
      await office()
        .put(`/plans/${later.plan}/rule-set`, { version: '2028-1', document, effect: day, reason })
        .expect(200);
      await amend(day, { removed: [later.rows[2]], added: [province.row(wish('I.6', `31/12/${NEXT}`))] });
      const [from, to] = [province.id('Sở Y tế'), province.id('Sở Tài chính')];
      await office()
        .post(`/plans/${later.plan}/transfers`, { on: day, document, items: [{ row: later.rows[3], from, to }] })
        .expect(201);
      await province.app.settled();
      const { body: history } = await office().get(`/tasks/${later.rows[3]}/history`).expect(200);
      const { id } = history.entries.find(({ kind }: { kind: string }) => kind === 'ObligationTransferred');
      province.app.clock.set(`${NEXT}-07-02`);
      await office().post(`/plans/${later.plan}/acts/${id}/withdrawal`, { reason }).expect(201);
      await province.app.settled();
    });

    it('name for each row the one that changes it, and none where the day alone does', async () => {
      const told = async (query: string): Promise<readonly unknown[]> =>
        (await items(query))
          .toSorted((a, b) => (a.task.code < b.task.code ? -1 : 1))
          .map(({ kind, task, change, act }) => [kind, task.code, change, act?.kind]);
      const expected = (by: 1 | -1, handedBack?: string): readonly unknown[] => [
        ['day', 'I.1', { dueSoon: by }, undefined],
        ['day', 'I.2', { dueSoon: by }, 'RuleSetApplied'],
        ['day', 'I.3', { tasks: -by, dueInYear: -by }, 'PlanAmended'],
        ['day', 'I.4', { dueSoon: by }, handedBack],
        ['day', 'I.5', { periodsOverdue: by }, 'RuleSetApplied'],
        ['day', 'I.6', { tasks: by, dueInYear: by }, 'PlanAmended'],
      ];
      expect(await told(`on1=${eve}&on2=${day}`)).toEqual(expected(1));
      expect(await told(`on1=${day}&on2=${eve}`)).toEqual(expected(-1));
      // What was withdrawn later stood then.
      const then = `recorded1=${NEXT}-07-01&recorded2=${NEXT}-07-01`;
      expect(await told(`on1=${eve}&on2=${day}&${then}`)).toEqual(expected(1, 'ObligationTransferred'));
    });

    it('tell nothing of a day that was withdrawn', async () => {
      const told = async (query: string): Promise<readonly string[]> =>
        (await items(`on1=${eve}&on2=${day}${query}`)).flatMap(({ task, entries }) =>
          task.code === 'I.4' ? entries.map(({ kind }) => kind) : [],
        );
      expect(await told('')).toEqual([]);
      expect(await told(`&recorded1=${NEXT}-07-01&recorded2=${NEXT}-07-01`)).toEqual([
        'ObligationTransferred',
        'ObligationTransferred',
      ]);
    });

    it('call a row by its name that stands in the plan neither for the one nor for the other', async () => {
      const told = await items(`on1=${eve}&on2=${day}&recorded2=${NEXT}-06-30`);
      expect(told.filter(({ task }) => task.code === 'I.6')).toEqual([
        expect.objectContaining({ kind: 'day', task: expect.objectContaining({ title: 'Việc I.6' }) }),
        expect.objectContaining({ kind: 'entry', task: expect.objectContaining({ title: 'Việc I.6' }) }),
      ]);
    });
  });
});

describe('a unit that is called otherwise from a day on', () => {
  it('has the name of the day that is asked for, wherever figures name it', async () => {
    const unit = province.id('Sở Tư pháp');
    const administrator = province.app.as({
      username: 'quantri',
      role: 'administrator',
      permissions: ['signed-in', 'read', 'administer'],
    });
    const renaming = { name: 'Sở Tư pháp và Thanh tra', on: `${YEAR}-07-01` };
    await administrator.put(`/units/${unit}/name`, renaming).expect(200);
    await province.app.settled();
    const [row] = rows;
    const namesOn = async (on: Day): Promise<readonly string[]> => {
      const asked = async (path: string) => (await office().get(`${path}on=${on}`).expect(200)).body;
      const named = (items: readonly { unit: { id: string; name: string } }[]): string[] =>
        items.flatMap((item) => (item.unit.id === unit ? [item.unit.name] : []));
      return [
        ...named((await asked(`/plans/${plan}/progress?`)).byUnit),
        ...named((await asked(`/plans/${plan}/ranking?`)).items),
        ...named((await asked(`/tasks/${row}/matrix?`)).items),
        ...named((await asked(`/tasks/${row}/obligations?`)).items),
        (await asked(`/plans/${plan}/units/${unit}/matrix?`)).unit.name,
        (await asked(`/obligations/${province.obligation(row as string, 'Sở Tư pháp')}?`)).obligation.unit.name,
      ];
    };
    expect(await namesOn(`${YEAR}-06-30`)).toEqual(Array.from({ length: 6 }, () => 'Sở Tư pháp'));
    expect(await namesOn(`${YEAR}-07-01`)).toEqual(Array.from({ length: 6 }, () => 'Sở Tư pháp và Thanh tra'));
  });
});
