import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import canonicalize from 'canonicalize';
import type { View } from '#kernel';
import { SystemClock } from '#platform/clock';
import { CommandRunner, idOf } from '#platform/commands';
import type { Database } from '#platform/database';
import { PostgresEventStore, Upcasting, type NewEvent } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { Projector, type AnyDecider } from '#platform/projector';
import { textDecider, Texts } from '#platform/texts';
import { freshDatabase } from '../../../tests/support/postgres.js';
import { verifyInstallation, type Verified } from './index.js';

type ThingEvents = { ThingHappened: { text?: { id: string; hash: string }; file?: string; n?: number } };

const thing: AnyDecider = {
  category: 'thing',
  initial: 0,
  decide: {},
  evolve: {
    ThingHappened: (state, data) => {
      if (data['n'] === 13) throw new Error('thirteen is one too many');
      return (state as number) + 1;
    },
  },
};
const things: View<ThingEvents> = { name: 'things', tables: [], on: { ThingHappened: () => undefined } };

let folder: string;
let database: Database;
let world: Verified;
let store: PostgresEventStore;
let files: FileStore;
let projector: Projector;

const event = (name: string, data: object, type = 'ThingHappened'): NewEvent => ({
  id: idOf('event', name),
  type,
  schema: 1,
  on: '2026-06-30',
  actor: 'system:test',
  command: idOf('command', name),
  correlation: idOf('command', name),
  causation: idOf('command', name),
  data: canonicalize(data) ?? '',
});
const streamOf = (name: string): string => `thing-${idOf('stream', name)}`;
const salted = (text: string): string => createHash('sha256').update('salt').update(text).digest('hex');
const text = { id: idOf('text'), hash: salted('đã làm xong') };

/** What the log itself never allows, done as only somebody at the database can. */
const tamper = async (sql: string, values: readonly unknown[] = []): Promise<void> => {
  await database.pool.query('alter table log.events disable trigger user');
  await database.pool.query(sql, [...values]);
  await database.pool.query('alter table log.events enable trigger user');
};

