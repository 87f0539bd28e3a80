import {
  eventsOf,
  folded,
  isDay,
  isSame,
  refusal,
  stored,
  type Day,
  type Decider,
  type Document,
  type JsonObject,
} from '#kernel';
import { deadlineRules, readDeadline } from './deadline.rule.js';
import { fieldsOf, fieldSets } from './field.rule.js';
import { periodsOf } from './period.rule.js';
import type { CompletionMode, Headline, Lead, PlanEvents, RowContent } from './plan.events.js';

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
};

export type PlanCommands = {
  DraftPlan: { unit: string; year: number; kind: string; sequence: number; title: string; code?: string };
  RetitlePlan: { title: string };
  ChooseHeadline: { headline: Headline };
  AddRows: { rows: { row: string; content: RowInput }[]; source?: string };
  EditRow: { row: string; content: RowInput };
  RemoveRow: { row: string };
  MoveRow: { row: string; after: string | null };
  PromulgatePlan: { document: Document; effect: string };
};

/** What the rules of a plan need to know of units, on the day that the command is about. */
export type PlanFacts = {
  readonly operates: (unit: string) => boolean;
  /** The members of a class; undefined when there is no such class. */
  readonly members: (unitClass: string) => readonly string[] | undefined;
  readonly missingFile: boolean;
};

type Row = { readonly rank: number; readonly content: RowContent };
type Plan = {
  readonly status: 'none' | 'draft' | 'promulgated';
  readonly year: number;
  readonly fieldSet: string;
  readonly ruleSet: string;
  readonly title: string;
  readonly headline: Headline;
  /** Belongs to one fold alone, which fills it in place: an annex of 10,000 rows would be copied as often otherwise. */
  readonly rows: Map<string, Row>;
};

const happened = eventsOf<PlanEvents>();

/** Beyond this an annex is no annex any more. */
const MOST_ROWS = 10_000;
const HEADLINES: readonly Headline[] = ['completed', 'carriedOut', 'started'];

const draft = (plan: Plan): Plan => {
  if (plan.status === 'none') throw refusal('absent', 'absent');
  if (plan.status !== 'draft') throw refusal('conflict', 'not-a-draft');
  return plan;
};

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

const checkMode = (mode: CompletionMode, where: JsonObject): CompletionMode => {
  if (mode.kind === 'share' && (!Number.isInteger(mode.percent) || mode.percent < 1 || mode.percent > 100)) {
    throw refusal('invalid', 'share-out-of-range', where);
  }
  return mode;
};

const identityOf = ({ field, title }: Pick<RowContent, 'field' | 'title'>): string => `${field} ${folded(title)}`;

/** The row as it is stored: read, checked, and told apart from the others by field and folded title. */
const contentOf = (
  plan: Plan,
  id: string,
  input: RowInput,
  facts: PlanFacts,
  others: ReadonlySet<string>,
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
  const rules = deadlineRules.find(({ version }) => version === plan.ruleSet);
  const reading = readDeadline(input.deadline, { year: plan.year, ...(rules ? { rules } : {}) });
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

export const plan: Decider<Plan, PlanCommands, PlanEvents, PlanFacts> = {
  category: 'plan',
  initial: {
    status: 'none',
    year: 0,
    fieldSet: '',
    ruleSet: '',
    title: '',
    headline: 'completed',
    rows: new Map(),
  },
  decide: {
    DraftPlan: (state, { unit, year, kind, sequence, title, code }, { facts }) => {
      if (state.status !== 'none') throw refusal('conflict', 'exists');
      if (!Number.isInteger(year) || year < 2011 || year > 2100) throw refusal('invalid', 'year-out-of-range');
      if (!facts.operates(unit)) throw refusal('absent', 'unit-absent');
      const newest = <Version extends { readonly since: number; readonly version: string }>(
        versions: readonly Version[],
      ): string => (versions.filter(({ since }) => since <= year).at(-1) ?? versions[0])?.version ?? '';
      return [
        happened('PlanDrafted', {
          unit,
          year,
          kind,
          sequence,
          code: stored(code ?? '') || `CCHC-${year}`,
          title: titled(title),
          fieldSet: newest(fieldSets),
          ruleSet: newest(deadlineRules),
          headline: 'completed',
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
    AddRows: (state, { rows, source }, { facts }) => {
      const before = draft(state);
      // An import is confirmed once: its rows carry the same ids whenever it is sent again.
      const fresh = rows.filter(({ row }) => !before.rows.has(row));
      if (before.rows.size + fresh.length > MOST_ROWS) throw refusal('invalid', 'too-many-rows', { most: MOST_ROWS });
      const taken = identitiesOf(before);
      let rank = Math.max(0, ...[...before.rows.values()].map((row) => row.rank));
      return fresh.map(({ row, content: input }) => {
        const content = contentOf(before, row, input, facts, taken);
        taken.add(identityOf(content));
        rank += 1;
        return happened('RowAdded', { row, rank, content, ...(source === undefined ? {} : { source }) });
      });
    },
    EditRow: (state, { row, content: input }, { facts }) => {
      const before = draft(state);
      const old = rowOf(before, row).content;
      const content = contentOf(before, row, input, facts, identitiesOf(before, row));
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
      if (state.status === 'promulgated') throw refusal('conflict', 'promulgated');
      if (document.kind.trim() === '' || document.number.trim() === '')
        throw refusal('invalid', 'request.document-empty');
      for (const day of [document.date, effect])
        if (!isDay(day)) throw refusal('invalid', 'request.no-such-day', { day });
      if (document.date > today) throw refusal('invalid', 'request.document-of-the-future', { date: document.date });
      if (effect < document.date) throw refusal('invalid', 'effect-before-document');
      if (facts.missingFile) throw refusal('absent', 'file.absent');
      if (state.rows.size === 0) throw refusal('conflict', 'no-rows');
      const groups = new Map<string, { units: string[]; rows: string[] }>();
      for (const [row, { content }] of ordered(state)) {
        const units = [...obligedBy(row, content, facts)];
        const key = units.join(' ');
        const group = groups.get(key);
        if (group) group.rows.push(row);
        else groups.set(key, { units, rows: [row] });
      }
      const { year } = state;
      const periods = (cycle: 'once' | 'quarterly' | 'monthly') =>
        [...periodsOf(cycle, { year })].map((days) => ({ ...days }));
      return [
        happened(
          'PlanPromulgated',
          {
            document,
            effect,
            obliged: [...groups.values()],
            periods: { once: periods('once'), quarterly: periods('quarterly'), monthly: periods('monthly') },
          },
          effect as Day,
        ),
      ];
    },
  },
  evolve: {
    PlanDrafted: (state, { year, fieldSet, ruleSet, title, headline }) => ({
      ...state,
      status: 'draft',
      year,
      fieldSet,
      ruleSet,
      title,
      headline,
      rows: new Map(),
    }),
    PlanRetitled: (state, { title }) => ({ ...state, title }),
    HeadlineChosen: (state, { headline }) => ({ ...state, headline }),
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
    PlanPromulgated: (state) => ({ ...state, status: 'promulgated' }),
  },
};
