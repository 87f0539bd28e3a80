import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Figures, TaskRow, Named } from '../../contract';
import { dayText } from '../../days';
import { countText } from '../../numbers';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { folded } from '../../ui/folded';
import { Loading } from '../../ui/loading';
import { More } from '../../ui/more';
import { useAddress, useChange, useChanged } from '../progress/address';
import { useFigureWords } from '../progress/figure-words';
import { rowSets } from '../progress/row-sets';
import { useQuarterName } from '../progress/quarter-name';
import { Marks } from './marks';
import styles from './rows.module.css';

const matches = (input: string, option?: { label: string }): boolean =>
  folded(option?.label ?? '').includes(folded(input));

export function Rows({ plan, fields, units }: { plan: string; fields: Figures['byField']; units: Named[] }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const go = useChange({ replace: true });
  const { on, recorded, rows, field, unit, quarter, search } = useAddress();
  const quarterName = useQuarterName();
  const [sought, setSought] = useState(search ?? '');

  useEffect(() => {
    if (sought.trim() === (search ?? '')) return;
    const timer = window.setTimeout(() => go({ search: sought.trim() || null }), 300);
    return () => window.clearTimeout(timer);
  });

  const wanted = {
    on,
    recorded,
    state: rows && rows !== 'all' ? rows : undefined,
    field: field ?? undefined,
    unit: unit ?? undefined,
    quarter: quarter ?? undefined,
    search: search ?? undefined,
  };
  const tasks = useInfiniteQuery({
    queryKey: ['tasks', plan, wanted],
    queryFn: ({ pageParam }) => server.tasks(plan, wanted, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const items = tasks.data?.pages.flatMap((page) => page.items) ?? [];
  const total = tasks.data?.pages[0]?.total ?? 0;
  return (
    <>
      <div className={styles.filters}>
        <Input
          type="search"
          allowClear
          value={sought}
          onChange={({ target }) => setSought(target.value)}
          aria-label={t('rows.search')}
          placeholder={t('rows.search')}
        />
        <Select
          aria-label={t('rows.state')}
          value={rows ?? 'all'}
          onChange={(value) => go({ rows: value })}
          options={rowSets.map((name) => ({ value: name, label: words.name(name) }))}
        />
        <Select
          aria-label={t('progress.field')}
          value={field ?? ''}
          onChange={(value) => go({ field: value || null })}
          options={[
            { value: '', label: t('rows.allFields') },
            ...fields.map(({ code, field: label }) => ({ value: code, label })),
          ]}
        />
        <Select
          aria-label={t('progress.unit')}
          showSearch={{ filterOption: matches }}
          value={unit ?? ''}
          onChange={(value) => go({ unit: value || null })}
          options={[
            { value: '', label: t('rows.allUnits') },
            ...units.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      {quarter && (
        <p className={styles.quarter}>
          {t('rows.quarter', { quarter: quarterName(quarter) })}{' '}
          <button type="button" onClick={() => go({ quarter: null })}>
            {t('rows.anyQuarter')}
          </button>
        </p>
      )}
      {tasks.isPending ? (
        <Loading />
      ) : tasks.isError && !tasks.data ? (
        <Failure error={tasks.error} again={() => void tasks.refetch()} />
      ) : (
        <>
          <p className={styles.total} role="status">
            {t('rows.total', { count: total, n: countText(total) })}
          </p>
          {items.length > 0 && <List items={items} dim={tasks.isPlaceholderData} />}
          <More pages={tasks} label={t('rows.more', { count: total - items.length })} />
        </>
      )}
    </>
  );
}

function List({ items, dim }: { items: TaskRow[]; dim: boolean }) {
  const { t } = useTranslation();
  const changed = useChanged();
  return (
    <table className={styles.table} aria-busy={dim}>
      <thead>
        <tr>
          <th scope="col">{t('rows.code')}</th>
          <th scope="col">{t('rows.task')}</th>
          <th scope="col">{t('rows.due')}</th>
          <th scope="col">{t('rows.obligations')}</th>
          <th scope="col">{t('rows.state')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((task) => (
          <tr key={task.id}>
            <td className={styles.code}>{task.code}</td>
            <td className={styles.task}>
              <Link
                to={{ search: changed({ task: task.id, obligation: null }) }}
                data-opens={task.id}
                preventScrollReset
              >
                {task.title}
              </Link>
              <span className={styles.leads}>{task.leads}</span>
            </td>
            <td className={styles.nowrap} data-label={t('rows.due')}>
              {task.due ? dayText(task.due) : t('counts.noDueDate')}
              {task.due !== task.originalDue && task.originalDue && (
                <span className={styles.leads}>{t('rows.originally', { day: dayText(task.originalDue) })}</span>
              )}
            </td>
            <td className={styles.nowrap} data-label={t('rows.obligations')}>
              {task.obligations.met}/{task.obligations.owed}
            </td>
            <td>
              <Marks state={task.state} flags={task.flags} selfAccepted={task.selfAccepted} />
              {task.workDay && (
                <span className={styles.leads}>{t('rows.workDay', { day: dayText(task.workDay) })}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
