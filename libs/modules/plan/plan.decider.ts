import {
  checkDocument,
  countingOn,
  eventsOf,
  existingDay,
  isSame,
  plusDays,
  refusal,
  stored,
  type Day,
  type Decider,
  type Document,
  type JsonObject,
  type Proposed,
  type TextRef,
} from '#kernel';
import { MOST_ROWS } from './annex-table.rule.js';
import { readDeadline, type DeadlineRules } from './deadline.rule.js';
import { fieldsOf, fieldSets } from './field.rule.js';
import { inheritsOn, owes, type OwedFact } from './owed.rule.js';
import { periodsOf, type ReportWindows } from './period.rule.js';
import { freeCode } from './plan-code.rule.js';
import type { CompletionMode, Cycle, Headline, Lead, PeriodDays, PlanEvents, RowContent } from './plan.events.js';
import { identityOf } from './row-name.rule.js';
import { changesUnder, type RowChange } from './rule-change.rule.js';

/** What is said of a row; due date, rule and cycle follow from its deadline. */
export type RowInput = {
  field: string;
  code: string;
  title: string;
  deliverable: string;
  leads: Lead[];
  leadsText: string;
  coordinatingText: string;
  deadline: string;
  funding: string;
  note: string;
  mode: CompletionMode;
  /** The row of the parent plan that it carries out; without it that stays, null takes it away. */
  parentRow?: string | null;
};

export type PlanCommands = {
  DraftPlan: {
    unit: string;
    year: number;
    kind: string;
    sequence: number;
    title: string;
    code?: string;
    parent?: string;
    origin?: string;
  };
  RetitlePlan: { title: string };
  ChooseHeadline: { headline: Headline };
  ChooseParent: { parent: string | null };
  AddRows: { rows: { row: string; content: RowInput; origin?: string }[]; source?: string };
  EditRow: { row: string; content: RowInput };
  RemoveRow: { row: string };
  MoveRow: { row: string; after: string | null };
  PromulgatePlan: { document: Document; effect: string };
  WithdrawPromulgation: { reason: TextRef; document?: Document };
  /** A draft is only read anew; rows that count already need a document and a day of effect. */
  ApplyRuleSet: { version: string; document?: Document; effect?: string; reason?: TextRef };
  AmendPlan: AmendmentWish & { document: Document; effect: string; reason?: TextRef };
  TransferObligation: { row: string; from: string; to: string; on: string; document: Document; reason?: TextRef };
  EndObligation: { row: string; unit: string; on: string; reason: TextRef; document?: Document };
  /** Many transfers and endings by one document, one behind the other; those that are recorded already are left out. */
  SettleObligations: { items: Settlement[]; on: string; document: Document; reason?: TextRef };
  WithdrawPlanAct: { act: string; reason: TextRef; document?: Document };
  ClosePlan: { document: Document; on: string; reason?: TextRef };
  WithdrawClosing: { reason: TextRef; document?: Document };
};

/** What becomes of what a unit owes on a row; `entry` is the id that the act gets. */
export type Settlement =
  | { act: 'transfer'; entry: string; row: string; from: string; to: string }
  | { act: 'end'; entry: string; row: string; from: string };

/** What an amendment says of rows; a row that is added stands behind the last one of its field unless `after` names another. */
export type AmendmentWish = {
  added: { row: string; content: RowInput; after?: string | null }[];
  changed: { row: string; content: RowInput }[];
  removed: string[];
};

/** A rule set: how deadlines are read, how periods are counted, what stands first on the page. */
export type PlanRules = DeadlineRules & ReportWindows & { readonly headline?: Headline };

/** What the rules of a plan need to know of units, on the day that the command is about. */
export type PlanFacts = {
  readonly operates: (unit: string) => boolean;
  /** The members of a class; undefined when there is no such class. */
  readonly members: (unitClass: string) => readonly string[] | undefined;
  readonly missingFile: boolean;
  /** All rule sets there are, those of earlier plan years first. */
  readonly ruleSets: readonly PlanRules[];
  /** Somebody has reported, or an act on one of the rows stands. */
  readonly workBegun: boolean;
  /** By unit, the first report or extension that stands on an obligation which the named transfer began. */
  readonly workBehind: ReadonlyMap<string, string>;
  /** The plan that the command names as parent, with the plans above it; null when there is none. */
  readonly parent: { readonly year: number; readonly above: readonly string[] } | null;
  /** The codes that plans have; none but where a plan is drafted. */
  readonly codes: ReadonlySet<string>;
  /** The plan of a row that the command names as parent row; undefined when there is no such row. */
  readonly planOfRow: (row: string) => string | undefined;
};

