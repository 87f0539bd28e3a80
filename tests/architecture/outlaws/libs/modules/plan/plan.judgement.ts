import '#kernel';
import './plan.rule.js'; // breaks: judgements-are-pure
import 'pg'; // breaks: judgements-are-pure

export const isLate = (year: number): boolean => year < new Date().getFullYear(); // breaks: law(no-clock)
