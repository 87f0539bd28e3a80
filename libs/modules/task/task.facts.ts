import { Injectable } from '@nestjs/common';
import { FactsReader, type Dispatch } from '#platform/commands';
import { ObligationBoardQuery } from './obligation-board.query.js';
import type { TaskCommands, TaskFacts } from './task.decider.js';

/** Tells the rules of a row which plan holds it and what its due date was at first. */
@Injectable()
export class TaskFactsReader extends FactsReader<TaskCommands, TaskFacts> {
  constructor(private readonly board: ObligationBoardQuery) {
    super();
  }

  override async read(dispatch: Dispatch<TaskCommands>): Promise<TaskFacts> {
    const row = await this.board.row(dispatch.id);
    return { row: row ? { ...row, inForce: true } : null };
  }
}
