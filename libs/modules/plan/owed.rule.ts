import { countingOn, type Day } from '#kernel';

/**
 * That a unit begins (`holds`) or ceases to owe a row on a day; `entry` is the act that says so, empty for the promulgation,
 * `from` the unit from which it takes the row over.
 */
export type OwedFact = {
  readonly unit: string;
  readonly holds: boolean;
  readonly on: Day;
  readonly entry: string;
  readonly from?: string;
};

/** Whether a unit owes a row on a day, by facts in the order of recording. */
export const owes = (facts: readonly OwedFact[] | undefined, unit: string, day: Day): boolean =>
  countingOn(
    facts?.filter((fact) => fact.unit === unit),
    day,
  )?.holds ?? false;

/**
 * Whether what `unit` takes over on a day keeps what was accepted of it: it does unless the unit owes the row on its own.
 * Of several that are merged into one all hand theirs on, in whatever order they are named.
 */
export const inheritsOn = (facts: readonly OwedFact[] | undefined, unit: string, day: Day): boolean =>
  !owes(
    facts?.filter(({ from, on }) => from === undefined || on !== day),
    unit,
    day,
  );
