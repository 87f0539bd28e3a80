import { readFileSync } from 'node:fs';
import { CommandBus } from '@nestjs/cqrs';
import { AccessModule, Accounts } from '#modules/access';
import { idOf, type CommandOf, type Sender } from '#platform/commands';
import { testApp, type Caller, type TestApp } from '../../../tests/support/app.js';
import { workbookOf } from '../../../tests/support/annexes.js';
import {
  ORGANIZATION,
  OrganizationDispatch,
  OrganizationModule,
  OrganizationQuery,
  type OrganizationCommands,
} from './index.js';

const START = '2025-07-01';
const root = idOf('test', 'root');

let app: TestApp;
let office: Caller;
let query: OrganizationQuery;

const send = (...command: CommandOf<OrganizationCommands>): Promise<unknown> => {
  const id = idOf('test', JSON.stringify(command));
  const sender: Sender = { actor: 'x', unit: null, role: 'x', command: id, correlation: id, causation: id };
  return app.nest.get(CommandBus).execute(new OrganizationDispatch(ORGANIZATION, sender, ...command));
};

const found = async (code: string, name: string, kind: string, parent = root, on = START): Promise<string> => {
  const answer = await office.post('/units', { code, name, kind, parent, on }).expect(201);
  await app.settled();
  return answer.body.unit;
};

beforeEach(async () => {
  app = await testApp([OrganizationModule, AccessModule]);
  office = app.as();
  query = app.nest.get(OrganizationQuery);
  const naming = { code: 'H99', name: 'Ủy ban nhân dân tỉnh', kind: 'province', aliases: ['UBND tỉnh'] };
  await send('FoundUnit', { unit: root, ...naming, parent: null, on: START, decided: START });
  await app.settled();
});
afterEach(() => app.close());

