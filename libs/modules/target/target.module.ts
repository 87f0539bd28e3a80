import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import type { Parts } from '#platform/projector';
import { TargetAnswers } from './target-answers.controller.js';
import { TargetController } from './target.controller.js';
import { target } from './target.decider.js';
import { TargetFactsReader } from './target.facts.js';
import { TargetHandler } from './target.handler.js';
import { TargetQuery } from './target.query.js';
import { targets } from './target.view.js';

@Module({
  imports: [OrganizationModule, PlanModule],
  controllers: [TargetController],
  providers: [TargetHandler, TargetFactsReader, TargetQuery, TargetAnswers],
  exports: [TargetQuery, TargetAnswers],
})
export class TargetModule {
  static readonly parts: Parts = { deciders: [target], views: [targets] };
}
