import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import { RulebookModule } from '#modules/rulebook';
import type { Parts } from '#platform/projector';
import { NextPlanController } from './next-plan.controller.js';
import { NextPlans } from './next-plans.controller.js';

@Module({
  imports: [OrganizationModule, PlanModule, ProgressModule, RulebookModule],
  controllers: [NextPlanController],
  providers: [NextPlans],
  exports: [NextPlans],
})
export class SuccessionModule {
  static readonly parts: Parts = {};
}
