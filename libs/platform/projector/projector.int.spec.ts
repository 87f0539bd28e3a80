import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { needed, type View } from '#kernel';
import { keptProcesses } from '../../../tests/support/kept-connections.js';
import { ViewBench, type Happened } from '../../../tests/support/view-bench.js';
import { Fenced, Generation, Projector, readEvents } from './index.js';

type Events = { Counted: { what: string; by: number }; Noted: { words: string } };

@Entity('tally')
class Tally {
  @PrimaryColumn('text') what!: string;
  @Column('int') sum!: number;
}
@Entity('note')
class Note {
  @PrimaryColumn('bigint') at!: string;
  @Column('text') words!: string;
}

/** A handler that a test can break: it stands for a fault in the code of a view. */
let isBroken = false;

const tally: View<Events> = {
  name: 'tally',
  tables: [Tally],
  needs: { Counted: ({ data: { what } }) => [needed(Tally, { what })] },
  on: {
    Counted: ({ data: { what, by } }, rows) => {
      if (isBroken && by < 0) throw new Error('nothing counts backwards');
      const sum = (rows.find(Tally, { what })?.sum ?? 0) + by;
      rows.put(Tally, { what, sum });
    },
  },
};
/** A view whose rows have a key of which not every text is one. */
@Entity('sheep')
class Sheep {
  @PrimaryColumn('uuid') what!: string;
  @Column('int') sum!: number;
}
const flock: View<Events> = {
  name: 'flock',
  tables: [Sheep],
  needs: { Counted: ({ data: { what } }) => [needed(Sheep, { what })] },
  on: {
    Counted: ({ data: { what, by } }, rows) => {
      rows.put(Sheep, { what, sum: (rows.find(Sheep, { what })?.sum ?? 0) + by });
    },
  },
};
const notes: View<Events> = {
  name: 'notes',
  tables: [Note],
  on: { Noted: ({ at, data: { words } }, rows) => rows.add(Note, { at, words }) },
};

const counted = (by: number, what = 'sheep'): Happened => ({ stream: 'count-1', type: 'Counted', data: { what, by } });
const noted = (words: string): Happened => ({ stream: 'note-1', type: 'Noted', data: { words } });
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

const PATIENCE = 20_000;
let bench: ViewBench;
beforeEach(async () => {
  isBroken = false;
  bench = await ViewBench.open([tally, notes]);
});
afterEach(() => bench.close());

const started = async (projector: Projector = bench.projector()): Promise<Projector> => {
  await projector.start();
  return projector;
};
const seen = (projector: Projector, view = 'tally'): Promise<boolean> => projector.caughtUp([view], PATIENCE);
/** What the database knows, as a process without views of its own would wait for it. */
const kept = (view: string, position: string): Promise<boolean> => bench.projector().passed([view], position, PATIENCE);
/** The last thing a view that cannot go on does: say so, behind what it had taken. */
const stopped = async (view: string, position: string): Promise<boolean> => {
  const { pool } = bench.database;
  for (const until = performance.now() + PATIENCE; performance.now() < until;) {
    const { rowCount } = await pool.query(
      'select from projector.checkpoint where view = $1 and position = $2 and stopped is not null',
      [view, position],
    );
    if (rowCount === 1) return true;
    await setImmediate();
  }
  return false;
};
const sums = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await bench.rows(tally, Tally)).map(({ what, sum }) => [what, sum]));

