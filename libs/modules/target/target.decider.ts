import {
  checkDocument,
  countingOn,
  eventsOf,
  existingDay,
  isSame,
  Refusal,
  refusal,
  stored,
  type Day,
  type Decider,
  type Document,
  type TextRef,
} from '#kernel';
import { goalOf, valueOf, type GoalInput, type ValueInput } from './goal.rule.js';
import { checkRate } from './rate.rule.js';
import type { Counts, Goal, Qualifier, Reading, Source, TargetContent, TargetEvents } from './target.events.js';

/** What is said of a target. */
export type TargetInput = {
  title: string;
  field: string | null;
  goal: GoalInput;
  leads: string[];
  note: string;
  baseline?: { year: number; value: ValueInput; qualifier: Qualifier; source: Source };
};

export type CountsInput = { numerator?: number; denominator: number };

/** What is said of a value; `on` is the day as of which it holds, the last one of its period. */
export type ReadingInput = {
  value: ValueInput;
  qualifier: Qualifier;
  source: Source;
  on: string;
  from?: string;
  counts?: CountsInput;
};

/** What may be changed in a value; what is left out stays, null takes away. */
export type ReadingChanges = {
  value?: ValueInput;
  qualifier?: Qualifier;
  source?: Source;
  on?: string;
  from?: string | null;
  counts?: CountsInput | null;
};

export type TargetCommands = {
  /** The document and its day of effect are for a plan that is promulgated already. */
  SetTarget: { plan: string; content: TargetInput; document?: Document; effect?: string };
  ChangeTarget: { content: TargetInput; document?: Document; effect?: string; reason?: TextRef };
  DropTarget: { document?: Document; effect?: string; reason?: TextRef };
  ReportValue: ReadingInput;
  CorrectValue: { value: string; changes: ReadingChanges; reason: TextRef; document?: Document };
  WithdrawValue: { value: string; reason: TextRef; document?: Document };
};

/** What the rules of a target need from elsewhere; `plan` is null when there is none. */
export type TargetFacts = {
  readonly plan: {
    readonly year: number;
    readonly status: 'draft' | 'in-force' | 'closed';
    readonly fields: readonly string[];
  } | null;
  readonly operates: (unit: string) => boolean;
  /** True when another target of the plan is called so in that field. */
  readonly taken: (field: string | null, title: string) => boolean;
  readonly actorsUnit: string | null;
  readonly coordinates: boolean;
  /** SHA-256 of files that the command names and nobody has uploaded. */
  readonly missingFiles: readonly string[];
};

type Value = {
  readonly version: number;
  readonly day: Day;
  readonly reading: Reading;
  readonly withdrawn: boolean;
};
/** What was said of the target from a day on. */
type Said = { readonly version: number; readonly on: Day; readonly content: TargetContent | null };
type Target = {
  readonly status: 'none' | 'set' | 'removed';
  readonly plan: string;
  readonly year: number;
  readonly version: number;
  /** What has not ended in the log, in the order of recording; no content where it was given up. */
  readonly said: readonly Said[];
  readonly values: ReadonlyMap<string, Value>;
};
type Known = Target & { readonly content: TargetContent };

const happened = eventsOf<TargetEvents>();

const QUALIFIERS: readonly Qualifier[] = ['exact', 'about', 'more-than', 'less-than'];
/** How long after its year a plan's values may still be measured; what lies further off is a slip of the pen. */
const YEARS_AFTER = 2;

/** The target with what counts of it on a day; one that is ahead as it was set, one that was given up as it was last. */
const known = (state: Target, day: Day): Known => {
  const contents = state.said.flatMap(({ on, content }) => (content ? [{ on, content }] : []));
  const counting = countingOn(contents, day) ?? contents[0];
  if (!counting) throw refusal('absent', 'absent');
  return { ...state, content: counting.content };
};

const isDropped = ({ status, said }: Target, day: Day): boolean =>
  status === 'removed' || countingOn(said, day)?.content === null;

const checkStanding = (state: Target, day: Day): void => {
  if (isDropped(state, day)) throw refusal('conflict', 'dropped');
};

