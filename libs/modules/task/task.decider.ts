import { eventsOf, refusal, type Decider } from '#kernel';
import {
  correctExtension,
  duesOf,
  extend,
  extended,
  extensionCorrected,
  extensionWithdrawn,
  withdrawExtension,
  type Extension,
  type ExtensionCorrection,
  type ExtensionWish,
  type ExtensionWithdrawal,
  type RowDues,
} from './extension.rule.js';
import type { TaskEvents } from './task.events.js';

export type TaskCommands = {
  ExtendTask: ExtensionWish;
  CorrectTaskExtension: ExtensionCorrection;
  WithdrawTaskExtension: ExtensionWithdrawal;
};

/** What the rules of a row need from its plan; null when no promulgated plan holds such a row. */
export type TaskFacts = {
  readonly row: (Pick<RowDues, 'due' | 'at'> & { readonly plan: string; readonly inForce: boolean }) | null;
};

type Task = { readonly extensions: readonly Extension[] };

const happened = eventsOf<TaskEvents>();

const rowOf = ({ row }: TaskFacts): NonNullable<TaskFacts['row']> => {
  if (!row) throw refusal('absent', 'absent');
  return row;
};

/** What a row's extensions are judged against: its original due date. */
const originalOf = (facts: TaskFacts) => duesOf({ ...rowOf(facts), extensions: [] });

export const task: Decider<Task, TaskCommands, TaskEvents, TaskFacts> = {
  category: 'task',
  initial: { extensions: [] },
  decide: {
    ExtendTask: ({ extensions }, wish, context) => {
      const { plan, inForce } = rowOf(context.facts);
      if (!inForce) throw refusal('conflict', 'row-left-the-plan');
      const { facts, effect } = extend(originalOf(context.facts), extensions, wish, context);
      return [happened('TaskExtended', { plan, ...facts }, effect)];
    },
    CorrectTaskExtension: ({ extensions }, correction, context) => [
      happened('TaskExtensionCorrected', correctExtension(originalOf(context.facts), extensions, correction, context)),
    ],
    WithdrawTaskExtension: ({ extensions }, withdrawal, context) => {
      const facts = withdrawExtension(originalOf(context.facts), extensions, withdrawal, context);
      return facts ? [happened('TaskExtensionWithdrawn', facts)] : [];
    },
  },
  evolve: {
    TaskExtended: ({ extensions }, facts, stored) => ({ extensions: extended(extensions, facts, stored) }),
    TaskExtensionCorrected: ({ extensions }, facts) => ({ extensions: extensionCorrected(extensions, facts) }),
    TaskExtensionWithdrawn: ({ extensions }, facts) => ({ extensions: extensionWithdrawn(extensions, facts) }),
  },
};
