import { Module } from '@nestjs/common';
import { OrganizationModule } from '#modules/organization';
import { ProgressModule } from '#modules/progress';
import { TaskModule } from '#modules/task';
import type { Parts } from '#platform/projector';
import { AcceptanceController } from './acceptance.controller.js';
import { Acceptances } from './acceptances.controller.js';
import { BatchLine, BatchRun } from './batch-run.table.js';
import { BatchRuns } from './batch-runs.controller.js';
import { StatusImportController } from './status-import.controller.js';
import { StatusImport } from './status-import.table.js';
import { StatusImports } from './status-imports.controller.js';
import { StatusLines } from './status-lines.controller.js';
import { StatusSheets } from './status-sheets.controller.js';

@Module({
  imports: [OrganizationModule, TaskModule, ProgressModule],
  controllers: [StatusImportController, AcceptanceController],
  providers: [BatchRuns, StatusLines, StatusSheets, StatusImports, Acceptances],
  exports: [BatchRuns, StatusSheets, StatusImports, Acceptances],
})
export class BatchModule {
  static readonly parts: Parts = { tables: [BatchRun, BatchLine, StatusImport] };
}
