/**
 * What tells the names of units below one parent apart: letters and tones, whatever their case, their spaces and the
 * letter that the tone stands on ("Hòa", "Hoà"). Communes of a province may differ in tones alone.
 */
export const nameKey = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .trim()
    .split(/\s+/u)
    .map((word) => word.replace(TONES, '') + (word.match(TONES) ?? []).join(''))
    .join(' ');

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/gu;
