import { Module, type OnModuleInit } from '@nestjs/common';
import { OrganizationModule, RunningWork } from '#modules/organization';
import { PlanModule, PlanQuery } from '#modules/plan';
import { ProgressModule, ProgressQuery } from '#modules/progress';
import type { Parts } from '#platform/projector';
import { SettlementController } from './settlement.controller.js';
import { Settlements } from './settlements.controller.js';

@Module({
  imports: [OrganizationModule, PlanModule, ProgressModule],
  controllers: [SettlementController],
  providers: [Settlements],
  exports: [Settlements],
})
export class SettlementModule implements OnModuleInit {
  static readonly parts: Parts = {};

  constructor(
    private readonly running: RunningWork,
    private readonly progress: ProgressQuery,
    private readonly plans: PlanQuery,
  ) {}

  /** Who ends a unit is told what it owes; a closed plan is settled. */
  onModuleInit(): void {
    this.running.tell(async (units, on) => {
      const open = await this.progress.openOf(units, on);
      const closed = new Set<string>();
      for (const id of new Set(open.map(({ plan }) => plan.id))) {
        if ((await this.plans.find(id)).status === 'closed') closed.add(id);
      }
      return open
        .filter(({ plan }) => !closed.has(plan.id))
        .map(({ obligation: id, unit, title, plan: of, due }) => ({ kind: 'obligation', id, unit, title, of, due }));
    });
  }
}
