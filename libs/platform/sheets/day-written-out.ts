import type { Day } from '#kernel';

const twoDigits = (number: string, below: number): string =>
  String(Number(number)).padStart(Number(number) < below ? 2 : 1, '0');

/** A day as documents write it out: "ngày 05 tháng 02 năm 2026". */
export const dayWrittenOut = (day: Day): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `ngày ${twoDigits(date, 10)} tháng ${twoDigits(month, 3)} năm ${year}`;
};
