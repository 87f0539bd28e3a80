import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { OrganizationQuery } from '#modules/organization';
import { fieldsOf, PlanActAnswers, PlanQuery } from '#modules/plan';
import { EntryQuery, type ShownEntry } from '#modules/task';
import { People } from '#platform/http';
import { entryInWords, type NamedEntry } from './entry-words.controller.js';
import { shownRow, type ShownRow } from './progress-rows.controller.js';
import {
  countsOf,
  ProgressQuery,
  type Clocks,
  type Counts,
  type Figures,
  type PlanFacts,
  type RowsAsked,
} from './progress.query.js';

/** `ended`: the first day on which a unit operates no more; another one may be called the same since. */
export type Named = { readonly id: string; readonly name: string; readonly ended?: string };

/** An entry as it is shown: who and where by name, and what happened in a Vietnamese sentence. */
export type WordedEntry = NamedEntry & { readonly words: string; readonly actor: Named };

/** The figures of a plan as they are answered, over HTTP and on the command line alike. */
export type FiguresAnswer = Omit<Figures, 'plan' | 'byField' | 'byUnit'> & {
  readonly plan: Omit<PlanFacts, 'unit'> & { readonly unit: Named };
  readonly byField: readonly (Figures['byField'][number] & { readonly field: string; readonly numeral: string })[];
  readonly byUnit: readonly (Omit<Figures['byUnit'][number], 'unit'> & { readonly unit: Named })[];
  /** The same day as the log stands today, where the question was about an earlier log. */
  readonly today: (Counts & { readonly recorded: string; readonly position: string }) | null;
  /** How many rows read differently by now, and how many entries on them came since. */
  readonly differing: { readonly tasks: number; readonly entries: number };
  /** The last of these entries. */
  readonly differences: readonly (Omit<WordedEntry, 'task'> & {
    readonly task: { readonly id: string; readonly code: string; readonly title: string } | undefined;
  })[];
};

/** The rows of a plan as they are answered. */
export type RowsAnswer = Pick<Clocks, 'on' | 'recorded' | 'position' | 'stale'> & {
  readonly items: readonly ShownRow[];
  readonly next: string | null;
  readonly total: number;
};

/** What happened to a row as it is answered, oldest first. */
export type HistoryAnswer = {
  readonly task: { readonly id: string; readonly plan: string };
  readonly entries: readonly WordedEntry[];
  readonly next: string | null;
};

/** So many entries are told of what makes a figure differ; of all, their number. */
const SHOWN_DIFFERENCES = 200;

/** What makes two readings of a row differ. */
const DIFFERS = [
  'field',
  'completed',
  'maintained',
  'started',
  'met',
  'owed',
  'due',
  'workDay',
  'overdue',
  'dueSoon',
  'awaiting',
  'suspended',
  'late',
  'lateAgainstOriginal',
  'periodsOverdue',
  'periodsLate',
] as const;

const unitsIn = ({ unit, from, to, units }: ShownEntry): readonly string[] =>
  [unit, from, to, ...(units?.begin ?? []), ...(units?.end ?? [])].filter((id) => typeof id === 'string');

/** Puts names to figures, and to what made them change since they were recorded. */
@Injectable()
export class ProgressAnswers {
  constructor(
    private readonly progress: ProgressQuery,
    private readonly entries: EntryQuery,
    private readonly plans: PlanQuery,
    private readonly acts: PlanActAnswers,
    private readonly organization: OrganizationQuery,
    private readonly people: People,
  ) {}

  /** The figures of a plan at both clocks. */
  async figures(plan: PlanFacts, clocks: Clocks): Promise<FiguresAnswer> {
    const figures = await this.progress.figures(plan, clocks);
    return { ...(await this.named(figures, clocks.on)), ...(await this.sinceThen(plan, clocks)) };
  }

  /** The rows of a plan at both clocks that are asked for. */
  async rows(plan: PlanFacts, clocks: Clocks, asked: RowsAsked): Promise<RowsAnswer> {
    const { on, recorded, position, stale } = clocks;
    const { items, next, total } = await this.progress.page(plan, clocks, asked);
    return { on, recorded, position, stale, items: items.map((row) => shownRow(row, plan)), next, total };
  }

  /** What happened to a row, by its id; also when its plan was promulgated with it, and when that was taken back. */
  async history(
    id: string,
    asked: { readonly cursor?: string | undefined; readonly limit: number; readonly after?: string | undefined },
  ): Promise<HistoryAnswer> {
    const plan = await this.progress.planOf('task', id);
    const acts = await this.acts.worded(await this.plans.promulgationsOf(plan.id, id, asked.after));
    const nobody = { obligation: null, unit: null, period: null, target: null };
    const also = acts.map(({ words: _, actor, ...act }) => ({ ...act, ...nobody, task: id, actor: actor.id }));
    const { items, next } = await this.entries.history({ task: id }, asked, also);
    return { task: { id, plan: plan.id }, entries: await this.worded(items), next };
  }

