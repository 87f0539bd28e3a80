import { eventsOf, isDay, refusal, type Decider } from '#kernel';
import type { NoticeEvents } from './notice.events.js';

export type NoticeCommands = {
  /** `on` is the day that the notice is about. */
  GiveNotice: NoticeEvents['NoticeGiven'] & { on: string };
};

type Notice = { readonly given: boolean };

const happened = eventsOf<NoticeEvents>();

export const notice: Decider<Notice, NoticeCommands, NoticeEvents> = {
  category: 'notice',
  initial: { given: false },
  decide: {
    GiveNotice: ({ given }, { on, ...said }) => {
      if (given) return [];
      for (const day of [on, said.due])
        if (day !== undefined && !isDay(day)) throw refusal('invalid', 'no-such-day', { day });
      return [happened('NoticeGiven', said, on)];
    },
  },
  evolve: {
    NoticeGiven: () => ({ given: true }),
  },
};