type Row = { readonly rank: number; readonly content: RowContent };
type Plan = {
  readonly status: 'none' | 'draft' | 'promulgated' | 'closed';
  readonly year: number;
  readonly fieldSet: string;
  readonly ruleSet: string;
  readonly title: string;
  readonly headline: Headline;
  readonly parent: string | null;
  /** Belongs to one fold alone, which fills it in place: an annex of 10,000 rows would be copied as often otherwise. */
  readonly rows: Map<string, Row>;
  /** The rows that amendments have removed, each with the day from which it is gone: up to that day they are owed. */
  readonly removed: Map<string, Row & { readonly from: Day }>;
  /** How often it was promulgated. */
  readonly promulgations: number;
  /** The day of effect of the promulgation, or of the last amendment. */
  readonly effect: Day;
  /** Who owes each row, as facts in the order of recording; filled in place like the rows. */
  readonly owed: Map<string, OwedFact[]>;
  /** Transfers and endings, and the rows that amendments changed, in the order of recording. */
  readonly acts: Map<string, Act>;
};
/** Who owes a row changes; an amendment has no units of its own: it resolved all of them anew. */
type Act = {
  readonly entry: string;
  readonly row: string;
  readonly units: readonly string[] | null;
  readonly on: Day;
  readonly withdrawn?: true;
};

/** What a command on a plan would record. */
export type PlanProposal = Proposed<PlanEvents>;

const happened = eventsOf<PlanEvents>();

/** How many obligations one act settles: one append takes no more. */
export const SETTLED_AT_ONCE = 200;

const HEADLINES: readonly Headline[] = ['completed', 'carriedOut', 'started'];

const draft = (plan: Plan): Plan => {
  if (plan.status === 'none') throw refusal('absent', 'absent');
  if (plan.status !== 'draft') throw refusal('conflict', 'not-a-draft');
  return plan;
};

const running = (plan: Plan): Plan => {
  if (plan.status === 'none') throw refusal('absent', 'absent');
  if (plan.status === 'draft') throw refusal('conflict', 'not-promulgated');
  if (plan.status === 'closed') throw refusal('conflict', 'closed');
  return plan;
};

/** A document that orders an act, and whose file is stored where it names one. */
const permitting = (document: Document, today: Day, { missingFile }: PlanFacts): void => {
  checkDocument(document, today);
  if (missingFile) throw refusal('absent', 'file.absent');
};

/** A document takes effect on its day or later. */
const notBefore = (effect: Day, { date }: Document): void => {
  if (existingDay(effect) < date) throw refusal('invalid', 'effect-before-document');
};

const MOST_DAYS_AHEAD = 366;
/**
 * Acts on the annex follow each other by their days and are not withdrawn: one whose year was mistyped would lock the annex
 * until then.
 */
const withinAYear = (effect: Day, document: Document): void => {
  notBefore(effect, document);
  const latest = plusDays(document.date, MOST_DAYS_AHEAD);
  if (effect > latest) throw refusal('invalid', 'effect-too-far', { latest });
};

const withDocument = (document: Document | undefined): { document?: Document } => (document ? { document } : {});
const withReason = (reason: TextRef | undefined): { reason?: TextRef } => (reason ? { reason } : {});

const ruleSet = (version: string, { ruleSets }: PlanFacts): PlanRules => {
  const found = ruleSets.find((set) => set.version === version);
  if (!found) throw refusal('absent', 'rulebook.rule-set-absent', { version });
  return found;
};

/** The rule set with which a plan is read. */
const rulesOf = (plan: Plan, facts: PlanFacts): PlanRules => ruleSet(plan.ruleSet, facts);

const daysOf = (cycle: Cycle, { year }: Plan, rules: PlanRules): PeriodDays[] =>
  periodsOf(cycle, { year, rules }).map((days) => ({ ...days }));

const titled = (text: string): string => {
  const title = stored(text);
  if (title === '' || title.length > 1000) throw refusal('invalid', 'title-missing');
  return title;
};

const rowOf = (plan: Plan, id: string): Row => {
  const row = plan.rows.get(id);
  if (!row) throw refusal('absent', 'row-absent', { row: id });
  return row;
};

/** A row as it is owed on a day: one that an amendment has removed too, up to the day before that takes effect. */
const rowOwedOn = (plan: Plan, id: string, day: Day): Row => {
  const gone = plan.removed.get(id);
  return gone && day < gone.from ? gone : rowOf(plan, id);
};

const checkMode = (mode: CompletionMode, where: JsonObject): CompletionMode => {
  if (mode.kind === 'share' && (!Number.isInteger(mode.percent) || mode.percent < 1 || mode.percent > 100)) {
    throw refusal('invalid', 'share-out-of-range', where);
  }
  return mode;
};

/** The row of the parent plan that a row carries out; one that the row names already is not looked up again. */
const parentRowOf = (plan: Plan, id: string, { parentRow }: RowInput, facts: PlanFacts): { parentRow?: string } => {
  const before = plan.rows.get(id)?.content.parentRow;
  const named = parentRow === undefined ? before : (parentRow ?? undefined);
  if (named === undefined) return {};
  if (named !== before && (plan.parent === null || facts.planOfRow(named) !== plan.parent)) {
    throw refusal('invalid', 'not-a-row-of-the-parent', { row: id });
  }
  return { parentRow: named };
};

