import { readFileSync } from 'node:fs';
import { refusalCodes } from './refusal-codes.js';

const root = process.cwd();
const sentences = (language: string): Record<string, string> =>
  (
    JSON.parse(readFileSync(`${root}/apps/web/messages/${language}.json`, 'utf8')) as {
      refusals: Record<string, string>;
    }
  ).refusals;

describe('a refusal', () => {
  const { codes, unreadable } = refusalCodes(root);

  it('has its code written out where it is thrown', () => {
    expect(unreadable).toEqual([]);
    expect(codes.size).toBeGreaterThan(20);
  });

  it.each(['vi', 'en'])('has a sentence in %s for every code', (language) => {
    const said = sentences(language);
    expect([...codes].filter((code) => !said[code]?.trim()).sort()).toEqual([]);
  });

  it('has no sentence for a code that nobody uses', () => {
    const spoken = new Set([...Object.keys(sentences('vi')), ...Object.keys(sentences('en'))]);
    expect([...spoken].filter((code) => !codes.has(code)).sort()).toEqual([]);
  });
});
