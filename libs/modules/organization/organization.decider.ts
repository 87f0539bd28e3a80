import {
  checkDocument,
  eventsOf,
  folded,
  isDay,
  plusDays,
  Refusal,
  refusal,
  stored as clean,
  type Day,
  type Decider,
  type Document,
  type Proposed,
  type Stored,
} from '#kernel';
import { KINDS } from './kind.rule.js';
import type { OrganizationEvents, UnitChange } from './organization.events.js';
import { overlap, said, sayingOn, spansOf, takenBack, type Timeline } from './timeline.rule.js';
import { nameKey } from './unit-name.rule.js';

export type OrganizationFacts = {
  /** SHA-256 of files that the command names and nobody has uploaded. */
  readonly missingFiles: readonly string[];
};

/** Day of operation, day of the decision, and the document that decides. */
type Decided = { on: Day; decided: Day; document?: Document };
type Naming = { code: string; name: string; kind: string; aliases: string[] };

/** A unit to be founded; `unit` is the id that it gets. */
export type NewUnit = Naming & { unit: string; parent: string | null };

/** One change of a reorganisation; units that are founded in it are named by the ids that they get. */
export type WishedChange =
  | Exclude<UnitChange, { act: 'found' } | { act: 'rename' }>
  | ({ act: 'found' } & NewUnit)
  | ({ act: 'rename'; unit: string } & Partial<Naming>);

export type OrganizationCommands = {
  DefineKind: { kind: string; names: string[]; on: Day; until?: Day };
  FoundUnit: NewUnit & Decided;
  /** Parents stand before their children. A unit that is there with this code, name and kind is left as it is. */
  ImportUnits: { units: NewUnit[] } & Decided;
  /** What is not named stays as it is on that day. */
  RenameUnit: { unit: string } & Partial<Naming> & Decided;
  MoveUnit: { unit: string; parent: string } & Decided;
  DissolveUnit: { unit: string; successors: string[] } & Decided;
  /** Decided as a whole: what counts is how units stand after all changes, in whatever order they are told. */
  Reorganise: { reorganisation: string; on: Day; decided: Day; document: Document; changes: WishedChange[] };
  /** A class of that name is defined anew from `on`; else `class` is the id that the new one gets. */
  DefineClass: { class: string; name: string; kinds: string[]; aliases: string[]; on: Day };
  EstablishPost: { post: string; unit: string; title: string; head: boolean; on: Day };
  FillPost: { post: string; holder: string; on: Day; document?: Document };
  VacatePost: { post: string; on: Day; document?: Document };
};

type Unit = Readonly<{
  founded: Day;
  dissolved: Day | undefined;
  namings: Timeline<Naming>;
  /** The keys of all names that it was ever said to have: few units are looked at day by day. */
  called: readonly string[];
  parents: Timeline<{ parent: string | null }>;
  /** The last day of an act that needs it until then; whoever stands below it says so by its own parents. */
  needed: Day;
}>;
type Class = Timeline<{ name: string; kinds: readonly string[]; aliases: readonly string[] }>;
type Post = Readonly<{
  unit: string;
  title: string;
  head: boolean;
  /** Vacant from the day on which it is established. */
  holders: Timeline<{ holder: string | undefined }>;
}>;

export type Organization = Readonly<{
  kinds: ReadonlyMap<string, { readonly names: readonly string[]; readonly from: Day; readonly until?: Day }>;
  units: ReadonlyMap<string, Unit>;
  reorganisations: ReadonlySet<string>;
  classes: ReadonlyMap<string, Class>;
  posts: ReadonlyMap<string, Post>;
}>;

/** How many units one command may bring. */
export const UNITS_PER_IMPORT = 400;
/** What one append takes; a larger document is recorded in parts. */
export const EVENTS_PER_REORGANISATION = 500;

const LONGEST = { code: 64, name: 300, aliases: 30 } as const;
const CODE = /^[\p{L}\p{N}][\p{L}\p{N}._/-]*$/u;

/** What a command about units would record. */
export type OrganizationProposal = Proposed<OrganizationEvents>;
type Proposals = readonly OrganizationProposal[];
const event = eventsOf<OrganizationEvents>();

