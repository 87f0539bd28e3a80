import { describe, expect, it } from '@jest/globals';
import { nearest } from './nearest-plan';

const plan = (
  id: string,
  year: number,
  unit: string,
  kind = 'cchc',
  status: 'promulgated' | 'draft' = 'promulgated',
) => ({
  ...{ id, year, kind, status },
  unit: { id: unit },
});
const draft = (id: string, year: number) => plan(id, year, 'province', 'cchc', 'draft');

describe('the plan that is opened first', () => {
  const opened = (...plans: ReturnType<typeof plan>[]) => nearest(plans, 2026, 'ward')?.id;

  it('is of this year and no draft', () => {
    expect(opened(draft('a', 2026), plan('b', 2025, 'province'), plan('c', 2026, 'province'))).toBe('c');
    expect(opened(plan('a', 2027, 'province'), plan('b', 2026, 'province'))).toBe('b');
  });

  it('of several is that of one’s own unit, else that of administrative reform, else the first', () => {
    const other = [plan('a', 2026, 'province', 'chuyen-doi-so'), plan('b', 2026, 'province', 'du-lieu')];
    expect(opened(...other, plan('c', 2026, 'province'), plan('d', 2026, 'ward', 'chuyen-doi-so'))).toBe('d');
    expect(opened(...other, plan('c', 2026, 'province'))).toBe('c');
    expect(opened(...other)).toBe('a');
  });

  it('is else the newest that is no draft, and a draft only where there is nothing else', () => {
    expect(opened(plan('a', 2024, 'province'), plan('b', 2025, 'province'), draft('c', 2026))).toBe('b');
    expect(opened(draft('a', 2027), draft('b', 2026))).toBe('b');
    expect(opened()).toBeUndefined();
  });
});
