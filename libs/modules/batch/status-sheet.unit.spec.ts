import { workbookOf } from '../../../tests/support/annexes.js';
import { readStatusSheet } from './status-sheet.format.js';

const HEADER = ['Số', 'Đơn vị', 'Kỳ', 'Đánh giá', 'Tỷ lệ', 'Ngày thực hiện'];

describe('A status table', () => {
  it.each([
    [46097, false, '16/03/2026'],
    ['46097', false, '16/03/2026'],
    [44635, true, '16/03/2026'],
    [{ day: '2026-03-16' }, false, '16/03/2026'],
    [2026, false, '2026'],
    ['16/3/2026', false, '16/3/2026'],
  ] as const)('of which a day is %j (counted from 1904: %s) says %s', async (day, date1904, text) => {
    const rows = [HEADER, ['46097', 'Sở Nội vụ', 'Quý I', 'Đang thực hiện', 46097, day]];
    const { lines } = await readStatusSheet(Buffer.from(workbookOf({ sheets: [{ rows }], date1904 })));
    expect(lines).toMatchObject([{ code: '46097', cells: { workDay: text, percent: '46097' } }]);
  });
});
