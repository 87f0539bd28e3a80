/** How long steps show that they are going on: a running clock on a terminal, a line now and then elsewhere. */
import { spawn } from 'node:child_process';

const terminal = Boolean(process.stdout.isTTY) && !process.env['CI'];

/** A span of time in words. */
export const spell = (ms) =>
  ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;

/** The steps that go on, and since when. */
const goingOn = new Map();
const spelled = ([title, started]) => `${title} ${spell(Date.now() - started)}`;

/** Runs one step under its title; answers what it answers. A step that answers false had nothing to do. */
export const step = async (title, work) => {
  const started = Date.now();
  goingOn.set(title, started);
  const beat = terminal
    ? setInterval(() => process.stdout.write(`\r\x1b[2K… ${[...goingOn].map(spelled).join(', ')}`), 200)
    : setInterval(() => console.log(`… ${title}, ${spell(Date.now() - started)} so far`), 15_000);
  const end = (mark) => `${terminal ? '\r\x1b[2K' : ''}${mark} ${title} (${spell(Date.now() - started)})\n`;
  try {
    const answer = await work();
    if (answer !== false) process.stdout.write(end('✓'));
    else if (terminal) process.stdout.write('\r\x1b[2K');
    return answer;
  } catch (error) {
    process.stdout.write(end('✗'));
    throw error;
  } finally {
    clearInterval(beat);
    goingOn.delete(title);
  }
};

const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** Runs a program to its end and keeps what it says for the case that it fails; ends it when we are told to end. */
export const execute = (program, args, options = {}, started = () => {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const end = (signal) => {
      child.kill(signal);
      child.once('close', () => process.exit(130));
    };
    for (const signal of signals) process.once(signal, end);
    child.once('error', reject);
    child.once('spawn', () => started(child.pid));
    child.once('close', (code) => {
      running.delete(child);
      for (const signal of signals) process.off(signal, end);
      if (code === 0) resolve(said);
      else reject(new Error(said.trim() || `${program} ended with ${code}`));
    });
  });