const planOf = ({ plan }: TargetFacts): NonNullable<TargetFacts['plan']> => {
  if (!plan) throw refusal('absent', 'plan.absent');
  if (plan.status === 'closed') throw refusal('conflict', 'plan-closed');
  return plan;
};

const checkFiles = ({ missingFiles }: TargetFacts): void => {
  if (missingFiles.length > 0) throw refusal('absent', 'file.absent', { files: [...missingFiles] });
};

/** A promulgated plan is changed by a document with a day of effect only. */
const decision = (
  { document, effect }: { document?: Document; effect?: string },
  today: Day,
): { readonly document: Document; readonly effect: Day } => {
  if (!document || effect === undefined) throw refusal('invalid', 'document-missing');
  checkDocument(document, today);
  if (existingDay(effect) < document.date) throw refusal('invalid', 'effect-before-document');
  return { document, effect };
};

const sourceOf = ({ publisher, document, place }: Source, today: Day): Source => {
  const [named, where] = [stored(publisher), stored(place ?? '')];
  if (named === '' || (!document && where === '')) throw refusal('invalid', 'source-missing');
  if (document) checkDocument(document, today);
  return { publisher: named, ...(document ? { document } : {}), ...(where === '' ? {} : { place: where }) };
};

/** Places, groups and answers are what they are; only a number can be "hơn" or "gần". */
const qualifierOf = (goal: Goal, qualifier: Qualifier): Qualifier => {
  if (!QUALIFIERS.includes(qualifier)) throw refusal('invalid', 'unknown-qualifier');
  if (qualifier !== 'exact' && goal.kind !== 'at-least' && goal.kind !== 'at-most') {
    throw refusal('invalid', 'qualifier-of-numbers-only');
  }
  return qualifier;
};

const contentOf = (input: TargetInput, { year }: { readonly year: number }, today: Day, facts: TargetFacts) => {
  const title = stored(input.title);
  if (title === '' || title.length > 1000) throw refusal('invalid', 'title-missing');
  const { field } = input;
  if (field !== null && !(facts.plan?.fields ?? []).includes(field)) throw refusal('invalid', 'unknown-field');
  if (facts.taken(field, title)) throw refusal('conflict', 'twice');
  const leads = [...new Set(input.leads)];
  if (leads.length === 0) throw refusal('invalid', 'lead-missing');
  const stranger = leads.find((unit) => !facts.operates(unit));
  if (stranger !== undefined) throw refusal('invalid', 'unknown-lead', { lead: stranger });
  const goal = goalOf(input.goal);
  const { baseline } = input;
  if (baseline && (!Number.isInteger(baseline.year) || baseline.year < 1990 || baseline.year >= year)) {
    throw refusal('invalid', 'baseline-not-before', { year: baseline.year });
  }
  const content: TargetContent = {
    title,
    field,
    goal,
    leads,
    note: stored(input.note),
    ...(baseline
      ? {
          baseline: {
            year: baseline.year,
            value: valueOf(goal, baseline.value),
            qualifier: qualifierOf(goal, baseline.qualifier),
            source: sourceOf(baseline.source, today),
          },
        }
      : {}),
  };
  checkFiles(facts);
  return content;
};

const countsOf = (goal: Goal, value: Reading['value'], qualifier: Qualifier, input: CountsInput): Counts => {
  if (!('number' in value) || (goal.kind !== 'at-least' && goal.kind !== 'at-most')) {
    throw refusal('invalid', 'counts-of-rates-only');
  }
  const { numerator, denominator } = input;
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
  if (!isCount(denominator) || denominator === 0 || (numerator !== undefined && !isCount(numerator))) {
    throw refusal('invalid', 'counts-out-of-range');
  }
  const counts = { denominator, ...(numerator === undefined ? {} : { numerator }) };
  return { ...counts, ...checkRate({ rate: value.number, unit: goal.unit, qualifier, ...counts }) };
};

