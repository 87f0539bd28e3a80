import { dayInWords, type Day, type Document } from '#kernel';
import {
  dayWrittenOut,
  writeDocument,
  writeWorkbook,
  type WordRow,
  type WordTable,
  type WrittenLine,
} from '#platform/sheets';
import { documentInWords } from './ledger.format.js';

type Item = {
  readonly task: { readonly id: string; readonly code: string; readonly title: string };
  readonly periodName: string;
  readonly due: Day;
  readonly days: number;
  readonly percent: number | null;
  readonly state: string;
  readonly reportedDay: Day | null;
};

/** What one unit is to be reminded of, as it is written. */
export type ChasedLines = {
  readonly unit: { readonly name: string };
  readonly overdue: readonly Item[];
  readonly dueSoon: readonly Item[];
  readonly awaiting: readonly Item[];
};

export type ChaseHead = {
  readonly plan: string;
  readonly on: Day;
  readonly recorded: Day;
  /** Within how many days something is due soon. */
  readonly within: number;
};

/** What a letter says beside its list. */
export type LetterHead = ChaseHead & {
  /** Who writes, and the body above, where that is another one. */
  readonly issuer: string;
  readonly above?: string;
  readonly number?: string;
  readonly place?: string;
  readonly date: Day;
  /** The document that promulgated the plan. */
  readonly document: Document | null;
  /** Who promulgated it. */
  readonly promulgator: string;
  /** "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH": one line each. */
  readonly signed: readonly string[];
  readonly signer?: string;
};

