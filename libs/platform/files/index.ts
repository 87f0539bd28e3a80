export * from './file-store.js';
export * from './content-type.js';
export * from './upload.js';
export * from './files.controller.js';