const readingOf = (
  { content: { goal }, year }: Known,
  input: ReadingInput,
  today: Day,
  facts: TargetFacts,
): { readonly day: Day; readonly reading: Reading } => {
  const { on, from, counts } = input;
  for (const day of from === undefined ? [on] : [on, from]) existingDay(day);
  if (on > today) throw refusal('invalid', 'value-of-the-future', { day: on });
  if (on < `${year}-01-01` || on > `${year + YEARS_AFTER}-12-31`) {
    throw refusal('invalid', 'value-of-another-year', { day: on, year });
  }
  if (from !== undefined && from > on) throw refusal('invalid', 'period-ends-before-it-begins');
  const value = valueOf(goal, input.value);
  const qualifier = qualifierOf(goal, input.qualifier);
  const reading: Reading = {
    value,
    qualifier,
    source: sourceOf(input.source, today),
    ...(from === undefined ? {} : { from }),
    ...(counts ? { counts: countsOf(goal, value, qualifier, counts) } : {}),
  };
  checkFiles(facts);
  return { day: on, reading };
};

const versionsOf = ({ said }: Target): number[] => said.map(({ version }) => version);

/** A unit speaks of the targets that it leads today, whatever day a value is of; coordinators of all. */
const speaker = ({ content: { leads } }: Known, { actorsUnit, coordinates }: TargetFacts): void => {
  if (!coordinates && (actorsUnit === null || !leads.includes(actorsUnit))) throw refusal('forbidden', 'other-unit');
};

/** In a closed plan what was said is mended by coordinators with a document only. */
const checkMendable = ({ plan, coordinates }: TargetFacts, document: Document | undefined): void => {
  if (plan?.status !== 'closed') return;
  if (!coordinates) throw refusal('forbidden', 'coordinators-only');
  if (!document) throw refusal('invalid', 'closed-needs-document');
};

const valueIn = ({ values }: Target, id: string): Value => {
  const value = values.get(id);
  if (!value) throw refusal('absent', 'value-absent');
  return value;
};

