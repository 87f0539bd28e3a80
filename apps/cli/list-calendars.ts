import { dayInWords } from '#kernel';
import { RulebookQuery, type CalendarItem } from '#modules/rulebook';
import { EXIT, type Exit } from './answer.js';
import type { Context } from './context.js';
import { columns, say } from './terminal.js';
import { documentInWords } from './words.js';

/** What `camket calendar list` is told. */
export type CalendarsOptions = { readonly year?: number; readonly json?: boolean };

/** Lists the calendars of the years, every version; of one year with the days of the newest. */
export const listCalendars = async (context: Context, { year, json }: CalendarsOptions): Promise<Exit> => {
  await context.caughtUp(['rules']);
  const items = await context.get(RulebookQuery).calendars(year);
  await say(json ? { items, stale: false } : inWords(items, year));
  return EXIT.done;
};

const KINDS = { holiday: 'Nghỉ lễ, tết', compensatory: 'Nghỉ bù', 'make-up': 'Làm bù' } as const;

const inWords = (calendars: readonly CalendarItem[], year: number | undefined): string => {
  if (calendars.length === 0)
    return year === undefined ? 'Chưa có lịch nghỉ nào.' : `Chưa có lịch nghỉ của năm ${year}.`;
  const rows = calendars.map(({ year: of, version, newest, entries, document }) => [
    String(of),
    String(version),
    ...(['holiday', 'compensatory', 'make-up'] as const).map((kind) =>
      String(entries.filter((entry) => entry.kind === kind).length),
    ),
    newest ? 'Mới nhất' : 'Đã thay',
    documentInWords(document),
  ]);
  const header = ['Năm', 'Bản', ...Object.values(KINDS), 'Tình trạng', 'Văn bản'];
  const list = columns([header, ...rows], [1, 2, 3, 4]);
  if (year === undefined) return list;
  const days = (calendars.find(({ newest }) => newest)?.entries ?? []).map(({ day, kind, name }) => [
    dayInWords(day),
    KINDS[kind],
    name,
  ]);
  return [list, '', columns([['Ngày', 'Loại', 'Tên'], ...days])].join('\n');
};
