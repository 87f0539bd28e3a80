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

  const LINE = ['I.1', 'Sở Nội vụ', 'Quý I', 'Đang thực hiện', 40, '16/3/2026'];
  const SECOND = ['I.1', 'Sở Nội vụ', 'Quý II', 'Đang thực hiện', 50, '16/6/2026'];

  it('is the one that people see, though another lies hidden in front of it', async () => {
    const { Workbook } = createRequire(import.meta.url)('exceljs') as typeof ExcelJS;
    const book = new Workbook();
    book.addWorksheet('Cũ', { state: 'hidden' }).addRows([HEADER, SECOND]);
    book.addWorksheet('Tình hình').addRows([HEADER, LINE]);
    const { lines } = await readStatusSheet(Buffer.from(await book.xlsx.writeBuffer()));
    expect(lines).toMatchObject([{ periodName: 'Quý I' }]);
  });

  it('is the only one in its file: of two nobody can say which counts', async () => {
    const two = (second: readonly (readonly (string | number)[])[]): Buffer =>
      Buffer.from(
        workbookOf({
          sheets: [
            { name: 'Một', rows: [HEADER, LINE] },
            { name: 'Hai', rows: second },
          ],
        }),
      );
    await expect(readStatusSheet(two([HEADER, SECOND]))).rejects.toMatchObject({
      code: 'status-import.tables',
      details: { sheets: 'Một, Hai' },
    });
    expect((await readStatusSheet(two([HEADER]))).lines).toHaveLength(1);
  });

  it.each([
    [['Kết quả đạt được'], 'column-reworded', { given: 'Kết quả đạt được', column: 'Kết quả' }],
    [['Minh chứng (số, ngày)'], 'column-reworded', { given: 'Minh chứng (số, ngày)', column: 'Minh chứng' }],
    [['Công nhận (x)'], 'column-reworded', { given: 'Công nhận (x)', column: 'Công nhận' }],
    [['Kết quả', 'Kết quả thực hiện'], 'column-twice', { first: 'Kết quả', second: 'Kết quả thực hiện' }],
  ])('with the columns %j says nothing in silence', async (more, code, details) => {
    const rows = [
      [...HEADER, ...more],
      [...LINE, ...more],
    ];
    await expect(readStatusSheet(Buffer.from(workbookOf({ sheets: [{ rows }] })))).rejects.toMatchObject({
      code: `status-import.${code}`,
      details,
    });
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

  it("that was written here comes back whole, whatever its words hold, also beside numbers of one's own", async () => {
    const { Workbook } = createRequire(import.meta.url)('exceljs') as typeof ExcelJS;
    const odd = {
      ...filled,
      code: '=1+1',
      title: ' a\u0001b\u000bc\u2028d\r\n <e> ',
      unit: "Ủy ban  'x'".normalize('NFD'),
    };
    const book = new Workbook();
    await book.xlsx.load((await written([filled, odd])) as never);
    const sheet = book.worksheets[0] as ExcelJS.Worksheet;
    const header = Array.from({ length: 20 }, (_, at) => at + 1).find((at) => sheet.getCell(at, 1).text === 'Số') ?? 0;
    sheet.getCell(header, 20).value = 'STT';
    sheet.getCell(header + 2, 20).value = 7;
    const { lines } = await readStatusSheet(Buffer.from(await book.xlsx.writeBuffer()));
    expect(lines).toMatchObject([{ isWhole: true, code: 'I.1' }, { isWhole: true }]);
  });

  it('that was written here has all its columns, but for the mark of coordinators', async () => {
    const { Workbook } = createRequire(import.meta.url)('exceljs') as typeof ExcelJS;
    const without = async (name: string): Promise<Buffer> => {
      const book = new Workbook();
      await book.xlsx.load((await written([filled])) as never);
      const [sheet] = book.worksheets;
      sheet?.eachRow((row) => row.eachCell((cell) => (cell.text === name ? (cell.value = 'Ghi chú') : undefined)));
      return Buffer.from(await book.xlsx.writeBuffer());
    };
    await expect(readStatusSheet(await without('Minh chứng'))).rejects.toMatchObject({
      code: 'status-import.column-missing',
      details: { column: 'Minh chứng' },
    });
    expect((await readStatusSheet(await without('Công nhận'))).lines).toMatchObject([{ isWhole: true }]);
  });

  it('that could not come back in is not written', async () => {
    const long = { ...filled, cells: { ...filled.cells, account: 'a'.repeat(20_000) } };
    for (const lines of [Array(30_001).fill(filled), Array(1_000).fill(long)])
      await expect(written(lines)).rejects.toMatchObject({ code: 'status-sheet.too-large' });
  });
});
