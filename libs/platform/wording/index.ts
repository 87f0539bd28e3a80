export * from './wording.js';
