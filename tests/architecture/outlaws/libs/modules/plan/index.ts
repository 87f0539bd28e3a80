import './plan.module.js';
export type { Units } from '#modules/organization'; // breaks: a-face-shows-its-own
