import { dayWrittenOut, writeDelimited, writeDocument, writeWorkbook, type WrittenLine } from '#platform/sheets';
import type { Field } from './field.rule.js';
import { markOf, modeInWords, type RowMode } from './row-mark.rule.js';

export const annexFormats = ['xlsx', 'docx', 'csv'] as const;
export type AnnexFormat = (typeof annexFormats)[number];

/** A row of a plan as it goes out. */
export type OutgoingRow = {
  readonly row: string;
  readonly content: {
    readonly field: string;
    readonly code: string;
    readonly title: string;
    readonly deliverable: string;
    readonly leadsText: string;
    readonly coordinatingText: string;
    readonly deadline: string;
    readonly funding: string;
    readonly note: string;
    readonly mode: RowMode;
    readonly parentRow?: string;
  };
};

/** An annex as it goes out: what stands above its table, and its rows in order. */
export type OutgoingAnnex = {
  readonly title: string;
  readonly unit: string;
  /** The document that the annex belongs to; null for a draft. */
  readonly document: { readonly kind: string; readonly number: string; readonly date: string } | null;
  readonly fields: readonly Field[];
  readonly rows: readonly OutgoingRow[];
  /** How the rows of the parent plan are named. */
  readonly parentRows?: ReadonlyMap<string, string>;
  readonly made: string;
};

type Column = {
  readonly header: string;
  readonly text: (row: OutgoingRow) => string;
  /** In signs, 138 of which fill a page; in Word its share of the page. */
  readonly width: number;
  readonly align?: 'center';
};

const COLUMNS: readonly Column[] = [
  { header: 'Tên nhiệm vụ', text: ({ content }) => content.title, width: 36 },
  { header: 'Cơ quan chủ trì', text: ({ content }) => content.leadsText, width: 21 },
  { header: 'Cơ quan phối hợp', text: ({ content }) => content.coordinatingText, width: 22 },
  { header: 'Kết quả/Sản phẩm', text: ({ content }) => content.deliverable, width: 18 },
  { header: 'Thời gian hoàn thành', text: ({ content }) => content.deadline, width: 14, align: 'center' },
];
const FUNDING: Column = { header: 'Kinh phí', text: ({ content }) => content.funding, width: 11 };
const NOTE: Column = { header: 'Ghi chú', text: ({ content }) => content.note, width: 11 };
const ORDINAL = { header: 'STT', width: 6.5, align: 'center' } as const;

/** What the product needs when the file comes back. */
const KEPT: readonly Column[] = [
  { header: 'Mã nhiệm vụ', text: ({ content }) => content.code, width: 12 },
  { header: 'Cách tính hoàn thành', text: ({ content }) => modeInWords(content.mode), width: 14 },
  { header: 'Mã dòng', text: ({ row }) => row, width: 38 },
];

/** An annex without a word on funding has no column for it, one that carries out no other plan none for its tasks. */
const columnsOf = ({ rows, parentRows }: OutgoingAnnex): readonly Column[] => [
  ...COLUMNS,
  ...(rows.some(({ content }) => content.funding !== '') ? [FUNDING] : []),
  NOTE,
  ...(rows.some(({ content }) => content.parentRow !== undefined)
    ? [
        {
          header: 'Nhiệm vụ cấp trên',
          text: ({ content: { parentRow } }: OutgoingRow) =>
            parentRow === undefined ? '' : (parentRows?.get(parentRow) ?? parentRow),
          width: 12,
          align: 'center' as const,
        },
      ]
    : []),
];

type Group = { readonly field: Field; readonly rows: readonly OutgoingRow[] };

const groupsOf = ({ fields, rows }: OutgoingAnnex): readonly Group[] =>
  fields
    .map((field) => ({ field, rows: rows.filter(({ content }) => content.field === field.code) }))
    .filter((group) => group.rows.length > 0);

const COUNTED = /^\d+(?:\.\d+)*$/u;

