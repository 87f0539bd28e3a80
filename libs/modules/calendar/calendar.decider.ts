import { eventsOf, plusDays, type Day, type Decider } from '#kernel';
import type { CalendarEvents } from './calendar.events.js';

export type CalendarCommands = {
  /** Every day that has begun since the last one that was told, up to `day`; so many of them as one append takes. */
  BeginDays: { until: string };
};

type Calendar = { readonly last: Day | null };

/** How many days one command begins at most; who asks for more asks again. */
export const AT_ONCE = 100;

const happened = eventsOf<CalendarEvents>();

export const calendar: Decider<Calendar, CalendarCommands, CalendarEvents> = {
  category: 'calendar',
  initial: { last: null },
  decide: {
    // The first day has none before it; a clock that was set back begins nothing.
    BeginDays: ({ last }, { until }) => {
      const days: Day[] = [];
      for (let day = last === null ? until : plusDays(last, 1); day <= until; day = plusDays(day, 1)) {
        if (days.push(day) === AT_ONCE) break;
      }
      return days.map((day) => happened('DayBegan', { day }, day));
    },
  },
  evolve: {
    DayBegan: (_, { day }) => ({ last: day }),
  },
};
