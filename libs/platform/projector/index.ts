export * from './generation.js';
export * from './projector.js';
export * from './parts.js';
export * from './leases.js';
export * from './read-event.js';
