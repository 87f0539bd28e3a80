import { countingOn } from './following.js';

const facts = [
  { on: '2026-03-01', says: 'first' },
  { on: '2026-06-01', says: 'second' },
  { on: '2026-03-01', says: 'first, said again later' },
];

describe('facts that follow each other', () => {
  it.each([
    ['2026-02-28', undefined],
    ['2026-03-01', 'first, said again later'],
    ['2026-05-31', 'first, said again later'],
    ['2026-06-01', 'second'],
    ['2026-12-31', 'second'],
  ])('count by their day, of equals the later recorded: %s', (day, says) =>
    expect(countingOn(facts, day)?.says).toBe(says),
  );

  it('say nothing where there are none', () => expect(countingOn(undefined, '2026-01-01')).toBeUndefined());
});
