import { describe, expect, it } from '@jest/globals';
import { cutOffs, reportDay } from './cut-offs';

describe('the days offered for a question', () => {
  it('are the cut-offs of the quarterly reports', () => {
    expect(cutOffs(2026)).toEqual(['2026-03-14', '2026-06-14', '2026-09-14', '2026-12-14']);
  });

  it('know the day on which the report of a cut-off is due, and that other days have none', () => {
    expect(['2026-06-14', '2026-05-14', '2026-06-30'].map(reportDay)).toEqual(['2026-06-20', null, null]);
  });
});
