import { readFileSync } from 'node:fs';
import {
  annexOf,
  HEADER,
  sheetOf,
  shippedRows,
  shippedUnits,
  task,
  type WrittenSheet,
} from '../../../tests/support/annexes.js';
import { shippedRules } from '../../../tests/support/rule-sets.js';
import { readAnnex, type AnnexChoices } from './annex.format.js';
import { previewAnnex, type PreviewRow } from './annex-preview.format.js';
import { periodsOf } from './period.rule.js';

const folder = 'libs/demonstration/data/';
const files = ['ke-hoach-cchc-2026.csv', 'ke-hoach-cchc-2026.xlsx', 'ke-hoach-cchc-2026.docx'] as const;
const { units, classes } = shippedUnits();
const facts = { units, classes, year: 2026, rules: shippedRules };
const preview = async (file: string) => previewAnnex(await readAnnex(`${folder}${file}`), facts);

describe('The shipped annex', () => {
  it.each(files)('previews without a fault against the shipped units (%s)', async (file) => {
    const { rows, faults, summary } = await preview(file);
    expect(faults).toEqual([]);
    expect(summary).toEqual({ rows: 68, faults: 0 });
    const counts = new Map<string, number>();
    for (const { field } of rows) counts.set(field, (counts.get(field) ?? 0) + 1);
    expect([...counts]).toEqual([
      ['CDDH', 14],
      ['CCTC', 8],
      ['CCTTHC', 13],
      ['CCTCBM', 8],
      ['CCCV', 9],
      ['CCTCC', 6],
      ['CQDT', 10],
    ]);
  });

  it('agrees row by row as CSV, as Excel and as Word', async () => {
    const [csv, xlsx, docx] = await Promise.all(files.map(preview));
    const content = (rows: readonly PreviewRow[] | undefined) => rows?.map((row) => ({ ...row, row: 0 }));
    expect(content(xlsx?.rows)).toEqual(content(csv?.rows));
    expect(content(docx?.rows)).toEqual(content(csv?.rows));
    expect(csv?.rows.map(({ row }) => row)).toEqual(Array.from({ length: 68 }, (_, n) => n + 2));
    expect(xlsx?.rows[0]?.row).toBe(7);
    expect(xlsx?.rows.at(-1)?.row).toBe(80);
    expect([docx?.rows[0]?.row, docx?.rows.at(-1)?.row]).toEqual([3, 76]);
  });

  it.each(files)('says what its own columns say (%s)', async (file) => {
    const { rows } = await preview(file);
    const cycles: Record<string, string> = {
      mot_lan: 'once',
      quy: 'quarterly',
      thuong_xuyen: 'quarterly',
      thang: 'monthly',
    };
    const stated = shippedRows().map((row) => ({
      code: row['muc'],
      field: row['ma_linh_vuc'],
      title: row['nhiem_vu'],
      deliverable: row['san_pham'],
      leadsText: row['co_quan_chu_tri'],
      coordinatingText: row['co_quan_phoi_hop'],
      deadline: row['thoi_gian_hoan_thanh'],
      due: row['han_hoan_thanh_iso'],
      cycle: cycles[row['chu_ky'] ?? ''],
      funding: row['kinh_phi'],
      note: row['ghi_chu'],
    }));
    expect(
      rows.map((row) =>
        Object.fromEntries(Object.keys(stated[0] ?? {}).map((key) => [key, row[key as keyof PreviewRow]])),
      ),
    ).toEqual(stated);
  });

  it('obliges 1,073 units by its rows', async () => {
    const members = (id: string): readonly string[] => {
      const kinds = classes.find((known) => known.id === id)?.kinds ?? [];
      return units.filter(({ kind }) => kinds.includes(kind)).map((unit) => unit.id);
    };
    expect(classes.map(({ id }) => members(id).length)).toEqual([16, 102]);
    const { rows } = await preview(files[1]);
    const obliged = rows.map(
      ({ leads }) => new Set(leads.flatMap(({ kind, id }) => (kind === 'class' ? members(id) : [id]))).size,
    );
    expect(obliged.reduce((sum, count) => sum + count, 0)).toBe(1073);
    expect(Math.max(...obliged)).toBe(118);
  });

  it('owes one period, four or twelve', async () => {
    const { rows } = await preview(files[0]);
    const counts = rows.map(({ cycle }) => periodsOf(cycle, facts).length);
    expect([1, 4, 12].map((count) => counts.filter((other) => other === count).length)).toEqual([53, 14, 1]);
  });

  it('has milestones where its deadlines have several parts', async () => {
    const { rows } = await preview(files[0]);
    expect(rows.filter(({ rule }) => rule === 'parts').map(({ code, milestones }) => [code, milestones])).toEqual([
      ['I.7', [{ text: 'Ban hành trong quý I', due: '2026-03-31' }]],
      ['III.2', [{ text: 'Kế hoạch trước 31/01', due: '2026-01-31' }]],
    ]);
  });

  it('names nobody unknown among those who coordinate', async () => {
    const { rows } = await preview(files[0]);
    for (const { coordinating, coordinatingText } of rows)
      expect(coordinating.map(({ name }) => name).join('; ')).toBe(coordinatingText);
  });

  it('gives the same preview however often it is read, from memory as from the disk', async () => {
    const bytes = readFileSync(`${folder}${files[1]}`);
    expect(previewAnnex(await readAnnex(bytes), facts)).toEqual(await preview(files[1]));
  });
});

