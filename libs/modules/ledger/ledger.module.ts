import { Module } from '@nestjs/common';
import { AccessModule } from '#modules/access';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import { TaskModule } from '#modules/task';
import type { Parts } from '#platform/projector';
import { ChaseListController } from './chase-list.controller.js';
import { Chase } from './chase.controller.js';
import { ExtensionLedger } from './extension-ledger.controller.js';
import { LatenessLedger } from './lateness-ledger.controller.js';
import { LedgerRows } from './ledger-rows.controller.js';
import { LedgerController } from './ledger.controller.js';

@Module({
  imports: [AccessModule, OrganizationModule, PlanModule, TaskModule, ProgressModule],
  controllers: [LedgerController, ChaseListController],
  providers: [LedgerRows, ExtensionLedger, LatenessLedger, Chase],
})
export class LedgerModule {
  static readonly parts: Parts = {};
}
