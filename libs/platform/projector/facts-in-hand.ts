import type { AnyDerivation, Table } from '#kernel';

/** What a derivation reads of a row. */
export type Fact = Readonly<Record<string, string | number | boolean | null>>;

/** What is taken of a group or, with an id, of one of its subjects. */
export type Taken = { readonly id: string | undefined; readonly table: Table<object>; readonly fact: Fact };

/** Where a row is while it is in hand: others take its place, none is changed in itself. */
export type Place = { row: object };

/** The places of the facts of one group, by table. */
type Group = { readonly facts: Map<Table<object>, Place[]>; count: number };

/**
 * The facts of a view while it is filled, group by group: what follows from them is derived without reading them back.
 * Of groups that are lost, by too many facts or by a row that was no longer known when it changed, they are in the tables.
 */
export class FactsInHand {
  private readonly groups = new Map<string, Group | 'lost'>();
  private readonly tables: ReadonlySet<Table<object>>;
  private count = 0;

  constructor(
    private readonly derivation: AnyDerivation,
    /** So many stay in hand. */
    private readonly most: number,
  ) {
    const { group, subject } = derivation;
    this.tables = new Set([...group.facts, ...subject.facts].map(({ table }) => table));
  }

  holds(table: Table<object>): boolean {
    return this.tables.has(table);
  }

  added(table: Table<object>, place: Place): void {
    const id = (place.row as Fact)[this.derivation.group.by] as string;
    let group = this.groups.get(id);
    if (group === 'lost') return;
    if (!group) this.groups.set(id, (group = { facts: new Map(), count: 0 }));
    const places = group.facts.get(table);
    if (places) places.push(place);
    else group.facts.set(table, [place]);
    group.count += 1;
    this.count += 1;
    if (this.count > this.most) this.loseFirst();
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
        for (const { row } of group.facts.get(table) ?? []) taken.push({ id: undefined, table, fact: row as Fact });
      }
      for (const { table } of subject.facts) {
        for (const { row } of group.facts.get(table) ?? []) {
          const fact = row as Fact;
          taken.push({ id: fact[subject.by] as string, table, fact });
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
