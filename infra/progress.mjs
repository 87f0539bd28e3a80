/** How long steps show that they are going on: a running clock on a terminal, a line now and then elsewhere. */
import { spawn } from 'node:child_process';

const terminal = Boolean(process.stdout.isTTY) && !process.env['CI'];

/** A span of time in words. */
export const spell = (ms) =>
  ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;

/** Runs one step under its title; answers what it answers. */
export const step = async (title, work) => {
  const started = Date.now();
  const beat = terminal
    ? setInterval(() => process.stdout.write(`\r\x1b[2K… ${title} ${spell(Date.now() - started)}`), 200)
    : setInterval(() => console.log(`… ${title}, ${spell(Date.now() - started)} so far`), 15_000);
  if (!terminal) console.log(`… ${title}`);
  let mark = '✗';
  try {
    const answer = await work();
    mark = '✓';
    return answer;
  } finally {
    clearInterval(beat);
    console.log(`${terminal ? '\r\x1b[2K' : ''}${mark} ${title} (${spell(Date.now() - started)})`);
  }
};

/** Runs a program to its end and keeps what it says for the case that it fails. */
export const execute = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(said.trim() || `${program}: ${code}`)),
    );
  });
