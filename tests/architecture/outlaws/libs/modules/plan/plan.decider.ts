import '#kernel';
import './plan.events.js';
import './plan.rule.js';
import 'pg'; // breaks: deciders-are-pure
import 'node:os'; // breaks: deciders-are-pure
import '#platform/config'; // breaks: deciders-are-pure
import './plan-board.view.js'; // breaks: deciders-are-pure
import './row.decider.js'; // breaks: deciders-are-pure
export type { Units } from '#modules/organization'; // breaks: deciders-are-pure

type State = 'draft' | 'promulgated';

export const deadline = (): Date => new Date(); // breaks: no-restricted-syntax
export const stamp = (): number => Date.now(); // breaks: no-restricted-syntax
export const spelled = (): string => Date(); // breaks: no-restricted-syntax
export const later = (act: () => void): unknown => setTimeout(act, 1); // breaks: no-restricted-syntax
export const luck = (): number => Math.random(); // breaks: no-restricted-syntax
export const machine = (): string => process.cwd(); // breaks: no-restricted-syntax
export const order = (a: string, b: string): number => a.localeCompare(b); // breaks: no-restricted-syntax
export const decide = async (): Promise<void> => {}; // breaks: no-restricted-syntax, no-restricted-syntax
export const known = (instant: string): Date => new Date(instant);
export const named = (state: State): number => {
  // prettier-ignore
  switch (state) { // breaks: @typescript-eslint/switch-exhaustiveness-check
    case 'draft':
      return 1;
  }
  return 0;
};