describe('views of one process', () => {
  it('follow the log from its start, each with what it listens to', async () => {
    await bench.given(counted(1), noted('a'), counted(2), { stream: 'x-1', type: 'Unheard', data: {} });
    const projector = await started();
    expect(await seen(projector)).toBe(true);
    expect(await seen(projector, 'notes')).toBe(true);
    expect(await sums()).toEqual({ sheep: 3 });
    expect(await bench.rows(notes, Note)).toEqual([{ at: '2', words: 'a' }]);
    expect(await projector.states()).toEqual(
      ['tally', 'notes'].map((view) => ({ view, position: '4', lag: 0, status: 'live', stopped: null, kept: true })),
    );
  });

  it('go on after a restart where they ended', async () => {
    const first = await started();
    await bench.given(...times(5, counted(1)));
    await seen(first);
    await first.stop();
    await bench.given(...times(5, counted(1)));
    expect(await seen(await started())).toBe(true);
    expect(await sums()).toEqual({ sheep: 10 });
  });

  it('tell how far behind they are', async () => {
    const projector = bench.projector();
    await bench.given(...times(7, noted('x')));
    await started();
    await kept('notes', '7');
    await bench.given(counted(1));
    expect((await projector.states()).find(({ view }) => view === 'notes')).toMatchObject({ status: 'live' });
    expect(await projector.passed(['notes'], '1000', 0)).toBe(false);
  });

  it('pass what they ignore, and the database knows it a second later', async () => {
    const projector = await started();
    const last = await bench.given(...times(20, noted('x')));
    expect(await seen(projector)).toBe(true);
    expect(await kept('tally', last)).toBe(true);
    expect(await sums()).toEqual({});
  });

  it('wait for a position no longer than they are asked to', async () => {
    const projector = await started();
    expect(await projector.passed(['tally'], '9', 30)).toBe(false);
    const waiting = projector.passed(['tally'], '1', PATIENCE);
    await bench.given(counted(1));
    expect(await waiting).toBe(true);
  });
});

describe('views of two processes on one database', () => {
  it('apply nothing twice', async () => {
    const [a, b] = [await started(), await started()];
    const last = await bench.given(...times(60, counted(1)), noted('end'));
    for (const projector of [a, b]) {
      expect(await projector.passed(['tally', 'notes'], last, PATIENCE)).toBe(true);
    }
    expect(await sums()).toEqual({ sheep: 60 });
    expect(await bench.rows(notes, Note)).toHaveLength(1);
  });

  it('are known to both: who keeps no view sees how far the other is', async () => {
    const owner = await started();
    const other = await started();
    for (const round of [1, 2, 3]) {
      const last = await bench.given(counted(1), noted(`round ${round}`));
      expect(await other.passed(['tally', 'notes'], last, PATIENCE)).toBe(true);
      expect((await other.states()).map(({ status }) => status)).toEqual(['live', 'live']);
    }
    expect(await seen(owner)).toBe(true);
  });

  it('are taken over when one process ends', async () => {
    const first = await started();
    const second = await started();
    await bench.given(...times(3, counted(1)));
    await seen(first);
    await first.stop();
    const last = await bench.given(...times(3, counted(1)));
    expect(await second.passed(['tally'], last, PATIENCE)).toBe(true);
    expect(await sums()).toEqual({ sheep: 6 });
  });

  it('are taken over one by one by a process that keeps others already', async () => {
    const first = await started(bench.projector([tally]));
    const second = await started(bench.projector([notes, tally]));
    const early = await bench.given(counted(1), noted('a'));
    expect(await second.passed(['tally', 'notes'], early, PATIENCE)).toBe(true);
    await first.stop();
    const last = await bench.given(counted(1), noted('b'));
    expect(await second.passed(['tally', 'notes'], last, PATIENCE)).toBe(true);
    expect(await sums()).toEqual({ sheep: 2 });
  });
});

describe('rows and checkpoint', () => {
  it('change together: whoever holds another position changes nothing', async () => {
    await bench.given(counted(1), counted(1), counted(1));
    const { pool } = bench.database;
    const generation = await Generation.of(tally);
    await generation.make(pool, await bench.store.logId());
    const log = await bench.log();
    const apply = (from: number, to: number): Promise<void> =>
      generation.apply(pool, readEvents(log.slice(from, to), bench.store, bench.upcasting), String(from), String(to));
    await apply(0, 2);
    for (const [from, to] of [
      [0, 2],
      [1, 3],
      [0, 3],
    ] as const) {
      await expect(apply(from, to)).rejects.toThrow(Fenced);
    }
    expect(await sums()).toEqual({ sheep: 2 });
    await apply(2, 3);
    expect(await sums()).toEqual({ sheep: 3 });
  });

  it('that were moved from outside are read again', async () => {
    const projector = await started();
    await bench.given(counted(5));
    await seen(projector);
    await bench.database.pool.query(`update projector.checkpoint set position = 0 where view = 'tally'`);
    await bench.database.pool.query('delete from view_tally.tally');
    const last = await bench.given(counted(1));
    expect(await kept('tally', last)).toBe(true);
    expect(await sums()).toEqual({ sheep: 6 });
  });

  it.each([
    ['of another log', `log = gen_random_uuid()`],
    ['behind the end of the log', 'position = 1000'],
  ])('%s stop their view, which says so and is rebuilt', async (_, change) => {
    const first = await started();
    await bench.given(counted(1), noted('a'));
    await seen(first);
    await first.stop();
    await bench.database.pool.query(`update projector.checkpoint set ${change} where view = 'tally'`);
    const projector = await started();
    const last = await bench.given(counted(1), noted('b'));
    expect(await projector.passed(['notes'], last, PATIENCE)).toBe(true);
    expect(await sums()).toEqual({ sheep: 1 });
    expect((await projector.states()).find(({ view }) => view === 'tally')).toMatchObject({ status: 'foreign' });
    await projector.rebuild('tally');
    expect(await seen(projector)).toBe(true);
    expect(await sums()).toEqual({ sheep: 2 });
    expect((await projector.states()).find(({ view }) => view === 'tally')).toMatchObject({ status: 'live' });
  });
});

