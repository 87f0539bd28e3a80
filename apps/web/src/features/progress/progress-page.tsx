import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Figures } from '../../contract';
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
const loadDrawer = async () => ({ default: (await import('../task/rows-drawer')).RowsDrawer });
const RowsDrawer = lazy(loadDrawer);

export function ProgressPage() {
  const { t } = useTranslation();
  const { plan = '' } = useParams();
  const { on, recorded, today, unread, rows, owing, task } = useAddress();
  const progress = useQuery({
    queryKey: ['progress', plan, on, recorded],
    queryFn: ({ signal }) => server.progress(plan, { on, recorded }, signal),
    placeholderData: keepPreviousData,
  });
  const plans = useQuery({ queryKey: ['plans'], queryFn: server.plans });
  const [last, setLast] = useState<{ plan: string; figures: Figures }>();
  if (progress.data && !progress.isPlaceholderData && progress.data !== last?.figures)
    setLast({ plan, figures: progress.data });
  // Where those of another day do not come, the last ones stay.
  const figures = progress.data ?? (last?.plan === plan ? last.figures : undefined);
  useTitle(figures ? t('progress.titleOf', { year: figures.plan.year }) : t('progress.title'));

  const isShown = figures !== undefined;
  useEffect(() => {
    // What a number opens is there before it is asked for, also when the server is then away.
    if (isShown) void loadDrawer().catch(() => undefined);
  }, [isShown]);

  if (!figures)
    return progress.isError ? <Failure error={progress.error} again={() => void progress.refetch()} /> : <Loading />;
  const inForce = figures.status === 'in-force';
  const isDraft = plans.data?.find(({ id }) => id === figures.plan.id)?.status === 'draft';
  const isOld = progress.isPlaceholderData || !progress.data;
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
      {unread.length > 0 && (
        <p className={styles.notice} role="status">
          {unread.map(({ text, day }) => t('clocks.wrong', { text, day: dayText(day) })).join(' ')}
        </p>
      )}
      {progress.isError && (
        <div className={styles.notice}>
          <Failure error={progress.error} again={() => void progress.refetch()} />
          {isOld && <p>{t('progress.older', { on: dayText(figures.on), recorded: dayText(figures.recorded) })}</p>}
        </div>
      )}
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
      <div className={isOld ? styles.old : undefined} aria-busy={progress.isPlaceholderData}>
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
            {isDraft
              ? t('progress.draft')
              : t('progress.notInForce', { on: dayText(figures.on), recorded: dayText(figures.recorded) })}
          </p>
        )}
      </div>
      {(rows !== null || owing !== null || task !== null) && (
        <Suspense fallback={null}>
          <RowsDrawer plan={figures.plan.id} fields={figures.byField} byUnit={figures.byUnit} />
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
  const [said, setSaid] = useState<'copied' | 'notCopied'>();
  const copy = async () => {
    const link = window.location.origin + window.location.pathname + changed({ on, recorded });
    try {
      // Over plain http there is no clipboard, whatever its type says.
      await navigator.clipboard.writeText(link);
      setSaid('copied');
      window.setTimeout(() => setSaid(undefined), 3000);
    } catch {
      setSaid('notCopied');
    }
  };
  return (
    <>
      <button type="button" className={styles.copy} onClick={() => void copy()}>
        <span aria-live="polite">{said === 'copied' ? t('progress.copied') : t('progress.copy')}</span>
      </button>
      {said === 'notCopied' && <span role="alert">{t('progress.notCopied')}</span>}
    </>
  );
}
