import type { TaskFilter } from '../../contract';

export const ratioNames = ['completed', 'carriedOut', 'started', 'completedOfDue', 'completedOfYear'] as const;
export type RatioName = (typeof ratioNames)[number];

export const countNames = [
  'overdue',
  'overdueAwaiting',
  'awaiting',
  'dueSoon',
  'periodsOverdue',
  'late',
  'lateAgainstOriginal',
  'periodsLate',
  'noDueDate',
  'suspended',
] as const;
export type CountName = (typeof countNames)[number];

/** Sets of rows that are no figure of their own. */
export const kindNames = ['open', 'due', 'planned', 'maintained', 'inProgress', 'notStarted'] as const;
export type KindName = (typeof kindNames)[number];

/** Every set of rows that a number opens, by the name that the server filters by; `all` is the base. */
export const rowSets = ['all', ...kindNames, ...ratioNames, ...countNames] as const satisfies readonly (
  | TaskFilter
  | 'all'
)[];
export type RowSet = (typeof rowSets)[number];

export const isRowSet = (name: string | null): name is RowSet => rowSets.some((known) => known === name);
