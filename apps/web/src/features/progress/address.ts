import { useNavigate, useSearchParams } from 'react-router';
import { isDay, lastDay, type Day } from '../../days';
import type { Clocks } from '../../server';
import { isRowSet, type RowSet } from './row-sets';
import { useSession } from '../access/session';

/**
 * What the page shows stands in its address, so that a link shows the same to somebody else: the two clocks, the rows
 * behind a number (`rows` is the number's name, or `all`) or what a unit owes, and the task or obligation that is open.
 */
export interface Address extends Clocks {
  today: Day;
  /** What stands in the address in place of a day and cannot be asked for, and the day that is shown instead. */
  unread: { text: string; day: Day }[];
  rows: RowSet | null;
  field: string | null;
  unit: string | null;
  quarter: string | null;
  search: string | null;
  /** The unit whose obligations are open. */
  owing: string | null;
  task: string | null;
  obligation: string | null;
}

type Part = 'on' | 'recorded' | 'rows' | 'field' | 'unit' | 'quarter' | 'search' | 'owing' | 'task' | 'obligation';
export type Change = Partial<Record<Part, string | null>>;

/** The change that closes whatever is open over the page. */
export const closed = {
  rows: null,
  field: null,
  unit: null,
  quarter: null,
  search: null,
  owing: null,
  task: null,
  obligation: null,
} satisfies Change;

export const useAddress = (): Address => {
  const { today } = useSession();
  const [params] = useSearchParams();
  const unread: Address['unread'] = [];
  const day = (key: string, last: Day): Day => {
    const text = params.get(key);
    if (isDay(text) && text <= last) return text;
    if (text !== null) unread.push({ text, day: today });
    return today;
  };
  const rows = params.get('rows');
  return {
    today,
    on: day('on', lastDay),
    recorded: day('recorded', today),
    unread,
    rows: isRowSet(rows) ? rows : null,
    field: params.get('field'),
    unit: params.get('unit'),
    quarter: params.get('quarter'),
    search: params.get('search'),
    owing: params.get('owing'),
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
  return (change) => {
    const { search } = window.location;
    const next = withChange(new URLSearchParams(search), change);
    // Going where one is would be one more step for who goes back.
    if (next !== search) void navigate({ search: next }, { preventScrollReset: true, ...options });
  };
};
