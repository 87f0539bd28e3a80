import { describe, expect, it } from '@jest/globals';
import { dayText, instantParts, isDay, monthEnds, plus, shortDayText } from './days';

describe('days on the screen', () => {
  it('are written as documents write them: zeros before days under ten and before January and February', () => {
    expect(['2026-03-20', '2026-04-09', '2026-01-30', '2026-12-18'].map(dayText)).toEqual([
      '20/3/2026',
      '09/4/2026',
      '30/01/2026',
      '18/12/2026',
    ]);
    expect(shortDayText('2026-02-05')).toBe('05/02');
  });

  it('come from an address only when they exist', () => {
    expect(['2026-02-28', '2026-02-29', '2026-13-01', '28/2/2026', '', null].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('follow each other over the end of a month and of a year', () => {
    expect([plus('2026-12-31', 1), plus('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28']);
    expect(monthEnds(2028)[1]).toBe('2028-02-29');
  });

  it('of an instant are those of the wall clock in Việt Nam', () => {
    expect(instantParts('2026-12-17T23:45:00Z')).toEqual({ day: '18/12/2026', time: '06:45' });
  });
});
