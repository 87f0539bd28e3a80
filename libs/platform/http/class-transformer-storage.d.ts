/** What `@Type` and `@Transform` have noted; class-transformer exports it by this path only. */
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
