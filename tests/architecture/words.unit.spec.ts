import { readFileSync } from 'node:fs';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { ruleInWords } from '#platform/http';
import '../../apps/api/app.js';
import { refusalCodes } from './refusal-codes.js';

const root = process.cwd();
type Messages = { readonly refusals: Record<string, string>; readonly forms: Record<string, string> };
const messages = (language: string): Messages =>
  JSON.parse(readFileSync(`${root}/apps/web/messages/${language}.json`, 'utf8')) as Messages;
const sentences = (language: string): Record<string, string> => messages(language).refusals;

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

describe('a rule of a form', () => {
  const storage = getMetadataStorage() as unknown as {
    readonly validationMetadatas: ReadonlyMap<
      unknown,
      ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>
    >;
  };
  const rules = [...storage.validationMetadatas.values()]
    .flat()
    .filter(
      ({ type }) => type !== ValidationTypes.CONDITIONAL_VALIDATION && type !== ValidationTypes.NESTED_VALIDATION,
    );

  it('is told in words, with what it asks for', () => {
    expect(rules.length).toBeGreaterThan(500);
    const told = rules.map(({ name = '', constraints, each }) => ruleInWords(name, constraints, each));
    expect(told.filter((words) => words === '' || /forms\.|\{\{/.test(words))).toEqual([]);
  });

  it.each(['vi', 'en'])('has its words in %s, and no rule that nobody has does', (language) => {
    const names = new Set([...rules.map(({ name = '' }) => name), 'each', 'nestedValidation', 'whitelistValidation']);
    expect(Object.keys(messages(language).forms).sort()).toEqual([...names].sort());
  });
});