describe('an event that a view cannot take', () => {
  it('stops that view alone, right before it, and is named', async () => {
    isBroken = true;
    const projector = await started();
    const last = await bench.given(counted(1), counted(2), counted(-1), counted(4), noted('a'));
    expect(await projector.passed(['notes'], last, PATIENCE)).toBe(true);
    expect(await stopped('tally', '2')).toBe(true);
    const [poisoned] = (await bench.log()).filter(({ data }) => data.includes('-1'));
    const states = await projector.states();
    expect(states).toEqual([
      {
        view: 'tally',
        position: '2',
        lag: 3,
        status: 'stopped',
        stopped: {
          event: poisoned?.id,
          type: 'Counted',
          error: 'nothing counts backwards',
        },
        kept: true,
      },
      { view: 'notes', position: last, lag: 0, status: 'live', stopped: null, kept: true },
    ]);
    expect(await sums()).toEqual({ sheep: 3 });
    expect(await projector.passed(['tally'], last, 30)).toBe(false);
  });

  it('is taken once the view is repaired and resumed', async () => {
    isBroken = true;
    const projector = await started();
    await bench.given(counted(1), counted(-1), counted(4));
    expect(await stopped('tally', '1')).toBe(true);
    isBroken = false;
    await projector.resume('tally');
    expect(await seen(projector)).toBe(true);
    expect(await sums()).toEqual({ sheep: 4 });
    expect((await projector.states())[0]).toMatchObject({ status: 'live', stopped: null });
  });

  it('stays where it is when the view is resumed without a repair, also after a restart', async () => {
    isBroken = true;
    const projector = await started();
    await bench.given(counted(1), counted(-1), noted('a'));
    await seen(projector, 'notes');
    await projector.resume('tally');
    await projector.stop();
    const again = await started();
    const last = await bench.given(noted('b'));
    expect(await again.passed(['notes'], last, PATIENCE)).toBe(true);
    expect(await stopped('tally', '1')).toBe(true);
    expect(await sums()).toEqual({ sheep: 1 });
  });

  it('may be one whose rows cannot even be asked for', async () => {
    const [dolly, polly] = [randomUUID(), randomUUID()];
    const other = await ViewBench.open([flock, notes]);
    try {
      const projector = await started(other.projector());
      const last = await other.given(counted(1, dolly), counted(2, polly), counted(1, 'dolly'), counted(4, polly));
      await projector.passed(['notes'], last, PATIENCE);
      const state = async () => (await projector.states())[0];
      while ((await state())?.status !== 'stopped') await projector.passed(['flock'], last, 20);
      expect(await state()).toMatchObject({
        position: '2',
        stopped: { type: 'Counted', error: expect.stringMatching(/uuid: "dolly"/) },
      });
      const { rows } = await other.database.pool.query<Sheep>('select what, sum from view_flock.sheep order by sum');
      expect(rows).toEqual([
        { what: dolly, sum: 1 },
        { what: polly, sum: 2 },
      ]);
      await expect(other.projector().rebuild('flock')).rejects.toThrow(/uuid: "dolly"/);
    } finally {
      await other.close();
    }
  }, 60_000);

  it('may be one that the database refuses', async () => {
    const projector = await started();
    const last = await bench.given(counted(1), counted(2 ** 31), counted(1), noted('a'));
    expect(await projector.passed(['notes'], last, PATIENCE)).toBe(true);
    expect(await stopped('tally', '1')).toBe(true);
    expect(await sums()).toEqual({ sheep: 1 });
    await expect(projector.rebuild('tally')).rejects.toThrow('out of range');
    expect(await sums()).toEqual({ sheep: 1 });
  });

  it('is found though it stands behind much that was taken: what the first try made is forgotten', async () => {
    isBroken = true;
    await Promise.all(
      times(30, 0).map((_, flock) => bench.given(...times(40, { ...counted(1), stream: `count-${flock}` }))),
    );
    await bench.given(counted(-1), counted(1));
    const said: string[] = [];
    const { store, database, upcasting, views } = bench;
    const projector = new Projector(store, database, upcasting, views, (level, words) =>
      said.push(`${level} ${words}`),
    );
    await projector.prepare();
    expect(said).toEqual([
      'info rebuilding tally, notes',
      expect.stringMatching(/^warn the view tally is not filled in bulk but event by event, because .* nothing counts/),
      expect.stringMatching(/^error a view stopped at .* nothing counts backwards$/),
    ]);
    expect(await projector.states()).toMatchObject([{ status: 'stopped', position: '1200' }, { position: '1202' }]);
    expect(await sums()).toEqual({ sheep: 1200 });
  });

  it('does not keep the product from starting when a view is made anew', async () => {
    isBroken = true;
    const last = await bench.given(counted(1), counted(-1), noted('a'));
    const projector = await started();
    expect(await projector.passed(['notes'], last, PATIENCE)).toBe(true);
    expect(await projector.states()).toMatchObject([{ status: 'stopped', position: '1' }, { status: 'live' }]);
    isBroken = false;
    await projector.resume('tally');
    expect(await seen(projector)).toBe(true);
    expect(await sums()).toEqual({ sheep: 0 });
  });
});

