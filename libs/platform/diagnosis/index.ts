export * from './finding.js';
export * from './machine.js';
export * from './diagnose.js';
export * from './open-to-look.js';