describe('a unit over HTTP', () => {
  it('is founded, found by a search without tones, and shown with its history', async () => {
    const body = { code: 'H99.01', name: 'Sở Nội vụ', kind: 'department', parent: root, on: '2026-03-01' };
    const document = { kind: 'Nghị quyết', number: '0395/NQ-HĐND', date: '2026-02-18' };
    const made = await office.post('/units', { ...body, decided: '2026-02-18', document, aliases: ['Sở NV'] });
    expect(made.status).toBe(201);
    const { unit, position } = made.body;
    const list = await office.get(`/units?search=so%20noi%20vu&after=${position}`).expect(200);
    expect(list.body).toEqual({
      items: [
        {
          id: unit,
          code: 'H99.01',
          name: 'Sở Nội vụ',
          kind: 'department',
          kindName: 'Sở, ban, ngành',
          aliases: ['Sở NV'],
          parent: { id: root, name: 'Ủy ban nhân dân tỉnh' },
          founded: '2026-03-01',
          dissolved: null,
        },
      ],
      next: null,
      stale: false,
    });
    const one = await office.get(`/units/${unit}`).expect(200);
    expect(one.body).toMatchObject({
      operating: true,
      posts: [],
      history: [
        {
          ...{ type: 'UnitFounded', on: '2026-03-01', actor: { id: 'someone', name: 'someone' } },
          data: { decided: '2026-02-18', document },
        },
      ],
    });
  });

  it('is found by its code and its other names, and by kind', async () => {
    const ward = await found('H99.201', 'Phường Tân Lập', 'ward');
    for (const asked of ['search=h99.201', 'search=ubnd%20tinh', 'kind=ward', 'kind=ward&search=tan']) {
      const { body } = await office.get(`/units?${asked}`).expect(200);
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([asked.includes('tinh') ? root : ward]);
    }
  });

  it('keeps its names apart by day and by what was recorded when', async () => {
    const unit = await found('H99.07', 'Sở Xây dựng', 'department');
    const before = await app.store.end();
    await office.put(`/units/${unit}/name`, { name: 'Sở Xây dựng và Giao thông', on: '2026-03-01' }).expect(200);
    await app.settled();
    expect(await query.nameOn(unit, '2026-02-28')).toBe('Sở Xây dựng');
    expect(await query.nameOn(unit, '2026-03-01')).toBe('Sở Xây dựng và Giao thông');
    expect(await query.unitNames([unit, idOf('nobody')])).toEqual(new Map([[unit, 'Sở Xây dựng và Giao thông']]));
    const asRecorded = await query.unitsOn('2026-03-01', before);
    expect(asRecorded.find(({ id }) => id === unit)).toMatchObject({ name: 'Sở Xây dựng', code: 'H99.07' });
  });

  it('moves, ends and leaves its code to another unit of the same name', async () => {
    const old = await found('H99.07', 'Sở Xây dựng', 'department');
    const other = await found('H99.08', 'Sở Giao thông', 'department');
    const section = await found('H99.07.1', 'Phòng Quy hoạch', 'section', old);
    await office.put(`/units/${section}/parent`, { parent: other, on: '2026-03-01' }).expect(200);
    await app.settled();
    expect(await query.branchOf(old, '2026-02-28')).toEqual([old, section]);
    expect(await query.branchOf(old, '2026-03-01')).toEqual([old]);
    await office.put(`/units/${old}/dissolution`, { on: '2026-03-01', successors: [other] }).expect(200);
    const again = await found('H99.07', 'Sở Xây dựng', 'department', root, '2026-03-01');
    const names = async (day: string) => (await query.unitsOn(day)).map(({ id }) => id);
    expect(await names('2026-02-28')).toEqual(expect.arrayContaining([old, other, section]));
    expect(await names('2026-02-28')).not.toContain(again);
    expect(await names('2026-03-01')).not.toContain(old);
    const { body } = await office.get(`/units/${old}`).expect(200);
    expect(body).toMatchObject({ name: 'Sở Xây dựng', operating: false, dissolved: '2026-03-01' });
    expect((await query.tree('2026-03-01'))?.children.map(({ id }) => id)).toEqual([other, again]);
  });

  it('is refused with a code, in a problem', async () => {
    await found('H99.01', 'Sở Nội vụ', 'department');
    const body = { code: 'h99.01', name: 'Sở Y tế', kind: 'department', parent: root, on: START };
    const clash = await office.post('/units', body).expect(409);
    expect(clash.headers['content-type']).toContain('application/problem+json');
    expect(clash.body).toMatchObject({ code: 'organization.code-in-use', details: { name: 'Sở Nội vụ' } });
    const twin = { ...body, code: 'H99.02', name: 'SỞ NỘI VỤ' };
    expect((await office.post('/units', twin).expect(409)).body).toMatchObject({
      code: 'organization.name-in-use',
      details: { name: 'Sở Nội vụ', code: 'H99.01' },
    });
    const formless = await office.post('/units', { ...body, on: '2025-02-30', colour: 'red' }).expect(422);
    expect(formless.body.details.faults.map(({ field }: { field: string }) => field)).toEqual(['colour', 'on']);
    expect((await office.get(`/units/${idOf('nobody')}`).expect(404)).body.code).toBe('organization.unit-absent');
  });

  it('is changed by no document that says nothing, that is of a day to come, or whose file nobody handed in', async () => {
    const id = await found('H99.01', 'Sở Nội vụ', 'department');
    const document = { kind: 'Nghị quyết', number: '0395/NQ-HĐND', date: '2026-02-18' };
    const codes: string[] = [];
    for (const wrong of [{ number: ' ' }, { date: '2199-01-01' }, { file: '0'.repeat(64) }]) {
      const body = { name: 'Sở Nội vụ mới', on: '2026-03-01', document: { ...document, ...wrong } };
      codes.push((await office.put(`/units/${id}/name`, body)).body.code);
    }
    expect(codes).toEqual(['request.document-empty', 'request.document-of-the-future', 'file.absent']);
  });

  it('is not founded again by the same request', async () => {
    const once = office.with({ 'idempotency-key': 'found-noi-vu-1' });
    const body = { code: 'H99.01', name: 'Sở Nội vụ', kind: 'department', parent: root, on: START };
    const [first, second] = [await once.post('/units', body), await once.post('/units', body)];
    expect(second.body).toEqual(first.body);
    await once.post('/units', { ...body, name: 'Sở Y tế' }).expect(422);
  });

  it('is changed only by who has seen its present state, when that is asked for', async () => {
    const unit = await found('H99.01', 'Sở Nội vụ', 'department');
    const seen = await office.put(`/units/${unit}/name`, { name: 'Sở Nội vụ 1', on: '2026-01-01' }).expect(200);
    await office.put(`/units/${unit}/name`, { name: 'Sở Nội vụ 2', on: '2026-01-02' }).expect(200);
    const late = office.with({ 'if-match': seen.headers['etag'] ?? '' });
    await late.put(`/units/${unit}/name`, { name: 'Sở Nội vụ 3', on: '2026-01-03' }).expect(412);
  });

  it('is read by everybody who may read, and changed by administrators', async () => {
    const reader = app.as({ permissions: ['read'] });
    await reader.get('/units').expect(200);
    await reader.post('/units', {}).expect(403);
    await app.anybody.get('/units').expect(401);
  });
});

