import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';

const UNITS = ['Sở Nội vụ', 'Sở Y tế'];

let province: Province;
let office: Caller;
let plan: string;
let rows: readonly string[];
let year = 2025;

const day = (rest: string): string => `${year}-${rest}`;

beforeAll(async () => {
  province = await Province.open({ departments: UNITS });
  office = province.coordinator();
});
afterAll(() => province.close());

/** It is 16/7; of five rows the first is done, the second and the third are overdue, and the fifth is due soon. */
beforeEach(async () => {
  year += 1;
  province.app.clock.set(`${year - 1}-12-24`);
  ({ plan, rows } = await province.promulgate(year, [
    { title: 'Đã xong', leads: ['Sở Y tế'], deadline: `30/6/${year}` },
    { title: 'Quá hạn', leads: UNITS, deadline: `30/6/${year}` },
    { title: 'Quá hạn ở một đơn vị', leads: UNITS, deadline: `30/6/${year}` },
    { title: 'Chờ quyết định công bố', leads: ['Sở Nội vụ'], deadline: `30/9/${year}`, mode: { kind: 'declared' } },
    { title: 'Sắp đến hạn', leads: ['Sở Y tế'], deadline: `25/7/${year}` },
  ]));
  province.app.clock.set(day('06-20'));
  await done(0, 'Sở Y tế');
  await done(2, 'Sở Y tế');
  province.app.clock.set(day('07-16'));
});

const done = async (row: number, unit: string): Promise<void> => {
  const obligation = province.obligation(rows[row] ?? '', unit);
  const evidence = [{ kind: 'Báo cáo', number: '0012/BC' }];
  const work = { period: 1, percent: 100, complete: true, on: day('06-18'), evidence };
  const { body } = await province.reporter(unit).post(`/obligations/${obligation}/reports`, work).expect(201);
  await office.put(`/obligations/${obligation}/acceptance`, { report: body.entry }).expect(200);
};
const figures = async (on: string) => {
  await province.app.settled();
  return (await office.get(`/plans/${plan}/progress?on=${on}`).expect(200)).body;
};
const standing = async (row: number, on: string) => {
  const { body } = await office.get(`/plans/${plan}/tasks?on=${on}`).expect(200);
  const found = (body.items as { id: string; state: string; flags: string[] }[]).find(({ id }) => id === rows[row]);
  return found ? { state: found.state, flags: found.flags } : null;
};
const act = (chosen: object = {}) => ({
  on: day('07-16'),
  document: documentOf(day('07-16')),
  reason: 'Chờ hướng dẫn.',
  ...chosen,
});

/** Asks what an act would do, does it, and compares. */
const foreseen = async (path: string, row: number, wish: ReturnType<typeof act>) => {
  const on = wish.on > day('07-16') ? wish.on : day('07-16');
  const [earlier, stood] = [await figures(on), await standing(row, on)];
  const end = await province.app.store.end();
  const { body } = await office.post(`${path}/preview`, wish).expect(200);
  expect(await province.app.store.end()).toBe(end);
  expect(body).toMatchObject({ plan, task: rows[row], on, refusal: null });
  expect(earlier).toMatchObject(body.figures.before);
  expect(body.row.before).toEqual(stood);
  await office.post(path, wish).expect(201);
  expect(await figures(on)).toMatchObject(body.figures.after);
  expect(body.row.after).toEqual(await standing(row, on));
  return body;
};

describe('a preview says what then happens', () => {
  it('when a row is suspended and goes on', async () => {
    const body = await foreseen(`/tasks/${rows[1]}/suspensions`, 1, act());
    expect(body.row).toEqual({
      before: { state: 'not-started', flags: ['overdue'] },
      after: { state: 'not-started', flags: ['suspended'] },
    });
    expect([body.figures.before.overdue, body.figures.after.overdue]).toEqual([2, 1]);
    await foreseen(`/tasks/${rows[1]}/resumptions`, 1, act({ on: day('07-20') }));
  });

  it('when a row is cancelled and reopened', async () => {
    const body = await foreseen(`/tasks/${rows[1]}/cancellations`, 1, act());
    expect(body.row.after).toBeNull();
    expect(body.figures.before.completed).toMatchObject({ numerator: 1, denominator: 5 });
    expect(body.figures.after.completed).toMatchObject({ numerator: 1, denominator: 4 });
    const again = await foreseen(`/tasks/${rows[1]}/reopenings`, 1, act({ on: day('07-20') }));
    expect(again.row.before).toBeNull();
    expect(again.figures.after.completed).toMatchObject({ numerator: 1, denominator: 5 });
  });

  it('when a row is declared completed', async () => {
    const body = await foreseen(`/tasks/${rows[3]}/declarations`, 3, act({ on: day('07-15') }));
    expect(body.figures.after.completed).toMatchObject({ numerator: 2, denominator: 5 });
    expect(body.row.after).toMatchObject({ state: 'completed' });
    expect(body.due).toBeNull();
  });

  it('when a deadline moves for all, and for one unit alone', async () => {
    const all = await foreseen(`/tasks/${rows[1]}/extensions`, 1, act({ due: day('09-30') }));
    expect([all.figures.before.overdue, all.figures.after.overdue]).toEqual([2, 1]);
    expect(all.due).toEqual({ before: day('06-30'), after: day('09-30') });
    const alone = province.obligation(rows[2] ?? '', 'Sở Nội vụ');
    const one = await foreseen(`/obligations/${alone}/extensions`, 2, act({ due: day('08-31') }));
    expect(one.due).toEqual({ before: day('06-30'), after: day('08-31') });
    expect(one.row.before.flags).toContain('overdue');
    expect(one.row.after.flags).not.toContain('overdue');
    const soon = await foreseen(`/tasks/${rows[4]}/extensions`, 4, act({ due: day('12-31'), on: day('07-22') }));
    expect([soon.row.before.flags, soon.row.after.flags]).toEqual([['due-soon'], []]);
  });

  it('and shows what has been recorded a moment before', async () => {
    await office.post(`/tasks/${rows[2]}/suspensions`, act()).expect(201);
    const { body } = await office.post(`/tasks/${rows[1]}/suspensions/preview`, act()).expect(200);
    expect([body.figures.before.suspended, body.figures.after.suspended]).toEqual([1, 2]);
    const { body: again } = await office.post(`/tasks/${rows[1]}/suspensions/preview`, act()).expect(200);
    expect(again).toEqual(body);
  });
});

