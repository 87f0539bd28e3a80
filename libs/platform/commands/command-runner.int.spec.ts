import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { dayOfInstant, eventsOf, refusal, type Decider, type JsonObject, type TextRef, type View } from '#kernel';
import { Clock } from '#platform/clock';
import {
  CommandRunner,
  Dispatch,
  FactsReader,
  freshId,
  idOf,
  type CommandOf,
  type Receipt,
  type Sender,
} from '#platform/commands';
import { Database } from '#platform/database';
import { PostgresEventStore, Upcasting, type StoredEvent } from '#platform/event-store';
import { Allow, Sent } from '#platform/http';
import { Projector, type Parts } from '#platform/projector';
import { Texts } from '#platform/texts';
import { testApp, type TestApp } from '../../../tests/support/app.js';
import { APPENDING, Relay } from '../../../tests/support/relay.js';

/** A jar that holds ten pebbles: the smallest subject that has rules. */
type JarEvents = { PebbleAdded: { entry: string; pebbles: number; note?: TextRef }; JarEmptied: { entry: string } };
type JarCommands = { AddPebbles: { pebbles: number; note?: TextRef }; EmptyJar: { words?: string } };
type JarFacts = { readonly isSealed: boolean };

const event = eventsOf<JarEvents>();
const jar: Decider<number, JarCommands, JarEvents, JarFacts> = {
  category: 'jar',
  initial: 0,
  decide: {
    AddPebbles: (held, { pebbles, note }, { entry, facts }) => {
      if (facts.isSealed) throw refusal('conflict', 'sealed');
      if (held + pebbles > 10) throw refusal('conflict', 'full', { held });
      return [event('PebbleAdded', { entry, pebbles, ...(note ? { note } : {}) })];
    },
    EmptyJar: (held, _, { entry }) => (held === 0 ? [] : [event('JarEmptied', { entry })]),
  },
  evolve: { PebbleAdded: (held, { pebbles }) => held + pebbles, JarEmptied: () => 0 },
};

/** A store that reads what it read first, as if others were always faster. */
class AlwaysBehind extends PostgresEventStore {
  private first: Promise<readonly StoredEvent[]> | undefined;

  override read(stream: string): Promise<readonly StoredEvent[]> {
    return (this.first ??= super.read(stream));
  }
}

/** A store that counts how often a stream is read. */
class Counting extends PostgresEventStore {
  asked = 0;

  override read(stream: string): Promise<readonly StoredEvent[]> {
    this.asked += 1;
    return super.read(stream);
  }
}

/** A subject that writes down what it knows of its events. */
type DiaryEvents = { Written: { entry: string; known: JsonObject[] } };
const diary: Decider<readonly JsonObject[], { Write: Record<never, never> }, DiaryEvents> = {
  category: 'diary',
  initial: [],
  decide: { Write: (known, _, { entry }) => [{ type: 'Written', data: { entry, known: [...known] } }] },
  evolve: { Written: (known, { entry }, stored) => [...known, { entry, ...stored }] },
};
class DiaryDispatch extends Dispatch<{ Write: Record<never, never> }> {}

class JarDispatch extends Dispatch<JarCommands> {}

