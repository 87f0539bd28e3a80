import type { Document, TextRef } from '#kernel';

/** A lead named in the annex: a unit, or a class that is resolved to its members at promulgation. */
export type Lead = { kind: 'unit' | 'class'; id: string; name: string };

/** How a row is completed: by all its obligations, by a share of them in percent (1–100), or by declaration. */
export type CompletionMode = { kind: 'all' } | { kind: 'share'; percent: number } | { kind: 'declared' };

/** How often a row is owed; follows from the text of its deadline alone. */
export type Cycle = 'once' | 'quarterly' | 'monthly';

/**
 * What the annex says of a row. `due` is what the rule named `rule` computed from `deadline`; `parentRow` is the row of
 * the parent plan that it carries out.
 */
export type RowContent = {
  field: string;
  code: string;
  title: string;
  deliverable: string;
  leads: Lead[];
  leadsText: string;
  coordinatingText: string;
  deadline: string;
  due: string | null;
  rule: string;
  cycle: Cycle;
  milestones: { text: string; due: string | null }[];
  funding: string;
  note: string;
  mode: CompletionMode;
  parentRow?: string;
};

/** A period of a cycle: days are null for the one period of a one-off row, whose due day is that of the row. */
export type PeriodDays = { period: number; cutoff: string | null; due: string | null };

/** The figure that stands first on the page of a plan. */
export type Headline = 'completed' | 'carriedOut' | 'started';

export type PlanEvents = {
  /**
   * `sequence` tells apart several plans of one unit, year and kind; `parent` is the plan of a higher level that it
   * carries out, `origin` the plan of an earlier year from which it was made.
   */
  PlanDrafted: {
    unit: string;
    year: number;
    kind: string;
    sequence: number;
    code: string;
    title: string;
    fieldSet: string;
    ruleSet: string;
    headline: Headline;
    parent?: string;
    origin?: string;
  };
  PlanRetitled: { title: string };
  HeadlineChosen: { headline: Headline };
  /** The plan of a higher level that a draft carries out; null for none. */
  ParentChosen: { parent: string | null };
  /** Rows stand in the order of their `rank`; `source` names the import that brought the row, `origin` the row that it copies. */
  RowAdded: { row: string; rank: number; content: RowContent; source?: string; origin?: string };
  RowEdited: { row: string; content: RowContent };
  RowRemoved: { row: string };
  RowMoved: { row: string; rank: number };
  /**
   * The plan counts from `effect` on, which is the event's `on`. Obliged units are resolved and stored; rows that oblige
   * the same units share one entry. `periods` are the days of each cycle by the rule set of the plan.
   */
  PlanPromulgated: {
    document: Document;
    effect: string;
    obliged: { units: string[]; rows: string[] }[];
    periods: { once: PeriodDays[]; quarterly: PeriodDays[]; monthly: PeriodDays[] };
  };
  /**
   * Promulgated by mistake: the plan is a draft again, and nothing of that promulgation (which of the plan's, from 1)
   * counts from here on.
   */
  PromulgationWithdrawn: { entry: string; promulgation: number; reason: TextRef; document?: Document };
  /**
   * Deadlines are read by another rule set. With `effect`, which is the event's `on`, the plan counts already: the dates
   * are in force from that day. `dues` and `milestones` name the rows that are read otherwise now, those that move alike
   * together; `periods` stand there when the days of a cycle move. No row owes more or fewer periods by it.
   */
  RuleSetApplied: {
    entry: string;
    ruleSet: string;
    document?: Document;
    effect?: string;
    dues: { before: string | null; due: string | null; rule: string; rows: string[] }[];
    milestones?: { row: string; milestones: { text: string; due: string | null }[] }[];
    periods?: { quarterly: PeriodDays[]; monthly: PeriodDays[] };
    reason?: TextRef;
  };
  /**
   * Rows change from `effect` on, which is the event's `on`. Only the rows that are named are stored and resolved anew:
   * `obliged` are the units that begin to owe an added or changed row, `ended` those that it names no more.
   */
  PlanAmended: {
    entry: string;
    document: Document;
    effect: string;
    reason?: TextRef;
    added: { row: string; rank: number; content: RowContent }[];
    changed: { row: string; content: RowContent }[];
    removed: string[];
    obliged: { units: string[]; rows: string[] }[];
    ended: { row: string; units: string[] }[];
  };
  /**
   * From `on` the unit `to` owes what `from` has not had accepted. `inherits`: what was accepted keeps counting for it;
   * not when it owes the row already, on its own.
   */
  ObligationTransferred: {
    entry: string;
    row: string;
    from: string;
    to: string;
    inherits: boolean;
    document: Document;
    reason?: TextRef;
  };
  /** In force up to the day before `on`. */
  ObligationEnded: { entry: string; row: string; unit: string; document?: Document; reason: TextRef };
  /** `act` is the entry of a transfer or an ending; `units` are those whose obligation on the row it had touched. */
  PlanActWithdrawn: {
    entry: string;
    act: string;
    row: string;
    units: string[];
    reason: TextRef;
    document?: Document;
  };
  /** `on` is the day of closing. */
  PlanClosed: { entry: string; document: Document; reason?: TextRef };
  ClosingWithdrawn: { entry: string; reason: TextRef; document?: Document };
};
