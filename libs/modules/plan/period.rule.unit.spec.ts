import { isDay } from '#kernel';
import { shippedRules as rules } from '../../../tests/support/rule-sets.js';
import { periodsOf } from './period.rule.js';

describe('The periods of an obligation', () => {
  it('are one for a one-off row, which is due with its row', () => {
    expect(periodsOf('once', { year: 2026, rules })).toEqual([{ period: 1, cutoff: null, due: null }]);
    expect(periodsOf('once', { year: 2026, rules, owedFrom: '2026-12-20' })).toHaveLength(1);
  });

  it('are four for a quarterly row, cut off on the 14th and due on the 20th', () => {
    expect(periodsOf('quarterly', { year: 2026, rules })).toEqual([
      { period: 1, cutoff: '2026-03-14', due: '2026-03-20' },
      { period: 2, cutoff: '2026-06-14', due: '2026-06-20' },
      { period: 3, cutoff: '2026-09-14', due: '2026-09-20' },
      { period: 4, cutoff: '2026-12-14', due: '2026-12-20' },
    ]);
  });

  it('are twelve for a monthly row', () => {
    const periods = periodsOf('monthly', { year: 2026, rules });
    expect(periods).toHaveLength(12);
    expect(periods[0]).toEqual({ period: 1, cutoff: '2026-01-14', due: '2026-01-20' });
    expect(periods[11]).toEqual({ period: 12, cutoff: '2026-12-14', due: '2026-12-20' });
  });

  it.each(['quarterly', 'monthly'] as const)('have existing days, each due after its cut-off (%s)', (cycle) => {
    for (const { cutoff, due } of periodsOf(cycle, { year: 2028, rules })) {
      expect([isDay(cutoff), isDay(due)]).toEqual([true, true]);
      expect((due ?? '') > (cutoff ?? '')).toBe(true);
    }
  });

  it('of a row added by an amendment are those whose cut-off lies on or after its day of effect', () => {
    const owedFrom = (day: string) =>
      periodsOf('quarterly', { year: 2026, rules, owedFrom: day }).map(({ period }) => period);
    expect(owedFrom('2026-01-01')).toEqual([1, 2, 3, 4]);
    expect(owedFrom('2026-06-14')).toEqual([2, 3, 4]);
    expect(owedFrom('2026-06-15')).toEqual([3, 4]);
    expect(owedFrom('2026-12-15')).toEqual([]);
  });

  it('follow the windows of the rule set', () => {
    const early = { ...rules, quarterly: [{ cutoff: '06-30', due: '07-05' }] };
    expect(periodsOf('quarterly', { year: 2027, rules: early })).toEqual([
      { period: 1, cutoff: '2027-06-30', due: '2027-07-05' },
    ]);
  });

  it('are due on the next working day where the rules say so; their cut-offs stay', () => {
    const dues = (chosen: object) =>
      periodsOf('quarterly', { year: 2026, rules: { ...rules, dayOff: 'next-working-day', ...chosen } });
    expect(dues({}).map(({ due }) => due)).toEqual(['2026-03-20', '2026-06-22', '2026-09-21', '2026-12-21']);
    expect(dues({ calendar: [{ day: '2026-06-22', kind: 'compensatory' }] })[1]).toEqual({
      period: 2,
      cutoff: '2026-06-14',
      due: '2026-06-23',
    });
  });
});
