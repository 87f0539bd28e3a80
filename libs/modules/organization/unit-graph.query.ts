import { folded, OPEN, type Day } from '#kernel';
import type { ClassDefinition, Ending, KindDefinition, Naming, Placing } from './units.view.js';

/** A unit as it is on a day, by what was recorded up to a position. */
export type UnitOn = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly parent: string | null;
  readonly aliases: readonly string[];
  readonly founded: Day;
  /** The first day on which it operates no more; null when no end is known. */
  readonly dissolved: Day | null;
};

/** A class as it is on a day. */
export type ClassOn = {
  readonly id: string;
  readonly name: string;
  readonly kinds: readonly string[];
  readonly aliases: readonly string[];
};

/** A kind of units with its names, the one to show first. */
export type KindOn = {
  readonly kind: string;
  readonly names: readonly string[];
  readonly from: Day;
  readonly until: Day | null;
};

/** Everything that was said, each table in the order of positions. */
export type Facts = {
  readonly namings: readonly Naming[];
  readonly placings: readonly Placing[];
  readonly endings: readonly Ending[];
  readonly kinds: readonly KindDefinition[];
  readonly classes: readonly ClassDefinition[];
};

/** A day's units: by id in Vietnamese order of names, and who stands below whom. */
export type Snapshot = {
  readonly units: ReadonlyMap<string, UnitOn>;
  readonly children: ReadonlyMap<string | null, readonly UnitOn[]>;
  /** What a search looks through, by id. */
  readonly searched: ReadonlyMap<string, string>;
};

const collator = new Intl.Collator('vi', { numeric: true });

/** Vietnamese order, numbers by their value. */
export const inOrder = (a: string, b: string): number => collator.compare(a, b);

const KEPT = 24;

const bySubject = <F>(facts: readonly F[], subjectOf: (fact: F) => string): ReadonlyMap<string, readonly F[]> => {
  const found = new Map<string, F[]>();
  for (const fact of facts) {
    const subject = subjectOf(fact);
    const own = found.get(subject);
    if (own) own.push(fact);
    else found.set(subject, [fact]);
  }
  return found;
};

/** What counts on a day: the greatest `on` not behind it, of equals the later recorded. */
const counting = <F extends { readonly on: Day }>(facts: readonly F[] | undefined, day: Day): F | undefined => {
  let found: F | undefined;
  for (const fact of facts ?? []) if (fact.on <= day && (!found || fact.on >= found.on)) found = fact;
  return found;
};

/** Where facts come in the order of positions, those recorded up to one. */
const upToPosition = <F extends { readonly since: string }>(
  facts: readonly F[] | undefined,
  upTo: string,
): readonly F[] => {
  if (upTo === OPEN || !facts) return facts ?? [];
  const last = BigInt(upTo);
  return facts.filter(({ since }) => BigInt(since) <= last);
};

/** All that was said about units, in memory; answers for any day and position. */
export class UnitGraph {
  private readonly namings: ReadonlyMap<string, readonly Naming[]>;
  private readonly placings: ReadonlyMap<string, readonly Placing[]>;
  private readonly endings: ReadonlyMap<string, readonly Ending[]>;
  private readonly classes: ReadonlyMap<string, readonly ClassDefinition[]>;
  private readonly kinds: ReadonlyMap<string, readonly KindDefinition[]>;
  private readonly snapshots = new Map<string, Snapshot>();

  constructor(facts: Facts) {
    this.namings = bySubject(facts.namings, ({ unit }) => unit);
    this.placings = bySubject(facts.placings, ({ unit }) => unit);
    this.endings = bySubject(facts.endings, ({ unit }) => unit);
    this.classes = bySubject(facts.classes, (definition) => definition.class);
    this.kinds = bySubject(facts.kinds, ({ kind }) => kind);
  }

  /** The units that operate on a day, by what was recorded up to a position. */
  on(day: Day, upTo: string): Snapshot {
    const key = `${day} ${upTo}`;
    const kept = this.snapshots.get(key);
    if (kept) return kept;
    const operating: UnitOn[] = [];
    for (const id of this.namings.keys()) {
      const unit = this.unit(id, day, upTo);
      if (unit && unit.founded <= day && (unit.dissolved === null || day < unit.dissolved)) operating.push(unit);
    }
    operating.sort((a, b) => inOrder(a.name, b.name) || (a.id < b.id ? -1 : 1));
    const children = new Map<string | null, UnitOn[]>();
    for (const unit of operating) {
      const below = children.get(unit.parent);
      if (below) below.push(unit);
      else children.set(unit.parent, [unit]);
    }
    const snapshot = {
      units: new Map(operating.map((unit) => [unit.id, unit])),
      children,
      searched: new Map(
        operating.map(({ id, code, name, aliases }) => [id, folded([code, name, ...aliases].join('\n'))]),
      ),
    };
    if (this.snapshots.size >= KEPT) {
      const [oldest] = this.snapshots.keys();
      if (oldest !== undefined) this.snapshots.delete(oldest);
    }
    this.snapshots.set(key, snapshot);
    return snapshot;
  }

  /**
   * A unit on a day, whether or not it operates: before its founding as it was founded, behind its end as it was last.
   * Undefined when it is not recorded up to that position.
   */
  unit(id: string, day: Day, upTo: string = OPEN): UnitOn | undefined {
    const namings = upToPosition(this.namings.get(id), upTo);
    const [founding] = namings;
    if (!founding) return undefined;
    const naming = counting(namings, day) ?? founding;
    const placings = upToPosition(this.placings.get(id), upTo);
    const ending = upToPosition(this.endings.get(id), upTo).at(-1);
    return {
      id,
      code: naming.code,
      name: naming.name,
      kind: naming.kind,
      aliases: naming.aliases,
      parent: (counting(placings, day) ?? placings[0])?.parent ?? null,
      founded: founding.on,
      dissolved: ending?.on ?? null,
    };
  }

  /** The units that have ended by a day, each as it was last. */
  ended(day: Day): readonly UnitOn[] {
    return [...this.namings.keys()].flatMap((id) => {
      const unit = this.unit(id, day);
      return unit && unit.dissolved !== null && unit.dissolved <= day ? [unit] : [];
    });
  }

  /** The day of the first founding, which is that of the root. */
  beginning(): Day | undefined {
    const [first] = this.namings.values();
    return first?.[0]?.on;
  }

  /** The classes that are defined on a day, in Vietnamese order. */
  classesOn(day: Day, upTo: string): readonly ClassOn[] {
    return [...this.classes]
      .flatMap(([id, definitions]) => {
        const current = counting(upToPosition(definitions, upTo), day);
        return current ? [{ id, name: current.name, kinds: current.kinds, aliases: current.aliases }] : [];
      })
      .sort((a, b) => inOrder(a.name, b.name));
  }

  /** All kinds as they were last defined, in the order in which they came. */
  allKinds(): readonly KindOn[] {
    return [...this.kinds].flatMap(([kind, definitions]) => {
      const last = definitions.at(-1);
      return last ? [{ kind, names: last.names, from: last.on, until: last.until }] : [];
    });
  }
}
