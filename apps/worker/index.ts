export { Work } from './work.js';
