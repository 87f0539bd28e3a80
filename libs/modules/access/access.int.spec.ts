import { createHash } from 'node:crypto';
import { OrganizationModule } from '#modules/organization';
import { idOf } from '#platform/commands';
import { People, SESSION_COOKIE, Sessions } from '#platform/http';
import { type Caller, testApp, type TestApp } from '../../../tests/support/app.js';
import { AccessModule, Accounts } from './index.js';
import { SignInAttempts } from './sign-in-attempt.table.js';

const PASSWORD = 'bốn con trâu đen';
const NEXT = 'năm con trâu trắng';

let app: TestApp;
let accounts: Accounts;

const add = async (username: string, role = 'reporter', chosen: { password?: string; unit?: string | null } = {}) => {
  const id = idOf('test', username);
  await accounts.add({ id, username, role, unit: null, displayName: `Tên ${username}`, password: PASSWORD, ...chosen });
  return id;
};
const signIn = (username: string, password = PASSWORD) => app.anybody.post('/sessions', { username, password });
const signedIn = async (username: string, password = PASSWORD): Promise<Caller> => {
  const { body } = await signIn(username, password).expect(201);
  return app.anybody.with({ authorization: `Bearer ${body.token}` });
};
const minutes = (count: number): void =>
  app.clock.set(new Date(new Date(app.clock.now()).getTime() + count * 60_000).toISOString());

beforeEach(async () => {
  app = await testApp([OrganizationModule, AccessModule], { ownSessions: true });
  accounts = app.nest.get(Accounts);
});
afterEach(() => app.close());