class JarFactsReader extends FactsReader<JarCommands, JarFacts> {
  /** What happens elsewhere while the facts are read. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  override async read(): Promise<JarFacts> {
    await this.meanwhile();
    return { isSealed: false };
  }
}

@Entity('held')
class Held {
  @PrimaryColumn('bigint') at!: string;
  @Column('uuid') jar!: string;
  @Column('int') pebbles!: number;
}
const jars: View<JarEvents> = {
  name: 'jars',
  tables: [Held],
  on: { PebbleAdded: ({ id, at, data }, rows) => rows.add(Held, { at, jar: id, pebbles: data.pebbles }) },
};

class PebblesBody {
  @IsInt() pebbles!: number;
  @IsOptional() @IsString() note?: string;
}

@Controller('jars/:id')
class JarController {
  constructor(
    private readonly runner: CommandRunner,
    private readonly texts: Texts,
    private readonly facts: JarFactsReader,
    private readonly projector: Projector,
    private readonly database: Database,
  ) {}

  @Post('pebbles')
  @Allow('report')
  add(@Param('id') id: string, @Body() { pebbles, note }: PebblesBody, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { note }, (refs) =>
      this.run(id, sender, 'AddPebbles', { pebbles, ...(refs.note ? { note: refs.note } : {}) }),
    );
  }

  @Post('emptying')
  @Allow('report')
  empty(@Param('id') id: string, @Body() { note }: { note?: string }, @Sent() sender: Sender): Promise<Receipt> {
    return this.texts.during(sender, { note }, () => this.run(id, sender, 'EmptyJar', {}));
  }

  @Get()
  @Allow('read')
  async show(@Param('id') id: string, @Query('after') after: string): Promise<object> {
    const stale = !(await this.projector.passed(['jars'], after));
    const { rows } = await this.database.pool.query(
      'select sum(pebbles)::int as held from view_jars.held where jar = $1',
      [id],
    );
    return { ...rows[0], stale };
  }

  private run(id: string, sender: Sender, ...command: CommandOf<JarCommands>): Promise<Receipt> {
    return this.runner.run(jar, new JarDispatch(id, sender, ...command), this.facts);
  }
}

@Module({ controllers: [JarController], providers: [JarFactsReader] })
class JarModule {
  static readonly parts: Parts = { views: [jars] };
}

let app: TestApp;
let facts: JarFactsReader;
let count = 0;
/** Each test has a jar and a key of its own. */
let id = '';
let key = '';

beforeAll(async () => {
  app = await testApp([JarModule]);
  facts = app.nest.get(JarFactsReader);
});
afterAll(() => app.close());
beforeEach(() => {
  count += 1;
  id = idOf('jar', count);
  key = `a key of a client ${count}`.replaceAll(' ', '-');
  facts.meanwhile = () => Promise.resolve();
});

const sender = (chosen: Partial<Sender> = {}): Sender => {
  const command = freshId();
  return { actor: 'lan', unit: null, role: 'x', command, correlation: command, causation: command, ...chosen };
};
const run = (from: Sender, ...command: CommandOf<JarCommands>): Promise<Receipt> =>
  app.nest.get(CommandRunner).run(jar, new JarDispatch(id, from, ...command), facts);
const happened = () => app.store.read(`jar-${id}`);
const add = (body: object, headers: Record<string, string> = { 'idempotency-key': key }, username = 'lan') =>
  app.as({ username }).with(headers).post(`/jars/${id}/pebbles`, body);
/** What a command may leave behind outside the log. */
const traces = async (): Promise<{ texts: number; keys: number }> => {
  const { rows } = await app.database.pool.query<{ texts: number; keys: number }>(
    `select (select count(*)::int from typed_text) as texts, (select count(*)::int from idempotency_key) as keys`,
  );
  return rows[0] as { texts: number; keys: number };
};

describe('a receipt', () => {
  it('names the subject, its revision, the position and the entry that was made', async () => {
    const { body, headers } = await add({ pebbles: 2 }).expect(201);
    const [stored] = await happened();
    const command = idOf('key', key);
    expect(body).toEqual({ id, revision: 0, position: stored?.position, entry: idOf(command, 'entry') });
    expect(headers['etag']).toBe('"0"');
    expect(stored).toMatchObject({
      id: idOf(command, 'event', 0),
      command,
      actor: 'lan',
      on: app.clock.today(),
      data: `{"entry":"${body.entry}","pebbles":2}`,
    });
  });

  it('is what a question waits for', async () => {
    for (const pebbles of [1, 2, 3]) {
      const { body } = await app.as().post(`/jars/${id}/pebbles`, { pebbles }).expect(201);
      const { body: shown } = await app.as().get(`/jars/${id}?after=${body.position}`).expect(200);
      expect(shown).toEqual({ held: (pebbles * (pebbles + 1)) / 2, stale: false });
    }
  });

  it('beyond what a view has seen is answered all the same, as stale', async () => {
    await add({ pebbles: 1 }).expect(201);
    const { body } = await app.as().get(`/jars/${id}?after=999999999`).expect(200);
    expect(body).toMatchObject({ stale: true });
  });
});

describe('a command that is sent again', () => {
  it('is answered with its first receipt', async () => {
    const first = await add({ pebbles: 2, note: 'từ suối' }).expect(201);
    await app.as().post(`/jars/${id}/pebbles`, { pebbles: 1 }).expect(201);
    const second = await add({ pebbles: 2, note: 'từ suối' }).expect(201);
    expect(second.body).toEqual(first.body);
    expect(await happened()).toHaveLength(2);
  });

  it('many times at once is carried out once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => add({ pebbles: 2, note: 'từ suối' })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await happened()).toHaveLength(1);
  });

  it('after the service broke before it was stored is carried out then', async () => {
    facts.meanwhile = () => Promise.reject(new Error('the line is dead'));
    await add({ pebbles: 2, note: 'từ suối' }).expect(500);
    expect(await happened()).toHaveLength(0);
    facts.meanwhile = () => Promise.resolve();
    await add({ pebbles: 2, note: 'từ suối' }).expect(201);
    const [stored] = await happened();
    const { note } = JSON.parse(stored?.data ?? '{}') as { note: TextRef };
    expect(await app.nest.get(Texts).show([note])).toEqual(new Map([[note.id, { text: 'từ suối' }]]));
  });

  it('after the service broke behind the append is answered from what was stored', async () => {
    const from = sender();
    const before = await run(from, 'AddPebbles', { pebbles: 2 });
    const relay = await Relay.to(app.database.url);
    const store = await PostgresEventStore.open(relay.url, { now: () => app.clock.now() });
    try {
      const again = new CommandRunner(store, new Upcasting([]), app.nest.get(Clock));
      const dispatch = new JarDispatch(id, { ...from, correlation: freshId() }, 'AddPebbles', { pebbles: 2 });
      expect(await again.run(jar, dispatch, facts)).toEqual(before);
    } finally {
      await store.close();
      await relay.close();
    }
    expect(await happened()).toHaveLength(1);
  });

  it('after the answer of the store was lost is stored once, by the runner itself', async () => {
    const relay = await Relay.to(app.database.url);
    const store = await PostgresEventStore.open(relay.url, { now: () => app.clock.now() });
    try {
      const runner = new CommandRunner(store, new Upcasting([]), app.nest.get(Clock));
      relay.loseAnswerTo(APPENDING);
      const receipt = await runner.run(jar, new JarDispatch(id, sender(), 'AddPebbles', { pebbles: 2 }), facts);
      const stored = await happened();
      expect(stored).toHaveLength(1);
      expect(receipt).toMatchObject({ revision: 0, position: stored[0]?.position });
    } finally {
      await store.close();
      await relay.close();
    }
  });

  it.each<[string, () => PromiseLike<{ status: number; body: { code?: string } }>]>([
    ['with another body', () => add({ pebbles: 3 })],
    ['by another actor', () => add({ pebbles: 2 }, undefined, 'minh')],
    [
      'on another route',
      () => app.as({ username: 'lan' }).with({ 'idempotency-key': key }).post(`/jars/${id}/emptying`, {}),
    ],
    [
      'for another subject',
      () =>
        app
          .as({ username: 'lan' })
          .with({ 'idempotency-key': key })
          .post(`/jars/${idOf('other')}/pebbles`, { pebbles: 2 }),
    ],
  ])('%s is refused', async (_, again) => {
    await add({ pebbles: 2 }).expect(201);
    const { status, body } = await again();
    expect([status, body.code]).toEqual([422, 'request.idempotency-key-reused']);
    expect(await happened()).toHaveLength(1);
  });

  it('leaves text and key to the other of two that are under way at once when it is refused', async () => {
    await add({ pebbles: 8 }, {}).expect(201);
    const before = await traces();
    const note = 'Đầy rồi.';
    let reached = (): void => undefined;
    let goOn = (): void => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    let reading = 0;
    let second: Promise<{ status: number; body: { position?: string } }> | undefined;
    facts.meanwhile = async () => {
      reading += 1;
      if (reading === 1) {
        second = add({ pebbles: 4, note }).then(({ status, body }) => ({ status, body }));
        await isReached;
      } else if (reading === 2) {
        reached();
        await mayGoOn;
      }
    };
    await add({ pebbles: 4, note }).expect(409);
    await app.as({ username: 'lan' }).post(`/jars/${id}/emptying`, {}).expect(201);
    goOn();
    expect(await second).toMatchObject({ status: 201 });
    expect(await traces()).toEqual({ texts: before.texts + 1, keys: before.keys + 1 });
    const { note: kept } = JSON.parse((await happened()).at(-1)?.data ?? '') as { note: TextRef };
    expect((await app.nest.get(Texts).show([kept])).get(kept.id)).toEqual({ text: note });
    expect(await app.nest.get(Texts).faults([kept])).toEqual([]);
    const other = await add({ pebbles: 1, note }).expect(422);
    expect(other.body.code).toBe('request.idempotency-key-reused');
  });

  it('under a key that is none is refused', async () => {
    for (const bad of ['short', 'with space inside', 'x'.repeat(201)]) {
      const { body } = await add({ pebbles: 2 }, { 'idempotency-key': bad }).expect(422);
      expect(body.code).toBe('request.bad-idempotency-key');
    }
  });

  it('without a key is another command', async () => {
    for (const _ of [1, 2]) await add({ pebbles: 2 }, {}).expect(201);
    expect(await happened()).toHaveLength(2);
  });
});

