export * from './event-store.js';
export * from './upcasting.js';
export * from './append-settled.js';
export * from './append-limits.js';
export * from './postgres-event-store.js';
export * from './postgres-restore.js';
export * from './postgres-snapshot.js';
