import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { neutralised, restored } from './cell-text.js';
import { dayWrittenOut, readSheets, writeDelimited, writeDocument, writeWorkbook } from './index.js';

const NASTY = [
  '=HYPERLINK("http://x.vn";"Bấm vào đây")',
  "=cmd|' /C calc'!A0",
  '+84 262',
  '-2+3',
  '@SUM(A1)',
  "'=1",
  '＝1+1',
  '- Kế hoạch;\n- "Báo cáo", 100%',
  '_x0041_',
  '<b>&amp;</b>',
  '00123',
  '30/6/2026',
  'Cho gia đình 👨‍👩‍👧‍👦 và ❤️‍🔥',
];

const part = (file: Buffer, name: string): string => strFromU8(unzipSync(file)[name] ?? new Uint8Array());

describe('A workbook that is written', () => {
  const written = (texts: readonly string[]) =>
    writeWorkbook([
      {
        name: 'Phụ lục: 1/2',
        columns: [{ width: 6 }, { width: 40 }, { width: 36, hidden: true }],
        titles: [{ text: 'PHỤ LỤC', look: 'heading' }],
        lines: [
          { kind: 'header', cells: ['STT', 'Nhiệm vụ', 'Mã dòng'] },
          { kind: 'group', cells: ['I', 'CẢI CÁCH THỂ CHẾ'] },
          ...texts.map((text, at) => ({ cells: [at + 1, text, 'a'] })),
        ],
      },
    ]);

  it('holds every text as a text, whatever it looks like', async () => {
    const file = await written(NASTY);
    const [sheet] = await readSheets(file);
    expect(sheet?.rows.slice(3).map(({ cells }) => cells.get(1))).toEqual(NASTY);
    expect(part(file, 'xl/worksheets/sheet1.xml')).not.toContain('<f');
  });

  it('offers words where some are to be chosen, shades what is to be filled in, and hides what is for the machine', async () => {
    const file = await writeWorkbook([
      {
        name: 'Bảng',
        columns: [{ width: 9 }, { width: 9, fillIn: true, choices: ['Đạt', 'Chưa đạt'] }, { width: 9, hidden: true }],
        lines: [{ kind: 'header', cells: ['A', 'B', 'C'] }, { cells: ['a', '', 'k'] }],
      },
      { name: 'máy', hidden: true, columns: [{ width: 9 }], lines: [{ kind: 'plain', cells: ['dấu'] }] },
    ]);
    const sheet = part(file, 'xl/worksheets/sheet1.xml');
    expect(sheet).toContain('<formula1>&quot;Đạt,Chưa đạt&quot;</formula1>');
    expect(sheet).toMatch(/<col min="3" max="3"[^>]* hidden="1"/u);
    expect(part(file, 'xl/styles.xml')).toContain('FFFFF9DB');
    expect(part(file, 'xl/workbook.xml')).toMatch(
      /name="máy"[^>]*state="veryHidden"|state="veryHidden"[^>]*name="máy"/u,
    );
  });

  it('is printed on A4 across, as wide as a page, with its header on every page', async () => {
    const file = await written(['a']);
    const sheet = part(file, 'xl/worksheets/sheet1.xml');
    expect(sheet).toMatch(/<pageSetup[^>]*paperSize="9"[^>]*orientation="landscape"/u);
    expect(sheet).toMatch(/<pane[^>]*ySplit="2"[^>]*state="frozen"/u);
    expect(part(file, 'xl/workbook.xml')).toMatch(/Print_Titles[^<]*<?[^<]*\$2:\$2/u);
  });

  it('shows days as days and merges what runs over several columns and lines', async () => {
    const file = await writeWorkbook([
      {
        name: 'Sổ',
        columns: [{ width: 10 }, { width: 10 }, { width: 10 }],
        lines: [
          {
            kind: 'header',
            cells: [
              { value: 'Ngày', down: 2 },
              { value: 'Cơ quan', across: 2 },
            ],
          },
          { kind: 'header', cells: [null, 'Chủ trì', 'Phối hợp'] },
          { cells: [{ value: { day: '2026-06-30' } }, 0, 1.5] },
        ],
      },
    ]);
    const [sheet] = await readSheets(file);
    expect(sheet?.rows.at(-1)?.cells).toEqual(
      new Map([
        [0, '30/06/2026'],
        [1, '0'],
        [2, '1.5'],
      ]),
    );
    expect(sheet?.merges).toEqual([
      { top: 1, left: 0, bottom: 2, right: 0 },
      { top: 1, left: 1, bottom: 1, right: 2 },
    ]);
  });

  it('keeps lines apart however they were broken, and as many signs as a cell holds', async () => {
    const broken = ['a\u000bb', 'a\u000cb', 'a\u0085b', 'a\u2028b', 'a\u2029b', 'a\r\nb'];
    const full = ['_x0041_ '.repeat(4_096).slice(0, 32_767), 'ê'.repeat(32_767), 'ê'.repeat(32_768)];
    const [sheet] = await readSheets(await written([...broken, ...full]));
    expect(sheet?.rows.slice(3).map(({ cells }) => cells.get(1))).toEqual([
      ...broken.map(() => 'a\nb'),
      full[0]?.trim(),
      full[1],
      `${'ê'.repeat(32_766)}…`,
    ]);
  });

  it('has lines as high as what stands in them, in its own letters', async () => {
    const file = await writeWorkbook([
      {
        name: 'Cao',
        columns: [{ width: 14 }],
        lines: [
          { kind: 'header', cells: ['Trong đó chờ nghiệm thu'] },
          { cells: ['Chậm nhất ngày 20/3/2026'] },
          { cells: ['Quý I/2026'] },
        ],
      },
    ]);
    const heights = [...part(file, 'xl/worksheets/sheet1.xml').matchAll(/<row [^>]* ht="(\d+)"/gu)].map(([, ht]) => ht);
    expect(heights).toEqual(['54', '54', '20']);
  });

  it('of a long table is written in turns with whatever else is to be done, and is whole', async () => {
    let turn = 0;
    let isWriting = true;
    const others = (): void => {
      turn += 1;
      if (isWriting) setImmediate(others);
    };
    others();
    const turns = new Set<number>();
    const lines = Array.from({ length: 3_000 }, (_, at) => ({
      get cells() {
        turns.add(turn);
        return [at + 1, { value: `Việc ${at}`, across: 2 }];
      },
    }));
    const file = await writeWorkbook([{ name: 'Dài', columns: [{ width: 9 }, { width: 9 }, { width: 9 }], lines }]);
    isWriting = false;
    const [sheet] = await readSheets(file);
    expect(turns.size).toBeGreaterThan(20);
    expect(sheet?.rows.map(({ cells }) => cells.get(1))).toEqual(lines.map((_, at) => `Việc ${at}`));
    expect(sheet?.merges).toHaveLength(lines.length);
  });
});

