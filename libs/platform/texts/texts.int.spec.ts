import { Readable } from 'node:stream';
import { Texts } from '#platform/texts';
import type { Caller } from '../../../tests/support/app.js';
import { Province } from '../../../tests/support/province.js';

const SECRET = 'Bà Nguyễn Thị X, số điện thoại 0900 000 000, đã gửi đơn.';
const WHY = 'Đơn đề nghị xóa dữ liệu cá nhân số 12/ĐN';

type Shown = { id: string; text?: string; erased?: true };
type ShownEntry = {
  kind: string;
  account?: Shown;
  reason?: Shown;
  evidence?: { file?: { name?: Shown } }[];
};

let province: Province;
let plan: string;
let row: string;
let obligation: string;
let office: Caller;
let admin: Caller;

beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ'] });
  const { app } = province;
  const made = await province.promulgate(2026, [{ title: 'Báo cáo', leads: ['Sở Nội vụ'], deadline: '30/6/2026' }]);
  plan = made.plan;
  row = made.rows[0] ?? '';
  obligation = province.obligation(row, 'Sở Nội vụ');
  office = province.coordinator();
  admin = app.as({ username: 'quantri', role: 'administrator' });
  app.clock.set('2026-03-16');
  const file = await app.files.store(Readable.from([Buffer.from('%PDF-1.4\n')]), 'baocao');
  const report = await province
    .reporter('Sở Nội vụ')
    .post(`/obligations/${obligation}/reports`, {
      period: 1,
      percent: 100,
      complete: true,
      on: '2026-03-14',
      account: SECRET,
      evidence: [{ kind: 'Đơn', file: file.sha256, name: 'Nguyễn Thị X.pdf' }],
    })
    .expect(201);
  await office
    .post(`/obligations/${obligation}/returns`, { report: report.body.entry, reason: `Xem lại: ${SECRET}` })
    .expect(201);
  await app.settled();
});
afterAll(() => province.close());

const history = async (): Promise<ShownEntry[]> =>
  (await office.get(`/tasks/${row}/history`).expect(200)).body.entries as ShownEntry[];
const textsOf = (entries: readonly ShownEntry[]): Shown[] =>
  entries.flatMap(({ account, reason, evidence }) => [
    ...(account ? [account] : []),
    ...(reason ? [reason] : []),
    ...(evidence ?? []).flatMap(({ file }) => (file?.name ? [file.name] : [])),
  ]);
const figures = async (): Promise<object> => {
  const { position: _, ...rest } = (await office.get(`/plans/${plan}/progress`).expect(200)).body as {
    position: string;
  };
  return rest;
};
const logged = async (): Promise<string[]> => {
  const texts: string[] = [];
  for await (const batch of province.app.store.readAll()) texts.push(...batch.map(({ data }) => data));
  return texts;
};

describe('a text that a person typed', () => {
  it('is shown with the entry, and is in no event', async () => {
    expect(textsOf(await history()).map(({ text }) => text)).toEqual([
      SECRET,
      'Nguyễn Thị X.pdf',
      `Xem lại: ${SECRET}`,
    ]);
    expect((await logged()).join('')).not.toContain('Nguyễn');
  });

  it('is erased by an administrator alone, with a reason', async () => {
    const [account] = textsOf(await history());
    const erase = (by: Caller, body: object) => by.post(`/texts/${account?.id}/erasure`, body);
    const reporter = province.reporter('Sở Nội vụ');
    expect((await erase(reporter, { reason: WHY }).expect(403)).body.code).toBe('access.not-allowed');
    expect((await erase(admin, { reason: '  ' }).expect(422)).body.code).toBe('request.reason-missing');
    expect((await erase(admin, {}).expect(422)).body.code).toBe('request.invalid');
    const strange = await admin.post(`/texts/${obligation}/erasure`, { reason: WHY }).expect(404);
    expect(strange.body.code).toBe('text.absent');
    expect(textsOf(await history()).every(({ erased }) => erased === undefined)).toBe(true);
  });

  it('is gone everywhere once erased, while events, figures and views stay as they were', async () => {
    const { app } = province;
    const entries = textsOf(await history());
    const [before, count] = [await figures(), (await logged()).length];
    for (const { id } of entries) {
      const { body } = await admin.post(`/texts/${id}/erasure`, { reason: WHY }).expect(201);
      expect(body).toMatchObject({ id, revision: 0 });
    }
    expect(textsOf(await history())).toEqual(entries.map(({ id }) => ({ id, erased: true })));
    const { body } = await office.get(`/obligations/${obligation}`).expect(200);
    expect(textsOf(body.entries)).toEqual(entries.map(({ id }) => ({ id, erased: true })));
    const { rows } = await app.database.pool.query('select salt, text from typed_text');
    expect(rows).toEqual(entries.map(() => ({ salt: null, text: null })));
    const log = await logged();
    expect(log).toHaveLength(count + entries.length);
    expect(log.slice(count).map((data) => JSON.parse(data) as object)).toEqual(
      entries.map(({ id }) => ({ text: id, reason: WHY })),
    );
    expect(await figures()).toEqual(before);
    await app.settled();
    for (const view of ['entries', 'progress', 'obligation-board']) await app.projector.rebuild(view);
    expect(await figures()).toEqual(before);
    expect(textsOf(await history()).every(({ erased }) => erased === true)).toBe(true);
  });

  it('is erased once', async () => {
    const [account] = textsOf(await history());
    const { body } = await admin.post(`/texts/${account?.id}/erasure`, { reason: 'Lần nữa' }).expect(201);
    expect(body).toMatchObject({ unchanged: true });
  });

  it('is refused beyond what a person can mean', async () => {
    const report = (account: string) =>
      province.reporter('Sở Nội vụ').post(`/obligations/${obligation}/reports`, {
        period: 1,
        percent: 1,
        complete: false,
        on: '2026-03-14',
        account,
      });
    expect((await report('a\u0000b').expect(422)).body.code).toBe('text.unreadable');
    expect((await report('x'.repeat(20_001)).expect(422)).body.code).toBe('request.invalid');
  });
});

describe('texts of a command', () => {
  it('keep their salt, so that the command sent again says the same', async () => {
    const texts = province.app.nest.get(Texts);
    const sender = {
      actor: 'lan',
      unit: null,
      role: 'reporter',
      command: obligation,
      correlation: obligation,
      causation: obligation,
    };
    const hashes: (string | undefined)[] = [];
    const receipt = { id: obligation, revision: 0, position: '1' };
    for (const _ of [1, 2]) {
      await texts.during(sender, { note: '  từ suối ', empty: ' ', missing: undefined }, (refs) => {
        expect(Object.keys(refs)).toEqual(['note']);
        hashes.push(refs.note?.hash);
        return Promise.resolve(receipt);
      });
    }
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(hashes[1]).toBe(hashes[0]);
  });
});
