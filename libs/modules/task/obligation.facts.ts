import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import { EntryQuery } from './entry.query.js';
import { ObligationBoardQuery } from './obligation-board.query.js';
import type { ObligationCommands, ObligationFacts } from './obligation.decider.js';
import type { Evidence } from './obligation.events.js';

const evidenceOf = (data: ObligationCommands[keyof ObligationCommands]): readonly Evidence[] => {
  if ('evidence' in data) return data.evidence;
  return 'changes' in data && 'evidence' in data.changes ? (data.changes.evidence ?? []) : [];
};

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
      this.missing(dispatch.data),
    ]);
    const inherited = owed && owed.heirOf.length > 0 ? await this.entries.acceptedPeriods(owed.heirOf) : [];
    return {
      owed: owed ? { ...owed, inForce: owed.left === null && owed.owes, inherited } : null,
      actorsOwnUnit: owed !== undefined && sender.unit === owed.unit,
      coordinates: sender.role === 'coordinator',
      missingFiles,
    };
  }

  private async missing(data: ObligationCommands[keyof ObligationCommands]): Promise<string[]> {
    const named = evidenceOf(data).flatMap(({ file }) => (file ? [file.sha256] : []));
    const there = await Promise.all(named.map((hash) => this.files.has(hash)));
    return named.filter((_, index) => !there[index]);
  }
}
