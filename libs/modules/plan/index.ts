export type * from './plan.events.js';
