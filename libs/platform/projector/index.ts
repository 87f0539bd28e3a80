export * from './generation.js';
export * from './projector.js';
