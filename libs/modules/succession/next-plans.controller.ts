import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { matches, Refusal, refusal, type Day } from '#kernel';
import { OrganizationQuery, ReorganisationQuery } from '#modules/organization';
import {
  fieldSetOf,
  freeCode,
  leadsOn,
  PlanDispatch,
  planIdOf,
  PlanQuery,
  readDeadline,
  type AnnexItem,
  type Lead,
  type PlanItem,
  type RowContent,
  type RowInput,
} from '#modules/plan';
import { ProgressQuery, type RowState } from '#modules/progress';
import { RulebookQuery, type RuleSetInForce } from '#modules/rulebook';
import { Clock } from '#platform/clock';
import { idOf, type Receipt, type Sender } from '#platform/commands';
import { keyOf, PAGE_LENGTH, pageOf, type Page } from '#platform/http';
import { nextLine, nextTexts, type MovedColumn, type NextTexts } from './next-row.format.js';

/** What stands in the way of copying a row. */
export type NextFault = {
  readonly column: 'field' | 'leads' | 'deadline';
  readonly code: 'unknown-field' | 'unknown-lead' | 'impossible-date' | 'unreadable-deadline';
  readonly text: string;
};

/** A row as it is offered to next year's plan. */
export type NextRow = {
  readonly row: string;
  readonly ordinal: number;
  readonly field: string;
  readonly code: string;
  readonly leads: string;
  /** Not completed today. */
  readonly open: boolean;
  readonly state: 'completed' | 'maintained' | 'in-progress' | 'not-started';
  readonly title: { readonly before: string; readonly after: string };
  readonly deadline: { readonly before: string; readonly after: string; readonly due: Day | null };
  readonly changes: readonly {
    readonly column: MovedColumn | 'leads';
    readonly before: string;
    readonly after: string;
  }[];
  readonly kept: NextTexts['kept'];
  readonly faults: readonly NextFault[];
  /** The row of the new plan that copies it already. */
  readonly copied: string | null;
};

/** What next year's plan would be made of. */
export type NextPreview = {
  readonly from: { readonly id: string; readonly code: string; readonly title: string; readonly year: number };
  readonly to: {
    readonly id: string;
    readonly code: string;
    readonly title: string;
    readonly year: number;
    readonly status: 'none' | PlanItem['status'];
    readonly rows: number;
    /** The parent plan's own next one, where there is one. */
    readonly parent: string | null;
  };
  readonly offered: number;
  readonly open: number;
  readonly faulty: number;
  readonly items: readonly NextRow[];
  readonly next: string | null;
  readonly total: number;
};

/** Which plan, of which year. */
export type NextAsked = { readonly year?: number | undefined; readonly sequence?: number | undefined };

/** What is wished for: the rows in the order in which they shall stand. */
export type NextWish = NextAsked & {
  readonly title?: string | undefined;
  readonly code?: string | undefined;
  readonly rows: readonly string[];
};

/** What was made; `receipt` is null when nothing was left to record. */
export type NextMade = {
  readonly plan: string;
  readonly drafted: boolean;
  readonly rows: number;
  readonly receipt: Receipt | null;
};

type Offered = { readonly shown: NextRow; readonly input: RowInput };

/** How much goes into one append. */
const BATCH = { rows: 300, bytes: 300_000 } as const;

/** The id that the copy of a row has in a plan: the same whenever it is copied. */
const copyIdOf = (plan: string, row: string): string => idOf(plan, 'copy', row);

/** Makes next year's plan from a plan: shows what moves on and how, drafts it, copies the rows that are chosen. */
@Injectable()
export class NextPlans {
  constructor(
    private readonly commands: CommandBus,
    private readonly plans: PlanQuery,
    private readonly progress: ProgressQuery,
    private readonly organization: OrganizationQuery,
    private readonly reorganisations: ReorganisationQuery,
    private readonly rulebook: RulebookQuery,
    private readonly clock: Clock,
  ) {}

