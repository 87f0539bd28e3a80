import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Marks } from '../task/marks';
import { useChanged } from './address';
import { useFigureWords } from './figure-words';
import { RowsLink } from './rows-link';
import styles from './next-tasks.module.css';

const most = 6;

/** What is worth a short list: all that is open when it is little, else what is overdue, else what is due soon. */
const worth = ({
  completed,
  overdue,
  dueSoon,
}: Figures): { rows: 'open' | 'overdue' | 'dueSoon'; count: number } | null => {
  const open = completed.denominator - completed.numerator;
  if (open === 0) return null;
  if (open <= most) return { rows: 'open', count: open };
  if (overdue > 0) return { rows: 'overdue', count: overdue };
  return dueSoon > 0 ? { rows: 'dueSoon', count: dueSoon } : null;
};

/** The tasks to which somebody turns first, by name. */
export function NextTasks({ plan, figures }: { plan: string; figures: Figures }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const changed = useChanged();
  const { on, recorded } = figures;
  const wanted = worth(figures);
  const tasks = useQuery({
    queryKey: ['next-tasks', plan, on, recorded, wanted?.rows],
    queryFn: () => server.tasks(plan, { on, recorded, state: wanted?.rows }, undefined, most),
    enabled: wanted !== null,
  });
  if (!wanted || tasks.isPending) return null;
  return (
    <div className={styles.next}>
      <h3 className={styles.title}>
        {words.name(wanted.rows)}: <RowsLink rows={wanted.rows}>{t('figure.tasks', { count: wanted.count })}</RowsLink>
      </h3>
      {tasks.isError && <Failure error={tasks.error} again={() => void tasks.refetch()} />}
      <ul>
        {tasks.data?.items.map(({ id, code, title, due, state, flags }) => (
          <li key={id}>
            <span className={styles.code}>{code}</span>
            <Link
              className={styles.task}
              to={{ search: changed({ task: id, rows: null, obligation: null }) }}
              preventScrollReset
            >
              {title}
            </Link>
            <span className={styles.due}>{due ? t('rows.dueOn', { day: dayText(due) }) : t('counts.noDueDate')}</span>
            <Marks state={state} flags={flags} />
          </li>
        ))}
      </ul>
    </div>
  );
}
