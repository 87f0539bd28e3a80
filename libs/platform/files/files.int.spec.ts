import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as open } from 'node:http';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { testApp, type Caller, type TestApp } from '../../../tests/support/app.js';
import { FileStore } from './index.js';

const LIMIT = 1024 * 1024;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A compound file of Office before 2007: header, allocation table, and a directory of two sectors far apart. */
const oleFile = (entry: string): Buffer => {
  const sector = (): Buffer => Buffer.alloc(512);
  const header = sector();
  header.write('d0cf11e0a1b11ae1', 'hex');
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 48);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const allocation = sector().fill(0xff);
  [0xfffffffd, 3, 0xfffffffe, 0xfffffffe].forEach((next, index) => allocation.writeUInt32LE(next, index * 4));
  const directory = (names: readonly string[]): Buffer => {
    const bytes = sector();
    names.forEach((name, index) => {
      bytes.write(name, index * 128, 'utf16le');
      bytes.writeUInt16LE(name.length * 2 + 2, index * 128 + 64);
    });
    return bytes;
  };
  return Buffer.concat([header, allocation, directory(['Root Entry', 'a', 'b', 'c']), sector(), directory([entry])]);
};
const listed = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

let app: TestApp;
let reporter: Caller;
let folder: string;
let incoming: string;

const upload = (bytes: Buffer, name = 'tep.bin') => reporter.post('/files').attach('file', bytes, name);
const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
const again = (): Promise<FileStore> => FileStore.open(folder, app.database, { clock: app.clock, largest: LIMIT });
const filesBelow = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map(({ name }) => name);
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await wait(2);
};

beforeEach(async () => {
  app = await testApp([], { settings: { fileLimitBytes: LIMIT } });
  reporter = app.as();
  folder = join(app.folder, 'files');
  incoming = join(folder, 'incoming');
});
afterEach(() => app.close());

describe('a file that is handed in', () => {
  it('is named by its content and comes back as it was', async () => {
    const bytes = randomBytes(300_000);
    const { body } = await upload(bytes, 'Báo cáo.bin').expect(201);
    expect(body).toEqual({ sha256: hashOf(bytes), size: 300_000, type: 'application/octet-stream' });
    const back = await reporter.get(`/files/${body.sha256}`).buffer(true).expect(200);
    expect(Buffer.compare(back.body as Buffer, bytes)).toBe(0);
    expect(back.headers['content-length']).toBe('300000');
    expect(await app.files.facts(body.sha256)).toEqual({ ...body, uploaded: app.clock.now(), by: 'someone' });
    expect(await app.files.has(body.sha256)).toBe(true);
  });

  it('is stored once, however often and by however many it is handed in', async () => {
    const bytes = randomBytes(50_000);
    const answers = await Promise.all(Array.from({ length: 8 }, () => upload(bytes)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await filesBelow()).toEqual([hashOf(bytes)]);
    expect((await app.database.pool.query('select * from stored_file')).rowCount).toBe(1);
  });

  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['application/pdf', () => Buffer.from('%PDF-1.7\n…'), 'anh.png'],
    ['image/png', () => PNG, 'bao-cao.pdf'],
    [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      () => readFile('libs/demonstration/data/ke-hoach-cchc-2026.xlsx'),
      'a',
    ],
    [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      () => readFile('libs/demonstration/data/ke-hoach-cchc-2026.docx'),
      'a',
    ],
    ['application/msword', () => oleFile('WordDocument'), 'a.doc'],
    ['application/vnd.ms-excel', () => oleFile('Workbook'), 'a.xls'],
    ['application/x-ole-encrypted', () => oleFile('EncryptedPackage'), 'a.docx'],
    ['text/csv', () => readFile('libs/demonstration/data/units.csv'), 'a.txt'],
    ['text/plain', () => Buffer.from('Kính gửi, các đơn vị'), 'a.csv'],
    ['text/html', () => Buffer.from('\uFEFF <!DOCTYPE html><script>alert(1)</script>'), 'a.txt'],
    ['application/zip', () => Buffer.from(zipSync({ 'a.txt': Buffer.from('a') })), 'a.zip'],
    ['application/octet-stream', () => Buffer.from([0xff, 0x00, 0x01]), 'a.txt'],
  ])('is %s by its content, whatever its name', async (type, content, name) => {
    const { body } = await upload(await content(), name).expect(201);
    expect(body.type).toBe(type);
  });
});