type Basis = { document?: Document; reorganisation?: string };

const withDocument = ({ document, reorganisation }: Basis): Basis => ({
  ...(document === undefined ? {} : { document }),
  ...(reorganisation === undefined ? {} : { reorganisation }),
});

const calendarDay = (day: Day): Day => {
  if (!isDay(day)) throw refusal('invalid', 'bad-day', { day });
  return day;
};

type Context = { readonly today: Day; readonly facts: OrganizationFacts };

/** A document that decides, where there is one: kind and number, a day that has come, a file that was handed in. */
const permitting = (document: Document | undefined, { today, facts }: Context): void => {
  if (!document) return;
  // Days that do not exist have one code here, whatever they are the days of.
  calendarDay(document.date);
  checkDocument(document, today);
  if (facts.missingFiles.length > 0) throw refusal('absent', 'file.absent', { files: [...facts.missingFiles] });
};

const dated = ({ on, decided, document }: Decided, context: Context): void => {
  if (calendarDay(decided) > calendarDay(on)) throw refusal('invalid', 'decided-after-operation', { on, decided });
  permitting(document, context);
};

const namingOf = ({ code, name, kind, aliases }: Naming): Naming => {
  const naming = {
    code: clean(code),
    name: clean(name),
    kind,
    aliases: [...new Set(aliases.map(clean).filter((alias) => alias !== '' && alias !== clean(name)))],
  };
  if (naming.code.length > LONGEST.code || !CODE.test(naming.code)) throw refusal('invalid', 'bad-code', { code });
  const names = [naming.name, ...naming.aliases];
  if (naming.name === '' || names.some((each) => each.length > LONGEST.name) || names.length > LONGEST.aliases) {
    throw refusal('invalid', 'bad-name', { name });
  }
  return naming;
};

const sameNaming = (a: Naming, b: Naming): boolean =>
  sameUnit(a, b) && a.aliases.length === b.aliases.length && a.aliases.every((alias) => b.aliases.includes(alias));

const sameCode = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();
const sameUnit = (a: Naming, b: Naming): boolean => sameCode(a.code, b.code) && a.name === b.name && a.kind === b.kind;

const operates = (unit: Unit, day: Day): boolean =>
  unit.founded <= day && (unit.dissolved === undefined || day < unit.dissolved);

const there = (state: Organization, id: string): Unit => {
  const unit = state.units.get(id);
  if (!unit) throw refusal('absent', 'unit-absent', { unit: id });
  return unit;
};

const operating = (state: Organization, id: string, day: Day): Unit => {
  const unit = there(state, id);
  if (!operates(unit, day)) throw refusal('conflict', 'not-operating', { unit: id, on: day });
  return unit;
};

const knownKind = (state: Organization, kind: string, day: Day): void => {
  const known = state.kinds.get(kind);
  if (!known) throw refusal('invalid', 'unknown-kind', { kind });
  if (day < known.from || (known.until !== undefined && day >= known.until)) {
    throw refusal('invalid', 'kind-not-in-use', { kind, on: day });
  }
};

/** A code names one unit on each day. */
const freeCode = (state: Organization, id: string, candidate: Pick<Unit, 'namings' | 'dissolved'>): void => {
  const wanted = spansOf(candidate.namings, candidate.dissolved);
  for (const [other, unit] of state.units) {
    if (other === id) continue;
    for (const span of spansOf(unit.namings, unit.dissolved)) {
      const clash = wanted.find((own) => sameCode(own.value.code, span.value.code) && overlap(own, span));
      if (clash)
        throw refusal('conflict', 'code-in-use', { code: clash.value.code, unit: other, name: span.value.name });
    }
  }
};

/** What a unit is called below which parent, and on which days. */
const placesOf = ({ namings, parents, dissolved }: Pick<Unit, 'namings' | 'parents' | 'dissolved'>) =>
  spansOf(namings, dissolved).flatMap((named) =>
    spansOf(parents, dissolved)
      .filter((placed) => overlap(named, placed))
      .map((placed) => ({
        ...{ code: named.value.code, name: named.value.name, parent: placed.value.parent },
        from: later(named.from, placed.from),
        until: earlier(named.until, placed.until),
      })),
  );