const CENTRED = { align: 'center' } as const;
const ROMANS: readonly (readonly [number, string])[] = [
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

const roman = (number: number): string => {
  let [rest, text] = [number, ''];
  for (const [value, sign] of ROMANS) {
    text += sign.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
};

/** Small counts are written with two digits in official prose. */
const counted = (number: number): string => String(number).padStart(2, '0');

const SORTS = ['overdue', 'dueSoon', 'awaiting'] as const;
type Sort = (typeof SORTS)[number];

const standsAs = (sort: Sort, { days, percent, state, reportedDay }: Item): string => {
  if (sort === 'awaiting')
    return `Đã báo cáo${reportedDay === null ? '' : ` (${dayInWords(reportedDay)})`}, chờ nghiệm thu`;
  const reported = state === 'returned' ? '; báo cáo bị trả lại' : percent === null ? '' : `; đã báo cáo ${percent}%`;
  if (sort === 'overdue') return `Quá hạn ${days} ngày${reported}`;
  return `${days === 0 ? 'Đến hạn hôm nay' : `Còn ${days} ngày`}${reported}`;
};

const titled = ({ task }: Item): string => (task.code === '' ? task.title : `${task.code}. ${task.title}`);

const summed = ({ unit, overdue, dueSoon, awaiting }: ChasedLines, withAwaiting: boolean): string => {
  const counts = [
    ...(overdue.length > 0 ? [`${counted(overdue.length)} quá hạn`] : []),
    ...(dueSoon.length > 0 ? [`${counted(dueSoon.length)} sắp đến hạn`] : []),
    ...(withAwaiting && awaiting.length > 0 ? [`${counted(awaiting.length)} chờ nghiệm thu`] : []),
  ];
  return `${unit.name}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`;
};

/** The list as a workbook: every unit with what is overdue, what is due soon and, apart, what waits to be accepted. */
export const writeChaseWorkbook = (head: ChaseHead, units: readonly ChasedLines[]): Promise<Buffer> => {
  const columns = [
    { header: 'STT', width: 7, ...CENTRED },
    { header: 'Nhiệm vụ', width: 60 },
    { header: 'Kỳ', width: 11, ...CENTRED },
    { header: 'Hạn', width: 13, ...CENTRED },
    { header: 'Số ngày quá hạn', width: 10, ...CENTRED },
    { header: 'Số ngày còn lại', width: 10, ...CENTRED },
    { header: 'Tình trạng', width: 38 },
  ];
  const title = 'DANH SÁCH ĐÔN ĐỐC';
  const lines = units.flatMap((unit, index): WrittenLine[] => [
    {
      kind: 'group',
      cells: [roman(index + 1), { value: summed(unit, true), across: columns.length - 1, align: 'left' }],
    },
    ...SORTS.flatMap((sort) => unit[sort].map((item) => ({ sort, item }))).map(({ sort, item }, at): WrittenLine => ({
      cells: [
        at + 1,
        titled(item),
        item.periodName,
        { value: { day: item.due } },
        sort === 'overdue' ? item.days : null,
        sort === 'dueSoon' ? item.days : null,
        standsAs(sort, item),
      ],
    })),
  ]);
  return writeWorkbook(
    [
      {
        name: 'Đôn đốc',
        columns: columns.map(({ header: _, ...column }) => column),
        titles: [
          { text: title, look: 'heading' },
          { text: head.plan },
          {
            text: `(Tính đến hết ngày ${dayInWords(head.on)}, theo sổ ghi đến hết ngày ${dayInWords(head.recorded)}; sắp đến hạn: trong ${head.within} ngày)`,
            look: 'note',
          },
        ],
        lines: [{ kind: 'header', cells: columns.map(({ header }) => header) }, ...lines],
      },
    ],
    { title: `${title} – ${head.plan}` },
  );
};

const COLUMNS: WordTable['columns'] = [
  { width: 13, align: 'center' },
  { width: 42 },
  { width: 13, align: 'center' },
  { width: 17, align: 'center' },
  { width: 24 },
];
const HEADER = ['STT', 'Nhiệm vụ', 'Kỳ', 'Hạn', 'Tình trạng'];

/** Rows of what a letter chases; what waits to be accepted is no unit's delay and in no letter. */
const rowsOf = ({ overdue, dueSoon }: ChasedLines): WordRow[] =>
  [
    ...overdue.map((item) => ({ sort: 'overdue' as const, item })),
    ...dueSoon.map((item) => ({ sort: 'dueSoon' as const, item })),
  ].map(({ sort, item }, at) => ({
    cells: [String(at + 1), titled(item), item.periodName, dayInWords(item.due), standsAs(sort, item)],
  }));

const tableOf = (units: readonly ChasedLines[]): WordTable => {
  const [only, ...more] = units;
  return {
    columns: COLUMNS,
    header: HEADER,
    rows:
      only && more.length === 0
        ? rowsOf(only)
        : units.flatMap((unit, index): WordRow[] => [
            { kind: 'group', cells: [roman(index + 1), summed(unit, false)] },
            ...rowsOf(unit),
          ]),
  };
};

/** Up to so many addressees are named one by one. */
const NAMED = 6;

/** A row of the annex is one task, however many units owe it and in however many periods. */
const tasksInWords = (items: readonly Item[]): string => {
  const tasks = new Set(items.map(({ task }) => task.id)).size;
  return `${counted(tasks)} nhiệm vụ${items.length > tasks ? ` (${counted(items.length)} lượt)` : ''}`;
};

const lateInWords = (overdue: readonly Item[], dueSoon: readonly Item[], within: number): string =>
  [
    ...(overdue.length > 0 ? [`${tasksInWords(overdue)} đã quá hạn`] : []),
    ...(dueSoon.length > 0 ? [`${tasksInWords(dueSoon)} sẽ đến hạn trong ${within} ngày tới`] : []),
  ].join(' và ');

const wishesOf = (overdue: number, dueSoon: number): readonly string[] =>
  [
    ...(overdue > 0
      ? [
          'Tập trung hoàn thành ngay các nhiệm vụ đã quá hạn; báo cáo kết quả kèm minh chứng và nêu rõ nguyên nhân chậm trễ.',
        ]
      : []),
    ...(dueSoon > 0
      ? [
          'Chủ động hoàn thành đúng hạn các nhiệm vụ sắp đến hạn; trường hợp có khó khăn, vướng mắc, báo cáo và đề xuất gia hạn trước khi đến hạn.',
        ]
      : []),
    'Cập nhật kết quả thực hiện trên hệ thống theo dõi kế hoạch ngay sau khi hoàn thành.',
  ].map((wish, index) => `${index + 1}. ${wish}`);

/** A letter that chases (công văn đôn đốc), in the layout of Nghị định 30/2020/NĐ-CP. */
export const writeChaseLetter = (head: LetterHead, units: readonly ChasedLines[]): Promise<Buffer> => {
  const [overdue, dueSoon] = [units.flatMap((unit) => unit.overdue), units.flatMap((unit) => unit.dueSoon)];
  const [only, ...more] = units;
  const single = more.length === 0 ? only : undefined;
  const ground = head.document
    ? `${documentInWords(head.document, dayWrittenOut)} của ${head.promulgator} (${head.plan})`
    : head.plan;
  const late = lateInWords(overdue, dueSoon, head.within);
  const who = single ? single.unit.name : `${counted(units.length)} cơ quan, đơn vị, địa phương`;
  const table = { table: tableOf(units) };
  const about = `đôn đốc thực hiện ${head.plan}`;
  return writeDocument(
    {
      letterhead: {
        ...(head.above === undefined ? {} : { above: head.above }),
        issuer: head.issuer,
        ...(head.number === undefined ? {} : { number: head.number }),
        about,
        ...(head.place === undefined ? {} : { place: head.place }),
        date: head.date,
      },
      to:
        units.length <= NAMED
          ? units.map(({ unit }) => unit.name)
          : ['Các cơ quan, đơn vị, địa phương có tên trong danh sách kèm theo'],
      pieces: [
        {
          text: `Thực hiện ${ground}, qua theo dõi, tính đến hết ngày ${dayInWords(head.on)}, ${who} còn ${late}${single ? ', cụ thể như sau:' : ' (có danh sách kèm theo). Những nhiệm vụ đã báo cáo hoàn thành và đang chờ nghiệm thu không nằm trong danh sách này.'}`,
        },
        ...(single ? [{ text: '' }, table] : []),
        {
          text: `Để bảo đảm tiến độ thực hiện Kế hoạch, ${head.issuer} đề nghị ${single ? single.unit.name : 'các cơ quan, đơn vị, địa phương'}:`,
        },
        ...wishesOf(overdue.length, dueSoon.length).map((text) => ({ text })),
        {
          text: `${head.issuer} đề nghị ${single ? single.unit.name : 'các cơ quan, đơn vị, địa phương'} quan tâm, triển khai thực hiện./.`,
        },
      ],
      signature: { lines: head.signed, ...(head.signer === undefined ? {} : { name: head.signer }) },
      recipients: ['Như trên', 'Lưu: VT'],
      ...(single
        ? {}
        : {
            attached: {
              annex: {
                label: 'DANH SÁCH',
                title: `Các nhiệm vụ quá hạn và sắp đến hạn thực hiện ${head.plan}`,
                note: `(Kèm theo Công văn số ${head.number ?? '……/……'} ${head.number === undefined ? 'ngày … tháng … năm …' : dayWrittenOut(head.date)} của ${head.issuer})`,
              },
              pieces: [table],
            },
          }),
    },
    { title: `Công văn ${about}` },
  );
};