describe('what commands would record', () => {
  const foreseen = (...pebbles: readonly number[]) =>
    app.nest.get(CommandRunner).foreseeEach(
      jar,
      pebbles.map((each) => new JarDispatch(id, sender(), 'AddPebbles', { pebbles: each })),
      facts,
    );

  it('is told one behind the other, refusals too, and nothing is recorded', async () => {
    await add({ pebbles: 4 }).expect(201);
    const told = await foreseen(3, 9, 2, 4);
    const [three, nine, two, four] = told;
    expect([three, two]).toMatchObject([
      [{ type: 'PebbleAdded', data: { pebbles: 3 } }],
      [{ type: 'PebbleAdded', data: { pebbles: 2 } }],
    ]);
    expect([nine, four]).toMatchObject([
      { code: 'jar.full', details: { held: 7 } },
      { code: 'jar.full', details: { held: 9 } },
    ]);
    expect(await happened()).toHaveLength(1);
    expect(await foreseen()).toEqual([]);
  });

  it('is what the command records or refuses then', async () => {
    const runner = app.nest.get(CommandRunner);
    const [small, large] = [4, 11].map((pebbles) => new JarDispatch(id, sender(), 'AddPebbles', { pebbles }));
    const told = await runner.foresee(jar, small as JarDispatch, facts);
    await expect(runner.foresee(jar, large as JarDispatch, facts)).rejects.toMatchObject({ code: 'jar.full' });
    expect(await happened()).toHaveLength(0);
    await runner.run(jar, small as JarDispatch, facts);
    expect((await happened()).map(({ data }) => JSON.parse(data) as object)).toEqual(told.map(({ data }) => data));
  });
});