/** The code of a new plan: that which is wished for, else the first of its year that no plan has. */
const codeOf = (wished: string, year: number, { codes }: PlanFacts): string => {
  if (codes.has(wished)) throw refusal('conflict', 'code-in-use', { code: wished });
  return wished === '' ? freeCode(`CCHC-${year}`, codes) : wished;
};

/** The plan of a higher level: another one of the same year, and none that stands below this one. */
const checkParent = (id: string, parent: string, year: number, facts: PlanFacts): void => {
  if (!facts.parent) throw refusal('absent', 'parent-absent');
  if (parent === id || facts.parent.above.includes(id)) throw refusal('conflict', 'parent-below');
  if (facts.parent.year !== year) throw refusal('invalid', 'parent-of-another-year', { year: facts.parent.year });
};

/** The row as it is stored: read, checked, and told apart from the others by field and title. */
const contentOf = (
  plan: Plan,
  id: string,
  input: RowInput,
  facts: PlanFacts,
  others: { has(identity: string): boolean },
): RowContent => {
  const where: JsonObject = { row: id };
  const fields = fieldsOf(plan.fieldSet);
  if (!fields.some(({ code }) => code === input.field)) throw refusal('invalid', 'unknown-field', where);
  if (stored(input.title) === '') throw refusal('invalid', 'row-title-missing', where);
  if (input.leads.length === 0) throw refusal('invalid', 'lead-missing', where);
  for (const lead of input.leads) {
    const known = lead.kind === 'class' ? facts.members(lead.id) !== undefined : facts.operates(lead.id);
    if (!known) throw refusal('invalid', 'unknown-lead', { ...where, lead: lead.name });
  }
  const reading = readDeadline(input.deadline, { year: plan.year, rules: rulesOf(plan, facts) });
  if ('fault' in reading)
    throw refusal('invalid', reading.fault === 'impossible-date' ? 'impossible-date' : 'unreadable-deadline', {
      ...where,
      deadline: input.deadline,
    });
  if (others.has(identityOf(input))) throw refusal('conflict', 'row-twice', where);
  const { due, rule, cycle, milestones } = reading;
  return {
    field: input.field,
    code: stored(input.code),
    title: stored(input.title),
    deliverable: stored(input.deliverable),
    leads: input.leads,
    leadsText: stored(input.leadsText),
    coordinatingText: stored(input.coordinatingText),
    deadline: stored(input.deadline),
    due,
    rule,
    cycle,
    milestones: milestones.map((milestone) => ({ ...milestone })),
    funding: stored(input.funding),
    note: stored(input.note),
    mode: checkMode(input.mode, where),
    ...parentRowOf(plan, id, input, facts),
  };
};

const identitiesOf = (plan: Plan, except?: string): Set<string> =>
  new Set([...plan.rows].filter(([id]) => id !== except).map(([, { content }]) => identityOf(content)));

const ordered = (plan: Plan): readonly (readonly [string, Row])[] =>
  [...plan.rows].sort(([, a], [, b]) => a.rank - b.rank);

/**
 * The units that a row obliges: each once, however it is reached. A lead that does not operate on the day of effect is
 * refused: it would owe nothing, and nobody would notice.
 */
const obligedBy = (row: string, { leads, title }: RowContent, facts: PlanFacts): readonly string[] => {
  const units = new Set<string>();
  for (const lead of leads) {
    const reached = lead.kind === 'class' ? facts.members(lead.id) : facts.operates(lead.id) ? [lead.id] : undefined;
    if (!reached) throw refusal('conflict', 'lead-not-operating', { row, title, lead: lead.name });
    for (const unit of reached) units.add(unit);
  }
  if (units.size === 0) throw refusal('conflict', 'row-obliges-nobody', { row, title });
  return [...units].sort();
};

/** Rows that oblige the same units share one entry. */
const together = (
  obliged: readonly { readonly row: string; readonly units: readonly string[] }[],
): { units: string[]; rows: string[] }[] => {
  const groups = new Map<string, { units: string[]; rows: string[] }>();
  for (const { row, units } of obliged) {
    const key = units.join(' ');
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { units: [...units], rows: [row] });
  }
  return [...groups.values()];
};

const note = ({ owed }: Plan, row: string, fact: OwedFact): void => {
  const facts = owed.get(row);
  if (facts) facts.push(fact);
  else owed.set(row, [fact]);
};