  /** The rows that are offered, open ones first, each with its texts moved on. */
  async preview(
    idOrCode: string,
    asked: NextAsked & {
      readonly state?: 'open' | 'completed' | undefined;
      readonly field?: string | undefined;
      readonly search?: string | undefined;
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
    },
  ): Promise<NextPreview> {
    await this.plans.caughtUp();
    const from = await this.plans.find(idOrCode);
    const to = await this.targetOf(from, asked);
    const offered = (await this.offered(from, to)).map(({ shown }) => shown);
    const kept = offered
      .map((row, index) => ({ row, place: index + 1 }))
      .filter(
        ({ row }) =>
          (asked.state === undefined || row.open === (asked.state === 'open')) &&
          (asked.field === undefined || row.field === asked.field) &&
          matches(`${row.code} ${row.title.before} ${row.leads}`, asked.search ?? ''),
      );
    const key = keyOf(asked.cursor, 1);
    const rest = key ? kept.filter(({ place }) => place > Number(key[0])) : kept;
    const page: Page<{ readonly row: NextRow }> = pageOf(rest, asked.limit ?? PAGE_LENGTH, ({ place }) => [
      String(place),
    ]);
    return {
      from: { id: from.id, code: from.code, title: from.title, year: from.year },
      to: {
        id: to.id,
        code: to.there?.code ?? to.code,
        title: to.there?.title ?? to.title,
        year: to.year,
        status: to.there?.status ?? 'none',
        rows: to.there?.rows ?? 0,
        parent: to.there ? to.there.parent : (to.parent?.id ?? null),
      },
      offered: offered.length,
      open: offered.filter(({ open }) => open).length,
      faulty: offered.filter(({ faults }) => faults.length > 0).length,
      items: page.items.map(({ row }) => row),
      next: page.next,
      total: kept.length,
    };
  }

  /**
   * Drafts the plan, unless it is drafted already, and copies the rows. A fault of any row refuses all before anything
   * is recorded; sent again it goes on where it ended, and rows that are there stay as they are.
   */
  async make(idOrCode: string, wish: NextWish, sender: Sender): Promise<NextMade> {
    await this.plans.caughtUp();
    const from = await this.plans.find(idOrCode);
    const to = await this.targetOf(from, wish);
    if (to.there && to.there.status !== 'draft') throw refusal('conflict', 'plan.not-a-draft');
    const offered = new Map((await this.offered(from, to)).map((one) => [one.shown.row, one]));
    if (new Set(wish.rows).size < wish.rows.length) throw refusal('invalid', 'succession.row-chosen-twice');
    const chosen = wish.rows.map((row) => {
      const one = offered.get(row);
      if (!one) throw refusal('absent', 'succession.row-not-offered', { row });
      return one;
    });
    const fresh = chosen.filter(({ shown }) => shown.copied === null);
    for (const { shown } of fresh) {
      const [fault] = shown.faults;
      if (fault)
        throw refusal('conflict', 'succession.row-faulty', { row: shown.row, title: shown.title.after, ...fault });
    }
    const drafted = !to.there && (await this.draft(from, to, wish, sender));
    const parent = to.there ? to.there.parent : (to.parent?.id ?? null);
    const carried = parent === null ? new Map<string, string>() : await this.plans.copiesIn(parent);
    let receipt: Receipt | null = drafted || null;
    for (const rows of batches(to.id, fresh, carried)) {
      // Named by its first row: what is sent again after a failure begins with another one.
      receipt = await this.send(to.id, sender, `rows ${rows[0]?.row}`, ['AddRows', { rows }]);
    }
    return { plan: to.id, drafted: drafted !== false, rows: fresh.length, receipt };
  }

