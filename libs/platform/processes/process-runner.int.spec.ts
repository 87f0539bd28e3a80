import { eventsOf, OPEN, refusal, type Decider, type Process, type Seen } from '#kernel';
import { CommandRunner, Dispatch } from '#platform/commands';
import type { Database } from '#platform/database';
import { PostgresEventStore, Upcasting, type StoredEvent } from '#platform/event-store';
import { TestClock } from '../../../tests/support/clock.js';
import { newEvent, newStream } from '../../../tests/support/events.js';
import { freshDatabase, giveBack } from '../../../tests/support/postgres.js';
import { NotYet, ProcessFacts } from './process-facts.js';
import { ProcessRunner, type ProcessState } from './process-runner.js';
import { wish } from './wish.js';

type ThingEvents = { ThingHappened: { number: number } };
type LetterEvents = { LetterSent: { number: number; weather: string } };
type LetterCommands = { SendLetter: { number: number; weather: string } };

const sent = eventsOf<LetterEvents>();
const letters: Decider<null, LetterCommands, LetterEvents> = {
  category: 'letter',
  initial: null,
  decide: {
    SendLetter: (_, data) => {
      if (data.number === 7) throw refusal('conflict', 'thing.no-sevens', { number: 7 });
      return [sent('LetterSent', data)];
    },
  },
  evolve: { LetterSent: () => null },
};
class LetterDispatch extends Dispatch<LetterCommands> {}

/** What tests change while processes run. */
const world = { weather: 'fair', takesThirteen: false };

class Weather extends ProcessFacts<ThingEvents, string> {
  override read(): Promise<string> {
    if (world.weather === 'unknown') return Promise.reject(new NotYet('nobody has looked out of the window'));
    return world.weather === 'storm' ? Promise.reject(new Error('the line is down')) : Promise.resolve(world.weather);
  }
}

const subject = '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10';
const toldBy = (name: string): Process<ThingEvents, string> => ({
  name,
  on: {
    ThingHappened: ({ data: { number } }: Seen<ThingEvents, 'ThingHappened'>, weather) => {
      if (number === 13 && !world.takesThirteen) throw new Error('not thirteen');
      return number < 0 ? [] : [wish(LetterDispatch, subject, 'SendLetter', { number, weather })];
    },
  },
});

let database: Database;
let store: PostgresEventStore;
const running: ProcessRunner[] = [];

const worker = async (processes: readonly Process<ThingEvents, string>[]): Promise<ProcessRunner> => {
  const upcasting = new Upcasting([]);
  const commands = new CommandRunner(store, upcasting, new TestClock());
  const runner = new ProcessRunner(
    store,
    database,
    upcasting,
    { execute: (dispatch) => commands.run(letters, dispatch as LetterDispatch, { read: async () => ({}) }) },
    processes.map((process) => ({ process, facts: Weather })),
    () => new Weather(),
  );
  running.push(runner);
  await runner.start();
  return runner;
};
const happen = async (...numbers: number[]): Promise<string> => {
  let position = '';
  for (const number of numbers) {
    const event = newEvent({ type: 'ThingHappened', data: `{"number":${number}}` });
    position = (await store.append(newStream(), [event], -1)).position;
  }
  return position;
};
const stored = (): Promise<readonly StoredEvent[]> => store.read(`letter-${subject}`);
const numbers = async (): Promise<number[]> =>
  (await stored()).map(({ data }) => (JSON.parse(data) as { number: number }).number);
const stateOf = async (runner: ProcessRunner, status: ProcessState['status']): Promise<ProcessState> => {
  for (;;) {
    const [state] = await runner.states();
    if (state?.status === status) return state;
    await runner.passed([state?.process ?? ''], OPEN, 20);
  }
};

const told = toldBy('when-thing-happened-tell');