/** The number that puts a row behind another: between it and the next one. */
const rankBehind = (
  rows: readonly (readonly [string, Row])[],
  after: string | null | undefined,
  field: string,
): number => {
  const index =
    after === null
      ? -1
      : after === undefined
        ? rows.findLastIndex(([, { content }]) => content.field === field)
        : rows.findIndex(([id]) => id === after);
  if (after !== undefined && after !== null && index < 0) throw refusal('absent', 'row-absent', { row: after });
  const last = index < 0 && after === undefined ? rows.length - 1 : index;
  const [left, right] = [rows[last]?.[1].rank, rows[last + 1]?.[1].rank];
  const rank = left === undefined ? (right ?? 1) - 1 : right === undefined ? left + 1 : (left + right) / 2;
  if (rank === left || rank === right) throw refusal('conflict', 'no-room-between-rows', { row: after ?? null });
  return rank;
};

const laterIn = ({ entry, unit, on }: OwedFact): JsonObject => ({ entry, unit, on });
const titledRow = (rows: Plan['rows'], row: string): JsonObject => ({ row, title: rows.get(row)?.content.title ?? '' });

/** Whether a transfer or an ending says what a unit owes of a row on a day. */
const isSettled = ({ owed, acts }: Plan, row: string, unit: string, day: Day): boolean => {
  const last = countingOn(
    (owed.get(row) ?? []).filter((fact) => fact.unit === unit),
    day,
  );
  return last !== undefined && (acts.get(last.entry)?.units ?? null) !== null;
};

/** What an amendment really changes; undefined when it says what the plan says already. */
const amendedBy = (
  plan: Plan,
  wish: AmendmentWish,
  effect: Day,
  facts: PlanFacts,
): Pick<PlanEvents['PlanAmended'], 'added' | 'changed' | 'removed' | 'obliged' | 'ended'> | undefined => {
  const all = [...wish.added, ...wish.changed].map(({ row }) => row).concat(wish.removed);
  const named = new Set<string>();
  for (const row of all) {
    if (named.has(row)) throw refusal('invalid', 'row-named-twice', { row });
    named.add(row);
  }
  for (const row of wish.removed) rowOf(plan, row);
  const after = new Map(plan.rows);
  for (const row of wish.removed) after.delete(row);
  // Rows that stay as they are keep their names; two that are changed may exchange theirs.
  const staying = new Map([...after].filter(([row]) => !named.has(row)));
  const taken = identitiesOf({ ...plan, rows: staying });
  // So does a row that was called the same as another, but for signs, before that was refused.
  for (const { row } of wish.changed) taken.delete(identityOf(rowOf(plan, row).content));
  const changed = wish.changed.flatMap(({ row, content: input }) => {
    const old = rowOf(plan, row);
    const content = contentOf(plan, row, input, facts, taken);
    taken.add(identityOf(content));
    if (isSame(old.content, content)) return [];
    if (old.content.cycle !== content.cycle) throw refusal('conflict', 'cycle-is-fixed', { row, title: content.title });
    after.set(row, { ...old, content });
    return [{ row, content }];
  });
  const added = wish.added.map(({ row, content: input, after: behind }) => {
    if (plan.rows.has(row) || plan.owed.has(row)) throw refusal('conflict', 'row-known', { row });
    const content = contentOf(plan, row, input, facts, taken);
    taken.add(identityOf(content));
    if (periodsOf(content.cycle, { year: plan.year, rules: rulesOf(plan, facts), owedFrom: effect }).length === 0) {
      throw refusal('conflict', 'no-period-left', { row, title: content.title });
    }
    const rank = rankBehind(ordered({ ...plan, rows: after }), behind, content.field);
    after.set(row, { rank, content });
    return { row, rank, content };
  });
  if (after.size > MOST_ROWS) throw refusal('invalid', 'too-many-rows', { most: MOST_ROWS });
  if (after.size === 0) throw refusal('conflict', 'no-rows');
  if (added.length + changed.length + wish.removed.length === 0) return undefined;
  const resolved = [...changed, ...added].map(({ row, content }) => ({ row, units: obligedBy(row, content, facts) }));
  // Leads that stay as they are say nothing against what was handed on or ended by an act of its own.
  const stays = (row: string, unit: string): boolean =>
    isSame(plan.rows.get(row)?.content.leads, after.get(row)?.content.leads) && isSettled(plan, row, unit, effect);
  const fresh = resolved.map(({ row, units }) => ({
    row,
    units: units.filter((unit) => !owes(plan.owed.get(row), unit, effect) && !stays(row, unit)),
  }));
  const ended = resolved.map(({ row, units }) => ({
    row,
    units: [...new Set((plan.owed.get(row) ?? []).map(({ unit }) => unit))].filter(
      (unit) => !units.includes(unit) && owes(plan.owed.get(row), unit, effect) && !stays(row, unit),
    ),
  }));
  for (const { row, units } of [...fresh, ...ended]) {
    const later = plan.owed.get(row)?.find((fact) => units.includes(fact.unit) && fact.on > effect);
    if (later) throw refusal('conflict', 'later-act-stands', { ...titledRow(after, row), ...laterIn(later) });
  }
  return {
    added,
    changed,
    removed: [...wish.removed],
    obliged: together(fresh.filter(({ units }) => units.length > 0)),
    ended: ended.filter(({ units }) => units.length > 0),
  };
};

