import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { OPEN, type AnyDerivation, type Day, type Facts, type Rows, type Table } from '#kernel';
import type { Fact, FactsInHand, Taken } from './facts-in-hand.js';
import type { RowBuffer, TableShape } from './row-buffer.js';

const { escapeIdentifier: quoted } = pg;

/** So many facts are remembered between batches; the groups that were not asked for longest are forgotten first. */
const REMEMBERED = 200_000;
/** So many facts are derived from, and where they are not in hand read, together. */
const TOGETHER = 5_000;
/** By now every end of a fact has come. */
const NOW = Infinity;

/** A recorded day and the last position that the log took in on it. */
export type RecordedDay = { readonly day: Day; last: string };

/** By column the values that are looked for; those in the same place belong together. */
type Keys = Readonly<Record<string, readonly string[]>>;
type Subject = { readonly state: unknown; facts: number };
type Group = { readonly state: unknown; readonly subjects: Map<string, Subject>; facts: number };

/** Facts from which a view's derivation cannot make rows; a fault of what was recorded, or of the view. */
export class Underivable extends Error {}

/**
 * Keeps the derived rows of one generation of a view: of the subjects that a batch touches, or of all at once. What it
 * remembers between batches is as good as the rows of the last one: whoever meets an error calls `forget`.
 */
export class Deriving {
  private readonly groups = new Map<string, Group>();
  private remembered = 0;

  constructor(
    private readonly derivation: AnyDerivation,
    private readonly schema: string,
    private readonly shapes: ReadonlyMap<Table<object>, TableShape>,
  ) {}

  /** Forgets all subjects; they are read again when they are needed. */
  forget(): void {
    this.groups.clear();
    this.remembered = 0;
  }

  /** Adds to the buffer what follows from the facts that it holds; those before are read from the tables. */
  async touched(pool: pg.Pool, buffer: RowBuffer, day: Day): Promise<void> {
    const { group, subject } = this.derivation;
    const news: (Taken & { readonly of: string })[] = [];
    for (const { by, facts, ids } of [
      { by: group.by, facts: group.facts, ids: false },
      { by: subject.by, facts: subject.facts, ids: true },
    ]) {
      for (const { table } of facts) {
        for (const row of buffer.written(table)) {
          const fact = row as Fact;
          news.push({ of: String(fact[group.by]), id: ids ? String(fact[by]) : undefined, table, fact });
        }
      }
    }
    if (news.length === 0) return;
    await this.remember(pool, news);
    const touched = new Map<string, string>();
    const whole = new Set<string>();
    for (const { of, id, table, fact } of news) {
      if (!this.take(this.groups.get(of) as Group, { id, table, fact }, NOW)) continue;
      if (id === undefined) whole.add(of);
      else touched.set(id, of);
    }
    if (whole.size > 0) await this.complete(pool, [...whole]);
    for (const of of whole) for (const id of this.groups.get(of)?.subjects.keys() ?? []) touched.set(id, of);
    for (const [id, of] of touched) this.judge(of, id, day, buffer);
    this.shrink(new Set(news.map(({ of }) => of)));
  }

  /**
   * Derives everything, group by group and day by day, from the facts that are in hand and then from those in the tables,
   * which are all there once `shown`; hands on what follows for some groups at a time.
   */
  async everything(
    facts: FactsInHand,
    days: readonly RecordedDay[],
    from: { readonly pool: pg.Pool; readonly shown: Promise<void> },
    rows: { readonly to: Rows; readonly sent: () => Promise<void> },
  ): Promise<void> {
    this.forget();
    const ends = days.map(({ last }) => Number(last));
    let room = TOGETHER;
    const replayed = async (of: string, taken: readonly Taken[]): Promise<void> => {
      this.replay(of, taken, days, ends, rows.to);
      this.forget();
      room -= taken.length;
      if (room > 0) return;
      room = TOGETHER;
      await rows.sent();
      // What PostgreSQL has done meanwhile is to be seen, so that it is given more to do.
      await setImmediate();
    };
    for (const [of, taken] of facts.given()) await replayed(of, taken);
    await from.shown;
    const chunks = await this.chunks(from.pool, facts.elsewhere());
    const following = (index: number): Promise<readonly (Taken & { readonly of: string })[]> | undefined => {
      const ids = chunks[index];
      const read = ids && this.read(from.pool, ids);
      read?.catch(() => undefined);
      return read;
    };
    let next = following(0);
    for (let index = 1; next !== undefined; index += 1) {
      const read = await next;
      next = following(index);
      for (const [of, taken] of grouped(read)) await replayed(of, taken);
    }
    await rows.sent();
  }