describe('the list of units', () => {
  it('comes page by page in Vietnamese order', async () => {
    const names = ['Đặng', 'Dương', 'An', 'Ấp', 'Ân', 'Ba', 'Xã số 10', 'Xã số 2'];
    await send('ImportUnits', {
      units: names.map((name, n) => ({
        unit: idOf('list', name),
        code: `C${n}`,
        name,
        kind: 'commune',
        parent: root,
        aliases: [],
      })),
      on: START,
      decided: START,
    });
    await app.settled();
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await office.get(`/units?kind=commune&limit=3&cursor=${cursor}`).expect(200);
      seen.push(...body.items.map(({ name }: { name: string }) => name));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(seen).toEqual(['An', 'Ân', 'Ấp', 'Ba', 'Dương', 'Đặng', 'Xã số 2', 'Xã số 10']);
    expect((await office.get('/units?cursor=nonsense').expect(422)).body.code).toBe('request.bad-cursor');
  });
});

describe('a class', () => {
  it('holds the units of its kinds on a day', async () => {
    const xa = await found('X1', 'Xã số 01', 'commune');
    const phuong = await found('P1', 'Phường số 01', 'ward', root, '2026-02-01');
    await found('S1', 'Sở Y tế', 'department');
    const body = { name: 'UBND các xã, phường', kinds: ['commune', 'ward'], aliases: ['Các xã'], on: START };
    const { body: receipt } = await office.post('/unit-classes', body).expect(201);
    const list = async (on: string) =>
      (await office.get(`/unit-classes?on=${on}&after=${receipt.position}`).expect(200)).body.items;
    expect(await list('2026-01-31')).toMatchObject([{ name: 'UBND các xã, phường', members: 1 }]);
    expect(await list('2026-02-01')).toMatchObject([{ members: 2 }]);
    expect(await list('2025-06-30')).toEqual([]);
    const [{ id }] = await list('2026-02-01');
    expect((await query.membersOf(id, '2026-02-01')).map((unit) => unit.id).sort()).toEqual([xa, phuong].sort());
    await office.post('/unit-classes', { ...body, kinds: ['ward'], on: '2026-03-01' }).expect(201);
    await app.settled();
    expect((await query.membersOf(id, '2026-03-01')).map((unit) => unit.id)).toEqual([phuong]);
  });

  it('is made of kinds, to which more can be added', async () => {
    const kind = { kind: 'cooperative', names: ['Hợp tác xã', 'HTX'], on: '2026-01-01' };
    const { body } = await office.post('/unit-kinds', kind).expect(201);
    const kinds = await office.get(`/unit-kinds?after=${body.position}`).expect(200);
    expect(kinds.body.items).toContainEqual({
      kind: 'cooperative',
      names: ['Hợp tác xã', 'HTX'],
      from: '2026-01-01',
      until: null,
    });
    expect(kinds.body.items).toContainEqual(expect.objectContaining({ kind: 'district', until: '2025-07-01' }));
  });
});