describe('a file is refused', () => {
  it.each<[string, Buffer]>([
    ['for Windows', Buffer.concat([Buffer.from('MZ'), randomBytes(200)])],
    ['for Linux', Buffer.concat([Buffer.from('7f454c46020101', 'hex'), randomBytes(200)])],
    ['of a shell', Buffer.from('#!/bin/sh\nrm -rf /\n')],
  ])('when it is a program %s', async (_, bytes) => {
    expect((await upload(bytes, 'bao-cao.pdf').expect(422)).body.code).toBe('file.executable');
    expect(await filesBelow()).toEqual([]);
  });

  it('when it is empty, or there is none', async () => {
    expect((await upload(Buffer.alloc(0)).expect(422)).body.code).toBe('file.empty');
    expect((await reporter.post('/files', {}).expect(422)).body.code).toBe('file.none');
    expect((await reporter.post('/files').field('note', 'no file').expect(422)).body.code).toBe('file.none');
    expect(await filesBelow()).toEqual([]);
  });

  it('when it is larger than the limit, to the byte', async () => {
    await upload(randomBytes(LIMIT)).expect(201);
    const { body } = await upload(randomBytes(LIMIT + 1)).expect(422);
    expect(body).toMatchObject({ code: 'file.too-large', details: { largest: LIMIT } });
    expect(await filesBelow()).toHaveLength(1);
  });

  it('before it is sent, when it says how large it will be', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const sending = open(`${app.address}/api/v1/files`, {
        method: 'POST',
        headers: {
          ...reporter.headers,
          'content-type': 'multipart/form-data; boundary=x',
          'content-length': 10 * 1024 ** 3,
        },
      });
      sending.on('response', ({ statusCode }) => {
        resolve(statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.flushHeaders();
    });
    expect(answer).toBe(422);
  });

  it('to those who may not report', async () => {
    const reader = app.as({ permissions: ['read'] });
    await reader.post('/files').attach('file', Buffer.from('a'), 'a.txt').expect(403);
    await app.anybody.post('/files').attach('file', Buffer.from('a'), 'a.txt').expect(401);
  });
});

it('binds a key to the content that came with it, until nothing was kept of that', async () => {
  const keyed = reporter.with({ 'idempotency-key': 'an-upload-of-a-client' });
  const send = (content: Buffer) => keyed.post('/files').attach('file', content, 'a.txt');
  await send(Buffer.alloc(LIMIT + 1)).expect(422);
  const { body } = await send(Buffer.from('một')).expect(201);
  const other = await send(Buffer.from('hai')).expect(422);
  expect(other.body.code).toBe('request.idempotency-key-reused');
  expect((await send(Buffer.from('một')).expect(201)).body).toEqual(body);
  expect((await app.database.pool.query('select sha256 from stored_file')).rows).toEqual([{ sha256: body.sha256 }]);
});

it('takes a file to which its sender gave no name', async () => {
  const answer = await fetch(`${app.address}/api/v1/files`, {
    method: 'POST',
    headers: { ...reporter.headers, 'content-type': 'multipart/form-data; boundary=x' },
    body:
      '--x\r\ncontent-disposition: form-data; name="file"\r\ncontent-type: application/octet-stream\r\n\r\n' +
      'nội dung\r\n--x--\r\n',
  });
  expect(answer.status).toBe(201);
});

