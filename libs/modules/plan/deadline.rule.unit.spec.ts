import fc from 'fast-check';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { readDeadline, type DeadlineRules } from './deadline.rule.js';

const read = (text: string, rules: DeadlineRules = shippedRules, year = 2026) => readDeadline(text, { year, rules });
const choosing = (choices: Partial<DeadlineRules>): DeadlineRules => ({ ...shippedRules, ...choices });

describe('A deadline of the annex', () => {
  it.each([
    ['30/6/2026', '2026-06-30', 'date'],
    ['Chậm nhất ngày 20/3/2026', '2026-03-20', 'date'],
    ['Trước ngày 15/10/2026', '2026-10-15', 'date'],
    ['Hoàn thành trước 10/12/2026', '2026-12-10', 'date'],
    ['Quý III/2026', '2026-09-30', 'quarter'],
    ['Trong quý II/2026', '2026-06-30', 'quarter'],
    ['Tháng 12/2026', '2026-12-31', 'month'],
    ['Trong tháng 01/2026', '2026-01-31', 'month'],
    ['Tháng 01/2027', '2027-01-31', 'month'],
    ['Ngày 15, tháng 6, năm 2026', '2026-06-15', 'date'],
    ['Ngày 15 (mười lăm) tháng 6 năm 2026', '2026-06-15', 'date'],
    ['Trước ngày 15 của tháng 6/2026', '2026-06-15', 'date'],
    ['Trước ngày 15 - tháng 6 - 2026', '2026-06-15', 'date'],
    ['Ngày 15 tháng sáu năm 2026', '2026-06-15', 'date'],
    ['Tháng sáu năm 2026', '2026-06-30', 'month'],
    ['Tháng mười hai', '2026-12-31', 'month'],
    ['Ngày cuối tháng sáu năm 2026', '2026-06-30', 'month'],
    ['Hoàn thành trong năm 2026, trước tháng mười', '2026-10-31', 'month'],
    ['Quý hai năm 2026', '2026-06-30', 'quarter'],
    ['Quý tư/2026', '2026-12-31', 'quarter'],
    ['Quý 2, tháng 6 năm 2026', '2026-06-30', 'month'],
    ['Năm 2026, theo văn bản số 15/KH-UBND', '2026-12-31', 'year'],
  ])('"%s" is due on %s', (text, due, rule) => {
    expect(read(text)).toEqual({ due, rule, cycle: 'once', milestones: [] });
  });

  it.each([
    ['Thường xuyên', 'quarterly', 'recurring-quarterly'],
    ['Hằng quý', 'quarterly', 'recurring-quarterly'],
    ['Hàng quý', 'quarterly', 'recurring-quarterly'],
    ['Mỗi quý 01 lần', 'quarterly', 'recurring-quarterly'],
    ['Hằng tháng', 'monthly', 'recurring-monthly'],
    ['HÀNG THÁNG', 'monthly', 'recurring-monthly'],
    ['Định kỳ hằng quý (trước ngày 20 của tháng cuối quý)', 'quarterly', 'recurring-quarterly'],
    ['Ngày 15 hằng tháng', 'monthly', 'recurring-monthly'],
    ['01 lần/quý', 'quarterly', 'recurring-quarterly'],
    ['03 tháng/lần', 'quarterly', 'recurring-quarterly'],
    ['Thường xuyên trong năm 2026', 'quarterly', 'recurring-quarterly'],
    ['Thường xuyên, từ quý II/2026', 'quarterly', 'recurring-quarterly'],
  ])('"%s" is owed %s, by the end of the plan’s year', (text, cycle, rule) => {
    expect(read(text)).toEqual({ due: '2026-12-31', rule, cycle, milestones: [] });
  });

  it.each([
    'Theo quy định',
    'Theo kế hoạch của Bộ Nội vụ',
    'Theo Kế hoạch số 123/KH-BNV ngày 12/02/2026 của Bộ Nội vụ',
    'Theo kế hoạch năm 2026 của Chính phủ',
    'Sau khi Bộ Nội vụ công bố',
    'Sau khi Bộ Nội vụ công bố quý I/2026',
    '15 ngày kể từ ngày công bố',
    'Khi có yêu cầu',
    'Không thời hạn',
  ])('"%s" is without a due date', (text) => {
    expect(read(text)).toEqual({ due: null, rule: 'none', cycle: 'once', milestones: [] });
  });

  it('has its last part as due date and the earlier ones as milestones', () => {
    expect(read('Kế hoạch trước 31/01; kết quả trước 30/9/2026')).toEqual({
      due: '2026-09-30',
      rule: 'parts',
      cycle: 'once',
      milestones: [{ text: 'Kế hoạch trước 31/01', due: '2026-01-31' }],
    });
    expect(read('Ban hành trong quý I; hoàn thành trước 30/11/2026')).toEqual({
      due: '2026-11-30',
      rule: 'parts',
      cycle: 'once',
      milestones: [{ text: 'Ban hành trong quý I', due: '2026-03-31' }],
    });
  });

  it('takes a missing year from the last part, else from the plan', () => {
    expect(read('Kế hoạch trước 31/01; tổng kết trước 31/3/2027')).toMatchObject({
      due: '2027-03-31',
      milestones: [{ due: '2027-01-31' }],
    });
    expect(read('Kế hoạch trong tháng 02/2026; kết quả trước 30/9')).toMatchObject({
      due: '2026-09-30',
      milestones: [{ due: '2026-02-28' }],
    });
    expect(read('Quý I', shippedRules, 2028)).toMatchObject({ due: '2028-03-31' });
    expect(read('Tháng 02', shippedRules, 2028)).toMatchObject({ due: '2028-02-29' });
  });

  it('leaves words in front of the parts aside', () => {
    expect(read('Xây dựng đề án; trình trước 30/6')).toMatchObject({ due: '2026-06-30', milestones: [] });
    expect(read('Ban hành Kế hoạch năm 2026 trước 31/01')).toMatchObject({ due: '2026-01-31', milestones: [] });
    expect(read('Báo cáo quý I trước 20/3/2026')).toMatchObject({ due: '2026-03-20', rule: 'date', milestones: [] });
    expect(read('Thực hiện Quyết định 06/2022/QĐ-UBND trước 30/6')).toMatchObject({ due: '2026-06-30' });
    expect(read('Theo kế hoạch của Bộ, hoàn thành trước 30/6/2026')).toMatchObject({ due: '2026-06-30', rule: 'date' });
  });

  it('is open when its last part is', () => {
    expect(read('Kế hoạch trước 31/01; kết quả theo quy định')).toEqual({
      due: null,
      rule: 'parts',
      cycle: 'once',
      milestones: [{ text: 'Kế hoạch trước 31/01', due: '2026-01-31' }],
    });
  });

  it('is owed by periods when a part of it recurs', () => {
    expect(read('Kế hoạch trước 31/01; thực hiện thường xuyên')).toEqual({
      due: '2026-12-31',
      rule: 'parts',
      cycle: 'quarterly',
      milestones: [{ text: 'Kế hoạch trước 31/01', due: '2026-01-31' }],
    });
    expect(read('Báo cáo hằng tháng; tổng kết trước 15/12/2026')).toEqual({
      due: '2026-12-15',
      rule: 'parts',
      cycle: 'monthly',
      milestones: [],
    });
    expect(read('Thường xuyên; báo cáo theo quy định')).toMatchObject({ due: '2026-12-31', cycle: 'quarterly' });
  });

  it.each([
    ['quý iii/2026', '2026-09-30'],
    ['QUÝ III/2026', '2026-09-30'],
    ['Quí III năm 2026', '2026-09-30'],
    ['Quý 3/2026', '2026-09-30'],
    ['Quý Ⅲ/2026', '2026-09-30'],
    ['Q.III/2026', '2026-09-30'],
    ['Q3-2026', '2026-09-30'],
    ['Cuối quý III/2026', '2026-09-30'],
    ['Quý I, II, III/2026', '2026-09-30'],
    ['Quý I-III/2026', '2026-09-30'],
    ['Quý I và quý III/2026', '2026-09-30'],
    ['Quý III/2026 (chậm nhất 15/9)', '2026-09-15'],
    ['Tháng 3 đến tháng 9/2026', '2026-09-30'],
    ['Từ tháng 3 đến hết tháng 9/2026', '2026-09-30'],
    ['09/2026', '2026-09-30'],
    ['T9/2026', '2026-09-30'],
    ['30-9-2026', '2026-09-30'],
    ['30.9.2026', '2026-09-30'],
    ['30 / 9 / 2026', '2026-09-30'],
    ['30/09/26', '2026-09-30'],
    ['30/9 năm 2026', '2026-09-30'],
    ['ngày 30 tháng 9 năm 2026', '2026-09-30'],
    ['Trước ngày 30 tháng 9', '2026-09-30'],
    ['Trước 30.9', '2026-09-30'],
    ['01/6/2026 - 30/9/2026', '2026-09-30'],
    ['01/6-30/9/2026', '2026-09-30'],
    ['Từ ngày 01/6/2026 đến ngày 30/9/2026', '2026-09-30'],
    ['9 tháng đầu năm', '2026-09-30'],
    ['2026-09-30', '2026-09-30'],
    ['6 tháng đầu năm 2026', '2026-06-30'],
    ['6 tháng cuối năm', '2026-12-31'],
    ['Năm 2026', '2026-12-31'],
    ['2026', '2026-12-31'],
    ['Cuối năm', '2026-12-31'],
    ['Cả năm 2026', '2026-12-31'],
    ['Hằng năm', '2026-12-31'],
    ['Giai đoạn 2026-2030', '2030-12-31'],
  ])('in the usual way of writing, "%s" is due on %s', (text, due) => {
    expect(read(text)).toMatchObject({ due, cycle: 'once' });
  });

  it.each([
    ['15-20/12/2026', '2026-12-20'],
    ['5-10/6/2026', '2026-06-10'],
    ['Từ ngày 05-10/3/2026', '2026-03-10'],
    ['Từ 05 – 10/3/26', '2026-03-10'],
    ['Ngày 1-2/3/2026', '2026-03-02'],
    ['Trong các ngày 03-07/8/2026', '2026-08-07'],
    ['Ngày 01-05/6', '2026-06-05'],
    ['Trước 15-20/12 năm 2026', '2026-12-20'],
  ])('of days within a month, "%s" is due on the last, %s', (text, due) => {
    expect(read(text)).toEqual({ due, rule: 'date', cycle: 'once', milestones: [] });
  });

  it('takes no range of months or days of two months for days within one', () => {
    expect(read('Tháng 3-6/26')).toMatchObject({ due: '2026-06-30', rule: 'month' });
    expect(read('Tháng 3-6/2026')).toMatchObject({ due: '2026-06-30', rule: 'month' });
    expect(read('Quý 1-2/26')).toMatchObject({ due: '2026-06-30', rule: 'quarter' });
    expect(read('Bắt đầu từ 15-20/12/2026')).toMatchObject({ fault: 'unreadable-deadline' });
    expect(read('Báo cáo 6 tháng trước 15/6')).toMatchObject({ due: '2026-06-15' });
  });

  it.each([
    ['Tháng 10-12 năm 2026', '2026-12-31'],
    ['Tháng 4 - 6 năm 2026', '2026-06-30'],
    ['Trong tháng 01-02 năm 2026', '2026-02-28'],
    ['Quý 2 - 3 năm 2026', '2026-09-30'],
    ['20-25.6.2026', '2026-06-25'],
    ['3-6/2026', '2026-06-30'],
    ['Hằng quý, trước ngày 25/3, 25/6, 25/9, 25/12', '2026-12-25'],
    ['Hằng quý (trước ngày 20/3, 20/6, 20/9 và 20/12)', '2026-12-20'],
    ['Trước ngày 15/6, một tuần một lần', '2026-06-15'],
  ])('of a range or a list, "%s" is due at the end, %s', (text, due) => {
    expect(read(text)).toMatchObject({ due });
  });

  it.each([
    'Từ 25/12 đến 05/01',
    '25/12-05/1',
    'Từ tháng 11 đến tháng 2',
    'Quý IV - Quý I',
    'Quý IV/2026 - Quý I',
    '15-6/2026',
    '15.6/2026',
    '30//6/2026',
    'Ngày 20 tháng 3, 6, 9, 12',
    'Ngày 15 tháng 3, tháng 6, tháng 9',
    'Trước 30-6 và 31-12',
    'Quý I năm sau',
  ])('that runs backwards, into another year or on in halves is left to a person: %s', (text) => {
    expect(read(text)).toHaveProperty('fault');
  });

  it('names each member of a list that is not the last as a milestone', () => {
    expect(read('Quý I, quý III/2026')).toMatchObject({ due: '2026-09-30', milestones: [{ due: '2026-03-31' }] });
    expect(read('Trước 30/6 và 30/11/2026')).toMatchObject({
      due: '2026-11-30',
      milestones: [{ text: '30/6', due: '2026-06-30' }],
    });
    expect(read('Quý I-III/2026')).toMatchObject({ milestones: [] });
  });

  it('reads the same when its marks are stored apart or its signs are wide', () => {
    expect(read('Trong quý II/2026'.normalize('NFD'))).toMatchObject({ due: '2026-06-30', rule: 'quarter' });
    expect(read('Hàng tháng'.normalize('NFD'))).toMatchObject({ cycle: 'monthly' });
    expect(read('Kế hoạch trước 31/01；kết quả  trước\n30/9/2026')).toMatchObject({ due: '2026-09-30' });
    expect(read('01/6 – 30/9/2026')).toMatchObject({ due: '2026-09-30', milestones: [] });
  });

  it.each([
    '31/02/2026',
    '29/02/2026',
    '30/13/2026',
    '6/30/2026',
    '00/6/2026',
    'Trước ngày 31/4/2026',
    'Tháng 13/2026',
    'Quý V/2026',
    'Quý 5/2026',
    'ngày 31 tháng 6 năm 2026',
    '2026-02-31',
    '30/6/1023',
    '30/6/2062',
    'Kế hoạch trước 31/02; kết quả trước 30/9/2026',
    '20-15/12/2026',
    '00-15/12/2026',
    '25-31/4/2026',
  ])('"%s" names a day that does not exist', (text) => {
    expect(read(text)).toMatchObject({ fault: 'impossible-date' });
  });

  it.each([
    '',
    ' ; ',
    'Đang xác định',
    '15/12/20226',
    'Đầu năm 2026',
    'Giữa quý II/2026',
    'Tuần 1 tháng 6/2026',
    '6 tháng một lần',
    'Từ ngày 01/7/2026',
    'Sau 30/6/2026',
    '30/9/2026, lùi từ 31/3/2026, nay là 30/6/2026',
    'Báo cáo đợt 1; trước 30/6/20267',
    'Ngày ba mươi tháng sáu năm 2026',
    'Tháng năm năm 2026',
    '15/Jun/2026',
    'Trong năm 2026, ngày 15',
    'Quý III năm 2O26',
    'Không thường xuyên',
    'Chậm nhất 05 ngày trước 30/6/2026',
    '10 ngày trước 30/6/2026',
    'Năm ngày làm việc trước ngày 30/6/2026',
    'Hai tuần trước 30/6/2026',
    'Trước ngày 30/6/2026 ít nhất 10 ngày',
  ])('"%s" is left to a person', (text) => {
    expect(read(text)).toMatchObject({ fault: 'unreadable-deadline' });
  });

  it('names the part that is to blame', () => {
    expect(read('Kế hoạch trước 31/02; kết quả trước 30/9/2026')).toEqual({
      fault: 'impossible-date',
      part: 'Kế hoạch trước 31/02',
    });
  });

  it('may take "trước" as exclusive when the rule set says so', () => {
    const rules = choosing({ before: 'exclusive' });
    expect(read('Trước ngày 15/10/2026', rules)).toMatchObject({ due: '2026-10-14' });
    expect(read('Hoàn thành trước 01/3/2026', rules)).toMatchObject({ due: '2026-02-28' });
    expect(read('Trước quý II/2026', rules)).toMatchObject({ due: '2026-03-31' });
    expect(read('Chậm nhất ngày 15/10/2026', rules)).toMatchObject({ due: '2026-10-15' });
    expect(read('Kế hoạch trước 31/01; kết quả 30/9/2026', rules)).toMatchObject({
      due: '2026-09-30',
      milestones: [{ due: '2026-01-30' }],
    });
  });

  it('stays on a day off unless the rule set moves it to the next working day', () => {
    expect(read('20/6/2026')).toMatchObject({ due: '2026-06-20' });
    const rules = choosing({
      dayOff: 'next-working-day',
      calendar: [
        { day: '2026-06-22', kind: 'holiday' },
        { day: '2026-06-23', kind: 'compensatory' },
        { day: '2026-08-22', kind: 'make-up' },
      ],
    });
    expect(read('20/6/2026', rules)).toMatchObject({ due: '2026-06-24' });
    expect(read('22/8/2026', rules)).toMatchObject({ due: '2026-08-22' });
    expect(read('23/8/2026', rules)).toMatchObject({ due: '2026-08-24' });
  });

  it('gives back every existing day that is written as a day of the plan’s years', () => {
    const day = fc.date({ min: new Date('2025-01-01'), max: new Date('2036-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.constantFrom('/', '-', '.'), fc.boolean(), (date, sign, padded) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, of] = iso.split('-') as [string, string, string];
        const shown = padded ? [of, month, year] : [String(Number(of)), String(Number(month)), year];
        expect(read(`Trước ngày ${shown.join(sign)}`)).toMatchObject({ due: iso, rule: 'date' });
        expect(read(iso)).toMatchObject({ due: iso, rule: 'date' });
      }),
    );
  });

  it('answers any text whatever in no time', () => {
    const words = fc.constantFrom(
      'quý',
      'tháng',
      'năm',
      'trước',
      'ngày',
      'từ',
      'đến',
      ' ',
      ' ',
      '/',
      '-',
      '.',
      ',',
      ';',
    );
    const piece = fc.oneof(
      words,
      fc.constantFrom('i', 'ii', 'iv', '1', '06', '31', '2026'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const reading = read(pieces.join(''));
        expect('fault' in reading || reading.due === null || /^\d{4}-\d\d-\d\d$/.test(reading.due)).toBe(true);
      }),
      { numRuns: 500 },
    );
    const long = ['1/', '1 ', 'quý i,', 'tháng 1, ', '6 tháng ', '- '].map((text) => text.repeat(5000));
    for (const text of long) expect('fault' in read(text)).toBe(true);
  });
});
