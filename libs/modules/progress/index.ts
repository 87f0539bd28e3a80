export { ActForesight, type ActForeseen } from './act-foresight.controller.js';
export { ClosingAnswers, type ClosingAnswer } from './closing.controller.js';
export { ComparisonAnswers, type ComparedItem, type ComparisonAnswer } from './comparison-answers.controller.js';
export { COMPARED, type Change } from './comparisons.controller.js';
export { DuesQuery, type OpenPeriod, type OwedRow } from './dues.query.js';
export { ForecastAnswers, type ForecastsAnswer } from './forecast-answers.controller.js';
export { Matrices, type MatrixCell, type RowMatrix, type UnitMatrix } from './matrices.controller.js';
export { ProgressModule } from './progress.module.js';
export { countsOfStates, RowCounts, type StateCount } from './row-counts.query.js';
export { STATE } from './row-state.judgement.js';
export { OwedPeriods, type OwedPeriod, type WaitingPeriod } from './owed-periods.query.js';
export { periodName } from './period-name.rule.js';
export {
  ProgressQuery,
  type Clocks,
  type Counts,
  type Figures,
  type Leaving,
  type ObligationState,
  type PlanFacts,
  type RowFilter,
  type RowState,
} from './progress.query.js';
export {
  ProgressAnswers,
  type FiguresAnswer,
  type HistoryAnswer,
  type RowsAnswer,
} from './progress-answers.controller.js';
export { Rankings, type RankingAnswer, type Ranked } from './standing.controller.js';
