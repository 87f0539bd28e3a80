/** `npm start`: installs and builds what is missing, then serves until Ctrl-C. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Camket needs Node 20.19 or newer; this is ${process.versions.node}. Install one from https://nodejs.org.`,
  );
  process.exit(1);
}

/** The shell and the npm that started us. */
const ancestors = () => {
  const shell = process.ppid;
  if (process.platform !== 'linux') return String(shell);
  try {
    const stat = readFileSync(`/proc/${shell}/stat`, 'utf8');
    return `${shell} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return '';
  }
};

const serve = async () => {
  const { fork } = await import('node:child_process');
  const { join } = await import('node:path');
  const { install } = await import('./install.mjs');
  const { step } = await import('./progress.mjs');
  const { root } = await import('./turns.mjs');
  await install();
  const { build, buildPrograms, buildWeb } = await import('./build.mjs');
  await step('building the server', build);
  await step('putting the programs together', buildPrograms);
  const isWorker = process.env['CAMKET_ROLE']?.trim().toLowerCase() === 'worker';
  if (!isWorker) await step('building the web app', buildWeb);

  const product = fork(join(root, 'dist/programs', isWorker ? 'worker.js' : 'api.js'), process.argv.slice(2), {
    // Requests make much short-lived rubbish: a larger nursery spares most of the time spent on it, where there is room.
    execArgv: ['--enable-source-maps', `--max-semi-space-size=${totalmem() < 4 * 2 ** 30 ? 32 : 128}`],
  });
  const stop = () => {
    if (product.connected) product.send('stop');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  if (process.env['npm_lifecycle_event'] === 'start') {
    // npm that is killed leaves a shell and us behind; nobody would know whom to stop.
    const starters = ancestors();
    setInterval(() => {
      if (ancestors() !== starters) stop();
    }, 500).unref();
  }
  return new Promise((resolve) => {
    product.once('exit', (code, signal) => {
      if (signal && signal !== 'SIGINT' && signal !== 'SIGTERM')
        console.error(`Camket was killed (${signal}). Nothing that it acknowledged is lost: npm start`);
      resolve(code ?? 1);
    });
  });
};

serve().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
