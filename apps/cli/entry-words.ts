import type { ComparedItem } from '#modules/progress';
import { dayInWords, said } from './words.js';

type Entry = ComparedItem['entries'][number] & { readonly change?: string };

const day = (text: string | null | undefined): string => (text ? dayInWords(text) : '–');

/** The sentence of the web for each kind of entry. */
const KEYS: Readonly<Record<string, string>> = {
  ReportReturned: 'returned',
  ReportCorrected: 'corrected',
  ReportWithdrawn: 'reportWithdrawn',
  AcceptanceWithdrawn: 'acceptanceWithdrawn',
  TaskExtensionCorrected: 'extensionCorrected',
  ObligationExtensionCorrected: 'extensionCorrected',
  TaskExtensionWithdrawn: 'extensionWithdrawn',
  ObligationExtensionWithdrawn: 'extensionWithdrawn',
  TaskSuspended: 'suspended',
  TaskResumed: 'resumed',
  TaskCancelled: 'cancelled',
  TaskReopened: 'reopened',
  TaskDeclared: 'declared',
  TaskActCorrected: 'actCorrected',
  TaskActWithdrawn: 'actWithdrawn',
  PlanActWithdrawn: 'actWithdrawn',
  RuleSetApplied: 'reread',
  ObligationEnded: 'ended',
};

const keyOf = ({ kind, complete, ownUnit, afterDue, target, change }: Entry): string => {
  switch (kind) {
    case 'WorkReported':
      return complete ? 'reportedComplete' : 'reportedProgress';
    case 'ReportAccepted':
      return ownUnit ? 'acceptedOwn' : 'accepted';
    case 'TaskExtended':
    case 'ObligationExtended':
      return afterDue ? 'extendedAfterDue' : 'extended';
    case 'ObligationTransferred':
      return target ? 'received' : 'transferred';
    case 'PlanAmended':
      return change === 'added' ? 'amendedAdded' : change === 'removed' ? 'amendedRemoved' : 'amendedChanged';
    default:
      return KEYS[kind] ?? 'other';
  }
};

/** What happened, in the sentence of the web. */
export const entryInWords = (entry: Entry): string => {
  const { kind, period, percent, workDay, effect, on, before, due } = entry;
  const acts = kind === 'TaskActCorrected' ? effect : kind === 'ReportCorrected' ? workDay : on;
  return said(`history.${keyOf(entry)}`, {
    ...entry,
    period: period === null ? '' : ` ${said('history.period', { period })}`,
    percent,
    day: day(acts),
    before: day(before),
    due: day(due),
    effect: day(effect ?? on),
  });
};
