import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import { ObligationBoardQuery } from './obligation-board.query.js';
import type { TaskCommands, TaskFacts } from './task.decider.js';

/** Tells the rules of a row how it stands in its plan. */
@Injectable()
export class TaskFactsReader extends FactsReader<TaskCommands, TaskFacts> {
  constructor(
    private readonly board: ObligationBoardQuery,
    private readonly files: FileStore,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<TaskCommands>, today: Day): Promise<TaskFacts> {
    const [row, missingFiles] = await Promise.all([
      this.board.row(dispatch.id, today),
      this.files.missingIn(dispatch.data),
    ]);
    if (!row) return { row: null, missingFiles };
    return { missingFiles, row: { ...row, inForce: row.inPlan, declarable: row.mode === 'declared' || !row.isOwed } };
  }
}
