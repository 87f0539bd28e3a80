import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Owed } from '../../contract';
import { Failure } from '../../ui/failure';
import { Loading } from '../../ui/loading';
import { More } from '../../ui/more';
import { useChanged } from '../progress/address';
import { Marks, obligationMarks } from './marks';
import styles from './detail.module.css';

interface Props {
  /** Names the question; together with the choice it tells answers apart. */
  question: readonly string[];
  ask: (
    state: 'open' | undefined,
    cursor: string | undefined,
  ) => Promise<{
    items: Owed[];
    next: string | null;
    total: number;
  }>;
  /** So many are not done; where there are any, they are shown before all. */
  open: number;
  name: (one: Owed) => ReactNode;
  said: (one: Owed) => ReactNode;
  more: (count: number) => string;
  /** What stands above the list of so many. */
  head?: (total: number) => ReactNode;
}

/** Obligations, those that are not done or all, each a link to what was done to it. */
export function ObligationList({ question, ask, open, name, said, more, head }: Props) {
  const { t } = useTranslation();
  const changed = useChanged();
  const [wanted, setWanted] = useState<'all' | 'open'>(open > 0 ? 'open' : 'all');
  const owed = useInfiniteQuery({
    queryKey: [...question, wanted],
    queryFn: ({ pageParam }) => ask(wanted === 'open' ? wanted : undefined, pageParam),
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
      {head?.(total)}
      <ul className={styles.units} aria-busy={owed.isPlaceholderData}>
        {items.map((one) => (
          <li key={one.id}>
            <Link to={{ search: changed({ obligation: one.id }) }} data-opens={one.id} preventScrollReset>
              {name(one)}
            </Link>
            <span className={styles.periods}>{said(one)}</span>
            <Marks {...obligationMarks(one)} />
          </li>
        ))}
      </ul>
      <More pages={owed} label={more(total - items.length)} />
    </>
  );
}