describe('signing in', () => {
  it('answers a token and a cookie that no script reads', async () => {
    await add('lan');
    const { body, headers } = await signIn('lan').expect(201);
    expect(Object.keys(body).sort()).toEqual(['expires', 'token']);
    expect(Buffer.from(body.token, 'base64url')).toHaveLength(32);
    expect(body.expires).toBe('2026-06-15T14:00:00.000Z');
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(new RegExp(`^${SESSION_COOKIE}=${body.token};`));
    for (const flag of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']) expect(cookie).toContain(flag);
    expect(cookie).not.toContain('Secure');
  });

  it('keeps of the token nothing but its hash', async () => {
    await add('lan');
    const { body } = await signIn('lan').expect(201);
    const { rows } = await app.database.pool.query('select * from session');
    expect(rows).toMatchObject([{ token: createHash('sha256').update(body.token).digest('hex') }]);
    expect(JSON.stringify(rows)).not.toContain(body.token);
    const { rows: kept } = await app.database.pool.query<{ password: string }>('select password from account');
    expect(kept[0]?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('takes the username in any case and the password however the keyboard composes it', async () => {
    await add('lan');
    await signIn(' LAN ', PASSWORD.normalize('NFD')).expect(201);
  });

  it('says the same to a wrong password, an unknown name and an account that is shut out or has no password', async () => {
    const id = await add('lan');
    await add('minh', 'reporter', { password: undefined as unknown as string });
    const wrong = await signIn('lan', 'not the password').expect(401);
    const unknown = await signIn('nobody').expect(401);
    const without = await signIn('minh').expect(401);
    await accounts.setDisabled(id, true);
    const shut = await signIn('lan').expect(401);
    for (const { body } of [wrong, unknown, without, shut]) expect(body.code).toBe('access.wrong-credentials');
  });

  it('takes as long for an unknown name as for a wrong password', async () => {
    await add('lan');
    const timed = async (username: string): Promise<number> => {
      const started = performance.now();
      await accounts.signedIn(username, 'not the password');
      return performance.now() - started;
    };
    await timed('lan');
    // On a busy machine the least time of a few is not yet the true one; without a hash it would stay far off for ever.
    const names = ['lan', 'minh', 'hoa', 'tam', 'thu'];
    for (const name of names.slice(1)) await add(name);
    const least = { known: Infinity, unknown: Infinity };
    const isAlike = (): boolean => least.unknown > least.known / 2 && least.unknown < least.known * 2;
    for (let round = 0; round < 4 * names.length && (round < 5 || !isAlike()); round += 1) {
      least.known = Math.min(least.known, await timed(names[round % names.length] as string));
      least.unknown = Math.min(least.unknown, await timed(`nobody ${round % names.length}`));
    }
    expect({ ...least, isAlike: isAlike() }).toMatchObject({ isAlike: true });
  });

  it('is slowed down under one name, and says for how long', async () => {
    await add('lan');
    for (let time = 0; time < 5; time += 1) await signIn('lan', 'wrong').expect(401);
    const refused = await signIn('lan').expect(429);
    expect(refused.body).toMatchObject({ code: 'access.too-many-attempts', details: { retryAfter: 30 } });
    expect(refused.headers['retry-after']).toBe('30');
    minutes(0.5);
    await signIn('lan', 'wrong').expect(401);
    expect((await signIn('lan').expect(429)).body.details.retryAfter).toBe(60);
    minutes(1);
    await signIn('lan').expect(201);
    await signIn('lan', 'wrong').expect(401);
  });

  it('counts guesses that come at once one by one', async () => {
    await add('lan');
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('lan', 'wrong')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('is slowed down from one address, whatever the names', async () => {
    await add('lan');
    for (let time = 0; time < 25; time += 1) await signIn(`nobody${time}`).expect(401);
    await signIn('lan').expect(429);
    minutes(0.5);
    await signIn('lan').expect(201);
  });

  it('is still slowed down after the product was started again, and forgiven after a day', async () => {
    await add('lan');
    for (let time = 0; time < 12; time += 1) {
      await signIn('lan', 'wrong');
      minutes(15);
    }
    await signIn('lan', 'wrong').expect(401);
    expect((await signIn('lan').expect(429)).body.details.retryAfter).toBe(900);
    const startedAgain = new SignInAttempts(app.database, app.clock);
    await expect(startedAgain.begin('lan', '10.0.0.7')).rejects.toMatchObject({ code: 'access.too-many-attempts' });
    const { rows } = await app.database.pool.query('select * from sign_in_attempt');
    expect(JSON.stringify(rows)).not.toContain('lan');
    minutes(24 * 60 + 1);
    await signIn('lan', 'wrong').expect(401);
    await signIn('lan').expect(201);
  });
});

describe('a session', () => {
  it('says who is signed in, in which unit, and what day it is', async () => {
    const installed = await app.anybody.post('/installation', {
      administrator: { username: 'quantri', password: PASSWORD },
      root: { code: 'H99', name: 'Ủy ban nhân dân tỉnh', kind: 'province' },
    });
    await app.settled();
    const caller = await signedIn('quantri');
    const { body } = await caller.get('/sessions/current').expect(200);
    expect(body).toEqual({
      account: {
        id: installed.body.account,
        username: 'quantri',
        role: 'administrator',
        displayName: 'quantri',
        unit: { id: installed.body.unit, name: 'Ủy ban nhân dân tỉnh' },
        permissions: ['read', 'administer'],
      },
      mode: 'real',
      today: '2026-06-15',
    });
  });

  it('ends when its owner signs out, at once', async () => {
    await add('lan');
    const caller = await signedIn('lan');
    await caller.get('/sessions/current').expect(200);
    await caller.delete('/sessions/current').expect(204);
    expect((await caller.get('/sessions/current').expect(401)).body.code).toBe('access.not-signed-in');
  });

  it('ends after its hours, however busy, and after an idle time', async () => {
    await add('lan');
    const busy = await signedIn('lan');
    const idle = await signedIn('lan');
    for (let hour = 0; hour < 12; hour += 1) {
      await busy.get('/sessions/current').expect(200);
      minutes(59);
    }
    await idle.get('/sessions/current').expect(401);
    await busy.get('/sessions/current').expect(200);
    minutes(12);
    await busy.get('/sessions/current').expect(401);
    expect((await app.database.pool.query('select * from session')).rows).toEqual([]);
  });

  it('costs a request no round trip to the database', async () => {
    await add('lan');
    const { body } = await signIn('lan').expect(201);
    const sessions = app.nest.get(Sessions);
    await sessions.accountOf(body.token);
    await app.database.pool.query('delete from session');
    expect(await sessions.accountOf(body.token)).toMatchObject({ username: 'lan', permissions: ['read', 'report'] });
  });

  it('is nobody for a token that was never given out', async () => {
    const forged = app.anybody.with({ authorization: 'Bearer x' });
    await forged.get('/sessions/current').expect(401);
    await app.anybody.get('/sessions/current').expect(401);
    await app.anybody.delete('/sessions/current').expect(401);
  });
});

describe('a cookie', () => {
  const withCookie = async (headers: { 'sec-fetch-site'?: string; origin?: string }): Promise<Caller> => {
    await accounts.ensure({
      id: idOf('test', 'lan'),
      username: 'lan',
      role: 'reporter',
      unit: null,
      password: PASSWORD,
    });
    const { body } = await signIn('lan').expect(201);
    return app.anybody.with({ cookie: `${SESSION_COOKIE}=${body.token}`, ...headers });
  };

  it('reads from anywhere', async () => {
    await (await withCookie({ 'sec-fetch-site': 'cross-site' })).get('/sessions/current').expect(200);
  });

  it('writes from our own pages only', async () => {
    const origin = app.address;
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin }]) {
      await (await withCookie(headers)).delete('/sessions/current').expect(204);
    }
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site', origin },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
    ]) {
      const refused = await (await withCookie(headers)).delete('/sessions/current').expect(403);
      expect(refused.body.code).toBe('access.foreign-origin');
    }
  });

  it('is not asked of those who send a token on purpose', async () => {
    await add('lan');
    const caller = await signedIn('lan');
    await caller.with({ origin: 'https://elsewhere.example' }).delete('/sessions/current').expect(204);
  });

  it('is not given to a page elsewhere that signs in', async () => {
    await add('lan');
    const elsewhere = app.anybody.with({ origin: 'https://elsewhere.example' });
    await elsewhere.post('/sessions', { username: 'lan', password: PASSWORD }).expect(403);
  });
});

describe('the own password', () => {
  it('is changed, and all other sessions end', async () => {
    await add('lan');
    const [here, there] = [await signedIn('lan'), await signedIn('lan')];
    await there.get('/sessions/current').expect(200);
    await here.put('/accounts/current/password', { current: PASSWORD, next: NEXT }).expect(204);
    await here.get('/sessions/current').expect(200);
    await there.get('/sessions/current').expect(401);
    await signIn('lan').expect(401);
    await signIn('lan', NEXT).expect(201);
  });

  it.each<[string, string, string]>([
    ['short', 'trâu đen', 'access.password-length'],
    ['endless', 'a b c d e f '.repeat(40), 'access.password-length'],
    ['made of the username', 'lanlanlanlanlan LAN', 'access.password-holds-username'],
    ['made of too few signs', 'abababababababab', 'access.password-too-simple'],
    ['the one it was', PASSWORD, 'access.password-unchanged'],
  ])('is not %s', async (_, next, code) => {
    await add('lan');
    const caller = await signedIn('lan');
    const refused = await caller.put('/accounts/current/password', { current: PASSWORD, next }).expect(422);
    expect(refused.body.code).toBe(code);
    await signIn('lan').expect(201);
  });

  it('is not changed by somebody who does not know it, nor guessed here', async () => {
    await add('lan');
    const caller = await signedIn('lan');
    const attempt = () => caller.put('/accounts/current/password', { current: 'wrong', next: NEXT });
    for (let time = 0; time < 5; time += 1)
      expect((await attempt().expect(403)).body.code).toBe('access.wrong-password');
    await attempt().expect(429);
  });

  it('leaves no trace in what is kept of a request', async () => {
    await add('lan');
    const caller = (await signedIn('lan')).with({ 'idempotency-key': 'change-password-1' });
    const fingerprint = async () =>
      (await app.database.pool.query<{ fingerprint: string }>('select fingerprint from idempotency_key')).rows[0]
        ?.fingerprint;
    await caller.put('/accounts/current/password', { current: PASSWORD, next: NEXT }).expect(204);
    const { url, method } = { url: '/api/v1/accounts/current/password', method: 'PUT' };
    const open = createHash('sha256').update(JSON.stringify([method, url, { current: PASSWORD, next: NEXT }]));
    const shut = createHash('sha256').update(JSON.stringify([method, url, { current: null, next: null }]));
    expect(await fingerprint()).not.toBe(open.digest('hex'));
    expect(await fingerprint()).toBe(shut.digest('hex'));
  });
});

describe('accounts', () => {
  let office: Caller;
  beforeEach(async () => {
    await add('quantri', 'administrator');
    office = await signedIn('quantri');
  });

  it('are made with a password that is shown once', async () => {
    const body = { username: 'Bao.Cao', displayName: 'Cán bộ báo cáo', role: 'reporter' };
    const once = office.with({ 'idempotency-key': 'make-bao-cao' });
    const made = await once.post('/accounts', body).expect(201);
    expect(made.body).toMatchObject({
      username: 'bao.cao',
      displayName: 'Cán bộ báo cáo',
      unit: null,
      disabled: false,
    });
    await signIn('bao.cao', made.body.password).expect(201);
    const again = await once.post('/accounts', body).expect(201);
    expect(again.body).toEqual({ ...made.body, password: undefined });
    const system = 'system:demonstration';
    const called = await app.nest.get(People, { strict: false }).called([made.body.id, system]);
    expect(called(made.body.id)).toEqual({ id: made.body.id, name: 'Cán bộ báo cáo' });
    expect(called(system)).toEqual({ id: system, name: system });
  });

  it.each<[string, object, number, string]>([
    ['a name that is taken', { username: 'QUANTRI' }, 409, 'access.username-in-use'],
    ['a name with a space', { username: 'bao cao' }, 422, 'access.bad-username'],
    ['a role that does not exist', { role: 'king' }, 422, 'access.unknown-role'],
    ['a weak password', { password: 'short' }, 422, 'access.password-length'],
    ['a unit that does not exist', { unit: idOf('nowhere') }, 404, 'access.unit-absent'],
  ])('are not made with %s', async (_, change, status, code) => {
    const body = { username: 'baocao', displayName: 'Cán bộ', role: 'reporter', password: PASSWORD, ...change };
    const refused = await office.post('/accounts', body).expect(status);
    expect(refused.body.code).toBe(code);
  });

  it('are listed page by page and found without tones', async () => {
    for (const username of ['binh', 'anh', 'chi']) await add(username);
    const first = await office.get('/accounts?limit=3').expect(200);
    expect(first.body.items.map(({ username }: { username: string }) => username)).toEqual(['anh', 'binh', 'chi']);
    const rest = await office.get(`/accounts?limit=3&cursor=${first.body.next}`).expect(200);
    expect(rest.body).toMatchObject({ items: [{ username: 'quantri' }], next: null });
    const found = await office.get('/accounts?search=ten%20binh').expect(200);
    expect(found.body.items).toMatchObject([{ username: 'binh', displayName: 'Tên binh' }]);
    expect(JSON.stringify([first.body, rest.body])).not.toContain('argon2');
  });

  it('are shut out at once, with all their sessions', async () => {
    const id = await add('lan');
    const caller = await signedIn('lan');
    await caller.get('/sessions/current').expect(200);
    await office.put(`/accounts/${id}/disabled`, { disabled: true }).expect(200);
    await caller.get('/sessions/current').expect(401);
    await office.put(`/accounts/${id}/disabled`, { disabled: false }).expect(200);
    await caller.get('/sessions/current').expect(401);
    await signIn('lan').expect(201);
  });

  it('have the rights of their role from the moment it changes', async () => {
    const id = await add('lan');
    const caller = await signedIn('lan');
    await caller.get('/accounts').expect(403);
    await office.put(`/accounts/${id}/role`, { role: 'administrator' }).expect(200);
    await caller.get('/accounts').expect(200);
    await office.put(`/accounts/${id}/role`, { role: 'leader' }).expect(200);
    await caller.get('/accounts').expect(403);
  });

  it('keep one administrator', async () => {
    const id = idOf('test', 'quantri');
    for (const change of [
      () => office.put(`/accounts/${id}/disabled`, { disabled: true }),
      () => office.put(`/accounts/${id}/role`, { role: 'leader' }),
    ]) {
      expect((await change().expect(409)).body.code).toBe('access.last-administrator');
    }
    const other = await add('hai', 'administrator');
    const [one, two] = await Promise.all([
      office.put(`/accounts/${id}/disabled`, { disabled: true }),
      office.put(`/accounts/${other}/disabled`, { disabled: true }),
    ]);
    expect([one.status, two.status].sort()).toEqual([200, 409]);
  });

  it('get another password from the administrator, and their sessions end', async () => {
    const id = await add('lan');
    const caller = await signedIn('lan');
    const { body } = await office.put(`/accounts/${id}/password`, {}).expect(200);
    await caller.get('/sessions/current').expect(401);
    await signIn('lan', body.password).expect(201);
  });

  it('move from unit to unit and change their name', async () => {
    const id = await add('lan');
    expect((await office.put(`/accounts/${id}/unit`, { unit: idOf('nowhere') }).expect(404)).body.code).toBe(
      'access.unit-absent',
    );
    await office.put(`/accounts/${id}/unit`, { unit: null }).expect(200);
    const { body } = await office.put(`/accounts/${id}/name`, { displayName: 'Chị Lan' }).expect(200);
    expect(body).toMatchObject({ displayName: 'Chị Lan', unit: null });
    expect((await office.put(`/accounts/${idOf('no')}/unit`, { unit: null }).expect(404)).body.code).toBe(
      'access.account-absent',
    );
  });

  it('are administered by administrators only', async () => {
    await add('dieuphoi', 'coordinator');
    const caller = await signedIn('dieuphoi');
    await caller.get('/accounts').expect(403);
    await caller.post('/accounts', {}).expect(403);
  });
});

describe('an installation', () => {
  const wish = {
    administrator: { username: 'quantri', password: PASSWORD },
    root: { code: 'H99', name: 'Ủy ban nhân dân tỉnh', kind: 'province' },
  };
  const accountsAndEvents = async () => [
    (await app.database.pool.query('select * from account')).rowCount,
    (await app.store.end()) ?? 'nothing',
  ];

  it('begins with an administrator and the root, once', async () => {
    expect((await app.anybody.get('/installation').expect(200)).body).toEqual({
      mode: 'real',
      initialised: false,
      today: '2026-06-15',
    });
    await app.anybody.post('/installation', wish).expect(201);
    expect((await app.anybody.get('/installation').expect(200)).body.initialised).toBe(true);
    const again = await app.anybody.post('/installation', wish).expect(409);
    expect(again.body.code).toBe('access.already-initialised');
    await app.settled();
    const office = await signedIn('quantri');
    const units = await office.get('/units').expect(200);
    expect(units.body.items).toMatchObject([{ code: 'H99', kind: 'province', founded: '2025-07-01' }]);
    const classes = await office.get('/unit-classes').expect(200);
    expect(classes.body.items.map(({ name }: { name: string }) => name)).toEqual([
      'Các sở, ban, ngành',
      'UBND các xã, phường',
    ]);
  });

  it('begins once when two begin it at the same moment', async () => {
    const [one, two] = await Promise.all([
      app.anybody.post('/installation', wish),
      app.anybody.post('/installation', { ...wish, administrator: { ...wish.administrator, username: 'khac' } }),
    ]);
    expect([one.status, two.status].sort()).toEqual([201, 409]);
    expect((await accountsAndEvents())[0]).toBe(1);
  });

  it('leaves no trace when it is refused', async () => {
    await app.anybody.post('/installation', { ...wish, root: { ...wish.root, kind: 'kingdom' } }).expect(422);
    await app.anybody
      .post('/installation', { ...wish, administrator: { username: 'quantri', password: 'short' } })
      .expect(422);
    expect(await accountsAndEvents()).toEqual([0, 'nothing']);
    await app.anybody.post('/installation', wish).expect(201);
  });

  it('can be begun again, in other words, when it broke off after the root', async () => {
    await app.anybody.post('/installation', wish).expect(201);
    await app.database.pool.query('delete from account');
    const other = { ...wish, root: { code: 'H98', name: 'UBND tỉnh', kind: 'province' } };
    await app.anybody.post('/installation', other).expect(201);
    await app.settled();
    const units = await (await signedIn('quantri')).get('/units').expect(200);
    expect(units.body.items).toMatchObject([{ code: 'H98', name: 'UBND tỉnh' }]);
  });

  it('is not begun in a demonstration', async () => {
    const demonstration = await testApp([OrganizationModule, AccessModule], {
      ownSessions: true,
      settings: { mode: 'demonstration' },
    });
    try {
      await demonstration.anybody.post('/installation', wish).expect(409);
    } finally {
      await demonstration.close();
    }
  });
});
