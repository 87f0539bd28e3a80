import { useTranslation } from 'react-i18next';
import type { Document, Entry, TypedText } from '../../contract';
import { dayOfInstant, dayText, instantParts, type Day } from '../../days';
import type { Clocks } from '../../server';
import { useEntryWords } from './entry-words';
import styles from './detail.module.css';

/**
 * From which day on an entry counts in the figures; undefined for what holds of every
 * day, such as an acceptance.
 */
const countsFrom = ({ kind, on, workDay, effect }: Entry): Day | undefined => {
  switch (kind) {
    case 'ReportCorrected':
      return workDay;
    case 'TaskExtensionCorrected':
    case 'ObligationExtensionCorrected':
    case 'TaskActCorrected':
    case 'RuleSetApplied':
      return effect;
    case 'WorkReported':
    case 'TaskExtended':
    case 'ObligationExtended':
    case 'TaskSuspended':
    case 'TaskResumed':
    case 'TaskCancelled':
    case 'TaskReopened':
    case 'TaskDeclared':
    case 'PlanPromulgated':
    case 'PlanAmended':
    case 'ObligationTransferred':
    case 'ObligationEnded':
      return on;
    default:
      return undefined;
  }
};

/** Everything that was done, oldest first, each in words with who, when it was recorded, and by which document. */
export function Entries({
  entries,
  withUnit = false,
  ofPeriods,
  clocks,
}: {
  entries: Entry[];
  /** What is of a later day, or was recorded behind the day of the log, does not count in what stands above: it is marked. */
  clocks?: Clocks;
  withUnit?: boolean;
  ofPeriods: boolean;
}) {
  const { t } = useTranslation();
  const words = useEntryWords(ofPeriods);
  if (entries.length === 0) return <p className={styles.who}>{t('history.none')}</p>;
  return (
    <ol className={styles.entries}>
      {entries.map((entry) => {
        const { day, time } = instantParts(entry.recorded);
        const from = countsFrom(entry);
        return (
          <li key={entry.id}>
            <p className={styles.words}>
              {withUnit && entry.unit && `${entry.unit.name}: `}
              {words(entry)}
            </p>
            <p className={styles.who}>{t('history.recorded', { day, time, actor: entry.actor.name })}</p>
            {clocks && dayOfInstant(entry.recorded) > clocks.recorded && (
              <p className={styles.after}>{t('history.after', { day: dayText(clocks.recorded) })}</p>
            )}
            {clocks && from !== undefined && from > clocks.on && (
              <p className={styles.after}>{t('history.ahead', { day: dayText(clocks.on) })}</p>
            )}
            <Said label={t('history.account')} text={entry.account} />
            <Said label={t('history.reason')} text={entry.reason} />
            {entry.evidence?.map((piece) => (
              <p key={piece.entry} className={styles.said}>
                {t('history.evidence')}: <Written document={piece} />
                {piece.file && (
                  <>
                    {' '}
                    <a href={`/api/v1/files/${piece.file.sha256}`} download>
                      {piece.file.name?.text ?? t('history.file')}
                    </a>
                  </>
                )}
              </p>
            ))}
            {(entry.document ?? entry.permit) && (
              <p className={styles.said}>
                {t('history.document')}: <Written document={entry.document ?? entry.permit} />
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Said({ label, text }: { label: string; text: TypedText | null | undefined }) {
  const { t } = useTranslation();
  if (!text) return null;
  return (
    <p className={styles.said}>
      {label}: {'text' in text ? text.text : <span className={styles.erased}>{t('history.erased')}</span>}
    </p>
  );
}

function Written({ document }: { document: Partial<Pick<Document, 'kind' | 'number' | 'date'>> | undefined }) {
  const { t } = useTranslation();
  if (!document) return null;
  const { kind, number, date } = document;
  return (
    <>
      {[kind, number && t('history.number', { number }), date && t('history.dated', { day: dayText(date) })]
        .filter(Boolean)
        .join(' ')}
    </>
  );
}