describe('A text file that is written', () => {
  it('holds nothing that a spreadsheet program runs, and is read back as it was', async () => {
    const file = writeDelimited([['STT', 'Nhiệm vụ'], ...NASTY.map((text, at) => [String(at + 1), text])]);
    for (const cell of file.toString().matchAll(/(?<=^|,|\n)"((?:[^"]|"")*)"/gu))
      expect(cell[1]).not.toMatch(/^[=+\-@＝＋－＠]/u);
    const [sheet] = await readSheets(file);
    expect(sheet?.rows.slice(1).map(({ cells }) => cells.get(1))).toEqual(NASTY);
  });

  it('holds no formula behind a line break or a sign that parts cells elsewhere, and leaves lists as they are', () => {
    expect(neutralised('a\n=1')).toBe("a\n'=1");
    expect(neutralised('a; ＋1|@b,-2')).toBe("a; '＋1|'@b,'-2");
    expect(neutralised("a;'=1")).toBe("a;''=1");
    for (const text of ['Gồm:\n- Kế hoạch;\n- Báo cáo', 'a=b; c-d', '30/6/2026']) expect(neutralised(text)).toBe(text);
  });

  it('gives back every text whatever', () => {
    const piece = fc.oneof(fc.constantFrom(..."'=+-@＝－ \n\r\t;,|a"), fc.string({ unit: 'binary', maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(restored(neutralised(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('A Word file that is written', () => {
  it('has the parts of an administrative document', async () => {
    const file = await writeDocument({
      letterhead: { above: 'Ủy ban nhân dân tỉnh', issuer: 'Sở Nội vụ', place: 'Đắk Lắk', date: '2026-02-05' },
      title: { kind: 'Báo cáo', abstract: 'Kết quả cải cách hành chính quý I năm 2026' },
      pieces: [
        { text: 'Thực hiện kế hoạch năm 2026, Sở Nội vụ báo cáo như sau:' },
        {
          table: {
            columns: [{ width: 1 }, { width: 3 }],
            header: ['STT', 'Nhiệm vụ'],
            rows: [{ cells: ['1', 'Một'] }],
          },
        },
      ],
      signature: { lines: ['Giám đốc'], name: 'Nguyễn Văn A' },
      recipients: ['Như trên', 'Lưu: VT'],
    });
    const text = part(file, 'word/document.xml').replace(/<[^>]+>/gu, '|');
    for (const words of [
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập - Tự do - Hạnh phúc',
      'ỦY BAN NHÂN DÂN TỈNH',
      'SỞ NỘI VỤ',
      'Đắk Lắk, ngày 05 tháng 02 năm 2026',
      'BÁO CÁO',
      'GIÁM ĐỐC',
      'Nơi nhận:',
      '- Lưu: VT.',
    ])
      expect(text).toContain(`|${words}|`);
    expect(part(file, 'word/document.xml')).toContain('<w:tblHeader/>');
  });

  it('is a letter with what it is about, its addressees and, behind the signature, its list on pages of its own', async () => {
    const table = { columns: [{ width: 1 }], header: ['Nhiệm vụ'], rows: [{ cells: ['Việc trong danh sách'] }] };
    const file = await writeDocument({
      letterhead: { issuer: 'Sở Nội vụ', about: 'đôn đốc' },
      to: ['Sở Y tế', 'Xã Một'],
      pieces: [{ text: 'Đề nghị.' }, { table: { ...table, rows: [{ cells: ['Việc trong công văn'] }] } }],
      signature: { lines: ['Giám đốc'] },
      attached: { annex: { label: 'DANH SÁCH', title: 'Các việc' }, pieces: [{ text: 'Gồm có:' }, { table }] },
    });
    const xml = part(file, 'word/document.xml');
    const text = xml.replace(/<[^>]+>/gu, '|');
    const order = [
      'Số: ……/……',
      'V/v đôn đốc',
      'Kính gửi:',
      '- Sở Y tế;',
      '- Xã Một.',
      'Đề nghị.',
      'Việc trong công văn',
      'GIÁM ĐỐC',
      'DANH SÁCH',
      'Gồm có:',
      'Việc trong danh sách',
    ].map((words) => text.indexOf(words));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(-1);
    expect(xml.match(/<w:sectPr/gu)).toHaveLength(2);
  });

  it('writes days out as the decree asks', () => {
    expect(dayWrittenOut('2026-02-05')).toBe('ngày 05 tháng 02 năm 2026');
    expect(dayWrittenOut('2026-12-22')).toBe('ngày 22 tháng 12 năm 2026');
    expect(dayWrittenOut('2026-03-01')).toBe('ngày 01 tháng 3 năm 2026');
  });
});
