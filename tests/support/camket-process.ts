/**
 * The command line as it is built, run command after command in one process that is forked for it: each message is one
 * command, and is answered with what it wrote and ended with.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ended } from './programs.js';

/** A command and the data folder that it is for. */
export type Asked = { readonly data: string; readonly args: readonly string[] };

const main = pathToFileURL(join(process.cwd(), 'dist/camket/main.js')).href;
let written: { readonly to: NodeJS.WriteStream; readonly bytes: Uint8Array }[] = [];

for (const to of [process.stdout, process.stderr])
  to.write = (text: string | Uint8Array): boolean => written.push({ to, bytes: Buffer.from(text) }) > 0;

const textOf = (stream: NodeJS.WriteStream): string =>
  Buffer.concat(written.filter(({ to }) => to === stream).map(({ bytes }) => bytes)).toString();

const run = async ({ data, args }: Asked): Promise<Ended> => {
  written = [];
  process.env['CAMKET_DATA'] = data;
  process.argv.splice(2, Infinity, ...args);
  process.exitCode = undefined;
  // Another query, another module: the program begins anew, and what it loads is there already.
  await import(`${main}?${performance.now()}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  return { code: Number(process.exitCode ?? 0), out: textOf(process.stdout), err: textOf(process.stderr) };
};

process.on('message', (asked: Asked) => void run(asked).then((ended) => process.send?.(ended)));
