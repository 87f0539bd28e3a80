import ExcelJS from 'exceljs';
import type { Caller } from '../../../tests/support/app.js';
import { Province } from '../../../tests/support/province.js';
import { bytes } from '../../../tests/support/bytes.js';
import { BatchRuns } from './batch-runs.controller.js';

const COMMUNES = Array.from({ length: 100 }, (_, index) => `Xã ${String(index + 1).padStart(3, '0')}`);
const ROWS = 50;

type Run = Readonly<
  Record<'total' | 'settled' | 'reported' | 'accepted' | 'refused', number> & { id: string; finished: string | null }
>;

let province: Province;
let office: Caller;
let second: Caller;
let plan = '';
beforeAll(async () => {
  province = await Province.open({ departments: [], communes: COMMUNES });
  office = province.coordinator();
  second = province.coordinator('dieuphoi2');
  province.app.clock.set('2025-12-24');
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    code: `I.${index + 1}`,
    title: `Nhiệm vụ ${index + 1}`,
    leads: ['Các xã'],
    deadline: '30/6/2026',
  }));
  ({ plan } = await province.promulgate(2026, rows));
  province.app.clock.set('2026-07-01');
}, 120_000);
afterAll(() => province.close());

/** Asks how far a run is until it has ended; what was answered on the way. */
const followed = async (ask: () => Promise<Run>): Promise<readonly Run[]> => {
  const seen: Run[] = [];
  for (;;) {
    const run = await ask();
    seen.push(run);
    if (run.finished !== null) return seen;
    await province.app.nest.get(BatchRuns).ended(run.id, 300);
  }
};
const isGrowing = (runs: readonly Run[]): boolean =>
  runs.every(({ settled }, index) => index === 0 || settled >= (runs[index - 1]?.settled ?? 0));

describe('5,000 obligations', () => {
  it('are reported by one file, line by line, with its progress shown', async () => {
    const { body: table } = await office.get(`/plans/${plan}/status-sheet`).buffer(true).parse(bytes).expect(200);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(table as never);
    const sheet = workbook.worksheets[0] as ExcelJS.Worksheet;
    let [filled, columns] = [0, new Map<string, number>()];
    sheet.eachRow((row) => {
      const names = new Map<string, number>();
      row.eachCell((cell, column) => names.set(cell.text, column));
      if (names.has('Đánh giá')) columns = names;
      else if (/^[0-9a-f-]{36}$/.test(row.getCell(columns.get('Mã việc') ?? 1).text)) {
        filled += 1;
        row.getCell(columns.get('Đánh giá') ?? 0).value = 'Hoàn thành';
        row.getCell(columns.get('Kết quả') ?? 0).value = 'Đã niêm yết.';
        // One in a thousand is dated wrongly: it is refused, and the others are not.
        row.getCell(columns.get('Ngày thực hiện') ?? 0).value = filled % 1000 === 0 ? '31/02/2026' : '10/3/2026';
      }
    });
    expect(filled).toBe(5000);
    const file = Buffer.from(await workbook.xlsx.writeBuffer());
    const shown = (await office.post(`/plans/${plan}/status-imports`).attach('file', file, 'a.xlsx').expect(201)).body;
    expect(shown.summary).toMatchObject({ lines: 5000, reports: 4995, faults: 5 });
    const path = `/status-imports/${shown.id}/confirmation`;
    await office.post(path, {}).expect(200);
    const runs = await followed(async () => (await office.get(path).expect(200)).body);
    expect(runs.at(-1)).toMatchObject({ total: 5000, settled: 5000, reported: 4995, refused: 5 });
    expect(isGrowing(runs)).toBe(true);
    await province.app.settled();
    expect((await office.get(`/plans/${plan}/waiting-reports?limit=1`).expect(200)).body.total).toBe(4995);
  }, 240_000);

  it('are accepted in one act, each counted or refused on its own, with its progress shown', async () => {
    const { body: first } = await second
      .post(`/plans/${plan}/acceptances`, { waiting: { complete: true }, count: 4995 })
      .expect(202);
    const runs = await followed(
      async () => (await second.get(`/plans/${plan}/acceptances/${first.id}`).expect(200)).body,
    );
    expect(runs.at(-1)).toMatchObject({ total: 4995, settled: 4995, accepted: 4995, refused: 0 });
    expect(isGrowing([first, ...runs])).toBe(true);
    await province.app.settled();
    const { body: figures } = await office.get(`/plans/${plan}/progress`).expect(200);
    // Five communes lack one row each, and those rows are not completed.
    expect(figures.completed).toMatchObject({ numerator: 45, denominator: 50 });
  }, 240_000);
});
