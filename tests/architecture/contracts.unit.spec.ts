import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

describe('the types from which the web app knows the server', () => {
  it('are made from the checked-in description of all routes: npm run contracts', async () => {
    const made = astToString(
      await openapiTS(pathToFileURL('docs/reference/openapi.json'), { defaultNonNullable: false }),
    );
    const [, kept] = readFileSync('libs/contracts/api.d.ts', 'utf8').split(/^ \*\/\n\n/m);
    expect(kept === made).toBe(true);
  });
});
