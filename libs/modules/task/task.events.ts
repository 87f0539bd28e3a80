import type { Document, TextRef } from '#kernel';

/** What permits an act on a whole row, and why; the event's `on` is the day of effect in the document. */
type Act = { entry: string; plan: string; document: Document; reason: TextRef };

/** Acts on a whole row, for all who owe it. */
export type TaskEvents = {
  /** `on` is the document's day of effect; `afterDue`: that day lay behind the due date then in force. */
  TaskExtended: {
    entry: string;
    plan: string;
    due: string;
    before: string;
    afterDue: boolean;
    document: Document;
    reason?: TextRef;
  };
  /** The extension's new facts; `effect` is its day of effect. */
  TaskExtensionCorrected: {
    entry: string;
    extension: string;
    version: number;
    due: string;
    effect: string;
    before: string;
    afterDue: boolean;
    permit: Document;
    reason: TextRef;
    document?: Document;
  };
  TaskExtensionWithdrawn: {
    entry: string;
    extension: string;
    version: number;
    reason: TextRef;
    document?: Document;
  };
  TaskSuspended: Act;
  TaskResumed: Act;
  TaskCancelled: Act;
  TaskReopened: Act;
  /** Completed by a document; `on` is the day that the document names. */
  TaskDeclared: Act;
  /** The new facts of a suspension, resumption, cancellation, reopening or declaration; `effect` is its day. */
  TaskActCorrected: {
    entry: string;
    act: string;
    version: number;
    effect: string;
    permit: Document;
    reason: TextRef;
    document?: Document;
  };
  TaskActWithdrawn: { entry: string; act: string; version: number; reason: TextRef; document?: Document };
};
