import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refusal, type Document, type TextRef } from '#kernel';
import type { Receipt, Sender } from '#platform/commands';
import { Texts } from '#platform/texts';
import { EntryQuery } from './entry.query.js';
import type { ReportChanges } from './obligation.decider.js';
import { ObligationDispatch } from './obligation.handler.js';
import { TaskDispatch } from './task.handler.js';

/** Acts on a row that are corrected and withdrawn alike. */
export const ROW_ACTS: ReadonlySet<string> = new Set([
  'TaskSuspended',
  'TaskResumed',
  'TaskCancelled',
  'TaskReopened',
  'TaskDeclared',
]);

/** Refuses whoever is no coordinator; the command line acts for whoever holds the data. */
export const coordinates = ({ role }: Sender): void => {
  if (role !== 'coordinator' && role !== 'system')
    throw refusal('forbidden', 'access.not-allowed', { needs: 'coordinate' });
};

/** The reason of an act; refused without. */
export const given = (reason: TextRef | undefined): TextRef => {
  if (!reason) throw refusal('invalid', 'request.reason-missing');
  return reason;
};

/** Withdraws entries, whatever their kind; what they said stays readable. */
@Injectable()
export class EntryWithdrawals {
  constructor(
    private readonly commands: CommandBus,
    private readonly entries: EntryQuery,
    private readonly texts: Texts,
  ) {}

  /** Withdraws the entry, or the piece of evidence, of an id. */
  async withdraw(
    id: string,
    act: { readonly reason: string; readonly document?: Document | undefined },
    sender: Sender,
  ): Promise<Receipt> {
    const found = await this.entries.find(id);
    const document = act.document ? { document: act.document } : {};
    return this.texts.during(sender, { reason: act.reason }, (refs) => {
      const reason = given(refs.reason);
      const { entry, task, obligation, evidence } = found;
      if (obligation === null && found.type === 'TaskExtended') {
        coordinates(sender);
        const data = { extension: entry, reason, ...document };
        return this.commands.execute(new TaskDispatch(task, sender, 'WithdrawTaskExtension', data));
      }
      if (ROW_ACTS.has(found.type)) {
        coordinates(sender);
        return this.commands.execute(
          new TaskDispatch(task, sender, 'WithdrawTaskAct', { act: entry, reason, ...document }),
        );
      }
      if (obligation !== null && evidence !== undefined) {
        const changes: ReportChanges = { piece: { entry: evidence, withdrawn: true } };
        const data = { report: entry, changes, reason, ...document };
        return this.commands.execute(new ObligationDispatch(obligation, sender, 'CorrectReport', data));
      }
      if (obligation !== null) {
        switch (found.type) {
          case 'WorkReported':
            return this.commands.execute(
              new ObligationDispatch(obligation, sender, 'WithdrawReport', { report: entry, reason, ...document }),
            );
          case 'ReportAccepted':
            return this.commands.execute(
              new ObligationDispatch(obligation, sender, 'WithdrawAcceptance', {
                acceptance: entry,
                reason,
                ...document,
              }),
            );
          case 'ObligationExtended':
            return this.commands.execute(
              new ObligationDispatch(obligation, sender, 'WithdrawObligationExtension', {
                extension: entry,
                reason,
                ...document,
              }),
            );
        }
      }
      throw refusal('conflict', 'entry.not-withdrawable', { kind: found.type });
    });
  }
}
