import { folded, isDecimal, refusal, stored } from '#kernel';

/** What is said of a goal; which of it belongs there depends on its kind. */
export type GoalInput = {
  kind: string;
  value?: string;
  unit?: string;
  rank?: number;
  of?: number;
  group?: string;
  groups?: string[];
};

/** What is said of a value; exactly what belongs to the kind of goal. */
export type ValueInput = { number?: string; rank?: number; of?: number; group?: string; yes?: boolean };

/** A goal as it is stored. */
export type CheckedGoal =
  | { kind: 'at-least'; value: string; unit: string }
  | { kind: 'at-most'; value: string; unit: string }
  | { kind: 'rank-at-most'; rank: number; of?: number }
  | { kind: 'group-at-least'; group: string; groups: string[] }
  | { kind: 'yes' };

/** A value as it is stored. */
export type CheckedValue = { number: string } | { rank: number; of?: number } | { group: string } | { yes: boolean };

const BELONGS: Readonly<Record<string, readonly (keyof GoalInput)[]>> = {
  'at-least': ['value', 'unit'],
  'at-most': ['value', 'unit'],
  'rank-at-most': ['rank', 'of'],
  'group-at-least': ['group', 'groups'],
  yes: [],
};
const MOST_GROUPS = 20;
const MOST_RANKED = 100_000;

const only = (given: object, allowed: readonly string[], code: (fields: string[]) => Error): void => {
  const strange = Object.entries(given).flatMap(([field, value]) =>
    value === undefined || allowed.includes(field) ? [] : [field],
  );
  if (strange.length > 0) throw code(strange);
};

const decimal = (text: string | undefined): string => {
  if (!isDecimal(text)) throw refusal('invalid', 'not-a-number', { number: text ?? '' });
  return text;
};

const ranked = (rank: number | undefined, of: number | undefined): { rank: number; of?: number } => {
  const isCount = (count: number | undefined): count is number =>
    count !== undefined && Number.isInteger(count) && count >= 1 && count <= MOST_RANKED;
  if (!isCount(rank) || (of !== undefined && (!isCount(of) || rank > of))) {
    throw refusal('invalid', 'rank-out-of-range');
  }
  return of === undefined ? { rank } : { rank, of };
};

/** The goal as it is stored; one that anything would fulfil is refused (`goal-says-nothing`). */
export const goalOf = (input: GoalInput): CheckedGoal => {
  const { kind, value, unit, rank, of, group, groups } = input;
  const belongs = BELONGS[kind];
  if (!belongs) throw refusal('invalid', 'unknown-kind', { kind });
  only(input, ['kind', ...belongs], (fields) => refusal('invalid', 'goal-of-another-kind', { fields }));
  switch (kind) {
    case 'at-least':
    case 'at-most': {
      const named = stored(unit ?? '');
      if (named === '' || named.length > 50) throw refusal('invalid', 'unit-missing');
      return { kind, value: decimal(value), unit: named };
    }
    case 'rank-at-most': {
      const place = ranked(rank, of);
      if (place.rank === place.of) throw refusal('invalid', 'goal-says-nothing');
      return { kind, ...place };
    }
    case 'group-at-least': {
      const order = (groups ?? []).map(stored);
      const distinct = new Set(order.map(folded));
      if (order.length < 2 || order.length > MOST_GROUPS || distinct.size < order.length || distinct.has('')) {
        throw refusal('invalid', 'groups-unordered');
      }
      const wanted = groupOf(order, group);
      if (wanted === order[0]) throw refusal('invalid', 'goal-says-nothing');
      return { kind, group: wanted, groups: order };
    }
    default:
      return { kind: 'yes' };
  }
};

const groupOf = (groups: readonly string[], named: string | undefined): string => {
  const found = groups.find((group) => folded(group) === folded(named ?? ''));
  if (found === undefined) throw refusal('invalid', 'unknown-group', { group: named ?? '' });
  return found;
};

const MEASURES: Readonly<Record<CheckedGoal['kind'], readonly (keyof ValueInput)[]>> = {
  'at-least': ['number'],
  'at-most': ['number'],
  'rank-at-most': ['rank', 'of'],
  'group-at-least': ['group'],
  yes: ['yes'],
};

/** The value as it is stored: in the way of the goal, or it is refused. */
export const valueOf = (goal: CheckedGoal, input: ValueInput): CheckedValue => {
  const another = (fields: string[]): Error => refusal('invalid', 'value-of-another-kind', { kind: goal.kind, fields });
  only(input, MEASURES[goal.kind], another);
  switch (goal.kind) {
    case 'at-least':
    case 'at-most':
      if (input.number === undefined) throw another([]);
      return { number: decimal(input.number) };
    case 'rank-at-most':
      if (input.rank === undefined) throw another([]);
      return ranked(input.rank, input.of);
    case 'group-at-least':
      if (input.group === undefined) throw another([]);
      return { group: groupOf(goal.groups, input.group) };
    case 'yes':
      if (input.yes === undefined) throw another([]);
      return { yes: input.yes };
  }
};