/** The number of a row inside its field: what its code says behind the numeral, else the code itself. */
const numberOf = ({ content: { code } }: OutgoingRow, { numeral }: Field): { shown: string; numbered: boolean } => {
  const inside = code.startsWith(`${numeral}.`) ? code.slice(numeral.length + 1) : '';
  return COUNTED.test(inside) ? { shown: inside, numbered: true } : { shown: code, numbered: false };
};

/** What the table is called: the tasks of the plan, unless the plan is called so itself. */
const nameOf = ({ title }: OutgoingAnnex): string =>
  /^(?:danh mục|phụ lục)/iu.test(title) ? title : `Danh mục nhiệm vụ thực hiện ${title}`;

const capitals = (text: string): string => text.toLocaleUpperCase('vi');

const groundOf = ({ document, unit }: OutgoingAnnex): string =>
  document === null
    ? `(Dự thảo - Ban hành kèm theo Kế hoạch số …/KH-… ngày … tháng … năm … của ${unit})`
    : `(Ban hành kèm theo ${document.kind} số ${document.number} ${dayWrittenOut(document.date)} của ${unit})`;

const asWorkbook = (annex: OutgoingAnnex): Promise<Buffer> => {
  const columns = columnsOf(annex);
  const number = (text: string): string | number => (/^[1-9]\d{0,4}$/u.test(text) ? Number(text) : text);
  const lines = groupsOf(annex).flatMap(({ field, rows }): WrittenLine[] => [
    { kind: 'group', cells: [field.numeral, { value: capitals(field.name), across: columns.length, align: 'left' }] },
    ...rows.map((row) => ({
      cells: [number(numberOf(row, field).shown), ...[...columns, ...KEPT].map(({ text }) => text(row))],
    })),
  ]);
  return writeWorkbook(
    [
      {
        name: 'Phụ lục',
        columns: [ORDINAL, ...columns, ...KEPT.map(({ width }) => ({ width, hidden: true }))],
        titles: [
          { text: 'PHỤ LỤC', look: 'heading' },
          { text: capitals(nameOf(annex)) },
          { text: groundOf(annex), look: 'note' },
        ],
        lines: [{ kind: 'header', cells: [ORDINAL, ...columns, ...KEPT].map(({ header }) => header) }, ...lines],
      },
    ],
    { title: annex.title, made: annex.made },
  );
};

const asDocument = (annex: OutgoingAnnex): Promise<Buffer> => {
  const columns = columnsOf(annex);
  const rows = groupsOf(annex).flatMap((group) => [
    { kind: 'group' as const, cells: [group.field.numeral, capitals(group.field.name)] },
    ...group.rows.map((row) => {
      const { shown, numbered } = numberOf(row, group.field);
      const mark = markOf({ id: row.row, mode: row.content.mode, numbered });
      return { cells: [shown, ...columns.map(({ text }) => text(row))], mark };
    }),
  ]);
  return writeDocument(
    {
      landscape: true,
      annex: { label: 'PHỤ LỤC', title: capitals(nameOf(annex)), note: groundOf(annex) },
      pieces: [
        {
          table: {
            columns: [ORDINAL, ...columns],
            header: [ORDINAL, ...columns].map(({ header }) => header),
            rows,
          },
        },
      ],
    },
    { title: annex.title },
  );
};

const asText = (annex: OutgoingAnnex): Buffer => {
  const columns = [...columnsOf(annex), ...KEPT];
  let ordinal = 0;
  return writeDelimited([
    ['STT', 'Lĩnh vực', ...columns.map(({ header }) => header)],
    ...groupsOf(annex).flatMap(({ field, rows }) =>
      rows.map((row) => [String((ordinal += 1)), field.name, ...columns.map(({ text }) => text(row))]),
    ),
  ]);
};

/** Writes an annex in the form in which offices send it, so that it comes back without a difference. */
export const writeAnnex = async (annex: OutgoingAnnex, format: AnnexFormat): Promise<Buffer> => {
  if (format === 'csv') return asText(annex);
  return format === 'docx' ? asDocument(annex) : asWorkbook(annex);
};
