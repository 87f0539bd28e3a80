export * from './platform.module.js';
export * from './http-server.js';