  /** A group's facts in the order of days, each as it stood at the end of one; its subjects are judged then. */
  private replay(
    of: string,
    taken: readonly Taken[],
    days: readonly RecordedDay[],
    ends: readonly number[],
    rows: Rows,
  ): void {
    const agenda: (Taken[] | undefined)[] = [];
    const on = (day: number, one: Taken): void => {
      const there = agenda[day];
      if (!there) agenda[day] = [one];
      else if (there.at(-1) !== one) there.push(one);
    };
    for (const one of taken) {
      const { fact } = one;
      const since = indexOf(ends, Number(fact['since']));
      on(since, one);
      for (const column of this.derivation.ends) {
        const end = fact[column];
        // What had ended before the fact was recorded was so from its first day: a correction of what was returned.
        if (end !== undefined && end !== OPEN) on(Math.max(since, indexOf(ends, Number(end))), one);
      }
    }
    const group: Group = { state: this.derivation.group.begin(), subjects: new Map(), facts: 0 };
    this.groups.set(of, group);
    for (const [day, ofDay] of agenda.entries()) {
      if (!ofDay) continue;
      const touched = new Set<string>();
      let whole = false;
      for (const one of ofDay) {
        if (one.id !== undefined && !group.subjects.has(one.id)) {
          group.subjects.set(one.id, { state: this.derivation.subject.begin(), facts: 0 });
        }
        if (!this.take(group, one, ends[day] as number)) continue;
        if (one.id === undefined) whole = true;
        else touched.add(one.id);
      }
      if (whole) for (const id of group.subjects.keys()) touched.add(id);
      for (const id of touched) this.judge(of, id, (days[day] as RecordedDay).day, rows);
    }
  }

  private take(group: Group, { id, table, fact }: Taken, by: number): boolean {
    if (id === undefined) return derived(() => this.derivation.group.take(group.state, table, fact, by));
    const subject = group.subjects.get(id) as Subject;
    subject.facts += 1;
    group.facts += 1;
    this.remembered += 1;
    return derived(() => this.derivation.subject.take(subject.state, table, fact, by));
  }

  private judge(of: string, id: string, day: Day, rows: Rows): void {
    const group = this.groups.get(of) as Group;
    const subject = group.subjects.get(id) as Subject;
    derived(() => this.derivation.judge({ id, subject: subject.state, of, group: group.state, day }, rows));
  }

  /** Reads what these facts are about, as it stands in the tables, unless it is remembered. */
  private async remember(pool: pg.Pool, news: readonly (Taken & { readonly of: string })[]): Promise<void> {
    const groups = new Set<string>();
    const subjects = new Map<string, string>();
    for (const { of, id } of news) {
      const held = this.groups.get(of);
      if (!held) groups.add(of);
      if (id !== undefined && !held?.subjects.has(id)) subjects.set(id, of);
    }
    await this.load(pool, groups, subjects);
  }

  /** Reads all subjects of some groups that are not remembered. */
  private async complete(pool: pg.Pool, groups: readonly string[]): Promise<void> {
    const { group, subject } = this.derivation;
    const known = subject.facts.map(({ table }) => {
      const name = `${quoted(this.schema)}.${quoted(this.shapes.get(table)?.name ?? '')}`;
      return `select ${quoted(subject.by)}::text as id, ${quoted(group.by)}::text as "of" from ${name}
        where ${quoted(group.by)} = any($1)`;
    });
    const { rows } = await pool.query<{ id: string; of: string }>(known.join(' union '), [groups]);
    const missing = rows.filter(({ id, of }) => this.groups.get(of)?.subjects.has(id) === false);
    await this.load(pool, new Set(), new Map(missing.map(({ id, of }) => [id, of])));
  }

  private async load(pool: pg.Pool, groups: ReadonlySet<string>, subjects: ReadonlyMap<string, string>): Promise<void> {
    const { group, subject } = this.derivation;
    for (const id of groups) this.groups.set(id, { state: group.begin(), subjects: new Map(), facts: 0 });
    for (const [id, of] of subjects) this.groups.get(of)?.subjects.set(id, { state: subject.begin(), facts: 0 });
    const read = (by: string, all: readonly Facts[], keys: Keys): Promise<void>[] =>
      all.map(async (asked) => {
        const { table } = asked;
        for (const fact of await this.facts(pool, { ...asked, keys, open: true })) {
          const id = by === subject.by ? String(fact[by]) : undefined;
          const of = id === undefined ? String(fact[by]) : (subjects.get(id) ?? '');
          this.take(this.groups.get(of) as Group, { id, table, fact }, NOW);
        }
      });
    await Promise.all([
      ...(groups.size > 0 ? read(group.by, group.facts, { [group.by]: [...groups] }) : []),
      ...(subjects.size > 0
        ? read(subject.by, [...subject.facts, ...subject.resumes], {
            [subject.by]: [...subjects.keys()],
            [group.by]: [...subjects.values()],
          })
        : []),
    ]);
  }

