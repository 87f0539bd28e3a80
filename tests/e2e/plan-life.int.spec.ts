import type { Day } from '#kernel';
import { CommandBus } from '@nestjs/cqrs';
import { PlanDispatch, type PlanCommands, type RowInput } from '#modules/plan';
import { freshId, type CommandOf, type Receipt } from '#platform/commands';
import { documentOf, Province } from '../support/province.js';

/** What happens to a plan between its promulgation and its closing, over HTTP, with its effect on the figures. */
let province: Province;
let year = 2026;

beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế', 'Sở Tài chính'] });
});
afterAll(() => province.close());

const office = () => province.coordinator();
const other = () => province.coordinator('dieuphoi2');

/** A plan of a year of its own with two one-off rows and a quarterly one, on the 1st of July of that year. */
const running = async () => {
  year += 2;
  province.app.clock.set(`${year - 1}-12-20`);
  const plan = await province.promulgate(year, [
    { title: 'Ban hành kế hoạch', leads: ['Sở Nội vụ', 'Sở Y tế'], deadline: `30/6/${year}`, code: 'I.1' },
    { title: 'Khảo sát hài lòng', leads: ['Sở Y tế'], deadline: `30/9/${year}`, code: 'I.2' },
    { title: 'Báo cáo', leads: ['Sở Nội vụ'], deadline: 'Hằng quý', code: 'I.3' },
  ]);
  province.app.clock.set(`${year}-07-01`);
  const [first, second, third] = plan.rows as [string, string, string];
  return { ...plan, first, second, third, year };
};
type Running = Awaited<ReturnType<typeof running>>;

const day = ({ year: of }: Running, monthDay: string): Day => `${of}-${monthDay}`;
const figures = async ({ plan }: Running, on: Day, recorded?: Day) => {
  await province.app.settled();
  const asked = `on=${on}${recorded === undefined ? '' : `&recorded=${recorded}`}`;
  return (await office().get(`/plans/${plan}/progress?${asked}`).expect(200)).body;
};
const act = (path: string, on: Day, chosen: object = {}) =>
  office().post(path, { on, document: documentOf(province.app.clock.today()), reason: 'Theo chỉ đạo', ...chosen });
const done = async (row: string, unit: string, on: Day, period = 1): Promise<string> => {
  const obligation = province.obligation(row, unit);
  const evidence = [{ kind: 'Báo cáo', number: '12/BC', date: on }];
  const { body } = await province
    .reporter(unit)
    .post(`/obligations/${obligation}/reports`, { period, percent: 100, on, complete: true, evidence })
    .expect(201);
  await office().put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
  return body.entry;
};
const onPlan = async ({ plan }: Running, ...command: CommandOf<PlanCommands>): Promise<Receipt> => {
  const id = freshId();
  const sender = { actor: 'dp', unit: null, role: 'coordinator', command: id, correlation: id, causation: id };
  return province.app.nest.get(CommandBus).execute(new PlanDispatch(plan, sender, ...command));
};