describe('a lost race', () => {
  it('is decided again on what the winner left', async () => {
    const outcomes = await Promise.all([6, 6].map((pebbles) => add({ pebbles }, {})));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = outcomes.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'jar.full', details: { held: 6 } });
  });

  it('is decided again when somebody was faster while the facts were read', async () => {
    let others = 2;
    facts.meanwhile = async () => {
      if (others === 0) return;
      others -= 1;
      const { meanwhile } = facts;
      facts.meanwhile = () => Promise.resolve();
      await run(sender(), 'AddPebbles', { pebbles: 1 });
      facts.meanwhile = meanwhile;
    };
    const receipt = await run(sender(), 'AddPebbles', { pebbles: 1 });
    expect(receipt.revision).toBe(2);
  });

  it('is given up in the end when somebody is always faster', async () => {
    await run(sender(), 'AddPebbles', { pebbles: 1 });
    const store = new AlwaysBehind(app.database.url, { now: () => app.clock.now() });
    try {
      await store.read(`jar-${id}`);
      await run(sender(), 'AddPebbles', { pebbles: 1 });
      const runner = new CommandRunner(store, new Upcasting([]), app.nest.get(Clock));
      const losing = runner.run(jar, new JarDispatch(id, sender(), 'AddPebbles', { pebbles: 1 }), facts);
      await expect(losing).rejects.toMatchObject({ code: 'request.too-busy', kind: 'conflict' });
    } finally {
      await store.close();
    }
    expect(await happened()).toHaveLength(2);
  });
});

