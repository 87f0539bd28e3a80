import { readFileSync } from 'node:fs';
import { dayInWords, isDay } from '#kernel';
import { inProduct } from '#platform/config';

type Words = { readonly [key: string]: string | Words };

type Language = 'vi' | 'en';

const wordsIn = (language: Language): Words =>
  JSON.parse(readFileSync(inProduct(`apps/web/messages/${language}.json`), 'utf8')) as Words;

/** What the web says in Vietnamese; answers and the command line say the same. */
const vietnamese = wordsIn('vi');

const found = (path: readonly string[], words = vietnamese): string | undefined => {
  let at: string | Words | undefined = words;
  for (const key of path) at = typeof at === 'object' ? at[key] : undefined;
  return typeof at === 'string' ? at : undefined;
};

const filled = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replace(/<[^>]*>/g, '').replace(/\{\{(\w+)[^}]*\}\}/g, (whole, name: string) => {
    const value = values[name];
    if (isDay(value)) return dayInWords(value);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
  });

/** A sentence of the web by its key, without its tags, its gaps filled; the key itself where there is none. */
export const said = (key: string, values: Readonly<Record<string, unknown>> = {}): string =>
  filled(found(key.split('.')) ?? key, values);

/** The Vietnamese sentence of a refusal code; undefined for a code that has none. */
export const sentenceOf = (code: string, details: Readonly<Record<string, unknown>>): string | undefined => {
  const sentence = found(['refusals', code]);
  return sentence === undefined ? undefined : filled(sentence, details);
};

let english: Words | undefined;

/** What was found and what to do about it, in one sentence each. */
export const findingInWords = (
  language: Language,
  code: string,
  details: Readonly<Record<string, string | number>>,
): { readonly found: string; readonly advice: string } => {
  const words = language === 'vi' ? vietnamese : (english ??= wordsIn('en'));
  const sentence = (which: string): string => filled(found(['findings', code, which], words) ?? code, details);
  return { found: sentence('found'), advice: sentence('advice') };
};

/** An instant as the clocks of offices show it, at +07:00; a text that is none stays what it is. */
export const instantInWords = (text: string): string => {
  if (!/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text)) return text;
  const [day = '', time = ''] = new Date(Date.parse(text) + 7 * 3_600_000).toISOString().split('T');
  return `${time.slice(0, 8)} ${dayInWords(day)}`;
};
