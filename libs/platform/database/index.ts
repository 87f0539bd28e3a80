export * from './database-unusable.js';
export * from './data-folder.js';
export * from './database.js';
export * from './embedded-postgres.js';
export * from './installation.js';
export * from './kept-views.js';
export * from './within.js';
export * from './together.js';
