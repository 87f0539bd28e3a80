/** Finds a Chromium for the browser tests; as root on Debian it installs one. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { step, execute } from './progress.mjs';

/** The first is Chromium without windows: a page costs it two thirds of what it costs the whole browser. */
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const starts = (path) => spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;

const found = () => places.find((path) => existsSync(path) && (process.platform === 'win32' || starts(path)));

/** The path of a Chromium that starts. Throws with the way to install one. */
export const chromium = async () => {
  const wished = process.env['CAMKET_CHROMIUM'];
  if (wished) {
    if (existsSync(wished)) return wished;
    throw new Error(`CAMKET_CHROMIUM is ${wished}, and nothing is there.`);
  }
  const present = found();
  if (present) return present;
  let reason = '';
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      await step('installing Chromium from Debian, once', async () => {
        await execute('apt-get', ['update', '-q'], { env });
        const install = (name) => execute('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], { env });
        // Older releases of Debian have the whole browser only.
        await install('chromium-headless-shell').catch(() => install('chromium'));
      });
    } catch (error) {
      reason = `\napt-get said: ${error.message.split('\n').slice(-3).join(' ')}`;
    }
    const installed = found();
    if (installed) return installed;
  }
  throw new Error(
    'The browser tests need Chromium, and none was found. Install it ("apt-get install chromium" on Debian, or Chrome), ' +
      `or set CAMKET_CHROMIUM to the path of one.${reason}`,
  );
};
