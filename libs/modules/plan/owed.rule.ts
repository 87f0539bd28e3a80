import { countingOn, type Day } from '#kernel';

/** That a unit begins (`holds`) or ceases to owe a row on a day; `entry` is the act that says so, empty for the promulgation. */
export type OwedFact = { readonly unit: string; readonly holds: boolean; readonly on: Day; readonly entry: string };

/** Whether a unit owes a row on a day, by facts in the order of recording. */
export const owes = (facts: readonly OwedFact[] | undefined, unit: string, day: Day): boolean =>
  countingOn(
    facts?.filter((fact) => fact.unit === unit),
    day,
  )?.holds ?? false;
