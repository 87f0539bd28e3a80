import { NoticeDispatch, type NoticeCommands } from '#modules/notice';
import type { OpenPeriod } from '#modules/progress';
import { wish } from '#platform/processes';
import { processOf } from '../../../tests/support/processes.js';
import { dueNoticeOf, whenDayBeganRemind } from './when-day-began-remind.process.js';

const { given } = processOf(whenDayBeganRemind);
const began = (day: string) => ({ type: 'DayBegan', data: { day } }) as const;
const owed = (chosen: Partial<OpenPeriod> = {}): OpenPeriod => ({
  plan: 'p1',
  task: 't1',
  obligation: 'o1',
  unit: 'u1',
  code: 'I.1',
  title: 'Ban hành kế hoạch',
  period: 1,
  periods: 1,
  due: '2026-06-30',
  waiting: false,
  ...chosen,
});
const knowing = (...open: readonly OpenPeriod[]) => ({ open, told: new Set<string>() });
const notice = (
  of: OpenPeriod,
  kind: number | 'overdue',
  more: Partial<NoticeCommands['GiveNotice']> & { on: string },
) =>
  wish(NoticeDispatch, dueNoticeOf(of, kind), 'GiveNotice', {
    kind: kind === 'overdue' ? 'overdue' : 'due',
    unit: 'u1',
    plan: 'p1',
    task: 't1',
    obligation: 'o1',
    code: 'I.1',
    title: 'Ban hành kế hoạch',
    due: of.due,
    ...(kind === 'overdue' ? {} : { days: kind }),
    ...more,
  });

describe('a unit is reminded', () => {
  it.each([
    ['2026-06-15', 15],
    ['2026-06-23', 7],
    ['2026-06-29', 1],
  ])('on %s that something is due in %i days', (day, days) =>
    given(began(day))
      .knowing(knowing(owed()))
      .then(notice(owed(), days, { on: day })),
  );

  it.each(['2026-06-14', '2026-06-16', '2026-06-22', '2026-06-28', '2026-06-30'])('of nothing on %s', (day) =>
    given(began(day)).knowing(knowing(owed())).thenNothing(),
  );

  it('once it is overdue, and not on the day itself', () =>
    given(began('2026-06-30'), began('2026-07-01'))
      .knowing(knowing(owed()))
      .then(notice(owed(), 'overdue', { on: '2026-07-01' })));

  it('of what became overdue while nobody looked', () =>
    given(began('2026-09-01'))
      .knowing(knowing(owed()))
      .then(notice(owed(), 'overdue', { on: '2026-09-01' })));

  it('no more of what it was told to be overdue', () =>
    given(began('2026-07-02'))
      .knowing({ open: [owed()], told: new Set([dueNoticeOf(owed(), 'overdue')]) })
      .thenNothing());

  it('of each day that was missed, in their order', () =>
    given(began('2026-06-23'), began('2026-06-24'), began('2026-06-29'))
      .knowing(knowing(owed()))
      .then(notice(owed(), 7, { on: '2026-06-23' }), notice(owed(), 1, { on: '2026-06-29' })));

  it('again for another due day, and of the same one under the same id', () => {
    const later = owed({ due: '2026-07-31' });
    expect(dueNoticeOf(later, 7)).not.toBe(dueNoticeOf(owed(), 7));
    given(began('2026-07-24'))
      .knowing(knowing(later))
      .then(notice(later, 7, { on: '2026-07-24' }));
  });

  it('of a period by its number, and that a report of it waits for acceptance', () => {
    const period = owed({ period: 2, periods: 4, due: '2026-06-20', waiting: true });
    given(began('2026-06-13'))
      .knowing(knowing(period))
      .then(notice(period, 7, { on: '2026-06-13', period: 2, waits: true }));
  });
});