describe('an act on a row', () => {
  it('suspends: the row stays in the base and is not overdue, until it goes on', async () => {
    const plan = await running();
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ overdue: 1, suspended: 0 });
    await act(`/tasks/${plan.first}/suspensions`, day(plan, '06-20')).expect(201);
    const suspended = await figures(plan, day(plan, '07-01'));
    expect(suspended).toMatchObject({ overdue: 0, suspended: 1, completed: { denominator: 3 } });
    expect(await figures(plan, day(plan, '06-19'))).toMatchObject({ suspended: 0, dueSoon: 1 });
    await act(`/tasks/${plan.first}/suspensions`, day(plan, '06-25')).expect(409);
    await act(`/tasks/${plan.first}/resumptions`, day(plan, '07-01')).expect(201);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ overdue: 1, suspended: 0 });
  });

  it('cancels: out of the base from its day on, readable as it was, and back when it is reopened', async () => {
    const plan = await running();
    const { body: cancelled } = await act(`/tasks/${plan.second}/cancellations`, day(plan, '07-01')).expect(201);
    // What was said of a row that left the base since makes a difference too.
    expect(await figures(plan, day(plan, '07-01'), day(plan, '06-30'))).toMatchObject({
      completed: { denominator: 3 },
      today: { completed: { denominator: 2 } },
      differences: [{ id: cancelled.entry, kind: 'TaskCancelled', task: { id: plan.second } }],
    });
    expect(await figures(plan, day(plan, '06-30'))).toMatchObject({ completed: { denominator: 3 } });
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ completed: { denominator: 2 } });
    const { body: left } = await office().get(`/tasks/${plan.second}`).expect(200);
    expect(left).toMatchObject({ left: day(plan, '07-01'), title: 'Khảo sát hài lòng' });
    const { body: refused } = await province
      .reporter('Sở Y tế')
      .post(`/obligations/${province.obligation(plan.second, 'Sở Y tế')}/reports`, {
        ...{ period: 1, percent: 50, on: day(plan, '06-30'), complete: false },
      })
      .expect(409);
    expect(refused.code).toBe('obligation.row-left-the-plan');
    await act(`/tasks/${plan.second}/reopenings`, day(plan, '07-01')).expect(201);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ completed: { denominator: 3 } });
  });

  it('is corrected and withdrawn like every entry, and the history tells it', async () => {
    const plan = await running();
    const { body } = await act(`/tasks/${plan.first}/suspensions`, day(plan, '06-20')).expect(201);
    await office()
      .post(`/entries/${body.entry}/corrections`, { changes: { on: day(plan, '06-28') }, reason: 'Ghi nhầm ngày' })
      .expect(201);
    expect(await figures(plan, day(plan, '06-27'))).toMatchObject({ suspended: 0 });
    expect(await figures(plan, day(plan, '06-28'))).toMatchObject({ suspended: 1 });
    await office().post(`/entries/${body.entry}/withdrawals`, { reason: 'Ghi nhầm nhiệm vụ' }).expect(201);
    expect(await figures(plan, day(plan, '06-28'))).toMatchObject({ suspended: 0 });
    const { body: history } = await office().get(`/tasks/${plan.first}/history`).expect(200);
    type Told = { kind: string; target: string | null; words: string };
    const told = history.entries.map(({ kind, target, words }: Told) => [kind, target, words]);
    const written = (text: string): string => day(plan, text).split('-').reverse().join('/');
    expect(told).toEqual([
      ['PlanPromulgated', null, `Ban hành kế hoạch có nhiệm vụ này, có hiệu lực từ ngày 01/01/${plan.year}`],
      ['TaskSuspended', null, `Tạm hoãn từ ngày ${written('06-20')}`],
      ['TaskActCorrected', body.entry, `Đính chính, có hiệu lực từ ngày ${written('06-28')}`],
      ['TaskActWithdrawn', body.entry, 'Rút lại ghi nhận'],
    ]);
  });

  it('declares a row completed once nobody is left who owes it', async () => {
    const plan = await running();
    const wish = { row: plan.second, unit: province.id('Sở Y tế'), on: day(plan, '07-01') };
    await act(`/tasks/${plan.second}/declarations`, day(plan, '07-01')).expect(409);
    await onPlan(plan, 'EndObligation', { ...wish, reason: { id: freshId(), hash: 'x' } });
    await province.app.settled();
    await act(`/tasks/${plan.second}/declarations`, day(plan, '07-01')).expect(201);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ completed: { numerator: 1, denominator: 3 } });
    expect(await figures(plan, day(plan, '06-30'))).toMatchObject({ completed: { numerator: 0, denominator: 3 } });
  });
});

