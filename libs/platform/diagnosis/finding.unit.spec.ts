import { readFileSync } from 'node:fs';
import { FINDINGS, HIDING } from './finding.js';

type Sentences = Record<string, { found: string; advice: string }>;
const sentences = (language: string): Sentences =>
  (JSON.parse(readFileSync(`apps/web/messages/${language}.json`, 'utf8')) as { findings: Sentences }).findings;

describe('a finding', () => {
  it.each(['vi', 'en'])('says in %s what it is and what to do, and no other code is spoken of', (language) => {
    const said = sentences(language);
    expect(Object.keys(said).sort()).toEqual(Object.keys(FINDINGS).sort());
    const mute = Object.entries(said).filter(([, { found, advice }]) => !/\w.*[^ ]$/.test(found) || advice.length < 5);
    expect(mute).toEqual([]);
  });

  it('that hides others is an error', () => {
    expect([...HIDING].filter((code) => FINDINGS[code] !== 'error')).toEqual([]);
  });
});
