import { eventsOf } from '#kernel';
import { rulesOf } from '../../../tests/support/rules.js';
import { rulebook, type RulebookCommands } from './rulebook.decider.js';
import type { CalendarDay, RulebookEvents } from './rulebook.events.js';
import { SHIPPED } from './shipped.query.js';

const event = eventsOf<RulebookEvents>();
const { given } = rulesOf(rulebook, { today: '2026-11-26', facts: { missingFile: false, shipped: SHIPPED } });

const document = { kind: 'Thông báo', number: '9441/TB-BNV', date: '2025-10-16' };
const decision = { kind: 'Quyết định', number: '0112/QĐ-UBND', date: '2026-11-20' };
const holiday = (day: string, kind: CalendarDay['kind'] = 'holiday'): CalendarDay => ({ day, kind, name: 'Ngày nghỉ' });
const calendar = (year: number, version: number, ...entries: CalendarDay[]) =>
  event('CalendarImported', { year, version, entries, document }, document.date);
const importing = (...entries: CalendarDay[]) => ({ year: 2026, entries, document });

type Wish = RulebookCommands['IssueRuleSet'];
const [shipped] = SHIPPED;
const { calendars: _, ...choices } = shipped as (typeof SHIPPED)[number];
const wish = (chosen: Partial<Wish> = {}): Wish => ({
  ...choices,
  version: '2027',
  since: 2027,
  document: decision,
  ...chosen,
});
const issued = (chosen: Partial<Wish> = {}, calendars: { year: number; version: number }[] = []) =>
  event('RuleSetIssued', { ...wish(chosen), calendars }, decision.date);

describe('a calendar', () => {
  it('is stored in the order of its days, by the day of its notice', () =>
    given()
      .when('ImportCalendar', importing(holiday('2026-05-01'), holiday('2026-01-01')))
      .then(calendar(2026, 1, holiday('2026-01-01'), holiday('2026-05-01'))));

  it('that says the same changes nothing; said differently it is the next version', () => {
    const past = given(calendar(2026, 1, holiday('2026-01-01')), calendar(2027, 1, holiday('2027-01-01')));
    past.when('ImportCalendar', importing(holiday('2026-01-01'))).thenNothing();
    past
      .when('ImportCalendar', importing(holiday('2026-01-01'), holiday('2026-05-01')))
      .then(calendar(2026, 2, holiday('2026-01-01'), holiday('2026-05-01')));
  });

  it('knows three kinds of days: a holiday on any, a compensation on weekdays, a make-up on weekends', () => {
    const three = [holiday('2026-04-26'), holiday('2026-04-27', 'compensatory'), holiday('2026-08-22', 'make-up')];
    given()
      .when('ImportCalendar', importing(...three))
      .then(calendar(2026, 1, ...three));
    given()
      .when('ImportCalendar', importing(holiday('2026-08-21', 'make-up')))
      .thenRefused('make-up-not-on-weekend', { day: '2026-08-21' });
    given()
      .when('ImportCalendar', importing(holiday('2026-08-22', 'compensatory')))
      .thenRefused('compensatory-on-weekend');
    given()
      .when('ImportCalendar', importing(holiday('2026-08-22', 'party' as 'holiday')))
      .thenRefused('unknown-kind');
  });

  it.each([
    ['of another year', [holiday('2027-01-01')], 'day-of-another-year'],
    ['that does not exist', [holiday('2026-02-29')], 'request.no-such-day'],
    ['twice', [holiday('2026-01-01'), holiday('2026-01-01')], 'day-twice'],
    ['in two kinds', [holiday('2026-04-27'), holiday('2026-04-27', 'compensatory')], 'day-in-two-kinds'],
    ['without a name', [{ ...holiday('2026-01-01'), name: ' ' }], 'day-without-name'],
    ['less than one', [], 'calendar-empty'],
  ])('has no day %s', (_name, entries, code) =>
    given()
      .when('ImportCalendar', importing(...entries))
      .thenRefused(code),
  );

  it('has no more days than a year and is of a year in reach', () => {
    const many = Array.from({ length: 367 }, () => holiday('2026-01-01'));
    given()
      .when('ImportCalendar', importing(...many))
      .thenRefused('calendar-too-long');
    given()
      .when('ImportCalendar', { ...importing(holiday('1999-01-01')), year: 1999 })
      .thenRefused('year-out-of-range');
  });

  it('rests on a notice that has been issued and whose file is there', () => {
    const said = importing(holiday('2026-01-01'));
    const on = (changed: object) => ({ ...said, document: { ...document, ...changed } });
    given()
      .when('ImportCalendar', on({ number: ' ' }))
      .thenRefused('request.document-empty');
    given()
      .when('ImportCalendar', on({ date: '2026-11-27' }))
      .thenRefused('request.document-of-the-future');
    given()
      .when('ImportCalendar', on({ date: '2026-02-30' }))
      .thenRefused('request.no-such-day');
    given()
      .when('ImportCalendar', said, { facts: { missingFile: true } })
      .thenRefused('file.absent');
  });
});

