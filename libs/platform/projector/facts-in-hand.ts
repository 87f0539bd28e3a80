import type { AnyDerivation, Table } from '#kernel';

/** What a derivation reads of a row. */
export type Fact = Readonly<Record<string, string | number | boolean | null>>;

/** What is taken of a group or, with an id, of one of its subjects. */
export type Taken = { readonly id: string | undefined; readonly table: Table<object>; readonly fact: Fact };

/** The facts of one group, by table; `gone` are those in whose place there are others. */
type Group = { readonly facts: Map<Table<object>, Fact[]>; readonly gone: Set<object>; count: number };

/**
 * The facts of a view while it is filled, group by group: what follows from them is derived without reading them back.
 * Of groups that are lost, by too many facts or by a row that was no longer known when it changed, they are in the tables.
 */
export class FactsInHand {
  private readonly groups = new Map<string, Group | 'lost'>();
  /** The tables of facts, and the column that has to be true of those from which anything follows. */
  private readonly tables: ReadonlyMap<Table<object>, string | undefined>;
  private count = 0;

  constructor(
    private readonly derivation: AnyDerivation,
    /** So many stay in hand. */
    private readonly most: number,
  ) {
    const { group, subject } = derivation;
    this.tables = new Map([...group.facts, ...subject.facts].map(({ table, only }) => [table, only]));
  }

  holds(table: Table<object>): boolean {
    return this.tables.has(table);
  }

  added(table: Table<object>, row: object): void {
    const fact = row as Fact;
    const only = this.tables.get(table);
    if (only !== undefined && fact[only] !== true) return;
    const id = fact[this.derivation.group.by] as string;
    let group = this.groups.get(id);
    if (group === 'lost') return;
    if (!group) this.groups.set(id, (group = { facts: new Map(), gone: new Set(), count: 0 }));
    const facts = group.facts.get(table);
    if (facts) facts.push(fact);
    else group.facts.set(table, [fact]);
    group.count += 1;
    this.count += 1;
    if (this.count > this.most) this.loseFirst();
  }

  /** A fact took the place of another that was told of, or of one of a lost group. */
  replaced(table: Table<object>, before: object, row: object): void {
    const group = this.groups.get((before as Fact)[this.derivation.group.by] as string);
    if (group === 'lost') return;
    group?.gone.add(before);
    this.added(table, row);
  }

  /** What is known of the group of that row is not all. */
  lost(row: object): void {
    this.lose((row as Fact)[this.derivation.group.by] as string);
  }

  /** The groups whose facts are not all in hand. */
  elsewhere(): readonly string[] {
    return [...this.groups].flatMap(([id, group]) => (group === 'lost' ? [id] : []));
  }

  /** The facts of the other groups, one after the other; none of them is in hand behind that. */
  *given(): Generator<readonly [group: string, facts: readonly Taken[]], void, undefined> {
    const { group: common, subject } = this.derivation;
    for (const [id, group] of this.groups) {
      if (group === 'lost') continue;
      this.groups.delete(id);
      const taken: Taken[] = [];
      for (const { table } of common.facts) {
        for (const fact of group.facts.get(table) ?? []) {
          if (!group.gone.has(fact)) taken.push({ id: undefined, table, fact });
        }
      }
      for (const { table } of subject.facts) {
        for (const fact of group.facts.get(table) ?? []) {
          if (!group.gone.has(fact)) taken.push({ id: fact[subject.by] as string, table, fact });
        }
      }
      yield [id, taken];
    }
  }

  /** Lets go of the group that was begun first: plans of years that have passed are not added to. */
  private loseFirst(): void {
    for (const [id, group] of this.groups) {
      if (group === 'lost') continue;
      this.lose(id);
      return;
    }
  }

  private lose(id: string): void {
    const group = this.groups.get(id);
    if (group === 'lost') return;
    this.count -= group?.count ?? 0;
    // Behind the others, so that those that are not lost are found first.
    this.groups.delete(id);
    this.groups.set(id, 'lost');
  }
}
