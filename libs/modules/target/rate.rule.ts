import { compareDecimals, decimalsOf, leastNumerator, rateOf } from '#kernel';

/** A published rate and the counts that were published with it; without a numerator only the base is known. */
export type PublishedRate = {
  readonly rate: string;
  readonly unit: string;
  readonly qualifier: 'exact' | 'about' | 'more-than' | 'less-than';
  readonly numerator?: number;
  readonly denominator: number;
};

/** What the counts say of a rate; `rate` is what they give, with the decimals of the published one. */
export type RateCheck = {
  readonly rate?: string;
  readonly check: 'follows' | 'differs' | 'impossible' | 'not-checked';
};

/** What a rate of 1 is written as in a unit of measure. */
const PER: Readonly<Record<string, number>> = { '%': 100, '‰': 1000 };

/**
 * Whether a published rate follows from its counts, half up to its own decimals. A mismatch is said and never refused:
 * what was published stays published. A rate "khoảng" states no bound that could be checked.
 */
export const checkRate = ({ rate, unit, qualifier, numerator, denominator }: PublishedRate): RateCheck => {
  const per = PER[unit] ?? 1;
  const decimals = decimalsOf(rate);
  if (numerator === undefined) {
    if (qualifier !== 'exact' || rate.startsWith('-')) return { check: 'not-checked' };
    const nearest = rateOf(leastNumerator(rate, denominator, per), denominator, per, decimals);
    return { check: compareDecimals(nearest, rate) === 0 ? 'follows' : 'impossible' };
  }
  const given = rateOf(numerator, denominator, per, decimals);
  if (qualifier === 'exact') {
    return { rate: given, check: compareDecimals(given, rate) === 0 ? 'follows' : 'differs' };
  }
  if (qualifier === 'about') return { rate: given, check: 'not-checked' };
  // "hơn 97 %" of 97,02 %: the bound is held against the counts themselves, not against what rounding left of them.
  const fine = rateOf(numerator, denominator, per, 6);
  const side = compareDecimals(fine, rate);
  return { rate: given, check: (qualifier === 'more-than' ? side > 0 : side < 0) ? 'follows' : 'differs' };
};
