import { shippedUnits } from '../../../tests/support/annexes.js';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import {
  below,
  cell,
  deleted,
  documentOf,
  inserted,
  paragraph,
  row,
  run,
  span,
  table,
  WORD_HEADER,
  wordField,
  wordTask,
} from '../../../tests/support/word-files.js';
import { previewAnnex } from './annex-preview.format.js';
import { readAnnex } from './annex.format.js';

const read = (body: string) => readAnnex(documentOf(body));
const { units, classes } = shippedUnits();
const preview = async (body: string) =>
  previewAnnex(await read(body), { units, classes, year: 2026, rules: shippedRules });
const header = row(WORD_HEADER);
const heading = wordField('I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH');
/** The text of one cell of a table that is otherwise in order. */
const cellOf = async (content: string | readonly string[]): Promise<string | undefined> =>
  (await read(table([header, heading, wordTask('1', 'Một', { 2: cell(content) })]))).rows[0]?.deliverable;

describe('The table of a Word file', () => {
  it('is found below the head of the document, with its lines counted from its own first', async () => {
    const letterhead = table([row(['ỦY BAN NHÂN DÂN TỈNH', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM'])]);
    const {
      rows,
      sheet,
      header: found,
    } = await read(
      [
        letterhead,
        paragraph('PHỤ LỤC'),
        paragraph('DANH MỤC NHIỆM VỤ'),
        table([header, heading, wordTask('1', 'Ban hành kế hoạch')]),
        table([row(['Nơi nhận:', 'TM. ỦY BAN NHÂN DÂN'])]),
      ].join(''),
    );
    expect(sheet).toBe('Bảng 2');
    expect(found).toEqual({ from: 1, to: 1 });
    expect(rows).toMatchObject([{ row: 3, ordinal: '1', title: 'Ban hành kế hoạch', leadsText: 'Sở Nội vụ' }]);
  });

  it('goes on where its header was typed again in other letters', async () => {
    const again = row(WORD_HEADER.map((text) => cell(text.toUpperCase().split(' '))));
    const { rows, warnings } = await read(
      table([header, heading, wordTask('1', 'Một')]) + table([again, wordTask('2', 'Hai')]),
    );
    expect(rows.map(({ title }) => title)).toEqual(['Một', 'Hai']);
    expect(warnings).toEqual([]);
  });

  it('goes on over pages, with its header again or without', async () => {
    const { rows, warnings } = await read(
      [
        table([header, heading, wordTask('1', 'Một')]),
        paragraph('PHỤ LỤC (tiếp theo)'),
        table([header, wordTask('2', 'Hai')]),
        paragraph(''),
        table([wordTask('3', 'Ba'), wordField('II', 'CẢI CÁCH THỂ CHẾ'), wordTask('1', 'Bốn')]),
      ].join(''),
    );
    expect(rows.map(({ title, groups }) => [title, groups.at(-1)?.text])).toEqual([
      ['Một', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
      ['Hai', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
      ['Ba', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
      ['Bốn', 'CẢI CÁCH THỂ CHẾ'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('may be one for each field, named between them', async () => {
    const { rows, faults } = await preview(
      [
        paragraph('I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH'),
        table([header, wordTask('1', 'Một')]),
        paragraph('II. CẢI CÁCH THỂ CHẾ'),
        table([header, wordTask('1', 'Hai')]),
      ].join(''),
    );
    expect(faults).toEqual([]);
    expect(rows.map(({ title, code }) => [title, code])).toEqual([
      ['Một', 'I.1'],
      ['Hai', 'II.1'],
    ]);
  });

  it('goes on where the columns are divided by another line of the same place', async () => {
    const [a, b, c, d, e] = [600, 4000, 2000, 3000, 2000];
    const { rows } = await read(
      [
        table([header, heading, wordTask('1', 'Một')], [a, b, c, d, e]),
        table(
          [row([cell('2'), cell('Hai', span(2)), cell('Báo cáo'), cell('Sở Y tế'), cell('30/9/2026')])],
          [a, 1000, b - 1000, c, d, e],
        ),
        table([row(['3', 'Ba', 'Sở Xây dựng', '31/12/2026'])], [a, b + c, d, e]),
      ].join(''),
    );
    expect(rows.map(({ title, leadsText, deadline }) => [title, leadsText, deadline])).toEqual([
      ['Một', 'Sở Nội vụ', '30/6/2026'],
      ['Hai', 'Sở Y tế', '30/9/2026'],
      ['Ba', 'Sở Xây dựng', '31/12/2026'],
    ]);
  });

  it('keeps its columns where borders miss each other by a hair', async () => {
    const { rows } = await read(
      table(
        [
          row([cell('STT'), cell('Nhiệm vụ', span(2)), cell('Cơ quan chủ trì'), cell('Thời hạn')]),
          row([cell('1', span(2)), cell('Ban hành kế hoạch'), cell('Sở Nội vụ'), cell('30/6/2026')]),
        ],
        [600, 60, 4000, 3000, 2000],
      ),
    );
    expect(rows).toMatchObject([{ ordinal: '1', title: 'Ban hành kế hoạch', leadsText: 'Sở Nội vụ' }]);
  });

  it('has cells over several lines and a header of two', async () => {
    const { rows, header: found } = await read(
      table([
        row([
          cell('TT', below('restart')),
          cell('Nội dung nhiệm vụ', below('restart')),
          cell('Cơ quan thực hiện', span(2)),
          cell('Thời gian', below('restart')),
        ]),
        row([cell('', below()), cell('', below()), cell('Chủ trì'), cell('Phối hợp'), cell('', below())]),
        row(['1', 'Một', cell('Sở Nội vụ', below('restart')), 'Sở Y tế', '30/6/2026']),
        row(['2', 'Hai', cell('', below()), 'Sở Tư pháp', '30/9/2026']),
      ]),
    );
    expect(found).toEqual({ from: 1, to: 2 });
    expect(rows.map(({ title, leadsText, coordinatingText }) => [title, leadsText, coordinatingText])).toEqual([
      ['Một', 'Sở Nội vụ', 'Sở Y tế'],
      ['Hai', 'Sở Nội vụ', 'Sở Tư pháp'],
    ]);
  });

  it('has rows that nobody sees, and they are pointed out', async () => {
    const hidden = row(['2', 'Hai', 'Báo cáo', 'Sở Y tế', '30/6/2026'], '<w:hidden/>');
    const { rows, warnings } = await preview(table([header, heading, wordTask('1', 'Một'), hidden]));
    expect(rows).toHaveLength(2);
    expect(warnings.map(({ code }) => code)).toEqual(['import.hidden-rows']);
  });

  it('is one of several, and the others are pointed out', async () => {
    const other = row(['STT', 'Nhiệm vụ', 'Chủ trì']);
    const body = table([header, heading, wordTask('1', 'Một')]) + table([other, row(['1', 'Khác', 'Sở Y tế'])]);
    const { rows, warnings, sheets } = await preview(body);
    expect(rows).toHaveLength(1);
    expect(sheets).toEqual(['Bảng 1', 'Bảng 2']);
    expect(warnings.map(({ code }) => code)).toEqual(['import.other-tables']);
    const chosen = await readAnnex(documentOf(body), { sheet: 'Bảng 2' });
    expect(chosen.rows.map(({ title }) => title)).toEqual(['Khác']);
    await expect(readAnnex(documentOf(body), { sheet: 'Bảng 3' })).rejects.toThrow('import.unknown-sheet');
  });
});

describe('A cell of a Word file', () => {
  it('has its lines, breaks, tabs and hyphens', async () => {
    expect(await cellOf(['Kế hoạch', '', 'Báo cáo'])).toBe('Kế hoạch\n\nBáo cáo');
    expect(await cellOf('<w:p><w:r><w:t>Kế</w:t><w:br/><w:t>hoạch</w:t><w:tab/><w:t>2026</w:t></w:r></w:p>')).toBe(
      'Kế\nhoạch 2026',
    );
    expect(
      await cellOf('<w:p><w:r><w:t>HĐND</w:t><w:noBreakHyphen/><w:t>UB</w:t><w:softHyphen/><w:t>ND</w:t></w:r></w:p>'),
    ).toBe('HĐND-UBND');
  });

  it('joins its runs, whatever stands between them', async () => {
    const link = `<w:hyperlink><w:smartTag>${run('hoạch')}</w:smartTag></w:hyperlink>`;
    expect(
      await cellOf(
        `<w:p>${run('Kế ')}<w:proofErr w:type="spellStart"/>${link}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>`,
      ),
    ).toBe('Kế hoạch');
    const field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>';
    expect(await cellOf(`<w:p>${field}${run('30/6/2026')}</w:p>`)).toBe('30/6/2026');
    expect(await cellOf(`<w:sdt><w:sdtContent>${paragraph('Trong khung')}</w:sdtContent></w:sdt>`)).toBe('Trong khung');
  });

  it('leaves out pictures and what their boxes say', async () => {
    const box = '<w:drawing><w:txbxContent><w:p><w:r><w:t>ảnh</w:t></w:r></w:p></w:txbxContent></w:drawing>';
    expect(await cellOf(`<w:p>${run('Báo cáo')}<w:r>${box}</w:r></w:p>`)).toBe('Báo cáo');
  });

  it('is pointed out where text stands in a box, which nobody reads', async () => {
    const said = async (box: string): Promise<readonly string[]> => {
      const body = table([header, heading, wordTask('1', 'Một')]) + `<w:p><w:r>${box}</w:r></w:p>`;
      return (await preview(body)).warnings.map(({ code }) => code);
    };
    const inner = table([header, wordTask('2', 'Hai')]);
    expect(await said(`<w:pict><w:txbxContent>${inner}</w:txbxContent></w:pict>`)).toEqual(['import.text-boxes']);
    expect(await said('<w:drawing><w:txbxContent><w:p/></w:txbxContent></w:drawing>')).toEqual([]);
    expect(await said('<w:object>1</w:object>')).toEqual([]);
  });

  it('keeps signs that were inserted from the font Symbol, and no ornaments', async () => {
    const sign = (font: string, char: string): string => `<w:r><w:sym w:font="${font}" w:char="${char}"/></w:r>`;
    const signs = [
      ...[sign('Symbol', 'F0B3'), run('95'), sign('Symbol', 'F025'), run(' '), sign('Wingdings', 'F0FC')],
      ...[sign('Times New Roman', '2264'), sign('Symbol', 'F061'), sign('', 'x')],
    ].join('');
    expect(await cellOf(`<w:p>${signs}</w:p>`)).toBe('≥95% ≤');
  });

  it('joins what a table inside it says', async () => {
    const inner = table([row(['Báo cáo', 'quý I']), row(['Báo cáo', 'quý II'])]);
    expect(await cellOf(['Gồm:', inner, '<w:p></w:p>'])).toBe('Gồm:\nBáo cáo quý I\nBáo cáo quý II');
  });

  it('may hold the whole annex, as in a frame', async () => {
    const annex = table([header, heading, wordTask('1', 'Một'), wordTask('2', 'Hai')]);
    const { rows } = await read(table([row([cell(['PHỤ LỤC', annex, ''])])]));
    expect(rows.map(({ title }) => title)).toEqual(['Một', 'Hai']);
  });
});

describe('A Word file with tracked changes', () => {
  const codes = async (body: string) => (await preview(body)).warnings.map(({ code }) => code);

  it('is read as if all were accepted, and says so', async () => {
    const text = `<w:p>${run('Báo cáo ')}${deleted('quý I')}${inserted(run('quý II'))}</w:p>`;
    const body = table([header, heading, wordTask('1', 'Một', { 2: cell(text) })]);
    const { rows, warnings } = await preview(body);
    expect(rows[0]?.deliverable).toBe('Báo cáo quý II');
    expect(warnings).toEqual([
      { code: 'import.tracked-changes', message: expect.stringContaining('chấp nhận tất cả') as string },
    ]);
  });

  it('moves text and takes rows, cells and ends of paragraphs away', async () => {
    const moved =
      '<w:moveFrom w:id="3"><w:r><w:t>cũ</w:t></w:r></w:moveFrom><w:moveTo w:id="4"><w:r><w:t>mới</w:t></w:r></w:moveTo>';
    const joined = `<w:p><w:pPr><w:rPr><w:del w:id="5"/></w:rPr></w:pPr>${run('Báo ')}</w:p>`;
    const body = table([
      header,
      heading,
      wordTask('1', 'Một', { 2: cell(`<w:p>${moved}</w:p>`) }),
      row(['2', 'Hai', 'Báo cáo', 'Sở Y tế', '30/6/2026'], '<w:del w:id="6"/>'),
      row(['3', 'Ba', cell([joined, 'cáo']), 'Sở Y tế', '30/6/2026'], '<w:ins w:id="7"/>'),
      wordTask('4', 'Bốn', { 2: cell('bỏ', '<w:cellDel w:id="8"/>') }),
    ]);
    const { rows } = await read(body);
    expect(rows.map(({ title, deliverable }) => [title, deliverable])).toEqual([
      ['Một', 'mới'],
      ['Ba', 'Báo cáo'],
      ['Bốn', ''],
    ]);
    expect(await codes(body)).toEqual(['import.tracked-changes']);
  });

  it('has the columns of now, not those before a change', async () => {
    const before = '<w:tcPrChange w:id="9"><w:tcPr><w:gridSpan w:val="4"/><w:vMerge/></w:tcPr></w:tcPrChange>';
    const body = table([header, heading, wordTask('1', 'Một', { 2: cell('Báo cáo', before) })]);
    const { rows } = await read(body);
    expect(rows).toMatchObject([{ deliverable: 'Báo cáo', leadsText: 'Sở Nội vụ' }]);
    expect(await codes(body)).toEqual([]);
  });

  it('leaves out what is hidden, and says so', async () => {
    const text = `<w:p>${run('Báo cáo')}${run(' mật', '<w:vanish/>')}${run(' tháng', '<w:vanish w:val="0"/>')}</w:p>`;
    const body = table([header, heading, wordTask('1', 'Một', { 2: cell(text) })]);
    expect((await read(body)).rows[0]?.deliverable).toBe('Báo cáo tháng');
    expect(await codes(body)).toEqual(['import.hidden-text']);
  });
});
