export * from './sheet.js';
export { archiveLimits, type ArchiveLimits } from './archive.js';
export { contentLimits, type ContentLimits } from './read-xml.js';
export type { HeaderScore } from './delimited.js';
export * from './read-sheets.js';
export { cellText } from './cell-text.js';
export { writeDelimited } from './write-delimited.js';
export * from './write-workbook.js';
export * from './write-document.js';
