import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import state from '../../ui/state.module.css';
import { useTitle } from '../../ui/use-title';
import { useSession } from '../access/session';

/** The way in: the plan of this year, else the newest that there is. */
export function NewestPlan() {
  const { t } = useTranslation();
  const { today } = useSession();
  useTitle(t('progress.title'));
  const plans = useQuery({ queryKey: ['plans'], queryFn: server.plans });
  if (plans.isPending) return <Loading />;
  if (plans.isError) return <Failure error={plans.error} again={() => void plans.refetch()} />;
  const newestFirst = [...plans.data.items].sort((a, b) => b.year - a.year);
  const plan = newestFirst.find(({ year }) => year === Number(today.slice(0, 4))) ?? newestFirst[0];
  if (plan) return <Navigate to={`/plans/${plan.id}/progress`} replace />;
  return (
    <div className={state.state}>
      <h1>{t('plans.none')}</h1>
      <p>{t('plans.noneHint')}</p>
    </div>
  );
}
