import { CommandBus } from '@nestjs/cqrs';
import type { Day } from '#kernel';
import { BeginDaysJob, CalendarModule } from '#modules/calendar';
import { NoticeModule, type NoticeItem } from '#modules/notice';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { CoordinationModule } from './index.js';

const YTE = 'Sở Y tế';
const TAICHINH = 'Sở Tài chính';

let province: Province;
let office: Caller;

const open = async (communes: readonly string[] = []): Promise<void> => {
  province = await Province.open({ departments: ['Sở Nội vụ', YTE, TAICHINH], communes }, '2025-12-24', [
    CalendarModule,
    NoticeModule,
    CoordinationModule,
  ]);
  office = province.coordinator();
};

beforeEach(() => open());
afterEach(() => province.close());

/** The days up to this one begin, as a worker tells them that looks at the clock now. */
const dayBegins = async (day: Day): Promise<void> => {
  const { nest, clock, store } = province.app;
  clock.set(day);
  await new BeginDaysJob(nest.get(CommandBus), clock, store).run();
};
const settled = async (): Promise<void> => {
  const { store, processes } = province.app;
  const end = (await store.end()) ?? '';
  if (!(await processes.passed(processes.names, end, 20_000))) throw new Error('the processes do not come along');
  await province.app.settled();
};
const noticesOf = async (unit = YTE, query = ''): Promise<NoticeItem[]> => {
  await settled();
  const { body } = await office.get(`/notices?unit=${province.id(unit)}${query}`).expect(200);
  return (body.items as NoticeItem[]).reverse();
};
const said = ({ kind, days, due, period }: NoticeItem): string =>
  [kind, days, due, period === null ? null : `period ${period}`].filter((part) => part !== null).join(' ');
const told = async (unit = YTE): Promise<string[]> => (await noticesOf(unit)).map(said);

const report = async (row: string, unit = YTE): Promise<{ obligation: string; report: string }> => {
  const obligation = province.obligation(row, unit);
  const { body } = await province
    .reporter(unit)
    .post(`/obligations/${obligation}/reports`, {
      period: 1,
      complete: true,
      percent: 100,
      on: province.app.clock.today(),
      evidence: [{ kind: 'Báo cáo', number: '12/BC' }],
    })
    .expect(201);
  return { obligation, report: body.entry };
};
const accept = async ({ obligation, report: id }: { obligation: string; report: string }): Promise<void> => {
  await office.put(`/obligations/${obligation}/acceptance`, { report: id }).expect(200);
};
const promulgate = async (...deadlines: readonly string[]): Promise<readonly string[]> => {
  const wishes = deadlines.map((deadline, nth) => ({ title: `Nhiệm vụ ${nth + 1}`, leads: [YTE, TAICHINH], deadline }));
  return (await province.promulgate(2026, wishes)).rows;
};

