export * from './messages.js';
export * from './day.js';
export * from './calendar.js';
export * from './ratio.js';
export * from './refusal.js';
export * from './decider.js';
export * from './view.js';
export * from './text.js';
