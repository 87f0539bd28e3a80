import { CommandBus } from '@nestjs/cqrs';
import type { Day } from '#kernel';
import { AccessModule } from '#modules/access';
import { idOf, type CommandOf, type Sender } from '#platform/commands';
import { testApp, type Caller, type TestApp } from '../../../tests/support/app.js';
import {
  ORGANIZATION,
  OrganizationDispatch,
  OrganizationModule,
  OrganizationQuery,
  type OrganizationCommands,
} from './index.js';

/** Lâm Đồng before 01/3/2025: what its resolutions 390–395/NQ-HĐND of 18/02/2025 end. */
const BEFORE = {
  H36: 'Ủy ban nhân dân tỉnh Lâm Đồng',
  'H36.01': 'Sở Nông nghiệp và Phát triển nông thôn',
  'H36.02': 'Sở Tài nguyên và Môi trường',
  'H36.03': 'Sở Khoa học và Công nghệ',
  'H36.04': 'Sở Thông tin và Truyền thông',
  'H36.05': 'Sở Lao động - Thương binh và Xã hội',
  'H36.06': 'Sở Nội vụ',
  'H36.07': 'Sở Xây dựng',
  'H36.08': 'Sở Giao thông vận tải',
  'H36.09': 'Sở Kế hoạch và Đầu tư',
  'H36.10': 'Sở Tài chính',
  'H36.11': 'Ban Dân tộc',
  'H36.12': 'Sở Y tế',
} as const;
const START: Day = '2016-01-01';
const EVE: Day = '2025-02-28';
const ON: Day = '2025-03-01';
const RELIGION = 'Quản lý nhà nước về tín ngưỡng, tôn giáo';

const department = (ref: string, code: string, name: string) => ({
  act: 'found',
  ref,
  code,
  name,
  kind: 'department',
  parent: 'H36',
});
const document = { kind: 'Nghị quyết', number: '390–395/NQ-HĐND', date: '2025-02-18' };
const LAM_DONG = {
  on: ON,
  document,
  changes: [
    department('#nnmt', 'H36.01', 'Sở Nông nghiệp và Môi trường'),
    { act: 'merge', units: ['H36.01', 'H36.02'], into: '#nnmt' },
    department('#khcn', 'H36.03', 'Sở Khoa học và Công nghệ'),
    { act: 'merge', units: ['H36.03', 'H36.04'], into: '#khcn' },
    department('#nv', 'H36.06', 'Sở Nội vụ'),
    { act: 'merge', units: ['H36.05', 'H36.06'], into: '#nv' },
    department('#xd', 'H36.07', 'Sở Xây dựng'),
    { act: 'merge', units: ['H36.07', 'H36.08'], into: '#xd' },
    department('#tc', 'H36.10', 'Sở Tài chính'),
    { act: 'merge', units: ['H36.09', 'H36.10'], into: '#tc' },
    department('#dttg', 'H36.11', 'Sở Dân tộc và Tôn giáo'),
    { act: 'merge', units: ['H36.11'], into: '#dttg' },
    { act: 'move-function', from: 'H36.06', to: '#dttg', function: RELIGION },
  ],
};

let app: TestApp;
let office: Caller;
let query: OrganizationQuery;

const old = (code: keyof typeof BEFORE): string => idOf('lam-dong', code);

const send = (...command: CommandOf<OrganizationCommands>): Promise<unknown> => {
  const id = idOf('test', JSON.stringify(command));
  const sender: Sender = { actor: 'x', unit: null, role: 'x', command: id, correlation: id, causation: id };
  return app.nest.get(CommandBus).execute(new OrganizationDispatch(ORGANIZATION, sender, ...command));
};

beforeEach(async () => {
  app = await testApp([OrganizationModule, AccessModule]);
  app.clock.set('2025-02-20');
  office = app.as();
  query = app.nest.get(OrganizationQuery);
  await send('ImportUnits', {
    units: Object.entries(BEFORE).map(([code, name]) => ({
      unit: old(code as keyof typeof BEFORE),
      code,
      name,
      kind: code === 'H36' ? 'province' : 'department',
      parent: code === 'H36' ? null : old('H36'),
      aliases: [],
    })),
    on: START,
    decided: START,
  });
  await app.settled();
});
afterEach(() => app.close());