describe('a unit', () => {
  it('is reminded 15, 7 and 1 days before something is due and once when it is overdue', async () => {
    await promulgate('30/6/2026');
    for (let day = 14; day <= 30; day += 1) await dayBegins(`2026-06-${day}`);
    for (let day = 1; day <= 5; day += 1) await dayBegins(`2026-07-0${day}`);
    expect(await told()).toEqual(['due 15 2026-06-30', 'due 7 2026-06-30', 'due 1 2026-06-30', 'overdue 2026-06-30']);
    expect((await noticesOf()).map(({ on }) => on)).toEqual(['2026-06-15', '2026-06-23', '2026-06-29', '2026-07-01']);
  });

  it('is reminded once also of what the days that were missed would have told it', async () => {
    await promulgate('30/6/2026');
    await dayBegins('2026-06-01');
    await dayBegins('2026-06-27');
    expect(await told()).toEqual(['due 15 2026-06-30', 'due 7 2026-06-30']);
    await dayBegins('2026-07-10');
    expect(await told()).toEqual(['due 15 2026-06-30', 'due 7 2026-06-30', 'due 1 2026-06-30', 'overdue 2026-06-30']);
  });

  it('is not reminded of what it has had accepted, also when the day is told late', async () => {
    const [row = ''] = await promulgate('30/6/2026');
    await dayBegins('2026-06-10');
    province.app.clock.set('2026-06-20');
    await accept(await report(row));
    await dayBegins('2026-07-02');
    expect((await told()).filter((kind) => kind !== 'accepted')).toEqual([]);
    expect(await told(TAICHINH)).toEqual([
      'due 15 2026-06-30',
      'due 7 2026-06-30',
      'due 1 2026-06-30',
      'overdue 2026-06-30',
    ]);
  });

  it('is not reminded of rows that are suspended, cancelled or in a plan that is closed', async () => {
    const [suspended, cancelled, kept] = await promulgate('30/6/2026', '30/6/2026', '30/6/2026');
    await dayBegins('2026-06-10');
    const act = { document: documentOf('2026-06-10'), on: '2026-06-10', reason: 'Chờ hướng dẫn của Bộ.' };
    await office.post(`/tasks/${suspended}/suspensions`, act).expect(201);
    await office.post(`/tasks/${cancelled}/cancellations`, act).expect(201);
    await dayBegins('2026-06-15');
    expect((await noticesOf()).map(({ task }) => task)).toEqual([kept]);
  });

  it('is reminded of each period of a row that is owed again and again', async () => {
    await promulgate('Hằng quý');
    await dayBegins('2026-03-01');
    await dayBegins('2026-03-21');
    expect(await told()).toEqual([
      'due 15 2026-03-20 period 1',
      'due 7 2026-03-20 period 1',
      'due 1 2026-03-20 period 1',
      'overdue 2026-03-20 period 1',
    ]);
  });

  it('is reminded again when the due date has moved, and told that a report waits', async () => {
    const [row = ''] = await promulgate('30/6/2026');
    await dayBegins('2026-06-23');
    const { obligation } = await report(row);
    await office
      .post(`/obligations/${obligation}/extensions`, {
        due: '2026-07-31',
        on: '2026-06-23',
        document: documentOf('2026-06-23'),
      })
      .expect(201);
    await dayBegins('2026-07-24');
    expect((await noticesOf()).map((one) => [said(one), one.waits])).toEqual([
      ['due 7 2026-06-30', false],
      ['due 15 2026-07-31', true],
      ['due 7 2026-07-31', true],
    ]);
  });

  it('is reminded also in a province that owes more than a hundred thousand periods', async () => {
    await province.close();
    await open(Array.from({ length: 300 }, (_, nth) => `Xã số ${nth + 1}`));
    const monthly = { leads: ['Các xã'], deadline: 'Hằng tháng' };
    await province.promulgate(2026, [
      ...Array.from({ length: 40 }, (_, nth) => ({ ...monthly, title: `Báo cáo tháng số ${nth + 1}` })),
      { title: 'Ban hành kế hoạch', leads: [YTE], deadline: '16/01/2026' },
    ]);
    await dayBegins('2026-01-01');
    expect(await told()).toEqual(['due 15 2026-01-16']);
  });

  it('is told that its report was returned, and that the next one was accepted', async () => {
    const [row = ''] = await promulgate('30/6/2026');
    province.app.clock.set('2026-06-10');
    const first = await report(row);
    await office
      .post(`/obligations/${first.obligation}/returns`, { report: first.report, reason: 'Thiếu danh sách.' })
      .expect(201);
    const second = await report(row);
    await accept(second);
    expect(await noticesOf()).toMatchObject([
      { kind: 'returned', report: first.report, task: row, title: 'Nhiệm vụ 1', on: '2026-06-10', read: null },
      { kind: 'accepted', report: second.report, unit: province.id(YTE) },
    ]);
    expect(await told(TAICHINH)).toEqual([]);
  });
});

describe('each notice is given once', () => {
  it('when processes are started again, when they hear everything again, and when views are made anew', async () => {
    const { app } = province;
    const [row = ''] = await promulgate('30/6/2026');
    await dayBegins('2026-06-15');
    await settled();
    const judged = await report(row, TAICHINH);
    await accept(judged);
    const before = [await noticesOf(), await noticesOf(TAICHINH)];
    expect(before.map((all) => all.map(said))).toEqual([['due 15 2026-06-30'], ['due 15 2026-06-30', 'accepted']]);
    await app.processes.stop();
    await app.database.pool.query('update processes.checkpoint set position = 0');
    const again = app.anotherRunner();
    try {
      await again.start();
      expect(await again.passed(again.names, (await app.store.end()) ?? '', 20_000)).toBe(true);
      await app.projector.rebuild(app.projector.views.map(({ name }) => name));
      await app.settled();
      const { body: yte } = await office.get(`/notices?unit=${province.id(YTE)}`);
      const { body: taichinh } = await office.get(`/notices?unit=${province.id(TAICHINH)}`);
      expect([yte.items.reverse(), taichinh.items.reverse()]).toEqual(before);
    } finally {
      await again.stop();
    }
  });
});
