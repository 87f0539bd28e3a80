const SHAPE = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;

/**
 * True for a decimal number as text: a dot, at most 15 digits before and 6 behind it, no needless zero in front, no
 * negative zero. The decimals are kept as published ("82.0" is not "82"); nothing ever becomes a float.
 */
export const isDecimal = (text: unknown): text is string =>
  typeof text === 'string' && SHAPE.test(text) && !/^-[0.]+$/.test(text);

/** The number of digits behind the dot. */
export const decimalsOf = (decimal: string): number => (decimal.split('.')[1] ?? '').length;

const scaled = (decimal: string, decimals: number): bigint => {
  const [whole = '0', behind = ''] = decimal.split('.');
  return BigInt(whole + behind.padEnd(decimals, '0'));
};

const written = (value: bigint, decimals: number): string => {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  return `${value < 0n ? '-' : ''}${digits.slice(0, cut)}${decimals > 0 ? `.${digits.slice(cut)}` : ''}`;
};

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; "90" equals "90.0". */
export const compareDecimals = (a: string, b: string): number => {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const [left, right] = [scaled(a, decimals), scaled(b, decimals)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** `a` − `b`, exactly, with as many decimals as the longer of them. */
export const minusDecimal = (a: string, b: string): string => {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  return written(scaled(a, decimals) - scaled(b, decimals), decimals);
};

/** `numerator` of `denominator` (whole, ≥ 0 and > 0) times `per`, rounded half up to that many decimals. */
export const rateOf = (numerator: number, denominator: number, per: number, decimals: number): string => {
  const [top, bottom] = [BigInt(numerator) * BigInt(per) * 10n ** BigInt(decimals), BigInt(denominator)];
  return written((2n * top + bottom) / (2n * bottom), decimals);
};

/** The least whole numerator whose rate of `denominator` reaches the decimal once it is rounded; of a rate ≥ 0. */
export const leastNumerator = (rate: string, denominator: number, per: number): number => {
  const decimals = decimalsOf(rate);
  const bottom = 2n * BigInt(per) * 10n ** BigInt(decimals);
  const top = (2n * scaled(rate, decimals) - 1n) * BigInt(denominator);
  return top <= 0n ? 0 : Number((top + bottom - 1n) / bottom);
};
