import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRound, type Round } from './kill-round.js';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const rounds = Number(options.rounds);

let failed = 0;
for (let number = 1; number <= rounds; number += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'camket-faults-'));
  chmodSync(folder, 0o755);
  try {
    const round: Round = await killRound(number % 2 === 1 ? 'program' : 'database', folder, Math.random);
    const { victim, kills, seconds, faults } = round;
    console.log(
      `${faults.length === 0 ? '✓' : '✗'} round ${number} of ${rounds}: the ${victim} was killed ${kills} times in ` +
        `10,000 appends by 50 callers, ${seconds.toFixed(1)} s`,
    );
    for (const fault of faults.slice(0, 20)) console.log(`    ${fault}`);
    if (faults.length > 0) failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(
  failed === 0
    ? 'Every acknowledged event is there once, and every subscriber saw all of them in order.'
    : `${failed} of ${rounds} rounds broke a promise.`,
);
process.exitCode = failed === 0 ? 0 : 1;
