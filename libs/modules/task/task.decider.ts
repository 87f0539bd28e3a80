import { checkDocument, eventsOf, refusal, type Day, type Decider, type Document, type Proposed } from '#kernel';
import {
  act,
  correctAct,
  is,
  withdrawAct,
  type ActCorrection,
  type ActKind,
  type ActWish,
  type ActWithdrawal,
  type RowAct,
} from './act.rule.js';
import {
  checkFiles,
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
  type Resting,
  type RowDues,
} from './extension.rule.js';
import type { TaskEvents } from './task.events.js';

export type TaskCommands = {
  ExtendTask: ExtensionWish;
  CorrectTaskExtension: ExtensionCorrection;
  WithdrawTaskExtension: ExtensionWithdrawal;
  SuspendTask: ActWish;
  ResumeTask: ActWish;
  CancelTask: ActWish;
  ReopenTask: ActWish;
  DeclareTask: ActWish;
  CorrectTaskAct: ActCorrection;
  WithdrawTaskAct: ActWithdrawal;
};

export type TaskProposal = Proposed<TaskEvents>;

/** What the rules of a row need from its plan; null when no promulgated plan holds such a row. */
export type TaskFacts = {
  readonly row:
    | (Omit<RowDues, 'extensions'> & {
        readonly plan: string;
        /** The plan is closed. */
        readonly closed: boolean;
        /** No amendment has removed the row up to today. */
        readonly inForce: boolean;
        /** Completed by declaration: its mode says so, or nobody is left who owes it. */
        readonly declarable: boolean;
        /** The position from which all who owe the row have completed it, else null; told where extensions are acted on. */
        readonly completedAt: string | null;
        /** By obligation, its extensions; told where an extension of the row is corrected or withdrawn. */
        readonly resting: readonly Resting[];
      })
    | null;
  /** SHA-256 of files that the command names and nobody has uploaded. */
  readonly missingFiles: readonly string[];
};

/** `withdrawn` holds the acts that were taken back. */
type Task = {
  readonly extensions: readonly Extension[];
  readonly acts: readonly RowAct[];
  readonly withdrawn: ReadonlySet<string>;
};
type Row = NonNullable<TaskFacts['row']>;

const happened = eventsOf<TaskEvents>();

const rowOf = ({ row }: TaskFacts): Row => {
  if (!row) throw refusal('absent', 'absent');
  return row;
};

/** The row, where something new may be done to it. */
const open = (facts: TaskFacts): Row => {
  const row = rowOf(facts);
  if (row.closed) throw refusal('conflict', 'plan-closed');
  if (!row.inForce) throw refusal('conflict', 'row-left-the-plan');
  checkFiles(facts);
  return row;
};

/** The row, where what was done may be mended: in a closed plan with a document only. */
const mendable = (facts: TaskFacts, document: Document | undefined): Row => {
  const row = rowOf(facts);
  if (row.closed && !document) throw refusal('invalid', 'closed-needs-document');
  checkFiles(facts);
  return row;
};

const checkDocuments = (today: Day, ...documents: readonly (Document | undefined)[]): void => {
  for (const document of documents) if (document) checkDocument(document, today);
};

/** What a row's extensions are judged against: its original due date and those of amendments. */
const othersOf = (row: Row) => duesOf({ ...row, extensions: [] });

/** What extensions of a row are judged by; one that is declared is completed from its declaration on. */
const extending = (
  { declarable, completedAt, resting }: Row,
  acts: readonly RowAct[],
  { entry, today }: { readonly entry: string; readonly today: Day },
) => {
  const declaredAt = is('declared', acts, today) ? (acts.find(({ kind }) => kind === 'declare')?.at ?? null) : null;
  return { entry, today, completedAt: declarable ? declaredAt : completedAt, resting };
};

const DONE = {
  suspend: 'TaskSuspended',
  resume: 'TaskResumed',
  cancel: 'TaskCancelled',
  reopen: 'TaskReopened',
  declare: 'TaskDeclared',
} as const;

