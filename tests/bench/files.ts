import { Document, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import Excel from 'exceljs';
import { type Bench, type Benchmark, compared, inTurns, median, timed } from './measure.js';
import type { Product } from './product.js';

const ROWS = 1_000;

const HEADER = [
  'STT',
  'Tên nhiệm vụ',
  'Cơ quan chủ trì',
  'Cơ quan phối hợp',
  'Kết quả/Sản phẩm',
  'Thời gian hoàn thành',
];
const FIELDS = [
  'Công tác chỉ đạo, điều hành',
  'Cải cách thể chế',
  'Cải cách thủ tục hành chính',
  'Cải cách chế độ công vụ',
];
const DEADLINES = [
  '30/6/2026',
  'Quý III/2026',
  'Hằng quý',
  'Tháng 12/2026',
  'Thường xuyên',
  'Chậm nhất ngày 20/3/2026',
];

/** The cells of an annex of 1,000 tasks below the headings of their fields. */
const cells = (): string[][] => [
  HEADER,
  ...FIELDS.flatMap((field, group) => [
    [['I', 'II', 'III', 'V'][group] ?? '', field],
    ...Array.from({ length: ROWS / FIELDS.length }, (_, index) => [
      String(index + 1),
      `Xây dựng, trình ban hành và tổ chức thực hiện văn bản số ${index + 1} về ${field.toLowerCase()} của tỉnh năm 2026`,
      index % 5 === 0 ? 'UBND các xã, phường' : `Xã số ${(index % 118) + 1}`,
      'Các đơn vị liên quan',
      'Văn bản được ban hành, báo cáo kết quả thực hiện',
      DEADLINES[index % DEADLINES.length] ?? '',
    ]),
  ]),
];

const writtenBare = async (): Promise<Buffer> => {
  const workbook = new Excel.Workbook();
  workbook.addWorksheet('Phụ lục').addRows(cells());
  return Buffer.from(await workbook.xlsx.writeBuffer());
};

const readBare = async (file: Buffer): Promise<number> => {
  const workbook = await new Excel.Workbook().xlsx.load(file as never);
  let read = 0;
  workbook.worksheets[0]?.eachRow((row) => row.eachCell(({ text }) => (read += text === '' ? 0 : 1)));
  return read;
};

const documentBare = (): Promise<Buffer> => {
  const table = new Table({
    rows: cells().map(
      (line) => new TableRow({ children: line.map((text) => new TableCell({ children: [new Paragraph(text)] })) }),
    ),
  });
  return Packer.toBuffer(new Document({ sections: [{ children: [table] }] }));
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** In turns, and what the process of the product holds before and after it. */
const withMemory = async (
  product: Product,
  bench: Bench,
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
): Promise<{ readonly rounds: readonly (readonly [number, number])[]; readonly memory: string }> => {
  await theirs();
  const before = await product.usage();
  const rounds = await inTurns(
    bench.quick ? 2 : 5,
    () => timed(ours),
    () => timed(theirs),
  );
  const after = await product.usage();
  return { rounds, memory: `api resident ${megabytes(before.rss)} before, ${megabytes(after.rss)} after` };
};

/**
 * An annex of 1,000 rows through the real path: handed in, shown, confirmed; and a plan of as many handed out as Excel
 * and Word. Against the bare reading or writing of such a file with the library that everybody takes.
 */
export const files: Benchmark = async (bench) => {
  const product = await bench.product();
  const file = await writtenBare();
  const shown: number[] = [];
  const plans: string[] = [];
  const imported = async (): Promise<void> => {
    const began = performance.now();
    const unit = product.served.units[plans.length];
    const drafted = await product.request('POST', '/plans', { unit, year: 2026, kind: 'cchc', title: 'Kế hoạch' });
    const { id } = (await drafted.json()) as { id: string };
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(file)]), 'ke-hoach.xlsx');
    const answer = await product.request('POST', `/plans/${id}/imports`, body);
    const preview = (await answer.json()) as {
      id: string;
      summary: { rows: number; faults: number };
      faults: object[];
    };
    shown.push(performance.now() - began);
    if (preview.summary.rows !== ROWS || preview.summary.faults > 0) {
      throw new Error(`the preview is wrong: ${JSON.stringify([preview.summary, preview.faults[0]])}`);
    }
    const confirmed = await product.request('POST', `/imports/${preview.id}/confirmation`);
    const { rows } = (await confirmed.json()) as { rows: number };
    if (rows !== ROWS) throw new Error(`${rows} rows were taken in`);
    plans.push(id);
  };
  const reading = async (): Promise<void> => {
    if ((await readBare(file)) < ROWS * HEADER.length) throw new Error('the file is not whole');
  };
  const bringing = await withMemory(product, bench, imported, reading);
  bench.report(
    compared('import-1000', 'ms', bringing.rounds, {
      note: `xlsx, ${Math.round(median(shown))} ms of it until the preview; against reading it bare; ${bringing.memory}`,
    }),
  );

  const exported = (format: string) => async (): Promise<void> => {
    const answer = await product.request('GET', `/plans/${plans.at(-1) ?? ''}/annex?format=${format}`);
    if ((await answer.arrayBuffer()).byteLength < 10_000) throw new Error('the file is not whole');
  };
  for (const [format, bare] of [
    ['xlsx', writtenBare],
    ['docx', documentBare],
  ] as const) {
    const { rounds, memory } = await withMemory(product, bench, exported(format), bare);
    bench.report(
      compared(`export-1000-${format}`, 'ms', rounds, { note: `against writing such a table bare; ${memory}` }),
    );
  }
};
