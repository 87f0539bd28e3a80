import { setTimeout as pause } from 'node:timers/promises';
import { CommandBus } from '@nestjs/cqrs';
import { HttpAdapterHost } from '@nestjs/core';
import { ObligationDispatch } from '#modules/task';
import { Clock } from '#platform/clock';
import { freshId, idOf } from '#platform/commands';
import { Database } from '#platform/database';
import { Texts } from '#platform/texts';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { BatchRuns } from './batch-runs.controller.js';

const COMMUNES = Array.from({ length: 40 }, (_, index) => `Xã ${String(index + 1).padStart(2, '0')}`);

let province: Province;
let office: Caller;
beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ'], communes: COMMUNES });
  office = province.coordinator();
});
afterAll(() => province.close());

let year = 2024;
let plan = '';
let rows: readonly string[] = [];

const promulgate = async (): Promise<void> => {
  year += 2;
  province.app.clock.set(`${year - 1}-12-24`);
  const made = await province.promulgate(year, [
    { code: 'I.1', title: 'Niêm yết', leads: ['Các xã'], deadline: `30/6/${year}` },
    { code: 'II.1', title: 'Báo cáo quý', leads: ['Sở Nội vụ'], deadline: 'Hằng quý', field: 'CCTTHC' },
  ]);
  ({ plan, rows } = made);
  province.app.clock.set(`${year}-07-01`);
};

/** Everybody reports; sent straight to the bus, as many do on the last day. */
const reportAll = async (units: readonly string[], row = 0, period = 1): Promise<void> => {
  const bus = province.app.nest.get(CommandBus);
  await Promise.all(
    units.map((unit) => {
      const command = freshId();
      const sender = {
        actor: `baocao ${unit}`,
        unit: province.id(unit),
        role: 'reporter',
        command,
        correlation: command,
        causation: command,
      };
      const evidence = [{ entry: idOf(command, 'evidence', 0), kind: 'Biên bản', number: '1/BB' }];
      const data = { period, complete: true, percent: 100, on: `${year}-03-10`, evidence };
      return bus.execute(
        new ObligationDispatch(province.obligation(rows[row] ?? '', unit), sender, 'ReportWork', data),
      );
    }),
  );
  await province.app.settled();
};
const waiting = async (query = '') => (await office.get(`/plans/${plan}/waiting-reports?${query}`).expect(200)).body;
/** Asks how far a run is until it has ended. */
const ended = async (id: string) => {
  for (;;) {
    const { body } = await office.get(`/plans/${plan}/acceptances/${id}`).expect(200);
    if (body.finished !== null) return body;
    await province.app.nest.get(BatchRuns).ended(id, 10_000);
  }
};
const acceptances = async (): Promise<number> => {
  const { rows: found } = await province.app.database.pool.query<{ n: number }>(
    `select count(*)::int as n from log.events where type = 'ReportAccepted'
     and stream = any(select 'obligation-' || o.obligation from view_progress.obligation o where o.plan = $1)`,
    [plan],
  );
  return found[0]?.n ?? 0;
};

describe('the reports that wait', () => {
  beforeAll(async () => {
    await promulgate();
    await reportAll(COMMUNES.slice(0, 5));
    await reportAll(['Sở Nội vụ'], 1, 2);
  });

  it('are listed page by page, in the order of rows and units', async () => {
    const first = await waiting('limit=4');
    expect(first.items.map(({ unit }: { unit: { name: string } }) => unit.name)).toEqual(COMMUNES.slice(0, 4));
    expect(first.items[0]).toMatchObject({
      version: 0,
      period: 1,
      complete: true,
      percent: 100,
      workDay: `${year}-03-10`,
      due: `${year}-06-30`,
    });
    expect(first.total).toBe(6);
    const second = await waiting(`limit=4&cursor=${first.next}`);
    expect(second.items.map(({ unit }: { unit: { name: string } }) => unit.name)).toEqual(['Xã 05', 'Sở Nội vụ']);
    expect(second.next).toBeNull();
  });

  it('are narrowed to a unit, a row, a field, a period and a kind', async () => {
    const total = async (query: string): Promise<number> => (await waiting(query)).total;
    expect(await total(`unit=${province.id('Xã 03')}`)).toBe(1);
    expect(await total(`task=${rows[0]}`)).toBe(5);
    expect(await total('field=CCTTHC')).toBe(1);
    expect(await total('period=2')).toBe(1);
    expect([await total('complete=true'), await total('complete=false')]).toEqual([6, 0]);
  });
});

