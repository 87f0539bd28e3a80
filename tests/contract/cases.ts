import { setTimeout } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import {
  AppendRefused,
  appendSettled,
  type EventStore,
  ForeignCheckpoint,
  type NewEvent,
  OutcomeUnknown,
  type Position,
  StaleRevision,
  type StoredEvent,
} from '#platform/event-store';
import { newEvent, newEvents, newStream } from '../support/events.js';
import { freshDatabase, giveBack } from '../support/postgres.js';
import { APPENDING, Relay } from '../support/relay.js';

type Store = EventStore & { close(): Promise<void> };

/** An adapter under test: opens the log of a migrated database. */
export type Adapter = (url: string, options?: { readonly now?: () => string }) => Promise<Store>;

const KiB = 1024;
const sized = (bytes: number): string => `{"text":"${'x'.repeat(bytes - '{"text":""}'.length)}"}`;

/** What became of each: its answer, or the name of its error. */
const outcomes = async (appends: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(appends)).map((outcome) =>
    outcome.status === 'fulfilled' ? 'stored' : (outcome.reason as Error).name,
  );

const everything = async (store: EventStore, after?: Position, batch?: number): Promise<StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for await (const page of store.readAll(after, batch)) all.push(...page);
  return all;
};

/** The next `count` events of a subscription behind `after`. */
const follow = async (store: EventStore, after: Position | undefined, count: number): Promise<StoredEvent[]> => {
  const seen: StoredEvent[] = [];
  const enough = new AbortController();
  for await (const page of store.subscribe(after, enough.signal)) {
    seen.push(...page);
    if (seen.length >= count) enough.abort();
  }
  return seen.slice(0, count);
};

const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

