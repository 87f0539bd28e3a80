import { useTranslation } from 'react-i18next';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { countText } from '../../numbers';
import { server } from '../../server';
import { useAddress } from '../progress/address';
import { ObligationList } from './obligation-list';
import styles from './detail.module.css';

interface Props {
  plan: string;
  unit: string;
  /** The number that was opened; absent where the unit owes nothing as of this day. */
  standing: Figures['byUnit'][number] | undefined;
}

/** What one unit owes on the plan, what is not done first. */
export function Owing({ plan, unit, standing }: Props) {
  const { t } = useTranslation();
  const { on, recorded } = useAddress();
  return (
    <>
      {standing && <h2 className={styles.title}>{standing.unit.name}</h2>}
      <ObligationList
        question={['owing', plan, unit, on, recorded]}
        ask={(state, cursor) => server.obligationsOfUnit(plan, { on, recorded, unit, state }, cursor)}
        open={standing ? standing.completed.denominator - standing.completed.numerator : 0}
        name={({ task }) => `${task.code} ${task.title}`}
        said={({ due, owed, met, workDay }) => (
          <>
            {due ? t('rows.dueOn', { day: dayText(due) }) : t('counts.noDueDate')}
            {owed > 1 && `, ${t('task.periods', { met, owed })}`}
            {workDay && `, ${t('rows.workDay', { day: dayText(workDay) })}`}
          </>
        )}
        more={(count) => t('obligation.more', { count })}
        head={(total) => (
          <p className={styles.total} role="status">
            {t('obligation.total', { count: total, n: countText(total) })}
          </p>
        )}
      />
    </>
  );
}
