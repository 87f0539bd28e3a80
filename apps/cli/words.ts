import { readFileSync } from 'node:fs';
import { inProduct } from '#platform/config';

type Words = { readonly [key: string]: string | Words };

/** What the web says in Vietnamese; the command line says the same. */
const vietnamese = JSON.parse(readFileSync(inProduct('apps/web/messages/vi.json'), 'utf8')) as Words;

const found = (path: readonly string[]): string | undefined => {
  let at: string | Words | undefined = vietnamese;
  for (const key of path) at = typeof at === 'object' ? at[key] : undefined;
  return typeof at === 'string' ? at : undefined;
};

const filled = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replace(/<[^>]*>/g, '').replace(/\{\{(\w+)[^}]*\}\}/g, (whole, name: string) => {
    const value = values[name];
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

/** A day as documents write it. */
export const dayInWords = (day: string): string => day.split('-').reverse().join('/');