beforeEach(async () => {
  Object.assign(world, { weather: 'fair', takesThirteen: false });
  database = await freshDatabase();
  store = await PostgresEventStore.open(database.url);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((runner) => runner.stop()));
  await store.close();
  await giveBack(database);
});

describe('a process', () => {
  it('begins behind what had happened when it was first known, and sends a command for each event since', async () => {
    await happen(1, 2);
    const runner = await worker([told]);
    const last = await happen(3, -1, 4);
    expect(await runner.passed(runner.names, last, 10_000)).toBe(true);
    expect(await numbers()).toEqual([3, 4]);
  });

  it('begins with the first event where it says so', async () => {
    const last = await happen(1, 2);
    const runner = await worker([{ ...told, begins: 'at-the-beginning' }]);
    expect(await runner.passed(runner.names, last, 10_000)).toBe(true);
    expect(await numbers()).toEqual([1, 2]);
  });

  it('acts under its own name, and its commands tell which event led to them', async () => {
    const runner = await worker([told]);
    await runner.passed(runner.names, await happen(1), 10_000);
    const [letter] = await stored();
    const cause: StoredEvent[] = [];
    for await (const batch of store.readAll()) cause.push(...batch.filter(({ id }) => id === letter?.causation));
    expect(letter).toMatchObject({ actor: 'system:when-thing-happened-tell', correlation: cause[0]?.correlation });
    expect(cause).toMatchObject([{ type: 'ThingHappened' }]);
  });

  it('goes on where it was when it is started again, also with what happened meanwhile', async () => {
    const first = await worker([told]);
    await first.passed(first.names, await happen(1), 10_000);
    await first.stop();
    const last = await happen(2);
    const second = await worker([told]);
    expect(await second.passed(second.names, last, 10_000)).toBe(true);
    expect(await numbers()).toEqual([1, 2]);
  });

  it('does nothing twice for an event that comes again', async () => {
    const first = await worker([told]);
    await first.passed(first.names, await happen(1, 2), 10_000);
    await first.stop();
    await database.pool.query('update processes.checkpoint set position = 0');
    const second = await worker([told]);
    await second.passed(second.names, await happen(3), 10_000);
    expect(await numbers()).toEqual([1, 2, 3]);
  });

  it('passes what is refused and shows it as a fault until somebody has dealt with it', async () => {
    const runner = await worker([told]);
    expect(await runner.passed(runner.names, await happen(6, 7, 8), 10_000)).toBe(true);
    expect(await numbers()).toEqual([6, 8]);
    expect(await runner.states()).toMatchObject([{ status: 'live', faults: 1, trouble: null }]);
    expect(await runner.faults(told.name)).toMatchObject([
      { wish: 'SendLetter', subject, code: 'thing.no-sevens', details: { number: 7 }, type: 'ThingHappened' },
    ]);
    expect(await runner.settle(told.name)).toBe(1);
    expect(await runner.states()).toMatchObject([{ faults: 0 }]);
  });

  it('tries again what fails, and shows it, while others go on', async () => {
    const runner = await worker([told]);
    world.weather = 'storm';
    await happen(1);
    const state = await stateOf(runner, 'waiting');
    expect(state.trouble).toMatchObject({ type: 'ThingHappened', error: 'the line is down' });
    world.weather = 'fair again';
    expect(await runner.passed(runner.names, await happen(2), 20_000)).toBe(true);
    expect((await stored()).map(({ data }) => data)).toEqual([
      '{"number":1,"weather":"fair again"}',
      '{"number":2,"weather":"fair again"}',
    ]);
    expect(await runner.states()).toMatchObject([{ status: 'live', trouble: null }]);
  });

  it('asks evenly for what is not known yet: waits that grow would take minutes for as many attempts', async () => {
    const runner = await worker([told]);
    world.weather = 'unknown';
    await happen(1);
    const longest = Date.now() + 20_000;
    let attempts: number | undefined = 0;
    while ((attempts ?? 0) < 15 && Date.now() < longest) {
      ({ attempts } = (await stateOf(runner, 'waiting')).trouble ?? {});
    }
    expect(attempts).toBeGreaterThanOrEqual(15);
    world.weather = 'fair';
    expect(await runner.passed(runner.names, await happen(2), 20_000)).toBe(true);
    expect(await numbers()).toEqual([1, 2]);
  });

  it('stops alone at an event that it cannot take, and goes on after the repair', async () => {
    const steady: Process<ThingEvents, string> = { name: 'when-thing-happened-count', on: { ThingHappened: () => [] } };
    const runner = await worker([told, steady]);
    const last = await happen(1, 13, 2);
    const state = await stateOf(runner, 'stopped');
    expect(state).toMatchObject({ process: told.name, trouble: { type: 'ThingHappened', error: 'not thirteen' } });
    expect(await runner.passed([steady.name], last, 10_000)).toBe(true);
    expect(await numbers()).toEqual([1]);
    world.takesThirteen = true;
    await runner.resume(told.name);
    expect(await runner.passed([told.name], last, 10_000)).toBe(true);
    expect(await numbers()).toEqual([1, 13, 2]);
  });

  it('hears each event behind all before it, and the events of each stream in order where it says that this is enough', async () => {
    const runner = await worker([told, { ...told, name: 'when-thing-happened-hurry', order: 'of-each-stream' }]);
    const [stream, all] = [newStream(), Array.from({ length: 150 }, (_, nth) => nth + 100)];
    const events = all.map((number) => newEvent({ type: 'ThingHappened', data: `{"number":${number}}` }));
    const { position } = await store.append(stream, events, -1);
    expect(await runner.passed(runner.names, position, 20_000)).toBe(true);
    const by = async (name: string): Promise<number[]> =>
      (await stored())
        .filter(({ actor }) => actor === `system:${name}`)
        .map(({ data }) => (JSON.parse(data) as { number: number }).number);
    expect(await by(told.name)).toEqual(all);
    expect(await by('when-thing-happened-hurry')).toEqual(all);
  });

  it('passes all of what it hears at once but what is refused, and goes on behind what it could not take', async () => {
    const hurried = toldBy('when-thing-happened-hurry');
    const runner = await worker([{ ...hurried, order: 'of-each-stream' }]);
    const last = await happen(5, 7, 6, 13, 8, 9);
    const state = await stateOf(runner, 'stopped');
    expect(state).toMatchObject({ faults: 1, trouble: { error: 'not thirteen' } });
    expect((await numbers()).sort()).toEqual([5, 6]);
    world.takesThirteen = true;
    await runner.resume(hurried.name);
    expect(await runner.passed(runner.names, last, 20_000)).toBe(true);
    expect((await numbers()).sort((a, b) => a - b)).toEqual([5, 6, 8, 9, 13]);
  });

  it('does not run on another log, and begins at its end when it is told to', async () => {
    const first = await worker([told]);
    const last = await happen(1, 2);
    await first.passed(first.names, last, 10_000);
    await first.stop();
    await database.pool.query('update processes.checkpoint set log = gen_random_uuid(), position = 1');
    const second = await worker([told]);
    await happen(3);
    expect((await stateOf(second, 'foreign')).process).toBe(told.name);
    await second.resume(told.name);
    await stateOf(second, 'live');
    expect(await second.passed(second.names, await happen(4), 10_000)).toBe(true);
    expect(await numbers()).toEqual([1, 2, 4]);
  });
});

describe('several workers', () => {
  it('do each thing once, and one takes over what another has let go', async () => {
    const other = toldBy('when-thing-happened-shout');
    const first = await worker([told, other]);
    const second = await worker([told, other]);
    expect(await second.passed(second.names, await happen(1, 2, 3), 10_000)).toBe(true);
    await first.stop();
    expect(await second.passed(second.names, await happen(4, 5), 10_000)).toBe(true);
    expect((await numbers()).sort()).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });
});