const doing =
  (kind: ActKind): Decider<Task, TaskCommands, TaskEvents, TaskFacts>['decide']['SuspendTask'] =>
  ({ acts }, wish, { entry, today, facts }) => {
    const { plan, declarable } = open(facts);
    if (kind === 'declare' && !declarable) throw refusal('conflict', 'not-declarable');
    checkDocument(wish.document, today);
    const done = act(acts, kind, wish, today);
    return [happened(DONE[kind], { entry, plan, ...done.facts }, done.on)];
  };

const done =
  (kind: ActKind) =>
  (
    state: Task,
    { entry, document }: { readonly entry: string; readonly document: Document },
    { on, at }: { readonly on: Day; readonly at: string },
  ): Task => ({ ...state, acts: [...state.acts, { entry, kind, on, at, document, version: 0 }] });

export const task: Decider<Task, TaskCommands, TaskEvents, TaskFacts> = {
  category: 'task',
  initial: { extensions: [], acts: [], withdrawn: new Set() },
  decide: {
    ExtendTask: ({ extensions, acts }, wish, context) => {
      const row = open(context.facts);
      if (is('cancelled', acts, context.today)) throw refusal('conflict', 'row-left-the-plan');
      const { facts, effect } = extend(othersOf(row), extensions, wish, extending(row, acts, context));
      return [happened('TaskExtended', { plan: row.plan, ...facts }, effect)];
    },
    CorrectTaskExtension: ({ extensions, acts }, correction, context) => {
      const row = mendable(context.facts, correction.document);
      const facts = correctExtension(othersOf(row), extensions, correction, extending(row, acts, context));
      return [happened('TaskExtensionCorrected', facts)];
    },
    WithdrawTaskExtension: ({ extensions, acts }, withdrawal, context) => {
      const row = mendable(context.facts, withdrawal.document);
      const facts = withdrawExtension(othersOf(row), extensions, withdrawal, extending(row, acts, context));
      return facts ? [happened('TaskExtensionWithdrawn', facts)] : [];
    },
    SuspendTask: doing('suspend'),
    ResumeTask: doing('resume'),
    CancelTask: doing('cancel'),
    ReopenTask: doing('reopen'),
    DeclareTask: doing('declare'),
    CorrectTaskAct: ({ acts, withdrawn }, correction, context) => {
      mendable(context.facts, correction.document);
      if (withdrawn.has(correction.act)) throw refusal('conflict', 'entry-withdrawn');
      checkDocuments(context.today, correction.changes.document, correction.document);
      return [happened('TaskActCorrected', correctAct(acts, correction, context))];
    },
    WithdrawTaskAct: ({ acts, withdrawn }, withdrawal, context) => {
      mendable(context.facts, withdrawal.document);
      if (withdrawn.has(withdrawal.act)) return [];
      checkDocuments(context.today, withdrawal.document);
      return [happened('TaskActWithdrawn', withdrawAct(acts, withdrawal, context.entry))];
    },
  },
  evolve: {
    TaskExtended: (state, facts, stored) => ({ ...state, extensions: extended(state.extensions, facts, stored) }),
    TaskExtensionCorrected: (state, facts) => ({ ...state, extensions: extensionCorrected(state.extensions, facts) }),
    TaskExtensionWithdrawn: (state, facts) => ({ ...state, extensions: extensionWithdrawn(state.extensions, facts) }),
    TaskSuspended: done('suspend'),
    TaskResumed: done('resume'),
    TaskCancelled: done('cancel'),
    TaskReopened: done('reopen'),
    TaskDeclared: done('declare'),
    TaskActCorrected: (state, { act: id, version, effect: on, permit: document }) => ({
      ...state,
      acts: state.acts.map((old) => (old.entry === id ? { ...old, version, on, document } : old)),
    }),
    TaskActWithdrawn: (state, { act: id }) => ({
      ...state,
      acts: state.acts.filter(({ entry }) => entry !== id),
      withdrawn: new Set(state.withdrawn).add(id),
    }),
  },
};