/** The promises of the event store's port, as cases that every adapter passes. */
export const eventStoreContract = (name: string, open: Adapter): void => {
  describe(`An append to the event store as ${name} is refused`, () => {
    let store: Store;
    beforeAll(async () => {
      const database = await freshDatabase();
      await database.close();
      store = await open(database.url);
    });
    afterAll(() => store.close());

    const refused: [string, string, Partial<NewEvent>][] = [
      ['a NUL in its data', 'bad-text', { data: '{"a":"\u0000"}' }],
      ['an escaped NUL in its data', 'bad-text', { data: '{"a":["x\\u0000"]}' }],
      ['an escaped NUL in a key', 'bad-text', { data: '{"\\u0000":1}' }],
      ['a lone surrogate in its data', 'bad-text', { data: '{"a":"\ud800"}' }],
      ['an escaped lone surrogate', 'bad-text', { data: '{"a":{"b":"\\udc00 "}}' }],
      ['an escaped lone surrogate in a key', 'bad-text', { data: '{"\\ud83c":1}' }],
      ['a pair of surrogates the wrong way round', 'bad-text', { data: '{"a":"\\uddfb\\ud83c"}' }],
      ['an unescaped control character', 'bad-text', { data: '{"a":"\u001f"}' }],
      ['a NUL in its actor', 'bad-text', { actor: 'la\u0000n' }],
      ['a lone surrogate in its actor', 'bad-text', { actor: 'la\udc00n' }],
      ['data that is not JSON', 'bad-event', { data: '{"a":1' }],
      ['no data', 'bad-event', { data: '' }],
      ['513 KiB', 'too-large', { data: sized(513 * KiB) }],
      ['an id that is no UUID', 'bad-event', { id: 'one' }],
      ['an id in capitals', 'bad-event', { id: '0190B5E2-0000-7000-8000-00000000ABCD' }],
      ['a command that is no UUID', 'bad-event', { command: '' }],
      ['no type', 'bad-event', { type: '' }],
      ['a type with a space', 'bad-event', { type: 'Work Reported' }],
      ['no actor', 'bad-event', { actor: '' }],
      ['a schema below 1', 'bad-event', { schema: 0 }],
      ['half a schema', 'bad-event', { schema: 1.5 }],
      ['a day that does not exist', 'bad-event', { on: '2026-02-30' }],
      ['an instant for a day', 'bad-event', { on: '2026-11-23T00:00:00Z' }],
    ];
    it.each(refused)('with %s', async (_, code, chosen) => {
      const refusal = store.append(newStream(), [newEvent(), newEvent(chosen)], -1);
      await expect(refusal).rejects.toBeInstanceOf(AppendRefused);
      await expect(refusal).rejects.toMatchObject({ code });
      expect(await store.end()).toBeUndefined();
    });
  });

  describe(`The event store as ${name}`, () => {
    const closing: (() => Promise<unknown>)[] = [];
    let url: string;
    let store: Store;

    const opened = async (...args: Parameters<Adapter>): Promise<Store> => {
      const other = await open(...args);
      closing.push(() => other.close());
      return other;
    };
    const relayed = async (): Promise<{ relay: Relay; far: Store }> => {
      const relay = await Relay.to(url);
      closing.push(() => relay.close());
      return { relay, far: await opened(relay.url) };
    };
    /** A connection that speaks SQL itself. */
    const raw = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: url });
      closing.push(() => client.end());
      await client.connect();
      return client;
    };
    const freshLog = async (options: { readonly demonstration?: boolean } = {}): Promise<string> => {
      const database = await freshDatabase();
      closing.push(() => giveBack(database));
      if (options.demonstration) await database.pool.query('update log.head set demonstration = true');
      return database.url;
    };

    beforeEach(async () => {
      url = await freshLog();
      store = await opened(url);
    });
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
    });

    describe('an append', () => {
      it('stores all its events, in order, with the envelope they were given', async () => {
        const stream = newStream();
        const events = [newEvent({ schema: 3, on: '2024-02-29' }), newEvent({ actor: 'hệ thống' })];
        const { revision, position, recorded } = await store.append(stream, events, -1);
        const stored = await store.read(stream);
        expect(revision).toBe(1);
        expect(stored.map(({ position: _, recorded: __, ...rest }) => rest)).toEqual(
          events.map((event, index) => ({ ...event, stream, revision: index })),
        );
        expect(stored[1]).toMatchObject({ position, recorded });
        expect(recorded).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      });

      it('stores none of its events when the stream is not at the expected revision', async () => {
        const stream = newStream();
        await store.append(stream, newEvents(2), -1);
        for (const expected of [-1, 0, 2, 7]) {
          await expect(store.append(stream, newEvents(3), expected)).rejects.toBeInstanceOf(StaleRevision);
        }
        await expect(store.append(newStream(), newEvents(1), 0)).rejects.toBeInstanceOf(StaleRevision);
        expect(await store.read(stream)).toHaveLength(2);
        expect(await everything(store)).toHaveLength(2);
      });

      it('gives back every byte of its data as it was given', async () => {
        const texts = [
          '{"b":1,"a":2,"10":3,"9":4}',
          '{"numbers":[1e+21,1e-7,0.1,-0,100,333333333.3333333,4.5,9007199254740993]}',
          '{"a":1,"a":2}',
          '{"Sở Nội vụ":"Đã hoàn thành","nfd":"e\u0302\u0323","emoji":"🇻🇳","line":"\u2028"}',
          '{"escapes":"\\u0001\\u001f\\b\\t\\n\\f\\r\\"\\\\/","pair":"\\ud83c\\uddfb"}',
          '{"literal":"\\\\u0000 and \\\\ud800"}',
          '{ "spaced" : [ ] }',
          "{\"quote\":\"' '' $1 E'x' %s\"}",
          '[]',
          'null',
        ];
        const stream = newStream();
        await store.append(
          stream,
          texts.map((data) => newEvent({ data })),
          -1,
        );
        const alone = newStream();
        await store.append(alone, [newEvent({ data: texts[3] as string })], -1);
        const again = await opened(url);
        expect((await again.read(stream)).map(({ data }) => data)).toEqual(texts);
        expect((await again.read(alone)).map(({ data }) => data)).toEqual([texts[3]]);
        expect((await everything(again)).map(({ data }) => data)).toEqual([...texts, texts[3]]);
      });

      it('takes 500 events and 512 KiB, and not one more', async () => {
        const many = newStream();
        expect(await store.append(many, newEvents(500), -1)).toMatchObject({ revision: 499 });
        await expect(store.append(newStream(), newEvents(501), -1)).rejects.toMatchObject({ code: 'too-many-events' });
        const large = newStream();
        const half = newEvents(2, { data: sized(256 * KiB) });
        expect(await store.append(large, half, -1)).toMatchObject({ revision: 1 });
        const over = [newEvent({ data: sized(256 * KiB) }), newEvent({ data: sized(256 * KiB + 1) })];
        await expect(store.append(newStream(), over, -1)).rejects.toMatchObject({ code: 'too-large' });
        const vietnamese = newEvent({ data: JSON.stringify('ệ'.repeat(175 * KiB)) });
        await expect(store.append(newStream(), [vietnamese], -1)).rejects.toMatchObject({ code: 'too-large' });
        expect(await everything(store)).toHaveLength(502);
      });

      it('is refused without events, twice the same event, a stream name or a revision', async () => {
        const twice = newEvent();
        await expect(store.append(newStream(), [], -1)).rejects.toMatchObject({ code: 'no-events' });
        await expect(store.append(newStream(), [twice, twice], -1)).rejects.toMatchObject({ code: 'bad-event' });
        for (const stream of ['', '$all', 'two words', 'a\u0000b', 'a\u001fb', `x${'-'.repeat(200)}`]) {
          await expect(store.append(stream, newEvents(1), -1)).rejects.toMatchObject({ code: 'bad-event' });
        }
        for (const expected of [-2, 0.5, Number.NaN, 2 ** 31]) {
          await expect(store.append(newStream(), newEvents(1), expected)).rejects.toMatchObject({ code: 'bad-event' });
        }
      });

      it('is refused before it is queued: those that come with it do not notice', async () => {
        const { relay, far } = await relayed();
        await relay.close();
        await expect(far.append(newStream(), [newEvent({ data: '"\u0000"' })], -1)).rejects.toBeInstanceOf(
          AppendRefused,
        );
        const good = Array.from({ length: 20 }, () => newStream());
        const appends = good.flatMap((stream) => [
          store.append(stream, newEvents(1), -1),
          store.append(newStream(), newEvents(501), -1),
          store.append(newStream(), [newEvent({ data: sized(513 * KiB) })], -1),
          store.append(newStream(), [newEvent({ data: '"\\u0000"' })], -1),
          store.append(newStream(), [newEvent({ data: '"\\ud800"' })], -1),
        ]);
        expect(await outcomes(appends)).toEqual(
          good.flatMap(() => ['stored', ...Array.from({ length: 4 }, () => 'AppendRefused')]),
        );
        expect(await everything(store)).toHaveLength(20);
      });
    });

    describe('a race', () => {
      it('has exactly one winner for each revision', async () => {
        const stream = newStream();
        const others = await opened(url);
        for (let round = 0; round < 10; round += 1) {
          const revision = (await store.read(stream)).length - 1;
          const racers = Array.from({ length: 40 }, (_, n) =>
            (n % 2 === 0 ? store : others).append(stream, newEvents(1 + (n % 2)), revision),
          );
          const answers = await outcomes(racers);
          expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
          expect(answers.filter((answer) => answer === 'StaleRevision')).toHaveLength(39);
        }
        const stored = await store.read(stream);
        expect(stored.map(({ revision }) => revision)).toEqual(stored.map((_, index) => index));
      });

      it('between two processes loses nothing and stores nothing twice', async () => {
        const streams = [newStream(), newStream(), newStream()];
        const [perCaller, processes] = [30, ['one', 'two']];
        const acknowledged = (
          await Promise.all(
            processes.map(async (process_) => {
              const child = spawn(process.execPath, ['dist/tests/support/appending-process.js', url]);
              const jobs = Array.from({ length: 9 }, (_, n) => ({
                caller: `${process_}-${n}`,
                stream: streams[n % 3],
                from: 0,
                count: perCaller,
              }));
              child.stdin.end(JSON.stringify(jobs));
              const lines: string[] = [];
              createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
              child.stderr.pipe(process.stderr);
              const [code] = (await once(child, 'close')) as [number];
              expect(code).toBe(0);
              return lines;
            }),
          )
        ).flat();
        expect(acknowledged).toHaveLength(2 * 9 * perCaller);
        const all = await everything(store);
        expect(new Set(idsOf(all)).size).toBe(all.length);
        expect(all.map(({ id, stream, revision }) => `${id} ${stream} ${revision}`).sort()).toEqual(
          acknowledged.map((line) => line.split(' ').slice(0, 3).join(' ')).sort(),
        );
        for (const stream of streams) {
          const revisions = (await store.read(stream)).map(({ revision }) => revision);
          expect(revisions).toEqual(revisions.map((_, index) => index));
        }
      });
    });

    describe('the same append again', () => {
      it('answers the first receipt and stores nothing', async () => {
        const stream = newStream();
        const [first, second] = [newEvents(3), newEvents(2)];
        const receipt = await store.append(stream, first, -1);
        expect(await store.append(stream, first, -1)).toEqual(receipt);
        await store.append(stream, second, 2);
        const later = await opened(url);
        expect(await later.append(stream, first, -1)).toEqual(receipt);
        expect(await later.append(stream, first.slice(0, 2), -1)).toMatchObject({ revision: 1 });
        expect(idsOf(await store.read(stream))).toEqual(idsOf([...first, ...second]));
      });

      it('is stale when not all of it is there, or something else stands in between', async () => {
        const stream = newStream();
        const [a, b, c, d] = newEvents(4) as [NewEvent, NewEvent, NewEvent, NewEvent];
        await store.append(stream, [a, b], -1);
        for (const events of [[a, c], [b, a], [c, b], [a, b, c], [d]]) {
          await expect(store.append(stream, events, -1)).rejects.toBeInstanceOf(StaleRevision);
        }
        await expect(store.append(stream, [b], 3)).rejects.toBeInstanceOf(StaleRevision);
        expect(idsOf(await store.read(stream))).toEqual(idsOf([a, b]));
      });

      it('at the same time is stored once, and both get the one receipt', async () => {
        const stream = newStream();
        const events = newEvents(2);
        const receipts = await Promise.all(
          [store, store, await opened(url)].map((one) => appendSettled(one, stream, events, -1)),
        );
        expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
        expect(await store.read(stream)).toHaveLength(2);
      });

      it('gets the first receipt when the first answer was lost', async () => {
        const { relay, far } = await relayed();
        const stream = newStream();
        await far.append(stream, newEvents(1), -1);
        const events = newEvents(2);
        relay.loseAnswerTo(APPENDING);
        await expect(far.append(stream, events, 0)).rejects.toBeInstanceOf(OutcomeUnknown);
        const receipt = await far.append(stream, events, 0);
        expect((await store.read(stream)).at(-1)).toMatchObject(receipt);
        relay.loseAnswerTo(APPENDING);
        expect(await appendSettled(far, stream, newEvents(1), 2)).toMatchObject({ revision: 3 });
        expect(await store.read(stream)).toHaveLength(4);
      });
    });

    describe('appends that wait together', () => {
      it('are each judged alone: a duplicate and a conflict harm nobody else', async () => {
        const [duplicate, conflict, missing] = [newStream(), newStream(), newStream()];
        const first = newEvents(2);
        const receipt = await store.append(duplicate, first, -1);
        await store.append(conflict, newEvents(1), -1);
        const others = Array.from({ length: 30 }, () => newStream());
        const answers = await Promise.allSettled([
          ...others.slice(0, 15).map((stream) => store.append(stream, newEvents(2), -1)),
          store.append(duplicate, first, -1),
          store.append(conflict, newEvents(3), -1),
          store.append(missing, newEvents(1), 4),
          ...others.slice(15).map((stream) => store.append(stream, newEvents(1), -1)),
        ]);
        expect(answers[15]).toEqual({ status: 'fulfilled', value: receipt });
        expect(answers[16]).toMatchObject({ reason: { name: 'StaleRevision', stream: conflict, expected: -1 } });
        expect(answers[17]).toMatchObject({ reason: { name: 'StaleRevision', stream: missing, expected: 4 } });
        for (const [index, stream] of others.entries()) {
          const answer = answers[index < 15 ? index : index + 3];
          const last = (await store.read(stream)).at(-1);
          expect(answer).toMatchObject({ status: 'fulfilled', value: { revision: index < 15 ? 1 : 0 } });
          expect(last).toMatchObject((answer as PromiseFulfilledResult<object>).value);
        }
        expect(await everything(store)).toHaveLength(2 + 1 + 45);
      });

      it('are written one by one when the database fails on one of them', async () => {
        const sql = await raw();
        await sql.query(`create function log.fail() returns trigger language plpgsql as $$
          begin if new.type = 'Unlucky' then raise exception 'no room for it'; end if; return new; end $$;
          create trigger fail before insert on log.events for each row execute function log.fail()`);
        const appends = Array.from({ length: 12 }, (_, n) =>
          store.append(newStream(), [newEvent(n === 7 ? { type: 'Unlucky' } : {})], -1),
        );
        const answers = await outcomes(appends);
        expect(answers.filter((answer) => answer === 'stored')).toHaveLength(11);
        await expect(appends[7]).rejects.toThrow('no room for it');
        await expect(appends[7]).rejects.not.toBeInstanceOf(OutcomeUnknown);
        expect(await everything(store)).toHaveLength(11);
      });

      it('to one stream are judged in the order in which they came', async () => {
        const stream = newStream();
        const answers = await outcomes([0, 1, 2, 3].map((n) => store.append(stream, newEvents(1), n - 1)));
        expect(answers).toEqual(['stored', 'stored', 'stored', 'stored']);
      });
    });

    describe('when the database cannot be reached', () => {
      it('an append that was never sent says so, and is not of unknown outcome', async () => {
        const { relay, far } = await relayed();
        await relay.close();
        const append = appendSettled(far, newStream(), newEvents(1), -1);
        await expect(append).rejects.toThrow();
        await expect(append).rejects.not.toBeInstanceOf(OutcomeUnknown);
      });

      it('an append whose answer never comes stays of unknown outcome when patience is over', async () => {
        const { relay, far } = await relayed();
        await far.append(newStream(), newEvents(1), -1);
        const stream = newStream();
        relay.loseAnswerTo(APPENDING);
        const append = appendSettled(far, stream, newEvents(1), -1, { signal: AbortSignal.abort() });
        await expect(append).rejects.toBeInstanceOf(OutcomeUnknown);
        expect(await store.read(stream)).toHaveLength(1);
      });
    });

    describe('reading', () => {
      it('gives a stream from a revision on, and nothing for a stream that does not exist', async () => {
        const stream = newStream();
        const events = newEvents(5);
        await store.append(stream, events, -1);
        expect(idsOf(await store.read(stream, 3))).toEqual(idsOf(events.slice(3)));
        expect(await store.read(stream, 5)).toEqual([]);
        expect(await store.read(newStream())).toEqual([]);
        expect(await store.read('no such\u001fname')).toEqual([]);
      });

      it('of many streams at once gives each its own', async () => {
        const streams = Array.from({ length: 60 }, () => newStream());
        const events = await Promise.all(
          streams.map(async (stream, n) => {
            const own = newEvents(n % 4);
            if (own.length > 0) await store.append(stream, own, -1);
            return own;
          }),
        );
        const read = await Promise.all(streams.map((stream, n) => store.read(stream, n % 2)));
        expect(read.map(idsOf)).toEqual(events.map((own, n) => idsOf(own.slice(n % 2))));
      });

      it('sees what was acknowledged before, also by another process', async () => {
        const other = await opened(url);
        const stream = newStream();
        for (let revision = -1; revision < 20; revision += 1) {
          await store.append(stream, newEvents(1), revision);
          expect(await other.read(stream, revision + 1)).toHaveLength(1);
        }
      });

      it('gives the whole log in batches, behind a position, to its present end', async () => {
        const streams = Array.from({ length: 9 }, () => newStream());
        for (const stream of streams) await store.append(stream, newEvents(3), -1);
        const all = await everything(store);
        expect(idsOf(await everything(store, undefined, 4))).toEqual(idsOf(all));
        expect(idsOf(await everything(store, all[10]?.position, 5))).toEqual(idsOf(all.slice(11)));
        expect(await everything(store, all.at(-1)?.position)).toEqual([]);
        const seen: StoredEvent[] = [];
        for await (const page of store.readAll(undefined, 2)) {
          expect(page.length).toBeLessThanOrEqual(2);
          seen.push(...page);
          await store.append(newStream(), newEvents(1), -1);
        }
        expect(idsOf(seen)).toEqual(idsOf(all));
        expect(await store.end()).toBe((await everything(store)).at(-1)?.position);
      });

      it('gives the events at some positions, in the order of the log', async () => {
        for (let n = 0; n < 3; n += 1) await store.append(newStream(), newEvents(3), -1);
        const all = await everything(store);
        const [second, fifth, last] = [all[1], all[4], all[8]] as [StoredEvent, StoredEvent, StoredEvent];
        const asked = [last, second, fifth, second].map(({ position }) => position);
        expect(await store.at(asked)).toEqual([second, fifth, last]);
        const beyond = store.positionOf(String(BigInt(store.order(last.position)) + 1000n));
        expect(await store.at([beyond, last.position])).toEqual([last]);
        expect(await store.at([])).toEqual([]);
      });

      it('of an empty log ends at once', async () => {
        expect(await everything(store)).toEqual([]);
        expect(await store.end()).toBeUndefined();
      });
    });

    describe('the order of the log', () => {
      it('is one for all streams: later appends lie behind earlier ones', async () => {
        const positions: Position[] = [];
        for (let n = 0; n < 10; n += 1) {
          positions.push((await store.append(newStream(), newEvents(1 + (n % 3)), -1)).position);
        }
        const shuffled = [...positions].sort((a, b) => (a < b ? 1 : -1));
        expect(shuffled.sort((a, b) => store.compare(a, b))).toEqual(positions);
        expect(positions.map((position) => store.positionOf(store.order(position)))).toEqual(positions);
        for (const position of positions) expect(BigInt(store.order(position))).toBeLessThan(2n ** 63n);
        const read = (await everything(store)).map(({ position }) => position);
        expect([...read].sort((a, b) => store.compare(a, b))).toEqual(read);
        expect(new Set(read).size).toBe(read.length);
        for (const nonsense of ['', 'x', '-1', '1.5', 'C:1', ' 1', '9'.repeat(19)])
          expect(() => store.order(nonsense)).toThrow();
      });

      it('never lets the instant of recording go back', async () => {
        const other = await opened(url);
        await Promise.all(
          Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? store : other).append(newStream(), newEvents(2), -1)),
        );
        const instants = (await everything(store)).map(({ recorded }) => recorded);
        expect([...instants].sort()).toEqual(instants);
      });

      it('takes its time from a set clock in a demonstration only, and not backwards', async () => {
        const now = (): string => '2031-05-01T02:00:00.000Z';
        const real = await opened(url, { now });
        await expect(real.append(newStream(), newEvents(1), -1)).rejects.toThrow('demonstration');
        await expect(real.append(newStream(), newEvents(2), -1)).rejects.toThrow('demonstration');
        expect(await store.end()).toBeUndefined();

        let set = '2026-01-15T01:00:00.000Z';
        const demonstration = await opened(await freshLog({ demonstration: true }), { now: () => set });
        const first = await demonstration.append(newStream(), newEvents(1), -1);
        set = '2025-12-31T01:00:00.000Z';
        const second = await demonstration.append(newStream(), newEvents(2), -1);
        set = '2026-03-01T01:00:00.123Z';
        const third = await demonstration.append(newStream(), newEvents(1), -1);
        expect([first, second, third].map(({ recorded }) => recorded)).toEqual([
          '2026-01-15T01:00:00.000Z',
          '2026-01-15T01:00:00.000Z',
          '2026-03-01T01:00:00.123Z',
        ]);
      });

      it('belongs to a log with an id of its own', async () => {
        expect(await (await opened(url)).logId()).toBe(await store.logId());
        expect(await (await opened(await freshLog())).logId()).not.toBe(await store.logId());
      });
    });

    describe('a subscriber', () => {
      it('gets what has happened and then what happens', async () => {
        await store.append(newStream(), newEvents(3), -1);
        const following = follow(store, undefined, 8);
        const elsewhere = await opened(url);
        await store.append(newStream(), newEvents(2), -1);
        await elsewhere.append(newStream(), newEvents(3), -1);
        expect(await following).toEqual(await everything(store));
      });

      it('gets what is appended here and elsewhere at once, in one order', async () => {
        await store.append(newStream(), newEvents(1), -1);
        const elsewhere = await opened(url);
        const following = follow(store, undefined, 218);
        const stale = newStream();
        await store.append(stale, newEvents(1), -1);
        for (let n = 0; n < 24; n += 1) {
          const appends = [store, elsewhere, store, store, elsewhere].map((one, index) =>
            one.append(newStream(), newEvents(1 + (index % 3)), -1),
          );
          const refused = store.append(stale, newEvents(1), 7);
          await Promise.all([...appends, expect(refused).rejects.toBeInstanceOf(StaleRevision)]);
        }
        expect(await following).toEqual((await everything(store)).slice(0, 218));
      });

      it('never passes an event that is committed later', async () => {
        await store.append(newStream(), newEvents(1), -1);
        const slow = await raw();
        await slow.query('begin');
        const { id, type, schema, on, actor, command, correlation, causation, data } = newEvent();
        const late = newStream();
        await slow.query('select log.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)', [
          ...[1, late, -1, 0, id, type, schema, on, actor, command, correlation, causation, data, null],
        ]);
        const enough = new AbortController();
        const seen: StoredEvent[] = [];
        const following = (async () => {
          for await (const page of store.subscribe(undefined, enough.signal)) {
            seen.push(...page);
            if (seen.length >= 4) enough.abort();
          }
        })();
        const other = await opened(url);
        const behind = [store.append(newStream(), newEvents(1), -1), other.append(newStream(), newEvents(1), -1)];
        await expectEventually(async () => {
          const { rows } = await slow.query<{ waiting: string }>(
            `select count(*) as waiting from pg_locks
             where locktype = 'advisory' and not granted and database = (select oid from pg_database
               where datname = current_database())`,
          );
          return Number(rows[0]?.waiting) === 2 && seen.length === 1;
        });
        await slow.query('commit');
        await Promise.all(behind);
        await following;
        expect(idsOf(seen)).toEqual(idsOf(await everything(store)));
        expect(seen[1]).toMatchObject({ id, stream: late });
      });

      it('misses nothing from its last position on, however often it is restarted', async () => {
        const writing = (async () => {
          for (let n = 0; n < 60; n += 1) {
            await Promise.all([1, 2, 3].map((count) => store.append(newStream(), newEvents(count), -1)));
          }
        })();
        const seen: StoredEvent[] = [];
        const other = await opened(url);
        while (seen.length < 360) {
          const before = seen.length;
          const pause = new AbortController();
          for await (const page of other.subscribe(seen.at(-1)?.position, pause.signal, 20)) {
            seen.push(...page);
            if (seen.length - before > 37 || seen.length === 360) pause.abort();
          }
        }
        await writing;
        expect(idsOf(seen)).toEqual(idsOf(await everything(store)));
      });

      it('gets everything, however many there are beside it, each at its own pace', async () => {
        await store.append(newStream(), newEvents(40), -1);
        const [start] = await everything(store);
        const following = [
          { from: undefined, batch: 7, rest: 0 },
          { from: start?.position, batch: 1_000, rest: 3 },
          { from: undefined, batch: 1, rest: 0 },
          { from: start?.position, batch: 13, rest: 1 },
        ].map(async ({ from, batch, rest }) => {
          const enough = new AbortController();
          const seen: StoredEvent[] = [];
          for await (const page of store.subscribe(from, enough.signal, batch)) {
            seen.push(...page);
            if (rest > 0) await setTimeout(rest);
            if (seen.length >= (from === undefined ? 160 : 159)) enough.abort();
          }
          return { from, seen };
        });
        for (let n = 0; n < 40; n += 1) {
          await Promise.all([1, 2].map((count) => store.append(newStream(), newEvents(count), -1)));
        }
        const all = await everything(store);
        for (const { from, seen } of await Promise.all(following)) {
          expect(seen).toEqual(from === undefined ? all : all.slice(1));
        }
      });

      it('is waited for: the next batch comes when it asks', async () => {
        for (let n = 0; n < 6; n += 1) await store.append(newStream(), newEvents(2), -1);
        let busy = 0;
        let seen = 0;
        const enough = new AbortController();
        for await (const page of store.subscribe(undefined, enough.signal, 2)) {
          busy += 1;
          expect(busy).toBe(1);
          await store.append(newStream(), newEvents(1), -1);
          busy -= 1;
          seen += page.length;
          if (seen >= 12) enough.abort();
        }
        expect(seen).toBeGreaterThanOrEqual(12);
      });

      it('goes on by itself when its connection is lost', async () => {
        const { relay, far } = await relayed();
        const following = follow(far, undefined, 30);
        for (let n = 0; n < 10; n += 1) {
          await store.append(newStream(), newEvents(3), -1);
          relay.cut();
        }
        expect(idsOf(await following)).toEqual(idsOf(await everything(store)));
      });

      it('ends when it is told to, also while nothing happens', async () => {
        const enough = new AbortController();
        const following = (async () => {
          let pages = 0;
          for await (const page of store.subscribe(undefined, enough.signal)) pages += page.length;
          return pages;
        })();
        await store.end();
        enough.abort();
        expect(await following).toBe(0);
        for await (const page of store.subscribe(undefined, AbortSignal.abort())) expect(page).toBeUndefined();
      });

      it('is told when its checkpoint is of another or a longer log', async () => {
        const longer = await opened(await freshLog());
        for (let n = 0; n < 3; n += 1) await longer.append(newStream(), newEvents(2), -1);
        const end = (await longer.end()) as Position;
        const never = new AbortController();
        await expect(store.subscribe(end, never.signal)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(
          ForeignCheckpoint,
        );
        await store.append(newStream(), newEvents(1), -1);
        await expect(store.subscribe(end, never.signal)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(
          ForeignCheckpoint,
        );
      });
    });
  });
};

/** Asks again until it is so; the test's own time limit ends it. */
export const expectEventually = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
};
