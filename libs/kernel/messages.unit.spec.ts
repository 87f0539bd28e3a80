import { isSame } from './messages.js';

describe('two values', () => {
  it.each([
    [
      { a: 1, b: [{ c: null }] },
      { b: [{ c: null }], a: 1 },
    ],
    [{ a: 1, b: undefined }, { a: 1 }],
    [[], []],
    ['x', 'x'],
  ])('say the same: %j and %j', (a, b) => expect(isSame(a, b)).toBe(true));

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 0 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [null, {}],
    ['1', 1],
  ])('say different things: %j and %j', (a, b) => expect(isSame(a, b)).toBe(false));
});
