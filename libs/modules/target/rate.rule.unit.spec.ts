import { checkRate, type PublishedRate } from './rate.rule.js';

const check = (chosen: Partial<PublishedRate> & Pick<PublishedRate, 'rate' | 'denominator'>) =>
  checkRate({ unit: '%', qualifier: 'exact', ...chosen });

describe('a published rate', () => {
  it.each([
    ['95.6', 65, 68, 'follows', '95.6'],
    ['95.97', 1335, 1391, 'follows', '95.97'],
    ['96', 65, 68, 'follows', '96'],
    ['95.5', 65, 68, 'differs', '95.6'],
    ['12.5', 1, 8, 'follows', '12.5'],
    ['12', 1, 8, 'differs', '13'],
  ])('of %s %% with %i of %i %s', (rate, numerator, denominator, said, given) => {
    expect(check({ rate, numerator, denominator })).toEqual({ check: said, rate: given });
  });

  it('of a base alone is possible or not: no whole number of 200 gives 68.7 %', () => {
    expect(check({ rate: '68.5', denominator: 200 })).toEqual({ check: 'follows' });
    expect(check({ rate: '69.0', denominator: 200 })).toEqual({ check: 'follows' });
    expect(check({ rate: '68.7', denominator: 200 })).toEqual({ check: 'impossible' });
    expect(check({ rate: '97.4', denominator: 22567 })).toEqual({ check: 'follows' });
  });

  it('that is only approximate is held against its bound', () => {
    const said = (qualifier: PublishedRate['qualifier'], rate: string) =>
      check({ rate, qualifier, numerator: 9702, denominator: 10000 }).check;
    expect(said('more-than', '97')).toBe('follows');
    expect(said('more-than', '97.02')).toBe('differs');
    expect(said('less-than', '98')).toBe('follows');
    expect(said('less-than', '97')).toBe('differs');
    expect(said('about', '50')).toBe('not-checked');
    expect(check({ rate: '97', qualifier: 'more-than', denominator: 3 }).check).toBe('not-checked');
  });

  it('is per hundred, per thousand, or plain, as its unit says', () => {
    expect(check({ rate: '12', unit: '‰', numerator: 12, denominator: 1000 }).check).toBe('follows');
    expect(check({ rate: '6.0', unit: 'người/tổ', numerator: 7200, denominator: 1200 }).check).toBe('follows');
  });
});
