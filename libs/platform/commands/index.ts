export * from './ids.js';
export * from './dispatch.js';
export * from './command-runner.js';
