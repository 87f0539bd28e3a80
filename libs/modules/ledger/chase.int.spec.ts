import ExcelJS from 'exceljs';
import { strFromU8, unzipSync } from 'fflate';
import type { Caller } from '../../../tests/support/app.js';
import { documentOf, Province } from '../../../tests/support/province.js';
import { bytes } from '../../../tests/support/bytes.js';

let province: Province;
let office: Caller;
let plan = '';
let rows: readonly string[] = [];

const row = (index: number): string => rows[index] ?? '';
const report = async (
  unit: string,
  chosen: { row: number; period?: number; percent?: number; accepted?: true; returned?: true },
) => {
  const { period = 1, percent = 100 } = chosen;
  const obligation = province.obligation(row(chosen.row), unit);
  const body = { period, complete: percent === 100, percent, on: '2026-06-10', account: 'Xong.' };
  const made = await province.reporter(unit).post(`/obligations/${obligation}/reports`, body).expect(201);
  if (chosen.accepted)
    await office.put(`/obligations/${obligation}/acceptance`, { report: made.body.entry }).expect(200);
  if (chosen.returned)
    await office
      .post(`/obligations/${obligation}/returns`, { report: made.body.entry, reason: 'Dự thảo.' })
      .expect(201);
};

/** On 25/6: a row overdue since 31/5, one due on 30/6, one each quarter, one suspended, one met by half of the units. */
beforeAll(async () => {
  province = await Province.open({ departments: ['Sở Nội vụ', 'Sở Y tế'], communes: ['Xã Một', 'Xã Hai'] });
  office = province.coordinator();
  province.app.clock.set('2025-12-24');
  ({ plan, rows } = await province.promulgate(2026, [
    { code: 'I.1', title: 'Ban hành kế hoạch', leads: ['Sở Nội vụ', 'Sở Y tế'], deadline: '31/5/2026' },
    { code: 'I.2', title: 'Báo cáo quý', leads: ['Sở Nội vụ'], deadline: 'Hằng quý' },
    { code: 'II.1', title: 'Niêm yết', leads: ['Các xã'], deadline: '30/6/2026', field: 'CCTTHC' },
    { code: 'II.2', title: 'Tạm hoãn', leads: ['Sở Y tế'], deadline: '01/6/2026', field: 'CCTTHC' },
    {
      code: 'II.3',
      title: 'Một nửa',
      leads: ['Các xã'],
      deadline: '01/6/2026',
      field: 'CCTTHC',
      mode: { kind: 'share', percent: 50 },
    },
    { code: 'II.4', title: 'Không hạn', leads: ['Sở Y tế'], deadline: 'Theo quy định', field: 'CCTTHC' },
  ]));
  province.app.clock.set('2026-06-11');
  await report('Sở Nội vụ', { row: 0, percent: 60 });
  await report('Sở Y tế', { row: 0 });
  await report('Sở Nội vụ', { row: 1, period: 1, accepted: true });
  await report('Xã Một', { row: 4, accepted: true });
  await report('Xã Một', { row: 2, returned: true });
  await report('Xã Hai', { row: 2, accepted: true });
  await office
    .post(`/tasks/${row(3)}/suspensions`, { document: documentOf('2026-06-01'), on: '2026-06-01', reason: 'Chờ.' })
    .expect(201);
  province.app.clock.set('2026-06-25');
  await province.app.settled();
}, 60_000);
afterAll(() => province.close());

type Item = {
  task: { code: string };
  periodName: string;
  due: string;
  days: number;
  percent: number | null;
  reportedDay: string | null;
};
const words = ({ task, periodName, days }: Item): string =>
  [task.code, periodName, days].filter((part) => part !== '').join(' ');
const chase = async (query = '') => (await office.get(`/plans/${plan}/chase?${query}`).expect(200)).body;
const byUnit = async (query = '') =>
  (await chase(query)).items.map(
    ({
      unit,
      overdue,
      dueSoon,
      awaiting,
    }: Record<'overdue' | 'dueSoon' | 'awaiting', Item[]> & { unit: { name: string } }) => [
      unit.name,
      overdue.map(words),
      dueSoon.map(words),
      awaiting.map(words),
    ],
  );
const file = async (query: string): Promise<Buffer> =>
  (
    await office
      .get(`/plans/${plan}/chase?${encodeURI(query)}`)
      .buffer(true)
      .parse(bytes)
      .expect(200)
  ).body as Buffer;
