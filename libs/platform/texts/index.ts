export * from './texts.js';
export type * from './texts.events.js';
