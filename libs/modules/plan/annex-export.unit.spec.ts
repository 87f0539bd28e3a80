import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { strFromU8, unzipSync } from 'fflate';
import { readSheets } from '#platform/sheets';
import { comesBack, facts, fields } from '../../../tests/support/annex-plans.js';
import { annexFormats, writeAnnex, type OutgoingAnnex, type OutgoingRow } from './annex-export.format.js';
import { matchRows, renamedInTurn, type HeldRow } from './annex-match.format.js';
import { previewAnnex } from './annex-preview.format.js';
import { annexLimits, readAnnex } from './annex.format.js';

describe('An annex that goes out', () => {
  it('comes back from Word without a difference', () => comesBack('docx'), 600_000);

  const simple = (count: number): OutgoingAnnex => ({
    title: 'Kế hoạch cải cách hành chính năm 2026',
    unit: 'Ủy ban nhân dân tỉnh',
    document: { kind: 'Kế hoạch', number: '0257/KH-UBND', date: '2025-12-05' },
    fields,
    rows: Array.from({ length: count }, (_, n) => {
      const field = fields[n % fields.length];
      return {
        row: `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`,
        source: null,
        content: {
          field: field?.code ?? '',
          code: `${field?.numeral}.${Math.floor(n / fields.length) + 1}`,
          title: `Nhiệm vụ số ${n} về cải cách hành chính của cơ quan, đơn vị`,
          deliverable: '- Kế hoạch;\n- Báo cáo',
          leadsText: 'Sở Nội vụ; Các sở, ban, ngành',
          coordinatingText: '',
          deadline: '30/6/2026',
          funding: '',
          note: '',
          mode: { kind: 'all' } as const,
        },
      };
    }),
    made: '2026-12-18T01:00:00Z',
  });
  const lookedAt = async (file: Buffer) => previewAnnex(await readAnnex(file), facts);
  const statuses = async (file: Buffer, annex: OutgoingAnnex): Promise<readonly string[]> =>
    matchRows<HeldRow>((await lookedAt(file)).rows, annex.rows as (OutgoingRow & HeldRow)[]).map(
      ({ status }) => status,
    );
  const part = (file: Buffer, name: string): string => strFromU8(unzipSync(file)[name] ?? new Uint8Array());

  it.each(annexFormats)(
    'does so with 10,000 rows (%s)',
    async (format) => {
      const annex = simple(10_000);
      const file = await writeAnnex(annex, format);
      expect(file.length).toBeLessThan(annexLimits.bytes);
      const { faults, rows: found } = await lookedAt(file);
      expect(faults).toEqual([]);
      expect(new Set(found.map(({ id }) => id)).size).toBe(10_000);
      const matched = matchRows<HeldRow>(found, annex.rows as (OutgoingRow & HeldRow)[]);
      expect(matched.every(({ status }) => status === 'same')).toBe(true);
    },
    240_000,
  );

  it('stands in the form of an annex: its head, its columns, its fields with numerals', async () => {
    for (const format of ['xlsx', 'docx'] as const) {
      const [sheet] = await readSheets(await writeAnnex(simple(8), format));
      const lines = sheet?.rows.map(({ cells }) => [...cells.values()]) ?? [];
      expect(lines.slice(0, 6).map((line) => line.slice(0, 7))).toEqual([
        ['PHỤ LỤC'],
        ['DANH MỤC NHIỆM VỤ THỰC HIỆN KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2026'],
        ['(Ban hành kèm theo Kế hoạch số 0257/KH-UBND ngày 05 tháng 12 năm 2025 của Ủy ban nhân dân tỉnh)'],
        [
          'STT',
          'Tên nhiệm vụ',
          'Cơ quan chủ trì',
          'Cơ quan phối hợp',
          'Kết quả/Sản phẩm',
          'Thời gian hoàn thành',
          'Ghi chú',
        ],
        ['I', 'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH'],
        expect.arrayContaining(['1', 'Nhiệm vụ số 0 về cải cách hành chính của cơ quan, đơn vị']),
      ]);
    }
  });

  it('keeps its ids where nobody sees them', async () => {
    const [sheet] = await readSheets(await writeAnnex(simple(3), 'xlsx'));
    expect(sheet?.hiddenColumns).toEqual([7, 8, 9].map((column) => ({ from: column, to: column })));
    const document = part(await writeAnnex(simple(3), 'docx'), 'word/document.xml');
    expect(document.match(/w:name="_r0{8}0000500080000{11}[012]a"/gu)).toHaveLength(3);
    expect(document.replace(/<[^>]+>/gu, '')).not.toContain('8000');
  });

  it('has no column on funding when no row speaks of it', async () => {
    const annex = simple(1);
    const headers = async (one: OutgoingAnnex) =>
      (await lookedAt(await writeAnnex(one, 'docx'))).columns.map(({ field }) => field);
    expect(await headers(annex)).not.toContain('funding');
    const [only] = annex.rows;
    if (!only) throw new Error('no row');
    const funded = { ...only, content: { ...only.content, funding: 'Ngân sách nhà nước' } };
    expect(await headers({ ...annex, rows: [funded] })).toContain('funding');
  });

  it('comes back from Excel of another place, with other separators and encodings', async () => {
    const annex = simple(4);
    const rows: string[][] = parse(await writeAnnex(annex, 'csv'), { bom: true });
    const asExcel = { record_delimiter: 'windows', bom: true, quoted_match: /\n/u } as const;
    const semicolons = stringify(rows, { ...asExcel, delimiter: ';' });
    const tabs = stringify(rows, { ...asExcel, delimiter: '\t' });
    const decomposed = stringify(rows, { delimiter: ';' }).normalize('NFD');
    for (const file of [Buffer.from(semicolons), Buffer.from(tabs, 'utf16le'), Buffer.from(decomposed)])
      expect(await statuses(file, annex)).toEqual(['same', 'same', 'same', 'same']);
  });

  it('tells a row that was copied from the one it was copied from', async () => {
    const annex = simple(2);
    const [header = [], one = [], two = []]: string[][] = parse(await writeAnnex(annex, 'csv'), { bom: true });
    const copy = one.map((text) => text.replace('Nhiệm vụ số 0', 'Nhiệm vụ mới'));
    const file = Buffer.from(stringify([header, copy, one, two]));
    const { warnings } = await lookedAt(file);
    expect(warnings.map(({ code: found }) => found)).toEqual(['import.row-id-twice']);
    expect(await statuses(file, annex)).toEqual(['new', 'same', 'same']);
  });

  it('gives a copied row a code of its own, and the row that it was copied from keeps its', async () => {
    const annex = simple(2);
    const held = annex.rows as (OutgoingRow & HeldRow)[];
    const [header = [], one = [], two = []]: string[][] = parse(await writeAnnex(annex, 'csv'), { bom: true });
    const copy = one.map((text) => text.replace('Nhiệm vụ số 0', 'Nhiệm vụ mới'));
    const codes = async (lines: string[][], known: readonly HeldRow[]) =>
      previewAnnex(await readAnnex(Buffer.from(stringify([header, ...lines]))), { ...facts, held: known }).rows.map(
        ({ code: found }) => found,
      );
    expect(await codes([one, copy, two], held)).toEqual(['I.1', 'I.2', 'II.1']);
    expect(await codes([copy, one, two], held)).toEqual(['I.2', 'I.1', 'II.1']);
    expect(await codes([copy, one, two], [])).toEqual(['I.1', 'I.2', 'II.1']);
  });

  it('knows a row by its id when it was renamed, moved and counted otherwise', async () => {
    const annex = simple(3);
    const [header = [], one = [], two = [], three = []]: string[][] = parse(await writeAnnex(annex, 'csv'), {
      bom: true,
    });
    const changed = one.map((text) => text.replace('Nhiệm vụ số 0', 'Việc khác').replace('Tất cả', 'Từ 60%'));
    const file = Buffer.from(stringify([header, three, changed, two]));
    const { rows: found } = await lookedAt(file);
    const matched = matchRows<HeldRow>(found, annex.rows as (OutgoingRow & HeldRow)[]);
    expect(matched.map(({ held, status }) => [held?.row.slice(-1), status])).toEqual([
      ['2', 'same'],
      ['0', 'changed'],
      ['1', 'same'],
    ]);
    expect(matched[1]?.row.mode).toEqual({ kind: 'share', percent: 60 });
  });

  it('renames rows so that no two are ever called the same', async () => {
    const plan3 = simple(3).rows as (OutgoingRow & HeldRow)[];
    const called = (at: number, name: number) => ({
      id: plan3[at]?.row ?? '',
      field: fields[0]?.code ?? '',
      title: plan3[name]?.content.title ?? `Tên mới ${name}`,
    });
    const inOneField = plan3.map((one) => ({ ...one, content: { ...one.content, field: fields[0]?.code ?? '' } }));
    const turns = renamedInTurn([called(0, 1), called(1, 2), called(2, 3)], inOneField);
    expect(turns?.map(({ id }) => id.slice(-1))).toEqual(['2', '1', '0']);
    expect(renamedInTurn([called(0, 1), called(1, 0)], inOneField)).toBeUndefined();
    expect(renamedInTurn([called(0, 1)], inOneField)).toBeUndefined();
  });

  it('knows a row by its title whatever its signs, and rather one with the same signs', () => {
    const [one, two] = simple(2).rows as (OutgoingRow & HeldRow)[];
    const field = fields[0]?.code ?? '';
    const named = (like: typeof one, title: string): OutgoingRow & HeldRow => {
      if (!like) throw new Error('There is no such row.');
      return { ...like, content: { ...like.content, field, title } };
    };
    const lines = (...all: string[]) =>
      all.map((title, row) => ({ ...named(one, title).content, row, leads: [], coordinating: [] }) as never);
    const heldBy = (found: readonly never[], plan: readonly HeldRow[]) =>
      matchRows(found, plan).map(({ held, status }) => [held?.row.slice(-1), status]);
    const plain = named(one, 'Ban hành kế hoạch A');
    for (const sign of ['.', ';', ',', ':', ' .'])
      expect(heldBy(lines(`Ban hành kế hoạch A${sign}`), [plain])).toEqual([['0', 'changed']]);
    expect(heldBy(lines('Ban hành kế hoạch A'), [plain])).toEqual([['0', 'same']]);
    expect(heldBy(lines('???'), [named(one, '!!!')])).toEqual([[undefined, 'new']]);
    // A plan of former times holds both.
    const dotted = named(two, 'Ban hành kế hoạch A.');
    const both = lines('Ban hành kế hoạch A.', 'Ban hành kế hoạch A');
    for (const plan of [
      [plain, dotted],
      [dotted, plain],
    ]) {
      expect(heldBy(both, plan).map(([row]) => row)).toEqual(['1', '0']);
      expect(heldBy(lines('Ban hành kế hoạch A'), plan)).toEqual([['0', 'same']]);
    }
    expect(renamedInTurn([{ id: plain.row, ...plain.content }], [plain, dotted])).toHaveLength(1);
    expect(renamedInTurn([{ id: 'c', field, title: 'ban hành kế hoạch A:' }], [plain])).toBeUndefined();
  });

  it('is at fault where somebody wrote how a row is completed in words that nobody knows', async () => {
    const lines: string[][] = parse(await writeAnnex(simple(1), 'csv'), { bom: true });
    const file = Buffer.from(stringify(lines.map((cells) => cells.map((text) => text.replace('Tất cả', 'Quá bán')))));
    expect((await lookedAt(file)).faults).toMatchObject([{ row: 2, column: 'mode', code: 'unreadable-mode' }]);
  });
});