type Transfer = PlanCommands['TransferObligation'] & { readonly entry: string };
type Ending = PlanCommands['EndObligation'] & { readonly entry: string };
type Settled = Extract<Proposed<PlanEvents>, { type: 'ObligationTransferred' | 'ObligationEnded' }>;

const transferred = (plan: Plan, wish: Transfer, facts: PlanFacts): Settled => {
  const { entry, row, from, to, on, document, reason } = wish;
  const where = { row, title: rowOwedOn(plan, row, on).content.title };
  if (from === to) throw refusal('invalid', 'transfer-to-itself', where);
  if (!owes(plan.owed.get(row), from, existingDay(on)))
    throw refusal('conflict', 'nothing-owed', { ...where, unit: from });
  if (!facts.operates(to)) throw refusal('conflict', 'successor-not-operating', { ...where, unit: to });
  const later = plan.owed.get(row)?.find((fact) => [from, to].includes(fact.unit) && fact.on > on);
  if (later) throw refusal('conflict', 'later-act-stands', { ...where, ...laterIn(later) });
  const inherits = inheritsOn(plan.owed.get(row), to, on);
  return happened(
    'ObligationTransferred',
    { entry, row, from, to, inherits, document, ...withReason(reason) },
    on,
  ) as Settled;
};

const ended = (plan: Plan, { entry, row, unit, on, reason, document }: Ending): Settled => {
  const { title } = rowOwedOn(plan, row, on).content;
  if (!owes(plan.owed.get(row), unit, existingDay(on))) throw refusal('conflict', 'nothing-owed', { row, title, unit });
  const handedOn = plan.owed
    .get(row)
    ?.find((fact) => fact.unit === unit && fact.on > on && plan.acts.get(fact.entry)?.units?.length === 2);
  if (handedOn) throw refusal('conflict', 'later-act-stands', { row, title, ...laterIn(handedOn) });
  return happened('ObligationEnded', { entry, row, unit, reason, ...withDocument(document) }, on) as Settled;
};

/** Who owes what behind an act that is only proposed yet; the plan itself is left as it is. */
const behind = (plan: Plan, { type, data }: Settled, on: Day): Plan => {
  const { entry, row } = data;
  const leaves = type === 'ObligationTransferred' ? data.from : data.unit;
  const facts: OwedFact[] = [...(plan.owed.get(row) ?? []), { unit: leaves, holds: false, on, entry }];
  if (type === 'ObligationTransferred') facts.push({ unit: data.to, holds: true, on, entry, from: leaves });
  return { ...plan, owed: new Map(plan.owed).set(row, facts) };
};

/** The rows of a plan as they are read, each with all periods of its cycle. */
const readRows = (plan: Plan, rules: PlanRules) =>
  ordered(plan).map(([row, { content }]) => {
    const { deadline, cycle, due, rule, milestones } = content;
    return { row, deadline, cycle, due, rule, milestones, periods: daysOf(cycle, plan, rules) };
  });

/** Rows that move from one day to another by the same rule share one entry. */
const dated = (changes: readonly RowChange[]): PlanEvents['RuleSetApplied']['dues'] => {
  const groups = new Map<string, PlanEvents['RuleSetApplied']['dues'][number]>();
  for (const { row, before, after } of changes) {
    const key = `${before.due} ${after.due} ${after.rule}`;
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { before: before.due, due: after.due, rule: after.rule, rows: [row] });
  }
  return [...groups.values()];
};

