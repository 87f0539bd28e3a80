import { CommandBus } from '@nestjs/cqrs';
import { PlanDispatch, planIdOf } from '#modules/plan';
import { freshId, idOf } from '#platform/commands';
import { documentOf, Province, type RowWish } from '../../../tests/support/province.js';

const UNITS = ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính'] as const;
const YEAR = 2026;

let province: Province;
/** The plans by the name of the unit that issued them, and of the province. */
let plans: Record<string, string>;

/** Drafts and promulgates a plan of one unit. */
const promulgate = async (unit: string, rows: readonly RowWish[], effect: string): Promise<string> => {
  const office = province.app.as({ username: 'dieuphoi', unit });
  const { body } = await office
    .post('/plans', { unit, year: YEAR, kind: 'cchc', title: 'Kế hoạch', code: `KH-${Object.keys(plans).length}` })
    .expect(201);
  for (const row of rows) await office.post(`/plans/${body.id}/rows`, province.row(row)).expect(201);
  await office
    .put(`/plans/${body.id}/promulgation`, { document: { ...documentOf('2025-12-01'), kind: 'Kế hoạch' }, effect })
    .expect(200);
  await province.app.settled();
  return planIdOf(unit, YEAR, 'cchc');
};

const report = async (plan: string, unit: string, on: string): Promise<void> => {
  const tasks = await province.coordinator().get(`/plans/${plan}/tasks`).expect(200);
  const obligation = province.obligation(tasks.body.items[0].id, unit);
  const evidence = [{ kind: 'Báo cáo', number: '1/BC', date: on }];
  const { body } = await province
    .reporter(unit)
    .post(`/obligations/${obligation}/reports`, { period: 1, complete: true, percent: 100, on, evidence })
    .expect(201);
  await province.coordinator().put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
  await province.app.settled();
};

beforeAll(async () => {
  province = await Province.open({ departments: [...UNITS] });
  plans = {};
  for (const [index, unit] of UNITS.entries()) {
    const rows: RowWish[] = Array.from({ length: index + 2 }, (_, row) => ({
      title: `Nhiệm vụ ${row + 1}`,
      leads: [unit],
      deadline: row === 0 ? '31/3/2026' : 'Hằng quý',
      field: row === 0 ? 'CDDH' : 'CCTC',
    }));
    plans[unit] = await promulgate(province.id(unit), rows, unit === 'Sở Tài chính' ? '2026-07-01' : '2026-01-01');
  }
  province.app.clock.set('2026-03-10');
  await report(plans['Sở Nội vụ'] ?? '', 'Sở Nội vụ', '2026-03-05');
  province.app.clock.set('2026-04-20');
  await report(plans['Sở Y tế'] ?? '', 'Sở Y tế', '2026-04-15');
});
afterAll(() => province.close());

