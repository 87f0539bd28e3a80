import { readFileSync } from 'node:fs';
import { inProduct } from '#platform/config';

/** The release of this copy of the product. */
export const release = (): string =>
  (JSON.parse(readFileSync(inProduct('package.json'), 'utf8')) as { readonly version: string }).version;