/** A new unit is called like none below the same parent on any day; below another there may be such a one. */
const freeName = (
  state: Organization,
  id: string,
  candidate: Pick<Unit, 'namings' | 'parents' | 'dissolved'>,
): void => {
  for (const own of placesOf(candidate)) {
    const key = nameKey(own.name);
    for (const [other, unit] of state.units) {
      if (other === id || !unit.called.includes(key)) continue;
      const clash = placesOf(unit).find(
        (place) => own.parent === place.parent && key === nameKey(place.name) && overlap(own, place),
      );
      if (clash) throw refusal('conflict', 'name-in-use', { name: clash.name, unit: other, code: clash.code });
    }
  }
};

/** A unit's parent operates on each day on which it is the parent. */
const livingParents = (state: Organization, candidate: Pick<Unit, 'parents' | 'dissolved'>): void => {
  for (const { value, from, until } of spansOf(candidate.parents, candidate.dissolved)) {
    if (value.parent === null) continue;
    const parent = state.units.get(value.parent);
    if (!parent) throw refusal('absent', 'parent-absent', { parent: value.parent });
    const outlives = parent.dissolved === undefined || (until !== undefined && until <= parent.dissolved);
    if (from < parent.founded || !outlives) throw refusal('conflict', 'parent-not-operating', { parent: value.parent });
  }
};

const parentOn = (unit: Unit | undefined, day: Day): string | null =>
  (unit && sayingOn(unit.parents, day)?.parent) ?? null;

/** On no day from `on` is a unit above itself. */
const noCycle = (units: ReadonlyMap<string, Unit>, id: string, on: Day): void => {
  const changes = [...units.values()].flatMap(({ parents }) => parents.map((saying) => saying.on));
  for (const day of new Set([on, ...changes.filter((change) => change > on)])) {
    let above = parentOn(units.get(id), day);
    for (let step = 0; above !== null && step <= units.size; step += 1) {
      if (above === id) throw refusal('conflict', 'cycle', { unit: id, on: day });
      above = parentOn(units.get(above), day);
    }
  }
};

/** What is said lasts until a document says otherwise; a later saying that would undo it is recorded anew before. */
const lasting = <T>(
  timeline: Timeline<T>,
  saying: T & { on: Day },
  of: { unit: string } | { class: string },
  end?: Day,
): void => {
  const on = takenBack(timeline, saying, end);
  if (on !== undefined) throw refusal('conflict', 'later-act-stands', { ...of, on });
};

/** A unit that may end on a day: nothing recorded needs it on a later one. */
const ending = (state: Organization, id: string, on: Day): void => {
  const unit = there(state, id);
  if (unit.dissolved !== undefined) throw refusal('conflict', 'already-dissolved', { unit: id, on: unit.dissolved });
  if (on < unit.founded) throw refusal('conflict', 'before-founding', { unit: id, founded: unit.founded });
  if (parentOn(unit, unit.founded) === null) throw refusal('conflict', 'root-stays');
  if (unit.needed > on) throw refusal('conflict', 'later-act-stands', { unit: id, on: unit.needed });
};

/** Nobody stands below a unit from the day on which it ends. */
const withoutChildren = (state: Organization, parent: string, on: Day): void => {
  for (const [id, other] of state.units) {
    const below = spansOf(other.parents, other.dissolved).some(
      ({ value, until }) => value.parent === parent && (until === undefined || on < until),
    );
    if (below) throw refusal('conflict', 'operating-children', { unit: id, name: other.namings.at(-1)?.name });
  }
};

/** Who carries on the work of a unit operates when it ends. */
const succeeding = (state: Organization, unit: string, successors: readonly string[], on: Day): void => {
  for (const successor of successors) {
    if (successor === unit || !operates(there(state, successor), on)) {
      throw refusal('conflict', 'successor-not-operating', { unit: successor });
    }
  }
};

const isKnown = (state: Organization, naming: Naming, day: Day): boolean =>
  [...state.units.values()].some((unit) => {
    const current = operates(unit, day) ? sayingOn(unit.namings, day) : undefined;
    return current !== undefined && sameUnit(current, naming);
  });