describe('a post', () => {
  it('has one holder at a time, on each day its own', async () => {
    const unit = await found('S1', 'Sở Y tế', 'department');
    const [first, second] = [idOf('account', 1), idOf('account', 2)];
    const name = 'Trưởng đơn vị';
    await app.nest
      .get(Accounts, { strict: false })
      .ensure({ id: first, username: 'truong', displayName: name, role: 'head', unit });
    const made = await office.post(`/units/${unit}/posts`, { title: 'Giám đốc', head: true, on: START }).expect(201);
    const { post } = made.body;
    await office.put(`/posts/${post}/holder`, { holder: first, on: '2025-08-01' }).expect(200);
    await office.put(`/posts/${post}/holder`, { holder: second, on: '2026-01-01' }).expect(409);
    await office.put(`/posts/${post}/vacancy`, { on: '2025-12-31' }).expect(200);
    const last = await office.put(`/posts/${post}/holder`, { holder: second, on: '2026-01-01' }).expect(200);
    const holderOn = async (day: string) => {
      const { body } = await office.get(`/units/${unit}/posts?on=${day}&after=${last.body.position}`).expect(200);
      return body.items.map(({ holder }: { holder: object | null }) => holder);
    };
    expect(await holderOn('2025-06-30')).toEqual([]);
    expect(await holderOn('2025-07-15')).toEqual([null]);
    expect(await holderOn('2025-12-30')).toEqual([{ id: first, name }]);
    expect(await holderOn('2025-12-31')).toEqual([null]);
    expect(await holderOn('2026-06-15')).toEqual([{ id: second, name: second }]);
  });
});

