import type { Day } from './day.js';

/**
 * Of facts that follow each other, given in the order of recording, the one that counts on a day: the greatest day up to
 * it, of equals the later recorded (`counting.md`, section 4). Undefined before the first.
 */
export const countingOn = <Fact extends { readonly on: Day }>(
  facts: Iterable<Fact> | undefined,
  day: Day,
): Fact | undefined => {
  let found: Fact | undefined;
  for (const fact of facts ?? []) if (fact.on <= day && (!found || fact.on >= found.on)) found = fact;
  return found;
};