describe('a rebuild', () => {
  it('goes on beside commands and misses none of them', async () => {
    const projector = await started();
    await bench.given(...times(30, counted(1)));
    const [last] = await Promise.all([
      bench.given(...times(60, counted(1, 'goats'))),
      projector.rebuild('tally'),
      projector.rebuild('tally'),
    ]);
    expect(await projector.passed(['tally'], last, PATIENCE)).toBe(true);
    expect(await sums()).toEqual({ sheep: 30, goats: 60 });
  });

  it('of several views reads the log once for all of them', async () => {
    const projector = await started();
    await bench.given(counted(1), noted('a'), counted(2));
    await projector.rebuild(['tally', 'notes']);
    expect(await seen(projector)).toBe(true);
    expect([await sums(), await bench.rows(notes, Note)]).toEqual([{ sheep: 3 }, [{ at: '2', words: 'a' }]]);
  });

  it('reads batch after batch while rows are on their way, and keeps every sign of theirs', async () => {
    const words = ['\\N', '\\.', 'a\tb', 'a\nb\r', '\\', '"', '', '\u001f\u001e', 'Đã xong \u{1f600}', 'e\u0301'];
    const animals = ['sheep', 'goats', 'geese'];
    await Promise.all(
      times(30, 0).map((_, flock) =>
        bench.given(...times(90, 0).map((__, one) => ({ ...counted(1, animals[one % 3]), stream: `count-${flock}` }))),
      ),
    );
    await bench.given(...words.map(noted));
    const projector = bench.projector();
    await projector.prepare();
    await projector.rebuild(['tally', 'notes']);
    expect(await sums()).toEqual({ sheep: 900, goats: 900, geese: 900 });
    expect((await bench.rows(notes, Note)).map((note) => note.words)).toEqual(words);
    expect(await kept('tally', '2710')).toBe(true);
  });

  it('keeps hardly any rows in hand and looks the others up', async () => {
    const animals = ['sheep', 'goats', 'geese'];
    await bench.given(...times(40, 0).map((_, one) => counted(one, animals[one % 3])));
    await started();
    for (const kept of [0, 1, 2]) {
      const tables = await bench.inBulk(tally, kept);
      expect(tables['Tally']).toEqual(
        expect.arrayContaining([
          { what: 'sheep', sum: 273 },
          { what: 'goats', sum: 247 },
          { what: 'geese', sum: 260 },
        ]),
      );
    }
  });

  it('finds the event whose row cannot be asked for among rows that are in hand no more', async () => {
    const [dolly, polly] = [randomUUID(), randomUUID()];
    const other = await ViewBench.open([flock, notes]);
    try {
      await other.given(...times(8, counted(1, dolly)), counted(1, polly), counted(1, 'dolly'), counted(1, polly));
      await expect(other.inBulk(flock, 0)).rejects.toThrow(/uuid: "dolly"/);
    } finally {
      await other.close();
    }
  });

  it('refuses a row that was added before and is in hand no more', async () => {
    const twice: View<Events> = {
      name: 'notes',
      tables: [Note],
      on: { Noted: ({ data: { words } }, rows) => rows.add(Note, { at: words, words }) },
    };
    const other = await ViewBench.open([twice]);
    try {
      await other.given(...times(8, 0).map((_, at) => noted(String(at))), noted('3'), noted('9'));
      await expect(other.inBulk(twice, 0)).rejects.toThrow('could not create unique index');
      const projector = other.projector();
      await projector.prepare();
      expect(await projector.states()).toMatchObject([{ status: 'stopped', position: '8' }]);
      expect(await other.rows(twice, Note)).toHaveLength(8);
    } finally {
      await other.close();
    }
  });

  it('leaves no connection behind, whatever ended it', async () => {
    const other = await ViewBench.open([flock, notes]);
    try {
      await other.given(counted(1, randomUUID()), counted(1, 'dolly'), noted('a'));
      await expect(other.projector().rebuild(['flock', 'notes'])).rejects.toThrow(/uuid: "dolly"/);
      const open = async (): Promise<number | null> => {
        const { rowCount } = await other.database.pool.query(
          `select from pg_stat_activity where datname = current_database() and application_name = 'camket bulk load'
             and pid <> all($1)`,
          [keptProcesses()],
        );
        return rowCount;
      };
      // PostgreSQL takes a moment to see that somebody has gone.
      for (const until = performance.now() + PATIENCE; performance.now() < until && (await open()) !== 0;) {
        await setImmediate();
      }
      expect(await open()).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('happens by itself when the view has changed', async () => {
    const first = await started();
    await bench.given(counted(2));
    await seen(first);
    await first.stop();
    const doubled: View<Events> = {
      ...tally,
      version: 2,
      on: { Counted: ({ data: { what, by } }, rows) => rows.put(Tally, { what, sum: by * 2 }) },
    };
    const projector = await started(bench.projector([doubled, notes]));
    expect(await seen(projector)).toBe(true);
    expect(await sums()).toEqual({ sheep: 4 });
  });

  it('gives way to whoever reads one table of the view and then another', async () => {
    const both: View<Events> = { ...tally, name: 'both', tables: [Tally, Note], on: { ...tally.on, ...notes.on } };
    const projector = await started(bench.projector([both]));
    await bench.given(counted(1), noted('a'));
    expect(await seen(projector, 'both')).toBe(true);
    const reader = await bench.database.pool.connect();
    await reader.query('begin');
    await reader.query('select from view_both.tally');
    const rebuilding = projector.rebuild('both');
    const isAwaited = async (): Promise<boolean> => {
      const waiting = `select from pg_locks where not granted and relation = 'view_both.tally'::regclass`;
      return (await bench.database.pool.query(waiting)).rowCount === 1;
    };
    while (!(await isAwaited())) await setImmediate();
    expect((await reader.query('select words from view_both.note')).rows).toEqual([{ words: 'a' }]);
    await reader.query('commit');
    reader.release();
    await rebuilding;
    expect(await seen(projector, 'both')).toBe(true);
  });

  it('leaves no half-made tables behind, whatever stopped the last one', async () => {
    const projector = await started();
    await bench.given(counted(1));
    await bench.database.pool.query('create schema view_tally_next');
    await projector.rebuild('tally');
    const { rows } = await bench.database.pool.query(`select from pg_namespace where nspname like '%_next'`);
    expect(rows).toEqual([]);
    expect(await sums()).toEqual({ sheep: 1 });
  });

  it('of a view that nobody knows is refused', async () => {
    await expect(bench.projector().rebuild('sums')).rejects.toThrow('view.absent');
    await expect(bench.projector().resume('sums')).rejects.toThrow('view.absent');
  });
});
