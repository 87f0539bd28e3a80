import { folded, stored } from './text.js';

describe('text', () => {
  it('is searched without tones, marks, capitals and runs of space', () => {
    expect(folded('  Sở   Nội\tvụ ')).toBe('so noi vu');
    expect(folded('ĐẶNG đình Ưởng')).toBe('dang dinh uong');
    expect(folded('Thủ tục'.normalize('NFD'))).toBe(folded('thu TUC'));
  });

  it('is stored in NFC, without space at its ends', () => {
    expect(stored(' Sở Nội vụ '.normalize('NFD'))).toBe('Sở Nội vụ'.normalize('NFC'));
    expect(stored(' Sở  Nội vụ')).toBe('Sở  Nội vụ');
  });
});
