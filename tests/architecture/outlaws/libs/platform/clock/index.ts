import 'node:fs';
import 'pg';
import '#platform/config';
export type { Wish } from '../../kernel/index.js';
import '#modules/plan'; // breaks: platform-knows-no-business
import '../../demonstration/loader.js'; // breaks: platform-knows-no-business
import '../../../apps/api/main.js'; // breaks: platform-knows-no-business

export const port = (): string | undefined => process.env['PORT']; // breaks: law(no-environment)
export const now = (): number => Date.now();
