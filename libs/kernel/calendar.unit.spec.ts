import { isDayOff, workingDayFrom, type CalendarEntry } from './index.js';

const calendar: readonly CalendarEntry[] = [
  { day: '2026-04-26', kind: 'holiday' },
  { day: '2026-04-27', kind: 'compensatory' },
  { day: '2026-08-22', kind: 'make-up' },
  { day: '2026-08-31', kind: 'compensatory' },
  { day: '2026-09-01', kind: 'holiday' },
  { day: '2026-09-02', kind: 'holiday' },
];

describe('a day', () => {
  it.each([
    ['a Friday', '2026-04-24', false],
    ['a Saturday', '2026-04-25', true],
    ['a holiday on a Sunday', '2026-04-26', true],
    ['a compensatory Monday', '2026-04-27', true],
    ['a Saturday that is made up for', '2026-08-22', false],
    ['the Sunday behind it', '2026-08-23', true],
  ])('is off or not: %s', (_, day, off) => expect(isDayOff(day, calendar)).toBe(off));

  it('that is off is followed by the next working day, over weekend, compensation and holidays', () => {
    expect(workingDayFrom('2026-08-29', calendar)).toBe('2026-09-03');
    expect(workingDayFrom('2026-08-22', calendar)).toBe('2026-08-22');
    expect(workingDayFrom('2026-04-25', calendar)).toBe('2026-04-28');
    expect(workingDayFrom('2026-12-20', [])).toBe('2026-12-21');
  });
});
