import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '#modules/access';
import { CalendarModule } from '#modules/calendar';
import { BatchModule } from '#modules/batch';
import { CascadeModule } from '#modules/cascade';
import { LedgerModule } from '#modules/ledger';
import { CoordinationModule } from '#modules/coordination';
import { NoticeModule } from '#modules/notice';
import { OrganizationModule } from '#modules/organization';
import { PlanModule } from '#modules/plan';
import { ProgressModule } from '#modules/progress';
import { RulebookModule } from '#modules/rulebook';
import { SuccessionModule } from '#modules/succession';
import { SettlementModule } from '#modules/settlement';
import { TargetModule } from '#modules/target';
import { TaskModule } from '#modules/task';
import { PlatformModule, tablesOf, type World } from '#platform/wiring';
import { HealthController } from './health.controller.js';

const MODULES = [
  OrganizationModule,
  AccessModule,
  RulebookModule,
  PlanModule,
  TaskModule,
  ProgressModule,
  SettlementModule,
  TargetModule,
  CalendarModule,
  BatchModule,
  LedgerModule,
  CascadeModule,
  SuccessionModule,
  NoticeModule,
  CoordinationModule,
];

/** What the business modules bring along: views, upcasters, ordinary tables. */
export const parts = MODULES.map((module) => module.parts);

/** The entities of the ordinary tables, for `Database.open`. */
export const tables = tablesOf(parts);

/** The whole product as one Nest module; programs differ in what they start of it. */
@Module({})
export class AppModule {
  static of(world: World): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.of(world), ...MODULES],
      controllers: [HealthController],
    };
  }
}
