import type { operations } from '#contracts';

type Answer<Name extends keyof operations, Status extends number = 200> = operations[Name] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>;
}
  ? Body
  : never;

export type Session = Answer<'Sessions_current'>;
export type Figures = Answer<'Progress_figures'>;
export type PlanRow = Answer<'Plan_list'>['items'][number];
export type Counts = NonNullable<Figures['today']>;
export type Difference = Figures['differences'][number];
export type TaskPage = Answer<'Progress_tasks'>;
export type TaskRow = TaskPage['items'][number];
export type TaskState = TaskRow['state'];
export type Leaving = Pick<Answer<'Progress_task'>, 'left' | 'leftBecause' | 'counted'>;
export type TaskFilter = NonNullable<NonNullable<operations['Progress_tasks']['parameters']['query']>['state']>;
export type Owed = Answer<'Progress_obligationsOfTask'>['items'][number];
export type Entry = Omit<Difference, 'task'>;
export type TypedText = NonNullable<Entry['account']>;
export type Document = NonNullable<Entry['document']>;
export type UnitsPreview = Answer<'UnitsImport_preview', 201>;
export type UnitFault = UnitsPreview['faults'][number];
export type Named = Session['account']['unit'] & object;