describe('an amendment', () => {
  it('lets a row be declared completed from its day on, and not before', async () => {
    const plan = await running();
    const second = { title: 'Khảo sát hài lòng', leads: ['Sở Y tế'], deadline: `30/9/${plan.year}`, code: 'I.2' };
    const changed = [{ row: plan.second, ...province.row({ ...second, mode: { kind: 'declared' } }) }];
    const amendment = { document: documentOf(day(plan, '07-01')), effect: day(plan, '07-10'), changed };
    await office().post(`/plans/${plan.plan}/amendments`, amendment).expect(201);
    const { body } = await act(`/tasks/${plan.second}/declarations`, day(plan, '07-01')).expect(409);
    expect(body.code).toBe('task.not-declarable');
    province.app.clock.set(day(plan, '07-10'));
    await act(`/tasks/${plan.second}/declarations`, day(plan, '07-10')).expect(201);
    expect(await figures(plan, day(plan, '07-10'))).toMatchObject({ completed: { numerator: 1, denominator: 3 } });
  });

  it('changes rows from its day on; the old annex stays readable, and a new due date is no extension', async () => {
    const plan = await running();
    const document = documentOf(day(plan, '07-01'));
    const row = (title: string, leads: string[], deadline: string) =>
      province.row({ title, leads, deadline, code: 'I.1' });
    const { body } = await office()
      .post(`/plans/${plan.plan}/amendments`, {
        document,
        effect: day(plan, '07-10'),
        added: [row('Rà soát thủ tục', ['Sở Tài chính'], `Quý IV/${plan.year}`)],
        changed: [{ row: plan.first, ...row('Ban hành kế hoạch', ['Sở Nội vụ', 'Sở Tài chính'], `31/8/${plan.year}`) }],
        removed: [plan.second],
      })
      .expect(201);
    expect(body.rows).toHaveLength(1);
    await province.app.settled();
    const annex = async (on: string) =>
      (await office().get(`/plans/${plan.plan}/rows?on=${on}`).expect(200)).body.items.map(
        ({ title, deadline }: { title: string; deadline: string }) => `${title}: ${deadline}`,
      );
    expect(await annex(day(plan, '07-09'))).toEqual([
      `Ban hành kế hoạch: 30/6/${plan.year}`,
      `Khảo sát hài lòng: 30/9/${plan.year}`,
      'Báo cáo: Hằng quý',
    ]);
    expect(await annex(day(plan, '07-10'))).toEqual([
      `Ban hành kế hoạch: 31/8/${plan.year}`,
      'Báo cáo: Hằng quý',
      `Rà soát thủ tục: Quý IV/${plan.year}`,
    ]);
    expect(await figures(plan, day(plan, '07-09'))).toMatchObject({ overdue: 1, completed: { denominator: 3 } });
    expect(await figures(plan, day(plan, '07-10'))).toMatchObject({ overdue: 0, completed: { denominator: 3 } });
    const { body: task } = await office()
      .get(`/tasks/${plan.first}?on=${day(plan, '07-10')}`)
      .expect(200);
    expect(task).toMatchObject({ due: day(plan, '08-31'), originalDue: day(plan, '06-30') });
    const ended = province.obligation(plan.first, 'Sở Y tế');
    const { body: old } = await office()
      .get(`/obligations/${ended}?on=${day(plan, '07-10')}`)
      .expect(200);
    expect(old.obligation).toMatchObject({ left: day(plan, '07-10'), overdue: true });
    const { body: acts } = await office().get(`/plans/${plan.plan}/acts`).expect(200);
    expect(acts.items.map(({ kind }: { kind: string }) => kind)).toEqual(['PlanPromulgated', 'PlanAmended']);
    expect(acts.items[1]).toMatchObject({ added: 1, changed: 1, removed: 1, document, actor: { name: 'dieuphoi' } });
    expect(acts.items.map(({ words }: { words: string }) => words)).toEqual([
      `Ban hành kế hoạch gồm 3 nhiệm vụ, có hiệu lực từ ngày 01/01/${plan.year}`,
      `Điều chỉnh kế hoạch từ ngày 10/07/${plan.year}: bổ sung 1, sửa 1, đưa ra 1 nhiệm vụ`,
    ]);
    const { body: history } = await office().get(`/tasks/${plan.first}/history`).expect(200);
    expect(history.entries).toMatchObject([
      { kind: 'PlanPromulgated' },
      {
        words: `Điều chỉnh nội dung từ ngày 10/07/${plan.year}. Sở Tài chính bắt đầu chủ trì. Sở Y tế thôi chủ trì`,
        units: { begin: [{ name: 'Sở Tài chính' }], end: [{ name: 'Sở Y tế' }] },
      },
    ]);
  });

  it('is told in words, like every act on the plan as a document', async () => {
    const plan = await running();
    const items = [{ row: plan.second, from: province.id('Sở Y tế'), to: province.id('Sở Nội vụ') }];
    const on = day(plan, '07-01');
    const { body: settled } = await act(`/plans/${plan.plan}/transfers`, on, { items }).expect(201);
    await province.app.settled();
    const written = on.split('-').reverse().join('/');
    const { body: history } = await office().get(`/tasks/${plan.second}/history`).expect(200);
    expect(history.entries.slice(1).map(({ words }: { words: string }) => words)).toEqual([
      `Chuyển nghĩa vụ sang Sở Nội vụ từ ngày ${written}`,
      `Tiếp nhận nghĩa vụ của Sở Y tế từ ngày ${written}`,
    ]);
    await act(`/plans/${plan.plan}/acts/${settled.items[0].entry}/withdrawal`, on, { on: undefined }).expect(201);
    await province.app.settled();
    const { body: again } = await office().get(`/tasks/${plan.second}/history`).expect(200);
    expect(again.entries.at(-1)).toMatchObject({ kind: 'PlanActWithdrawn', words: 'Rút lại ghi nhận' });
    await office()
      .put(`/plans/${plan.plan}/closing`, { on, document: documentOf(on) })
      .expect(200);
    await office().post(`/plans/${plan.plan}/closing/withdrawal`, { reason: 'Nhầm.' }).expect(201);
    await province.app.settled();
    const { body } = await office().get(`/plans/${plan.plan}/acts`).expect(200);
    expect(body.items.slice(1).map(({ words }: { words: string }) => words)).toEqual([
      `Sở Y tế chuyển nghĩa vụ sang Sở Nội vụ từ ngày ${written}: I.2 Khảo sát hài lòng`,
      'Rút lại việc chuyển hoặc kết thúc nghĩa vụ: I.2 Khảo sát hài lòng',
      `Đóng kế hoạch, ngày ${written}`,
      'Mở lại kế hoạch',
    ]);
  });

  it('sent twice is one', async () => {
    const plan = await running();
    const body = { document: documentOf(day(plan, '07-01')), effect: day(plan, '07-01'), removed: [plan.second] };
    const key = { 'idempotency-key': freshId() };
    const first = await office().with(key).post(`/plans/${plan.plan}/amendments`, body).expect(201);
    const second = await office().with(key).post(`/plans/${plan.plan}/amendments`, body).expect(201);
    expect(second.body).toEqual(first.body);
  });
});