describe('a rule set', () => {
  it('is issued by a document, with the choices for the plans of its years', () =>
    given()
      .when('IssueRuleSet', wish({ before: 'exclusive', headline: 'carriedOut' }))
      .then(issued({ before: 'exclusive', headline: 'carriedOut' })));

  it('that moves due dates to working days keeps the newest calendars of its day', () => {
    const calendars = [calendar(2027, 1, holiday('2027-01-01')), calendar(2026, 1, holiday('2026-01-01'))];
    given(...calendars, calendar(2027, 2, holiday('2027-05-01')))
      .when('IssueRuleSet', wish({ dayOff: 'next-working-day' }))
      .then(
        issued({ dayOff: 'next-working-day' }, [
          { year: 2026, version: 1 },
          { year: 2027, version: 2 },
        ]),
      );
    given(calendar(2026, 1, holiday('2026-01-01')))
      .when('IssueRuleSet', wish({ dayOff: 'next-working-day' }))
      .thenRefused('calendar-missing', { year: 2027 });
  });

  it('is never changed: its version is taken, by the product too; said again it is nothing', () => {
    given(issued()).when('IssueRuleSet', wish()).thenNothing();
    given(issued())
      .when('IssueRuleSet', wish({ before: 'exclusive' }))
      .thenRefused('version-taken');
    given()
      .when('IssueRuleSet', wish({ version: '2021' }))
      .thenRefused('version-taken');
  });

  const { quarterly, monthly } = choices;
  const quarters = (index: number, cutoff: string, due: string) => quarterly.with(index, { cutoff, due });
  it.each([
    ['a version that is no word', { version: 'hai bảy' }, 'bad-version'],
    ['a year out of reach', { since: 1999 }, 'year-out-of-range'],
    ['a reading of "trước" that there is not', { before: 'maybe' as 'inclusive' }, 'unknown-choice'],
    ['a choice for days off that there is not', { dayOff: 'earlier' as 'stays' }, 'unknown-choice'],
    ['a headline that there is not', { headline: 'promised' as 'started' }, 'unknown-choice'],
    ['due dates too far away', { yearsAfter: 31 }, 'reach-out-of-range'],
    ['half a year before', { yearsBefore: 0.5 }, 'reach-out-of-range'],
    ['three quarters', { quarterly: quarterly.slice(1) }, 'windows-incomplete'],
    ['eleven months', { monthly: monthly.slice(1) }, 'windows-incomplete'],
    ['a cut-off that not every year has', { quarterly: quarters(0, '02-29', '03-20') }, 'window-without-day'],
    [
      'a window that is due before its cut-off',
      { quarterly: quarters(0, '03-21', '03-20') },
      'window-due-before-cutoff',
    ],
    ['quarters that do not follow each other', { quarterly: quarters(1, '03-10', '06-20') }, 'windows-out-of-order'],
    ['two quarters due on one day', { quarterly: quarters(1, '03-16', '03-20') }, 'windows-out-of-order'],
  ])('is refused with %s', (_name, chosen, code) => given().when('IssueRuleSet', wish(chosen)).thenRefused(code));

  it('rests on a document', () =>
    given()
      .when('IssueRuleSet', wish({ document: { ...decision, kind: '' } }))
      .thenRefused('request.document-empty'));
});
