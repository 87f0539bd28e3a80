/**
 * The command line as it is built, run command after command in one process that is forked for it: each message is one
 * command, and is answered with what it wrote and ended with.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ended } from './programs.js';

/** A command, and all the settings with which it is run. */
export type Asked = {
  readonly args: readonly string[];
  readonly settings: Readonly<Record<string, string | undefined>>;
};

const programs = join(process.cwd(), 'dist/programs');
const [, built = ''] = /'(.+)'/.exec(readFileSync(join(programs, 'cli.js'), 'utf8')) ?? [];
const main = pathToFileURL(join(programs, built)).href;
let written: { readonly to: NodeJS.WriteStream; readonly bytes: Uint8Array }[] = [];

for (const to of [process.stdout, process.stderr])
  to.write = (text: string | Uint8Array): boolean => written.push({ to, bytes: Buffer.from(text) }) > 0;

const textOf = (stream: NodeJS.WriteStream): string =>
  Buffer.concat(written.filter(({ to }) => to === stream).map(({ bytes }) => bytes)).toString();

const run = async ({ args, settings }: Asked): Promise<Ended> => {
  written = [];
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, settings);
  process.argv.splice(2, Infinity, ...args);
  process.exitCode = undefined;
  // Another query, another module: the program begins anew, and what it loads is there already.
  await import(`${main}?${performance.now()}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  return { code: Number(process.exitCode ?? 0), out: textOf(process.stdout), err: textOf(process.stderr) };
};

process.on('message', (asked: Asked) => void run(asked).then((ended) => process.send?.(ended)));
