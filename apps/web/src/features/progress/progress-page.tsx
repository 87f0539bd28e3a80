import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { dayText } from '../../days';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { useTitle } from '../../ui/use-title';
import { useAddress, useChanged } from './address';
import { Attention } from './attention';
import { ClockBar } from './clock-bar';
import { Fields } from './fields';
import { Headline } from './headline';
import { PlanChoice } from './plan-choice';
import { Quarters } from './quarters';
import { Ratios } from './ratios';
import { Seen } from './seen';
import { Units } from './units';
import styles from './progress-page.module.css';

const Curve = lazy(async () => ({ default: (await import('./curve')).Curve }));
const RowsDrawer = lazy(async () => ({ default: (await import('../task/rows-drawer')).RowsDrawer }));

export function ProgressPage() {
  const { t } = useTranslation();
  const { plan = '' } = useParams();
  const { on, recorded, today, rows, task } = useAddress();
  const progress = useQuery({
    queryKey: ['progress', plan, on, recorded],
    queryFn: ({ signal }) => server.progress(plan, { on, recorded }, signal),
    placeholderData: keepPreviousData,
  });
  useTitle(progress.data ? t('progress.titleOf', { year: progress.data.plan.year }) : t('progress.title'));

  if (progress.isPending) return <Loading />;
  if (progress.isError) return <Failure error={progress.error} again={() => void progress.refetch()} />;
  const figures = progress.data;
  const inForce = figures.status === 'in-force';
  return (
    <>
      <div className={styles.head}>
        <h1 className={styles.title}>{figures.plan.title}</h1>
        <p className={styles.meta}>{figures.plan.unit.name}</p>
        <div className={styles.tools}>
          <PlanChoice current={plan} />
          <CopyLink />
        </div>
      </div>
      <ClockBar year={figures.plan.year} />
      {figures.stale && (
        <p className={styles.notice} role="status">
          {t('progress.stale')}
        </p>
      )}
      {figures.on > today && <p className={styles.notice}>{t('progress.future', { on: dayText(figures.on) })}</p>}
      {progress.isPlaceholderData && (
        <p className={styles.loading} role="status">
          {t('progress.loading', { on: dayText(on), recorded: dayText(recorded) })}
        </p>
      )}
      <div className={progress.isPlaceholderData ? styles.old : undefined} aria-busy={progress.isPlaceholderData}>
        {inForce ? (
          <>
            <div className={styles.top}>
              <Headline figures={figures} />
              <Attention figures={figures} />
            </div>
            <Fields figures={figures} />
            <div className={styles.pair}>
              <Ratios figures={figures} />
              <Quarters figures={figures} />
            </div>
            <Seen className={styles.curve}>
              <Suspense fallback={<Loading />}>
                <Curve plan={figures.plan.id} year={figures.plan.year} />
              </Suspense>
            </Seen>
            <Units figures={figures} />
          </>
        ) : (
          <p className={styles.notice} role="status">
            {t('progress.notInForce', { on: dayText(figures.on), recorded: dayText(figures.recorded) })}
          </p>
        )}
      </div>
      {(rows !== null || task !== null) && (
        <Suspense fallback={null}>
          <RowsDrawer plan={figures.plan.id} fields={figures.byField} units={figures.byUnit.map(({ unit }) => unit)} />
        </Suspense>
      )}
    </>
  );
}

/** A link to exactly these figures: it names both days, also when they are today. */
function CopyLink() {
  const { t } = useTranslation();
  const changed = useChanged();
  const { on, recorded } = useAddress();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.origin + window.location.pathname + changed({ on, recorded }));
    setCopied(true);
    window.setTimeout(() => setCopied(false), 3000);
  };
  return (
    <button type="button" className={styles.copy} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? t('progress.copied') : t('progress.copy')}</span>
    </button>
  );
}
