import { compareDecimals, minusDecimal } from '#kernel';
import type { Goal, Measured, Qualifier, Reading } from './target.events.js';

/** What a value says of a goal; `open` where nothing decides it. */
export type Verdict = 'met' | 'missed' | 'open';

/** Why a verdict is open: there is no value yet, or it is only approximate. */
export type Because = 'no-value' | 'approximate';

/** Less than nothing of `side`: the value lies below, at or above what is wanted. */
const decided = (side: number, qualifier: Qualifier, wanted: 'at-least' | 'at-most'): Verdict => {
  // What is wanted turned so that more is better.
  const better = wanted === 'at-least' ? side : -side;
  const moreIsBetter = wanted === 'at-least';
  switch (qualifier) {
    case 'exact':
      return better >= 0 ? 'met' : 'missed';
    case 'about':
      return 'open';
    case 'more-than':
      // The true value lies strictly above what was published.
      if (moreIsBetter) return better >= 0 ? 'met' : 'open';
      return better <= 0 ? 'missed' : 'open';
    case 'less-than':
      if (moreIsBetter) return better <= 0 ? 'missed' : 'open';
      return better >= 0 ? 'met' : 'open';
  }
};

const groupAt = (groups: readonly string[], group: string): number => groups.indexOf(group);

/** How a value stands to a goal: met, missed, or open where an approximate number leaves it so. */
export const verdictOf = (goal: Goal, { value, qualifier }: Pick<Reading, 'value' | 'qualifier'>): Verdict => {
  switch (goal.kind) {
    case 'at-least':
    case 'at-most':
      if (!('number' in value)) return 'open';
      return decided(compareDecimals(value.number, goal.value), qualifier, goal.kind);
    case 'rank-at-most':
      return 'rank' in value ? (value.rank <= goal.rank ? 'met' : 'missed') : 'open';
    case 'group-at-least': {
      const place = 'group' in value ? groupAt(goal.groups, value.group) : -1;
      if (place < 0) return 'open';
      return place >= groupAt(goal.groups, goal.group) ? 'met' : 'missed';
    }
    case 'yes':
      return 'yes' in value ? (value.yes ? 'met' : 'missed') : 'open';
  }
};

/** How a value moved against an earlier one: `by` in the unit of the goal, in places or in groups. */
export type Move = {
  /** Later less earlier as decimal text; of ranks the places won, of groups the groups climbed. */
  readonly by: string;
  readonly direction: 'better' | 'worse' | 'same';
  /** False where one of the two is only approximate. */
  readonly exact: boolean;
};

type Compared = { readonly value: Measured; readonly qualifier: Qualifier };

/** The move from one value to another; null where the two cannot be compared, as an answer yes or no. */
export const moveOf = (goal: Goal, before: Compared, after: Compared): Move | null => {
  const exact = before.qualifier === 'exact' && after.qualifier === 'exact';
  const turned = (by: string, better: number): Move => ({
    by,
    direction: better > 0 ? 'better' : better < 0 ? 'worse' : 'same',
    exact,
  });
  const [old, now] = [before.value, after.value];
  if ((goal.kind === 'at-least' || goal.kind === 'at-most') && 'number' in old && 'number' in now) {
    const side = compareDecimals(now.number, old.number);
    return turned(minusDecimal(now.number, old.number), goal.kind === 'at-least' ? side : -side);
  }
  // Of ranks the lower is the better: from 30 to 12 are 18 places won.
  if (goal.kind === 'rank-at-most' && 'rank' in old && 'rank' in now) {
    return turned(String(old.rank - now.rank), old.rank - now.rank);
  }
  if (goal.kind === 'group-at-least' && 'group' in old && 'group' in now) {
    const [from, to] = [groupAt(goal.groups, old.group), groupAt(goal.groups, now.group)];
    return from < 0 || to < 0 ? null : turned(String(to - from), to - from);
  }
  return null;
};
