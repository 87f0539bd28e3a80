/**
 * A percentage that names its base. `percent` is text with one decimal and a dot, rounded half up from integers only
 * (65/68 → "95.6", 1/16 → "6.3"), null when the denominator is 0.
 */
export type Ratio = {
  readonly numerator: number;
  readonly denominator: number;
  readonly base: string;
  readonly percent: string | null;
};

/** The ratio of two counts (integers ≥ 0) over the base of that name. */
export const ratio = (numerator: number, denominator: number, base: string): Ratio => {
  if (denominator === 0) return { numerator, denominator, base, percent: null };
  const tenths = Math.floor((2000 * numerator + denominator) / (2 * denominator));
  return { numerator, denominator, base, percent: `${Math.floor(tenths / 10)}.${tenths % 10}` };
};
