import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, type Dispatch } from '#platform/commands';
import { ObligationBoardQuery } from './obligation-board.query.js';
import type { TaskCommands, TaskFacts } from './task.decider.js';

/** Tells the rules of a row how it stands in its plan. */
@Injectable()
export class TaskFactsReader extends FactsReader<TaskCommands, TaskFacts> {
  constructor(private readonly board: ObligationBoardQuery) {
    super();
  }

  override async read(dispatch: Dispatch<TaskCommands>, today: Day): Promise<TaskFacts> {
    const row = await this.board.row(dispatch.id, today);
    if (!row) return { row: null };
    return { row: { ...row, inForce: row.inPlan, declarable: row.mode === 'declared' || !row.isOwed } };
  }
}
