import { randomUUID } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import { AccessModule } from '#modules/access';
import { ORGANIZATION, OrganizationDispatch, OrganizationModule } from '#modules/organization';
import { testApp, type Caller, type TestApp } from '../../../tests/support/app.js';
import { NoticeDispatch, noticeIdOf, NoticeModule, type NoticeKind } from './index.js';

const [PROVINCE, HEALTH, HOSPITAL, FINANCE] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

let app: TestApp;
let reporter: Caller;

const sender = () => {
  const command = randomUUID();
  return { actor: 'system:test', unit: null, role: 'system', command, correlation: command, causation: command };
};
const give = async (unit: string, nth: number, kind: NoticeKind = 'due'): Promise<string> => {
  const id = noticeIdOf(unit, nth);
  const [plan, task, obligation] = [randomUUID(), randomUUID(), randomUUID()];
  const title = `Nhiệm vụ ${nth}`;
  const data = { kind, unit, plan, task, obligation, code: 'I.1', title, due: '2026-06-30', days: 15 };
  await app.nest.get(CommandBus).execute(new NoticeDispatch(id, sender(), 'GiveNotice', { on: '2026-06-15', ...data }));
  await app.settled();
  return id;
};

beforeAll(async () => {
  app = await testApp([OrganizationModule, AccessModule, NoticeModule]);
  const unit = (id: string, code: string, name: string, kind: string, parent: string | null) => ({
    unit: id,
    code,
    name,
    kind,
    parent,
    aliases: [],
  });
  const units = [
    unit(PROVINCE, 'H99', 'Tỉnh', 'province', null),
    unit(HEALTH, 'S1', 'Sở Y tế', 'department', PROVINCE),
    unit(HOSPITAL, 'S1.1', 'Bệnh viện', 'department', HEALTH),
    unit(FINANCE, 'S2', 'Sở Tài chính', 'department', PROVINCE),
  ];
  app.clock.set('2026-06-15');
  const on = '2026-01-01';
  await app.nest
    .get(CommandBus)
    .execute(new OrganizationDispatch(ORGANIZATION, sender(), 'ImportUnits', { units, on, decided: on }));
  await app.settled();
});
afterAll(() => app.close());
beforeEach(() => {
  reporter = app.as({ username: randomUUID(), role: 'reporter', unit: HEALTH, permissions: ['signed-in', 'read'] });
});

const titles = (answer: { body: { items: { title: string }[] } }): string[] =>
  answer.body.items.map(({ title }) => title);

describe('notices', () => {
  let ids: string[];
  beforeAll(async () => {
    ids = [];
    for (let nth = 1; nth <= 3; nth += 1) ids.push(await give(HEALTH, nth));
    await give(FINANCE, 4);
    await give(HOSPITAL, 5, 'overdue');
  });

  it('of the own unit come the newest first, page by page', async () => {
    const first = await reporter.get('/notices?limit=2').expect(200);
    expect(titles(first)).toEqual(['Nhiệm vụ 3', 'Nhiệm vụ 2']);
    expect(first.body).toMatchObject({ unread: 3, stale: false });
    const second = await reporter.get(`/notices?limit=2&cursor=${first.body.next}`).expect(200);
    expect(titles(second)).toEqual(['Nhiệm vụ 1']);
    expect(second.body.next).toBeNull();
    expect(second.body.items[0]).toMatchObject({
      id: ids[0],
      kind: 'due',
      unit: HEALTH,
      days: 15,
      due: '2026-06-30',
      on: '2026-06-15',
      period: null,
      report: null,
      read: null,
    });
  });

  it('are read by each account for itself, one by one', async () => {
    const { body } = await reporter.put(`/notices/${ids[1]}/reading`).expect(200);
    expect(body).toEqual({ id: ids[1], read: app.clock.now() });
    app.clock.set('2026-06-16');
    expect((await reporter.put(`/notices/${ids[1]}/reading`).expect(200)).body).toEqual(body);
    const unread = await reporter.get('/notices?unread=true').expect(200);
    expect(titles(unread)).toEqual(['Nhiệm vụ 3', 'Nhiệm vụ 1']);
    expect(unread.body.unread).toBe(2);
    const colleague = app.as({ username: 'đồng nghiệp', unit: HEALTH });
    expect((await colleague.get('/notices').expect(200)).body.unread).toBe(3);
  });

  it('are read all at once as far as they were shown', async () => {
    const shown = await reporter.get('/notices').expect(200);
    const upTo = shown.body.items[1].position as string;
    expect((await reporter.put('/notices/reading', { upTo }).expect(200)).body).toEqual({ read: 2, unread: 1 });
    expect(titles(await reporter.get('/notices?unread=true'))).toEqual(['Nhiệm vụ 3']);
    expect((await reporter.put('/notices/reading', { upTo }).expect(200)).body).toEqual({ read: 0, unread: 1 });
  });

  it('of a unit below are open to the unit above it, those of others to who coordinates', async () => {
    expect(titles(await reporter.get(`/notices?unit=${HOSPITAL}`).expect(200))).toEqual(['Nhiệm vụ 5']);
    const refused = await reporter.get(`/notices?unit=${FINANCE}`).expect(403);
    expect(refused.body.code).toBe('notice.of-another-unit');
    const [other = ''] = (await app.as({ unit: FINANCE }).get('/notices')).body.items.map(
      ({ id }: { id: string }) => id,
    );
    expect((await reporter.put(`/notices/${other}/reading`).expect(403)).body.code).toBe('notice.of-another-unit');
    const office = app.as({ username: 'dieuphoi', unit: PROVINCE });
    expect(titles(await office.get(`/notices?unit=${FINANCE}`).expect(200))).toEqual(['Nhiệm vụ 4']);
  });

  it('are none for who belongs to no unit', async () => {
    const { body } = await app.as({ username: 'quantri', unit: null }).get('/notices').expect(200);
    expect(body).toEqual({ items: [], next: null, unread: 0, stale: false });
  });

  it.each([
    ['get', '/notices?cursor=abc', 422, 'request.bad-cursor'],
    ['get', `/notices?cursor=${Buffer.from('["x"]').toString('base64url')}`, 422, 'request.bad-cursor'],
    ['get', '/notices?after=abc', 422, 'request.bad-position'],
    ['get', '/notices?unread=maybe', 422, 'request.invalid'],
    ['put', `/notices/${randomUUID()}/reading`, 404, 'notice.absent'],
  ] as const)('%s %s answers %i %s', async (method, path, status, code) => {
    const { body } = await reporter[method](path).expect(status);
    expect(body.code).toBe(code);
  });
});
