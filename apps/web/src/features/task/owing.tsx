import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Figures } from '../../contract';
import { dayText } from '../../days';
import { countText } from '../../numbers';
import { server } from '../../server';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { More } from '../../ui/more';
import { useAddress, useChanged } from '../progress/address';
import { Marks, obligationMarks } from './marks';
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
  const changed = useChanged();
  const { on, recorded } = useAddress();
  const open = standing ? standing.completed.denominator - standing.completed.numerator : 0;
  const [wanted, setWanted] = useState<'all' | 'open'>(open > 0 ? 'open' : 'all');
  const owed = useInfiniteQuery({
    queryKey: ['owing', plan, unit, on, recorded, wanted],
    queryFn: ({ pageParam }) =>
      server.obligationsOfUnit(plan, { on, recorded, unit, state: wanted === 'open' ? wanted : undefined }, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  if (owed.isPending) return <Loading />;
  if (owed.isError && !owed.data) return <Failure error={owed.error} again={() => void owed.refetch()} />;
  const items = owed.data.pages.flatMap((page) => page.items);
  const total = owed.data.pages[0]?.total ?? 0;
  return (
    <>
      {standing && <h2 className={styles.title}>{standing.unit.name}</h2>}
      {open > 0 && (
        <Segmented<'all' | 'open'>
          aria-label={t('task.which')}
          value={wanted}
          onChange={setWanted}
          options={[
            { value: 'open', label: t('task.onlyOpen', { count: open }) },
            { value: 'all', label: t('task.everyUnit') },
          ]}
        />
      )}
      <p className={styles.total} role="status">
        {t('obligation.total', { count: total, n: countText(total) })}
      </p>
      <ul className={styles.units} aria-busy={owed.isPlaceholderData}>
        {items.map((one) => (
          <li key={one.id}>
            <Link to={{ search: changed({ obligation: one.id }) }} data-opens={one.id} preventScrollReset>
              {one.task.code} {one.task.title}
            </Link>
            <span className={styles.periods}>
              {one.due ? t('rows.dueOn', { day: dayText(one.due) }) : t('counts.noDueDate')}
              {one.owed > 1 && `, ${t('task.periods', { met: one.met, owed: one.owed })}`}
              {one.workDay && `, ${t('rows.workDay', { day: dayText(one.workDay) })}`}
            </span>
            <Marks {...obligationMarks(one)} />
          </li>
        ))}
      </ul>
      <More pages={owed} label={t('obligation.more', { count: total - items.length })} />
    </>
  );
}