describe('a subject on which the same process recorded something', () => {
  let store: Counting;
  let runner: CommandRunner;
  const here = (from: Sender, ...command: CommandOf<JarCommands>): Promise<Receipt> =>
    runner.run(jar, new JarDispatch(id, from, ...command), facts);

  beforeAll(() => {
    store = new Counting(app.database.url, { now: () => app.clock.now() });
  });
  afterAll(() => store.close());
  beforeEach(() => {
    store.asked = 0;
    runner = new CommandRunner(store, new Upcasting([]), app.nest.get(Clock));
  });

  it('is not read again', async () => {
    const first = sender();
    const receipt = await here(first, 'AddPebbles', { pebbles: 2 });
    for (const pebbles of [1, 2, 3]) await here(sender(), 'AddPebbles', { pebbles });
    expect(await here(first, 'AddPebbles', { pebbles: 2 })).toEqual(receipt);
    expect(store.asked).toBe(1);
    await expect(here(sender(), 'AddPebbles', { pebbles: 3 })).rejects.toMatchObject({ details: { held: 8 } });
    expect(await happened()).toHaveLength(4);
  });

  it('is known as its stream tells it', async () => {
    const write = (by: CommandRunner): Promise<Receipt> =>
      by.run(diary, new DiaryDispatch(id, sender(), 'Write', {}), { read: () => Promise.resolve({}) });
    await write(runner);
    await write(runner);
    await write(runner);
    expect(store.asked).toBe(1);
    const stream = await store.read(`diary-${id}`);
    const { known } = JSON.parse(stream[2]?.data ?? '{}') as DiaryEvents['Written'];
    expect(known).toEqual(
      stream.slice(0, 2).map(({ actor, on, recorded, position, revision, data }) => ({
        entry: (JSON.parse(data) as DiaryEvents['Written']).entry,
        actor,
        on,
        recorded: dayOfInstant(recorded),
        at: store.order(position),
        revision,
      })),
    );
  });

  it('is refused nothing that somebody else has made possible', async () => {
    await here(sender(), 'AddPebbles', { pebbles: 10 });
    await run(sender(), 'EmptyJar', {});
    const receipt = await here(sender(), 'AddPebbles', { pebbles: 3 });
    expect(receipt.revision).toBe(2);
  });

  it('is allowed nothing that somebody else has made impossible', async () => {
    await here(sender(), 'AddPebbles', { pebbles: 5 });
    await run(sender(), 'AddPebbles', { pebbles: 5 });
    await expect(here(sender(), 'AddPebbles', { pebbles: 1 })).rejects.toMatchObject({ details: { held: 10 } });
    expect(await happened()).toHaveLength(2);
  });

  it('is not taken for what somebody else has changed', async () => {
    await here(sender(), 'AddPebbles', { pebbles: 5 });
    await here(sender(), 'EmptyJar', {});
    await run(sender(), 'AddPebbles', { pebbles: 2 });
    expect(await here(sender(), 'EmptyJar', {})).toMatchObject({ revision: 3 });
    expect(await here(sender(), 'EmptyJar', {})).toMatchObject({ revision: 3, unchanged: true });
  });

  it('is changed at the revision that the sender has seen, whoever made it', async () => {
    await here(sender(), 'AddPebbles', { pebbles: 1 });
    await run(sender(), 'AddPebbles', { pebbles: 1 });
    const stale = here(sender({ expected: 0 }), 'AddPebbles', { pebbles: 1 });
    await expect(stale).rejects.toMatchObject({ kind: 'stale', details: { revision: 1 } });
    await run(sender(), 'AddPebbles', { pebbles: 1 });
    expect(await here(sender({ expected: 2 }), 'AddPebbles', { pebbles: 1 })).toMatchObject({ revision: 3 });
  });

  it('tells a command that went through elsewhere from one that did not', async () => {
    const from = sender();
    await here(sender(), 'AddPebbles', { pebbles: 1 });
    const receipt = await run(from, 'AddPebbles', { pebbles: 2 });
    await run(sender(), 'AddPebbles', { pebbles: 3 });
    expect(await here(from, 'AddPebbles', { pebbles: 2 })).toEqual(receipt);
    expect(await happened()).toHaveLength(3);
  });

  it('takes commands that come at once one behind the other', async () => {
    await here(sender(), 'AddPebbles', { pebbles: 1 });
    await run(sender(), 'AddPebbles', { pebbles: 1 });
    const all = Array.from({ length: 3 }, () => here(sender(), 'AddPebbles', { pebbles: 1 }));
    expect((await Promise.all(all)).map(({ revision }) => revision).sort()).toEqual([2, 3, 4]);
    expect(await here(sender(), 'AddPebbles', { pebbles: 5 })).toMatchObject({ revision: 5 });
  });
});