const findings = async (): Promise<readonly string[]> => (await verifyInstallation(world)).findings;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camket-verify-'));
  database = await freshDatabase();
  store = await PostgresEventStore.open(database.url);
  const clock = new SystemClock();
  files = await FileStore.open(folder, database, { clock, largest: 1e6 });
  const upcasting = new Upcasting([]);
  const texts = new Texts(database, new CommandRunner(store, upcasting, clock));
  projector = new Projector(store, database, upcasting, [things]);
  await projector.start();
  const { sha256 } = await files.store(Readable.from([Buffer.from('minh chứng')]), 'lan');
  await database.pool.query(`insert into typed_text (id, salt, text) values ($1, 'salt', 'đã làm xong')`, [text.id]);
  await store.append(streamOf('a'), [event('a0', {}), event('a1', { text }), event('a2', { file: sha256 })], -1);
  await store.append(streamOf('b'), [event('b0', { n: 1 }), event('b1', { n: 2 })], -1);
  // What is tampered with afterwards the view has passed already: it says nothing of it.
  if (!(await projector.caughtUp(['things'], 20_000))) throw new Error('the view does not come along');
  world = { database, store, upcasting, deciders: [thing, textDecider], texts, files, projector };
});
afterEach(async () => {
  await projector.stop();
  await store.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('verifying', () => {
  it('finds nothing wrong where nothing is', async () => {
    const found = await verifyInstallation(world);
    expect(found).toEqual({ events: 5, streams: 2, texts: 1, files: 1, views: 1, findings: [], further: 0 });
  });

  it.each<[string, string, RegExp[]]>([
    [
      'data that is no JSON any more',
      `update log.events set data = '{"n":' where position = 4`,
      [/Event 4 .* could not have been appended/, /Event 4 .* no JSON/, /Event 4 .* cannot be taken in/],
    ],
    [
      'data whose bytes are not canonical',
      `update log.events set data = '{"n": 1}' where position = 4`,
      [/Event 4 .* not canonical/],
    ],
    [
      'an event that is missing in its stream',
      `delete from log.events where position = 2`,
      [/goes from number 0 to 2/],
    ],
    ['a stream without its beginning', `delete from log.events where position = 4`, [/begins with number 1, not 0/]],
    [
      'an event that is there twice',
      `update log.events set id = (select id from log.events where position = 1) where position = 3`,
      [/Event 3 .* has the id of an earlier one/],
    ],
    [
      'a time that goes backwards',
      `update log.events set recorded = '2020-01-01' where position = 5`,
      [/Event 5 .* was recorded at 2020-01-01T00:00:00.000Z, before event 4/],
    ],
    [
      'events of a stream in another order than that of the log',
      `update log.events set position = 6 where position = 4`,
      [/Event 5 .* does not stand behind number 0 of its stream/],
    ],
    [
      'an event that no rule knows',
      `update log.events set type = 'ThingForgotten' where position = 5`,
      [/Event 5 \(ThingForgotten.* not known to the rules of thing/],
    ],
    [
      'a stream that no rules know',
      `update log.events set stream = 'ghost-' || id where position = 5`,
      [/goes|No rules know the stream ghost-|begins/, /begins with number 1/],
    ],
    [
      'an event that its rules cannot take',
      `update log.events set data = '{"n":13}' where position = 4`,
      [/Event 4 .* thirteen is one too many/],
    ],
    [
      'a text that was changed',
      `update typed_text set text = 'chưa làm'`,
      [/The text .* is not the one that was typed/],
    ],
    ['a text that is missing', `delete from typed_text`, [/The text .* is missing/]],
    [
      'a text that was blanked without a trace',
      `update typed_text set text = null, salt = null`,
      [/nobody has recorded that it was erased/],
    ],
    [
      'a file that events name and nobody stored',
      `update log.events set data = '{"file":"${'0'.repeat(64)}"}' where position = 3`,
      [/names the file 0{64}, which is not stored/],
    ],
    [
      'a file of evidence that events name and nobody stored',
      `update log.events set data = '{"evidence":[{"file":{"sha256":"${'0'.repeat(64)}"}}]}' where position = 3`,
      [/names the file 0{64}, which is not stored/],
    ],
  ])('finds %s', async (_, sql, sentences) => {
    await tamper(sql);
    const found = await findings();
    expect(found).toHaveLength(sentences.length);
    for (const sentence of sentences) expect(found).toContainEqual(expect.stringMatching(sentence));
  });

  it('takes an erased text for what it is', async () => {
    const sender = { actor: 'lan', unit: null, role: 'administrator' };
    const ids = { command: idOf('erase'), correlation: idOf('erase'), causation: idOf('erase') };
    await world.texts.erase(text.id, { ...sender, ...ids }, 'theo yêu cầu');
    expect(await findings()).toEqual([]);
  });

  it('finds files that are gone or changed on the disk', async () => {
    const { sha256 } = await files.store(Readable.from([Buffer.from('hai')]), 'lan');
    const path = join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    await writeFile(path, 'ba');
    expect(await findings()).toEqual([`The stored file ${sha256} is not what it was.`]);
    await rm(path);
    expect(await findings()).toEqual([`The stored file ${sha256} is missing.`]);
  });

  it('finds views that have stopped or were made from another log', async () => {
    const { pool } = database;
    await pool.query(`update projector.checkpoint set stopped = '{"event":"e","type":"ThingHappened","error":"no"}'`);
    expect(await findings()).toEqual(['The view things has stopped at ThingHappened e: no.']);
    await pool.query(`update projector.checkpoint set stopped = null, log = gen_random_uuid()`);
    expect(await findings()).toEqual(['The view things was made from another log.']);
  });

  it('takes views that nobody keeps for what follows at the next start', async () => {
    await projector.stop();
    await database.pool.query('update projector.checkpoint set position = 0');
    expect(await findings()).toEqual([]);
  });
});
