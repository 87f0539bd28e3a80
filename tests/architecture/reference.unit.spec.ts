import { execFile } from 'node:child_process';
import { join } from 'node:path';

describe('the reference', () => {
  it('is as the product writes it: npm run reference', async () => {
    const said = await new Promise<string>((done) => {
      execFile(process.execPath, [join(process.cwd(), 'infra/reference.mjs'), '--check'], (_, stdout, stderr) =>
        done(stdout + stderr),
      );
    });
    expect(said).toBe('');
  });
});