const namesOn = async (day: Day): Promise<string[]> => (await query.unitsOn(day)).map(({ name }) => name).sort();

describe('the mergers of Lâm Đồng of 01/3/2025', () => {
  it('are shown before they are decided, and leave no trace until then', async () => {
    const post = await office
      .post(`/units/${old('H36.08')}/posts`, { title: 'Giám đốc', head: true, on: START })
      .expect(201);
    const holder = idOf('account', 1);
    await office.put(`/posts/${post.body.post}/holder`, { holder, on: START }).expect(200);
    await app.settled();
    const end = await app.store.end();
    const { body } = await office.post('/reorganisations/preview', LAM_DONG).expect(200);
    expect(await app.store.end()).toBe(end);
    expect(body).toMatchObject({ on: ON, decided: '2025-02-18', document, renamed: [], moved: [] });
    expect(body.founded).toHaveLength(6);
    expect(body.founded[3]).toEqual({
      ref: '#xd',
      code: 'H36.07',
      name: 'Sở Xây dựng',
      kind: 'department',
      parent: { id: old('H36'), code: 'H36', name: BEFORE.H36 },
    });
    expect(body.ended).toHaveLength(11);
    expect(body.ended.find(({ unit }: { unit: { code: string } }) => unit.code === 'H36.08')).toMatchObject({
      unit: { id: old('H36.08'), name: 'Sở Giao thông vận tải' },
      successors: [{ code: 'H36.07', name: 'Sở Xây dựng' }],
      posts: [{ title: 'Giám đốc', head: true, holder: { id: holder, name: holder } }],
      running: { count: 0, items: [] },
    });
    expect(body.functions).toMatchObject([
      { function: RELIGION, from: { id: old('H36.06'), name: 'Sở Nội vụ' }, to: { name: 'Sở Dân tộc và Tôn giáo' } },
    ]);
  });

  it('end the old departments the day before, and the new ones begin under old names and codes', async () => {
    const { body } = await office.post('/reorganisations', LAM_DONG).expect(201);
    await app.settled();
    expect(await namesOn(EVE)).toEqual(Object.values(BEFORE).sort());
    expect(await namesOn(ON)).toEqual(
      [
        BEFORE.H36,
        'Sở Dân tộc và Tôn giáo',
        'Sở Khoa học và Công nghệ',
        'Sở Nông nghiệp và Môi trường',
        'Sở Nội vụ',
        'Sở Tài chính',
        'Sở Xây dựng',
        'Sở Y tế',
      ].sort(),
    );
    const fresh = body.founded.find(({ ref }: { ref: string }) => ref === '#xd').unit;
    const onDay = async (day: Day) => (await query.unitsOn(day)).find(({ code }) => code === 'H36.07')?.id;
    expect([await onDay(EVE), await onDay(ON)]).toEqual([old('H36.07'), fresh]);
    const one = await office.get(`/units/${old('H36.07')}?on=${ON}`).expect(200);
    expect(one.body).toMatchObject({ operating: false, dissolved: ON });
    expect(one.body.history.at(-1)).toMatchObject({
      type: 'UnitDissolved',
      on: ON,
      data: { reorganisation: body.reorganisation, document, decided: '2025-02-18', successors: [fresh] },
    });
  });

  it('are listed, and each is shown with its changes under the names of their time', async () => {
    const { body: made } = await office.post('/reorganisations', LAM_DONG).expect(201);
    const list = await office.get(`/reorganisations?after=${made.position}`).expect(200);
    expect(list.body).toMatchObject({
      items: [
        {
          id: made.reorganisation,
          on: ON,
          decided: '2025-02-18',
          document,
          actor: { id: 'someone', name: 'someone' },
          counts: { founded: 6, ended: 11, renamed: 0, moved: 0, functions: 1 },
        },
      ],
      next: null,
      stale: false,
    });
    const { body } = await office.get(`/reorganisations/${made.reorganisation}`).expect(200);
    expect(body.actor).toEqual({ id: 'someone', name: 'someone' });
    expect(body.changes[11]).toMatchObject({
      act: 'merge',
      from: [{ id: old('H36.11'), name: 'Ban Dân tộc' }],
      to: [{ name: 'Sở Dân tộc và Tôn giáo', code: 'H36.11' }],
    });
    expect(body.changes[12]).toMatchObject({ act: 'move-function', function: RELIGION, from: [{ name: 'Sở Nội vụ' }] });
    await office.get(`/reorganisations/${idOf('none')}`).expect(404);
  });

  it('tell of each unit where its work came from and where it went', async () => {
    const { body: made } = await office.post('/reorganisations', LAM_DONG).expect(201);
    const unit = (ref: string) => made.founded.find((each: { ref: string }) => each.ref === ref).unit;
    const lineage = async (id: string) => (await office.get(`/units/${id}/lineage?after=${made.position}`)).body;
    const ofReligion = await lineage(unit('#dttg'));
    expect(ofReligion).toMatchObject({
      unit: { name: 'Sở Dân tộc và Tôn giáo' },
      predecessors: [
        { unit: { id: old('H36.11'), dissolved: ON }, by: 'merge', function: null, distance: 1, document },
        { unit: { id: old('H36.06'), name: 'Sở Nội vụ' }, by: 'move-function', function: RELIGION, distance: 1 },
      ],
      successors: [],
    });
    expect(await lineage(old('H36.06'))).toMatchObject({
      predecessors: [],
      successors: [
        { unit: { id: unit('#nv'), name: 'Sở Nội vụ', founded: ON, dissolved: null }, by: 'merge' },
        { unit: { id: unit('#dttg') }, by: 'move-function', function: RELIGION },
      ],
    });
    const history = await office.get(`/units/${unit('#dttg')}`).expect(200);
    expect(history.body.history).toMatchObject([
      { type: 'UnitFounded', data: { reorganisation: made.reorganisation } },
      { type: 'FunctionMoved', data: { from: old('H36.06'), function: RELIGION } },
    ]);
  });

  it('go on from step to step in a lineage, functions do not', async () => {
    const { body: made } = await office.post('/reorganisations', LAM_DONG).expect(201);
    const unit = (ref: string): string => made.founded.find((each: { ref: string }) => each.ref === ref).unit;
    await app.settled();
    const next = { on: '2025-07-01', document, changes: [{ act: 'merge', units: [unit('#nv')], into: unit('#dttg') }] };
    await office.post('/reorganisations', next).expect(201);
    await office
      .put(`/units/${old('H36.12')}/dissolution`, { on: '2025-07-01', successors: [unit('#dttg')] })
      .expect(200);
    await app.settled();
    const { body } = await office.get(`/units/${unit('#dttg')}/lineage`).expect(200);
    type Shown = { readonly unit: { readonly id: string }; readonly by: string; readonly distance: number };
    const kin = body.predecessors.map(({ unit: of, by, distance }: Shown) => [of.id, by, distance]);
    expect(kin).toEqual([
      [old('H36.11'), 'merge', 1],
      [old('H36.06'), 'move-function', 1],
      [unit('#nv'), 'merge', 1],
      [old('H36.12'), 'dissolve', 1],
      [old('H36.05'), 'merge', 2],
      [old('H36.06'), 'merge', 2],
    ]);
  });

  it('are recorded once for one key', async () => {
    const once = office.with({ 'idempotency-key': 'lam-dong-2025-03-01' });
    const [first, second] = [
      await once.post('/reorganisations', LAM_DONG),
      await once.post('/reorganisations', LAM_DONG),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    const again = await office.post('/reorganisations', LAM_DONG).expect(409);
    expect(again.body.code).toBe('organization.already-dissolved');
  });
});

describe('a reorganisation over HTTP', () => {
  const refused = async (change: object | undefined, more: object = {}) => {
    const end = await app.store.end();
    const body = { on: ON, document, changes: change ? [change] : [], ...more };
    const [look, decide] = [
      await office.post('/reorganisations/preview', body),
      await office.post('/reorganisations', body),
    ];
    expect(decide.body).toEqual({ ...look.body, instance: '/api/v1/reorganisations' });
    expect(await app.store.end()).toBe(end);
    return { status: decide.status, ...decide.body };
  };

  it('is refused alike when it is looked at and when it is decided, and leaves no trace', async () => {
    expect(await refused({ act: 'merge', units: ['H36.08'], into: 'H36.08' })).toMatchObject({
      status: 422,
      code: 'organization.merged-into-itself',
      details: { change: 0 },
    });
    expect(await refused({ act: 'merge', units: ['H36.99'], into: 'H36.08' })).toMatchObject({
      status: 404,
      code: 'organization.unit-absent',
      details: { change: 0, unit: 'H36.99' },
    });
    expect(await refused({ act: 'dissolve', unit: '#nobody' })).toMatchObject({
      status: 404,
      details: { unit: '#nobody' },
    });
    const twice = [department('#a', 'A', 'Sở A'), department('#a', 'B', 'Sở B')];
    expect(await refused(undefined, { changes: twice })).toMatchObject({
      status: 422,
      code: 'organization.ref-twice',
      details: { change: 1, ref: '#a' },
    });
  });

  it('ends no unit into which another is merged on a later day', async () => {
    const merger = { act: 'merge', units: ['H36.08'], into: 'H36.07' };
    await office.post('/reorganisations', { on: '2025-04-01', document, changes: [merger] }).expect(201);
    await app.settled();
    const stands = { status: 409, code: 'organization.later-act-stands', details: { on: '2025-04-01' } };
    expect(await refused({ act: 'dissolve', unit: 'H36.07' })).toMatchObject(stands);
    const plain = await office.put(`/units/${old('H36.07')}/dissolution`, { on: ON }).expect(409);
    expect(plain.body).toMatchObject(stands);
  });

  it('brings no old name back on a later day that changed something else', async () => {
    const unit = old('H36.12');
    await office.put(`/units/${unit}/name`, { code: 'H36.77', on: '2025-03-10' }).expect(200);
    await app.settled();
    const stands = { status: 409, code: 'organization.later-act-stands', details: { unit, on: '2025-03-10' } };
    expect(await refused({ act: 'rename', unit: 'H36.12', name: 'Tên giữa' })).toMatchObject(stands);
    const early = { name: 'Tên giữa', on: ON };
    expect((await office.put(`/units/${unit}/name`, early).expect(409)).body).toMatchObject(stands);
    await office.put(`/units/${unit}/name`, { ...early, on: '2025-03-10' }).expect(200);
    await office.put(`/units/${unit}/name`, early).expect(200);
    await app.settled();
    const called = await Promise.all([EVE, ON, '2025-03-10'].map((day) => query.unit(unit, day)));
    expect(called.map((each) => [each?.code, each?.name])).toEqual([
      ['H36.12', 'Sở Y tế'],
      ['H36.12', 'Tên giữa'],
      ['H36.77', 'Tên giữa'],
    ]);
  });

  it('has changes of known acts, each with what belongs to it', async () => {
    const faultsOf = async (change: object) =>
      (await refused(change)).details.faults.map(({ field }: { field: string }) => field);
    expect(await faultsOf({ act: 'annex', unit: 'H36.08' })).toContain('changes.0.act');
    expect(await faultsOf({ unit: 'H36.08' })).toContain('changes.0.act');
    expect(await faultsOf({ act: 'merge', into: 'H36.08' })).toEqual(['changes.0.units']);
    expect(await faultsOf({ act: 'dissolve', unit: 'H36.08', colour: 'red' })).toEqual(['changes.0.colour']);
    expect(await faultsOf({ ...department('xd', 'A', 'Sở A') })).toEqual(['changes.0.ref']);
    expect((await refused(undefined)).details.faults[0].field).toBe('changes');
    for (const none of [null, 'x', 7, [], [null]]) {
      expect(await refused(undefined, { changes: [none] })).toMatchObject({ status: 422, code: 'request.invalid' });
    }
    expect(await refused(undefined, { changes: {} })).toMatchObject({ status: 422, code: 'request.invalid' });
  });

  it('renames, moves and splits, and is shown so', async () => {
    const body = {
      on: ON,
      decided: '2025-02-19',
      document,
      changes: [
        { act: 'rename', unit: 'h36.12', name: 'Sở Y tế và Dân số' },
        { act: 'move', unit: 'H36.08', parent: 'H36.07' },
        department('#a', 'H36.13', 'Sở Nhà ở'),
        { act: 'split', unit: old('H36.07').toUpperCase(), into: ['H36.07', '#a'] },
      ],
    };
    const look = await office.post('/reorganisations/preview', body).expect(200);
    expect(look.body).toMatchObject({
      decided: '2025-02-19',
      ended: [],
      renamed: [{ before: { name: 'Sở Y tế' }, after: { name: 'Sở Y tế và Dân số', code: 'H36.12' } }],
      moved: [{ unit: { code: 'H36.08' }, before: { code: 'H36' }, after: { code: 'H36.07' } }],
    });
    const { body: made } = await office.post('/reorganisations', body).expect(201);
    const { body: shown } = await office.get(`/reorganisations/${made.reorganisation}?after=${made.position}`);
    expect(shown.changes).toMatchObject([
      { act: 'rename', from: [{ name: 'Sở Y tế' }], to: [{ name: 'Sở Y tế và Dân số' }] },
      { act: 'move', from: [{ code: 'H36.08' }], to: [{ code: 'H36.07' }] },
      { act: 'found', from: [], to: [{ name: 'Sở Nhà ở' }] },
      { act: 'split', from: [{ code: 'H36.07' }], to: [{ code: 'H36.07' }, { code: 'H36.13' }] },
    ]);
    const { body: lineage } = await office.get(`/units/${made.founded[0].unit}/lineage`).expect(200);
    expect(lineage.predecessors).toMatchObject([{ unit: { id: old('H36.07'), dissolved: null }, by: 'split' }]);
  });

  it('vacates the posts of units that end', async () => {
    const made = await office.post(`/units/${old('H36.08')}/posts`, { title: 'Giám đốc', head: true, on: START });
    await office.put(`/posts/${made.body.post}/holder`, { holder: idOf('account', 1), on: START }).expect(200);
    await office.post('/reorganisations', LAM_DONG).expect(201);
    await app.settled();
    const holderOn = async (day: Day) => (await query.postsOf(old('H36.08'), day))[0]?.holder;
    expect([await holderOn(EVE), await holderOn(ON)]).toEqual([idOf('account', 1), null]);
  });

  it('is listed page by page, those that operate latest first', async () => {
    const changes = (name: string) => [{ act: 'rename', unit: 'H36.12', name }];
    for (const [on, name] of [
      ['2025-03-01', 'A'],
      ['2025-05-01', 'B'],
      ['2025-04-01', 'C'],
      ['2025-05-01', 'D'],
    ] as const) {
      await office.post('/reorganisations', { on, document, changes: changes(name) }).expect(201);
    }
    await app.settled();
    const days: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await office.get(`/reorganisations?limit=1&cursor=${cursor}`).expect(200);
      days.push(...body.items.map(({ on }: { on: string }) => on));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(days).toEqual(['2025-05-01', '2025-05-01', '2025-04-01', '2025-03-01']);
    const foreign = Buffer.from(JSON.stringify(['x', 'y'])).toString('base64url');
    for (const cursor of ['nonsense', foreign]) {
      expect((await office.get(`/reorganisations?cursor=${cursor}`).expect(422)).body.code).toBe('request.bad-cursor');
    }
  });

  it('is decided by administrators, and read by everybody who may read', async () => {
    const reader = app.as({ permissions: ['read'] });
    await reader.get('/reorganisations').expect(200);
    for (const path of ['/reorganisations', '/reorganisations/preview']) await reader.post(path, LAM_DONG).expect(403);
  });

  it('comes to the same rows when its view is rebuilt', async () => {
    await office.post('/reorganisations', LAM_DONG).expect(201);
    await app.settled();
    const rows = () =>
      Promise.all(
        ['reorganisations.reorganisation', 'reorganisations.kinship', 'units.act'].map(
          async (table) => (await app.database.pool.query(`select * from view_${table} order by 1, 2`)).rows,
        ),
      );
    const live = await rows();
    expect(live.map((each) => each.length)).toEqual([1, 12, 32]);
    for (const view of ['units', 'reorganisations']) await app.projector.rebuild(view);
    expect(await rows()).toEqual(live);
  });
});
