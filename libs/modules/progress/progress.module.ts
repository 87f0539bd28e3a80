import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import { TaskModule } from '#modules/task';
import type { Parts } from '#platform/projector';
import { ActForesight } from './act-foresight.controller.js';
import { ActPreviewsController } from './act-previews.controller.js';
import { BranchProgressController } from './branch-progress.controller.js';
import { BranchProgress } from './branch-progress.query.js';
import { ClosingAnswers, ClosingController } from './closing.controller.js';
import { ComparisonAnswers } from './comparison-answers.controller.js';
import { ComparisonController } from './comparison.controller.js';
import { Comparisons } from './comparisons.controller.js';
import { ForecastAnswers } from './forecast-answers.controller.js';
import { Matrices } from './matrices.controller.js';
import { OwedPeriods } from './owed-periods.query.js';
import { ProgressAnswers } from './progress-answers.controller.js';
import { DuesQuery } from './dues.query.js';
import { ProgressController } from './progress.controller.js';
import { ProgressQuery } from './progress.query.js';
import { progress } from './progress.view.js';
import { RowCounts } from './row-counts.query.js';
import { RowForesight } from './row-foresight.query.js';
import { Rankings, StandingController } from './standing.controller.js';

@Module({
  imports: [OrganizationModule, PlanModule, TaskModule],
  controllers: [
    ProgressController,
    BranchProgressController,
    ComparisonController,
    StandingController,
    ClosingController,
    ActPreviewsController,
  ],
  providers: [
    ProgressQuery,
    RowCounts,
    BranchProgress,
    Comparisons,
    ComparisonAnswers,
    ForecastAnswers,
    ClosingAnswers,
    Rankings,
    Matrices,
    OwedPeriods,
    DuesQuery,
    ProgressAnswers,
    RowForesight,
    ActForesight,
  ],
  exports: [
    ActForesight,
    ProgressQuery,
    OwedPeriods,
    DuesQuery,
    ProgressAnswers,
    ComparisonAnswers,
    ForecastAnswers,
    ClosingAnswers,
    Rankings,
    Matrices,
  ],
})
export class ProgressModule {
  static readonly parts: Parts = { views: [progress] };
}
