export * from './verify-installation.js';
