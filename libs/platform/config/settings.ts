import { resolve } from 'node:path';

/** Which of its two lives a start serves: an invented year to try, or an installation of one's own. */
export type Mode = 'demonstration' | 'real';

/** What a program does of the whole: everything, answering requests alone, or the work behind it alone. */
export const ROLES = ['all', 'api', 'worker'] as const;

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Everything that can be chosen from outside, checked; the same for all programs. */
export type Settings = {
  readonly mode: Mode;
  readonly role: (typeof ROLES)[number];
  /** Where the web listens; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  /** A PostgreSQL of one's own; undefined for the embedded one. */
  readonly databaseUrl: string | undefined;
  readonly databaseConnections: number;
  /** The folder of this mode, absolute: database, files and what the programs note about themselves. */
  readonly folder: string;
  readonly fileLimitBytes: number;
  readonly sessionHours: number;
  readonly sessionIdleMinutes: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
};

/** One line of the reference of settings; `name` is the environment variable or the flag. */
export type Setting = { readonly name: string; readonly fallback: string; readonly meaning: string };

/** The settings as the reference shows them. */
export const settings: readonly Setting[] = [
  { name: 'PORT', fallback: '3000', meaning: 'port of the web, 0 to 65535; 0 takes a free one' },
  { name: 'HOST', fallback: '127.0.0.1', meaning: 'address to listen on; loopback unless CAMKET_ALLOW_NETWORK is yes' },
  {
    name: 'CAMKET_ALLOW_NETWORK',
    fallback: 'no',
    meaning: 'yes lets HOST be another address than loopback; there is no second factor yet, so put a gate in front',
  },
  {
    name: 'DATABASE_URL',
    fallback: '',
    meaning: 'postgresql://… of a PostgreSQL 15 or newer; without it the embedded one runs in the data folder',
  },
  {
    name: 'CAMKET_ROLE',
    fallback: 'all',
    meaning:
      'what this program does: all, api (HTTP alone) or worker (views, processes and jobs alone, without HTTP); ' +
      'api and worker need DATABASE_URL and a real installation',
  },
  { name: 'CAMKET_DATABASE_CONNECTIONS', fallback: '10', meaning: 'connections to PostgreSQL at most, 2 to 200' },
  { name: 'CAMKET_DATA', fallback: '.camket', meaning: 'folder of the data, from where the program is started' },
  {
    name: 'CAMKET_FILE_LIMIT_MB',
    fallback: '100',
    meaning: 'largest file that is taken in, in MB of 1,048,576 bytes, 1 to 10240',
  },
  { name: 'CAMKET_SESSION_HOURS', fallback: '12', meaning: 'hours after which one signs in again, 1 to 720' },
  {
    name: 'CAMKET_SESSION_IDLE_MINUTES',
    fallback: '60',
    meaning: 'minutes without a request after which one signs in again, 1 to 1440',
  },
  { name: 'CAMKET_LOG_LEVEL', fallback: 'info', meaning: `how much is logged: ${LOG_LEVELS.join(', ')}` },
  {
    name: '--demonstration',
    fallback: 'without DATABASE_URL',
    meaning: 'serve the invented year, loaded at the first start, only into an empty database',
  },
  { name: '--empty', fallback: 'with DATABASE_URL', meaning: 'serve a real installation; its first page sets it up' },
];

/** Variables that tools and tests of this repository read beside the settings. */
const OTHER_NAMES = /^CAMKET_(?:TEST_.+|CHROMIUM)$/;

/** The settings cannot be used; the message names every fault and how it is mended. */
export class SettingsRefused extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsRefused';
  }
}

/** True for an address that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * Reads environment and flags once, at boot. All faults come in one `SettingsRefused`; secrets in a value are not
 * repeated in it. An empty variable counts as missing.
 */
export const readSettings = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  flags: readonly string[] = [],
): Settings => {
  const faults: string[] = [];
  const known = new Map<string, string>(settings.map(({ name, fallback }) => [name, fallback]));
  const value = (name: string): string => environment[name]?.trim() || (known.get(name) ?? '');

  const whole = (name: string, low: number, high: number): number => {
    const text = value(name);
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number >= low && number <= high) return number;
    faults.push(`${name} is "${text}", but a whole number from ${low} to ${high} is needed.`);
    return low;
  };
  const oneOf = <T extends string>(name: string, choices: readonly T[]): T | undefined => {
    const choice = choices.find((each) => each === value(name).toLowerCase());
    if (!choice) faults.push(`${name} is "${value(name)}", but one of ${choices.join(', ')} is needed.`);
    return choice;
  };

  for (const name of Object.keys(environment))
    if (name.startsWith('CAMKET_') && !known.has(name) && !OTHER_NAMES.test(name))
      faults.push(
        `${name} is no setting; there are ${[...known.keys()].filter((each) => /^[A-Z]/.test(each)).join(', ')}.`,
      );

  const host = value('HOST');
  const network = oneOf('CAMKET_ALLOW_NETWORK', ['no', 'yes']);
  if (!/^[0-9A-Za-z.:-]+$/.test(host)) faults.push(`HOST is "${host}", which is no address.`);
  else if (!isLoopback(host) && network === 'no')
    faults.push(
      `HOST is "${host}", which others can reach, and sign-in has no second factor yet. ` +
        'Stay on 127.0.0.1, or set CAMKET_ALLOW_NETWORK=yes behind a gate of your own.',
    );

  const databaseUrl = value('DATABASE_URL') || undefined;
  if (databaseUrl !== undefined) {
    const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
    if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2)
      faults.push('DATABASE_URL is not of the form postgresql://user:password@host:port/database.');
  }

  const wanted = flags.filter((flag) => flag === '--empty' || flag === '--demonstration');
  for (const flag of flags)
    if (!flag.startsWith('--') || !known.has(flag))
      faults.push(`${flag} is no flag; there are --demonstration and --empty.`);
  if (new Set(wanted).size > 1) faults.push('--empty and --demonstration exclude each other.');
  const mode: Mode = wanted.includes('--demonstration')
    ? 'demonstration'
    : wanted.includes('--empty') || databaseUrl !== undefined
      ? 'real'
      : 'demonstration';

  const role = oneOf('CAMKET_ROLE', ROLES) ?? 'all';
  if (role !== 'all' && databaseUrl === undefined)
    faults.push(`CAMKET_ROLE is "${role}", but programs apart need the PostgreSQL of DATABASE_URL to meet in.`);
  else if (role !== 'all' && mode === 'demonstration')
    faults.push(`CAMKET_ROLE is "${role}", but the demonstration has one clock and runs in one program.`);

  const read = {
    mode,
    role,
    host,
    port: whole('PORT', 0, 65_535),
    databaseUrl,
    databaseConnections: whole('CAMKET_DATABASE_CONNECTIONS', 2, 200),
    folder: resolve(value('CAMKET_DATA'), mode === 'real' ? 'data' : 'demonstration'),
    fileLimitBytes: whole('CAMKET_FILE_LIMIT_MB', 1, 10_240) * 1024 * 1024,
    sessionHours: whole('CAMKET_SESSION_HOURS', 1, 720),
    sessionIdleMinutes: whole('CAMKET_SESSION_IDLE_MINUTES', 1, 1440),
    logLevel: oneOf('CAMKET_LOG_LEVEL', LOG_LEVELS) ?? 'info',
  };
  if (faults.length > 0) throw new SettingsRefused(faults);
  return read;
};
