import type { Goal, Measured, Qualifier } from './target.events.js';
import { moveOf, verdictOf } from './verdict.query.js';

const atLeast: Goal = { kind: 'at-least', value: '90', unit: '%' };
const atMost: Goal = { kind: 'at-most', value: '5', unit: 'ngày' };
const rank: Goal = { kind: 'rank-at-most', rank: 40, of: 63 };
const groups = ['Thấp', 'Trung bình thấp', 'Trung bình cao', 'Cao'];
const group: Goal = { kind: 'group-at-least', group: 'Trung bình cao', groups };
const number = (text: string): Measured => ({ number: text });
const verdict = (goal: Goal, value: Measured, qualifier: Qualifier = 'exact') => verdictOf(goal, { value, qualifier });

describe('a verdict', () => {
  it.each<[Goal, string, Qualifier, string]>([
    [atLeast, '90', 'exact', 'met'],
    [atLeast, '90.00', 'exact', 'met'],
    [atLeast, '89.99', 'exact', 'missed'],
    [atLeast, '90', 'more-than', 'met'],
    [atLeast, '89', 'more-than', 'open'],
    [atLeast, '90', 'less-than', 'missed'],
    [atLeast, '91', 'less-than', 'open'],
    [atLeast, '99', 'about', 'open'],
    [atMost, '5.0', 'exact', 'met'],
    [atMost, '5.1', 'exact', 'missed'],
    [atMost, '5', 'less-than', 'met'],
    [atMost, '6', 'less-than', 'open'],
    [atMost, '5', 'more-than', 'missed'],
    [atMost, '4', 'more-than', 'open'],
  ])('of %j by %s (%s) is %s', (goal, value, qualifier, expected) => {
    expect(verdict(goal, number(value), qualifier)).toBe(expected);
  });

  it('of "từ hạng 40 trở lên" is met by the 40th and missed by the 41st: the lower is the better', () => {
    expect([12, 40, 41].map((place) => verdict(rank, { rank: place }))).toEqual(['met', 'met', 'missed']);
  });

  it('of a group is met from that group on', () => {
    expect(groups.map((name) => verdict(group, { group: name }))).toEqual(['missed', 'missed', 'met', 'met']);
    expect(verdict(group, { group: 'Khá' })).toBe('open');
  });

  it('of a question is its answer', () => {
    expect([true, false].map((yes) => verdict({ kind: 'yes' }, { yes }))).toEqual(['met', 'missed']);
  });
});

describe('the move between two values', () => {
  const move = (goal: Goal, before: Measured, after: Measured, qualifier: Qualifier = 'exact') =>
    moveOf(goal, { value: before, qualifier: 'exact' }, { value: after, qualifier });

  it('of numbers is their difference, better or worse as the goal wants it', () => {
    expect(move(atLeast, number('80.09'), number('81.21'))).toEqual({ by: '1.12', direction: 'better', exact: true });
    expect(move(atMost, number('4'), number('4.5'))).toEqual({ by: '0.5', direction: 'worse', exact: true });
    expect(move(atLeast, number('90'), number('90.0'))).toMatchObject({ by: '0.0', direction: 'same' });
    expect(move(atLeast, number('1'), number('2'), 'about')).toMatchObject({ exact: false });
  });

  it('of ranks counts places won: from 30 to 12 are 18', () => {
    expect(move(rank, { rank: 30, of: 63 }, { rank: 12, of: 63 })).toMatchObject({ by: '18', direction: 'better' });
    expect(move(rank, { rank: 27 }, { rank: 45 })).toMatchObject({ by: '-18', direction: 'worse' });
  });

  it('of groups counts groups climbed, and of answers there is none', () => {
    expect(move(group, { group: 'Thấp' }, { group: 'Cao' })).toMatchObject({ by: '3', direction: 'better' });
    expect(move({ kind: 'yes' }, { yes: false }, { yes: true })).toBeNull();
  });
});
