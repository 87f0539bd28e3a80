import { eventsOf, isDay, refusal, type Decider, type Day, type Document, type TextRef } from '#kernel';
import { checkDocument, inForce, judgeExtension, rejudge, type DueFact, type Extension } from './extension.rule.js';
import type { TaskEvents } from './task.events.js';

export type TaskCommands = {
  ExtendTask: { due: string; on: string; document: Document; reason?: TextRef };
  CorrectTaskExtension: {
    extension: string;
    changes: { due?: string; on?: string; document?: Document };
    reason: TextRef;
    document?: Document;
  };
  WithdrawTaskExtension: { extension: string; reason: TextRef; document?: Document };
};

/** What the rules of a row need from its plan; null when no promulgated plan holds such a row. */
export type TaskFacts = {
  readonly row: { readonly plan: string; readonly original: DueFact; readonly inForce: boolean } | null;
};

type Kept = Extension & { readonly document: Document };
type Task = { readonly extensions: readonly Kept[] };

const happened = eventsOf<TaskEvents>();

const rowOf = ({ row }: TaskFacts): NonNullable<TaskFacts['row']> => {
  if (!row) throw refusal('absent', 'absent');
  return row;
};

const found = ({ extensions }: Task, entry: string): Kept => {
  const extension = extensions.find((candidate) => candidate.entry === entry);
  if (!extension) throw refusal('absent', 'entry.absent');
  return extension;
};

const dayOf = (text: string): Day => {
  if (!isDay(text)) throw refusal('invalid', 'request.no-such-day', { day: text });
  return text;
};

export const task: Decider<Task, TaskCommands, TaskEvents, TaskFacts> = {
  category: 'task',
  initial: { extensions: [] },
  decide: {
    ExtendTask: ({ extensions }, { due, on, document, reason }, { entry, today, facts }) => {
      const row = rowOf(facts);
      if (!row.inForce) throw refusal('conflict', 'row-left-the-plan');
      checkDocument(document, today);
      const wanted = { due: dayOf(due), effect: dayOf(on), recorded: today, withReason: reason !== undefined };
      const verdict = judgeExtension([row.original, ...inForce(extensions)], wanted);
      return [
        happened(
          'TaskExtended',
          { entry, plan: row.plan, due, ...verdict, document, ...(reason ? { reason } : {}) },
          wanted.effect,
        ),
      ];
    },
    CorrectTaskExtension: (state, { extension: id, changes, reason, document }, { entry, today, facts }) => {
      const row = rowOf(facts);
      const old = found(state, id);
      if (old.withdrawn) throw refusal('conflict', 'entry-withdrawn');
      const permit = changes.document ?? old.document;
      checkDocument(permit, today);
      if (document) checkDocument(document, today);
      const changed: Extension = {
        ...old,
        due: dayOf(changes.due ?? old.due),
        effect: dayOf(changes.on ?? old.effect),
        version: old.version + 1,
        withReason: true,
      };
      const verdict = rejudge([row.original], state.extensions, changed);
      if (!verdict) throw refusal('conflict', 'entry-withdrawn');
      return [
        happened('TaskExtensionCorrected', {
          entry,
          extension: id,
          version: changed.version,
          due: changed.due,
          effect: changed.effect,
          ...verdict,
          permit,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
    WithdrawTaskExtension: (state, { extension: id, reason, document }, { entry, today, facts }) => {
      const row = rowOf(facts);
      const old = found(state, id);
      if (old.withdrawn) return [];
      if (document) checkDocument(document, today);
      rejudge([row.original], state.extensions, { ...old, withdrawn: true });
      return [
        happened('TaskExtensionWithdrawn', {
          entry,
          extension: id,
          version: old.version,
          reason,
          ...(document ? { document } : {}),
        }),
      ];
    },
  },
  evolve: {
    TaskExtended: ({ extensions }, { entry, due, document, reason }, { on, recorded }) => ({
      extensions: [
        ...extensions,
        {
          entry,
          due,
          effect: on,
          recorded,
          document,
          withReason: reason !== undefined,
          version: 0,
          withdrawn: false,
        },
      ],
    }),
    TaskExtensionCorrected: ({ extensions }, { extension, version, due, effect, permit }) => ({
      extensions: extensions.map((old) =>
        old.entry === extension ? { ...old, version, due, effect, document: permit, withReason: true } : old,
      ),
    }),
    TaskExtensionWithdrawn: ({ extensions }, { extension }) => ({
      extensions: extensions.map((old) => (old.entry === extension ? { ...old, withdrawn: true } : old)),
    }),
  },
};