describe('accepting in one act', () => {
  beforeEach(promulgate);

  it('takes reports one by one, each counted or refused on its own', async () => {
    await reportAll(COMMUNES.slice(0, 3));
    const own = await office
      .post(`/obligations/${province.obligation(rows[0] ?? '', 'Xã 04')}/reports`, {
        period: 1,
        complete: true,
        percent: 100,
        on: `${year}-03-10`,
        account: 'Xong.',
      })
      .expect(201);
    const { items } = await waiting(`after=${own.body.position}`);
    const reports = items.map(({ obligation, report, version }: Record<string, unknown>) => ({
      obligation,
      report,
      version,
    }));
    reports[0].version = 7;
    reports.push({ obligation: freshId(), report: freshId(), version: 0 }, { ...reports[1] }, { ...reports[1] });
    const { body } = await office.post(`/plans/${plan}/acceptances`, { reports }).expect(202);
    const state = await ended(body.id);
    expect(state).toMatchObject({ kind: 'acceptances', total: 5, settled: 5, accepted: 2, refused: 3, working: false });
    expect(state.refusals.map(({ code }: { code: string }) => code)).toEqual([
      'obligation.report-changed',
      'obligation.own-report',
      'obligation.absent',
    ]);
    expect(state.refusals[1].detail).toBe('Người báo cáo hoặc đính chính không được tự công nhận kết quả đó.');
    const page = (await office.get(`/plans/${plan}/acceptances/${body.id}?limit=2`).expect(200)).body;
    expect(page.refusals).toHaveLength(2);
    const rest = (await office.get(`/plans/${plan}/acceptances/${body.id}?limit=2&cursor=${page.next}`).expect(200))
      .body;
    expect(rest.refusals.map(({ code }: { code: string }) => code)).toEqual(['obligation.absent']);
  });

  it('takes all that wait, as long as they are as many as were looked at', async () => {
    await reportAll(COMMUNES);
    const wish = { waiting: { field: 'CDDH' }, count: 39 };
    const refused = (await office.post(`/plans/${plan}/acceptances`, wish).expect(409)).body;
    expect(refused).toMatchObject({ code: 'acceptances.other-count', details: { count: 40 } });
    const key = { 'idempotency-key': `accept-all-${year}` };
    const right = { ...wish, count: 40 };
    const { body } = await office.with(key).post(`/plans/${plan}/acceptances`, right).expect(202);
    expect(await ended(body.id)).toMatchObject({ total: 40, accepted: 40, refused: 0 });
    expect((await office.with(key).post(`/plans/${plan}/acceptances`, right).expect(202)).body).toMatchObject({
      id: body.id,
      accepted: 40,
    });
    expect(await acceptances()).toBe(40);
    await province.app.settled();
    expect((await waiting()).total).toBe(0);
  });

  it('takes what was looked at in the versions that were shown, and nothing that came since', async () => {
    await reportAll(COMMUNES.slice(0, 4));
    const { position, items } = (await office.get(`/plans/${plan}/waiting-reports`).expect(200)).body;
    const correction = { changes: { on: `${year}-03-09` }, reason: 'Ghi nhầm ngày.' };
    await province.reporter('Xã 02').post(`/entries/${items[1].report}/corrections`, correction).expect(201);
    await reportAll(['Xã 05']);
    const wish = { waiting: {}, count: 4 };
    const refused = (await office.post(`/plans/${plan}/acceptances`, wish).expect(409)).body;
    expect(refused).toMatchObject({ code: 'acceptances.other-count', details: { count: 5 } });
    const { body } = await office.post(`/plans/${plan}/acceptances`, { ...wish, position }).expect(202);
    expect(await ended(body.id)).toMatchObject({
      total: 4,
      accepted: 3,
      refused: 1,
      refusals: [{ code: 'obligation.report-changed', obligation: items[1].obligation }],
    });
    await province.app.settled();
    const left = (await waiting()).items.map((one: { unit: { name: string }; version: number }) => [
      one.unit.name,
      one.version,
    ]);
    expect(left).toEqual([
      ['Xã 02', 1],
      ['Xã 05', 0],
    ]);
    const odd = { ...wish, position: 'now' };
    expect((await office.post(`/plans/${plan}/acceptances`, odd).expect(422)).body.code).toBe('request.invalid');
  });

  it.each([
    [{}, 'acceptances.which'],
    [{ reports: [{ obligation: freshId(), report: freshId(), version: 0 }], waiting: {} }, 'acceptances.which'],
    [{ waiting: {} }, 'acceptances.count-missing'],
    [{ reports: [] }, 'request.invalid'],
  ])('refuses %j', async (wish, code) =>
    expect((await office.post(`/plans/${plan}/acceptances`, wish).expect(422)).body.code).toBe(code),
  );

  it('is for coordinators, and a run is asked for under its plan', async () => {
    await province.reporter('Xã 01').post(`/plans/${plan}/acceptances`, { waiting: {}, count: 1 }).expect(403);
    expect((await office.get(`/plans/${plan}/acceptances/${freshId()}`).expect(404)).body.code).toBe('batch.absent');
  });
});

