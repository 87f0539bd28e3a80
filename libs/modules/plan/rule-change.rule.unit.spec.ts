import type { CalendarEntry } from '#kernel';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { readDeadline, type DeadlineRules } from './deadline.rule.js';
import { periodsOf, type ReportWindows } from './period.rule.js';
import { changesUnder, type ReadRow, type Readers } from './rule-change.rule.js';

type Rules = DeadlineRules & ReportWindows;
const now: Rules = shippedRules;
const calendar: readonly CalendarEntry[] = [{ day: '2026-04-30', kind: 'holiday' }];
const working: Rules = { ...now, dayOff: 'next-working-day', calendar };
const readers: Readers<Rules> = {
  read: (deadline, rules) => readDeadline(deadline, { year: 2026, rules }),
  periods: (cycle, rules) => periodsOf(cycle, { year: 2026, rules }),
};
const row = (deadline: string, chosen: Partial<ReadRow> = {}): ReadRow => {
  const reading = readDeadline(deadline, { year: 2026, rules: now });
  if ('fault' in reading) throw new Error(reading.fault);
  const periods = reading.cycle === 'once' ? [] : periodsOf(reading.cycle, { year: 2026, rules: now });
  return { row: deadline, deadline, ...reading, periods, ...chosen };
};
const under = (to: Rules, ...rows: ReadRow[]) => changesUnder(rows, now, to, readers);

describe('another rule set', () => {
  it('moves what falls on a day off, and says why', () => {
    const { changes, unreadable } = under(working, row('20/6/2026'), row('30/4/2026'), row('Quý I/2026'));
    expect(unreadable).toEqual([]);
    expect(changes).toEqual([
      expect.objectContaining({
        row: '20/6/2026',
        before: { due: '2026-06-20', rule: 'date' },
        after: { due: '2026-06-22', rule: 'date' },
        because: ['day-off'],
      }),
      expect.objectContaining({ row: '30/4/2026', after: { due: '2026-05-01', rule: 'date' } }),
    ]);
  });

  it('moves the day behind "trước", alone or together with a day off', () => {
    const exclusive: Rules = { ...now, before: 'exclusive' };
    expect(under(exclusive, row('Trước ngày 15/10/2026')).changes).toMatchObject([
      { after: { due: '2026-10-14' }, because: ['before'] },
    ]);
    const both: Rules = { ...working, before: 'exclusive' };
    expect(under(both, row('Trước ngày 21/6/2026')).changes).toMatchObject([
      { before: { due: '2026-06-21' }, after: { due: '2026-06-22' }, because: ['before', 'day-off'] },
    ]);
  });

  it('moves a milestone even where the due date stays', () => {
    const { changes } = under(working, row('Kế hoạch trước 31/01; kết quả trước 30/9/2026'));
    expect(changes).toMatchObject([
      { before: { due: '2026-09-30' }, after: { due: '2026-09-30' }, because: ['day-off'] },
    ]);
    expect(changes[0]?.milestones).toMatchObject([{ due: '2026-02-02' }]);
  });

  it('moves the periods of a recurring row, only those that it owes', () => {
    const all = row('Hằng quý');
    const owed = row('Mỗi quý 01 lần', { periods: all.periods.slice(2) });
    const later: Rules = { ...now, quarterly: now.quarterly.with(3, { cutoff: '12-10', due: '12-18' }) };
    expect(under(working, owed).changes).toMatchObject([
      {
        because: ['day-off'],
        periods: [
          { period: 3, before: { due: '2026-09-20' }, after: { cutoff: '2026-09-14', due: '2026-09-21' } },
          { period: 4, after: { due: '2026-12-21' } },
        ],
      },
    ]);
    expect(under(later, all).changes).toMatchObject([
      { because: ['windows'], periods: [{ period: 4, after: { cutoff: '2026-12-10', due: '2026-12-18' } }] },
    ]);
  });

  it('that says the same moves nothing', () =>
    expect(under({ ...now, version: '2026-2' }, row('20/6/2026'), row('Hằng tháng'))).toEqual({
      changes: [],
      unreadable: [],
    }));

  it('that reaches less far shows what it cannot read', () =>
    expect(under({ ...now, yearsAfter: 0 }, row('Tháng 01/2027'), row('20/6/2026'))).toEqual({
      changes: [],
      unreadable: [{ row: 'Tháng 01/2027', deadline: 'Tháng 01/2027', fault: 'impossible-date' }],
    }));
});