export const plan: Decider<Plan, PlanCommands, PlanEvents, PlanFacts> = {
  category: 'plan',
  initial: {
    status: 'none',
    year: 0,
    fieldSet: '',
    ruleSet: '',
    title: '',
    headline: 'completed',
    parent: null,
    rows: new Map(),
    removed: new Map(),
    promulgations: 0,
    effect: '',
    owed: new Map(),
    acts: new Map(),
  },
  decide: {
    DraftPlan: (state, { unit, year, kind, sequence, title, code, parent, origin }, { id, facts }) => {
      if (state.status !== 'none') throw refusal('conflict', 'exists');
      if (!Number.isInteger(year) || year < 2011 || year > 2100) throw refusal('invalid', 'year-out-of-range');
      if (!facts.operates(unit)) throw refusal('absent', 'unit-absent');
      if (parent !== undefined) checkParent(id, parent, year, facts);
      const newest = <Version extends { readonly since: number }>(versions: readonly Version[]): Version | undefined =>
        versions.filter(({ since }) => since <= year).at(-1) ?? versions[0];
      const rules = newest(facts.ruleSets);
      return [
        happened('PlanDrafted', {
          unit,
          year,
          kind,
          sequence,
          code: codeOf(stored(code ?? ''), year, facts),
          title: titled(title),
          fieldSet: newest(fieldSets)?.version ?? '',
          ruleSet: rules?.version ?? '',
          headline: rules?.headline ?? 'completed',
          ...(parent === undefined ? {} : { parent }),
          ...(origin === undefined ? {} : { origin }),
        }),
      ];
    },
    RetitlePlan: (state, { title }) => {
      if (draft(state).title === titled(title)) return [];
      return [happened('PlanRetitled', { title: titled(title) })];
    },
    ChooseHeadline: (state, { headline }) => {
      if (state.status === 'none') throw refusal('absent', 'absent');
      if (!HEADLINES.includes(headline)) throw refusal('invalid', 'unknown-headline');
      return state.headline === headline ? [] : [happened('HeadlineChosen', { headline })];
    },
    ChooseParent: (state, { parent }, { id, facts }) => {
      const before = draft(state);
      if (before.parent === parent) return [];
      if (parent !== null) checkParent(id, parent, before.year, facts);
      const bound = [...before.rows].find(([, { content }]) => content.parentRow !== undefined);
      if (bound) throw refusal('conflict', 'rows-carry-out-the-parent', { row: bound[0] });
      return [happened('ParentChosen', { parent })];
    },
    AddRows: (state, { rows, source }, { facts }) => {
      const before = draft(state);
      // An import is confirmed once: its rows carry the same ids whenever it is sent again.
      const fresh = rows.filter(({ row }) => !before.rows.has(row));
      if (before.rows.size + fresh.length > MOST_ROWS) throw refusal('invalid', 'too-many-rows', { most: MOST_ROWS });
      const taken = identitiesOf(before);
      let rank = Math.max(0, ...[...before.rows.values()].map((row) => row.rank));
      return fresh.map(({ row, content: input, origin }) => {
        const content = contentOf(before, row, input, facts, taken);
        taken.add(identityOf(content));
        rank += 1;
        return happened('RowAdded', {
          row,
          rank,
          content,
          ...(source === undefined ? {} : { source }),
          ...(origin === undefined ? {} : { origin }),
        });
      });
    },
    EditRow: (state, { row, content: input }, { facts }) => {
      const before = draft(state);
      const old = rowOf(before, row).content;
      const taken = identitiesOf(before, row);
      taken.delete(identityOf(old));
      const content = contentOf(before, row, input, facts, taken);
      return isSame(old, content) ? [] : [happened('RowEdited', { row, content })];
    },
    RemoveRow: (state, { row }) => {
      const before = draft(state);
      rowOf(before, row);
      return [happened('RowRemoved', { row })];
    },
    MoveRow: (state, { row, after }) => {
      const before = draft(state);
      rowOf(before, row);
      if (after === row) throw refusal('invalid', 'row-behind-itself');
      const rest = ordered(before).filter(([id]) => id !== row);
      const index = after === null ? -1 : rest.findIndex(([id]) => id === after);
      if (after !== null && index < 0) throw refusal('absent', 'row-absent', { row: after });
      if (ordered(before)[index + 1]?.[0] === row) return [];
      const [left, right] = [rest[index]?.[1].rank, rest[index + 1]?.[1].rank];
      const rank = left === undefined ? (right ?? 1) - 1 : right === undefined ? left + 1 : (left + right) / 2;
      if (rank !== left && rank !== right) return [happened('RowMoved', { row, rank })];
      // No number lies between the neighbours any more: all rows are numbered anew.
      const order = rest.map(([id]) => id).toSpliced(index + 1, 0, row);
      return order.map((id, place) => happened('RowMoved', { row: id, rank: place + 1 }));
    },
    PromulgatePlan: (state, { document, effect }, { today, facts }) => {
      if (state.status === 'none') throw refusal('absent', 'absent');
      if (state.status !== 'draft') throw refusal('conflict', 'promulgated');
      permitting(document, today, facts);
      notBefore(effect, document);
      if (state.rows.size === 0) throw refusal('conflict', 'no-rows');
      const obliged = ordered(state).map(([row, { content }]) => ({ row, units: obligedBy(row, content, facts) }));
      const periods = (cycle: Cycle) => daysOf(cycle, state, rulesOf(state, facts));
      return [
        happened(
          'PlanPromulgated',
          {
            document,
            effect,
            obliged: together(obliged),
            periods: { once: periods('once'), quarterly: periods('quarterly'), monthly: periods('monthly') },
          },
          effect,
        ),
      ];
    },
    WithdrawPromulgation: (state, { reason, document }, { entry, today, facts }) => {
      running(state);
      if (document) permitting(document, today, facts);
      if (facts.workBegun) throw refusal('conflict', 'work-begun');
      return [
        happened('PromulgationWithdrawn', {
          entry,
          promulgation: state.promulgations,
          reason,
          ...withDocument(document),
        }),
      ];
    },
    ApplyRuleSet: (state, { version, document, effect, reason }, { entry, today, facts }) => {
      const isDraft = state.status === 'draft';
      if (!isDraft) running(state);
      const rules = ruleSet(version, facts);
      if (rules.since > state.year) throw refusal('conflict', 'rule-set-of-later-plans', { since: rules.since });
      if (document) permitting(document, today, facts);
      if (!isDraft) {
        if (!document || effect === undefined) throw refusal('invalid', 'rule-set-needs-document');
        withinAYear(effect, document);
        if (effect < state.effect) throw refusal('conflict', 'amendment-out-of-order', { effect: state.effect });
      }
      if (state.ruleSet === version) return [];
      const old = rulesOf(state, facts);
      const { changes, unreadable } = changesUnder(readRows(state, old), old, rules, {
        read: (deadline, by) => readDeadline(deadline, { year: state.year, rules: by }),
        periods: (cycle, by) => daysOf(cycle, state, by),
      });
      const [first] = unreadable;
      if (first) {
        const { row, deadline } = first;
        throw refusal('conflict', 'deadline-unreadable-then', { row, deadline, rows: unreadable.length });
      }
      const { quarterly, monthly } = {
        quarterly: daysOf('quarterly', state, rules),
        monthly: daysOf('monthly', state, rules),
      };
      const isCounted =
        isSame(quarterly, daysOf('quarterly', state, old)) && isSame(monthly, daysOf('monthly', state, old));
      const milestones = changes.flatMap((change) => {
        const before = rowOf(state, change.row).content.milestones;
        const after = change.milestones.map(({ text, due }) => ({ text, due }));
        return isSame(before, after) ? [] : [{ row: change.row, milestones: after }];
      });
      const data = {
        entry,
        ruleSet: version,
        ...withDocument(document),
        ...(isDraft || effect === undefined ? {} : { effect }),
        dues: dated(changes.filter(({ before, after }) => before.due !== after.due || before.rule !== after.rule)),
        ...(milestones.length > 0 ? { milestones } : {}),
        ...(isCounted ? {} : { periods: { quarterly, monthly } }),
        ...withReason(reason),
      };
      return [isDraft ? happened('RuleSetApplied', data) : happened('RuleSetApplied', data, effect)];
    },
    AmendPlan: (state, { document, effect, reason, ...wish }, { entry, today, facts }) => {
      const before = running(state);
      permitting(document, today, facts);
      withinAYear(effect, document);
      if (effect < before.effect) throw refusal('conflict', 'amendment-out-of-order', { effect: before.effect });
      const amended = amendedBy(before, wish, effect, facts);
      if (!amended) return [];
      return [happened('PlanAmended', { entry, document, effect, ...withReason(reason), ...amended }, effect)];
    },
    TransferObligation: (state, wish, { entry, today, facts }) => {
      permitting(wish.document, today, facts);
      return [transferred(running(state), { ...wish, entry }, facts)];
    },
    EndObligation: (state, wish, { entry, today, facts }) => {
      if (wish.document) permitting(wish.document, today, facts);
      return [ended(running(state), { ...wish, entry })];
    },
    SettleObligations: (state, { items, on, document, reason }, { today, facts }) => {
      let now = running(state);
      permitting(document, today, facts);
      if (items.length > SETTLED_AT_ONCE) throw refusal('invalid', 'too-many-obligations', { most: SETTLED_AT_ONCE });
      return items.flatMap((item) => {
        if (now.acts.has(item.entry)) return [];
        if (item.act === 'end' && !reason) throw refusal('invalid', 'request.reason-missing');
        const act =
          item.act === 'transfer'
            ? transferred(now, { ...item, on, document, ...withReason(reason) }, facts)
            : ended(now, { ...item, unit: item.from, on, document, reason: reason as TextRef });
        now = behind(now, act, existingDay(on));
        return [act];
      });
    },
    WithdrawPlanAct: (state, { act, reason, document }, { entry, today, facts }) => {
      // What was recorded in error can be taken back behind the closing too, with a document.
      const before = state.status === 'closed' && document ? state : running(state);
      const found = before.acts.get(act);
      if (!found?.units) throw refusal('absent', 'entry.absent');
      if (found.withdrawn) return [];
      if (document) permitting(document, today, facts);
      const { row, units, on } = found;
      const acts = [...before.acts.values()];
      const later = acts
        .slice(acts.indexOf(found) + 1)
        .find(
          (one) =>
            one.row === row && (one.units === null ? one.on >= on : one.units.some((unit) => units.includes(unit))),
        );
      if (later) throw refusal('conflict', 'breaks-later-act', { entry: later.entry });
      // Nobody could answer a report any more on an obligation that there never was.
      const isLeft = (unit: string): boolean =>
        (before.owed.get(row) ?? []).some((fact) => fact.unit === unit && fact.holds && fact.entry !== act);
      for (const [unit, work] of facts.workBehind)
        if (units.includes(unit) && !isLeft(unit)) throw refusal('conflict', 'work-behind', { entry: work, unit });
      return [happened('PlanActWithdrawn', { entry, act, row, units: [...units], reason, ...withDocument(document) })];
    },
    ClosePlan: (state, { document, on, reason }, { entry, today, facts }) => {
      const before = running(state);
      permitting(document, today, facts);
      if (existingDay(on) > today) throw refusal('invalid', 'closing-of-the-future', { day: on });
      if (on < before.effect) throw refusal('invalid', 'closing-before-effect', { effect: before.effect });
      return [happened('PlanClosed', { entry, document, ...withReason(reason) }, on)];
    },
    WithdrawClosing: (state, { reason, document }, { entry, today, facts }) => {
      if (state.status === 'none') throw refusal('absent', 'absent');
      if (state.status !== 'closed') throw refusal('conflict', 'not-closed');
      if (document) permitting(document, today, facts);
      return [happened('ClosingWithdrawn', { entry, reason, ...withDocument(document) })];
    },
  },
  evolve: {
    PlanDrafted: (state, { year, fieldSet, ruleSet, title, headline, parent }) => ({
      ...state,
      status: 'draft',
      year,
      fieldSet,
      ruleSet,
      title,
      headline,
      parent: parent ?? null,
      rows: new Map(),
      removed: new Map(),
      owed: new Map(),
      acts: new Map(),
    }),
    PlanRetitled: (state, { title }) => ({ ...state, title }),
    HeadlineChosen: (state, { headline }) => ({ ...state, headline }),
    ParentChosen: (state, { parent }) => ({ ...state, parent }),
    RowAdded: (state, { row, rank, content }) => {
      state.rows.set(row, { rank, content });
      return state;
    },
    RowEdited: (state, { row, content }) => {
      state.rows.set(row, { rank: state.rows.get(row)?.rank ?? 0, content });
      return state;
    },
    RowRemoved: (state, { row }) => {
      state.rows.delete(row);
      return state;
    },
    RowMoved: (state, { row, rank }) => {
      const old = state.rows.get(row);
      if (old) state.rows.set(row, { ...old, rank });
      return state;
    },
    PlanPromulgated: (state, { obliged, effect }) => {
      const owed = new Map<string, OwedFact[]>();
      for (const { rows, units } of obliged) {
        for (const row of rows)
          owed.set(
            row,
            units.map((unit) => ({ unit, holds: true, on: effect, entry: '' })),
          );
      }
      return { ...state, status: 'promulgated', promulgations: state.promulgations + 1, effect, owed, acts: new Map() };
    },
    PromulgationWithdrawn: (state) => ({
      ...state,
      status: 'draft',
      effect: '',
      removed: new Map(),
      owed: new Map(),
      acts: new Map(),
    }),
    RuleSetApplied: (state, { ruleSet: version, effect, dues, milestones = [] }) => {
      const reread = (row: string, read: Partial<RowContent>): void => {
        const old = state.rows.get(row);
        if (old) state.rows.set(row, { ...old, content: { ...old.content, ...read } });
      };
      for (const { due, rule, rows } of dues) for (const row of rows) reread(row, { due, rule });
      for (const { row, milestones: read } of milestones) reread(row, { milestones: read });
      return { ...state, ruleSet: version, ...(effect === undefined ? {} : { effect }) };
    },
    PlanAmended: (state, { entry, effect: on, added, changed, removed, obliged, ended }) => {
      for (const { row, rank, content } of added) state.rows.set(row, { rank, content });
      for (const { row, content } of changed) {
        state.rows.set(row, { rank: state.rows.get(row)?.rank ?? 0, content });
        state.acts.set(`${entry} ${row}`, { entry, row, units: null, on });
      }
      for (const row of removed) {
        const old = state.rows.get(row);
        if (old) state.removed.set(row, { ...old, from: on });
        state.rows.delete(row);
      }
      for (const { rows, units } of obliged) {
        for (const row of rows) for (const unit of units) note(state, row, { unit, holds: true, on, entry });
      }
      for (const { row, units } of ended) for (const unit of units) note(state, row, { unit, holds: false, on, entry });
      return { ...state, effect: on };
    },
    ObligationTransferred: (state, { entry, row, from, to }, { on }) => {
      note(state, row, { unit: from, holds: false, on, entry });
      note(state, row, { unit: to, holds: true, on, entry, from });
      state.acts.set(entry, { entry, row, units: [from, to], on });
      return state;
    },
    ObligationEnded: (state, { entry, row, unit }, { on }) => {
      note(state, row, { unit, holds: false, on, entry });
      state.acts.set(entry, { entry, row, units: [unit], on });
      return state;
    },
    PlanActWithdrawn: (state, { act, row }) => {
      state.owed.set(
        row,
        (state.owed.get(row) ?? []).filter(({ entry }) => entry !== act),
      );
      const found = state.acts.get(act);
      if (found) state.acts.set(act, { ...found, units: [], withdrawn: true });
      return state;
    },
    PlanClosed: (state) => ({ ...state, status: 'closed' }),
    ClosingWithdrawn: (state) => ({ ...state, status: 'promulgated' }),
  },
};
