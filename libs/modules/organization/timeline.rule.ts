import type { Day } from '#kernel';

/** What was said of one thing for the days from `on`, in the order in which it counts. */
export type Timeline<T> = readonly (T & { readonly on: Day })[];

/** From a day until the day before another; open when nothing ends it. */
export type Span<T> = { readonly value: T; readonly from: Day; readonly until: Day | undefined };

/** The timeline with one more saying: of equal days the later recorded counts, so it stands behind them. */
export const said = <T>(timeline: Timeline<T>, saying: T & { readonly on: Day }): Timeline<T> => {
  const at = timeline.findLastIndex(({ on }) => on <= saying.on) + 1;
  return [...timeline.slice(0, at), saying, ...timeline.slice(at)];
};

/** What counts on a day; undefined before the first saying. */
export const sayingOn = <T>(timeline: Timeline<T>, day: Day): (T & { readonly on: Day }) | undefined =>
  timeline.findLast(({ on }) => on <= day);

/** The spans in which each saying counts, up to the day before `end`; those of no length are left out. */
export const spansOf = <T>(timeline: Timeline<T>, end: Day | undefined): readonly Span<T & { readonly on: Day }>[] =>
  timeline.flatMap((value, index) => {
    const next = timeline[index + 1]?.on;
    const until = next === undefined || (end !== undefined && end < next) ? end : next;
    return until === undefined || value.on < until ? [{ value, from: value.on, until }] : [];
  });

/** True when two spans share a day. */
export const overlap = (
  a: { readonly from: Day; readonly until: Day | undefined },
  b: { readonly from: Day; readonly until: Day | undefined },
): boolean => (b.until === undefined || a.from < b.until) && (a.until === undefined || b.from < a.until);

/**
 * The day from which a saying that was recorded earlier takes back something of a new one for an earlier day: told
 * whole, it carries on what stood when it was recorded. What it says otherwise itself it may say.
 */
export const takenBack = <T>(
  timeline: Timeline<T>,
  saying: T & { readonly on: Day },
  end: Day | undefined,
): Day | undefined => {
  const before = sayingOn(timeline, saying.on);
  const later = spansOf(timeline, end).find(({ from }) => from > saying.on);
  if (!before || !later) return undefined;
  const same = (a: T, b: T, key: keyof T): boolean => JSON.stringify(a[key]) === JSON.stringify(b[key]);
  const keys = (Object.keys(saying) as (keyof T | 'on')[]).filter((key): key is keyof T => key !== 'on');
  return keys.some((key) => !same(before, saying, key) && same(before, later.value, key)) ? later.from : undefined;
};
