import '#kernel';
import './plan.rule.js'; // breaks: events-know-the-vocabulary-only
import '#platform/config'; // breaks: events-know-the-vocabulary-only
export type { Units } from '#modules/organization'; // breaks: events-know-the-vocabulary-only

export const id = (): string => crypto.randomUUID(); // breaks: law(no-chance)