describe('half an upload', () => {
  it('leaves nothing when the sender goes away', async () => {
    const sending = open(`${app.address}/api/v1/files`, {
      method: 'POST',
      headers: { ...reporter.headers, 'content-type': 'multipart/form-data; boundary=x' },
    });
    sending.on('error', () => undefined);
    sending.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n');
    sending.write(randomBytes(200_000));
    await until(async () => (await readdir(incoming)).length === 1);
    sending.destroy();
    await until(async () => (await readdir(incoming)).length === 0);
    expect(await filesBelow()).toEqual([]);
    expect((await app.database.pool.query('select * from stored_file')).rowCount).toBe(0);
  });

  it('is refused as broken when its form has no boundary', async () => {
    const answer = await fetch(`${app.address}/api/v1/files`, {
      method: 'POST',
      headers: { ...reporter.headers, 'content-type': 'multipart/form-data' },
      body: 'nội dung',
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, 'file.incomplete']);
  });

  it('leaves nothing when the body ends in the middle of it', async () => {
    const body = Buffer.concat([
      Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'),
      randomBytes(100_000),
    ]);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const sending = open(
        `${app.address}/api/v1/files`,
        { method: 'POST', headers: { ...reporter.headers, 'content-type': 'multipart/form-data; boundary=x' } },
        ({ statusCode }) => resolve(statusCode),
      );
      sending.on('error', reject);
      sending.end(body);
    });
    expect(answer).toBe(422);
    expect(await filesBelow()).toEqual([]);
  });

  it('is swept at the next start when the process ended, before or behind its last step', async () => {
    const { body: kept } = await upload(Buffer.from('đã nhận')).expect(201);
    const orphan = hashOf(Buffer.from('chưa nhận'));
    await mkdir(dirname(pathOf(orphan)), { recursive: true });
    await writeFile(pathOf(orphan), 'chưa nhận');
    const ended = `${hostname()}.999999999`;
    await writeFile(join(incoming, `${ended}.a`), 'nửa');
    await writeFile(join(incoming, `${ended}.b.${orphan}`), '');
    await writeFile(join(incoming, `${ended}.c.${kept.sha256}`), '');
    await writeFile(join(incoming, `${hostname()}.${process.pid}.earlier-life`), 'nửa');
    const others = [`${hostname()}.${process.ppid}.alive`, 'elsewhere.7.fresh'];
    for (const other of others) await writeFile(join(incoming, other), 'nửa');
    await again();
    expect((await readdir(incoming)).sort()).toEqual(others.sort());
    expect(await filesBelow()).toEqual(expect.arrayContaining([kept.sha256]));
    expect(await filesBelow()).not.toContain(orphan);
  });

  it('is swept when the table did not take it', async () => {
    await app.database.pool.query(`alter table stored_file add check (type <> 'text/plain')`);
    await upload(Buffer.from('không ghi được')).expect(500);
    await again();
    expect(await filesBelow()).toEqual([]);
  });
});

describe('a file that is fetched', () => {
  const fetched = async (bytes: Buffer, query = '') => {
    const { body } = await upload(bytes).expect(201);
    return (await reporter.get(`/files/${body.sha256}${query}`).buffer(true).expect(200)).headers;
  };

  it('is saved under a name in any language, and never run', async () => {
    const name = encodeURIComponent('Báo cáo "quý I"/2026.pdf');
    const headers = await fetched(Buffer.from('%PDF-1.7\n…'), `?name=${name}`);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="B_o c_o _qu_ I__2026.pdf"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20%22qu%C3%BD%20I%22_2026.pdf`,
    );
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
  });

  it('cannot bring headers of its own', async () => {
    const headers = await fetched(PNG, `?name=${encodeURIComponent('a\r\nset-cookie: x=1')}`);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-disposition']).toContain('filename="aset-cookie: x=1"');
  });

  it('is shown in the browser only where that is harmless', async () => {
    expect((await fetched(PNG, '?inline'))['content-disposition']).toMatch(/^inline;/);
    for (const html of ['<!doctype html><p>', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>']) {
      expect((await fetched(Buffer.from(html), '?inline'))['content-disposition']).toMatch(/^attachment;/);
    }
  });

  it('is absent when nobody handed it in', async () => {
    for (const name of [hashOf(Buffer.from('không có')), 'x', '..%2f..%2fetc%2fpasswd']) {
      expect((await reporter.get(`/files/${name}`).expect(404)).body.code).toBe('file.absent');
    }
    await app.anybody.get(`/files/${hashOf(PNG)}`).expect(401);
  });
});

describe('the store of files', () => {
  it('says which files are missing or not what they were, and heals when they are handed in again', async () => {
    const [good, altered, missing] = await Promise.all(
      ['một', 'hai', 'ba'].map((text) => app.files.store(Readable.from([Buffer.from(text)]), 'test')),
    );
    if (!good || !altered || !missing) throw new Error('three files');
    await writeFile(pathOf(altered.sha256), 'hAi');
    await rm(pathOf(missing.sha256));
    const faults = await listed(app.files.verify());
    expect(faults).toHaveLength(2);
    expect(faults).toEqual(
      expect.arrayContaining([
        { sha256: altered.sha256, fault: 'altered' },
        { sha256: missing.sha256, fault: 'missing' },
      ]),
    );
    expect((await reporter.get(`/files/${missing.sha256}`).expect(404)).body.code).toBe('file.lost');
    await upload(Buffer.from('ba')).expect(201);
    await reporter.get(`/files/${missing.sha256}`).expect(200);
    expect(await listed(app.files.verify())).toEqual([{ sha256: altered.sha256, fault: 'altered' }]);
  });

  it('lists all files for a backup', async () => {
    const stored = await Promise.all(
      ['một', 'hai', 'ba'].map((text) => app.files.store(Readable.from([Buffer.from(text)]), 'test')),
    );
    expect(await listed(app.files.all())).toEqual(stored.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)));
  });
});
