import type { Document, TextRef } from '#kernel';

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
};