describe('a report that waits where nothing is owed any more', () => {
  beforeEach(promulgate);

  const act = async (path: string, on: string, chosen: object = {}): Promise<string> => {
    const body = { on: `${year}-${on}`, document: documentOf(province.app.clock.today()), reason: 'Theo chỉ đạo.' };
    const answer = await office.post(path, { ...body, ...chosen }).expect(201);
    await province.app.settled();
    return answer.body.entry;
  };
  /** What a unit owes on a row goes on to another unit, or ends. */
  const settle = (on: string, row: number, from: string, to?: string): Promise<string> => {
    const item = { row: rows[row], from: province.id(from) };
    const items = [to === undefined ? { ...item, act: 'end' } : { ...item, to: province.id(to) }];
    return act(`/plans/${plan}/transfers`, on, { items });
  };
  const listed = async (query = ''): Promise<unknown[]> =>
    (await waiting(query)).items.map(
      ({ unit, left, leftBecause }: { unit: { name: string }; left: string | null; leftBecause: string | null }) =>
        left === null && leftBecause === null ? unit.name : `${unit.name}: ${leftBecause} ${left?.slice(5)}`,
    );
  const acceptAll = async (count: number, filter: object = {}): Promise<void> => {
    const { body } = await office.post(`/plans/${plan}/acceptances`, { waiting: filter, count }).expect(202);
    expect(await ended(body.id)).toMatchObject({ total: count, accepted: count, refused: 0 });
    await province.app.settled();
  };
  const completed = async (on: string): Promise<number> => {
    const { body } = await office.get(`/plans/${plan}/progress?on=${year}-${on}`).expect(200);
    return body.byUnit.reduce(
      (sum: number, unit: { completed: { numerator: number } }) => sum + unit.completed.numerator,
      0,
    );
  };

  it('is listed with the day from which it does not count and why; accepted it changes the days before', async () => {
    await reportAll(COMMUNES.slice(0, 4));
    await settle('06-20', 0, 'Xã 02');
    const dropped = COMMUNES.filter((name) => name !== 'Xã 02' && name !== 'Xã 04');
    const row = province.row({ code: 'I.1', title: 'Niêm yết', leads: dropped, deadline: `30/6/${year}` });
    const amendment = { document: documentOf(`${year}-07-01`), effect: `${year}-07-01` };
    await office.post(`/plans/${plan}/amendments`, { ...amendment, changed: [{ row: rows[0], ...row }] }).expect(201);
    await province.app.settled();
    expect(await listed()).toEqual(['Xã 01', 'Xã 02: ended 06-20', 'Xã 03', 'Xã 04: ended 07-01']);
    expect(await listed('left=false')).toEqual(['Xã 01', 'Xã 03']);
    expect(await listed('left=true')).toEqual(['Xã 02: ended 06-20', 'Xã 04: ended 07-01']);
    expect(await listed(`left=true&unit=${province.id('Xã 02')}&task=${rows[0]}&field=CDDH&period=1`)).toHaveLength(1);
    expect(await listed('left=true&period=2')).toEqual([]);
    expect(await listed('left=true&complete=false')).toEqual([]);

    const wish = { waiting: { left: true }, count: 4 };
    const refused = (await office.post(`/plans/${plan}/acceptances`, wish).expect(409)).body;
    expect(refused).toMatchObject({ code: 'acceptances.other-count', details: { count: 2 } });
    expect([await completed('06-19'), await completed('07-01')]).toEqual([0, 0]);
    const [{ obligation, report, version }] = (await waiting('left=true')).items;
    const named = { reports: [{ obligation, report, version }] };
    const run = (await office.post(`/plans/${plan}/acceptances`, named).expect(202)).body;
    expect(await ended(run.id)).toMatchObject({ total: 1, accepted: 1, refused: 0 });
    await province.app.settled();
    expect([await completed('06-19'), await completed('06-20')]).toEqual([1, 0]);
    await acceptAll(1, { left: true });
    expect([await completed('06-19'), await completed('06-20'), await completed('07-01')]).toEqual([2, 1, 0]);
    await acceptAll(2);
    expect(await listed()).toEqual([]);
  });

  it('is listed on a cancelled row only where it may still be answered, in a closed plan too', async () => {
    await reportAll(COMMUNES.slice(0, 2));
    const [{ obligation, report }] = (await waiting()).items;
    const wrong = { report, reason: 'Thiếu biên bản.' };
    const cancelled = await act(`/tasks/${rows[0]}/cancellations`, '03-10');
    expect(await listed()).toEqual([]);
    const refused = (await office.post(`/obligations/${obligation}/returns`, wrong).expect(409)).body;
    expect(refused.code).toBe('obligation.row-left-the-plan');
    const correction = { changes: { on: `${year}-03-11` }, reason: 'Ghi nhầm ngày.' };
    await office.post(`/entries/${cancelled}/corrections`, correction).expect(201);
    const closing = { document: documentOf(`${year}-07-01`), on: `${year}-07-01` };
    await office.put(`/plans/${plan}/closing`, closing).expect(200);
    await province.app.settled();
    expect(await listed()).toEqual(['Xã 01: cancelled 03-11', 'Xã 02: cancelled 03-11']);
    await office.post(`/obligations/${obligation}/returns`, wrong).expect(201);
    await province.app.settled();
    expect(await listed()).toEqual(['Xã 02: cancelled 03-11']);
    await acceptAll(1);
    expect([await completed('03-10'), await completed('03-11')]).toEqual([1, 0]);
  });

  it('is listed where a later end, or a removed row, leaves it; with the first day on which it would have counted', async () => {
    await reportAll(COMMUNES.slice(0, 1));
    await reportAll(['Sở Nội vụ'], 1, 2);
    const amendment = { document: documentOf(`${year}-07-01`), effect: `${year}-07-01` };
    await office.post(`/plans/${plan}/amendments`, { ...amendment, removed: [rows[1]] }).expect(201);
    await settle('01-01', 0, 'Xã 01');
    expect(await listed()).toEqual(['Xã 01: ended 01-01', 'Sở Nội vụ: removed 07-01']);
    await acceptAll(2);
  });

  it('moves with the obligation to who owes it now, and is listed once', async () => {
    await reportAll(COMMUNES.slice(0, 2));
    await settle('06-20', 0, 'Xã 01', 'Sở Nội vụ');
    // Who owes the row already takes nothing over.
    await settle('06-20', 0, 'Xã 02', 'Xã 03');
    expect(await listed()).toEqual(['Sở Nội vụ', 'Xã 02: ended 06-20']);
    const [moved] = (await waiting()).items;
    expect(moved.obligation).toBe(province.obligation(rows[0] ?? '', 'Xã 01'));
    await act(`/tasks/${rows[0]}/cancellations`, '06-22');
    expect(await listed()).toEqual(['Sở Nội vụ: cancelled 06-22', 'Xã 02: ended 06-20']);
    await act(`/tasks/${rows[0]}/reopenings`, '06-22');
    // Who took it over reports nothing else meanwhile; another unit does.
    await expect(reportAll(['Sở Nội vụ'])).rejects.toThrow('obligation.report-waiting');
    await reportAll(['Xã 04']);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await waiting(`limit=1&cursor=${cursor}`);
      seen.push(...page.items.map(({ report }: { report: string }) => report));
      cursor = page.next ?? '';
    } while (cursor !== '');
    expect([seen.length, new Set(seen).size]).toEqual([3, 3]);
    expect(seen).toContain(moved.report);
    await settle('06-25', 0, 'Sở Nội vụ', 'Xã 01');
    expect(await listed()).toEqual(['Xã 01', 'Xã 02: ended 06-20', 'Xã 04']);
    await acceptAll(3);
    expect(await acceptances()).toBe(3);
  });
});

