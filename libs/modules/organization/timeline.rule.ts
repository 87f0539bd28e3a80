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
