import '#kernel';
import './plan.events.js'; // breaks: rules-are-pure
import 'pg'; // breaks: rules-are-pure

export const periods = (year: number): number => year + new Date().getDate(); // breaks: law(no-clock)
