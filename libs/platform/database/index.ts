export * from './data-folder.js';
export * from './database.js';
export * from './embedded-postgres.js';
