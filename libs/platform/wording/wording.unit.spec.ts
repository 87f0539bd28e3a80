import { instantInWords, sentenceOf } from './wording.js';

describe('an instant in a sentence', () => {
  it('is told as the clocks of offices show it', () => {
    expect(instantInWords('2026-12-17T18:05:09.107Z')).toBe('01:05:09 18/12/2026');
    expect(instantInWords('PlanDrafted')).toBe('PlanDrafted');
  });
});

describe('the sentence of a refusal', () => {
  it('has its gaps filled, days as documents write them', () => {
    expect(sentenceOf('request.no-such-day', { day: '2026-02-30' })).toBe('Ngày 2026-02-30 không có trong lịch.');
    expect(sentenceOf('plan.not-in-force', { on: '2026-05-01' })).toBe(
      'Vào ngày 01/05/2026 kế hoạch chưa có hiệu lực.',
    );
    expect(sentenceOf('no.such-code', {})).toBeUndefined();
  });
});
