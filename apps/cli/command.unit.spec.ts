import { Run } from './command.js';
import { EXIT } from './answer.js';

describe('a run of the command line', () => {
  const write = process.stderr.write.bind(process.stderr);
  let said = '';
  beforeEach(() => {
    said = '';
    process.stderr.write = (text: string | Uint8Array): boolean => {
      said += String(text);
      return true;
    };
  });
  afterEach(() => {
    process.stderr.write = write;
  });

  it('explains what failed', async () => {
    const run = new Run();
    await run.guarded(() => Promise.reject(new Error('the tables are gone')));
    expect(said).toContain('the tables are gone');
    expect(run.exit).toBe(EXIT.broken);
  });

  it('says nothing of what fails because somebody interrupted it', async () => {
    const run = new Run();
    let isClosed = false;
    const work = run.guarded(
      () =>
        new Promise((_, reject) => {
          run.holds(() => {
            isClosed = true;
            reject(new Error('the connection is closed'));
            return Promise.resolve();
          });
        }),
    );
    await run.interrupt();
    await work;
    expect(isClosed).toBe(true);
    expect(said).toBe('Interrupted.\n');
  });
});
