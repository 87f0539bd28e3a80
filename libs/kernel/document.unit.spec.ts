import { checkDocument } from './document.js';

const decision = { kind: 'Quyết định', number: '0321/QĐ-UBND', date: '2026-03-04' };

describe('a document that permits or proves something', () => {
  it('has a kind, a number and a day that has come', () => {
    expect(() => checkDocument(decision, '2026-03-04')).not.toThrow();
  });

  it.each([
    ['without a kind', { kind: ' ' }, 'request.document-empty'],
    ['without a number', { number: '\t' }, 'request.document-empty'],
    ['of a day that there is not', { date: '2026-02-29' }, 'request.no-such-day'],
    ['of tomorrow', { date: '2026-03-05' }, 'request.document-of-the-future'],
  ])('is refused %s', (_, said, code) => {
    expect(() => checkDocument({ ...decision, ...said }, '2026-03-04')).toThrow(
      expect.objectContaining({ kind: 'invalid', code }),
    );
  });
});
