import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import { EntryQuery } from './entry.query.js';
import { ObligationBoardQuery, type OwedOfRow } from './obligation-board.query.js';
import type { TaskCommands, TaskFacts } from './task.decider.js';

/** Tells the rules of a row how it stands in its plan. */
@Injectable()
export class TaskFactsReader extends FactsReader<TaskCommands, TaskFacts> {
  constructor(
    private readonly board: ObligationBoardQuery,
    private readonly files: FileStore,
    private readonly entries: EntryQuery,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<TaskCommands>, today: Day): Promise<TaskFacts> {
    const [row, missingFiles] = await Promise.all([
      this.board.row(dispatch.id, today),
      this.files.missingIn(dispatch.data),
    ]);
    if (!row) return { row: null, missingFiles };
    const { owed, inPlan: inForce } = row;
    const declarable = row.mode === 'declared' || owed.length === 0;
    const isOpen = dispatch.name === 'ExtendTask' && (await this.isOpen(row.periods, owed));
    return { missingFiles, row: { ...row, inForce, declarable, isOpen } };
  }

  private async isOpen(periods: readonly number[], owed: readonly OwedOfRow[]): Promise<boolean> {
    const all = owed.flatMap(({ obligation, heirOf }) => [obligation, ...heirOf]);
    const accepted = await this.entries.acceptedPeriods(all);
    const met = new Set(accepted.map(({ obligation, period }) => `${obligation} ${period}`));
    return owed.some(({ obligation, heirOf }) =>
      periods.some((period) => ![obligation, ...heirOf].some((one) => met.has(`${one} ${period}`))),
    );
  }
}
