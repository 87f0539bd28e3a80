import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { strToU8, zipSync, type Zippable } from 'fflate';

/** Excel files made in memory, also such as no decent program makes. */

type Written =
  | string
  | number
  | null
  | { readonly day: string; readonly as?: 'day' | 'month' | 'custom' }
  | { readonly formula: string; readonly result: string | number }
  | { readonly inline: string }
  | { readonly rich: readonly string[] }
  | { readonly error: string };

export type WrittenSheet = {
  readonly name?: string;
  readonly state?: 'visible' | 'hidden';
  /** Rows from the first line on; an empty array is an empty line. */
  readonly rows: readonly (readonly Written[])[];
  readonly merges?: readonly string[];
  /** Columns from 1. */
  readonly hidden?: readonly number[];
  /** Lines put in as they are behind the rows. */
  readonly raw?: string;
};

export type WrittenWorkbook = {
  readonly sheets: readonly WrittenSheet[];
  readonly date1904?: boolean;
  /** Elements are written with this prefix, as some programs do. */
  readonly prefix?: string;
  /** Cells and rows carry no reference. */
  readonly unreferenced?: boolean;
  /** Parts added or put in place of what is written. */
  readonly parts?: Readonly<Record<string, string | Uint8Array>>;
};

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const escaped = (text: string): string =>
  text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;').replace(/"/gu, '&quot;');

