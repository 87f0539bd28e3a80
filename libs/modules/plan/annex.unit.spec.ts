import { createRequire } from 'node:module';
import type ExcelJS from 'exceljs';
import {
  annexOf,
  bordered,
  HEADER,
  sheetOf,
  task,
  workbookOf,
  type WrittenSheet,
  type WrittenWorkbook,
} from '../../../tests/support/annexes.js';
import { readSheets } from '#platform/sheets';
import { readAnnex, type AnnexChoices } from './annex.format.js';

const read = (sheet: WrittenSheet, choices?: AnnexChoices) => readAnnex(sheetOf(sheet), choices);
const readCsv = (text: string, encoding: BufferEncoding = 'utf8') => readAnnex(Buffer.from(text, encoding));
const titles = async (sheet: WrittenSheet): Promise<readonly string[]> =>
  (await read(sheet)).rows.map(({ title }) => title);
const fieldsIn = ({ columns }: { readonly columns: readonly { readonly field: string | null }[] }) =>
  columns.map(({ field }) => field);

/** The headers that would take a field away from the one in question. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  ordinal: ['STT'],
  title: ['Nhiệm vụ'],
  leads: ['Chủ trì'],
  deadline: ['Hạn'],
  funding: ['Kinh phí'],
  coordinating: ['Phối hợp'],
};

describe('The table of an annex', () => {
  it('is found below its title block, beside empty columns', async () => {
    const annex = await read({
      rows: [
        ['ỦY BAN NHÂN DÂN TỈNH', null, null, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'],
        [],
        ['PHỤ LỤC'],
        ['DANH MỤC NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2026'],
        ['(Ban hành kèm theo Kế hoạch số 0099/KH-UBND ngày 25/12/2025 của Ủy ban nhân dân tỉnh)'],
        [],
        [null, null, ...HEADER],
        [null, null, ...task(1, 'Ban hành kế hoạch')],
      ],
      merges: ['A1:C1', 'D1:J1', 'A3:J3', 'A4:J4', 'A5:J5'],
    });
    expect(annex.header).toEqual({ from: 7, to: 7 });
    expect(annex.rows).toMatchObject([{ row: 8, ordinal: '1', title: 'Ban hành kế hoạch', leadsText: 'Sở Nội vụ' }]);
    expect(annex.columns.slice(0, 2)).toMatchObject([
      { index: 2, header: 'STT', field: 'ordinal' },
      { index: 3, header: 'Nhiệm vụ', field: 'title' },
    ]);
  });

  it('may have a header of two lines with merged cells', async () => {
    const annex = await read({
      rows: [
        ['TT', 'Nội dung nhiệm vụ', 'Cơ quan thực hiện', null, 'Thời gian', 'Sản phẩm/Kết quả'],
        [null, null, 'Chủ trì', 'Phối hợp'],
        ['(1)', '(2)', '(3)', '(4)', '(5)', '(6)'],
        [1, 'Ban hành kế hoạch', 'Sở Nội vụ', 'Sở Y tế', 'Quý I/2026', 'Kế hoạch'],
      ],
      merges: ['A1:A2', 'B1:B2', 'C1:D1', 'E1:E2', 'F1:F2'],
    });
    expect(annex.header).toEqual({ from: 1, to: 2 });
    expect(fieldsIn(annex)).toEqual(['ordinal', 'title', 'leads', 'coordinating', 'deadline', 'deliverable']);
    expect(annex.columns[2]?.header).toBe('Cơ quan thực hiện Chủ trì');
    expect(annex.rows).toMatchObject([
      { row: 4, title: 'Ban hành kế hoạch', leadsText: 'Sở Nội vụ', coordinatingText: 'Sở Y tế' },
    ]);
  });

  it('keeps its two-line header when a CSV has lost the merged cells', async () => {
    const annex = await readCsv(
      'STT,Nhiệm vụ,Cơ quan thực hiện,,Thời hạn\n,,Chủ trì,Phối hợp,\n1,Ban hành kế hoạch,Sở Nội vụ,Sở Y tế,30/6/2026\n',
    );
    expect(annex.header).toEqual({ from: 1, to: 2 });
    expect(annex.rows).toMatchObject([{ row: 3, leadsText: 'Sở Nội vụ', coordinatingText: 'Sở Y tế' }]);
  });

  it.each([
    ['Số TT', 'ordinal'],
    ['Mã nhiệm vụ', 'code'],
    ['Lĩnh vực', 'field'],
    ['Nhóm nhiệm vụ', 'field'],
    ['Tên nhiệm vụ', 'title'],
    ['Nội dung công việc', 'title'],
    ['Kết quả/Sản phẩm', 'deliverable'],
    ['Sản phẩm đầu ra', 'deliverable'],
    ['Đơn vị chủ trì', 'leads'],
    ['Cơ quan, đơn vị thực hiện', 'leads'],
    ['Cơ quan\nphối hợp', 'coordinating'],
    ['Thời hạn hoàn thành', 'deadline'],
    ['Thời gian thực hiện nhiệm vụ', 'deadline'],
    ['Tiến độ', 'deadline'],
    ['Nguồn kinh phí', 'funding'],
    ['Ghi chú', 'note'],
    ['Điểm số', null],
    ['Thời gian bắt đầu', null],
    ['Thời gian thực hiện: Từ ngày', null],
    ['Thời gian thực hiện từ', null],
    ['Từ quý', null],
    ['Đến hết tháng', 'deadline'],
    ['Tiến độ đầu tư', 'deadline'],
    ['Thời hạn cấp vật tư tháng', 'deadline'],
  ])('knows the header "%s" as %s', async (header, field) => {
    const others = ['STT', 'Nhiệm vụ', 'Chủ trì', 'Hạn', 'Kinh phí', 'Phối hợp'];
    const rows = [[header, ...others.filter((other) => field === null || !SAME[field]?.includes(other))], ['x']];
    expect((await read({ rows })).columns[0]).toMatchObject({ field });
  });

  it('takes the column that says most where two mean the same', async () => {
    const annex = await read({
      rows: [
        ['Nội dung', 'Nhiệm vụ', 'Cơ quan thực hiện', 'Cơ quan chủ trì', 'Thời gian', 'Thời hạn hoàn thành'],
        ['a', 'b', 'c', 'd', 'e', 'f'],
      ],
    });
    expect(fieldsIn(annex)).toEqual([null, 'title', null, 'leads', null, 'deadline']);
  });

  it('has its deadline in the column of the end, not in that of the beginning', async () => {
    const annex = await read({
      rows: [
        ['STT', 'Nhiệm vụ', 'Chủ trì', 'Thời gian thực hiện', null],
        [null, null, null, 'Từ ngày', 'Đến ngày'],
        [1, 'a', 'Sở Nội vụ', '01/3/2026', '30/9/2026'],
      ],
      merges: ['A1:A2', 'B1:B2', 'C1:C2', 'D1:E1'],
    });
    expect(annex.rows).toMatchObject([{ deadline: '30/9/2026' }]);
    expect(annex.warnings).toEqual([]);
  });

  it('points out that two columns read alike until somebody says which is meant', async () => {
    const rows = [
      ['STT', 'Nhiệm vụ', 'Chủ trì', 'Thời gian hoàn thành (cũ)', 'Thời gian hoàn thành (điều chỉnh)'],
      [1, 'a', 'Sở Nội vụ', '30/6/2026', '30/9/2026'],
    ];
    const annex = await read({ rows });
    expect(annex.rows).toMatchObject([{ deadline: '30/6/2026' }]);
    expect(annex.warnings).toEqual(['columns-alike']);
    expect((await read({ rows, hidden: [4] })).warnings).toEqual([]);
    const told = await read({ rows }, { mapping: { 4: 'deadline' } });
    expect([told.rows[0]?.deadline, told.warnings]).toEqual(['30/9/2026', []]);
    const wide = [['STT', 'Nhiệm vụ', null, 'Chủ trì', 'Hạn'], task(1, 'a')];
    expect((await read({ rows: wide, merges: ['B1:C1'] })).warnings).toEqual([]);
  });

  it('ends where another begins whose columns stand in another order', async () => {
    const swapped = ['STT', 'Nhiệm vụ', 'Sản phẩm', 'Cơ quan phối hợp', 'Cơ quan chủ trì', ...HEADER.slice(5)];
    const annex = await read({ rows: [HEADER, task(1, 'a'), task(2, 'b'), [], swapped, task(1, 'c')] });
    expect(annex.rows.map(({ title }) => title)).toEqual(['a', 'b']);
    expect(annex.warnings).toEqual(['other-tables']);
    const below = await read({ rows: [HEADER.slice(0, 4), task(1, 'c').slice(0, 4), [], HEADER, task(1, 'a')] });
    expect([below.rows.length, below.warnings]).toEqual([1, ['other-tables']]);
    const reworded = HEADER.map((header) => header.replace('Cơ quan', 'Đơn vị'));
    const same = await read({ rows: [HEADER, task(1, 'a'), reworded, task(2, 'b')] });
    expect([same.rows.length, same.warnings]).toEqual([2, []]);
  });

  it('goes on below a header that is said once more in other words, on other lines or beside another side column', async () => {
    const rows = [
      ['STT', 'Nhiệm vụ', 'Cơ quan thực hiện', null, 'Thời gian hoàn thành', 'Ghi chú'],
      [null, null, 'Chủ trì', 'Phối hợp', null, null],
      [1, 'a', 'Sở Nội vụ', null, '30/6/2026', null],
      ['STT', 'Nhiệm vụ', 'Cơ quan thực hiện', null, 'Thời gian hoàn thành', 'Kinh phí'],
      [null, null, 'Đơn vị chủ trì', 'Đơn vị phối hợp', null, null],
      [1, 'b', 'Sở Y tế', null, '30/9/2026', null],
      [null, 'Nội dung nhiệm vụ (tiếp theo)', 'Đơn vị chủ trì', 'Đơn vị phối hợp', 'Thời hạn', null],
      [2, 'c', 'Sở Y tế', null, '30/9/2026', null],
    ];
    const merges = ['A1:A2', 'B1:B2', 'C1:D1', 'E1:E2', 'A4:A5', 'B4:B5', 'C4:D4', 'E4:E5'];
    const annex = await read({ rows, merges });
    expect(annex.rows.map(({ title }) => title)).toEqual(['a', 'b', 'c']);
    expect(annex.warnings).toEqual([]);
  });

  it('does not end at a row whose cells sound like headers', async () => {
    const sounding = [null, 'Hoạt động phối hợp', 'Kết quả phối hợp', 'Cơ quan, đơn vị', null, 'Theo tiến độ'];
    expect(await titles({ rows: [HEADER, task(1, 'a'), sounding, task(2, 'b')] })).toEqual([
      'a',
      'Hoạt động phối hợp',
      'b',
    ]);
  });

  it('takes of merged areas that are said twice or overlap the first', async () => {
    const rows = [
      ['Lĩnh vực', 'STT', 'Nhiệm vụ', 'Chủ trì', 'Thời hạn'],
      ['Cải cách thể chế', 1, 'a', 'Sở Tư pháp', '30/6/2026'],
      [null, 2, 'b', null, '30/9/2026'],
    ];
    const merges = ['D2:D3', 'A2:A3'];
    const twice = [...merges, 'A3:C3', 'C3:E3', ...Array<string>(500).fill('D2:D3'), ...merges];
    expect(await read({ rows, merges: twice })).toEqual(await read({ rows, merges }));
  });

  it('is found on any sheet, visible ones first', async () => {
    const cover = { name: 'Bìa', rows: [['KẾ HOẠCH'], ['Nhiệm vụ', 'Năm 2026']] };
    const old = { name: 'Cũ', state: 'hidden' as const, rows: [HEADER, task(1, 'Việc năm cũ')] };
    const annex = { name: 'Phụ lục', rows: [[], HEADER, task(1, 'Việc năm nay')] };
    const read = await readAnnex(workbookOf({ sheets: [old, cover, annex] }));
    expect(read.sheet).toBe('Phụ lục');
    expect(read.sheets).toEqual(['Cũ', 'Bìa', 'Phụ lục']);
    expect(read.rows).toMatchObject([{ title: 'Việc năm nay' }]);
    expect((await readAnnex(workbookOf({ sheets: [old, cover] }))).sheet).toBe('Cũ');
    expect((await readAnnex(workbookOf({ sheets: [old, cover, annex] }), { sheet: 'Cũ' })).rows).toMatchObject([
      { title: 'Việc năm cũ' },
    ]);
    await expect(readAnnex(workbookOf({ sheets: [annex] }), { sheet: 'Không có' })).rejects.toMatchObject({
      code: 'import.unknown-sheet',
    });
    await expect(readAnnex(workbookOf({ sheets: [cover, annex] }), { sheet: 'Bìa' })).rejects.toMatchObject({
      code: 'import.no-table',
    });
  });

  it('lets a hidden column speak only where no visible one does', async () => {
    const rows = [
      ['Cơ quan chủ trì', 'STT', 'Nhiệm vụ', 'Cơ quan chủ trì', 'Thời hạn', 'Sản phẩm'],
      ['Sở cũ', 1, 'Việc', 'Sở Nội vụ', '30/6/2026', 'Kế hoạch'],
    ];
    expect((await read({ rows, hidden: [1, 6] })).rows).toMatchObject([
      { leadsText: 'Sở Nội vụ', deliverable: 'Kế hoạch' },
    ]);
  });

  it('can be told which column is what and where the header begins', async () => {
    const rows = [
      ['STT', 'Việc cần làm', 'Nhiệm vụ của', 'Hạn', 'Chủ trì (cũ)', 'Ai làm'],
      [1, 'Ban hành kế hoạch', 'cấp tỉnh', '30/6/2026', 'Sở cũ', 'Sở Nội vụ'],
    ];
    expect((await read({ rows })).rows).toMatchObject([{ title: 'cấp tỉnh', leadsText: 'Sở cũ' }]);
    const corrected = await read({ rows }, { mapping: { 1: 'title', 4: null, 5: 'leads' } });
    expect(fieldsIn(corrected)).toEqual(['ordinal', 'title', null, 'deadline', null, 'leads']);
    expect(corrected.rows).toMatchObject([{ title: 'Ban hành kế hoạch', leadsText: 'Sở Nội vụ' }]);
    await expect(read({ rows }, { mapping: { 4: 'leads', 5: 'leads' } })).rejects.toMatchObject({
      code: 'import.bad-mapping',
    });

    const nameless = {
      rows: [
        ['a', 'b', 'c'],
        ['Ban hành kế hoạch', 'Sở Nội vụ', '30/6/2026'],
      ],
    };
    await expect(read(nameless)).rejects.toMatchObject({ code: 'import.no-table' });
    const told = await read(nameless, { headerRow: 1, mapping: { 0: 'title', 1: 'leads', 2: 'deadline' } });
    expect(told.rows).toMatchObject([
      { row: 2, title: 'Ban hành kế hoạch', leadsText: 'Sở Nội vụ', deadline: '30/6/2026' },
    ]);
  });
});

describe('The rows of an annex', () => {
  it('stand under the headings that name their field, subheadings within', async () => {
    const annex = await read({
      rows: [
        HEADER,
        ['I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH'],
        ['1', 'Nhiệm vụ chung'],
        task('1.1', 'a'),
        ['2', 'Nhiệm vụ riêng'],
        task('2.1', 'b'),
        ['II. CẢI CÁCH THỂ CHẾ'],
        task(1, 'c'),
        [null, 'Cải cách thủ tục hành chính'],
        task(1, 'd'),
      ],
      merges: ['B2:H2', 'B3:H3', 'B5:H5', 'A7:H7'],
    });
    expect(annex.rows.map(({ title, groups }) => [title, groups.map(({ text }) => text)])).toEqual([
      ['a', ['CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH', 'Nhiệm vụ chung']],
      ['b', ['CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH', 'Nhiệm vụ riêng']],
      ['c', ['II. CẢI CÁCH THỂ CHẾ']],
      ['d', ['Cải cách thủ tục hành chính']],
    ]);
  });

  it('are read past empty lines, repeated headers, column numbers and totals', async () => {
    const annex = await read({
      rows: [
        HEADER,
        ['1', '2', '3', '4', '5', '6', '7', '8'],
        ['I', 'Cải cách thể chế'],
        task(1, 'a'),
        [],
        HEADER,
        task(2, 'Tổng hợp, báo cáo kết quả'),
        [null, 'Tổng số: 2 nhiệm vụ'],
        ['II', 'Cải cách tài chính công'],
        task(1, 'Công khai ngân sách'),
        ['Cộng'],
        ['Tổng cộng', null, '3 nhiệm vụ'],
      ],
    });
    expect(annex.rows.map(({ row, title }) => [row, title])).toEqual([
      [4, 'a'],
      [7, 'Tổng hợp, báo cáo kết quả'],
      [10, 'Công khai ngân sách'],
    ]);
  });

  it('end before notes and signatures', async () => {
    const rows = [
      HEADER,
      task(1, 'a'),
      [2, 'b'],
      [],
      ['Ghi chú: các đơn vị chủ động thực hiện.'],
      [null, 'Nơi nhận:', null, null, null, 'TM. ỦY BAN NHÂN DÂN'],
      [null, '- Lưu: VT', null, null, null, 'CHỦ TỊCH'],
      [null, '- Như trên;', null, null, null, 'Nguyễn Văn A'],
    ];
    expect(await titles({ rows })).toEqual(['a', 'b']);
  });

  it.each([
    ['the title "KT-XH: báo cáo" without a number', task(null, 'KT-XH: báo cáo')],
    ['the title "TL-VH: chỉnh lý tài liệu" behind a dash', task('-', 'TL-VH: chỉnh lý tài liệu')],
    ['the lead "KT-HT xã"', task(null, 'b', { leads: 'KT-HT xã' })],
    ['the lead "Giám đốc"', task('I.2', 'b', { leads: 'Giám đốc', deadline: null, deliverable: null })],
    ['the note "TM"', [...task('2a', 'b').slice(0, 7), 'TM']],
  ])('do not end at a row with %s', async (_, cells) => {
    expect(await titles({ rows: [HEADER, task(null, 'a'), cells, task(null, 'c')] })).toEqual(['a', cells[1], 'c']);
  });

  it.each([
    [null, 'Nơi nhận:', null, 'TM. ỦY BAN NHÂN DÂN'],
    ['Nơi nhận:', '- Như trên;', null, 'TUQ/CHỦ TỊCH'],
    [null, 'KT CHỦ TỊCH', null, 'Sở Nội vụ'],
    [null, null, 'GIÁM ĐỐC'],
    [null, 'THANH TRA', null, 'TRƯỞNG PHÒNG', null, 'GIÁM ĐỐC'],
    ['Nơi nhận:', '- Như trên', 'Ngày 5/01/2026', 'CHỦ TỊCH'],
    [null, 'Lập biểu', null, 'Kt. Chủ tịch'],
    [null, 'Lập biểu', null, 'TM: UBND XÃ'],
    [null, 'THỦ TRƯỞNG ĐƠN VỊ'],
  ])('end at a signature, wherever its columns lie (%#)', async (...cells) => {
    const behind = task(null, 'Nguyễn Văn A');
    expect(await read({ rows: [HEADER, task(null, 'a'), cells, behind] })).toMatchObject({
      rows: [{ title: 'a' }],
      warnings: [],
    });
  });

  it('are told where lines behind them look like more of them', async () => {
    const one = await read({
      rows: [
        HEADER,
        task(null, 'a'),
        [null, 'b'],
        [null, 'Tổng cộng: 1'],
        [null, '* Có thể kéo dài'],
        [null, '(*) Do UBND tỉnh giao'],
        [null, '- Mục khác'],
        [null, 'Hà Nội, ngày 05 tháng 01 năm 2026'],
        ['II', 'CẢI CÁCH THỦ TỤC HÀNH CHÍNH'],
        ['Ghi chú', 'c'],
      ],
    });
    expect([one.rows.length, one.warnings, one.leftOut]).toEqual([1, ['lines-left-out'], [3]]);
  });

  it('are rows where they are numbered and only begin like a total, or sound like headers in their places', async () => {
    const sounding = task(null, 'Nội dung, giải pháp', { leads: 'Cơ quan, đơn vị', deadline: 'Theo tiến độ' });
    const rows = [
      ['STT', 'Nhiệm vụ', 'Chủ trì', 'Hạn'],
      [1, 'Tổng số hóa hồ sơ'],
      [null, sounding[1], sounding[3], sounding[5]],
      ['STT', 'NHIỆM VỤ', 'Chủ trì', 'Hạn'],
      [2, 'c', 'Sở Nội vụ', '30/6/2026'],
      [3, 'Tổng cộng'],
      ['Σ', 'Tổng số nhiệm vụ: 3'],
    ].map((cells) => cells.map((cell) => cell ?? null));
    expect(await titles({ rows })).toEqual(['Tổng số hóa hồ sơ', 'Nội dung, giải pháp', 'c']);
  });

  it('are pointed out where nobody sees them', async () => {
    const raw =
      '<row r="4" hidden="1"><c r="B4" t="inlineStr"><is><t>b</t></is></c><c r="D4" t="inlineStr"><is><t>Sở Y tế</t></is></c></row>';
    const annex = await read({ rows: [HEADER, task(1, 'a')], raw });
    expect([annex.rows.length, annex.warnings]).toEqual([2, ['hidden-rows']]);
  });

  it('are never lost because cells are missing', async () => {
    const annex = await read({
      rows: [
        HEADER,
        [1, 'Không có cơ quan chủ trì', 'Báo cáo', null, null, '30/6/2026'],
        [2, 'Chỉ có tên'],
        [3, null, 'Báo cáo', 'Sở Nội vụ', null, '30/6/2026'],
        [null, 'Không số thứ tự, không cơ quan, không thời hạn'],
        task(4, 'Đủ'),
      ],
    });
    expect(annex.rows.map(({ row }) => row)).toEqual([2, 3, 4, 5, 6]);
  });

  it('share what is merged over several of them', async () => {
    const annex = await read({
      rows: [
        ['Lĩnh vực', 'STT', 'Nhiệm vụ', 'Chủ trì', 'Thời hạn'],
        ['Cải cách thể chế', 1, 'a', 'Sở Tư pháp', '30/6/2026'],
        [null, 2, 'b', null, '30/9/2026'],
        [null, 3, 'c', 'Sở Nội vụ', null],
      ],
      merges: ['A2:A4', 'D2:D3', 'E3:E4'],
    });
    expect(annex.rows.map(({ field, leadsText, deadline }) => [field, leadsText, deadline])).toEqual([
      ['Cải cách thể chế', 'Sở Tư pháp', '30/6/2026'],
      ['Cải cách thể chế', 'Sở Tư pháp', '30/9/2026'],
      ['Cải cách thể chế', 'Sở Nội vụ', '30/9/2026'],
    ]);
  });

  it('are one where the title is merged over several lines', async () => {
    const annex = await read({
      rows: [
        HEADER,
        [1, 'Rà soát', 'Kế hoạch', 'Sở Nội vụ', 'Sở Y tế', 'Kế hoạch trước 31/01'],
        [null, null, 'Báo cáo', 'Sở Tư pháp', null, 'kết quả trước 30/9/2026'],
        task(2, 'b'),
      ],
      merges: ['A2:A3', 'B2:B3', 'E2:E3'],
    });
    expect(annex.rows).toMatchObject([
      {
        row: 2,
        title: 'Rà soát',
        deliverable: 'Kế hoạch; Báo cáo',
        leadsText: 'Sở Nội vụ; Sở Tư pháp',
        coordinatingText: 'Sở Y tế',
        deadline: 'Kế hoạch trước 31/01; kết quả trước 30/9/2026',
      },
      { row: 4, title: 'b' },
    ]);
  });
});

describe('A cell of a workbook', () => {
  const deadlines = async (workbook: WrittenWorkbook) =>
    (await readAnnex(workbookOf(workbook))).rows.map(({ deadline }) => deadline);
  const dated = {
    rows: [
      HEADER,
      task(1, 'a', { deadline: { day: '2026-06-30' } }),
      task(2, 'b', { deadline: { day: '2026-06-30', as: 'custom' } }),
      task(3, 'c', { deadline: { day: '2026-12-01', as: 'month' } }),
      task(4, 'd', { deadline: '2026' }),
    ],
  };

  it('shows a date as it is written in Vietnam, and a date without a day as a month', async () => {
    const shown = ['30/06/2026', '30/06/2026', '12/2026', '2026'];
    expect(await deadlines({ sheets: [dated] })).toEqual(shown);
    expect(await deadlines({ sheets: [dated], date1904: true })).toEqual(shown);
  });

  it('is a date where it was pasted as a value: as the number or the text of the number behind it', async () => {
    const pasted = (number: number) => ({
      rows: [
        HEADER,
        task(1, 'a', { deadline: number }),
        task(2, 'b', { deadline: String(number) }),
        [null, null, null, 'Sở Y tế', null, number + 92],
        task(3, String(number), { deadline: number * 10 }),
      ],
      merges: ['B3:B4'],
    });
    const shown = ['30/06/2026', '30/06/2026; 30/09/2026'];
    expect(await deadlines({ sheets: [pasted(46203)] })).toEqual([...shown, '462030']);
    expect(await deadlines({ sheets: [pasted(44741)], date1904: true })).toEqual([...shown, '447410']);
    const [, , row] = (await read(pasted(46203))).rows;
    expect(row?.title).toBe('46203');
  });

  it('is read whatever way its text is stored', async () => {
    const [row] = (
      await read({
        rows: [
          HEADER,
          [
            1,
            { rich: ['Ban hành ', 'kế hoạch'] },
            { inline: '  Báo\u00a0cáo\u200b  quý ' },
            { formula: 'A1&B1', result: 'Sở Nội vụ' },
            { error: '#REF!' },
            { formula: 'DATE(2026,6,30)', result: 46203 },
            { formula: '1+1', result: 0.30000000000000004 },
            { inline: 'a_x000D_\nb_xD800_' },
          ],
        ],
      })
    ).rows;
    expect(row).toMatchObject({
      title: 'Ban hành kế hoạch',
      deliverable: 'Báo cáo quý',
      leadsText: 'Sở Nội vụ',
      coordinatingText: '#REF!',
      deadline: '30/06/2026',
      funding: '0.3',
      note: 'a\nb\ufffd',
    });
  });

  it('is composed however its marks are stored', async () => {
    const decomposed = 'Kế hoạch cải cách hành chính'.normalize('NFD');
    expect(await titles({ rows: [HEADER, task(1, decomposed)] })).toEqual(['Kế hoạch cải cách hành chính']);
  });

  it('is found in files of programs that write prefixes or no references', async () => {
    const sheets = [{ rows: [HEADER, task(1, 'a', { deadline: { day: '2026-06-30' } })] }];
    for (const way of [{ prefix: 'x' }, { unreferenced: true }])
      expect((await readAnnex(workbookOf({ sheets, ...way }))).rows).toMatchObject([
        { row: 2, title: 'a', leadsText: 'Sở Nội vụ', deadline: '30/06/2026' },
      ]);
  });

  it('is read from the file of another program', async () => {
    const { Workbook } = createRequire(import.meta.url)('exceljs') as typeof ExcelJS;
    const book = new Workbook();
    const sheet = book.addWorksheet('Kế hoạch');
    sheet.addRow(['PHỤ LỤC']);
    sheet.mergeCells('A1:H1');
    sheet.addRow([...HEADER]);
    sheet.addRow([1, 'Ban hành kế hoạch', 'Kế hoạch', 'Sở Nội vụ', '', new Date(Date.UTC(2026, 5, 30))]);
    sheet.getCell('F3').numFmt = 'dd/mm/yyyy';
    expect((await readAnnex(Buffer.from(await book.xlsx.writeBuffer()))).rows).toMatchObject([
      { row: 3, ordinal: '1', title: 'Ban hành kế hoạch', deadline: '30/06/2026' },
    ]);
  });
});

describe('An annex as text', () => {
  const csv = (separator: string): string =>
    [
      ['STT', 'Nhiệm vụ', 'Cơ quan chủ trì', 'Thời hạn'],
      ['1', 'Rà soát, ban hành', 'Sở Nội vụ; Sở Y tế', '30/6/2026'],
      ['2', 'Kế hoạch\n“hai dòng”', 'Sở Tư pháp', 'Quý I/2026'],
      ['3', 'Báo cáo', 'Sở Y tế', 'Thường xuyên'],
    ]
      .map((row) => row.map((cell) => `"${cell}"`).join(separator))
      .join('\r\n');
  const rows = [
    { row: 2, title: 'Rà soát, ban hành', leadsText: 'Sở Nội vụ; Sở Y tế', deadline: '30/6/2026' },
    { row: 3, title: 'Kế hoạch\n“hai dòng”', leadsText: 'Sở Tư pháp', deadline: 'Quý I/2026' },
    { row: 4, title: 'Báo cáo', leadsText: 'Sở Y tế', deadline: 'Thường xuyên' },
  ];

  it.each([',', ';', '\t', '|'])('may be separated by "%s"', async (separator) => {
    expect((await readCsv(csv(separator))).rows).toMatchObject(rows);
  });

  it('may be UTF-8 with or without a mark, or UTF-16', async () => {
    expect((await readCsv(`\ufeff${csv(',')}`)).rows).toMatchObject(rows);
    expect((await readCsv(`\ufeff${csv('\t')}`, 'utf16le')).rows).toMatchObject(rows);
    expect((await readCsv(csv('\t'), 'utf16le')).rows).toMatchObject(rows);
    expect((await readAnnex(Buffer.from(`\ufeff${csv(';')}`, 'utf16le').swap16())).rows).toMatchObject(rows);
  });

  it('may be in the code page of Vietnamese Windows', async () => {
    const page = new Map(
      Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1258').decode(Uint8Array.of(byte)), byte]),
    );
    const marks = /[\u0300\u0301\u0303\u0309\u0323]/u;
    const bytes = [...csv(';').replace(/[“”]/gu, "'")].flatMap((letter) => {
      const whole = page.get(letter);
      if (whole !== undefined) return [whole];
      const parts = letter.normalize('NFD');
      const mark = marks.exec(parts)?.[0] ?? '';
      return [page.get(parts.replace(mark, '').normalize('NFC')) ?? 0, page.get(mark) ?? 0];
    });
    expect(bytes).not.toContain(0);
    expect((await readAnnex(Buffer.from(bytes))).rows).toMatchObject([
      rows[0],
      { row: 3, title: "Kế hoạch\n'hai dòng'", leadsText: 'Sở Tư pháp' },
      rows[2],
    ]);
  });

  it.each([
    ['\r\n', '\n'],
    ['\n', '\r\n'],
    ['\r', '\r'],
  ])('is read line by line when the header ends in %j and the rest in %j', async (first, others) => {
    const annex = await readCsv(
      `STT;Nhiệm vụ;Chủ trì;Hạn${first}${['1;Một;Sở Nội vụ;Quý I', '2;"Hai\ndòng";Sở Y tế;Quý II', '3;Ba;Sở Nội vụ;'].join(others)}`,
    );
    expect(annex.rows).toMatchObject([
      { row: 2, title: 'Một', deadline: 'Quý I' },
      { row: 3, title: 'Hai\ndòng', leadsText: 'Sở Y tế' },
      // As a spreadsheet counts: a cell of two lines stands in one row.
      { row: 4, title: 'Ba' },
    ]);
  });

  it('keeps what a stray quote or a short line leaves', async () => {
    const annex = await readCsv(
      'sep=;\nSTT;Nhiệm vụ;Chủ trì;Hạn\n1;Nhân rộng "Ngày không viết";Sở Nội vụ;30/6/2026\n2;Báo cáo\n',
    );
    expect(annex.rows).toMatchObject([
      { row: 2, title: 'Nhân rộng "Ngày không viết"' },
      { row: 3, title: 'Báo cáo' },
    ]);
  });
});

describe('A large annex', () => {
  const grown = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
    const before = process.memoryUsage().rss;
    const result = await work();
    return [result, (process.memoryUsage().rss - before) / 1024 / 1024];
  };

  it('of 1,000 rows is read in little memory', async () => {
    const [annex, megabytes] = await grown(() => read(annexOf(1000)));
    expect(annex.rows).toHaveLength(1000);
    expect(megabytes).toBeLessThan(150);
  });

  it('may be followed by hundreds of thousands of empty bordered cells', async () => {
    const file = sheetOf(bordered(annexOf(68), 60_000));
    const [annex, megabytes] = await grown(() => readAnnex(file));
    expect(annex.rows).toHaveLength(68);
    expect(megabytes).toBeLessThan(150);
  });

  it('is only a table to those who want all its sheets', async () => {
    const sheets = await readSheets(workbookOf({ sheets: [{ rows: [['code', 'name']] }, { name: 'B', rows: [] }] }));
    expect(sheets.map(({ name, rows }) => [name, rows.length])).toEqual([
      ['Sheet1', 1],
      ['B', 0],
    ]);
  });
});