describe('a units file', () => {
  const upload = (text: string | Buffer, path = '/units/imports') =>
    office.post(path).attach('file', Buffer.from(text), 'don-vi.csv');

  it('is looked at, confirmed, and changes nothing the second time', async () => {
    const shipped = readFileSync('libs/demonstration/data/units.csv');
    const preview = await upload(shipped).expect(201);
    expect(preview.body).toMatchObject({
      on: START,
      faults: [],
      summary: { rows: 128, new: 127, known: 1, faults: 0 },
    });
    const confirm = () => office.post(`/units/imports/${preview.body.id}/confirmation`);
    const first = await confirm().expect(201);
    expect(first.body.rows).toBe(127);
    expect((await upload(shipped).expect(201)).body.summary).toMatchObject({ new: 0, known: 128 });
    await app.settled();
    const end = await app.store.end();
    const second = await confirm().expect(201);
    expect(second.body).toMatchObject({ rows: 0, receipt: { position: end } });
    const again = await upload(shipped).expect(201);
    expect(again.body.summary).toEqual({ rows: 128, new: 0, known: 128, faults: 0 });
    await office.post(`/units/imports/${again.body.id}/confirmation`).expect(201);
    expect(await app.store.end()).toBe(end);
    expect(await query.unitsOn(START)).toHaveLength(128);
    const branch = await query.branchOf((await query.unitsOn(START)).find(({ code }) => code === 'H99.08')?.id ?? '');
    expect(branch).toHaveLength(2);
  });

  it('is confirmed once when it is confirmed twice at the same moment', async () => {
    const preview = await upload('Mã,Tên đơn vị,Loại\nA,Xã A,Xã\nB,Xã B,Xã\n').expect(201);
    const confirm = () => office.post(`/units/imports/${preview.body.id}/confirmation`);
    const [one, two] = await Promise.all([confirm(), confirm()]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body.receipt.position).toBe(one.body.receipt.position);
  });

  it('is read with Vietnamese headers, in any order, with parents by code or name', async () => {
    const text = [
      'DANH SÁCH ĐƠN VỊ;;;;',
      'Tên đơn vị;Mã;Loại;Đơn vị cấp trên;Tên khác;Ghi chú',
      'Phòng Tổ chức;P1;Phòng;Sở Nội vụ;;',
      'Sở Nội vụ;S1;Sở;H99;Sở NV; SNV;',
      'Xã Tân Lập;X1;xã;ubnd tinh;;',
    ].join('\r\n');
    const { body } = await upload(`\uFEFF${text}`).expect(201);
    expect(body.faults).toEqual([]);
    expect(body.columns).toContainEqual({ header: 'Ghi chú', field: null });
    expect(body.rows).toMatchObject([
      { row: 3, name: 'Phòng Tổ chức', kind: 'section', parentName: 'Sở Nội vụ' },
      { row: 4, name: 'Sở Nội vụ', kind: 'department', parentName: 'Ủy ban nhân dân tỉnh' },
      { row: 5, name: 'Xã Tân Lập', kind: 'commune', parentName: 'Ủy ban nhân dân tỉnh' },
    ]);
    await office.post(`/units/imports/${body.id}/confirmation`).expect(201);
  });

  it('is an Excel file as well, known by its content', async () => {
    const rows = [
      ['DANH SÁCH CÁC XÃ, PHƯỜNG'],
      ['Mã', 'Tên đơn vị', 'Loại', 'Đơn vị cấp trên'],
      ['0101', 'Xã Tân Lập', 'Xã', 'H99'],
      ['0102', 'Phường Tân Lợi', 'Phường', 'H99'],
    ];
    const { body } = await upload(workbookOf({ sheets: [{ rows: [] }, { name: 'Đơn vị', rows }] })).expect(201);
    expect(body).toMatchObject({ sheet: 'Đơn vị', faults: [], summary: { rows: 2, new: 2 } });
    expect(body.rows).toMatchObject([
      { row: 3, code: '0101' },
      { row: 4, kind: 'ward' },
    ]);
    expect((await upload(Buffer.from('%PDF-1.7 …')).expect(422)).body.code).toBe('import.wrong-type');
  });

  it('shows every fault by row and column, and is not confirmed with one', async () => {
    await found('S1', 'Sở Nội vụ', 'department');
    const text = [
      'code,name,kind,parent,aliases',
      ',Không mã,commune,,',
      'A 1,Mã lạ,commune,,',
      'A2,,commune,,',
      'A3,Xã Ba,,,',
      'A4,Xã Bốn,làng,,',
      'A5,Xã Năm,commune,Sở Nội vu x,',
      'S1,Sở Khác,department,,',
      'A6,Xã Sáu,commune,,',
      'a6,Xã Bảy,commune,,',
      'A8,Một,section,A9,',
      'A9,Hai,section,A8,',
      `A10,Xã Mười,commune,,${'x'.repeat(301)}`,
      `A11,Xã Mười một,commune,,${Array.from({ length: 30 }, (_, index) => `Tên ${index}`).join(';')}`,
    ].join('\n');
    const { body } = await upload(text).expect(201);
    expect(
      body.faults.map((fault: Record<string, unknown>) => [
        fault['row'],
        fault['column'],
        fault['code'],
        fault['suggestion'],
      ]),
    ).toEqual([
      [2, 'code', 'units-import.code-missing', undefined],
      [3, 'code', 'units-import.code-unreadable', undefined],
      [4, 'name', 'units-import.name-missing', undefined],
      [5, 'kind', 'units-import.kind-missing', 'commune'],
      [6, 'kind', 'units-import.kind-unknown', 'commune'],
      [7, 'parent', 'units-import.parent-unknown', 'Sở Nội vụ'],
      [8, 'code', 'units-import.code-in-use', 'Sở Nội vụ'],
      [10, 'code', 'units-import.code-twice', '9'],
      [11, 'parent', 'units-import.parent-circle', undefined],
      [13, 'aliases', 'units-import.alias-too-long', undefined],
      [14, 'aliases', 'units-import.too-many-aliases', undefined],
    ]);
    const refused = await office.post(`/units/imports/${body.id}/confirmation`).expect(409);
    expect(refused.body).toMatchObject({ code: 'organization.import-has-faults', details: { faults: 11 } });
  });

  it('is at fault where a name stands twice below one parent, and silent below several', async () => {
    const old = await found('N0', 'Sở Ngoại vụ', 'department');
    await found('N1', 'Sở Nội vụ', 'department');
    const textOf = (...lines: string[]) => ['code,name,kind,parent', ...lines].join('\n');
    const text = textOf(
      'N2,Sở Ngoại vụ,department,',
      'P1,Văn phòng,section,N1',
      'P2,Văn phòng,section,H99',
      'P3,văn phòng,section,Sở Nội vụ',
      'X1,Xã Hòa An,commune,',
      'X2,Xã Hoa Ân,commune,',
      'X3,Xã Hoà An,commune,H99',
      'N1,Sở Nội vụ,department,',
      'N0,Sở Ngoại vụ,section,',
    );
    const { body } = await upload(text).expect(201);
    const told = (faults: Record<string, string>[]) =>
      faults.map(({ row, code, text: at, suggestion }) => [row, code, at, suggestion]);
    expect(told(body.faults)).toEqual([
      [2, 'units-import.name-in-use', 'Sở Ngoại vụ', 'N0'],
      [5, 'units-import.name-twice', 'văn phòng', 'P1'],
      [8, 'units-import.name-twice', 'Xã Hoà An', 'X1'],
      [10, 'units-import.code-in-use', 'N0', 'Sở Ngoại vụ'],
    ]);
    // Whoever has ended by the day leaves its name.
    await office.put(`/units/${old}/dissolution`, { on: '2026-03-01', successors: [] }).expect(200);
    await app.settled();
    const again = await upload(textOf('N2,Sở Ngoại vụ,department,'), '/units/imports?on=2026-03-01').expect(201);
    expect(again.body.faults).toEqual([]);
    await office.post(`/units/imports/${again.body.id}/confirmation`).expect(201);
    const { body: known } = await upload(textOf('N2,Sở Ngoại vụ,department,'), '/units/imports?on=2026-03-01');
    expect(known).toMatchObject({ faults: [], summary: { known: 1 } });
  });

  it('of more units than fit into one append is confirmed in several', async () => {
    const lines = Array.from({ length: 950 }, (_, n) => `X${n},Xã ${n},commune,${n > 0 ? `X${n - 1}` : ''},`);
    const { body } = await upload(['code,name,kind,parent,aliases', ...lines.reverse()].join('\n')).expect(201);
    const { body: done } = await office.post(`/units/imports/${body.id}/confirmation`).expect(201);
    expect(done.rows).toBe(950);
    await app.settled();
    expect(await query.branchOf(root, START)).toHaveLength(951);
  });

  it('without a table of units is refused, as one without a file is', async () => {
    expect((await upload('a,b\n1,2\n').expect(422)).body.code).toBe('organization.import-without-table');
    expect((await office.post('/units/imports', {}).expect(422)).body.code).toBe('file.none');
    const absent = await office.post(`/units/imports/${idOf('no')}/confirmation`).expect(404);
    expect(absent.body.code).toBe('organization.import-absent');
  });

  it('needs the root of the tree first', async () => {
    const empty = await testApp([OrganizationModule, AccessModule]);
    try {
      const answer = await empty.as().post('/units/imports').attach('file', Buffer.from('code,name\nA,B'), 'a.csv');
      expect(answer.body.code).toBe('organization.root-absent');
    } finally {
      await empty.close();
    }
  });
});

describe('the views of units', () => {
  it('are the same when they are rebuilt', async () => {
    await office
      .post('/units/imports')
      .attach('file', Buffer.from(readFileSync('libs/demonstration/data/units.csv')), 'don-vi.csv')
      .then(({ body }) => office.post(`/units/imports/${body.id}/confirmation`).expect(201));
    await app.settled();
    const rows = async () =>
      Promise.all(
        ['units.naming', 'units.placing', 'units.ending', 'units.kind', 'units.class', 'units.act', 'posts.post'].map(
          async (table) => (await app.database.pool.query(`select * from view_${table} order by 1`)).rows,
        ),
      );
    const live = await rows();
    for (const view of ['units', 'posts']) await app.projector.rebuild(view);
    expect(await rows()).toEqual(live);
    expect(await query.unitsOn(START)).toHaveLength(128);
  });
});