export const columnName = (index: number): string =>
  (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

const serial = (day: string, date1904: boolean): number =>
  (Date.parse(`${day}T00:00:00Z`) - Date.parse(date1904 ? '1904-01-01T00:00:00Z' : '1899-12-30T00:00:00Z')) /
  86_400_000;

/** The parts of a workbook; `workbookOf` packs them. */
export const partsOf = (workbook: WrittenWorkbook): Record<string, string | Uint8Array> => {
  const strings = new Map<string, number>();
  const shared = (text: string): number => {
    const known = strings.get(text) ?? strings.size;
    strings.set(text, known);
    return known;
  };
  const cellOf = (cell: Written, reference: string): string => {
    const r = workbook.unreferenced ? '' : ` r="${reference}"`;
    if (cell === null) return workbook.unreferenced ? '<c/>' : '';
    if (typeof cell === 'string') return `<c${r} t="s"><v>${shared(cell)}</v></c>`;
    if (typeof cell === 'number') return `<c${r}><v>${cell}</v></c>`;
    if ('day' in cell) {
      const style = { day: 1, month: 2, custom: 3 }[cell.as ?? 'day'];
      return `<c${r} s="${style}"><v>${serial(cell.day, workbook.date1904 ?? false)}</v></c>`;
    }
    if ('formula' in cell) {
      const type = typeof cell.result === 'string' ? ' t="str"' : '';
      return `<c${r}${type}><f>${escaped(cell.formula)}</f><v>${escaped(String(cell.result))}</v></c>`;
    }
    if ('error' in cell) return `<c${r} t="e"><v>${cell.error}</v></c>`;
    if ('inline' in cell)
      return `<c${r} t="inlineStr"><is><t xml:space="preserve">${escaped(cell.inline)}</t></is></c>`;
    const runs = cell.rich.map((text) => `<r><rPr><b/></rPr><t xml:space="preserve">${escaped(text)}</t></r>`).join('');
    return `<c${r} t="inlineStr"><is>${runs}<rPh sb="0" eb="1"><t>phonetic</t></rPh></is></c>`;
  };
  const sheetOf = ({ rows, merges = [], hidden = [], raw = '' }: WrittenSheet): string => {
    const lines = rows.map((cells, at) => {
      const r = workbook.unreferenced ? '' : ` r="${at + 1}"`;
      return `<row${r}>${cells.map((cell, column) => cellOf(cell, `${columnName(column)}${at + 1}`)).join('')}</row>`;
    });
    const columns = hidden.map((column) => `<col min="${column}" max="${column}" width="9" hidden="1"/>`).join('');
    const merged = merges.map((area) => `<mergeCell ref="${area}"/>`).join('');
    return `${XML}<worksheet xmlns="${MAIN}">${columns && `<cols>${columns}</cols>`}<sheetData>${lines.join('')}${raw}</sheetData>${
      merged && `<mergeCells count="${merges.length}">${merged}</mergeCells>`
    }</worksheet>`;
  };

  const sheets = workbook.sheets.map(sheetOf);
  const parts: Record<string, string | Uint8Array> = {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/></Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><workbookPr${workbook.date1904 ? ' date1904="1"' : ''}/><sheets>${workbook.sheets
      .map(
        ({ name, state }, at) =>
          `<sheet name="${escaped(name ?? `Sheet${at + 1}`)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="rId${at + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${workbook.sheets
      .map(
        (_, at) =>
          `<Relationship Id="rId${at + 1}" Type="${RELATIONS}/worksheet" Target="${at % 2 === 0 ? '' : '/xl/'}worksheets/sheet${at + 1}.xml"/>`,
      )
      .join(
        '',
      )}<Relationship Id="rIdS" Type="${RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rIdT" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[$-42A]&quot;ngày &quot;dd\\/mm\\/yyyy;@"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="17"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(sheets.map((xml, at) => [`xl/worksheets/sheet${at + 1}.xml`, xml])),
    'xl/sharedStrings.xml': `${XML}<sst xmlns="${MAIN}">${[...strings.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`,
  };
  if (workbook.prefix)
    for (const [name, part] of Object.entries(parts))
      if (
        typeof part === 'string' &&
        /^xl\/(?:workbook|styles|sharedStrings|worksheets\/.*)\.?xml$|^xl\/worksheets/u.test(name)
      )
        parts[name] = part
          .replace(/<(\/?)([A-Za-z])/gu, `<$1${workbook.prefix}:$2`)
          .replace(`xmlns="${MAIN}"`, `xmlns:${workbook.prefix}="${MAIN}"`);
  return { ...parts, ...workbook.parts };
};

export const packed = (parts: Readonly<Record<string, string | Uint8Array>>): Buffer =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? strToU8(part) : part]),
      ) as Zippable,
    ),
  );

export const workbookOf = (workbook: WrittenWorkbook): Buffer => packed(partsOf(workbook));

/** A workbook of one sheet. */
export const sheetOf = (sheet: WrittenSheet): Buffer => workbookOf({ sheets: [sheet] });

export const HEADER = [
  'STT',
  'Nhiệm vụ',
  'Sản phẩm',
  'Cơ quan chủ trì',
  'Cơ quan phối hợp',
  'Thời gian hoàn thành',
  'Kinh phí',
  'Ghi chú',
] as const;

/** A row under `HEADER`, faultless unless told otherwise. */
export const task = (
  ordinal: Written,
  title: string,
  {
    leads = 'Sở Nội vụ',
    deadline = '30/6/2026',
    deliverable = 'Báo cáo',
  }: { readonly leads?: Written; readonly deadline?: Written; readonly deliverable?: Written } = {},
): readonly Written[] => [ordinal, title, deliverable, leads, 'Sở Tư pháp', deadline, 'Ngân sách nhà nước', null];

/** An annex as an office would send it, with that many rows in its seven fields. */
export const annexOf = (
  count: number,
  changed: (n: number) => readonly Written[] | undefined = () => undefined,
): WrittenSheet => {
  const fields = [
    'CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH',
    'CẢI CÁCH THỂ CHẾ',
    'CẢI CÁCH THỦ TỤC HÀNH CHÍNH',
    'CẢI CÁCH TỔ CHỨC BỘ MÁY HÀNH CHÍNH NHÀ NƯỚC',
    'CẢI CÁCH CHẾ ĐỘ CÔNG VỤ',
    'CẢI CÁCH TÀI CHÍNH CÔNG',
    'XÂY DỰNG VÀ PHÁT TRIỂN CHÍNH QUYỀN ĐIỆN TỬ, CHÍNH QUYỀN SỐ',
  ];
  const numerals = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII'];
  const rows: (readonly Written[])[] = [['PHỤ LỤC'], [`DANH MỤC ${count} NHIỆM VỤ`], [], HEADER];
  const merges = ['A1:H1', 'A2:H2'];
  let n = 0;
  fields.forEach((field, at) => {
    rows.push([numerals[at] ?? null, field]);
    merges.push(`B${rows.length}:H${rows.length}`);
    for (let ordinal = 1; n < Math.ceil(((at + 1) * count) / fields.length); ordinal++) {
      n++;
      rows.push(
        changed(n) ??
          task(ordinal, `Nhiệm vụ số ${n} về cải cách hành chính của cơ quan, đơn vị, địa phương`, {
            leads: n % 5 === 0 ? 'Các sở, ban, ngành; UBND các xã, phường' : 'Sở Nội vụ; Sở Y tế',
            deadline: n % 3 === 0 ? { day: '2026-06-30' } : n % 3 === 1 ? 'Thường xuyên' : 'Quý III/2026',
          }),
      );
    }
  });
  return { name: 'Phụ lục', rows, merges };
};

/** A sheet whose borders were drawn to the end of a long page: few texts, very many empty cells. */
export const bordered = (sheet: WrittenSheet, lines: number): WrittenSheet => {
  const raw: string[] = [];
  for (let row = sheet.rows.length + 1; row <= sheet.rows.length + lines; row++)
    raw.push(`<row r="${row}">${'ABCDEFGH'.replace(/./gu, (column) => `<c r="${column}${row}" s="1"/>`)}</row>`);
  return { ...sheet, raw: raw.join('') };
};

/** A compound file with a stream of that name, as Office keeps encrypted files and .xls. */
export const compoundFile = (stream: string): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1024),
    Buffer.from(stream, 'utf16le'),
    Buffer.alloc(512),
  ]);

/** Raises what the directory of a zip says a part unpacks to, or lowers it. */
export const declaring = (zip: Buffer, part: string, size: number): Buffer => {
  const changed = Buffer.from(zip);
  for (let at = changed.indexOf('PK\x01\x02'); at >= 0; at = changed.indexOf('PK\x01\x02', at + 4))
    if (changed.toString('utf8', at + 46, at + 46 + changed.readUInt16LE(at + 28)) === part)
      changed.writeUInt32LE(size, at + 24);
  return changed;
};

/** Zeros, packed about a thousand times smaller. */
export const zeros = (megabytes: number): { readonly packed: Buffer; readonly size: number } => {
  const size = megabytes * 1024 * 1024;
  return { packed: deflateRawSync(Buffer.alloc(size, ' '), { level: 9 }), size };
};

type ShippedUnit = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly parent: string;
  readonly aliases: readonly string[];
};

const shipped = (file: string): readonly Readonly<Record<string, string>>[] =>
  parse(readFileSync(`libs/demonstration/data/${file}`), { columns: true, bom: true });
const list = (text: string | undefined): readonly string[] => (text ? text.split('; ') : []);

/** The units and classes that the demonstration ships; ids are the codes and names. */
export const shippedUnits = (): {
  readonly units: readonly ShippedUnit[];
  readonly classes: readonly {
    readonly id: string;
    readonly name: string;
    readonly kinds: readonly string[];
    readonly aliases: readonly string[];
  }[];
} => ({
  units: shipped('units.csv').map(({ code = '', name = '', kind = '', parent = '', aliases }) => ({
    id: code,
    code,
    name,
    kind,
    parent,
    aliases: list(aliases),
  })),
  classes: shipped('classes.csv').map(({ name = '', kinds, aliases }) => ({
    id: name,
    name,
    kinds: list(kinds),
    aliases: list(aliases),
  })),
});

/** The rows of the shipped annex as its CSV states them. */
export const shippedRows = (): readonly Readonly<Record<string, string>>[] => shipped('ke-hoach-cchc-2026.csv');
