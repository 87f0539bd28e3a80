export interface Ratio {
  numerator: number;
  denominator: number;
  base: string;
  percent: string | null;
}
export interface Named {
  id: string;
  name: string;
}
export interface Installation {
  mode: 'demonstration' | 'real';
  initialised: boolean;
  today: string;
}
export interface Session {
  account: { id: string; username: string; role: string; unit: Named | null; displayName: string };
  mode: 'demonstration' | 'real';
  today: string;
}
export interface PlanItem {
  id: string;
  code: string;
  title: string;
  year: number;
  unit: Named;
  status: string;
}
export interface Counts {
  completed: Ratio;
  carriedOut: Ratio;
  started: Ratio;
  completedOfDue: Ratio;
  completedOfYear: Ratio;
  planned: number;
  overdue: number;
  overdueAwaiting: number;
  awaiting: number;
  dueSoon: number;
  noDueDate: number;
  suspended: number;
  periodsOverdue: number;
  late: number;
  lateAgainstOriginal: number;
  periodsLate: number;
}
export interface Figures extends Counts {
  plan: {
    id: string;
    code: string;
    title: string;
    year: number;
    unit: Named;
    headline: 'completed' | 'carriedOut' | 'started';
  };
  status: 'in-force' | 'not-in-force';
  on: string;
  recorded: string;
  position: string;
  stale: boolean;
  ahead: boolean;
  headline: Ratio & { name: 'completed' | 'carriedOut' | 'started' };
  forecast: { low: number; high: number; until: string; atRisk: number } | null;
  byField: (Counts & { field: string; numeral: string; code: string })[];
  byUnit: {
    unit: Named;
    completed: Ratio;
    carriedOut: Ratio;
    started: Ratio;
    completedOfDue: Ratio;
    overdue: number;
    awaiting: number;
  }[];
  byQuarter: (Counts & { quarter: string })[];
  today: (Counts & { recorded: string; position: string }) | null;
  differences: Difference[];
}
export type TaskState = 'completed' | 'maintained' | 'in-progress' | 'not-started';
export interface TaskRow {
  id: string;
  ordinal: number;
  code: string;
  field: { code: string; name: string };
  title: string;
  deliverable: string;
  leads: string;
  coordinating: string;
  deadline: string;
  cycle: string;
  mode: string;
  state: TaskState;
  flags: string[];
  due: string | null;
  originalDue: string | null;
  workDay: string | null;
  obligations: { met: number; owed: number };
  selfAccepted: boolean;
}
export interface Owed {
  id: string;
  task: { id: string; code: string; title: string };
  unit: Named;
  cycle: string;
  due: string | null;
  workDay: string | null;
  owed: number;
  met: number;
  completed: boolean;
  started: boolean;
  upToDate: boolean;
  waiting: boolean;
  overdue: boolean;
  suspended: boolean;
}
export type TypedText = { id: string; text: string } | { id: string; erased: true };
export interface Document {
  kind: string;
  number: string;
  date: string;
}
export interface Entry {
  id: string;
  kind: string;
  obligation: string | null;
  unit: Named | null;
  period: number | null;
  target: string | null;
  on: string;
  recorded: string;
  actor: Named;
  position: string;
  percent?: number;
  complete?: boolean;
  version?: number;
  workDay?: string;
  ended?: string | null;
  ownUnit?: boolean;
  due?: string;
  before?: string;
  effect?: string;
  afterDue?: boolean;
  account?: TypedText;
  reason?: TypedText;
  document?: Document;
  permit?: Document;
  evidence?: {
    entry: string;
    kind: string;
    number?: string;
    date?: string;
    file?: { sha256: string; name: TypedText };
  }[];
}
export interface Difference extends Entry {
  task: { id: string; code: string; title: string };
}
export interface Page<T> {
  items: T[];
  next: string | null;
  total: number;
}
export interface History {
  entries: Entry[];
  next: string | null;
}
export interface ObligationAnswer {
  obligation: Owed;
  periods: {
    period: number;
    cutoff: string | null;
    due: string | null;
    workDay: string | null;
    state: 'accepted' | 'waiting' | 'returned' | 'in-progress' | 'nothing';
  }[];
  entries: Entry[];
  next: string | null;
}
export interface UnitFault {
  row: number;
  column: string | null;
  code: string;
  text: string;
  suggestion?: string;
}
export interface UnitsPreview {
  id: string;
  rows: { state: string; code: string; name: string; kind: string; parentName: string | null }[];
  faults: UnitFault[];
  summary: { rows: number; new: number; known: number; faults: number };
}
