export * from './sheet.js';
export * from './read-sheets.js';
