import { compareDecimals, decimalsOf, isDecimal, leastNumerator, minusDecimal, rateOf } from './decimal.js';

describe('a decimal number as text', () => {
  it.each(['0', '0.0', '90', '90.50', '-1.12', '999999999999999.999999'])('is %s', (text) => {
    expect(isDecimal(text)).toBe(true);
  });

  it.each(['90,5', '090', '.5', '5.', '1e3', '', ' 1', '-0', '-0.00', '1.2345678', '1000000000000000', 'NaN', 90.5])(
    'is not %s',
    (text) => {
      expect(isDecimal(text)).toBe(false);
    },
  );

  it('keeps the decimals with which it was published', () => {
    expect([decimalsOf('82'), decimalsOf('82.0')]).toEqual([0, 1]);
  });

  it.each([
    ['90', '90.0', 0],
    ['89.99', '90', -1],
    ['-1', '-1.01', 1],
    ['0.3', '0.30000', 0],
    ['9', '10', -1],
    ['999999999999999.999999', '999999999999999.999998', 1],
  ])('%s compared with %s is %i', (a, b, expected) => {
    expect(compareDecimals(a, b)).toBe(expected);
    expect(compareDecimals(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  it.each([
    ['81.21', '80.09', '1.12'],
    ['86.72', '86.75', '-0.03'],
    ['0.3', '0.1', '0.2'],
    ['90', '90.0', '0.0'],
    ['1', '-1.5', '2.5'],
  ])('%s less %s is %s, exactly', (a, b, expected) => {
    expect(minusDecimal(a, b)).toBe(expected);
  });
});

describe('a rate of two counts', () => {
  it.each([
    [65, 68, 1, '95.6'],
    [64, 68, 1, '94.1'],
    [1335, 1391, 2, '95.97'],
    [1, 8, 0, '13'],
    [1, 16, 1, '6.3'],
    [0, 7, 2, '0.00'],
    [7, 7, 0, '100'],
  ])('%i of %i with %i decimals is %s percent', (numerator, denominator, decimals, expected) => {
    expect(rateOf(numerator, denominator, 100, decimals)).toBe(expected);
  });

  it.each([
    ['68.5', 200, 137],
    ['68.7', 200, 138],
    ['0.0', 200, 0],
    ['95.6', 68, 65],
  ])('%s percent of %i is reached by %i at least', (rate, denominator, expected) => {
    expect(leastNumerator(rate, denominator, 100)).toBe(expected);
    expect(compareDecimals(rateOf(expected, denominator, 100, 1), rate)).toBeGreaterThanOrEqual(0);
    if (expected > 0) expect(compareDecimals(rateOf(expected - 1, denominator, 100, 1), rate)).toBe(-1);
  });
});
