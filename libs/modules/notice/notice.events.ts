/** What units are told. */
export type NoticeEvents = {
  /**
   * A unit is told of something that it owes, once for ever: the stream's id is made of what the notice is about. The
   * words are those of the reader's language; here stand the kind and what the words are filled with, as of that moment.
   * `period` is missing where a row is owed once; `days` before `due`, of a reminder, and whether a report `waits` for
   * acceptance meanwhile; `report` and `version` of what was returned or accepted.
   */
  NoticeGiven: {
    kind: NoticeKind;
    unit: string;
    plan: string;
    task: string;
    obligation: string;
    code: string;
    title: string;
    period?: number;
    due?: string;
    days?: number;
    waits?: boolean;
    report?: string;
    version?: number;
  };
};

/** What a notice can say: due soon, overdue, a report was returned, a report was accepted. */
export type NoticeKind = 'due' | 'overdue' | 'returned' | 'accepted';
