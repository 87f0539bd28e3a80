import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { dayText } from '../../days';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { More } from '../../ui/more';
import { useAddress, useChanged } from '../progress/address';
import { Entries } from './entries';
import { Left, Marks } from './marks';
import { ObligationList } from './obligation-list';
import styles from './detail.module.css';

/** One row of the annex: what it asks for, who owes it, and everything that was done to it. */
export function TaskDetail({ task: id }: { task: string }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const { on, recorded, rows: opened } = useAddress();
  const answer = useQuery({ queryKey: ['task', id, on, recorded], queryFn: () => server.task(id, { on, recorded }) });
  if (answer.isPending) return <Loading />;
  if (answer.isError) return <Failure error={answer.error} again={() => void answer.refetch()} />;
  const task = answer.data;
  const { met, owed } = task.obligations;
  return (
    <>
      {opened !== null && (
        <p className={styles.back}>
          <Link to={{ search: changed({ task: null, obligation: null }) }} preventScrollReset>
            ← {t('task.back')}
          </Link>
        </p>
      )}
      <h2 className={styles.title}>
        <span className={styles.code}>{task.code}</span> {task.title}
      </h2>
      <Marks state={task.state} flags={task.flags} selfAccepted={task.selfAccepted} />
      <Left {...task} />
      <dl className={styles.facts}>
        <dt>{t('task.field')}</dt>
        <dd>{task.field.name}</dd>
        <dt>{t('task.deliverable')}</dt>
        <dd>{task.deliverable}</dd>
        <dt>{t('task.leads')}</dt>
        <dd>{task.leads}</dd>
        {task.coordinating && (
          <>
            <dt>{t('task.coordinating')}</dt>
            <dd>{task.coordinating}</dd>
          </>
        )}
        <dt>{t('task.deadline')}</dt>
        <dd>
          {task.deadline}
          {task.due && ` (${t('task.dueOn', { day: dayText(task.due) })})`}
          {task.originalDue &&
            task.originalDue !== task.due &&
            `, ${t('rows.originally', { day: dayText(task.originalDue) })}`}
        </dd>
        {task.workDay && (
          <>
            <dt>{t('task.workDay')}</dt>
            <dd>{dayText(task.workDay)}</dd>
          </>
        )}
      </dl>
      <h3 className={styles.part}>{t('task.obligations', { met, owed })}</h3>
      <Obligations key={id} task={id} open={owed > 1 ? owed - met : 0} />
      <h3 className={styles.part}>{t('task.history')}</h3>
      <History task={id} several={owed > 1} ofPeriods={task.cycle !== 'once'} />
    </>
  );
}

function Obligations({ task, open }: { task: string; open: number }) {
  const { t } = useTranslation();
  const { on, recorded } = useAddress();
  return (
    <ObligationList
      question={['obligations', task, on, recorded]}
      ask={(state, cursor) => server.obligations(task, { on, recorded, state }, cursor)}
      open={open}
      name={({ unit }) => unit.name}
      said={({ owed, met, workDay }) => (
        <>
          {owed > 1 && t('task.periods', { met, owed })}
          {workDay && ` ${t('rows.workDay', { day: dayText(workDay) })}`}
        </>
      )}
      more={(count) => t('task.moreUnits', { count })}
    />
  );
}

function History({ task, several, ofPeriods }: { task: string; several: boolean; ofPeriods: boolean }) {
  const { t } = useTranslation();
  const { on, recorded } = useAddress();
  const history = useInfiniteQuery({
    queryKey: ['history', task],
    queryFn: ({ pageParam }) => server.history(task, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (history.isPending) return <Loading />;
  if (history.isError && !history.data) return <Failure error={history.error} again={() => void history.refetch()} />;
  return (
    <>
      <Entries
        entries={history.data.pages.flatMap(({ entries }) => entries)}
        withUnit={several}
        ofPeriods={ofPeriods}
        clocks={{ on, recorded }}
      />
      <More pages={history} label={t('history.more')} />
    </>
  );
}