describe('a run whose process ends', () => {
  /** A process of its own, as far as runs are concerned. */
  const another = (bus = province.app.nest.get(CommandBus)): BatchRuns =>
    new BatchRuns(
      province.app.nest.get(Database),
      bus,
      province.app.nest.get(Texts),
      province.app.nest.get(Clock),
      province.app.nest.get(HttpAdapterHost),
    );
  const released = (): Promise<unknown> =>
    province.app.database.pool.query(
      "update batch_run set held_until = now() - interval '1 second' where finished is null",
    );

  it('goes on in the next one, each line carried out once', async () => {
    await promulgate();
    await reportAll(COMMUNES);
    const { items } = await waiting('limit=200');
    const run = idOf('a run', year);
    const sender = {
      actor: 'dieuphoi',
      unit: province.root,
      role: 'coordinator',
      command: run,
      correlation: run,
      causation: run,
    };
    const lines = items.map(({ obligation, report }: { obligation: string; report: string }) => ({
      obligation,
      command: idOf(run, report),
      act: 'accept' as const,
      data: { report, version: 0 },
    }));
    // The first process is killed in the middle: fifteen are stored, and not one of them is noted.
    let sent = 0;
    const bus = province.app.nest.get(CommandBus);
    const killed = another({
      execute: (command: ObligationDispatch) =>
        (sent += 1) > 15 ? new Promise(() => undefined) : bus.execute(command),
    } as unknown as CommandBus);
    await killed.begin({ id: run, plan, kind: 'acceptances' }, sender, lines);
    while ((await acceptances()) < 15) await pause(0);
    expect(await killed.state(plan, run)).toMatchObject({ finished: null, total: 40, settled: 0 });

    await released();
    const next = another();
    await next.resume();
    await next.ended(run, 20_000);
    expect(await next.state(plan, run)).toMatchObject({
      settled: 40,
      accepted: 40,
      refused: 0,
      fault: null,
      working: false,
    });
    expect(await acceptances()).toBe(40);
    await next.resume();
    expect(await acceptances()).toBe(40);
  });

  it('says what broke and where it stopped, and goes on when that is whole again', async () => {
    await promulgate();
    await reportAll(COMMUNES.slice(0, 20));
    const { items } = await waiting('limit=200');
    const run = idOf('a broken run', year);
    const sender = {
      actor: 'dieuphoi',
      unit: province.root,
      role: 'coordinator',
      command: run,
      correlation: run,
      causation: run,
    };
    let sent = 0;
    const bus = province.app.nest.get(CommandBus);
    const ailing = another({
      execute: (command: ObligationDispatch) =>
        (sent += 1) === 13 ? Promise.reject(new Error('the line is dead')) : bus.execute(command),
    } as unknown as CommandBus);
    await ailing.begin(
      { id: run, plan, kind: 'acceptances' },
      sender,
      items.map(({ obligation, report }: { obligation: string; report: string }) => ({
        obligation,
        command: idOf(run, report),
        act: 'accept' as const,
        data: { report, version: 0 },
      })),
    );
    await ailing.ended(run, 10_000);
    const stopped = await ailing.state(plan, run);
    expect(stopped).toMatchObject({ finished: null, total: 20, fault: 'Error: the line is dead' });
    expect(stopped.accepted).toBe(await acceptances());
    expect(stopped.accepted).toBeLessThan(20);
    await released();
    await ailing.resume();
    await ailing.ended(run, 10_000);
    expect(await ailing.state(plan, run)).toMatchObject({ accepted: 20, fault: null, finished: expect.any(String) });
  });

  it('is not touched by others as long as somebody is at it', async () => {
    await promulgate();
    await reportAll(COMMUNES.slice(0, 1));
    const [item] = (await waiting()).items;
    const run = idOf('a held run', year);
    const sender = {
      actor: 'dieuphoi',
      unit: province.root,
      role: 'coordinator',
      command: run,
      correlation: run,
      causation: run,
    };
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const bus = province.app.nest.get(CommandBus);
    const slow = another({
      execute: (command: ObligationDispatch) => gate.then(() => bus.execute(command)),
    } as unknown as CommandBus);
    await slow.begin({ id: run, plan, kind: 'acceptances' }, sender, [
      { obligation: item.obligation, command: idOf(run, 1), act: 'accept', data: { report: item.report, version: 0 } },
    ]);
    const other = another();
    while (!(await other.state(plan, run)).working) await pause(0);
    await other.resume();
    await other.ended(run, 0);
    expect(await other.state(plan, run)).toMatchObject({ settled: 0, working: true });
    go();
    await slow.ended(run, 10_000);
    expect(await other.state(plan, run)).toMatchObject({ accepted: 1, finished: expect.any(String) });
  });
});