describe('a transfer', () => {
  it('hands on what is not accepted; what is accepted keeps counting, and the history stays where it was', async () => {
    const plan = await running();
    await done(plan.third, 'Sở Nội vụ', day(plan, '03-14'), 1);
    await done(plan.third, 'Sở Nội vụ', day(plan, '06-14'), 2);
    await province.app.settled();
    const [from, to] = [province.id('Sở Nội vụ'), province.id('Sở Tài chính')];
    const document = documentOf(day(plan, '07-01'));
    await onPlan(plan, 'TransferObligation', { row: plan.third, from, to, on: day(plan, '07-01'), document });
    await province.app.settled();
    const heir = province.obligation(plan.third, 'Sở Tài chính');
    const { body } = await office().get(`/obligations/${heir}`).expect(200);
    expect(body.obligation).toMatchObject({ owed: 4, met: 2, started: true, left: null });
    expect(body.periods.map(({ state }: { state: string }) => state)).toEqual([
      ...['accepted', 'accepted', 'nothing', 'nothing'],
    ]);
    const report = { period: 1, percent: 100, on: day(plan, '06-20'), complete: true, account: 'Đã làm' };
    const { body: again } = await province
      .reporter('Sở Tài chính')
      .post(`/obligations/${heir}/reports`, report)
      .expect(409);
    expect(again.code).toBe('obligation.period-accepted');
    const old = province.obligation(plan.third, 'Sở Nội vụ');
    const { body: late } = await province
      .reporter('Sở Nội vụ')
      .post(`/obligations/${old}/reports`, { ...report, period: 3 })
      .expect(409);
    expect(late.code).toBe('obligation.ended');
    province.app.clock.set(day(plan, '12-20'));
    for (const [period, on] of [
      [3, '09-14'],
      [4, '12-14'],
    ] as const) {
      await done(plan.third, 'Sở Tài chính', day(plan, on), period);
    }
    const { byUnit, completed } = await figures(plan, day(plan, '12-20'));
    expect(completed.numerator).toBe(1);
    const of = (unit: string) => byUnit.find((one: { unit: { name: string } }) => one.unit.name === unit);
    expect(of('Sở Tài chính').completed).toMatchObject({ numerator: 1, denominator: 1 });
    const before = await figures(plan, day(plan, '06-30'));
    expect(before.byUnit.map((one: { unit: { name: string } }) => one.unit.name)).toEqual(['Sở Nội vụ', 'Sở Y tế']);
  });
});

