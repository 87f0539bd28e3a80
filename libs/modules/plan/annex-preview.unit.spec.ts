import { readFileSync } from 'node:fs';
import { shippedRows, shippedUnits } from '../../../tests/support/annexes.js';
import { readAnnex } from './annex.format.js';
import { previewAnnex, type PreviewRow } from './annex-preview.format.js';
import { periodsOf } from './period.rule.js';

const folder = 'libs/demonstration/data/';
const files = ['ke-hoach-cchc-2026.csv', 'ke-hoach-cchc-2026.xlsx'] as const;
const { units, classes } = shippedUnits();
const facts = { units, classes, year: 2026 };
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

  it('agrees row by row as CSV and as Excel', async () => {
    const [csv, xlsx] = await Promise.all(files.map(preview));
    const content = (rows: readonly PreviewRow[] | undefined) => rows?.map((row) => ({ ...row, row: 0 }));
    expect(content(xlsx?.rows)).toEqual(content(csv?.rows));
    expect(csv?.rows.map(({ row }) => row)).toEqual(Array.from({ length: 68 }, (_, n) => n + 2));
    expect(xlsx?.rows[0]?.row).toBe(7);
    expect(xlsx?.rows.at(-1)?.row).toBe(80);
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
    const counts = rows.map(({ cycle }) => periodsOf(cycle, { year: 2026 }).length);
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