describe('If-Match', () => {
  it('lets the command through at the revision that was seen', async () => {
    await add({ pebbles: 2 }, { 'if-match': '"-1"' }).expect(422);
    const first = await add({ pebbles: 2 }, {}).expect(201);
    const second = await add({ pebbles: 2 }, { 'if-match': first.headers['etag'] as string }).expect(201);
    expect(second.body.revision).toBe(1);
    await add({ pebbles: 2 }, { 'if-match': '*' }).expect(201);
  });

  it('refuses the command when somebody was faster, and says how far the subject is', async () => {
    await add({ pebbles: 2 }, {}).expect(201);
    await add({ pebbles: 2 }, {}).expect(201);
    const { body } = await add({ pebbles: 2 }, { 'if-match': '"0"' }).expect(412);
    expect(body).toMatchObject({ code: 'request.stale', details: { revision: 1 } });
  });

  it('is not decided again when the race is lost in the last moment', async () => {
    await add({ pebbles: 2 }, {}).expect(201);
    const answers = await Promise.all([1, 2, 3].map(() => add({ pebbles: 1 }, { 'if-match': '"0"' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412]);
    expect(await happened()).toHaveLength(2);
  });

  it('does not stand between a repeated command and its first receipt', async () => {
    await add({ pebbles: 2 }, {}).expect(201);
    const headers = { 'if-match': '"0"', 'idempotency-key': key };
    const first = await add({ pebbles: 2 }, headers).expect(201);
    expect((await add({ pebbles: 2 }, headers).expect(201)).body).toEqual(first.body);
  });

  it('that is no revision is refused', async () => {
    const { body } = await add({ pebbles: 2 }, { 'if-match': 'yesterday' }).expect(422);
    expect(body.code).toBe('request.bad-if-match');
  });
});

describe('a command that records nothing', () => {
  it('because it is refused leaves no event, no text and no key', async () => {
    const before = await traces();
    const { body } = await add({ pebbles: 11, note: 'từ suối' }).expect(409);
    expect(body.code).toBe('jar.full');
    expect(await happened()).toHaveLength(0);
    expect(await traces()).toEqual(before);
    await add({ pebbles: 10, note: 'từ suối' }).expect(201);
  });

  it('because the wish is fulfilled already says so and leaves no event, no text and no key', async () => {
    const before = await traces();
    const empty = () =>
      app.as().with({ 'idempotency-key': key }).post(`/jars/${id}/emptying`, { note: 'đổ hết' }).expect(201);
    expect((await empty()).body).toEqual({ id, revision: -1, position: '', unchanged: true });
    const { body } = await add({ pebbles: 2 }, {}).expect(201);
    await empty();
    const [, emptied] = await happened();
    expect(emptied?.type).toBe('JarEmptied');
    await app.as().post(`/jars/${id}/emptying`, {}).expect(201);
    expect(await happened()).toHaveLength(2);
    expect(body.revision).toBe(0);
    expect(await traces()).toEqual({ texts: before.texts + 1, keys: before.keys + 1 });
  });
});

describe('the runner', () => {
  it('puts the subject in front of a refusal, once', async () => {
    await expect(run(sender(), 'AddPebbles', { pebbles: 11 })).rejects.toMatchObject({ code: 'jar.full' });
    await expect(run(sender({ expected: 4 }), 'AddPebbles', { pebbles: 1 })).rejects.toMatchObject({
      code: 'request.stale',
    });
  });

  it('stores text in NFC, whatever the keyboard composed', async () => {
    const hash = 'Sở Nội vụ'.normalize('NFD');
    await run(sender(), 'AddPebbles', { pebbles: 1, note: { id: idOf('note'), hash } });
    const [stored] = await happened();
    expect((JSON.parse(stored?.data ?? '{}') as { note: TextRef }).note.hash).toBe(hash.normalize('NFC'));
  });

  it('refuses text that could not be read again, and more than one append holds', async () => {
    for (const words of ['a\u0000b', 'half a sign: \ud83d']) {
      await expect(run(sender(), 'EmptyJar', { words })).rejects.toMatchObject({ code: 'text.unreadable' });
    }
    const note = { id: idOf('note'), hash: 'x'.repeat(600_000) };
    await expect(run(sender(), 'AddPebbles', { pebbles: 1, note })).rejects.toMatchObject({
      code: 'request.too-large',
      details: { because: 'too-large' },
    });
    expect(await happened()).toHaveLength(0);
  });

  it('breaks on a command or a stored event that no rule knows, and says which', async () => {
    const unknown = ['toString', {}] as unknown as CommandOf<JarCommands>;
    await expect(run(sender(), ...unknown)).rejects.toThrow('jar has no command toString');
    const command = freshId();
    const strange = { id: freshId(), type: 'JarBroken', schema: 1, on: '2026-01-01', actor: 'x', data: '{}' };
    await app.store.append(`jar-${id}`, [{ ...strange, command, correlation: command, causation: command }], -1);
    await expect(run(sender(), 'EmptyJar', {})).rejects.toThrow('no rule knows the stored event JarBroken');
    await add({ pebbles: 1 }).expect(500);
  });
});