  /** Forgets the groups that were not touched for longest, but never those of now. */
  private shrink(now: ReadonlySet<string>): void {
    for (const of of now) {
      const group = this.groups.get(of);
      if (!group) continue;
      this.groups.delete(of);
      this.groups.set(of, group);
    }
    for (const [of, { facts }] of this.groups) {
      if (this.remembered <= REMEMBERED || now.has(of)) return;
      this.groups.delete(of);
      this.remembered -= facts;
    }
  }

  /** The facts that have these keys, as far as their table has such columns. */
  private async facts(
    pool: pg.Pool,
    asked: Facts & { readonly keys: Keys; readonly open: boolean },
  ): Promise<readonly Fact[]> {
    const { open } = asked;
    const shape = this.shapes.get(asked.table);
    if (!shape) throw new Error(`a derivation has no table ${asked.table.name}`);
    const { group, subject } = this.derivation;
    const has = (column: string): boolean => shape.columns.includes(column);
    const typeOf = (column: string): string => shape.types[shape.columns.indexOf(column)] ?? 'text';
    const wanted = new Set([...[group.by, subject.by, 'since', ...this.derivation.ends].filter(has), ...asked.columns]);
    const selected = [...wanted].map((column) =>
      // Lists stay as PostgreSQL writes them.
      typeOf(column).endsWith('[]') ? `f.${quoted(column)}::text` : `f.${quoted(column)}`,
    );
    const keys = Object.entries(asked.keys).filter(([column]) => has(column));
    const lists = keys.map(([column], index) => `$${index + 1}::${typeOf(column)}[]`);
    const names = keys.map(([column]) => quoted(column));
    const [end] = this.derivation.ends;
    const conditions = [
      ...names.map((name) => `f.${name} = k.${name}`),
      ...(open && end !== undefined && has(end) ? [`f.${quoted(end)} = ${OPEN}`] : []),
    ];
    const { rows } = await pool.query<Fact>(
      `select ${selected.join(', ')} from unnest(${lists.join(', ')}) k(${names.join(', ')})
       join ${quoted(this.schema)}.${quoted(shape.name)} f on ${conditions.join(' and ')}`,
      keys.map(([, ids]) => ids),
    );
    return rows;
  }

  /** All facts of some groups. */
  private async read(pool: pg.Pool, ids: readonly string[]): Promise<readonly (Taken & { readonly of: string })[]> {
    const { group, subject } = this.derivation;
    const read = async (own: boolean, asked: Facts): Promise<(Taken & { readonly of: string })[]> => {
      const { table } = asked;
      const rows = await this.facts(pool, { ...asked, keys: { [group.by]: ids }, open: false });
      return rows.map((fact) => ({
        of: String(fact[group.by]),
        id: own ? String(fact[subject.by]) : undefined,
        table,
        fact,
      }));
    };
    const all = await Promise.all([
      ...group.facts.map((facts) => read(false, facts)),
      ...subject.facts.map((facts) => read(true, facts)),
    ]);
    return all.flat();
  }

  /** These groups, put together so that some thousand facts are read at a time. */
  private async chunks(pool: pg.Pool, ids: readonly string[]): Promise<readonly (readonly string[])[]> {
    if (ids.length === 0) return [];
    const { group, subject } = this.derivation;
    const counts = subject.facts.map(({ table }) => {
      const name = this.shapes.get(table)?.name ?? '';
      const by = quoted(group.by);
      return `select ${by}::text as id, count(*) as facts from ${quoted(this.schema)}.${quoted(name)}
        where ${by} = any($1) group by 1`;
    });
    const { rows } = await pool.query<{ id: string; facts: number }>(
      `select id, sum(facts)::int as facts from (${counts.join(' union all ')}) c group by id order by id`,
      [ids],
    );
    const chunks: string[][] = [];
    let room = 0;
    for (const { id, facts } of rows) {
      if (room < facts || chunks.length === 0) {
        chunks.push([]);
        room = TOGETHER;
      }
      chunks.at(-1)?.push(id);
      room -= facts;
    }
    return chunks;
  }
}

const derived = <Result>(derive: () => Result): Result => {
  try {
    return derive();
  } catch (error) {
    throw new Underivable(error instanceof Error ? error.message : String(error), { cause: error });
  }
};

const grouped = <Item extends { readonly of: string }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.of);
    if (group) group.push(item);
    else groups.set(item.of, [item]);
  }
  return groups;
};

/** The first of ascending ends that lies not before a position. */
const indexOf = (ends: readonly number[], position: number): number => {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};
