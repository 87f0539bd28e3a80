import { Module } from '@nestjs/common';
import { AccessModule } from '#modules/access';
import { OrganizationModule } from '#modules/organization';
import { TaskModule } from '#modules/task';
import type { Parts } from '#platform/projector';
import { ProgressAnswers } from './progress-answers.controller.js';
import { ProgressController } from './progress.controller.js';
import { ProgressQuery } from './progress.query.js';
import { progress } from './progress.view.js';

@Module({
  imports: [AccessModule, OrganizationModule, TaskModule],
  controllers: [ProgressController],
  providers: [ProgressQuery, ProgressAnswers],
  exports: [ProgressQuery, ProgressAnswers],
})
export class ProgressModule {
  static readonly parts: Parts = { views: [progress] };
}
