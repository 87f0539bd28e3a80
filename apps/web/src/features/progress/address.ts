import { useNavigate, useSearchParams } from 'react-router';
import { isDay, type Day } from '../../days';
import type { Clocks } from '../../server';
import { isRowSet, type RowSet } from './row-sets';
import { useSession } from '../access/session';

/**
 * What the page shows stands in its address, so that a link shows the same to somebody else: the two clocks, the rows
 * behind a number (`rows` is the number's name, or `all`), and the task or obligation that is open.
 */
export interface Address extends Clocks {
  today: Day;
  rows: RowSet | null;
  field: string | null;
  unit: string | null;
  quarter: string | null;
  search: string | null;
  task: string | null;
  obligation: string | null;
}

type Part = 'on' | 'recorded' | 'rows' | 'field' | 'unit' | 'quarter' | 'search' | 'task' | 'obligation';
export type Change = Partial<Record<Part, string | null>>;

/** The change that closes whatever is open over the page. */
export const closed = {
  rows: null,
  field: null,
  unit: null,
  quarter: null,
  search: null,
  task: null,
  obligation: null,
} satisfies Change;

export const useAddress = (): Address => {
  const { today } = useSession();
  const [params] = useSearchParams();
  const day = (key: string): Day => {
    const text = params.get(key);
    return isDay(text) ? text : today;
  };
  const recorded = day('recorded');
  const rows = params.get('rows');
  return {
    today,
    on: day('on'),
    recorded: recorded > today ? today : recorded,
    rows: isRowSet(rows) ? rows : null,
    field: params.get('field'),
    unit: params.get('unit'),
    quarter: params.get('quarter'),
    search: params.get('search'),
    task: params.get('task'),
    obligation: params.get('obligation'),
  };
};

/** The search part of an address after a change; null takes a part away. */
const withChange = (search: URLSearchParams, change: Change): string => {
  const next = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    if (value === null) next.delete(key);
    else if (value !== undefined) next.set(key, value);
  }
  const text = next.toString();
  return text ? `?${text}` : '';
};

/** For links: the address that is shown, after a change. */
export const useChanged = (): ((change: Change) => string) => {
  const [params] = useSearchParams();
  return (change) => withChange(params, change);
};

/**
 * For acts: goes where the address leads after a change. It starts from the browser's address and not from what the
 * page last drew, which may be one act behind on a slow machine: two quick acts would else undo each other.
 */
export const useChange = (options?: { replace: boolean }): ((change: Change) => void) => {
  const navigate = useNavigate();
  return (change) =>
    void navigate(
      { search: withChange(new URLSearchParams(window.location.search), change) },
      { preventScrollReset: true, ...options },
    );
};
