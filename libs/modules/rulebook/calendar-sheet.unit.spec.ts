import { readFileSync } from 'node:fs';
import { readSheets } from '#platform/sheets';
import { workbookOf } from '../../../tests/support/annexes.js';
import {
  calendarFieldsNamed,
  calendarTableIn,
  readCalendar,
  yearNamedIn,
  type CalendarTable,
} from './calendar-sheet.format.js';

const tableOf = async (bytes: Buffer): Promise<CalendarTable> => {
  const table = calendarTableIn(await readSheets(bytes, calendarFieldsNamed));
  if (!table) throw new Error('no table');
  return table;
};
const read = async (...lines: string[]) => {
  const table = await tableOf(Buffer.from(['Ngày,Loại,Tên', ...lines].join('\n')));
  return readCalendar(table.rows, 2026);
};
const shipped = () => readFileSync('infra/calendars/ngay-nghi-2026.csv');

describe('the calendar of 2026 that is shipped', () => {
  it('names its notice and reads without a fault', async () => {
    const table = await tableOf(shipped());
    expect(table.document).toEqual({ kind: 'Thông báo', number: '9441/TB-BNV', date: '2025-10-16' });
    expect(yearNamedIn(table.rows)).toBe(2026);
    const { days, faults } = readCalendar(table.rows, 2026);
    expect(faults).toEqual([]);
    expect(days.map(({ day, kind }) => (kind === 'holiday' ? day : `${day} ${kind}`))).toEqual([
      '2026-01-01',
      '2026-02-16',
      '2026-02-17',
      '2026-02-18',
      '2026-02-19',
      '2026-02-20',
      '2026-04-26',
      '2026-04-27 compensatory',
      '2026-04-30',
      '2026-05-01',
      '2026-08-22 make-up',
      '2026-08-31 compensatory',
      '2026-09-01',
      '2026-09-02',
      '2026-11-24',
    ]);
  });

  it('reads the same from Excel, whose days are days', async () => {
    const book = workbookOf({
      sheets: [
        {
          rows: [
            ['Lịch nghỉ năm 2026'],
            ['Theo Thông báo 9441/TB-BNV ngày 16 tháng 10 năm 2025'],
            ['Từ ngày', 'Đến ngày', 'Loại ngày', 'Nội dung'],
            [{ day: '2026-02-16' }, { day: '2026-02-20' }, 'Nghỉ lễ, tết', 'Tết Nguyên đán'],
            [{ day: '2026-04-27' }, null, 'NGHỈ BÙ', 'Giỗ Tổ'],
            [46142, '46143', 'Nghỉ lễ', 'Giải phóng miền Nam'],
          ],
        },
      ],
    });
    const table = await tableOf(Buffer.from(book));
    expect(table.document).toEqual({ kind: 'Thông báo', number: '9441/TB-BNV', date: '2025-10-16' });
    const { days, faults } = readCalendar(table.rows, 2026);
    expect(faults).toEqual([]);
    expect(days.map(({ day }) => day)).toEqual([
      '2026-02-16',
      '2026-02-17',
      '2026-02-18',
      '2026-02-19',
      '2026-02-20',
      '2026-04-27',
      '2026-04-30',
      '2026-05-01',
    ]);
  });
});

describe('a day in a calendar file', () => {
  it.each([
    ['30/4/2026', ['2026-04-30']],
    ['30/4', ['2026-04-30']],
    ['2026-04-30', ['2026-04-30']],
    ['Thứ Năm, ngày 30/4/2026', ['2026-04-30']],
    ['Chủ nhật 26/4/2026', ['2026-04-26']],
    ['01/9 - 02/9/2026', ['2026-09-01', '2026-09-02']],
    ['01-02/9/2026', ['2026-09-01', '2026-09-02']],
    ['30/4 đến 01/5', ['2026-04-30', '2026-05-01']],
    ['Thứ 5, 30/4 - thứ Sáu 01/5/2026', ['2026-04-30', '2026-05-01']],
    ['Chủ nhật 26/4/2026', ['2026-04-26']],
  ])('is read: %s', async (text, expected) => {
    const { days, faults } = await read(`"${text}",Nghỉ lễ,x`);
    expect(faults).toEqual([]);
    expect(days.map(({ day }) => day)).toEqual(expected);
  });

  it.each([
    ['cuối tháng,Nghỉ lễ,x', 'day', 'day-unreadable'],
    ['30,Nghỉ lễ,x', 'day', 'day-unreadable'],
    ['31/02/2026,Nghỉ lễ,x', 'day', 'no-such-day'],
    ['"Thứ Hai, 01/01/2026",Nghỉ lễ,x', 'day', 'wrong-weekday'],
    ['Thứ 2 16/02/2026 - thứ 5 20/02/2026,Nghỉ lễ,x', 'day', 'wrong-weekday'],
    [',Nghỉ lễ,x', 'day', 'day-missing'],
    ['05/5/2026 - 01/5/2026,Nghỉ lễ,x', 'day', 'range-too-long'],
    ['01/01/2026 - 31/12/2026,Nghỉ lễ,x', 'day', 'range-too-long'],
    ['01/01/2027,Nghỉ lễ,x', 'day', 'day-of-another-year'],
    ['01/01/2026,,x', 'kind', 'kind-missing'],
    ['01/01/2026,Nghỉ phép,x', 'kind', 'unknown-kind'],
    ['01/01/2026,Nghỉ lễ,', 'name', 'name-missing'],
    [`01/01/2026,Nghỉ lễ,${'x'.repeat(201)}`, 'name', 'name-too-long'],
    ['21/8/2026,Làm bù,x', 'kind', 'make-up-not-on-weekend'],
    ['22/8/2026,Nghỉ bù,x', 'kind', 'compensatory-on-weekend'],
  ])('that cannot be taken is a fault of its row and column: %s', async (line, column, code) => {
    const { faults } = await read('02/01/2026,Nghỉ lễ,x', line);
    expect(faults).toEqual([
      expect.objectContaining({
        row: 3,
        column,
        code: `calendar-import.${code}`,
        message: expect.stringMatching(/\.$/),
      }),
    ]);
  });

  it('stands in one line only', async () => {
    const { faults } = await read('30/4/2026,Nghỉ lễ,x', '30/4/2026,Nghỉ lễ,x', '29/4 - 30/4/2026,Nghỉ bù,x');
    expect(faults.map(({ row, code }) => [row, code])).toEqual([
      [3, 'calendar-import.day-twice'],
      [4, 'calendar-import.day-in-two-kinds'],
    ]);
  });
});

it('a file without days and kinds has no calendar', async () => {
  expect(calendarTableIn(await readSheets(Buffer.from('Mã,Tên\nA,B')))).toBeUndefined();
});
