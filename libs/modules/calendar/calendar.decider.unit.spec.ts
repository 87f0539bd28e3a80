import { eventsOf, plusDays } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { AT_ONCE, calendar } from './calendar.decider.js';
import type { CalendarEvents } from './calendar.events.js';

const began = eventsOf<CalendarEvents>();
const day = (on: string) => began('DayBegan', { day: on }, on);
const { given } = rulesOf(calendar, { today: '2026-06-15', facts: {} });

describe('a day', () => {
  it('is the first of an installation without any before it', () =>
    given().when('BeginDays', { until: '2026-06-15' }).then(day('2026-06-15')));

  it('begins once', () => given(day('2026-06-15')).when('BeginDays', { until: '2026-06-15' }).thenNothing());

  it('brings the days along that were missed, in their order and over the end of a year', () =>
    given(day('2026-12-30'))
      .when('BeginDays', { until: '2027-01-02' })
      .then(day('2026-12-31'), day('2027-01-01'), day('2027-01-02')));

  it('knows the 29th of February', () =>
    given(day('2028-02-28')).when('BeginDays', { until: '2028-03-01' }).then(day('2028-02-29'), day('2028-03-01')));

  it('does not begin again when the clock was set back', () =>
    given(day('2026-06-15')).when('BeginDays', { until: '2026-06-14' }).thenNothing());

  it('comes with so many missed ones as one append takes, the first of them first', () => {
    const events = given(day('2025-01-01')).when('BeginDays', { until: '2026-06-15' }).events();
    expect(events.map(({ data }) => data.day)).toEqual(
      Array.from({ length: AT_ONCE }, (_, nth) => plusDays('2025-01-02', nth)),
    );
  });
});
