import { Injectable } from '@nestjs/common';
import { folded, OPEN, type Day, type JsonObject } from '#kernel';
import { Clock } from '#platform/clock';
import { Database } from '#platform/database';
import { cursorOf, keyOf, type Page } from '#platform/http';
import { inOrder, UnitGraph, type ClassOn, type Facts, type KindOn, type UnitOn } from './unit-graph.query.js';

/** A unit with those below it. */
export type UnitNode = UnitOn & { readonly children: readonly UnitNode[] };

/** Something that happened to a unit, as it was recorded. */
export type UnitHistory = {
  readonly at: string;
  readonly type: string;
  readonly on: Day;
  readonly recorded: string;
  readonly actor: string;
  readonly data: JsonObject;
};

/** A post on a day and the account that holds it. */
export type PostOn = {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly head: boolean;
  readonly holder: string | null;
  /** The day since which it stands so. */
  readonly since: Day;
};

/** What a list of units is asked for. */
export type UnitsAsked = {
  readonly on?: Day | undefined;
  readonly search?: string | undefined;
  readonly kind?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

const VERSION = {
  name: 'units-version',
  text: `select greatest((select max(at) from view_units.act), (select max(since) from view_units.class),
    (select max(since) from view_units.kind))::text as version`,
};

/** All rows of a table as JSON, positions as text: numbers of JSON are too short for them. */
const facts = (table: string): string =>
  `(select coalesce(jsonb_agg(to_jsonb(f) || jsonb_build_object('since', f.since::text) order by f.since), '[]')
    from view_units.${table} f)`;

/**
 * Asks about units, classes and posts on any day. The unit graph is held in memory and read anew when something about
 * it was recorded: a question costs one short look at the database.
 */
@Injectable()
export class OrganizationQuery {
  private held: { readonly version: string; readonly graph: UnitGraph } | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The units that operate on a day, by what was recorded up to a position, in Vietnamese order of names. */
  async unitsOn(day: Day, upTo: string = OPEN): Promise<readonly UnitOn[]> {
    return [...(await this.graph()).on(day, upTo).units.values()];
  }

  /** The units that have ended by a day, each as it was last. */
  async endedBy(day: Day): Promise<readonly UnitOn[]> {
    return (await this.graph()).ended(day);
  }

  /** The classes that are defined on a day. */
  async classesOn(day: Day, upTo: string = OPEN): Promise<readonly ClassOn[]> {
    return (await this.graph()).classesOn(day, upTo);
  }

  /** The units of a class on a day; none for a class that is not defined then. */
  async membersOf(unitClass: string, day: Day, upTo: string = OPEN): Promise<readonly UnitOn[]> {
    const graph = await this.graph();
    const kinds = graph.classesOn(day, upTo).find(({ id }) => id === unitClass)?.kinds ?? [];
    return [...graph.on(day, upTo).units.values()].filter(({ kind }) => kinds.includes(kind));
  }

  /** All kinds as they were last defined. */
  async kinds(): Promise<readonly KindOn[]> {
    return (await this.graph()).allKinds();
  }

  /** What units are called today (last, where they have ended), by id; ids of no unit are left out. */
  async unitNames(ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const graph = await this.graph();
    const today = this.clock.today();
    return new Map(
      [...new Set(ids)].flatMap((id) => {
        const unit = graph.unit(id, today);
        return unit ? [[id, unit.name] as const] : [];
      }),
    );
  }

  /** What a unit was called on a day; undefined for no unit. */
  async nameOn(unit: string, day: Day): Promise<string | undefined> {
    return (await this.graph()).unit(unit, day)?.name;
  }

  /** A unit on a day, whether or not it operates then; undefined for no unit. */
  async unit(id: string, day: Day = this.clock.today()): Promise<UnitOn | undefined> {
    return (await this.graph()).unit(id, day);
  }

  /** True when a unit operates on a day. */
  async operates(id: string, day: Day = this.clock.today()): Promise<boolean> {
    return (await this.graph()).on(day, OPEN).units.has(id);
  }

  /** The day from which the root operates; undefined before there is one. */
  async beginning(): Promise<Day | undefined> {
    return (await this.graph()).beginning();
  }

  /** The tree of a day; without units no tree. */
  async tree(day: Day, upTo: string = OPEN): Promise<UnitNode | undefined> {
    const { children } = (await this.graph()).on(day, upTo);
    const nodeOf = (unit: UnitOn): UnitNode => ({ ...unit, children: (children.get(unit.id) ?? []).map(nodeOf) });
    const [root] = children.get(null) ?? [];
    return root && nodeOf(root);
  }

  /** A unit and all that stand below it on a day, itself first. */
  async branchOf(unit: string, day: Day = this.clock.today()): Promise<readonly string[]> {
    const { children } = (await this.graph()).on(day, OPEN);
    const branch = [unit];
    for (const id of branch) branch.push(...(children.get(id) ?? []).map((child) => child.id));
    return branch;
  }

  /** A page of the units of a day; the search folds tones and looks through codes, names and other names. */
  async page({ on = this.clock.today(), search = '', kind, cursor, limit }: UnitsAsked): Promise<Page<UnitOn>> {
    const { units, searched } = (await this.graph()).on(on, OPEN);
    const wanted = folded(search);
    const [afterName = '', afterId = ''] = keyOf(cursor, 2) ?? [];
    const found: UnitOn[] = [];
    for (const unit of units.values()) {
      if (cursor) {
        const order = inOrder(unit.name, afterName);
        if (order < 0 || (order === 0 && unit.id <= afterId)) continue;
      }
      if (kind !== undefined && unit.kind !== kind) continue;
      if (wanted !== '' && !searched.get(unit.id)?.includes(wanted)) continue;
      found.push(unit);
      if (found.length > limit) break;
    }
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, next: found.length > limit && last ? cursorOf([last.name, last.id]) : null };
  }

  /** Everything that happened to a unit, in the order in which it was recorded. */
  async history(unit: string): Promise<readonly UnitHistory[]> {
    const { rows } = await this.database.pool.query<UnitHistory>(
      `select at, type, "on", recorded, actor, data from view_units.act where unit = $1 order by at`,
      [unit],
    );
    return rows;
  }

  /** The posts of a unit on a day and who holds them, heads first. */
  async postsOf(unit: string, day: Day = this.clock.today()): Promise<readonly PostOn[]> {
    const { rows } = await this.database.pool.query<PostOn>(
      `select p.post as id, p.unit, p.title, p.head, h.holder, coalesce(h."on", p."on") as since
       from view_posts.post p
       left join lateral (
         select * from view_posts.holding h where h.post = p.post and h."on" <= $2 order by h."on" desc, h.since desc limit 1
       ) h on true
       where p.unit = $1 and p."on" <= $2`,
      [unit, day],
    );
    return rows.sort((a, b) => Number(b.head) - Number(a.head) || inOrder(a.title, b.title));
  }

  /** The graph as it is recorded now. */
  private async graph(): Promise<UnitGraph> {
    const { rows } = await this.database.pool.query<{ version: string | null }>(VERSION);
    const version = rows[0]?.version ?? '0';
    if (this.held?.version === version) return this.held.graph;
    const loaded = await this.database.pool.query<Facts>(
      `select ${facts('naming')} as namings, ${facts('placing')} as placings, ${facts('ending')} as endings,
        ${facts('kind')} as kinds, ${facts('class')} as classes`,
    );
    const graph = new UnitGraph(loaded.rows[0] as Facts);
    this.held = { version, graph };
    return graph;
  }
}
