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

export const deadline = (): Date => new Date(); // breaks: law(no-clock)
export const stamp = (): number => Date.now(); // breaks: law(no-clock)
export const spelled = (): string => Date(); // breaks: law(no-clock)
export const later = (act: () => void): unknown => setTimeout(act, 1); // breaks: law(no-clock)
export const luck = (): number => Math.random(); // breaks: law(no-chance)
export const machine = (): string => process.cwd(); // breaks: law(no-host)
export const order = (a: string, b: string): number => a.localeCompare(b); // breaks: law(no-host)
export const decide = async (): Promise<void> => {}; // breaks: law(no-waiting), law(no-waiting)
export const known = (instant: string): Date => new Date(instant);
export const named = (state: State): number => {
  // oxfmt-ignore
  switch (state) { // breaks: typescript(switch-exhaustiveness-check)
    case 'draft':
      return 1;
  }
  return 0;
};
