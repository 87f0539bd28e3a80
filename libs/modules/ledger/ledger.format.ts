import { dayInWords, type Day, type Document } from '#kernel';
import {
  writeWorkbook,
  type WrittenCell,
  type WrittenLine,
  type WrittenSheet,
  type WrittenTitle,
} from '#platform/sheets';

type Named = { readonly name: string };
type Row = { readonly code: string; readonly title: string };
type Reason = { readonly text: string } | { readonly erased: true } | null;

/** What stands above a ledger. */
export type LedgerHead = {
  readonly plan: string;
  readonly on: Day;
  readonly recorded: Day;
  /** Which part of it is shown, where not all of it is. */
  readonly part: string | null;
};

export type ExtensionLine = {
  readonly task: Row;
  readonly kind: 'row' | 'obligation';
  readonly units: number;
  readonly named: readonly Named[];
  readonly number: number | null;
  readonly before: Day;
  readonly due: Day;
  readonly days: number;
  readonly effect: Day;
  readonly afterDue: boolean;
  readonly document: Document;
  readonly reason: Reason;
  readonly corrections: readonly { readonly recorded: Day; readonly reason: Reason }[];
  readonly withdrawn: { readonly recorded: Day; readonly reason: Reason } | null;
};

export type ExtensionSumLine = {
  readonly unit: Named;
  readonly extensions: number;
  readonly afterDue: number;
  readonly days: number;
};

export type LatenessLine = {
  readonly kind: 'overdue' | 'late' | 'late-against-original';
  readonly task: Row;
  readonly unit: Named;
  readonly periodName: string;
  readonly due: Day;
  readonly originalDue: Day | null;
  readonly workDay: Day | null;
  readonly days: number;
  readonly daysAgainstOriginal: number;
  readonly awaiting: boolean;
  readonly extensions: number;
  readonly documents: readonly Document[];
};

export type LatenessSumLine = {
  readonly unit: Named;
  readonly overdue: number;
  readonly awaiting: number;
  readonly late: number;
  readonly lateAgainstOriginal: number;
  readonly days: number;
  readonly most: number;
};

/** A document as documents name it. */
export const documentInWords = (
  { kind, number, date }: Document,
  dated: (day: Day) => string = (day) => `ngày ${dayInWords(day)}`,
): string => `${kind} số ${number} ${dated(date)}`;

const dayCell = (day: Day | null): WrittenCell => (day === null ? null : { day });
const reasonInWords = (reason: Reason): string =>
  reason === null ? '' : 'text' in reason ? reason.text : '(đã xóa theo yêu cầu)';

const titlesOf = (title: string, { plan, on, recorded, part }: LedgerHead): readonly WrittenTitle[] => [
  { text: title, look: 'heading' },
  { text: plan },
  ...(part === null ? [] : [{ text: part }]),
  {
    text: `(Tính đến hết ngày ${dayInWords(on)}, theo sổ ghi đến hết ngày ${dayInWords(recorded)})`,
    look: 'note',
  },
];

type Column = { readonly header: string; readonly width: number; readonly align?: 'center' | 'right' };

const sheetOf = (
  name: string,
  titles: readonly WrittenTitle[],
  columns: readonly Column[],
  rows: readonly (readonly WrittenCell[])[],
  last?: readonly WrittenCell[],
): WrittenSheet => ({
  name,
  titles,
  columns: columns.map(({ width, align }) => ({ width, ...(align ? { align } : {}) })),
  lines: [
    { kind: 'header', cells: columns.map(({ header }) => header) },
    ...rows.map((cells, index): WrittenLine => ({ cells: [index + 1, ...cells] })),
    ...(last ? [{ kind: 'total' as const, cells: last }] : []),
  ],
});

const sum = <Line>(lines: readonly Line[], of: (line: Line) => number): number =>
  lines.reduce((all, line) => all + of(line), 0);

const CENTRED = { align: 'center' } as const;

const mendedInWords = ({ corrections, withdrawn }: ExtensionLine): string =>
  [
    ...corrections.map(({ recorded, reason }) => `Đính chính ngày ${dayInWords(recorded)}: ${reasonInWords(reason)}`),
    ...(withdrawn ? [`Đã rút lại ngày ${dayInWords(withdrawn.recorded)}: ${reasonInWords(withdrawn.reason)}`] : []),
  ].join('\n');

