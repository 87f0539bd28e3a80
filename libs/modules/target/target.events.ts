import type { Document, TextRef } from '#kernel';

/** What is to be reached. Numbers are decimal text, groups stand from the lowest to the highest, ranks from 1. */
export type Goal =
  | { kind: 'at-least'; value: string; unit: string }
  | { kind: 'at-most'; value: string; unit: string }
  | { kind: 'rank-at-most'; rank: number; of?: number }
  | { kind: 'group-at-least'; group: string; groups: string[] }
  | { kind: 'yes' };

/** What was measured, in the way of the goal. `of` is the number of those ranked. */
export type Measured = { number: string } | { rank: number; of?: number } | { group: string } | { yes: boolean };

/** How near the published value is to the true one: "đúng", "khoảng", "hơn", "gần" or "dưới". */
export type Qualifier = 'exact' | 'about' | 'more-than' | 'less-than';

/** Who published a value, and in which document or at which place. */
export type Source = { publisher: string; document?: Document; place?: string };

/**
 * The counts on which a published rate rests, and whether it follows from them: `differs` when they give another one
 * (`rate`, with the decimals of the published), `impossible` when no whole numerator of that denominator gives it.
 */
export type Counts = {
  numerator?: number;
  denominator: number;
  rate?: string;
  check: 'follows' | 'differs' | 'impossible' | 'not-checked';
};

/** A value as it was published. `from` is the first day of the period that it speaks of, where it speaks of one. */
export type Reading = { value: Measured; qualifier: Qualifier; source: Source; from?: string; counts?: Counts };

/** What a plan says of a target; `field` is null for one of the whole plan. */
export type TargetContent = {
  title: string;
  field: string | null;
  goal: Goal;
  leads: string[];
  note: string;
  baseline?: { year: number; value: Measured; qualifier: Qualifier; source: Source };
};

export type TargetEvents = {
  /** `on` is the day from which it belongs to the plan; `document` set it where the plan was promulgated before. */
  TargetSet: { plan: string; year: number; content: TargetContent; document?: Document };
  /** Said otherwise while the plan is a draft; the versions that it takes the place of end in the log (set is 0). */
  TargetEdited: { version: number; ended: number[]; content: TargetContent };
  /** Said otherwise by a document; `on` is its day of effect. */
  TargetAmended: { entry: string; version: number; content: TargetContent; document: Document; reason?: TextRef };
  /** Taken out of a draft. */
  TargetRemoved: { plan: string; ended: number[] };
  /** Given up by a document; in the plan up to the day before `on`, its day of effect. */
  TargetDropped: { entry: string; version: number; document: Document; reason?: TextRef };
  /** `on` is the day as of which the value holds. */
  ValueReported: { entry: string; plan: string; reading: Reading };
  /** The value's new version; `day` is the day as of which it holds. */
  ValueCorrected: {
    entry: string;
    value: string;
    version: number;
    day: string;
    reading: Reading;
    reason: TextRef;
    document?: Document;
  };
  ValueWithdrawn: { entry: string; value: string; version: number; reason: TextRef; document?: Document };
};
