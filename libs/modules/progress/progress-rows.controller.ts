import { fieldsOf } from '#modules/plan';
import type { PlanFacts, RowState } from './progress.query.js';
import type { RowStanding } from './row-foresight.query.js';

const stateOf = (row: RowStanding): string =>
  row.completed ? 'completed' : row.maintained ? 'maintained' : row.started ? 'in-progress' : 'not-started';

const FLAGS: readonly (readonly [keyof RowStanding, string])[] = [
  ['overdue', 'overdue'],
  ['dueSoon', 'due-soon'],
  ['awaiting', 'awaiting'],
  ['suspended', 'suspended'],
  ['late', 'late'],
  ['lateAgainstOriginal', 'late-against-original'],
  ['periodsOverdue', 'periods-overdue'],
  ['periodsLate', 'periods-late'],
];

/** How a row stands, as answers say it. */
export const shownStanding = (row: RowStanding): { readonly state: string; readonly flags: readonly string[] } => ({
  state: stateOf(row),
  flags: [...FLAGS.flatMap(([field, flag]) => (row[field] ? [flag] : [])), ...(row.hasDueDate ? [] : ['no-due-date'])],
});

/** A row as answers show it. */
export const shownRow = (row: RowState, plan: PlanFacts) => {
  const fields = fieldsOf(plan.fieldSet);
  return {
    id: row.task,
    ordinal: row.ordinal,
    code: row.code,
    field: { code: row.field, name: fields.find(({ code }) => code === row.field)?.name ?? row.field },
    title: row.title,
    deliverable: row.deliverable,
    leads: row.leads,
    coordinating: row.coordinating,
    deadline: row.deadline,
    cycle: row.cycle,
    mode: row.mode,
    ...shownStanding({ ...row, hasDueDate: row.due !== null }),
    due: row.due,
    originalDue: row.originalDue,
    workDay: row.workDay,
    obligations: { met: row.met, owed: row.owed },
    selfAccepted: row.selfAccepted,
  };
};

/** A row as answers show it. */
export type ShownRow = ReturnType<typeof shownRow>;
