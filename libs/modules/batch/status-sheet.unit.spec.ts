import { createRequire } from 'node:module';
import type ExcelJS from 'exceljs';
import { workbookOf } from '../../../tests/support/annexes.js';
import { readStatusSheet, writeStatusSheet, type WrittenStatus } from './status-sheet.format.js';

const HEADER = ['Số', 'Đơn vị', 'Kỳ', 'Đánh giá', 'Tỷ lệ', 'Ngày thực hiện'];

describe('A status table', () => {
  it('of which cells are merged downwards says in each of their lines what they say', async () => {
    const { Workbook } = createRequire(import.meta.url)('exceljs') as typeof ExcelJS;
    const book = new Workbook();
    const sheet = book.addWorksheet('Tình hình');
    sheet.addRow([...HEADER]);
    sheet.addRow([]).getCell(7).value = 'Ghi chú';
    for (const area of ['A1:A2', 'D1:D2', 'F1:F2']) sheet.mergeCells(area);
    for (const period of ['Quý I', 'Quý II', 'Quý III', 'Quý IV', 'Cả năm'])
      sheet.addRow(['I.1', 'Sở Nội vụ', period, 'Đang thực hiện', 40, '16/3/2026']);
    for (const area of ['A3:A7', 'B3:B5', 'D3:D4', 'D5:E6', 'F4:F6']) sheet.mergeCells(area);
    sheet.getCell('D5').value = 'Hoàn thành';
    const { lines } = await readStatusSheet(Buffer.from(await book.xlsx.writeBuffer()));
    expect(
      lines.map(({ code, unit, periodName, cells }) => [code, unit, periodName, cells.assessment, cells.percent]),
    ).toEqual([
      ['I.1', 'Sở Nội vụ', 'Quý I', 'Đang thực hiện', '40'],
      ['I.1', 'Sở Nội vụ', 'Quý II', 'Đang thực hiện', '40'],
      ['I.1', 'Sở Nội vụ', 'Quý III', 'Hoàn thành', ''],
      ['I.1', 'Sở Nội vụ', 'Quý IV', 'Hoàn thành', ''],
      ['I.1', 'Sở Nội vụ', 'Cả năm', 'Đang thực hiện', '40'],
    ]);
    expect(lines.map(({ cells }) => cells.workDay)).toEqual(Array(5).fill('16/3/2026'));
  });

  it.each([
    [46097, false, '16/03/2026'],
    ['46097', false, '16/03/2026'],
    [44635, true, '16/03/2026'],
    [{ day: '2026-03-16' }, false, '16/03/2026'],
    [2026, false, '2026'],
    ['16/3/2026', false, '16/3/2026'],
  ] as const)('of which a day is %j (counted from 1904: %s) says %s', async (day, date1904, text) => {
    const rows = [HEADER, ['46097', 'Sở Nội vụ', 'Quý I', 'Đang thực hiện', 46097, day]];
    const { lines } = await readStatusSheet(Buffer.from(workbookOf({ sheets: [{ rows }], date1904 })));
    expect(lines).toMatchObject([{ code: '46097', cells: { workDay: text, percent: '46097' } }]);
  });

  it.each([
    [1, '0%', '100 %'],
    [0.01, '0.00%', '1 %'],
    [0.07, '0%;[Red]-0%', '7 %'],
    [1, '0', '1'],
    [1, '0"%"', '1'],
  ])('of which a share is %d in a cell of the form %s says %s', async (value, numFmt, text) => {
    const { Workbook } = createRequire(import.meta.url)('exceljs') as typeof ExcelJS;
    const book = new Workbook();
    const sheet = book.addWorksheet('Tình hình');
    sheet.addRow([...HEADER]);
    sheet.addRow(['I.1', 'Sở Nội vụ', 'Quý I', 'Đang thực hiện', value, '16/3/2026']);
    sheet.getCell('E2').numFmt = numFmt;
    const { lines } = await readStatusSheet(Buffer.from(await book.xlsx.writeBuffer()));
    expect(lines).toMatchObject([{ cells: { percent: text } }]);
  });

  const ID = '5f0c9a52-40f2-5f0e-8c40-5a4f0a3d9d10';
  const filled: WrittenStatus = {
    obligation: ID,
    period: 1,
    report: ID,
    version: 0,
    code: 'I.1',
    unit: 'Ủy ban nhân dân Xã số 01',
    periodName: 'Tháng 1',
    field: 'I. Cải cách thể chế',
    title: 'Báo cáo định kỳ kết quả giải quyết thủ tục hành chính',
    due: '2026-01-20',
    state: 'Đã công nhận',
    cells: {
      assessment: 'Hoàn thành',
      percent: 100,
      account: 'Đã gửi báo cáo đúng thời hạn quy định; không có hồ sơ quá hạn.',
      evidence: 'Báo cáo số 1/BC-UBND ngày 14/01/2026',
      workDay: '14/01/2026',
      accept: 'x',
    },
  };
  const written = (lines: readonly WrittenStatus[]): Promise<Buffer> =>
    writeStatusSheet({ plan: 'Kế hoạch', unit: null, on: '2026-12-18', made: '08:00' }, lines, {
      plan: ID,
      position: '1',
      on: '2026-12-18',
    });

  it('of twenty rows of each month in a hundred communes comes back in, every cell filled in', async () => {
    const { lines } = await readStatusSheet(await written(Array(20 * 102 * 12).fill(filled)));
    expect(lines).toHaveLength(20 * 102 * 12);
  }, 60_000);

  it('that could not come back in is not written', async () => {
    const long = { ...filled, cells: { ...filled.cells, account: 'a'.repeat(20_000) } };
    for (const lines of [Array(30_001).fill(filled), Array(1_000).fill(long)])
      await expect(written(lines)).rejects.toMatchObject({ code: 'status-sheet.too-large' });
  });
});
