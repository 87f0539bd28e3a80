export * from './wish.js';
export * from './process-facts.js';
export * from './process-parts.js';
export * from './process-checkpoints.js';
export * from './process-runner.js';
