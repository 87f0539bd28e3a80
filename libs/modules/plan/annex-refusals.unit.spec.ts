import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Refusal } from '#kernel';
import {
  annexOf,
  compoundFile,
  declaring,
  HEADER,
  packed,
  partsOf,
  sheetOf,
  task,
  workbookOf,
} from '../../../tests/support/annexes.js';
import { documentOf, paragraph, row, table, WORD_HEADER, wordTask } from '../../../tests/support/word-files.js';
import { annexLimits, readAnnex, type AnnexLimits } from './annex.format.js';

const annex = { sheets: [{ rows: [HEADER, task(1, 'Ban hành kế hoạch')] }] };
const sound = workbookOf(annex);
const altered = (parts: Readonly<Record<string, string | Uint8Array>>): Buffer => workbookOf({ ...annex, parts });
const refused = async (file: Buffer | string, limits?: AnnexLimits): Promise<string> => {
  try {
    await readAnnex(file, {}, limits);
    return 'read';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.kind).toBe('invalid');
    return error.code;
  }
};
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const typed = (type: string): string =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="${type}"/></Types>`;
const spaces = (megabytes: number): Uint8Array => new Uint8Array(megabytes * 1024 * 1024).fill(32);

describe('A file that is no annex', () => {
  it('is read when nothing is wrong with it', async () => {
    expect(await refused(sound)).toBe('read');
    expect(await refused(altered({ '[Content_Types].xml': typed(`${TYPES}.template.main+xml`) }))).toBe('read');
  });

  it('is refused as broken when it was cut off or altered on its way', async () => {
    expect(await refused(sound.subarray(0, sound.length - 40))).toBe('import.broken-file');
    expect(await refused(sound.subarray(0, 200))).toBe('import.broken-file');
    expect(await refused(Buffer.from('PK\x03\x04'))).toBe('import.broken-file');
    const at = sound.indexOf('xl/worksheets/sheet1.xml') + 40;
    const flipped = Buffer.from(sound);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    expect(await refused(flipped)).toBe('import.broken-file');
  });

  it('is refused as broken when a cell speaks of a text that is nowhere', async () => {
    const raw = (place: string): string => `<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="s">${place}</c></row>`;
    expect(await refused(sheetOf({ rows: [HEADER, task(1, 'a')], raw: raw('<v>999</v>') }))).toBe('import.broken-file');
    expect(await refused(sheetOf({ rows: [HEADER, task(1, 'a')], raw: raw('') }))).toBe('read');
  });

  it('is refused as broken when its parts are not what they should be', async () => {
    expect(await refused(altered({ 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row>' }))).toBe(
      'import.broken-file',
    );
    expect(await refused(altered({ 'xl/workbook.xml': Uint8Array.of(0x3c, 0xff, 0x3e) }))).toBe('import.broken-file');
    const { 'xl/workbook.xml': _, ...without } = partsOf(annex);
    expect(await refused(packed(without))).toBe('import.broken-file');
    const { 'xl/_rels/workbook.xml.rels': __, ...alone } = partsOf(annex);
    expect(await refused(packed(alone))).toBe('import.broken-file');
    const entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>';
    expect(await refused(altered({ 'xl/sharedStrings.xml': entities }))).toBe('import.broken-file');
    expect(await refused(altered({ 'xl/styles.xml': '<a>'.repeat(100_000) }))).toBe('import.broken-file');
  });

  it('is refused as broken when two of its parts have one name', async () => {
    const twice = packed({ ...partsOf(annex), 'xl/workbook.xmk': 'other' });
    for (let at = twice.indexOf('workbook.xmk'); at >= 0; at = twice.indexOf('workbook.xmk', at))
      twice.write('workbook.xml', at);
    expect(await refused(twice)).toBe('import.broken-file');
  });

  it('is refused as encrypted', async () => {
    expect(await refused(compoundFile('EncryptedPackage'))).toBe('import.encrypted-file');
    const locked = Buffer.from(sound);
    const at = locked.indexOf('PK\x01\x02');
    locked.writeUInt16LE(locked.readUInt16LE(at + 8) | 1, at + 8);
    expect(await refused(locked)).toBe('import.encrypted-file');
  });

  it('is refused because of its macros, whatever its name', async () => {
    expect(await refused(altered({ 'xl/vbaProject.bin': Uint8Array.of(1) }))).toBe('import.macros');
    expect(await refused(altered({ 'xl/macrosheets/sheet1.xml': '<x/>' }))).toBe('import.macros');
    expect(
      await refused(altered({ '[Content_Types].xml': typed('application/vnd.ms-excel.sheet.macroEnabled.main+xml') })),
    ).toBe('import.macros');
    const binary = { '[Content_Types].xml': typed('application/vnd.ms-excel.sheet.binary.macroEnabled.main') };
    expect(await refused(altered(binary))).toBe('import.wrong-type');
  });

  it('is refused as an .xls of old', async () => {
    expect(await refused(compoundFile('Workbook'))).toBe('import.legacy-xls');
    expect(await refused(compoundFile('Book'))).toBe('import.legacy-xls');
  });

  it('is refused as too large', async () => {
    expect(await refused(sound, { bytes: sound.length - 1 })).toBe('import.too-large');
    expect(await refused(sound, { bytes: sound.length })).toBe('read');
    expect(await refused(Buffer.alloc(annexLimits.bytes + 1, 'a'))).toBe('import.too-large');
    const content = { cells: 15, characters: 1_000 };
    expect(await refused(sheetOf(annexOf(10)), { ...annexLimits, content })).toBe('import.too-large');
    const many = `STT,Nhiệm vụ,Chủ trì\n${'1,a,b\n'.repeat(20)}`;
    expect(await refused(Buffer.from(many), { ...annexLimits, content })).toBe('import.too-large');
    const repeated = '<row r="9"><c t="s" r="A9"><v>0</v></c></row>';
    const long = workbookOf({
      sheets: [
        {
          rows: [['x'.repeat(9000)]],
          raw: Array.from({ length: 2000 }, (_, n) => repeated.replaceAll('9', String(n + 10))).join(''),
        },
      ],
    });
    expect(await refused(long)).toBe('import.too-large');
  });

  it('is not even opened when it is too large on the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'annex-'));
    try {
      const path = join(folder, 'annex.xlsx');
      await writeFile(path, sound);
      expect(await refused(path)).toBe('read');
      expect(await refused(path, { bytes: 100 })).toBe('import.too-large');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is refused as a zip bomb for what it says it unpacks to', async () => {
    expect(await refused(altered({ 'xl/media/image1.bmp': spaces(10) }))).toBe('import.zip-bomb');
    expect(await refused(declaring(sound, 'xl/styles.xml', 0x7fffffff))).toBe('import.zip-bomb');
    const archive = { unpacked: 1_000, ratio: 100 };
    expect(await refused(sound, { ...annexLimits, archive })).toBe('import.zip-bomb');
  });

  it('is refused as a zip bomb for what it really unpacks to', async () => {
    const strings = Buffer.concat([Buffer.from('<sst><si><t>'), spaces(40), Buffer.from('</t></si></sst>')]);
    const bomb = declaring(altered({ 'xl/sharedStrings.xml': strings }), 'xl/sharedStrings.xml', 1_000);
    const before = process.memoryUsage().rss;
    expect(await refused(bomb)).toBe('import.zip-bomb');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    const modest = Buffer.concat([Buffer.from('<sst><si><t>'), spaces(3), Buffer.from('</t></si></sst>')]);
    expect(await refused(altered({ 'xl/sharedStrings.xml': modest }))).toBe('import.zip-bomb');
  });

  it('is refused as holding no table', async () => {
    expect(await refused(sheetOf({ rows: [] }))).toBe('import.no-table');
    expect(await refused(sheetOf({ rows: [['Danh mục nhiệm vụ'], ['Nhiệm vụ', 'Điểm']] }))).toBe('import.no-table');
    expect(await refused(Buffer.from('Kính gửi: Sở Nội vụ\n'))).toBe('import.no-table');
    expect(await refused(Buffer.alloc(0))).toBe('import.no-table');
  });

  it('is refused as another type, known by its content', async () => {
    const others = {
      binary: altered({ '[Content_Types].xml': typed('application/vnd.ms-excel.sheet.binary.main') }),
      calc: packed({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' }),
      zip: packed({ 'readme.txt': 'x' }),
      message: compoundFile('__properties_version1.0'),
      pdf: Buffer.from('%PDF-1.7\n1 0 obj'),
      html: Buffer.from('<html><table><tr><td>STT</td></tr></table></html>'),
      gzip: gzipSync('STT,Nhiệm vụ,Chủ trì'),
      png: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    };
    for (const [name, file] of Object.entries(others))
      expect([name, await refused(file)]).toEqual([name, 'import.wrong-type']);
  });

  describe('as a Word file', () => {
    const body = table([row(WORD_HEADER), wordTask('1', 'Ban hành kế hoạch')]);
    const word = (document: string): Buffer => documentOf(body, { parts: { 'word/document.xml': document } });

    it('is read when nothing is wrong with it', async () => {
      expect(await refused(documentOf(body))).toBe('read');
    });

    it('is refused as holding no table', async () => {
      expect(await refused(documentOf(paragraph('Kính gửi: Sở Nội vụ')))).toBe('import.no-table');
      expect(await refused(documentOf(table([row(['Nơi nhận', 'TM. ỦY BAN NHÂN DÂN'])])))).toBe('import.no-table');
    });

    it('is refused as a .doc of old, and as encrypted', async () => {
      expect(await refused(compoundFile('WordDocument'))).toBe('import.legacy-doc');
      const locked = documentOf(body);
      const at = locked.indexOf('PK\x01\x02');
      locked.writeUInt16LE(locked.readUInt16LE(at + 8) | 1, at + 8);
      expect(await refused(locked)).toBe('import.encrypted-file');
    });

    it('is refused because of its macros, whatever its name', async () => {
      const type = 'application/vnd.ms-word.document.macroEnabled.main+xml';
      expect(await refused(documentOf(body, { type }))).toBe('import.macros');
      expect(await refused(documentOf(body, { parts: { 'word/vbaProject.bin': 'x' } }))).toBe('import.macros');
    });

    it('is refused as broken when it was cut off, or defines entities', async () => {
      const whole = documentOf(body);
      expect(await refused(whole.subarray(0, whole.length - 40))).toBe('import.broken-file');
      expect(await refused(word('<w:document><w:body><w:tbl>'))).toBe('import.broken-file');
      const entities =
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document><body><p>&b;</p></body></document>';
      expect(await refused(word(entities))).toBe('import.broken-file');
      expect(await refused(word('<a>'.repeat(100_000)))).toBe('import.broken-file');
    });

    it('is refused as a zip bomb', async () => {
      expect(await refused(documentOf(body, { parts: { 'word/media/a.bmp': spaces(10) } }))).toBe('import.zip-bomb');
      const long = `<document><body>${' '.repeat(40 * 1024 * 1024)}</body></document>`;
      expect(await refused(declaring(word(long), 'word/document.xml', 1_000))).toBe('import.zip-bomb');
    });

    it('is refused as too large', async () => {
      const content = { cells: 5, characters: 1_000 };
      expect(await refused(documentOf(body), { ...annexLimits, content })).toBe('import.too-large');
      const prose = documentOf(paragraph('Một câu dài. '.repeat(5_000)).repeat(200) + body);
      expect(await refused(prose)).toMatch(/^import\.(?:too-large|zip-bomb)$/u);
    });

    it('never breaks the reader, whatever its bytes', async () => {
      const whole = documentOf(body);
      const spot = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
      await fc.assert(
        fc.asyncProperty(fc.array(spot, { minLength: 1, maxLength: 8 }), async (spots) => {
          const damaged = Buffer.from(whole);
          for (const { at, byte } of spots) damaged[at] = byte;
          expect(await refused(damaged)).toMatch(/^(?:read|import\.[a-z-]+)$/u);
        }),
        { numRuns: 300 },
      );
    });
  });

  it('is refused, or its cell is at fault, when a cell holds a megabyte', async () => {
    const megabyte = 'Báo cáo '.repeat(131_072);
    const cells = task(1, 'Ban hành kế hoạch', { deliverable: megabyte });
    expect(await refused(sheetOf({ rows: [HEADER, cells] }))).toBe('import.too-large');
    expect(await refused(documentOf(table([row(WORD_HEADER), wordTask('1', 'Một', { 2: megabyte })])))).toBe(
      'import.too-large',
    );
    const csv = `STT,Nhiệm vụ,Sản phẩm,Chủ trì\n1,Một,"${megabyte}",Sở Nội vụ\n`;
    expect(await refused(Buffer.from(csv))).toBe('import.too-large');
  });

  it('never breaks the reader, whatever its bytes', async () => {
    const spot = fc.record({ at: fc.nat(sound.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(spot, { minLength: 1, maxLength: 8 }), async (spots) => {
        const damaged = Buffer.from(sound);
        for (const { at, byte } of spots) damaged[at] = byte;
        expect(await refused(damaged)).toMatch(/^(?:read|import\.[a-z-]+)$/u);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('', 'PK', 'STT,'), async (bytes, start) => {
        expect(await refused(Buffer.concat([Buffer.from(start), bytes]))).toMatch(/^import\./u);
      }),
      { numRuns: 300 },
    );
  });
});
