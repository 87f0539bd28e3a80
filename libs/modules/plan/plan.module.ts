import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { OrganizationModule } from '#modules/organization';
import { PlanController } from './plan.controller.js';
import { PlanFactsReader } from './plan.facts.js';
import { PlanHandler } from './plan.handler.js';
import { PlanQuery } from './plan.query.js';
import { plans } from './plan.view.js';

@Module({
  imports: [OrganizationModule],
  controllers: [PlanController],
  providers: [PlanHandler, PlanFactsReader, PlanQuery],
  exports: [PlanQuery],
})
export class PlanModule {
  static readonly parts: Parts = { views: [plans] };
}