const founded = (state: Organization, wanted: NewUnit & Decided, today: Day): Proposals => {
  const { unit, parent, on, decided } = wanted;
  const naming = namingOf(wanted);
  if (state.units.has(unit)) throw refusal('conflict', 'id-in-use', { unit });
  if (parent === null && state.units.size > 0) throw refusal('conflict', 'root-exists');
  const kinds =
    state.kinds.size > 0
      ? []
      : KINDS.map(({ kind, names, from, until }) =>
          event('KindDefined', { kind, names: [...names], ...(until === undefined ? {} : { until }) }, from),
        );
  knownKind(applied(state, kinds, today), naming.kind, on);
  const candidate = {
    namings: [{ ...naming, on }],
    parents: [{ parent, on }],
    dissolved: undefined,
  };
  livingParents(state, candidate);
  freeCode(state, unit, candidate);
  freeName(state, unit, candidate);
  return [...kinds, event('UnitFounded', { unit, ...naming, parent, decided, ...withDocument(wanted) }, on)];
};

const later = (a: Day, b: Day): Day => (a > b ? a : b);
const earlier = (a: Day | undefined, b: Day | undefined): Day | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

const put = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> =>
  new Map(map).set(key, value);

const changed = (state: Organization, id: string, change: (unit: Unit) => Partial<Unit>): Organization => {
  const unit = state.units.get(id);
  return unit ? { ...state, units: put(state.units, id, { ...unit, ...change(unit) }) } : state;
};

/** Units that an act names operate until its day; of those that are founded beside it nothing is known yet. */
const needing = (state: Organization, ids: readonly string[], on: Day): Organization => {
  const units = new Map(state.units);
  for (const id of ids) {
    const unit = units.get(id);
    if (unit) units.set(id, { ...unit, needed: later(unit.needed, on) });
  }
  return { ...state, units };
};

const held = (state: Organization, id: string, holder: string | undefined, on: Day): Organization => {
  const post = state.posts.get(id);
  if (!post) return state;
  return { ...state, posts: put(state.posts, id, { ...post, holders: said(post.holders, { holder, on }) }) };
};

const evolve: Decider<Organization, OrganizationCommands, OrganizationEvents, OrganizationFacts>['evolve'] = {
  KindDefined: (state, { kind, names, until }, { on }) => ({
    ...state,
    kinds: put(state.kinds, kind, { names, from: on, ...(until === undefined ? {} : { until }) }),
  }),
  UnitFounded: (state, { unit, code, name, kind, aliases, parent }, { on }) => ({
    ...state,
    units: put(state.units, unit, {
      founded: on,
      dissolved: undefined,
      namings: [{ code, name, kind, aliases, on }],
      called: [nameKey(name)],
      parents: [{ parent, on }],
      needed: on,
    }),
  }),
  UnitRenamed: (state, { unit, code, name, kind, aliases }, { on }) =>
    changed(state, unit, ({ namings, called, needed }) => ({
      namings: said(namings, { code, name, kind, aliases, on }),
      called: [...called, nameKey(name)],
      needed: later(needed, on),
    })),
  UnitMoved: (state, { unit, parent }, { on }) =>
    changed(state, unit, ({ parents, needed }) => ({
      parents: said(parents, { parent, on }),
      needed: later(needed, on),
    })),
  UnitDissolved: (state, { unit, successors }, { on }) =>
    needing(
      changed(state, unit, () => ({ dissolved: on })),
      successors,
      on,
    ),
  // What a split parts off from a unit that stays has no event of its own.
  ReorganisationDecided: (state, { reorganisation, changes }, { on }) =>
    needing(
      { ...state, reorganisations: new Set(state.reorganisations).add(reorganisation) },
      changes.flatMap((change) => (change.act === 'split' ? [change.unit, ...change.into] : [])),
      on,
    ),
  FunctionMoved: (state, { from, to }, { on }) => needing(state, [from, to], on),
  ClassDefined: (state, { class: id, name, kinds, aliases }, { on }) => ({
    ...state,
    classes: put(state.classes, id, said(state.classes.get(id) ?? [], { name, kinds, aliases, on })),
  }),
  PostEstablished: (state, { post, unit, title, head }, { on }) =>
    needing(
      { ...state, posts: put(state.posts, post, { unit, title, head, holders: [{ holder: undefined, on }] }) },
      [unit],
      on,
    ),
  PostFilled: (state, { post, holder }, { on }) => held(state, post, holder, on),
  PostVacated: (state, { post }, { on }) => held(state, post, undefined, on),
};

