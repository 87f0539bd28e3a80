import { useTranslation } from 'react-i18next';
import type { Leaving, Owed, TaskState } from '../../contract';
import { dayText } from '../../days';
import styles from './marks.module.css';

const stateLook: Record<TaskState, string | undefined> = {
  completed: styles.good,
  maintained: styles.good,
  'in-progress': styles.plain,
  'not-started': styles.plain,
};
const flags = {
  overdue: styles.alarm,
  'due-soon': styles.watch,
  'periods-overdue': styles.alarm,
  late: styles.watch,
  'late-against-original': styles.plain,
  'periods-late': styles.plain,
  awaiting: styles.plain,
  suspended: styles.plain,
  'no-due-date': styles.plain,
} as const;
type Flag = keyof typeof flags;

const isFlag = (flag: string): flag is Flag => flag in flags;

/** The state of a task or an obligation and what else holds of it, each as a word. */
export function Marks({
  state,
  flags: given,
  selfAccepted = false,
}: {
  state: TaskState;
  flags: string[];
  selfAccepted?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <ul className={styles.marks}>
      <li className={stateLook[state]}>{t(`states.${state}`)}</li>
      {given.filter(isFlag).map((flag) => (
        <li key={flag} className={flags[flag]}>
          {t(`flags.${flag}`)}
        </li>
      ))}
      {selfAccepted && <li className={styles.plain}>{t('flags.self-accepted')}</li>}
    </ul>
  );
}

/** From when on a task or an obligation does not count, and why; what stands below it is how it was before. */
export function Left({ left, leftBecause, counted }: Leaving) {
  const { t } = useTranslation();
  if (left === null || leftBecause === null) return null;
  return (
    <p className={styles.left}>
      {t(`leftBecause.${leftBecause}`, { day: dayText(left) })}. {t(`leftBecause.${counted ? 'lastDay' : 'never'}`)}
    </p>
  );
}

/** What an obligation shows, in the words of a task's marks. */
export const obligationMarks = (owed: Owed): { state: TaskState; flags: string[] } => ({
  state: owed.completed
    ? 'completed'
    : owed.owed > 1 && owed.met > 0 && owed.upToDate
      ? 'maintained'
      : owed.started
        ? 'in-progress'
        : 'not-started',
  flags: [
    ...(owed.overdue ? ['overdue'] : []),
    ...(owed.waiting && !owed.completed ? ['awaiting'] : []),
    ...(owed.suspended ? ['suspended'] : []),
  ],
});
