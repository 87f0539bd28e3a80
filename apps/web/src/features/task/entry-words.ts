import { useTranslation } from 'react-i18next';
import type { Entry } from '../../contract';
import { dayText } from '../../days';

const day = (text: string | null | undefined): string => (text ? dayText(text) : '–');

type PieceChange = NonNullable<Entry['evidenceChanges']>[number];
type NamedPiece = NonNullable<PieceChange['before']>;

const FILE_WORDS = {
  added: 'history.pieceFileAdded',
  changed: 'history.pieceFileChanged',
  withdrawn: 'history.pieceFileWithdrawn',
} as const;

/** The sentence for each kind of change of evidence, in the order in which they are told. */
const EVIDENCE_WORDS = [
  ['changed', 'history.evidenceChanged'],
  ['withdrawn', 'history.evidenceWithdrawn'],
  ['added', 'history.evidenceAdded'],
] as const;

/** So many units are named; of more their number says enough. */
const NAMED = 3;

/** What happened, as a sentence; the period is named where there are several. */
export const useEntryWords = (ofPeriods: boolean): ((entry: Entry) => string) => {
  const { t } = useTranslation();
  const named = (units: readonly { readonly name: string }[]): string =>
    units.length > NAMED ? t('history.units', { number: units.length }) : units.map(({ name }) => name).join('; ');
  const pieceNamed = ({ kind, number, date }: Partial<NamedPiece> = {}): string =>
    [kind, number && t('history.number', { number }), date && t('history.dated', { day: day(date) })]
      .filter(Boolean)
      .join(' ');
  const pieceChanged = ({ before, after, file }: PieceChange): string => {
    const [old, now] = [pieceNamed(before ?? after), pieceNamed(after ?? before)];
    const piece = old === now ? now : t('history.pieceMended', { before: old, after: now });
    return file ? t(FILE_WORDS[file], { piece }) : piece;
  };
  const corrected = (entry: Entry, period: string): string => {
    const { complete, wasComplete, percent, workDay, ended, evidenceOnly, evidenceChanges = [] } = entry;
    const key = complete
      ? wasComplete === false
        ? 'history.correctedToComplete'
        : 'history.corrected'
      : wasComplete
        ? 'history.correctedToProgress'
        : 'history.correctedProgress';
    return [
      ...(evidenceOnly ? [] : [t(key, { period, day: day(workDay), percent })]),
      ...EVIDENCE_WORDS.flatMap(([which, words]) => {
        const pieces = evidenceChanges.filter(({ change }) => change === which).map(pieceChanged);
        return pieces.length === 0 ? [] : [t(words, { period: evidenceOnly ? period : '', pieces: pieces.join('; ') })];
      }),
      ...(ended ? [t(wasComplete === false ? 'history.acknowledgementEnded' : 'history.acceptanceEnded')] : []),
    ].join(' ');
  };
  return (entry) => {
    const period = ofPeriods && entry.period ? ` ${t('history.period', { period: entry.period })}` : '';
    switch (entry.kind) {
      case 'WorkReported':
        return entry.complete
          ? t('history.reportedComplete', { period, day: day(entry.on) })
          : t('history.reportedProgress', { period, day: day(entry.on), percent: entry.percent });
      case 'ReportAccepted':
        return entry.complete === false
          ? t(entry.ownUnit ? 'history.acceptedProgressOwn' : 'history.acceptedProgress', { period })
          : t(entry.ownUnit ? 'history.acceptedOwn' : 'history.accepted', { period });
      case 'ReportReturned':
        return t('history.returned', { period });
      case 'ReportCorrected':
        return corrected(entry, period);
      case 'ReportWithdrawn':
        return t('history.reportWithdrawn', { period });
      case 'AcceptanceWithdrawn':
        return t(entry.complete === false ? 'history.acknowledgementWithdrawn' : 'history.acceptanceWithdrawn', {
          period,
        });
      case 'TaskExtended':
      case 'ObligationExtended':
        return t(entry.afterDue ? 'history.extendedAfterDue' : 'history.extended', {
          before: day(entry.before),
          due: day(entry.due),
          effect: day(entry.on),
        });
      case 'TaskExtensionCorrected':
      case 'ObligationExtensionCorrected':
        return t('history.extensionCorrected', { due: day(entry.due), effect: day(entry.effect) });
      case 'TaskExtensionWithdrawn':
      case 'ObligationExtensionWithdrawn':
        return t('history.extensionWithdrawn');
      case 'TaskSuspended':
        return t('history.suspended', { day: day(entry.on) });
      case 'TaskResumed':
        return t('history.resumed', { day: day(entry.on) });
      case 'TaskCancelled':
        return t('history.cancelled', { day: day(entry.on) });
      case 'TaskReopened':
        return t('history.reopened', { day: day(entry.on) });
      case 'TaskDeclared':
        return t('history.declared', { day: day(entry.on) });
      case 'TaskActCorrected':
        return t('history.actCorrected', { day: day(entry.effect) });
      case 'TaskActWithdrawn':
      case 'PlanActWithdrawn':
        return t('history.actWithdrawn');
      case 'PlanPromulgated':
        return t('history.promulgated', { day: day(entry.on) });
      case 'PromulgationWithdrawn':
        return t('history.promulgationWithdrawn');
      case 'RuleSetApplied':
        return t('history.reread', {
          before: day(entry.before),
          due: day(entry.due),
          ruleSet: entry.ruleSet,
          effect: day(entry.effect),
        });
      case 'PlanAmended': {
        const { begin = [], end = [] } = entry.units ?? {};
        return [
          t(
            entry.change === 'added'
              ? 'history.amendedAdded'
              : entry.change === 'removed'
                ? 'history.amendedRemoved'
                : 'history.amendedChanged',
            { day: day(entry.on) },
          ),
          ...(begin.length > 0 ? [t('history.begins', { units: named(begin) })] : []),
          ...(end.length > 0 ? [t('history.ends', { units: named(end) })] : []),
        ].join('. ');
      }
      case 'ObligationTransferred':
        return entry.target
          ? t('history.received', { from: entry.from?.name, day: day(entry.on) })
          : t('history.transferred', { to: entry.to?.name, day: day(entry.on) });
      case 'ObligationEnded':
        return t('history.ended', { day: day(entry.on) });
      default:
        return t('history.other');
    }
  };
};
