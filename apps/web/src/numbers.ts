import { spoken } from './words';

/** `"95.6"` → `95,6 %` in Vietnamese, `95.6%` in English; the digits are the server's own. */
export const percentText = (percent: string | null): string => {
  if (percent === null) return '–';
  return spoken() === 'vi' ? `${percent.replace('.', ',')}\u00a0%` : `${percent}%`;
};

export const countText = (count: number): string => count.toLocaleString(spoken() === 'vi' ? 'vi-VN' : 'en-GB');