describe('The preview of an annex', () => {
  const previewOf = async (sheet: WrittenSheet, choices?: AnnexChoices) =>
    previewAnnex(await readAnnex(sheetOf(sheet), choices), facts);
  const under = (...tasks: WrittenSheet['rows'][number][]): WrittenSheet => ({
    rows: [HEADER, ['II', 'Cải cách thể chế'], ...tasks],
  });
  const faultsOf = async (sheet: WrittenSheet) =>
    (await previewOf(sheet)).faults.map(({ row, column, code }) => [row, column, code]);

  it('shows every fault by row and column, all at once and in their order', async () => {
    const { faults, rows, summary } = await previewOf({
      rows: [
        HEADER,
        ['II', 'Cải cách thể chế'],
        task(1, 'Đủ và đúng'),
        task(2, 'Thiếu chủ trì', { leads: null }),
        task(3, 'Sai tên', { leads: 'Sở Nội vụ; Sở Tư phap và', deadline: '31/02/2026' }),
        task(4, 'ĐỦ  và đúng'),
        task(5, 'Không hạn', { deadline: null }),
        task(6, 'Hạn lạ', { deadline: 'Càng sớm càng tốt' }),
        [7, null, 'Báo cáo', 'Sở Nội vụ', null, '30/6/2026'],
        ['III', 'Cải cách thủ tục hành chánh'],
        task(1, 'Đủ và đúng'),
      ],
    });
    expect(faults.map(({ row, column, cell, code }) => [row, column, cell, code])).toEqual([
      [4, 'leads', 'D4', 'missing-lead'],
      [5, 'leads', 'D5', 'unknown-unit'],
      [5, 'deadline', 'F5', 'impossible-date'],
      [6, 'title', 'B6', 'duplicate-row'],
      [7, 'deadline', 'F7', 'missing-deadline'],
      [8, 'deadline', 'F8', 'unreadable-deadline'],
      [9, 'title', 'B9', 'missing-title'],
      [10, 'field', undefined, 'unknown-field'],
    ]);
    expect(summary).toEqual({ rows: rows.length, faults: faults.length });
    expect(rows).toHaveLength(8);
    expect(rows[2]).toMatchObject({ code: 'II.3', leads: [{ name: 'Sở Nội vụ' }], due: null, rule: 'unread' });
  });

  it('finds the tasks of the plan above by their codes, and names those that are none', async () => {
    const above = (row: string, code: string) => ({ row, code, title: `Nhiệm vụ ${code}` });
    const id = 'b3036919-c277-582b-b37f-7fef39e87154';
    const parentRows = [above('a', 'I.1'), above('b', 'I.2'), above('c', 'I.9'), above(id, 'I.9')];
    const read = async (header: string, ...parents: (string | null)[]) => {
      const rows = parents.map((parent, at) => [...task(at + 1, `Nhiệm vụ ${at}`), parent]);
      const sheet = { rows: [[...HEADER, header], ['II', 'Cải cách thể chế'], ...rows] };
      return previewAnnex(await readAnnex(sheetOf(sheet)), { ...facts, parentRows });
    };
    const found = await read('Nhiệm vụ cấp trên', 'I.1', ' i.2 ', null, id.toUpperCase());
    expect(found.faults).toEqual([]);
    expect(found.rows.map(({ parentRow }) => parentRow)).toEqual(['a', 'b', null, id]);
    const { faults } = await read('Mã nhiệm vụ của kế hoạch cấp trên', 'I.3', 'I.9', 'I.1');
    expect(faults.map(({ row, column, code }) => [row, column, code])).toEqual([
      [3, 'parent', 'unknown-parent-row'],
      [4, 'parent', 'unknown-parent-row'],
    ]);
    expect(faults[0]?.message).toContain('“I.3”');
    expect((await read('Cột khác', 'I.1')).rows[0]).not.toHaveProperty('parentRow');
    const nobody = previewAnnex(
      await readAnnex(
        sheetOf({
          rows: [
            [...HEADER, 'Nhiệm vụ cấp trên'],
            ['II', 'Cải cách thể chế'],
            [...task(1, 'a'), 'I.1'],
          ],
        }),
      ),
      facts,
    );
    expect(nobody.faults.map(({ code }) => code)).toEqual(['unknown-parent-row']);
  });

  it('says each fault in a sentence and offers what may have been meant', async () => {
    const { faults } = await previewOf({
      rows: [
        HEADER,
        ['III', 'Cải cách thủ tục hành chánh'],
        task(1, 'a', { leads: 'Sở Tư phap và' }),
        task(2, 'b', { leads: 'Các sở, ban, ngành, UBND các xã, phường' }),
        task(3, 'b'),
      ],
    });
    expect(faults).toEqual([
      {
        row: 2,
        column: 'field',
        code: 'unknown-field',
        message: 'Không có lĩnh vực nào tên là “Cải cách thủ tục hành chánh”.',
        suggestion: 'Cải cách thủ tục hành chính',
        suggestions: expect.arrayContaining(['Cải cách thủ tục hành chính']),
      },
      {
        row: 3,
        column: 'leads',
        cell: 'D3',
        code: 'unknown-unit',
        message: 'Không có cơ quan, đơn vị nào tên là “Sở Tư phap và”.',
        suggestion: 'Sở Tư pháp',
        suggestions: expect.arrayContaining(['Sở Tư pháp']),
      },
      {
        row: 4,
        column: 'leads',
        cell: 'D4',
        code: 'unknown-unit',
        message: 'Không có cơ quan, đơn vị nào tên là “Các sở, ban, ngành, UBND các xã, phường”.',
        suggestion: 'Các sở, ban, ngành; UBND các xã, phường',
        suggestions: ['Các sở, ban, ngành; UBND các xã, phường'],
      },
      {
        row: 5,
        column: 'title',
        cell: 'B5',
        code: 'duplicate-row',
        message: 'Nhiệm vụ trùng với dòng 4 trong cùng lĩnh vực.',
      },
    ]);
  });

  it('tells which units bear a name that several have, and takes each by what it offers', async () => {
    const twin = (id: string, code: string) => ({ id, code, name: 'Ban Đối ngoại' });
    const read = async (leads: string, ...codes: string[]) =>
      previewAnnex(await readAnnex(sheetOf(under(task(1, 'a', { leads })))), {
        ...facts,
        units: [...units, ...codes.map((code) => twin(`twin ${code}`, code))],
      });
    const { faults, rows } = await read('Ban Đối ngoại; Sở Nội vụ', 'NGV.1', 'NGV.2');
    const suggestions = ['Ban Đối ngoại (NGV.1)', 'Ban Đối ngoại (NGV.2)'];
    expect(faults).toEqual([
      {
        row: 3,
        column: 'leads',
        cell: 'D3',
        code: 'ambiguous-unit',
        message:
          'Có nhiều cơ quan, đơn vị cùng tên “Ban Đối ngoại”: Ban Đối ngoại (NGV.1); Ban Đối ngoại (NGV.2); hãy ghi rõ là đơn vị nào.',
        suggestion: suggestions[0],
        suggestions,
      },
    ]);
    expect(rows[0]?.leads.map(({ name }) => name)).toEqual(['Sở Nội vụ']);
    for (const [at, suggestion] of suggestions.entries()) {
      const taken = await read(suggestion, 'NGV.1', 'NGV.2');
      expect(taken.faults).toEqual([]);
      expect(taken.rows[0]?.leads).toEqual([{ kind: 'unit', id: `twin NGV.${at + 1}`, name: 'Ban Đối ngoại' }]);
    }
    const many = await read('Ban Đối ngoại', 'A', 'B', 'C', 'D');
    expect(many.faults[0]?.message).toContain('Ban Đối ngoại (C); …; hãy');
  });

  it('blames a heading once for all rows under it, and each row that stands under none', async () => {
    expect(await faultsOf({ rows: [HEADER, ['I', 'LĨNH VỰC LẠ'], task(1, 'a'), task(2, 'b')] })).toEqual([
      [2, 'field', 'unknown-field'],
    ]);
    expect(await faultsOf({ rows: [HEADER, task(1, 'a'), ['II', 'Cải cách thể chế'], task(1, 'b')] })).toEqual([
      [2, 'field', 'unknown-field'],
    ]);
    expect(await faultsOf({ rows: [HEADER, task(1, 'a'), task(2, 'b')] })).toEqual([[1, 'field', 'missing-column']]);
  });

  it('does not take a misspelt field for a part of the field above it, and does take a subheading for one', async () => {
    const within = (heading: string): WrittenSheet => ({
      rows: [HEADER, ['II', 'CẢI CÁCH THỂ CHẾ'], task(1, 'a'), [null, heading], task(2, 'b')],
      merges: ['B4:H4'],
    });
    expect(await faultsOf(within('Cải cách tài chính côngg'))).toEqual([[4, 'field', 'unknown-field']]);
    expect((await previewOf(within('Nhiệm vụ thường xuyên'))).rows.map(({ code }) => code)).toEqual(['II.1', 'II.2']);
    expect((await previewOf(within('Cải cách tài chính công'))).rows.map(({ code }) => code)).toEqual(['II.1', 'VI.1']);
  });

  it('names a field of another time as unknown', async () => {
    const old: WrittenSheet = { rows: [HEADER, ['VII', 'Hiện đại hóa hành chính'], task(1, 'a')] };
    expect(await faultsOf(old)).toEqual([[2, 'field', 'unknown-field']]);
    const annex = await readAnnex(sheetOf(old));
    const { rows, faults } = previewAnnex(annex, { ...facts, year: 2020 });
    expect([rows[0]?.field, faults]).toEqual(['HDHHC', []]);
  });

  it('takes fields from a column by code or name', async () => {
    const sheet = {
      rows: [
        ['Lĩnh vực', 'Nhiệm vụ', 'Chủ trì', 'Hạn'],
        ['CCTC', 'a', 'Sở Tư pháp', '30/6/2026'],
        ['VI. Cải cách tài chính công', 'b', 'Sở Tài chính', '30/6/2026'],
        ['Cải cách lạ', 'c', 'Sở Tài chính', '30/6/2026'],
      ],
    };
    const { rows, faults } = await previewOf(sheet);
    expect(rows.map(({ field, code }) => [field, code])).toEqual([
      ['CCTC', 'II.1'],
      ['CCTCC', 'VI.1'],
      ['', ''],
    ]);
    expect(faults).toMatchObject([{ row: 4, column: 'field', cell: 'A4', code: 'unknown-field' }]);
  });

  it('allows the same title in two fields, and compares without tones and signs in one', async () => {
    const twice: WrittenSheet = {
      rows: [HEADER, ['II', 'Cải cách thể chế'], task(1, 'a'), ['III', 'Cải cách TTHC'], task(1, 'a')],
    };
    expect(await faultsOf(twice)).toEqual([]);
    expect(await faultsOf(under(task(1, 'Rà soát, ban hành'), task(2, 'Ra soat - ban hanh.')))).toEqual([
      [4, 'title', 'duplicate-row'],
    ]);
  });

  it('asks for a missing column once, and is content when it is shown where it is', async () => {
    const rows = [
      ['STT', 'Nhiệm vụ', 'Người làm', 'Hạn'],
      ['II', 'Cải cách thể chế'],
      [1, 'a', 'Sở Nội vụ', '30/6/2026'],
      [2, 'b', 'Sở Y tế', '30/6/2026'],
    ];
    expect(await faultsOf({ rows })).toEqual([[1, 'leads', 'missing-column']]);
    expect((await previewOf({ rows }, { mapping: { 2: 'leads' } })).faults).toEqual([]);
  });

  it('does not ask who coordinates', async () => {
    const row = [1, 'a', null, 'Sở Nội vụ', 'Các cơ quan liên quan; Sở Y tế', '30/6/2026'];
    const { rows, faults } = await previewOf(under(row));
    expect(faults).toEqual([]);
    expect(rows[0]).toMatchObject({
      coordinating: [{ name: 'Sở Y tế' }],
      coordinatingText: 'Các cơ quan liên quan; Sở Y tế',
    });
  });

  it('takes the error of a formula for no text, in whatever column', async () => {
    const cells = [...task(1, 'a', { leads: { error: '#N/A' }, deadline: { error: '#DIV/0!' } }).slice(0, 7), '#REF!'];
    expect(
      await faultsOf(under(cells, task({ error: '#NAME?' }, 'b'), task(3, 'Sửa lỗi #REF! của bảng tính'))),
    ).toEqual([
      [3, 'leads', 'error-value'],
      [3, 'deadline', 'error-value'],
      [3, 'note', 'error-value'],
      [4, 'ordinal', 'error-value'],
    ]);
    const csv = 'Lĩnh vực,Nhiệm vụ,Chủ trì,Hạn\nCCTC,#VALUE!,Sở Nội vụ,30/6/2026\n';
    const { faults } = previewAnnex(await readAnnex(Buffer.from(csv)), facts);
    expect(faults).toMatchObject([{ cell: 'B2', code: 'error-value', message: expect.stringContaining('“#VALUE!”') }]);
  });

  it('counts on from the codes that the plan holds, but for those of the rows that the file has', async () => {
    const held = ['a', 'x'].map((title, at) => ({
      row: title,
      source: null,
      content: {
        ...{ field: 'CCTC', code: `II.${at + 1}`, title, deliverable: '', leadsText: '', coordinatingText: '' },
        ...{ deadline: '', funding: '', note: '', mode: { kind: 'all' } as const },
      },
    }));
    const annex = await readAnnex(sheetOf(under(task(1, 'a'), task(2, 'b'), task(3, 'c'))));
    const codes = (known: typeof held) => previewAnnex(annex, { ...facts, held: known }).rows.map(({ code }) => code);
    expect(codes([])).toEqual(['II.1', 'II.2', 'II.3']);
    expect(codes(held)).toEqual(['II.1', 'II.3', 'II.4']);
  });

  it('names some of the lines that it left out', async () => {
    const { warnings } = await previewOf(under(task(null, 'a'), ...'bcdefg'.split('').map((title) => [null, title])));
    expect(warnings).toEqual([
      { code: 'import.lines-left-out', message: expect.stringContaining('Dòng 4, 5, 6, 7, 8, …') as string },
    ]);
  });

  it('refuses nothing that is long without saying so', async () => {
    expect(await faultsOf(under(task(1, 'x'.repeat(5_001))))).toEqual([[3, 'title', 'text-too-long']]);
    expect(await faultsOf(under(task(1, 'x'.repeat(5_000))))).toEqual([]);
  });

  it('of 1,000 rows, each of them at fault, tells every fault', async () => {
    const { summary } = await previewOf(
      annexOf(1000, (n) => task(n, 'Cùng một nhiệm vụ', { leads: `Sở không có ${n}`, deadline: '31/02/2026' })),
    );
    expect(summary).toEqual({ rows: 1000, faults: 3 * 1000 - 7 });
  });
});
