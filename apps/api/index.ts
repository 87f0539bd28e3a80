export { createApp, type App, type AppOptions } from './app.js';
export { AppModule, parts, tables } from './modules.js';
export { describeApi } from './openapi.js';
