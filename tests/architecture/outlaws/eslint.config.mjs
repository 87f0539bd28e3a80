import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { law } from '../../../eslint.config.mjs';

export default law(dirname(fileURLToPath(import.meta.url)));