const NAMES = ['planned', 'overdue', 'awaiting', 'dueSoon', 'noDueDate', 'periodsOverdue', 'late'] as const;
const RATIOS = ['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const;
type Body = Record<(typeof RATIOS)[number], { numerator: number; denominator: number }> &
  Record<(typeof NAMES)[number], number> & {
    items: (Body & { plan: { id: string; code: string; unit: { id: string; name: string } }; status: string })[];
    next: string | null;
  };
const numbersOf = (body: Body): number[] => [
  ...RATIOS.flatMap((name) => {
    const { numerator, denominator } = body[name];
    return [numerator, denominator];
  }),
  ...NAMES.map((name) => body[name]),
];
const sumOf = (all: readonly number[][]): number[] =>
  all.reduce((sum, numbers) => sum.map((number, index) => number + (numbers[index] ?? 0)));
const asked = async (query = ''): Promise<Body> =>
  (await province.coordinator().get(`/progress${query}`).expect(200)).body as Body;

describe('the figures of all plans', () => {
  it.each([
    ['now', ''],
    ['on a past day', '?on=2026-03-31'],
    ['by an earlier log', '?on=2026-04-20&recorded=2026-03-31'],
    ['on a day to come', '?on=2026-12-31'],
    ['before anything was recorded', '?on=2026-04-20&recorded=2025-11-01'],
  ])('are those of each of them, summed: %s', async (_, query) => {
    const all = await asked(query);
    expect(all.items.map(({ plan }) => plan.unit.name)).toEqual([...UNITS]);
    const each = await Promise.all(
      all.items.map(async ({ plan: { id }, ...counts }) => {
        const { body } = await province.coordinator().get(`/plans/${id}/progress${query}`).expect(200);
        expect(numbersOf(counts as Body)).toEqual(numbersOf(body as Body));
        expect(counts.status).toBe(body.status);
        return numbersOf(body as Body);
      }),
    );
    expect(numbersOf(all)).toEqual(sumOf(each));
  });

  it('say how many plans there are and how many of them are in force', async () => {
    expect(await asked('?on=2026-03-31')).toMatchObject({
      unit: null,
      year: YEAR,
      plans: { total: 3, inForce: 2 },
      completed: { numerator: 1, denominator: 5, base: 'tasks', percent: '20.0' },
      forecast: null,
      byField: [
        {
          field: 'Công tác chỉ đạo, điều hành cải cách hành chính',
          numeral: 'I',
          completed: { numerator: 1, denominator: 2 },
        },
        { code: 'CCTC', completed: { numerator: 0, denominator: 3 } },
      ],
      byQuarter: [{ quarter: '2026-Q1' }, { quarter: '2026-Q4' }],
    });
    expect(await asked()).toMatchObject({ forecast: { low: 2, until: '2026-12-31' } });
  });

  it('are those of a branch where a unit is named, and nothing of another year', async () => {
    const root = await asked(`?unit=${province.root}`);
    expect({ ...root, unit: null }).toEqual(await asked());
    expect(root).toMatchObject({ unit: { id: province.root, name: 'Ủy ban nhân dân tỉnh' } });
    const own = await asked(`?unit=${province.id('Sở Y tế')}`);
    expect(own.items.map(({ plan }) => plan.id)).toEqual([plans['Sở Y tế']]);
    expect(own).toMatchObject({ plans: { total: 1, inForce: 1 }, completed: { numerator: 1, denominator: 3 } });
    const other = { plans: { total: 0 }, completed: { denominator: 0, percent: null }, items: [], next: null };
    expect(await asked('?year=2027')).toMatchObject(other);
  });

  it('come with the plans page by page', async () => {
    const first = await asked('?limit=2');
    expect(first.items.map(({ plan }) => plan.code)).toEqual(['KH-0', 'KH-1']);
    const rest = await asked(`?limit=2&cursor=${first.next ?? ''}`);
    expect(rest.items.map(({ plan }) => plan.code)).toEqual(['KH-2']);
    expect(rest.next).toBeNull();
    expect(numbersOf(rest)).toEqual(numbersOf(first));
  });

  it('are refused of a unit that nobody founded, of no day, with a cursor from elsewhere', async () => {
    const office = province.coordinator();
    const code = async (query: string, status: number): Promise<string> =>
      (await office.get(`/progress?${query}`).expect(status)).body.code as string;
    expect(await code(`unit=${idOf('nobody')}`, 404)).toBe('organization.unit-absent');
    expect(await code('on=2026-02-30', 422)).toBe('request.invalid');
    expect(await code('cursor=nowhere', 422)).toBe('request.bad-cursor');
  });
});

describe('a plan whose promulgation was withdrawn', () => {
  it('counts nothing since, what it counted before, and anew once it is promulgated again', async () => {
    const plan = plans['Sở Tài chính'] ?? '';
    const office = province.app.as({ username: 'dieuphoi', unit: province.id('Sở Tài chính') });
    const of = async (query: string): Promise<unknown> =>
      (await asked(query)).items.map(({ plan: { code }, completed, status }) => [
        code,
        completed.denominator,
        status,
      ])[2];
    province.app.clock.set('2026-08-03');
    const sender = { actor: 'dieuphoi', unit: null, role: 'coordinator', command: freshId() };
    await province.app.nest
      .get(CommandBus)
      .execute(
        new PlanDispatch(
          plan,
          { ...sender, correlation: sender.command, causation: sender.command },
          'WithdrawPromulgation',
          { reason: { id: idOf('reason'), hash: 'hash' } },
        ),
      );
    await province.app.settled();
    expect(await of('?on=2026-08-03')).toEqual(['KH-2', 0, 'not-in-force']);
    expect(await of('?on=2026-08-03&recorded=2026-08-02')).toEqual(['KH-2', 4, 'in-force']);
    province.app.clock.set('2026-08-05');
    await office
      .post(`/plans/${plan}/rows`, province.row({ title: 'Thêm', leads: ['Sở Y tế'], deadline: 'Theo quy định' }))
      .expect(201);
    await office
      .put(`/plans/${plan}/promulgation`, { document: documentOf('2026-08-04'), effect: '2026-08-04' })
      .expect(200);
    await province.app.settled();
    expect(await of('')).toEqual(['KH-2', 5, 'in-force']);
    expect(await of('?on=2026-08-05&recorded=2026-08-04')).toEqual(['KH-2', 0, 'not-in-force']);
    expect(await of('?on=2026-08-05&recorded=2026-08-02')).toEqual(['KH-2', 4, 'in-force']);
  });
});
