import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRound } from './kill-round.js';

/** A round takes some ten seconds where nothing else runs. */
const PATIENCE = 240_000;

describe('Of 10,000 appends by 50 callers every acknowledged event is there once, and every subscriber sees all in order', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'camket-faults-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'when the program is killed at random moments',
    async () => {
      expect(await killRound('program', folder, Math.random)).toMatchObject({ kills: 3, faults: [] });
    },
    PATIENCE,
  );

  it(
    'when the database is killed at random moments',
    async () => {
      expect(await killRound('database', folder, Math.random)).toMatchObject({ kills: 3, faults: [] });
    },
    PATIENCE,
  );
});
