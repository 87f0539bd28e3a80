import { errorValueIn, folded, seen, stored } from './text.js';

describe('text', () => {
  it('is searched without tones, marks, capitals and runs of space', () => {
    expect(folded('  Sở   Nội\tvụ ')).toBe('so noi vu');
    expect(folded('ĐẶNG đình Ưởng')).toBe('dang dinh uong');
    expect(folded('Thủ tục'.normalize('NFD'))).toBe(folded('thu TUC'));
    expect(folded(' \u00a0\u0301 Kỳ\u2003họp \u0309 thứ nhất\r\n')).toBe('ky hop thu nhat');
    expect([folded(''), folded(' \t'), folded('Ủy ban ủy ban')]).toEqual(['', '', 'uy ban uy ban']);
  });

  it('is stored in NFC, without space at its ends', () => {
    expect(stored(' Sở Nội vụ '.normalize('NFD'))).toBe('Sở Nội vụ'.normalize('NFC'));
    expect(stored(' Sở  Nội vụ')).toBe('Sở  Nội vụ');
  });

  it.each(['👨‍👩‍👧‍👦', '👩🏽‍🚀', '❤️‍🔥', '🏴‍☠️', '⛹🏻‍♂️'])('that is seen keeps a picture of several together: %s', (picture) =>
    expect(seen(`a${picture}b`)).toBe(`a${picture}b`),
  );

  it.each([
    'a\u200db',
    '👨\u200d',
    '\u200d👨',
    '👨\u200d ',
    '👨\u200d\u200d',
    'a\u200cb',
    '\u200bab\u2060',
    '\ufeffab',
  ])('that is seen has no sign that joins nothing: %j', (text) => expect(seen(text)).not.toMatch(/\p{Cf}/u));

  it.each([
    ['#REF!', '#REF!'],
    ['Sở Nội vụ; #N/A', '#N/A'],
    ['#CALC!; Sở Y tế', '#CALC!'],
    ['Sửa lỗi #REF! của bảng tính', undefined],
    ['#REF', undefined],
  ])('may be or hold the error of a formula: %s', (text, error) => expect(errorValueIn(text)).toBe(error));
});
