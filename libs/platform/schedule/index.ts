export * from './job.js';
export * from './schedule.js';