describe('a plan', () => {
  it('promulgated by mistake is a draft again while nobody has reported, and counts nothing', async () => {
    const plan = await running();
    await office().post(`/plans/${plan.plan}/promulgation/withdrawal`, { reason: 'Ban hành nhầm' }).expect(201);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({
      status: 'not-in-force',
      completed: { denominator: 0 },
    });
    expect(await figures(plan, day(plan, '07-01'), day(plan, '06-30'))).toMatchObject({
      completed: { denominator: 3 },
    });
    await office().delete(`/plans/${plan.plan}/rows/${plan.second}`).expect(200);
    await office()
      .put(`/plans/${plan.plan}/promulgation`, {
        document: documentOf(day(plan, '07-01')),
        effect: day(plan, '07-01'),
      })
      .expect(200);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ completed: { denominator: 2 } });
    await province.app.settled();
    await done(plan.third, 'Sở Nội vụ', day(plan, '07-01'), 3);
    await province.app.settled();
    const { body } = await office()
      .post(`/plans/${plan.plan}/promulgation/withdrawal`, { reason: 'Ban hành nhầm' })
      .expect(409);
    expect(body.code).toBe('plan.work-begun');
  });

  it('promulgated by mistake says so in the history of its rows, page by page', async () => {
    const plan = await running();
    const row = (title: string, lead: string, rest: string) =>
      province.row({ title, leads: [lead], deadline: `${rest}/${plan.year}` });
    const document = documentOf(day(plan, '07-01'), '63/KH');
    const { body: amended } = await office()
      .post(`/plans/${plan.plan}/amendments`, {
        ...{ document, effect: day(plan, '07-10') },
        changed: [{ row: plan.second, ...row('Khảo sát hài lòng', 'Sở Nội vụ', '31/10') }],
        added: [row('Rà soát thủ tục', 'Sở Tài chính', '31/12')],
      })
      .expect(201);
    const withdrawal = { reason: 'Ban hành nhầm bản dự thảo.' };
    await office().post(`/plans/${plan.plan}/promulgation/withdrawal`, withdrawal).expect(201);
    await office()
      .put(
        `/plans/${plan.plan}/rows/${plan.second}`,
        province.row({ title: 'Khảo sát hài lòng', leads: ['Sở Y tế'], deadline: `30/9/${plan.year}` }),
      )
      .expect(200);
    await office().delete(`/plans/${plan.plan}/rows/${plan.first}`).expect(200);
    const { body: anew } = await office()
      .put(`/plans/${plan.plan}/promulgation`, { document, effect: day(plan, '07-05') })
      .expect(200);
    await act(`/tasks/${plan.second}/extensions`, day(plan, '07-05'), { due: day(plan, '11-30') }).expect(201);
    const pages = async (task: string, limit: number) => {
      const found = [];
      let next: string | null = null;
      do {
        const cursor: string = next === null ? `after=${anew.position}` : `cursor=${next}`;
        const { body } = await office().get(`/tasks/${task}/history?limit=${limit}&${cursor}`).expect(200);
        expect(body.entries.length).toBeGreaterThan(0);
        found.push(...body.entries);
        next = body.next;
      } while (next !== null);
      return found;
    };
    await province.app.settled();
    const all = await pages(plan.second, 50);
    const words = (text: string): string => text.split('-').reverse().join('/');
    expect(all.map((entry: { words: string }) => entry.words)).toEqual([
      `Ban hành kế hoạch có nhiệm vụ này, có hiệu lực từ ngày 01/01/${plan.year}`,
      `Điều chỉnh nội dung từ ngày ${words(day(plan, '07-10'))}. Sở Nội vụ bắt đầu chủ trì. Sở Y tế thôi chủ trì`,
      'Rút lại việc ban hành kế hoạch; những gì đã ghi theo lần ban hành đó không còn tính',
      `Ban hành kế hoạch có nhiệm vụ này, có hiệu lực từ ngày ${words(day(plan, '07-05'))}`,
      expect.stringContaining('Gia hạn'),
    ]);
    expect(all.slice(2, 4)).toMatchObject([
      { kind: 'PromulgationWithdrawn', reason: { text: withdrawal.reason }, actor: { name: 'dieuphoi' }, unit: null },
      { kind: 'PlanPromulgated', document, on: day(plan, '07-05'), task: plan.second },
    ]);
    for (const limit of [1, 2, 3, 4, 5]) expect(await pages(plan.second, limit)).toEqual(all);
    const kinds = async (task: string) => (await pages(task, 2)).map(({ kind }: { kind: string }) => kind);
    expect(await kinds(plan.first)).toEqual(['PlanPromulgated', 'PromulgationWithdrawn']);
    expect(await kinds(amended.rows[0])).toEqual(['PlanAmended', 'PromulgationWithdrawn', 'PlanPromulgated']);
  });

  it('promulgated by mistake is a draft again behind amendments, and says what they said', async () => {
    const plan = await running();
    const row = (title: string, leads: string[], deadline: string) => province.row({ title, leads, deadline });
    const { body } = await office()
      .post(`/plans/${plan.plan}/amendments`, {
        document: documentOf(day(plan, '07-01')),
        effect: day(plan, '07-01'),
        added: [row('Rà soát thủ tục', ['Sở Tài chính'], `Quý IV/${plan.year}`)],
        changed: [{ row: plan.first, ...row('Ban hành kế hoạch', ['Sở Tài chính'], `31/8/${plan.year}`) }],
        removed: [plan.second],
      })
      .expect(201);
    const promulgation = { document: documentOf(day(plan, '07-01')), effect: day(plan, '07-01') };
    await office().post(`/plans/${plan.plan}/promulgation/withdrawal`, { reason: 'Ban hành nhầm' }).expect(201);
    await province.app.settled();
    const { body: draft } = await office().get(`/plans/${plan.plan}/rows`).expect(200);
    expect(draft.items.map((one: { row: string }) => one.row)).toEqual([plan.first, plan.third, ...body.rows]);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ status: 'not-in-force' });
    // What an amendment had removed may be drafted anew, under the id that it had.
    const content = {
      ...{
        code: '',
        deliverable: '',
        leadsText: '',
        coordinatingText: '',
        funding: '',
        note: '',
        mode: { kind: 'all' },
      },
      ...row('Khảo sát hài lòng', ['Sở Y tế'], `30/9/${plan.year}`),
    };
    await onPlan(plan, 'AddRows', { rows: [{ row: plan.second, content: content as RowInput }] });
    await office().put(`/plans/${plan.plan}/promulgation`, promulgation).expect(200);
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ completed: { denominator: 4 }, dueSoon: 0 });
    const { body: task } = await office()
      .get(`/tasks/${plan.first}?on=${day(plan, '07-01')}`)
      .expect(200);
    expect(task).toMatchObject({ due: day(plan, '08-31'), originalDue: day(plan, '08-31') });
    const owing = await office()
      .get(`/tasks/${plan.first}/obligations?on=${day(plan, '07-01')}`)
      .expect(200);
    expect(owing.body.items.map(({ unit }: { unit: { name: string } }) => unit.name)).toEqual(['Sở Tài chính']);
    await done(plan.second, 'Sở Y tế', day(plan, '07-01'));
    expect(await figures(plan, day(plan, '07-01'))).toMatchObject({ completed: { numerator: 1, denominator: 4 } });
  });

  it('is closed with a report of what stays open; then only what was wrong is mended, with a document', async () => {
    const plan = await running();
    const report = await done(plan.second, 'Sở Y tế', day(plan, '06-30'));
    await province.app.settled();
    const { body: preview } = await office().get(`/plans/${plan.plan}/closing`).expect(200);
    expect(preview).toMatchObject({ closed: null, open: 2, overdue: 1 });
    await office()
      .put(`/plans/${plan.plan}/closing`, { document: documentOf(day(plan, '07-01')), on: day(plan, '07-01') })
      .expect(200);
    await province.app.settled();
    const { body: left } = await office().get(`/plans/${plan.plan}/closing`).expect(200);
    expect(left).toMatchObject({ closed: { on: day(plan, '07-01') }, open: 2, completed: { numerator: 1 } });
    expect(left.items[0].owing).toHaveLength(2);
    const obligation = province.obligation(plan.first, 'Sở Y tế');
    const work = { period: 1, percent: 10, on: day(plan, '06-30'), complete: false };
    const { body } = await province.reporter('Sở Y tế').post(`/obligations/${obligation}/reports`, work).expect(409);
    expect(body.code).toBe('obligation.plan-closed');
    const correction = { changes: { on: day(plan, '06-29') }, reason: 'Ghi nhầm ngày' };
    const { body: bare } = await other().post(`/entries/${report}/corrections`, correction).expect(422);
    expect(bare.code).toBe('obligation.closed-needs-document');
    const document = documentOf(day(plan, '07-01'));
    await other()
      .post(`/entries/${report}/corrections`, { ...correction, document })
      .expect(201);
    await office().post(`/plans/${plan.plan}/closing/withdrawal`, { reason: 'Đóng nhầm' }).expect(201);
    await province.app.settled();
    await province.reporter('Sở Y tế').post(`/obligations/${obligation}/reports`, work).expect(201);
  });
});
