import { refusal } from './refusal.js';

declare const brand: unique symbol;

/** A calendar day of Asia/Ho_Chi_Minh, `YYYY-MM-DD`. Days compare as text. */
export type Day = string & { readonly [brand]?: 'day' };

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;
const two = (n: number): string => String(n).padStart(2, '0');

/** The number of days of a month (1–12). */
export const daysInMonth = (year: number, month: number): number => {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
};

/** True for an existing calendar day in the form `YYYY-MM-DD`, years 1900 to 2200. */
export const isDay = (text: unknown): text is Day => {
  if (typeof text !== 'string') return false;
  const parts = SHAPE.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
};

/** The calendar day of a text; refuses one that there is not (`request.no-such-day`). */
export const existingDay = (text: string): Day => {
  if (!isDay(text)) throw refusal('invalid', 'request.no-such-day', { day: text });
  return text;
};

/** The day of a year, month (1–12) and day of month; undefined when there is no such day. */
export const dayOf = (year: number, month: number, day: number): Day | undefined => {
  const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return isDay(text) ? text : undefined;
};

/** The last day of a month (1–12). */
export const lastOfMonth = (year: number, month: number): Day =>
  `${String(year)}-${two(month)}-${two(daysInMonth(year, month))}`;

/** The day `count` calendar days later (earlier when negative). */
export const plusDays = (day: Day, count: number): Day => {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, date + count)).toISOString().slice(0, 10);
};

/** A day as documents write it: 30/06/2026. */
export const dayInWords = (day: Day): string => day.split('-').reverse().join('/');

/** The day from which the numbers of spreadsheets count days, where a file does not say another. */
export const DAY_ZERO: Day = '1899-12-30';

const SERIAL = /^\d{5}$/;

/**
 * What a cell of a column of days says: a number by which a spreadsheet counts days from `zero` is that day in words,
 * where it lies in the years 2000 to 2099; every other text is itself.
 */
export const dayInCell = (text: string, zero: Day = DAY_ZERO): string => {
  const day = SERIAL.test(text) ? plusDays(zero, Number(text)) : '';
  return day.startsWith('20') ? dayInWords(day) : text;
};

/** How many calendar days lie from one day to another; negative when that lies before it. */
export const daysFrom = (from: Day, to: Day): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** 0 for Sunday … 6 for Saturday. */
export const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** The year of a day as a number. */
export const yearOf = (day: Day): number => Number(day.slice(0, 4));

/** The quarter of a day as the figures name it: `2026-Q3`. */
export const quarterOf = (day: Day): string => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;

const INSTANT_IN_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
/** The days of hours of UTC: all of an hour falls on one day, and instants mostly lie close together. */
const dayOfHour = new Map<string, Day>();

/** The calendar day on which an instant falls in Asia/Ho_Chi_Minh (UTC+7, without summer time since 1975). */
export const dayOfInstant = (instant: string | number): Day => {
  const hour = typeof instant === 'string' && INSTANT_IN_UTC.test(instant) ? instant.slice(0, 13) : undefined;
  const known = hour === undefined ? undefined : dayOfHour.get(hour);
  if (known !== undefined) return known;
  const day: Day = new Date(new Date(instant).getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
  if (hour !== undefined) {
    if (dayOfHour.size >= 1_000) dayOfHour.clear();
    dayOfHour.set(hour, day);
  }
  return day;
};

/** The instant (ISO, UTC) at which a day begins in Asia/Ho_Chi_Minh. */
export const startOf = (day: Day): string => new Date(`${day}T00:00:00+07:00`).toISOString();
