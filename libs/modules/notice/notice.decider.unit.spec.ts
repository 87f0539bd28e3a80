import { eventsOf } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { notice } from './notice.decider.js';
import type { NoticeEvents } from './notice.events.js';

const { given } = rulesOf(notice, { today: '2026-06-15', facts: {} });
const about: NoticeEvents['NoticeGiven'] = {
  kind: 'due',
  unit: 'u1',
  plan: 'p1',
  task: 't1',
  obligation: 'o1',
  code: 'I.1',
  title: 'Ban hành kế hoạch',
  due: '2026-06-30',
  days: 15,
};
const told = eventsOf<NoticeEvents>()('NoticeGiven', about, '2026-06-15');

describe('a notice', () => {
  it('is given for the day that it is about', () =>
    given()
      .when('GiveNotice', { ...about, on: '2026-06-15' })
      .then(told));

  it('is given once for ever, whatever it would say now', () =>
    given(told)
      .when('GiveNotice', { ...about, title: 'Ban hành kế hoạch năm', on: '2026-06-16' })
      .thenNothing());

  it('names days that exist', () =>
    given()
      .when('GiveNotice', { ...about, due: '2026-06-31', on: '2026-06-15' })
      .thenRefused('no-such-day'));
});
