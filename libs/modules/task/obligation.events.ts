import type { Document, TextRef } from '#kernel';

/** A piece of evidence: a file, or a document that is named by number and day. */
export type Evidence = {
  entry: string;
  kind: string;
  number?: string;
  date?: string;
  file?: { sha256: string; size: number; type: string; name?: TextRef };
};

/** What a report says. The work day is the `on` of the report, or `workDay` of the correction that set it last. */
export type ReportContent = { complete: boolean; percent: number; account?: TextRef; evidence: Evidence[] };

/** What one unit does, and has done to it, on one row of a plan. */
export type ObligationEvents = {
  /**
   * `on` is the work day. `source` is the import of the file through which it came, `assessment` the word of the column
   * "Đánh giá" in it.
   */
  WorkReported: {
    entry: string;
    plan: string;
    task: string;
    unit: string;
    period: number;
    source?: string;
    assessment?: string;
  } & ReportContent;
  /** `ownUnit`: accepted by a coordinator of the very unit that leads ("tự nghiệm thu"); `source`: by a file. */
  ReportAccepted: { entry: string; report: string; version: number; ownUnit: boolean; source?: string };
  ReportReturned: { entry: string; report: string; version: number; reason: TextRef };
  /** The report's new version; `ended` is the acceptance that ends with the old one. */
  ReportCorrected: {
    entry: string;
    report: string;
    version: number;
    workDay: string;
    reason: TextRef;
    document?: Document;
    ended: string | null;
  } & ReportContent;
  ReportWithdrawn: { entry: string; report: string; version: number; reason: TextRef; document?: Document };
  AcceptanceWithdrawn: {
    entry: string;
    acceptance: string;
    report: string;
    version: number;
    reason: TextRef;
    document?: Document;
  };
  /** `on` is the document's day of effect; `afterDue`: that day lay behind the due date then in force. */
  ObligationExtended: {
    entry: string;
    plan: string;
    task: string;
    unit: string;
    due: string;
    before: string;
    afterDue: boolean;
    document: Document;
    reason?: TextRef;
  };
  /** The extension's new facts; `effect` is its day of effect. */
  ObligationExtensionCorrected: {
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
  ObligationExtensionWithdrawn: {
    entry: string;
    extension: string;
    version: number;
    reason: TextRef;
    document?: Document;
  };
};
