import { unitCalled } from './unit-named.js';

const units = [
  { id: 'a', code: 'STC', name: 'Sở Tài chính' },
  { id: 'b', code: 'XM', name: 'Xã Mỹ' },
  { id: 'c', code: 'XMI', name: 'Xã My' },
];

describe('a unit that somebody names at the terminal', () => {
  it.each([
    ['Sở Tài chính', 'a'],
    ['Sở Tài chính'.normalize('NFD'), 'a'],
    ['so tai  chinh', 'a'],
    ['stc', 'a'],
    ['Xã My', 'c'],
  ])('is found as %s', (named, id) => {
    expect(unitCalled(units, named).id).toBe(id);
  });

  it('is not guessed', () => {
    expect(() => unitCalled(units, 'xa my')).toThrow(/Xã Mỹ or Xã My; type it with its tones/);
    expect(() => unitCalled(units, 'Sở Nội vụ')).toThrow(/No unit has/);
  });
});
