export * from './settings.js';
export * from './child-environment.js';
export * from './token.js';
export * from './product.js';