/** The state after events that are only proposed yet. */
const applied = (state: Organization, proposals: Proposals, today: Day): Organization =>
  proposals.reduce((now, { type, data, on }) => {
    const step = evolve[type] as (state: Organization, data: object, stored: Stored) => Organization;
    return step(now, data, { actor: '', on: on ?? today, recorded: today, at: '0', revision: -1 });
  }, state);

/** What a change says of units: a unit is founded, ended, named or placed once, and only named and placed together. */
type Said = 'founded' | 'ended' | 'named' | 'placed';

/** The units that a change ends, with those that carry their work on. */
const endingsOf = (change: WishedChange): readonly { unit: string; successors: string[] }[] => {
  switch (change.act) {
    case 'merge':
      return [...new Set(change.units)].map((unit) => ({ unit, successors: [change.into] }));
    case 'split':
      return change.into.includes(change.unit) ? [] : [{ unit: change.unit, successors: [...new Set(change.into)] }];
    case 'dissolve':
      return [{ unit: change.unit, successors: [...new Set(change.successors)] }];
    case 'found':
    case 'rename':
    case 'move':
    case 'move-function':
      return [];
  }
};

const saidOf = (change: WishedChange): readonly (readonly [unit: string, said: Said])[] => {
  if (change.act === 'found') return [[change.unit, 'founded']];
  if (change.act === 'rename') return [[change.unit, 'named']];
  if (change.act === 'move') return [[change.unit, 'placed']];
  return endingsOf(change).map(({ unit }) => [unit, 'ended']);
};

/** A change makes sense beside those before it. */
const compatible = (change: WishedChange, before: Map<string, readonly Said[]>): void => {
  for (const [unit, now] of saidOf(change)) {
    const already = before.get(unit) ?? [];
    if (now === 'ended' && already.includes('ended')) throw refusal('conflict', 'ended-twice', { unit });
    const beside = now === 'named' ? 'placed' : now === 'placed' ? 'named' : undefined;
    if (already.some((each) => each !== beside)) throw refusal('conflict', 'changed-twice', { unit });
    before.set(unit, [...already, now]);
  }
  if (change.act === 'merge' && change.units.includes(change.into)) {
    throw refusal('invalid', 'merged-into-itself', { unit: change.into });
  }
  if (change.act === 'split') {
    const others = new Set(change.into);
    if (others.size < 2) throw refusal('invalid', 'split-into-one', { unit: change.unit });
  }
  if (change.act === 'move-function' && change.from === change.to) {
    throw refusal('invalid', 'function-stays', { unit: change.from });
  }
};

type Reorganisation = OrganizationCommands['Reorganise'];

const functionOf = (text: string): string => {
  const written = clean(text);
  if (written === '' || written.length > LONGEST.name) throw refusal('invalid', 'bad-function', { function: text });
  return written;
};

/** A post of a unit that ends is vacant from then on; whoever was to hold it later never does. */
const vacated = (state: Organization, unit: string, { on, ...basis }: Basis & { on: Day }): Proposals =>
  [...state.posts].flatMap(([post, { unit: of, holders }]) =>
    spansOf(of === unit ? holders : [], undefined).flatMap(({ value: { holder }, from, until }) =>
      holder !== undefined && (until === undefined || on < until)
        ? [event('PostVacated', { post, holder, ...withDocument(basis) }, later(from, on))]
        : [],
    ),
  );

