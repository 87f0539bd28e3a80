import { Module } from '@nestjs/common';
import type { Parts } from '#platform/projector';
import { EntryController } from './entry.controller.js';
import { EntryQuery } from './entry.query.js';
import { EntryWithdrawals } from './entry-withdrawals.controller.js';
import { entries } from './entry.view.js';
import { ExtensionLedgerQuery } from './extension-ledger.query.js';
import { ObligationBoardQuery } from './obligation-board.query.js';
import { obligationBoard } from './obligation-board.view.js';
import { ObligationController } from './obligation.controller.js';
import { obligation } from './obligation.decider.js';
import { ObligationFactsReader } from './obligation.facts.js';
import { ObligationHandler } from './obligation.handler.js';
import { ReportQuery } from './report.query.js';
import { SaidQuery } from './said.query.js';
import { TaskController } from './task.controller.js';
import { task } from './task.decider.js';
import { TaskFactsReader } from './task.facts.js';
import { TaskHandler } from './task.handler.js';

@Module({
  controllers: [ObligationController, TaskController, EntryController],
  providers: [
    ObligationHandler,
    ObligationFactsReader,
    ObligationBoardQuery,
    TaskHandler,
    TaskFactsReader,
    SaidQuery,
    EntryQuery,
    EntryWithdrawals,
    ReportQuery,
    ExtensionLedgerQuery,
  ],
  exports: [
    EntryQuery,
    EntryWithdrawals,
    ObligationBoardQuery,
    ObligationHandler,
    ReportQuery,
    ExtensionLedgerQuery,
    TaskHandler,
  ],
})
export class TaskModule {
  static readonly parts: Parts = { deciders: [task, obligation], views: [obligationBoard, entries] };
}
