import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, isCoordinator, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import { EntryQuery, type ReportActRow } from './entry.query.js';
import { ObligationBoardQuery } from './obligation-board.query.js';
import type { ObligationCommands, ObligationFacts, ReportAct } from './obligation.decider.js';

/** An act on a report as the rules read it. Who acted is not told: it matters to acts on that report alone. */
const actOf = ({ type, entry, target, period, version, complete }: ReportActRow): ReportAct => {
  const by = '';
  switch (type) {
    case 'WorkReported':
      return { kind: 'report', entry, by, period, complete };
    case 'ReportAccepted':
      return { kind: 'accept', entry, by, report: target, version };
    case 'ReportReturned':
      return { kind: 'return', entry, by, report: target };
    case 'ReportCorrected':
      return { kind: 'correct', entry, by, report: target, complete };
    case 'ReportWithdrawn':
      return { kind: 'withdraw-report', entry, by, report: target };
    default:
      return { kind: 'withdraw-acceptance', entry, by, acceptance: target };
  }
};

/**
 * Tells the rules of obligations who owes, by when, which files are there, and how reports stand on the obligations of its
 * transfers. These are other streams: they are read from the view of entries, which has come along by then, and not held
 * while the act is appended. Of two acts at the same moment, one on each side of a transfer, neither knows the other: two
 * reports may wait, of which one can be accepted, or two be accepted, of which the one of the earlier work day counts on
 * every day (`progress`).
 */
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
    const { task = '', heirOf = [], heirs = [] } = owed ?? {};
    const acts = await this.entries.reportActs(task, [...heirOf, ...heirs]);
    const actsOn = (some: readonly string[]): ObligationFacts['inherited'] =>
      new Map(some.map((one) => [one, acts.filter(({ obligation }) => obligation === one).map(actOf)]));
    return {
      owed: owed ?? null,
      inherited: actsOn(heirOf),
      handedOn: actsOn(heirs),
      actorsOwnUnit: owed !== undefined && sender.unit === owed.unit,
      coordinates: isCoordinator(sender),
      missingFiles,
    };
  }
}
