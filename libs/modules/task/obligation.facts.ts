import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, isCoordinator, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import { EntryQuery } from './entry.query.js';
import { ObligationBoardQuery } from './obligation-board.query.js';
import type { ObligationCommands, ObligationFacts } from './obligation.decider.js';

/** Tells the rules of obligations who owes, by when, and which files are there. */
@Injectable()
export class ObligationFactsReader extends FactsReader<ObligationCommands, ObligationFacts> {
  constructor(
    private readonly board: ObligationBoardQuery,
    private readonly files: FileStore,
    private readonly entries: EntryQuery,
  ) {
    super();
  }

  override async read(dispatch: Dispatch<ObligationCommands>, today: Day): Promise<ObligationFacts> {
    const { sender } = dispatch;
    const [owed, missingFiles] = await Promise.all([
      this.board.obligation(dispatch.id, today),
      this.files.missingIn(dispatch.data),
    ]);
    const accepted = owed && owed.heirOf.length > 0 ? await this.entries.acceptedPeriods(owed.task, owed.heirOf) : [];
    return {
      owed: owed ?? null,
      inherited: accepted.map(({ period }) => period),
      actorsOwnUnit: owed !== undefined && sender.unit === owed.unit,
      coordinates: isCoordinator(sender),
      missingFiles,
    };
  }
}