  /** False when somebody else drafted it in the meantime; that plan takes the rows as well. */
  private async draft(from: PlanItem, to: Target, wish: NextWish, sender: Sender): Promise<Receipt | false> {
    try {
      return await this.send(to.id, sender, 'draft', [
        'DraftPlan',
        {
          unit: from.unit,
          year: to.year,
          kind: from.kind,
          sequence: to.sequence,
          title: wish.title ?? to.title,
          code: wish.code ?? to.code,
          origin: from.id,
          ...(to.parent ? { parent: to.parent.id } : {}),
        },
      ]);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'plan.exists') return false;
      throw error;
    }
  }

  private send(
    plan: string,
    { expected: _, ...sender }: Sender,
    name: string,
    command: ConstructorParameters<typeof PlanDispatch> extends [string, Sender, ...infer Command] ? Command : never,
  ): Promise<Receipt> {
    const as = { ...sender, command: idOf(sender.command, plan, name), causation: sender.command };
    return this.commands.execute<PlanDispatch, Receipt>(new PlanDispatch(plan, as, ...command));
  }

  private async targetOf(from: PlanItem, { year, sequence = from.sequence }: NextAsked): Promise<Target> {
    const to = year ?? from.year + 1;
    if (to <= from.year) throw refusal('invalid', 'succession.year-not-later', { year: from.year });
    const id = planIdOf(from.unit, to, from.kind, sequence);
    const years = { from: from.year, to };
    const [there, parent, codes] = await Promise.all([
      unlessAbsent(this.plans.find(id)),
      from.parent === null ? undefined : this.plans.madeFrom(from.parent, to),
      this.plans.codes(),
    ]);
    const [title, moved] = [nextLine(from.title, years), nextLine(from.code, years)];
    // A code without a year would be that of two plans, and find only one of them.
    const code = freeCode(moved === from.code ? `${moved}-${to}` : moved, codes);
    return { id, year: to, sequence, title, code, there, parent };
  }

  /** The rows of a plan that a next one can take, open ones first, each group in the order of the annex. */
  private async offered(from: PlanItem, to: Target): Promise<readonly Offered[]> {
    const today = this.clock.today();
    const endOfYear: Day = `${from.year}-12-31`;
    // What an amendment adds or a decision cancels until the end of the year is in the annex that is copied.
    const last = today > endOfYear ? today : endOfYear;
    const [clocks, ahead] = await Promise.all([this.progress.clocks({}), this.progress.clocks({ on: last })]);
    const isDraft = from.status === 'draft';
    // A lead that ends with the year is none of the next plan; one that begins with it is.
    const begins = leadsOn(to.year, today);
    const [annex, now, base, copies, units, classes, rules] = await Promise.all([
      isDraft ? this.plans.allRows(from.id) : this.plans.rowsOn(from.id, last),
      this.progress.rows(from.id, clocks),
      this.progress.rows(from.id, ahead),
      to.there ? this.plans.copiesIn(to.id) : new Map<string, string>(),
      this.organization.unitsOn(begins),
      this.organization.classesOn(begins),
      this.rulebook.setFor(to.year, to.there?.ruleSet),
    ]);
    const states = new Map(now.map((row) => [row.task, row]));
    const inBase = new Set(base.map(({ task }) => task));
    const leads = new Set([...units, ...classes].map(({ id }) => id));
    const known = {
      fields: new Set(fieldSetOf(to.year).fields.map(({ code }) => code)),
      leads,
      heirs: await this.heirsOf(
        annex.flatMap(({ content }) => content.leads.filter(({ id }) => !leads.has(id))),
        new Map(units.map(({ id, name }) => [id, name])),
      ),
      rules,
    };
    const years = { from: from.year, to: to.year };
    const rows = annex
      .filter(({ row }) => isDraft || inBase.has(row))
      .map((item) => offer(item, states.get(item.row), years, known, copies.get(item.row) ?? null));
    return [...rows.filter(({ shown }) => shown.open), ...rows.filter(({ shown }) => !shown.open)];
  }

  /** The one unit to which the work of each of these went, among those that operate then; none where it went several ways. */
  private async heirsOf(gone: readonly Lead[], operating: ReadonlyMap<string, string>): Promise<Known['heirs']> {
    const heirs = new Map<string, Lead>();
    for (const unit of new Set(gone.filter(({ kind }) => kind === 'unit').map(({ id }) => id))) {
      const kin = (await this.reorganisations.successors(unit)).filter(({ by }) => by !== 'move-function');
      const [id, ...others] = new Set(kin.map((one) => one.unit).filter((one) => operating.has(one)));
      if (id !== undefined && others.length === 0) heirs.set(unit, { kind: 'unit', id, name: operating.get(id) ?? '' });
    }
    return heirs;
  }
}

type Target = {
  readonly id: string;
  readonly year: number;
  readonly sequence: number;
  readonly title: string;
  readonly code: string;
  readonly there: PlanItem | undefined;
  readonly parent: PlanItem | undefined;
};

