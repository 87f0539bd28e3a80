import { CommanderError } from 'commander';
import { Refusal, type JsonObject } from '#kernel';
import { SettingsRefused } from '#platform/config';
import { sentenceOf } from '#platform/wording';

/** How a command ends; a script looks at this and at nothing else. */
export const EXIT = { done: 0, refused: 1, usage: 2, broken: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** The command is refused, in plain words. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The command was not given as it must be. */
export class Misused extends Error {
  override readonly name = 'Misused';
}

/** Refusals in plain words that other parts throw; known by name, so that a word of help loads none of them. */
const REFUSING: ReadonlySet<string> = new Set(['Refused', 'BackupRefused', 'FolderInUse', 'FolderUnusable']);

const detail = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const refusalInWords = ({ code, details }: { readonly code: string; readonly details: JsonObject }): string => {
  const sentence = sentenceOf(code, details);
  const facts = Object.entries(details).map(([name, value]) => `  ${name}: ${detail(value)}`);
  return [`Refused: ${code}`, ...(sentence === undefined ? [] : [`  ${sentence}`]), ...facts].join('\n');
};

/** What is said of an error, and how the command ends with it. */
export const explained = (error: unknown): { readonly exit: Exit; readonly words: string } => {
  if (error instanceof Refusal) return { exit: EXIT.refused, words: refusalInWords(error) };
  if (error instanceof Error && REFUSING.has(error.name))
    return { exit: EXIT.refused, words: `Refused: ${error.message}` };
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? { exit: EXIT.done, words: '' } : { exit: EXIT.usage, words: '' };
  if (error instanceof Misused || error instanceof SettingsRefused) return { exit: EXIT.usage, words: error.message };
  if (error instanceof Error && error.name === 'DatabaseUnusable') return { exit: EXIT.broken, words: error.message };
  return { exit: EXIT.broken, words: `Broken: ${error instanceof Error ? error.message : String(error)}` };
};
