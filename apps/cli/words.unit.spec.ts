import { instantInWords } from './words.js';

describe('an instant in a sentence', () => {
  it('is told as the clocks of offices show it', () => {
    expect(instantInWords('2026-12-17T18:05:09.107Z')).toBe('01:05:09 18/12/2026');
    expect(instantInWords('PlanDrafted')).toBe('PlanDrafted');
  });
});
