export type * from './obligation.events.js';
export type * from './task.events.js';
