import { createRequire } from 'node:module';
import type ExcelJS from 'exceljs';
import { workbookOf } from '../../../tests/support/annexes.js';
import { readStatusSheet } from './status-sheet.format.js';

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
});
