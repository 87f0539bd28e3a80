import { maybe, oneOf, orNull } from '#platform/http';

/** Answers as OpenAPI shows them; figures of the demonstration year on 17/12/2026. */
const ratio = (numerator: number, denominator: number, percent: string, base = 'tasks') => ({
  numerator,
  denominator,
  base,
  percent: orNull(percent),
});

const headline = oneOf('completed', 'carriedOut', 'started');
const document = {
  kind: 'Công văn',
  number: '1880/UBND-NC',
  date: '2026-09-25',
  signatory: maybe('Chủ tịch UBND tỉnh'),
  file: maybe('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
};
const text = {
  id: '6f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  text: maybe('Đã ban hành kế hoạch.'),
  erased: maybe(true),
};

/** The counts of rows as answers show them. */
export const COUNTS_EXAMPLE = {
  completed: ratio(65, 68, '95.6'),
  carriedOut: ratio(65, 68, '95.6'),
  started: ratio(67, 68, '98.5'),
  completedOfDue: ratio(35, 35, '100.0', 'tasks-due'),
  completedOfYear: ratio(65, 66, '98.5', 'tasks-due-in-year'),
  planned: 35,
  overdue: 0,
  overdueAwaiting: 0,
  awaiting: 0,
  dueSoon: 1,
  noDueDate: 0,
  suspended: 0,
  periodsOverdue: 0,
  late: 2,
  lateAgainstOriginal: 3,
  periodsLate: 0,
};

const unit = { id: '0b9d6c1e-2f51-5a6c-8f3d-0a8c5e7b1d42', name: 'Sở Nội vụ', ended: maybe('2026-03-01') };

/** What happened to a plan as a document. */
export const ACT_EXAMPLE = {
  id: '43a71ec7-cc30-5a81-8e09-21cb89cc0519',
  kind: 'PlanPromulgated',
  words: 'Ban hành kế hoạch gồm 68 nhiệm vụ, có hiệu lực từ ngày 01/01/2026',
  on: '2026-01-01',
  recorded: '2025-12-24T02:00:00.000Z',
  position: '69',
  actor: { id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Điều phối viên 1' },
  document: maybe(document),
  reason: maybe(text),
};

const piece = { kind: 'Báo cáo', number: maybe('12/BC-SNV'), date: maybe('2026-03-16') };

/** An entry as answers show it. */
export const ENTRY_EXAMPLE = {
  id: '5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  kind: 'WorkReported',
  words: 'Báo cáo hoàn thành, ngày hoàn thành 16/03/2026',
  obligation: orNull('5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  unit: orNull(unit),
  period: orNull(1),
  target: orNull('8c1d0e52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  on: '2026-03-16',
  recorded: '2026-03-17T02:00:00.000Z',
  actor: { id: '018f4b2e-7c1a-7d3e-9a51-2f6b8c0d1e2f', name: 'Điều phối viên 1' },
  position: '1204',
  report: maybe('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  acceptance: maybe('8c1d0e52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  percent: maybe(100),
  complete: maybe(true),
  version: maybe(0),
  workDay: maybe('2026-03-16'),
  ended: maybe(orNull('8c1d0e52-40f2-5f0e-8c40-5a4f0a3d9d10')),
  wasComplete: maybe(true),
  evidenceOnly: maybe(false),
  evidenceChanges: maybe([
    {
      change: oneOf('added', 'changed', 'withdrawn'),
      before: maybe(piece),
      after: maybe(piece),
      file: maybe(oneOf('added', 'changed', 'withdrawn')),
    },
  ]),
  ownUnit: maybe(true),
  source: maybe('4c2c0a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  assessment: maybe('Hoàn thành'),
  enteredLater: maybe(true),
  due: maybe('2026-10-31'),
  before: maybe('2026-09-30'),
  effect: maybe('2026-09-25'),
  afterDue: maybe(false),
  account: maybe(text),
  reason: maybe(text),
  document: maybe(document),
  permit: maybe(document),
  act: maybe('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  change: maybe(oneOf('added', 'changed', 'removed')),
  ruleSet: maybe('2026-1'),
  amendment: maybe('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
  title: maybe('Báo cáo định kỳ'),
  deadline: maybe('30/9/2026'),
  units: maybe({ begin: [unit], end: [unit] }),
  row: maybe('7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11'),
  from: maybe(unit),
  to: maybe(unit),
  inherits: maybe(true),
  evidence: maybe([
    {
      entry: '2f4d0c76-8b1e-5e83-b7bb-0a9d7d0c5f01',
      kind: 'Báo cáo',
      number: maybe('12/BC-SNV'),
      date: maybe('2026-03-16'),
      file: maybe({
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        size: 48213,
        type: 'application/pdf',
        name: maybe(text),
      }),
    },
  ]),
};

export const PROGRESS_EXAMPLE = {
  plan: {
    id: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa',
    code: 'CCHC-2026',
    title: 'Kế hoạch cải cách hành chính năm 2026',
    year: 2026,
    unit: { id: '9d1f7a52-7d6a-5b7e-9c55-41b6c1f0b7aa', name: 'Ủy ban nhân dân tỉnh' },
    fieldSet: '2021',
    headline,
  },
  status: oneOf('in-force', 'not-in-force'),
  on: '2026-12-17',
  recorded: '2026-12-18',
  position: '48213',
  stale: false,
  ahead: false,
  headline: { name: headline, ...ratio(65, 68, '95.6') },
  ...COUNTS_EXAMPLE,
  forecast: orNull({ low: 65, high: 66, until: '2026-12-31', atRisk: 0 }),
  grades: { claimed: 65, evidenced: 65, accepted: 65, contradicted: orNull(0) },
  byField: [
    { field: 'Công tác chỉ đạo, điều hành cải cách hành chính', numeral: 'I', code: 'CDDH', ...COUNTS_EXAMPLE },
  ],
  byUnit: [
    {
      unit,
      completed: ratio(27, 29, '93.1', 'obligations'),
      carriedOut: ratio(27, 29, '93.1', 'obligations'),
      started: ratio(28, 29, '96.6', 'obligations'),
      completedOfDue: ratio(20, 20, '100.0', 'obligations-due'),
      overdue: 0,
      awaiting: 0,
    },
  ],
  byQuarter: [{ quarter: '2026-Q1', ...COUNTS_EXAMPLE }],
  today: orNull({ recorded: '2026-12-18', position: '48213', ...COUNTS_EXAMPLE }),
  differing: { tasks: 1, entries: 1 },
  differences: [
    {
      ...ENTRY_EXAMPLE,
      task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'VI.2', title: 'Quản lý tài sản công' },
    },
  ],
};

const { plan: planExample, status: statusExample } = PROGRESS_EXAMPLE;

export const BRANCH_EXAMPLE = {
  unit: orNull(planExample.unit),
  year: 2026,
  on: '2026-12-17',
  recorded: '2026-12-18',
  position: '48213',
  stale: false,
  ahead: false,
  plans: { total: 1, inForce: 1 },
  ...COUNTS_EXAMPLE,
  forecast: PROGRESS_EXAMPLE.forecast,
  grades: PROGRESS_EXAMPLE.grades,
  byField: PROGRESS_EXAMPLE.byField,
  byQuarter: PROGRESS_EXAMPLE.byQuarter,
  items: [{ plan: planExample, status: statusExample, ...COUNTS_EXAMPLE }],
  next: orNull('WyJDQ0hDLTIwMjYiXQ'),
};

export const TASKS_EXAMPLE = {
  on: '2026-12-17',
  recorded: '2026-12-18',
  position: '48213',
  stale: false,
  items: [
    {
      id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11',
      ordinal: 2,
      code: 'I.2',
      field: { code: 'CDDH', name: 'Công tác chỉ đạo, điều hành cải cách hành chính' },
      title: 'Báo cáo định kỳ cải cách hành chính quý I gửi Bộ Nội vụ',
      deliverable: 'Báo cáo',
      leads: 'Sở Nội vụ',
      coordinating: 'Các sở, ban, ngành; UBND các xã, phường',
      deadline: 'Chậm nhất ngày 20/3/2026',
      cycle: 'once',
      mode: 'all',
      state: oneOf('completed', 'maintained', 'in-progress', 'not-started'),
      flags: ['late'],
      due: orNull('2026-03-20'),
      originalDue: orNull('2026-03-20'),
      workDay: orNull('2026-03-16'),
      obligations: { met: 1, owed: 1 },
      selfAccepted: true,
    },
  ],
  next: orNull('WyIyIl0'),
  total: 1,
};

const obligation = {
  id: '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10',
  task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', code: 'I.2', title: 'Báo cáo định kỳ quý I' },
  unit,
  ordinal: 2,
  cycle: 'once',
  due: orNull('2026-03-20'),
  workDay: orNull('2026-03-16'),
  owed: 1,
  met: 1,
  completed: true,
  started: true,
  upToDate: true,
  waiting: false,
  overdue: false,
  suspended: false,
};

export const AS_OF_EXAMPLE = {
  on: '2026-12-17',
  recorded: '2026-12-18',
  stale: false,
  items: [obligation],
  next: orNull('WyIyIl0'),
  total: 1,
};

export const HISTORY_EXAMPLE = {
  task: { id: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11', plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa' },
  entries: [{ ...ENTRY_EXAMPLE, task: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }],
  next: orNull('WyIyIl0'),
};

/** How far something counts no more. */
export const LEAVING_EXAMPLE = {
  left: orNull('2026-07-01'),
  leftBecause: orNull(oneOf('cancelled', 'ended', 'removed')),
  counted: true,
};

export const OBLIGATION_EXAMPLE = {
  on: '2026-12-17',
  recorded: '2026-12-18',
  stale: false,
  obligation: { ...obligation, plan: '3f3c7a2e-8d0b-5a1c-9c55-41b6c1f0b7aa', ...LEAVING_EXAMPLE },
  periods: [
    {
      period: 1,
      cutoff: orNull('2026-03-14'),
      due: orNull('2026-03-20'),
      workDay: orNull('2026-03-16'),
      acceptance: orNull('8c1d0e52-40f2-5f0e-8c40-5a4f0a3d9d10'),
      report: orNull('5b1f6a52-40f2-5f0e-8c40-5a4f0a3d9d10'),
      reportOf: orNull('9d1e7c20-40f2-5f0e-8c40-5a4f0a3d9d10'),
      state: oneOf('accepted', 'waiting', 'returned', 'in-progress', 'nothing'),
    },
  ],
  entries: [{ ...ENTRY_EXAMPLE, task: '7a6f2f18-5a6b-5c2e-9a70-2d5f8f6f2c11' }],
  next: orNull('WyIyIl0'),
};