/** What a change records, before it is known whether all changes go together. */
const proposed = (state: Organization, change: WishedChange, wanted: Reorganisation): Proposals => {
  const { reorganisation, on, decided, document } = wanted;
  const basis = { decided, document, reorganisation };
  switch (change.act) {
    case 'found': {
      const { unit, parent } = change;
      if (state.units.has(unit)) throw refusal('conflict', 'id-in-use', { unit });
      if (parent === null) throw refusal('conflict', 'root-exists');
      knownKind(state, change.kind, on);
      return [event('UnitFounded', { unit, ...namingOf(change), parent, ...basis }, on)];
    }
    case 'rename': {
      const { namings, dissolved } = operating(state, change.unit, on);
      const before = sayingOn(namings, on) as Naming;
      const { code = before.code, name = before.name, kind = before.kind, aliases = before.aliases } = change;
      const naming = namingOf({ code, name, kind, aliases: [...aliases] });
      if (sameNaming(before, naming)) throw refusal('conflict', 'change-without-effect', { unit: change.unit });
      if (before.kind !== kind) knownKind(state, kind, on);
      lasting(namings, { ...naming, on }, { unit: change.unit }, dissolved);
      return [event('UnitRenamed', { unit: change.unit, ...naming, ...basis }, on)];
    }
    case 'move': {
      const { unit, parent } = change;
      const before = parentOn(operating(state, unit, on), on);
      if (before === null) throw refusal('conflict', 'root-stays');
      if (before === parent) throw refusal('conflict', 'change-without-effect', { unit });
      return [event('UnitMoved', { unit, parent, ...basis }, on)];
    }
    case 'move-function': {
      const { from, to } = change;
      return [event('FunctionMoved', { from, to, function: functionOf(change.function), ...basis }, on)];
    }
    case 'merge':
    case 'split':
    case 'dissolve':
      if (change.act === 'split') operating(state, change.unit, plusDays(on, -1));
      return endingsOf(change).flatMap(({ unit, successors }) => {
        ending(state, unit, on);
        return [event('UnitDissolved', { unit, successors, ...basis }, on), ...vacated(state, unit, wanted)];
      });
  }
};

/** What a change needs of units as they stand after all changes. */
const standing = (after: Organization, change: WishedChange, on: Day): void => {
  const changedUnit = 'unit' in change ? after.units.get(change.unit) : undefined;
  if (changedUnit && 'unit' in change) {
    if (change.act === 'found' || change.act === 'rename') freeCode(after, change.unit, changedUnit);
    if (change.act === 'found') freeName(after, change.unit, changedUnit);
    if (change.act === 'found' || change.act === 'move') {
      livingParents(after, changedUnit);
      noCycle(after.units, change.unit, on);
    }
  }
  for (const { unit, successors } of endingsOf(change)) {
    withoutChildren(after, unit, on);
    succeeding(after, unit, successors, on);
  }
  if (change.act === 'split') for (const unit of change.into) operating(after, unit, on);
  if (change.act === 'move-function') {
    operating(after, change.from, plusDays(on, -1));
    operating(after, change.to, on);
  }
};

/** A change as the document's event keeps it: who, and not how they are called. */
const kept = (change: WishedChange): UnitChange => {
  if (change.act === 'found' || change.act === 'rename') return { act: change.act, unit: change.unit };
  return change.act === 'move-function' ? { ...change, function: functionOf(change.function) } : change;
};

/** All changes of one document together; refused with every change that is at fault. */
const reorganised = (state: Organization, wanted: Reorganisation, context: Context): Proposals => {
  const { reorganisation, on, decided, document, changes } = wanted;
  const { today } = context;
  dated(wanted, context);
  if (changes.length === 0) throw refusal('invalid', 'reorganisation-empty');
  if (state.reorganisations.has(reorganisation)) throw refusal('conflict', 'id-in-use', { reorganisation });
  const faults: { readonly change: number; readonly refused: Refusal }[] = [];
  const each = <Made>(rule: (change: WishedChange) => Made): Made[] =>
    changes.flatMap((change, index) => {
      try {
        return [rule(change)];
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        faults.push({ change: index, refused: error });
        return [];
      }
    });
  const before = new Map<string, readonly Said[]>();
  const proposals = each((change) => {
    compatible(change, before);
    return proposed(state, change, wanted);
  }).flat();
  if (faults.length === 0) {
    const after = applied(state, proposals, today);
    each((change) => standing(after, change, on));
  }
  const [first] = faults;
  if (first) {
    throw first.refused.with({
      change: first.change,
      faults: faults.map(({ change, refused: { code, details } }) => ({
        change,
        code: `organization.${code}`,
        details,
      })),
    });
  }
  if (proposals.length >= EVENTS_PER_REORGANISATION) {
    throw refusal('invalid', 'reorganisation-too-large', { events: proposals.length + 1 });
  }
  const told = { reorganisation, decided, document, changes: changes.map(kept) };
  return [event('ReorganisationDecided', told, on), ...proposals];
};

