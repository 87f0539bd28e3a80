export * from './sheet.js';
export { archiveLimits, type ArchiveLimits } from './archive.js';
export { contentLimits, type ContentLimits } from './workbook.js';
export type { HeaderScore } from './delimited.js';
export * from './read-sheets.js';
