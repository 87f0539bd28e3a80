import { movedOn } from './moved-on.rule.js';

const years = { from: 2026, to: 2027 };
const moved = (text: string): string => movedOn(text, years).text;
const kept = (text: string) => movedOn(text, years).kept.map((one) => [one.text, one.because]);

describe("a deadline in next year's plan", () => {
  it.each([
    ['30/6/2026', '30/6/2027'],
    ['30-6-2026', '30-6-2027'],
    ['30.6.2026', '30.6.2027'],
    ['30 / 6 / 2026', '30 / 6 / 2027'],
    ['30/6/26', '30/6/27'],
    ['2026-06-30', '2027-06-30'],
    ['Chậm nhất ngày 20/3/2026', 'Chậm nhất ngày 20/3/2027'],
    ['Hoàn thành trước 10/12/2026', 'Hoàn thành trước 10/12/2027'],
    ['Trước ngày 15 tháng 10 năm 2026', 'Trước ngày 15 tháng 10 năm 2027'],
    ['Quý III/2026', 'Quý III/2027'],
    ['Trong quý II năm 2026', 'Trong quý II năm 2027'],
    ['QUÝ IV/2026', 'QUÝ IV/2027'],
    ['Quý 3/2026', 'Quý 3/2027'],
    ['Tháng 12/2026', 'Tháng 12/2027'],
    ['Trong tháng 01/2026', 'Trong tháng 01/2027'],
    ['Tháng 01/2027', 'Tháng 01/2028'],
    ['12/2026', '12/2027'],
    ['Ban hành trong quý I; hoàn thành trước 30/11/2026', 'Ban hành trong quý I; hoàn thành trước 30/11/2027'],
    ['Kế hoạch trước 31/01; kết quả trước 30/9/2026', 'Kế hoạch trước 31/01; kết quả trước 30/9/2027'],
    ['Quý I, II/2026', 'Quý I, II/2027'],
    ['Năm 2026', 'Năm 2027'],
    ['2026', '2027'],
  ])('%s becomes %s', (before, after) => {
    expect(moved(before)).toBe(after);
    expect(movedOn(before, years).changes).toHaveLength(1);
  });

  it.each([
    'Thường xuyên',
    'Hằng tháng',
    'Hằng quý',
    'Mỗi quý 01 lần',
    '30/6',
    'Trước ngày 15/10',
    'Quý III',
    'Theo quy định',
    '',
  ])('without a year stays: %s', (text) => {
    expect(movedOn(text, years)).toEqual({ text, changes: [], kept: [] });
  });

  it('on the 29th of February is the end of February in a year that has none', () => {
    const leap = { from: 2028, to: 2029 };
    expect(movedOn('29/02/2028', leap).text).toBe('28/02/2029');
    expect(movedOn('29 tháng 2 năm 2028', leap).text).toBe('28 tháng 2 năm 2029');
    expect(movedOn('2028-02-29', leap).text).toBe('2029-02-28');
    expect(movedOn('28/02/2027', { from: 2027, to: 2028 }).text).toBe('28/02/2028');
  });

  it('moves as far as the plan does', () => {
    expect(movedOn('30/6/2026 và tháng 01/2027', { from: 2026, to: 2029 }).text).toBe('30/6/2029 và tháng 01/2030');
  });
});

