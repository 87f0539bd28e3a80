import { Injectable } from '@nestjs/common';
import type { Day } from '#kernel';
import { FactsReader, type Dispatch } from '#platform/commands';
import { FileStore } from '#platform/files';
import { EntryQuery } from './entry.query.js';
import { ObligationBoardQuery, type OwedOfRow, type RowFacts } from './obligation-board.query.js';
import type { TaskCommands, TaskFacts } from './task.decider.js';

/** The commands that are judged by when the row was completed. */
const EXTENDING: ReadonlySet<keyof TaskCommands> = new Set([
  'ExtendTask',
  'CorrectTaskExtension',
  'WithdrawTaskExtension',
]);

/** The commands behind which extensions of single obligations may be illegal. */
const MENDING: ReadonlySet<keyof TaskCommands> = new Set(['CorrectTaskExtension', 'WithdrawTaskExtension']);

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
    const extending = EXTENDING.has(dispatch.name)
      ? await this.extending(dispatch, row)
      : { completedAt: null, resting: [] };
    return { missingFiles, row: { ...row, inForce, declarable, ...extending } };
  }

  private async extending(
    { id, name }: Dispatch<TaskCommands>,
    { periods, owed }: RowFacts & { readonly owed: readonly OwedOfRow[] },
  ): Promise<Pick<NonNullable<TaskFacts['row']>, 'completedAt' | 'resting'>> {
    const extensions = MENDING.has(name) ? await this.entries.extensionsOfObligations(id) : [];
    const extended = [...new Set(extensions.map(({ obligation }) => obligation))].map(
      // What was extended stays said where the obligation has ended since.
      (one) => owed.find(({ obligation }) => obligation === one) ?? { obligation: one, heirOf: [] },
    );
    const all = [...owed, ...extended].flatMap(({ obligation, heirOf }) => [obligation, ...heirOf]);
    const accepted = await this.entries.acceptedPeriods(id, all);
    const met = new Map(accepted.map(({ obligation, period, at }) => [`${obligation} ${period}`, BigInt(at)]));
    return {
      completedAt: completedAt(periods, owed, met),
      resting: extended.map((one) => ({
        extensions: extensions.filter(({ obligation }) => obligation === one.obligation),
        completedAt: completedAt(periods, [one], met),
      })),
    };
  }
}

/** The position from which some obligations have all their periods accepted; `met` says where each of them was. */
const completedAt = (
  periods: readonly number[],
  owed: readonly OwedOfRow[],
  met: ReadonlyMap<string, bigint>,
): string | null => {
  let last = 0n;
  for (const { obligation, heirOf } of owed)
    for (const period of periods) {
      const at = [obligation, ...heirOf].flatMap((one) => met.get(`${one} ${period}`) ?? []);
      if (at.length === 0) return null;
      const first = at.reduce((one, other) => (other < one ? other : one));
      if (first > last) last = first;
    }
  return String(last);
};
