import fc from 'fast-check';
import { ratio } from './ratio.js';

describe('a percentage', () => {
  it.each([
    [65, 68, '95.6'],
    [1, 8, '12.5'],
    [1, 16, '6.3'],
    [3, 2000, '0.2'],
    [1, 2000, '0.1'],
    [1, 2001, '0.0'],
    [0, 68, '0.0'],
    [68, 68, '100.0'],
    [1, 1, '100.0'],
    [999, 1000, '99.9'],
    [1999, 2000, '100.0'],
    [1, 3, '33.3'],
    [2, 3, '66.7'],
  ])('of %i/%i is %s, rounded half up', (numerator, denominator, percent) =>
    expect(ratio(numerator, denominator, 'tasks')).toEqual({ numerator, denominator, base: 'tasks', percent }),
  );

  it('of nothing is none', () =>
    expect(ratio(0, 0, 'tasks-due')).toEqual({ numerator: 0, denominator: 0, base: 'tasks-due', percent: null }));

  it('is what exact integers say, for every pair of counts', () => {
    const pairs = fc.nat(1_000_000).chain((d) => fc.tuple(fc.nat(d), fc.constant(d)));
    fc.assert(
      fc.property(pairs, ([n, d]) => {
        const { percent } = ratio(n, d, 'tasks');
        if (d === 0) return percent === null;
        const tenths = (2000n * BigInt(n) + BigInt(d)) / (2n * BigInt(d));
        return percent === `${tenths / 10n}.${tenths % 10n}`;
      }),
    );
  });
});
