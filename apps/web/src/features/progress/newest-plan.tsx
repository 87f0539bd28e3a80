import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import state from '../../ui/state.module.css';
import { useTitle } from '../../ui/use-title';
import { useSession } from '../access/session';
import { nearest } from './nearest-plan';

/** The way in: the plan that concerns who comes most. */
export function NewestPlan() {
  const { t } = useTranslation();
  const { account, today } = useSession();
  useTitle(t('progress.title'));
  const plans = useQuery({ queryKey: ['plans'], queryFn: server.plans });
  if (plans.isPending) return <Loading />;
  if (plans.isError) return <Failure error={plans.error} again={() => void plans.refetch()} />;
  const plan = nearest(plans.data, Number(today.slice(0, 4)), account.unit?.id);
  if (plan) return <Navigate to={`/plans/${plan.id}/progress`} replace />;
  return (
    <div className={state.state}>
      <h1>{t('plans.none')}</h1>
      <p>{t('plans.noneHint')}</p>
      {account.role === 'administrator' && (
        <p>
          <Link to="/first-run">{t('units.title')}</Link>
        </p>
      )}
    </div>
  );
}