describe('a preview while others act on the same row', () => {
  it('says of all parts the same, or that it may not', async () => {
    let isDone = false;
    const acting = async (): Promise<void> => {
      for (let round = 0; round < 25; round += 1) {
        await office.post(`/tasks/${rows[1]}/cancellations`, act()).expect(201);
        await office.post(`/tasks/${rows[1]}/reopenings`, act()).expect(201);
      }
      isDone = true;
    };
    const looking = async (): Promise<void> => {
      while (!isDone) {
        const { body } = await office.post(`/tasks/${rows[1]}/cancellations/preview`, act()).expect(200);
        const [before, after] = [body.figures.before.completed.denominator, body.figures.after.completed.denominator];
        if (body.stale) continue;
        expect([body.row.before === null, body.refusal?.code, before, after]).toEqual(
          before === 4 ? [true, 'task.cancelled-already', 4, 4] : [false, undefined, 5, 4],
        );
      }
    };
    await Promise.all([acting(), looking(), looking(), looking()]);
    const { body } = await office.post(`/tasks/${rows[1]}/cancellations/preview`, act()).expect(200);
    expect(body).toMatchObject({ stale: false, refusal: null });
  }, 20_000);
});

describe('a preview of what would be refused', () => {
  it('names the refusal and leaves the figures', async () => {
    for (const [path, wish] of [
      [`/tasks/${rows[1]}/resumptions`, act()],
      [`/tasks/${rows[1]}/declarations`, act()],
      [`/tasks/${rows[1]}/extensions`, act({ due: day('06-30') })],
      [`/tasks/${rows[1]}/extensions`, { ...act({ due: day('09-30') }), reason: undefined }],
      [`/tasks/${rows[1]}/extensions`, act({ due: day('09-30'), reason: ' ' })],
      [`/tasks/${rows[1]}/suspensions`, act({ reason: '   ' })],
      [`/tasks/${rows[1]}/suspensions`, act({ reason: '\ud800' })],
      [`/tasks/${rows[1]}/cancellations`, act({ document: documentOf(day('07-17')) })],
      [`/tasks/${rows[1]}/suspensions`, act({ document: { ...documentOf(day('07-16')), file: '0'.repeat(64) } })],
    ] as const) {
      const { body } = await office.post(`${path}/preview`, wish).expect(200);
      const refused = await office.post(path, wish);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      const { code, detail, details = {} } = refused.body;
      expect(body.refusal).toEqual({ code, detail, details });
      expect(body.figures.after).toEqual(body.figures.before);
      expect(body.row.after).toEqual(body.row.before);
    }
  });

  it('is that of a page that is no longer as it was read', async () => {
    const path = `/tasks/${rows[1]}/suspensions`;
    const { body } = await office.with({ 'if-match': '"7"' }).post(`${path}/preview`, act()).expect(200);
    expect(body.refusal.code).toBe('request.stale');
    await office.with({ 'if-match': '"7"' }).post(path, act()).expect(412);
    await office.post(path, act()).expect(201);
    const asRead = await office
      .with({ 'if-match': '"0"' })
      .post(`/tasks/${rows[1]}/resumptions/preview`, act())
      .expect(200);
    expect(asRead.body).toMatchObject({ refusal: null, stale: false });
  });

  it('is one itself for what is not there, and for who does not coordinate', async () => {
    const none = '00000000-0000-5000-8000-000000000000';
    const { body } = await office.post(`/tasks/${none}/suspensions/preview`, act()).expect(404);
    expect(body.code).toBe('task.absent');
    const one = await office.post(`/obligations/${none}/extensions/preview`, act({ due: day('08-31') })).expect(404);
    expect(one.body.code).toBe('obligation.absent');
    await province.reporter('Sở Y tế').post(`/tasks/${rows[1]}/suspensions/preview`, act()).expect(403);
  });
});
