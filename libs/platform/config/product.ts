import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of a file or folder that comes with this copy of the product, built or not; throws when the copy is not
 * whole.
 */
export const inProduct = (path: string): string => {
  for (let above = dirname(fileURLToPath(import.meta.url)); dirname(above) !== above; above = dirname(above))
    if (existsSync(join(above, path))) return join(above, path);
  throw new Error(`${path} is missing: this copy of the product is not whole.`);
};
