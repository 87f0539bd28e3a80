import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { OrganizationModule } from '#modules/organization';
import { RulebookModule } from '#modules/rulebook';
import { TaskModule } from '#modules/task';
import { AmendmentForesight } from './amendment-foresight.controller.js';
import { AmendmentImportController } from './amendment-import.controller.js';
import { AmendmentImport } from './amendment-import.table.js';
import { AmendmentImports } from './amendment-imports.controller.js';
import { PlanAnswers } from './plan-answers.controller.js';
import { PlanActAnswers } from './plan-act-answers.controller.js';
import { PlanActsController } from './plan-acts.controller.js';
import { PlanAnnexController } from './plan-annex.controller.js';
import { PlanController } from './plan.controller.js';
import { plan } from './plan.decider.js';
import { PlanExports } from './plan-exports.controller.js';
import { PlanFactsReader } from './plan.facts.js';
import { PlanHandler } from './plan.handler.js';
import { PlanImportController } from './plan-import.controller.js';
import { PlanImport } from './plan-import.table.js';
import { PlanImports } from './plan-imports.controller.js';
import { PlanWithdrawals } from './plan-withdrawals.controller.js';
import { PlanQuery } from './plan.query.js';
import { plans } from './plan.view.js';
import { RuleSetController } from './rule-set.controller.js';
import { RuleSetForesight } from './rule-set-foresight.controller.js';
import { RuleSetQuery } from './rule-set.query.js';

@Module({
  imports: [OrganizationModule, RulebookModule, TaskModule],
  controllers: [
    PlanController,
    PlanAnnexController,
    PlanActsController,
    PlanImportController,
    AmendmentImportController,
    RuleSetController,
  ],
  providers: [
    PlanHandler,
    PlanFactsReader,
    PlanQuery,
    PlanImports,
    AmendmentForesight,
    AmendmentImports,
    PlanExports,
    PlanActAnswers,
    PlanWithdrawals,
    PlanAnswers,
    RuleSetQuery,
    RuleSetForesight,
  ],
  exports: [
    PlanHandler,
    PlanQuery,
    PlanImports,
    AmendmentImports,
    PlanExports,
    PlanActAnswers,
    PlanWithdrawals,
    PlanAnswers,
    RuleSetForesight,
  ],
})
export class PlanModule {
  static readonly parts: Parts = { deciders: [plan], views: [plans], tables: [PlanImport, AmendmentImport] };
}
