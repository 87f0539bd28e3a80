import { plusDays, type Day, type Process, type Wish } from '#kernel';
import type { CalendarEvents } from '#modules/calendar';
import { NoticeDispatch, noticeIdOf } from '#modules/notice';
import type { OpenPeriod } from '#modules/progress';
import { wish } from '#platform/processes';

/** How many days before it is due a unit is reminded. */
export const REMINDERS: readonly number[] = [15, 7, 1];

/** What is still owed; `told` are the overdue notices among these that were given already, to spare asking again. */
export type RemindFacts = { readonly open: readonly OpenPeriod[]; readonly told: ReadonlySet<string> };

/** What a notice about a due day is about: another due day is told of again, the same one never. */
export const dueNoticeOf = (
  { obligation, period, due }: Pick<OpenPeriod, 'obligation' | 'period' | 'due'>,
  kind: number | 'overdue',
): string => noticeIdOf(obligation, period, due, kind);

const notice = (owed: OpenPeriod, day: Day, days: number | 'overdue'): Wish => {
  const { plan, task, obligation, unit, code, title, period, periods, due, waiting } = owed;
  return wish(NoticeDispatch, dueNoticeOf(owed, days), 'GiveNotice', {
    on: day,
    ...(days === 'overdue' ? { kind: 'overdue' } : { kind: 'due', days }),
    unit,
    plan,
    task,
    obligation,
    code,
    title,
    due,
    ...(periods > 1 ? { period } : {}),
    ...(waiting ? { waits: true } : {}),
  });
};

/** Reminds units of what they owe: 15, 7 and 1 days before it is due, and once it is overdue. */
export const whenDayBeganRemind: Process<CalendarEvents, RemindFacts> = {
  name: 'when-day-began-remind',
  on: {
    DayBegan: ({ data: { day } }, { open, told }) =>
      open.flatMap((owed) => {
        if (owed.due < day) return told.has(dueNoticeOf(owed, 'overdue')) ? [] : [notice(owed, day, 'overdue')];
        return REMINDERS.filter((days) => plusDays(day, days) === owed.due).map((days) => notice(owed, day, days));
      }),
  },
};