/** The paragraphs of a Word file, as they follow each other. */
const paragraphs = (bytes: Buffer): string[] =>
  strFromU8(unzipSync(bytes)['word/document.xml'] ?? new Uint8Array())
    .split('</w:p>')
    .map((part) => part.replace(/<[^>]+>/g, '').trim())
    .filter((text) => text !== '');

describe('the list for chasing', () => {
  it('names what is overdue and due soon by unit, and apart what waits to be accepted', async () => {
    expect(await byUnit()).toEqual([
      ['Sở Nội vụ', ['I.1 25', 'I.2 Quý II 5'], [], []],
      ['Xã Một', [], ['II.1 5'], []],
      ['Sở Y tế', [], [], ['I.1 25']],
    ]);
    const { items, totals, within } = await chase();
    expect(totals).toEqual({ units: 3, overdue: 2, dueSoon: 1, awaiting: 1 });
    expect(within).toBe(15);
    // A progress report that waits makes nobody wait for the coordinator.
    expect(items[0].overdue[0]).toMatchObject({ due: '2026-05-31', percent: 60, state: 'waiting', reportedDay: null });
    expect(items[2].awaiting[0]).toMatchObject({ state: 'waiting', reportedDay: '2026-06-10' });
  });

  it('opens to the same rows as the figures do', async () => {
    const { items } = await chase();
    const behind = items.flatMap((unit: Record<'overdue' | 'awaiting', Item[]>) => [...unit.overdue, ...unit.awaiting]);
    const codes = (found: Item[]): string[] => [...new Set(found.map(({ task }) => task.code))].sort();
    const rowsBy = async (state: string): Promise<string[]> =>
      (await office.get(`/plans/${plan}/tasks?state=${state}`).expect(200)).body.items.map(
        ({ code }: { code: string }) => code,
      );
    expect(codes(behind.filter(({ periodName }: Item) => periodName === ''))).toEqual(await rowsBy('overdue'));
    expect(codes(behind.filter(({ periodName }: Item) => periodName !== ''))).toEqual(await rowsBy('periodsOverdue'));
  });

  it('looks as far ahead as it is told to, on any day', async () => {
    expect(await byUnit('within=4')).toEqual([
      ['Sở Nội vụ', ['I.1 25', 'I.2 Quý II 5'], [], []],
      ['Sở Y tế', [], [], ['I.1 25']],
    ]);
    expect((await byUnit('within=90')).find(([name]: string[]) => name === 'Sở Nội vụ')).toEqual([
      'Sở Nội vụ',
      ['I.1 25', 'I.2 Quý II 5'],
      ['I.2 Quý III 87'],
      [],
    ]);
    expect(await byUnit('on=2026-05-31&recorded=2026-05-31')).toEqual([
      ['Sở Nội vụ', ['I.2 Quý I 72'], ['I.1 0'], []],
      ['Sở Y tế', [], ['I.1 0', 'II.2 1'], []],
      ['Xã Hai', [], ['II.3 1'], []],
      ['Xã Một', [], ['II.3 1'], []],
    ]);
    expect(await byUnit('on=2025-12-01')).toEqual([]);
  });

  it('is narrowed and paged by unit', async () => {
    expect(await byUnit(`unit=${province.id('Xã Một')}`)).toEqual([['Xã Một', [], ['II.1 5'], []]]);
    expect(await byUnit('field=CDDH')).toHaveLength(2);
    const first = await chase('limit=1');
    const second = await chase(`limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ unit }) => unit.name)).toEqual(['Sở Nội vụ', 'Xã Một', 'Sở Y tế']);
    expect(second.next).toBeNull();
  });

  it('goes out as a workbook', async () => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load((await file('format=xlsx')) as never);
    const lines: string[] = [];
    workbook.worksheets[0]?.eachRow((line) => {
      const cells = [1, 2, 3, 4, 5, 6, 7].map((column) => {
        const { value, text } = line.getCell(column);
        return value instanceof Date ? value.toISOString().slice(0, 10) : text;
      });
      lines.push(cells.join('|'));
    });
    expect(lines.slice(-7)).toEqual([
      expect.stringMatching(/^I\|Sở Nội vụ \(02 quá hạn\)/),
      '1|I.1. Ban hành kế hoạch||2026-05-31|25||Quá hạn 25 ngày; đã báo cáo 60%',
      '2|I.2. Báo cáo quý|Quý II|2026-06-20|5||Quá hạn 5 ngày',
      expect.stringMatching(/^II\|Xã Một \(01 sắp đến hạn\)/),
      '1|II.1. Niêm yết||2026-06-30||5|Còn 5 ngày; báo cáo bị trả lại',
      expect.stringMatching(/^III\|Sở Y tế \(01 chờ nghiệm thu\)/),
      '1|I.1. Ban hành kế hoạch||2026-05-31|||Đã báo cáo (10/06/2026), chờ nghiệm thu',
    ]);
  });
});

describe('a letter that chases', () => {
  it('to one unit has what it owes in its text, in the layout of an official letter', async () => {
    const text = paragraphs(
      await file(
        `format=docx&unit=${province.id('Sở Nội vụ')}&place=Đắk Lắk&number=0123/UBND-NC&date=2026-01-05&signer=Nguyễn Văn A`,
      ),
    );
    expect(text.slice(0, 7)).toEqual([
      'ỦY BAN NHÂN DÂN TỈNH',
      'Số: 0123/UBND-NC',
      'V/v đôn đốc thực hiện Kế hoạch CCHC năm 2026',
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập - Tự do - Hạnh phúc',
      'Đắk Lắk, ngày 05 tháng 01 năm 2026',
      'Kính gửi: Sở Nội vụ.',
    ]);
    expect(text[7]).toMatch(
      /^Thực hiện Kế hoạch số .+ của Ủy ban nhân dân tỉnh .*đến hết ngày 25\/06\/2026, Sở Nội vụ còn 02 nhiệm vụ đã quá hạn, cụ thể như sau:$/,
    );
    expect(text).toEqual(expect.arrayContaining(['I.2. Báo cáo quý', 'Quý II', '20/06/2026', 'Quá hạn 5 ngày']));
    expect(text.slice(-5)).toEqual(['- Như trên;', '- Lưu: VT.', 'TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH', 'Nguyễn Văn A']);
    expect(text.join(' ')).not.toContain('danh sách kèm theo');
    const later = paragraphs(await file(`format=docx&unit=${province.id('Sở Nội vụ')}&on=2026-09-25`));
    expect(later.join('\n')).toContain('Sở Nội vụ còn 02 nhiệm vụ (03 lượt) đã quá hạn, cụ thể như sau:');
  });

  it('to several names them and brings their list behind the signature, without what waits', async () => {
    const text = paragraphs(
      await file(`format=docx&issuer=${province.id('Sở Y tế')}&signed=KT. GIÁM ĐỐC; PHÓ GIÁM ĐỐC`),
    );
    expect(text.slice(0, 2)).toEqual(['ỦY BAN NHÂN DÂN TỈNH', 'SỞ Y TẾ']);
    const at = (words: string): number => text.findIndex((line) => line.startsWith(words));
    expect(text.slice(at('Kính gửi'), at('Kính gửi') + 3)).toEqual(['Kính gửi:', '- Sở Nội vụ;', '- Xã Một.']);
    expect(text.join('\n')).toContain(
      '02 cơ quan, đơn vị, địa phương còn 02 nhiệm vụ đã quá hạn và 01 nhiệm vụ sẽ đến hạn trong 15 ngày tới',
    );
    expect(at('PHÓ GIÁM ĐỐC')).toBeLessThan(at('DANH SÁCH'));
    expect(text.slice(at('DANH SÁCH'))).toEqual(
      expect.arrayContaining(['Sở Nội vụ (02 quá hạn)', 'Xã Một (01 sắp đến hạn)', 'Còn 5 ngày; báo cáo bị trả lại']),
    );
    expect(text.slice(at('STT')).join('\n')).not.toContain('Sở Y tế');
  });

  it('is not addressed to its own issuer, whatever that owes', async () => {
    const issuer = province.id('Sở Nội vụ');
    expect(paragraphs(await file(`format=docx&issuer=${issuer}`))).toContain('Kính gửi: Xã Một.');
    const own = await office.get(`/plans/${plan}/chase?format=docx&issuer=${issuer}&unit=${issuer}`).expect(409);
    expect(own.body.code).toBe('chase.nothing');
  });

  it('to nobody is refused', async () => {
    const nothing = await office.get(`/plans/${plan}/chase?format=docx&unit=${province.id('Sở Y tế')}`).expect(409);
    expect(nothing.body.code).toBe('chase.nothing');
    expect((await office.get(`/plans/${plan}/chase?format=docx&issuer=${plan}`).expect(404)).body.code).toBe(
      'organization.unit-absent',
    );
  });
});
