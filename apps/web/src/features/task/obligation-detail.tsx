import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { dayText } from '../../days';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { useAddress, useChanged } from '../progress/address';
import { Entries } from './entries';
import { Left, Marks, obligationMarks } from './marks';
import styles from './detail.module.css';

const orNone = (day: string | null): string => (day ? dayText(day) : '–');

/** What one unit owes on one task: its periods, and everything that was done to it. */
export function ObligationDetail({ obligation: id }: { obligation: string }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const { on, recorded, task, owing } = useAddress();
  const answer = useQuery({
    queryKey: ['obligation', id, on, recorded],
    queryFn: () => server.obligation(id, { on, recorded }),
  });
  if (answer.isPending) return <Loading />;
  if (answer.isError) return <Failure error={answer.error} again={() => void answer.refetch()} />;
  const { obligation, periods, entries } = answer.data;
  return (
    <>
      {(task !== null || owing !== null) && (
        <p className={styles.back}>
          <Link to={{ search: changed({ obligation: null }) }} preventScrollReset>
            ← {task === null ? t('task.back') : t('obligation.back')}
          </Link>
        </p>
      )}
      <h2 className={styles.title}>{obligation.unit.name}</h2>
      <p className={styles.of}>
        {obligation.task.code} {obligation.task.title}
      </p>
      <Marks {...obligationMarks(obligation)} />
      <Left {...obligation} />
      {periods.length > 1 && (
        <table className={styles.periodTable}>
          <caption>{t('obligation.periods')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('obligation.period')}</th>
              <th scope="col">{t('obligation.cutoff')}</th>
              <th scope="col">{t('rows.due')}</th>
              <th scope="col">{t('obligation.workDay')}</th>
              <th scope="col">{t('rows.state')}</th>
            </tr>
          </thead>
          <tbody>
            {periods.map(({ period, cutoff, due, workDay, state }) => (
              <tr key={period}>
                <th scope="row" data-label={t('obligation.period')}>
                  {period}
                </th>
                <td data-label={t('obligation.cutoff')}>{orNone(cutoff)}</td>
                <td data-label={t('rows.due')}>{orNone(due)}</td>
                <td data-label={t('obligation.workDay')}>{orNone(workDay)}</td>
                <td data-label={t('rows.state')}>{t(`periodStates.${state}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h3 className={styles.part}>{t('task.history')}</h3>
      <Entries entries={entries} ofPeriods={periods.length > 1} clocks={{ on, recorded }} />
    </>
  );
}