  /** A figure of a past R with what the same day looks like today, and the entries that make the difference. */
  private async sinceThen(
    plan: PlanFacts,
    clocks: Clocks,
  ): Promise<Pick<FiguresAnswer, 'today' | 'differing' | 'differences'>> {
    if (!this.progress.isPast(clocks.recorded))
      return { today: null, differing: { tasks: 0, entries: 0 }, differences: [] };
    const now = await this.progress.clocks({ on: clocks.on });
    const [before, after] = await Promise.all([this.progress.rows(plan.id, clocks), this.progress.rows(plan.id, now)]);
    const old = new Map(before.map((row) => [row.task, row]));
    const still = new Set(after.map(({ task }) => task));
    const differing = after.filter((row) => {
      const then = old.get(row.task);
      return !then || DIFFERS.some((field) => then[field] !== row[field]);
    });
    const changed = [...differing, ...before.filter(({ task }) => !still.has(task))];
    const tasks = changed.map(({ task }) => task);
    const { items: entries, total } =
      tasks.length === 0
        ? { items: [], total: 0 }
        : await this.entries.since(plan.id, clocks.upTo, tasks, SHOWN_DIFFERENCES);
    const shown = new Map(changed.map((row) => [row.task, { id: row.task, code: row.code, title: row.title }]));
    return {
      today: { recorded: now.recorded, position: now.position, ...countsOf(after, clocks.on, plan.year) },
      differing: { tasks: tasks.length, entries: total },
      differences: (await this.worded(entries)).map((entry) => ({ ...entry, task: shown.get(entry.task) })),
    };
  }

  private async named(
    { plan, byField, byUnit, ...figures }: Figures,
    on: Day,
  ): Promise<Omit<FiguresAnswer, 'today' | 'differing' | 'differences'>> {
    const name = await this.units([plan.unit, ...byUnit.map(({ unit }) => unit)], on);
    const sorter = new Intl.Collator('vi');
    return {
      plan: { ...plan, unit: name(plan.unit) },
      ...figures,
      byField: this.fields(byField, [plan.fieldSet]),
      byUnit: byUnit
        .map((counts) => ({ ...counts, unit: name(counts.unit) }))
        .sort((a, b) => sorter.compare(a.unit.name, b.unit.name)),
    };
  }

  /** Groups of fields with their names, in the order of the field sets. */
  fields<Group extends { readonly code: string }>(
    groups: readonly Group[],
    fieldSets: readonly string[],
  ): readonly (Group & { readonly field: string; readonly numeral: string })[] {
    const fields = fieldSets.flatMap((set) => fieldsOf(set));
    const placeOf = ({ code }: Group): number => {
      const place = fields.findIndex((field) => field.code === code);
      return place < 0 ? fields.length : place;
    };
    return groups
      .toSorted((a, b) => placeOf(a) - placeOf(b) || (a.code < b.code ? -1 : 1))
      .map((group) => {
        const field = fields[placeOf(group)];
        return { field: field?.name ?? group.code, numeral: field?.numeral ?? '', ...group };
      });
  }

  /** Entries in words, with the names of those who made them. */
  async worded(entries: readonly ShownEntry[]): Promise<readonly WordedEntry[]> {
    const [person, name, recurring] = await Promise.all([
      this.people.called(entries.map(({ actor }) => actor)),
      this.units(entries.flatMap(unitsIn)),
      this.progress.recurring(entries.map(({ task }) => task)),
    ]);
    return entries.map(({ unit, from, to, units, ...entry }) => {
      const named = {
        ...entry,
        unit: unit === null ? null : name(unit),
        ...(from === undefined ? {} : { from: name(from) }),
        ...(to === undefined ? {} : { to: name(to) }),
        ...(units === undefined ? {} : { units: { begin: units.begin.map(name), end: units.end.map(name) } }),
      };
      return {
        ...named,
        words: entryInWords(named, recurring.has(entry.task)),
        actor: person(entry.actor),
      };
    });
  }

  /** Units with their names of a day, today unless it is named; with their last ones where they have ended by then. */
  async units(ids: readonly string[], on?: Day): Promise<(id: string) => Named> {
    const units = new Map<string, Named>();
    for (const id of new Set(ids)) {
      const unit = await this.organization.unit(id, on);
      units.set(id, { id, name: unit?.name ?? '', ...(unit?.dissolved ? { ended: unit.dissolved } : {}) });
    }
    return (id) => units.get(id) ?? { id, name: '' };
  }
}