describe("a title in next year's plan", () => {
  it.each([
    ['Kế hoạch cải cách hành chính năm 2026', 'Kế hoạch cải cách hành chính năm 2027'],
    ['Báo cáo kết quả năm 2026 và phương hướng năm 2027', 'Báo cáo kết quả năm 2027 và phương hướng năm 2028'],
    ['Kế hoạch CCHC 2026 của tỉnh', 'Kế hoạch CCHC 2027 của tỉnh'],
    ['CCHC-2026', 'CCHC-2027'],
    ['Bồi dưỡng công chức trong năm học 2026-2027', 'Bồi dưỡng công chức trong năm học 2027-2028'],
    ['Dự toán 2026 – 2027', 'Dự toán 2027 – 2028'],
    ['Rà soát TTHC (đến 31/12/2026).', 'Rà soát TTHC (đến 31/12/2027).'],
    ['Triển khai Luật Cán bộ, công chức trong năm 2026', 'Triển khai Luật Cán bộ, công chức trong năm 2027'],
  ])('%s becomes %s', (before, after) => {
    expect(moved(before)).toBe(after);
  });

  it.each([
    ['Triển khai Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ', 'document'],
    ['Thực hiện Nghị quyết số 05/2026/NQ-HĐND của HĐND tỉnh', 'document'],
    ['Thực hiện Quyết định số 12/QĐ-UBND ngày 05/01/2026', 'document'],
    ['Thực hiện Quyết định số 12/QĐ-UBND của UBND tỉnh ngày 05 tháng 01 năm 2026', 'document'],
    ['Thực hiện Quyết định số 12/QĐ-UBND, ngày 05/01/2026', 'document'],
    ['Theo Kế hoạch số 12/KH-UBND ngày 05/01/2026', 'document'],
    ['Theo Nghị quyết ngày 05/01/2026 của Tỉnh ủy', 'document'],
    ['Theo Công văn số 15 ngày 05/01/2026', 'document'],
    ['Theo quyết định số 12/qđ-ubnd ngày 05/01/2026', 'document'],
    ['Phổ biến Luật Tổ chức chính quyền địa phương năm 2026', 'document'],
    ['Chương trình tổng thể giai đoạn 2021-2030', 'period'],
    ['Kế hoạch cải cách giai đoạn 2026-2030', 'period'],
    ['Kế hoạch từ năm 2026 đến năm 2030', 'period'],
    ['Đề án giai đoạn 2024 – 2026', 'period'],
    ['Công bố Chỉ số cải cách hành chính năm 2025', 'year-before'],
    ['Khắc phục tồn tại của năm 2019', 'another-year'],
    ['Công bố 2026 thủ tục hành chính', 'count'],
  ])('stays: %s (%s)', (text, because) => {
    const { text: after, changes, kept: left } = movedOn(text, years);
    expect([after, changes]).toEqual([text, []]);
    expect(left.map((one) => one.because)).toEqual([because]);
  });

  it('names what it moved and what it left, side by side', () => {
    const text = 'Thực hiện Nghị quyết 76/NQ-CP ngày 15/7/2021 năm 2026, theo Quyết định 12/QĐ-UBND ngày 05/01/2026';
    expect(movedOn(text, years)).toEqual({
      text: 'Thực hiện Nghị quyết 76/NQ-CP ngày 15/7/2021 năm 2027, theo Quyết định 12/QĐ-UBND ngày 05/01/2026',
      changes: [{ before: 'năm 2026', after: 'năm 2027' }],
      kept: [
        { text: '76/NQ-CP ngày 15/7/2021', because: 'document' },
        { text: '12/QĐ-UBND ngày 05/01/2026', because: 'document' },
      ],
    });
  });

  it.each(['12.026', '2.026 hồ sơ', '2026,5', '1.2026', '12026', 'mã 02026', '68/2026000'])(
    'has numbers that are no year: %s',
    (text) => {
      expect(moved(text)).toBe(text);
    },
  );

  it('keeps a document whose number has no year out of the list', () => {
    expect(kept('Thực hiện Đề án 06/CP')).toEqual([]);
    expect(kept('4 lần/năm')).toEqual([]);
  });

  it('is read the same in decomposed letters', () => {
    expect(moved('Quý III/2026'.normalize('NFD'))).toBe('Quý III/2027');
  });

  it("of another plan moves from that plan's year", () => {
    expect(movedOn('Báo cáo năm 2026', { from: 2025, to: 2026 }).text).toBe('Báo cáo năm 2027');
    expect(movedOn('Báo cáo năm 2025', { from: 2025, to: 2026 }).text).toBe('Báo cáo năm 2026');
  });
});