/** What a class answers to: no other class may. */
const answersTo = (timeline: Class): ReadonlySet<string> =>
  new Set(timeline.flatMap(({ name, aliases }) => [name, ...aliases]).map(folded));

/** How a post stands after its last act, which no other one comes before. */
const postThere = (
  state: Organization,
  id: string,
  on: Day,
): { unit: string; holder: string | undefined; since: Day } => {
  const post = state.posts.get(id);
  const last = post?.holders.at(-1);
  if (!post || !last) throw refusal('absent', 'post-absent', { post: id });
  if (calendarDay(on) < last.on) throw refusal('conflict', 'before-last-act', { since: last.on });
  return { unit: post.unit, holder: last.holder, since: last.on };
};

/** Units, kinds, classes and posts: one stream, so that a reorganisation is one append. */
export const organization: Decider<Organization, OrganizationCommands, OrganizationEvents, OrganizationFacts> = {
  category: 'organization',
  initial: { kinds: new Map(), units: new Map(), reorganisations: new Set(), classes: new Map(), posts: new Map() },
  decide: {
    DefineKind: (state, { kind, names, on, until }) => {
      const written = [...new Set(names.map(clean))].filter((name) => name !== '');
      if (!/^[a-z][a-z0-9_]{0,39}$/.test(kind) || written.length === 0) throw refusal('invalid', 'bad-kind', { kind });
      if (calendarDay(on) >= calendarDay(until ?? '2200-12-31')) throw refusal('invalid', 'bad-day', { day: on });
      const before = state.kinds.get(kind);
      if (before?.from === on && before.until === until && before.names.join('\n') === written.join('\n')) return [];
      return [event('KindDefined', { kind, names: written, ...(until === undefined ? {} : { until }) }, on)];
    },

    FoundUnit: (state, wanted, context) => {
      dated(wanted, context);
      return founded(state, wanted, context.today);
    },

    ImportUnits: (state, { units, ...decided }, context) => {
      const { today } = context;
      dated(decided, context);
      if (units.length > UNITS_PER_IMPORT) throw refusal('invalid', 'too-many-units', { most: UNITS_PER_IMPORT });
      let now = state;
      return units.flatMap((unit) => {
        if (isKnown(now, namingOf(unit), decided.on)) return [];
        const proposals = founded(now, { ...unit, ...decided }, today);
        now = applied(now, proposals, today);
        return proposals;
      });
    },

    RenameUnit: (state, wanted, context) => {
      dated(wanted, context);
      const unit = operating(state, wanted.unit, wanted.on);
      const before = sayingOn(unit.namings, wanted.on) as Naming;
      const { code = before.code, name = before.name, kind = before.kind, aliases = before.aliases } = wanted;
      const naming = namingOf({ code, name, kind, aliases });
      if (sameNaming(before, naming)) return [];
      if (before.kind !== kind) knownKind(state, kind, wanted.on);
      const saying = { ...naming, on: wanted.on };
      lasting(unit.namings, saying, { unit: wanted.unit }, unit.dissolved);
      freeCode(state, wanted.unit, { ...unit, namings: said(unit.namings, saying) });
      const { decided } = wanted;
      return [event('UnitRenamed', { unit: wanted.unit, ...naming, decided, ...withDocument(wanted) }, wanted.on)];
    },

    MoveUnit: (state, wanted, context) => {
      dated(wanted, context);
      const { on, decided, parent } = wanted;
      const unit = operating(state, wanted.unit, on);
      const before = parentOn(unit, on);
      if (before === null) throw refusal('conflict', 'root-stays');
      if (before === parent) return [];
      const parents = said(unit.parents, { parent, on });
      livingParents(state, { ...unit, parents });
      noCycle(put(state.units, wanted.unit, { ...unit, parents }), wanted.unit, on);
      return [event('UnitMoved', { unit: wanted.unit, parent, decided, ...withDocument(wanted) }, on)];
    },

    DissolveUnit: (state, wanted, context) => {
      dated(wanted, context);
      const { on, decided } = wanted;
      const successors = [...new Set(wanted.successors)];
      ending(state, wanted.unit, on);
      withoutChildren(state, wanted.unit, on);
      succeeding(state, wanted.unit, successors, on);
      return [
        event('UnitDissolved', { unit: wanted.unit, successors, decided, ...withDocument(wanted) }, on),
        ...vacated(state, wanted.unit, wanted),
      ];
    },

    Reorganise: (state, wanted, context) => reorganised(state, wanted, context),

    DefineClass: (state, wanted) => {
      const on = calendarDay(wanted.on);
      const name = clean(wanted.name);
      const aliases = [...new Set(wanted.aliases.map(clean))].filter((alias) => alias !== '' && alias !== name);
      const kinds = [...new Set(wanted.kinds)];
      if (name === '' || [name, ...aliases].some((each) => each.length > LONGEST.name)) {
        throw refusal('invalid', 'bad-name', { name });
      }
      if (kinds.length === 0) throw refusal('invalid', 'class-without-kinds');
      const unknown = kinds.find((kind) => !state.kinds.has(kind));
      if (unknown !== undefined) throw refusal('invalid', 'unknown-kind', { kind: unknown });
      const [id, before] = state.classes.has(wanted.class)
        ? [wanted.class, state.classes.get(wanted.class)]
        : ([...state.classes].find(([, timeline]) => folded(timeline.at(-1)?.name ?? '') === folded(name)) ?? []);
      const own = new Set([name, ...aliases].map(folded));
      for (const [other, timeline] of state.classes) {
        const clash = other === id ? undefined : [...answersTo(timeline)].find((each) => own.has(each));
        if (clash !== undefined) throw refusal('conflict', 'class-name-in-use', { class: other, name: clash });
      }
      const current = before && sayingOn(before, on);
      const same =
        current?.name === name &&
        current.kinds.join('\n') === kinds.join('\n') &&
        current.aliases.join('\n') === aliases.join('\n');
      if (same) return [];
      lasting(before ?? [], { name, kinds, aliases, on }, { class: id ?? wanted.class });
      return [event('ClassDefined', { class: id ?? wanted.class, name, kinds, aliases }, on)];
    },

    EstablishPost: (state, { post, unit, head, on, ...wanted }) => {
      operating(state, unit, calendarDay(on));
      const title = clean(wanted.title);
      if (title === '' || title.length > LONGEST.name) throw refusal('invalid', 'bad-name', { name: title });
      if (state.posts.has(post)) throw refusal('conflict', 'id-in-use', { post });
      const posts = [...state.posts.values()].filter((other) => other.unit === unit);
      if (head && posts.some((other) => other.head)) throw refusal('conflict', 'head-exists');
      if (posts.some((other) => folded(other.title) === folded(title))) throw refusal('conflict', 'post-title-in-use');
      return [event('PostEstablished', { post, unit, title, head }, on)];
    },

    FillPost: (state, { post: id, holder, on, document }, context) => {
      permitting(document, context);
      const post = postThere(state, id, on);
      operating(state, post.unit, on);
      if (post.holder === holder) return [];
      if (post.holder !== undefined) throw refusal('conflict', 'post-occupied', { since: post.since });
      return [event('PostFilled', { post: id, holder, ...withDocument({ document }) }, on)];
    },

    VacatePost: (state, { post: id, on, document }, context) => {
      permitting(document, context);
      const { holder } = postThere(state, id, on);
      if (holder === undefined) throw refusal('conflict', 'post-vacant');
      return [event('PostVacated', { post: id, holder, ...withDocument({ document }) }, on)];
    },
  },
  evolve,
};
