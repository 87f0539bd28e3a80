export * from './texts.js';
export * from './texts.controller.js';
export type * from './texts.events.js';
