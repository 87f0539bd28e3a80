export * from './platform.module.js';
export * from './http-server.js';
export * from './logging.js';
export * from './program.js';