type Known = {
  readonly fields: ReadonlySet<string>;
  readonly leads: ReadonlySet<string>;
  /** Who carries on the work of leads that are no more. */
  readonly heirs: ReadonlyMap<string, Lead>;
  /** Those by which the next plan is read. */
  readonly rules: RuleSetInForce;
};

const unlessAbsent = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'absent') return undefined;
    throw error;
  }
};

const stateOf = (state: RowState | undefined): NextRow['state'] =>
  state?.completed ? 'completed' : state?.maintained ? 'maintained' : state?.started ? 'in-progress' : 'not-started';

/** The leads of a row in the next plan: units that are no more are led on by those that carry on their work. */
const leadsThen = (
  { leads, leadsText }: RowContent,
  { heirs }: Known,
): Pick<RowContent, 'leads' | 'leadsText'> & { readonly changes: NextRow['changes'] } => {
  if (!leads.some(({ id }) => heirs.has(id))) return { leads, leadsText, changes: [] };
  const then = [...new Map(leads.map((lead) => heirs.get(lead.id) ?? lead).map((lead) => [lead.id, lead])).values()];
  const after = then.map(({ name }) => name).join('; ');
  return { leads: then, leadsText: after, changes: [{ column: 'leads', before: leadsText, after }] };
};

const faultsOf = (
  { field, leads }: Pick<RowContent, 'field' | 'leads'>,
  deadline: string,
  year: number,
  known: Known,
): { readonly faults: readonly NextFault[]; readonly due: Day | null } => {
  const reading = readDeadline(deadline, { year, rules: known.rules });
  const gone = leads.filter((lead: Lead) => !known.leads.has(lead.id));
  return {
    due: 'fault' in reading ? null : reading.due,
    faults: [
      ...(known.fields.has(field) ? [] : [{ column: 'field' as const, code: 'unknown-field' as const, text: field }]),
      ...gone.map(({ name }) => ({ column: 'leads' as const, code: 'unknown-lead' as const, text: name })),
      ...('fault' in reading ? [{ column: 'deadline' as const, code: reading.fault, text: deadline }] : []),
    ],
  };
};

const offer = (
  { row, ordinal, content }: AnnexItem,
  state: RowState | undefined,
  years: { readonly from: number; readonly to: number },
  known: Known,
  copied: string | null,
): Offered => {
  const { texts, changes, kept } = nextTexts(content, years);
  const { field, code, coordinatingText, mode, parentRow } = content;
  const { leads, leadsText, changes: led } = leadsThen(content, known);
  const { faults, due } = faultsOf({ field, leads }, texts.deadline, years.to, known);
  return {
    shown: {
      row,
      ordinal,
      field,
      code,
      leads: leadsText,
      open: !(state?.completed ?? false),
      state: stateOf(state),
      title: { before: content.title, after: texts.title },
      deadline: { before: content.deadline, after: texts.deadline, due },
      changes: [...led, ...changes],
      kept,
      faults,
      copied,
    },
    input: {
      field,
      code,
      leads,
      leadsText,
      coordinatingText,
      mode,
      ...texts,
      ...(parentRow === undefined ? {} : { parentRow }),
    },
  };
};

type Copy = { row: string; content: RowInput; origin: string };

/** Rows of the parent plan are followed to their copies in its own next plan; what has none carries out nothing. */
const batches = (plan: string, rows: readonly Offered[], carried: ReadonlyMap<string, string>): readonly Copy[][] => {
  const all: Copy[][] = [];
  let size = 0;
  for (const { shown, input } of rows) {
    const { parentRow: before, ...content } = input;
    const parentRow = before ? carried.get(before) : undefined;
    const copy: Copy = {
      row: copyIdOf(plan, shown.row),
      origin: shown.row,
      content: { ...content, ...(parentRow === undefined ? {} : { parentRow }) },
    };
    const bytes = Buffer.byteLength(JSON.stringify(copy)) + 500;
    const last = all.at(-1);
    if (!last || last.length >= BATCH.rows || size + bytes > BATCH.bytes) {
      all.push([copy]);
      size = bytes;
    } else {
      last.push(copy);
      size += bytes;
    }
  }
  return all;
};
