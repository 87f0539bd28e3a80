import {
  dayInCell,
  dayOf,
  dayOfInstant,
  daysInMonth,
  isDay,
  lastOfMonth,
  plusDays,
  quarterOf,
  startOf,
  weekday,
  yearOf,
} from './day.js';

describe('a day', () => {
  it.each(['2026-01-01', '2024-02-29', '2000-02-29', '1900-01-01', '2200-12-31'])('exists: %s', (text) =>
    expect(isDay(text)).toBe(true),
  );

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-1',
    '1899-12-31',
    'x',
    '',
    null,
  ])('does not exist: %s', (text) => expect(isDay(text)).toBe(false));

  it('is made of year, month and day, when there is such a day', () => {
    expect(dayOf(2026, 2, 28)).toBe('2026-02-28');
    expect(dayOf(2026, 2, 29)).toBeUndefined();
    expect([daysInMonth(2026, 2), daysInMonth(2028, 2), lastOfMonth(2026, 9)]).toEqual([28, 29, '2026-09-30']);
  });

  it.each([
    ['36526', '01/01/2000'],
    ['46097', '16/03/2026'],
    ['73050', '31/12/2099'],
  ])('is what a spreadsheet counts by %s', (text, day) => expect(dayInCell(text)).toBe(day));

  it('is counted from 1904 in workbooks of old Macs', () =>
    expect(dayInCell('44635', '1904-01-01')).toBe('16/03/2026'));

  it.each(['2026', '36525', '73051', '99999', '460970', '46097.5', '-46097', '46.097', '4609a', '16/3/2026', ''])(
    'is not made of "%s" in a cell',
    (text) => expect(dayInCell(text)).toBe(text),
  );

  it('is counted on over months and years', () => {
    expect(plusDays('2026-12-18', 15)).toBe('2027-01-02');
    expect(plusDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(plusDays('2026-06-15', 0)).toBe('2026-06-15');
  });

  it('has a weekday, a year and a quarter', () => {
    expect([weekday('2026-12-18'), weekday('2026-12-20'), yearOf('2026-12-18')]).toEqual([5, 0, 2026]);
    expect(['2026-03-31', '2026-04-01', '2026-12-31'].map(quarterOf)).toEqual(['2026-Q1', '2026-Q2', '2026-Q4']);
  });

  it('begins at midnight in Ho Chi Minh City', () => {
    expect(startOf('2026-12-18')).toBe('2026-12-17T17:00:00.000Z');
    expect(dayOfInstant('2026-12-17T16:59:59.999Z')).toBe('2026-12-17');
    expect(dayOfInstant('2026-12-17T17:00:00.000Z')).toBe('2026-12-18');
    expect(dayOfInstant('2026-12-17T17:59:59Z')).toBe('2026-12-18');
    expect(dayOfInstant('2026-12-17T23:30:00+07:00')).toBe('2026-12-17');
    expect(dayOfInstant(Date.UTC(2026, 11, 31, 17))).toBe('2027-01-01');
  });

  it('is that of its instant, however many were asked for before', () => {
    for (let hour = 0; hour < 3_000; hour += 1) {
      const instant = new Date(Date.UTC(2026, 0, 1, hour, hour % 60)).toISOString();
      const inHoChiMinh = new Date(Date.UTC(2026, 0, 1, hour + 7)).toISOString().slice(0, 10);
      expect([dayOfInstant(instant), dayOfInstant(instant)]).toEqual([inHoChiMinh, inHoChiMinh]);
    }
    expect(() => dayOfInstant('2026-99-01T00:00:00Z')).toThrow(RangeError);
  });
});
