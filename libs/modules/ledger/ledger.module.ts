import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import { TaskModule } from '#modules/task';
import type { Parts } from '#platform/projector';
import { ChaseListController } from './chase-list.controller.js';
import { ChasePapers } from './chase-papers.controller.js';
import { Chase } from './chase.controller.js';
import { ExtensionLedger } from './extension-ledger.controller.js';
import { LatenessLedger } from './lateness-ledger.controller.js';
import { LedgerPapers } from './ledger-papers.controller.js';
import { LedgerRows } from './ledger-rows.controller.js';
import { LedgerController } from './ledger.controller.js';

@Module({
  imports: [OrganizationModule, PlanModule, TaskModule, ProgressModule],
  controllers: [LedgerController, ChaseListController],
  providers: [LedgerRows, ExtensionLedger, LatenessLedger, LedgerPapers, Chase, ChasePapers],
  exports: [LedgerPapers, ChasePapers],
})
export class LedgerModule {
  static readonly parts: Parts = {};
}
