import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Difference, Figures } from '../../contract';
import { Entries } from '../task/entries';
import { useChanged } from './address';
import styles from './differences.module.css';

/** What was recorded since the day of the log, and makes today's figure another one: each act under its task. */
export function Differences({ figures: { differences, differing } }: { figures: Figures }) {
  const { t } = useTranslation();
  const changed = useChanged();
  if (differences.length === 0) return null;
  const tasks = new Map<string, Difference[]>();
  for (const entry of differences) tasks.set(entry.task.id, [...(tasks.get(entry.task.id) ?? []), entry]);
  return (
    <details className={styles.differences}>
      <summary>{t('figure.differences', { count: differing.tasks })}</summary>
      <ul className={styles.tasks}>
        {[...tasks].map(([id, entries]) => (
          <li key={id}>
            <Link to={{ search: changed({ task: id, rows: null, obligation: null }) }} preventScrollReset>
              {entries[0]?.task.code} {entries[0]?.task.title}
            </Link>
            <Entries
              entries={[...entries].reverse()}
              withUnit
              ofPeriods={entries.some(({ period }) => (period ?? 1) > 1)}
            />
          </li>
        ))}
      </ul>
      {differing.entries > differences.length && (
        <p>{t('figure.differencesMore', { count: differing.entries - differences.length })}</p>
      )}
    </details>
  );
}