/** Values that were reported stay readable under the goal: it measures them in the same way and unit. */
const checkValuesFit = ({ values, content: { goal: before } }: Known, goal: Goal): void => {
  const kept = [...values.values()].filter(({ withdrawn }) => !withdrawn);
  if (kept.length === 0) return;
  const unitOf = (of: Goal): string => ('unit' in of ? of.unit : '');
  if (unitOf(before) !== unitOf(goal)) throw refusal('conflict', 'goal-unlike-values');
  try {
    for (const { reading } of kept) valueOf(goal, reading.value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw refusal('conflict', 'goal-unlike-values');
  }
};

/** One numeric or ordered target beside the tasks of a plan, with its values of the year. */
export const target: Decider<Target, TargetCommands, TargetEvents, TargetFacts> = {
  category: 'target',
  initial: { status: 'none', plan: '', year: 0, version: 0, said: [], values: new Map() },
  decide: {
    SetTarget: (state, { plan, content: input, ...wish }, { today, facts }) => {
      if (state.status !== 'none') throw refusal('conflict', 'exists');
      const { year, status } = planOf(facts);
      const decided = status === 'draft' ? undefined : decision(wish, today);
      const content = contentOf(input, { year }, today, facts);
      // A target of a draft belongs to the plan from the first day of its year, or from now where that is still ahead.
      const first: Day = `${year}-01-01`;
      const on = decided?.effect ?? (today < first ? today : first);
      return [happened('TargetSet', { plan, year, content, ...(decided ? { document: decided.document } : {}) }, on)];
    },
    ChangeTarget: (state, { content: input, reason, ...wish }, { today, entry, facts }) => {
      const before = known(state, today);
      const { status } = planOf(facts);
      const decided = status === 'draft' ? undefined : decision(wish, today);
      checkStanding(before, decided?.effect ?? today);
      const content = contentOf(input, before, today, facts);
      checkValuesFit(before, content.goal);
      const says = (one: Said | undefined): boolean => one !== undefined && isSame(one.content, content);
      const version = before.version + 1;
      if (!decided) {
        return before.said.every(says)
          ? []
          : [happened('TargetEdited', { version, ended: versionsOf(before), content })];
      }
      const { document, effect } = decided;
      // It would count from its day of effect up to the next one: what was said for a later day does not say it yet.
      if (says(countingOn(before.said, effect))) return [];
      const why = reason ? { reason } : {};
      return [happened('TargetAmended', { entry, version, content, document, ...why }, effect)];
    },
    DropTarget: (state, { reason, ...wish }, { today, entry, facts }) => {
      const before = known(state, today);
      const { status } = planOf(facts);
      if (status === 'draft') {
        if (isDropped(before, today)) return [];
        const reported = [...before.values.values()].some(({ withdrawn }) => !withdrawn);
        if (reported) throw refusal('conflict', 'has-values');
        return [happened('TargetRemoved', { plan: before.plan, ended: versionsOf(before) })];
      }
      const { document, effect } = decision(wish, today);
      if (isDropped(before, effect)) return [];
      // Where nothing counts yet there is nothing to give up, and what was set would count all the same from its day on.
      if (!countingOn(before.said, effect)) throw refusal('absent', 'absent');
      checkFiles(facts);
      const why = reason ? { reason } : {};
      return [happened('TargetDropped', { entry, version: before.version + 1, document, ...why }, effect)];
    },
    ReportValue: (state, input, { today, entry, facts }) => {
      const before = known(state, today);
      checkStanding(before, today);
      speaker(before, facts);
      const { day, reading } = readingOf(before, input, today, facts);
      return [happened('ValueReported', { entry, plan: before.plan, reading }, day)];
    },
    CorrectValue: (state, { value: id, changes, reason, document }, { today, entry, facts }) => {
      const before = known(state, today);
      checkMendable(facts, document);
      speaker(before, facts);
      const old = valueIn(before, id);
      if (old.withdrawn) throw refusal('conflict', 'value-withdrawn');
      if (document) checkDocument(document, today);
      const from = changes.from === undefined ? old.reading.from : (changes.from ?? undefined);
      const counts = changes.counts === undefined ? old.reading.counts : (changes.counts ?? undefined);
      const input: ReadingInput = {
        value: changes.value ?? old.reading.value,
        qualifier: changes.qualifier ?? old.reading.qualifier,
        source: changes.source ?? old.reading.source,
        on: changes.on ?? old.day,
        ...(from === undefined ? {} : { from }),
        ...(counts ? { counts } : {}),
      };
      const { day, reading } = readingOf(before, input, today, facts);
      if (day === old.day && isSame(reading, old.reading)) throw refusal('invalid', 'nothing-changed');
      const version = old.version + 1;
      const proof = document ? { document } : {};
      return [happened('ValueCorrected', { entry, value: id, version, day, reading, reason, ...proof })];
    },
    WithdrawValue: (state, { value: id, reason, document }, { today, entry, facts }) => {
      const before = known(state, today);
      checkMendable(facts, document);
      speaker(before, facts);
      const { version, withdrawn } = valueIn(before, id);
      if (withdrawn) return [];
      if (document) checkDocument(document, today);
      checkFiles(facts);
      const proof = document ? { document } : {};
      return [happened('ValueWithdrawn', { entry, value: id, version, reason, ...proof })];
    },
  },
  evolve: {
    TargetSet: (state, { plan, year, content }, { on }) => ({
      ...state,
      status: 'set',
      plan,
      year,
      said: [{ version: 0, on, content }],
    }),
    // In a draft it is said otherwise from the day from which it was set.
    TargetEdited: (state, { version, content }, { on }) => ({
      ...state,
      version,
      said: [{ version, on: state.said[0]?.on ?? on, content }],
    }),
    TargetAmended: (state, { version, content }, { on }) => ({
      ...state,
      version,
      said: [...state.said, { version, on, content }],
    }),
    TargetRemoved: (state) => ({ ...state, status: 'removed' }),
    TargetDropped: (state, { version }, { on }) => ({
      ...state,
      version,
      said: [...state.said, { version, on, content: null }],
    }),
    ValueReported: (state, { entry, reading }, { on }) => ({
      ...state,
      values: new Map(state.values).set(entry, { version: 0, day: on, reading, withdrawn: false }),
    }),
    ValueCorrected: (state, { value, version, day, reading }) => ({
      ...state,
      values: new Map(state.values).set(value, { version, day, reading, withdrawn: false }),
    }),
    ValueWithdrawn: (state, { value }) => {
      const old = state.values.get(value);
      if (!old) return { ...state };
      return { ...state, values: new Map(state.values).set(value, { ...old, withdrawn: true }) };
    },
  },
};