/** The ledger of extensions as a workbook: one by one, and how often by unit. */
export const writeExtensionLedger = (
  head: LedgerHead,
  lines: readonly ExtensionLine[],
  byUnit: readonly ExtensionSumLine[],
): Promise<Buffer> => {
  const title = 'SỔ THEO DÕI GIA HẠN';
  const rows = lines.map((line): WrittenCell[] => [
    line.task.code,
    line.task.title,
    line.units > line.named.length
      ? `Cả nhiệm vụ (${line.units} đơn vị)`
      : line.named.map(({ name }) => name).join('; '),
    line.number,
    dayCell(line.before),
    dayCell(line.due),
    line.days,
    dayCell(line.effect),
    line.afterDue ? 'x' : '',
    documentInWords(line.document),
    reasonInWords(line.reason),
    mendedInWords(line),
  ]);
  const units = byUnit.map(({ unit, extensions, afterDue, days }) => [unit.name, extensions, afterDue, days]);
  return writeWorkbook(
    [
      sheetOf(
        'Gia hạn',
        titlesOf(title, head),
        [
          { header: 'STT', width: 5, ...CENTRED },
          { header: 'Số', width: 7, ...CENTRED },
          { header: 'Nhiệm vụ', width: 32 },
          { header: 'Đơn vị', width: 18 },
          { header: 'Lần', width: 5, ...CENTRED },
          { header: 'Hạn cũ', width: 12, ...CENTRED },
          { header: 'Hạn mới', width: 12, ...CENTRED },
          { header: 'Số ngày', width: 7, ...CENTRED },
          { header: 'Hiệu lực từ', width: 12, ...CENTRED },
          { header: 'Gia hạn sau hạn', width: 9, ...CENTRED },
          { header: 'Văn bản cho phép', width: 20 },
          { header: 'Lý do', width: 22 },
          { header: 'Đính chính, rút lại', width: 18 },
        ],
        rows,
      ),
      sheetOf(
        'Theo đơn vị',
        titlesOf('SỐ LẦN GIA HẠN THEO ĐƠN VỊ', head),
        [
          { header: 'STT', width: 6, ...CENTRED },
          { header: 'Đơn vị', width: 70 },
          { header: 'Số lần gia hạn', width: 18, ...CENTRED },
          { header: 'Trong đó sau hạn', width: 18, ...CENTRED },
          { header: 'Tổng số ngày', width: 18, ...CENTRED },
        ],
        units,
      ),
    ],
    { title: `${title} – ${head.plan}` },
  );
};

const stateInWords = ({ kind, awaiting }: LatenessLine): string => {
  if (kind === 'overdue') return awaiting ? 'Quá hạn, đang chờ nghiệm thu' : 'Quá hạn';
  return kind === 'late' ? 'Hoàn thành trễ hạn' : 'Trễ so với hạn ban đầu';
};

/** The ledger of lateness as a workbook: one by one, and by unit. */
export const writeLatenessLedger = (
  head: LedgerHead,
  lines: readonly LatenessLine[],
  byUnit: readonly LatenessSumLine[],
): Promise<Buffer> => {
  const title = 'SỔ THEO DÕI TRỄ HẠN';
  const rows = lines.map((line): WrittenCell[] => [
    line.task.code,
    line.task.title,
    line.unit.name,
    line.periodName,
    dayCell(line.originalDue),
    dayCell(line.due),
    dayCell(line.workDay),
    line.days,
    line.daysAgainstOriginal,
    line.extensions,
    line.documents.map((document) => documentInWords(document)).join('; '),
    stateInWords(line),
  ]);
  const units = byUnit.map((one): WrittenCell[] => [
    one.unit.name,
    one.overdue,
    one.awaiting,
    one.late,
    one.lateAgainstOriginal,
    one.days,
    one.most,
  ]);
  const last: WrittenCell[] = [
    '',
    'Cộng',
    sum(byUnit, (one) => one.overdue),
    sum(byUnit, (one) => one.awaiting),
    sum(byUnit, (one) => one.late),
    sum(byUnit, (one) => one.lateAgainstOriginal),
    sum(byUnit, (one) => one.days),
    byUnit.reduce((most, one) => Math.max(most, one.most), 0),
  ];
  return writeWorkbook(
    [
      sheetOf(
        'Trễ hạn',
        titlesOf(title, head),
        [
          { header: 'STT', width: 6, ...CENTRED },
          { header: 'Số', width: 8, ...CENTRED },
          { header: 'Nhiệm vụ', width: 44 },
          { header: 'Đơn vị', width: 24 },
          { header: 'Kỳ', width: 10, ...CENTRED },
          { header: 'Hạn ban đầu', width: 13, ...CENTRED },
          { header: 'Hạn áp dụng', width: 13, ...CENTRED },
          { header: 'Ngày hoàn thành', width: 13, ...CENTRED },
          { header: 'Số ngày trễ', width: 9, ...CENTRED },
          { header: 'Trễ so với hạn ban đầu', width: 11, ...CENTRED },
          { header: 'Số lần gia hạn', width: 9, ...CENTRED },
          { header: 'Văn bản cho phép', width: 26 },
          { header: 'Tình trạng', width: 20 },
        ],
        rows,
      ),
      sheetOf(
        'Theo đơn vị',
        titlesOf('TRỄ HẠN THEO ĐƠN VỊ', head),
        [
          { header: 'STT', width: 6, ...CENTRED },
          { header: 'Đơn vị', width: 46 },
          { header: 'Quá hạn', width: 12, ...CENTRED },
          { header: 'Trong đó chờ nghiệm thu', width: 13, ...CENTRED },
          { header: 'Hoàn thành trễ hạn', width: 13, ...CENTRED },
          { header: 'Trễ so với hạn ban đầu', width: 13, ...CENTRED },
          { header: 'Tổng số ngày trễ', width: 12, ...CENTRED },
          { header: 'Nhiều nhất (ngày)', width: 12, ...CENTRED },
        ],
        units,
        last,
      ),
    ],
    { title: `${title} – ${head.plan}` },
  );
};
