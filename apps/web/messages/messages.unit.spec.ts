import { describe, expect, it } from '@jest/globals';
import en from './en.json';
import vi from './vi.json';

type Messages = { readonly [key: string]: string | Messages };

const flat = (messages: Messages): ReadonlyMap<string, string> => {
  const said = new Map<string, string>();
  const walk = (part: Messages, path: string): void => {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value === 'string') said.set(path + key, value);
      else walk(value, `${path}${key}.`);
    }
  };
  walk(messages, '');
  return said;
};

const [vietnamese, english] = [flat(vi), flat(en)];

/** Vietnamese has one form for any number, English two. */
const singular = (key: string): string => key.replace(/_one$/, '_other');
const places = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map(([place]) => place).sort();

describe('the words of the web app', () => {
  it('are there in both languages', () => {
    expect([...new Set([...english.keys()].map(singular))].sort()).toEqual([...vietnamese.keys()].sort());
  });

  it('name the same values in both languages', () => {
    const different = [...english].filter(
      ([key, text]) => places(text).join() !== places(vietnamese.get(singular(key)) ?? '').join(),
    );
    expect(different).toEqual([]);
  });

  it('are stored in composed form, so that search and comparison find them', () => {
    expect([...vietnamese.values()].filter((text) => text !== text.normalize('NFC'))).toEqual([]);
  });
});
