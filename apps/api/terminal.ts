import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { settings as reference, type Settings } from '#platform/config';

/** What `npm start -- --help` prints. */
export const help = (): string => {
  const width = Math.max(...reference.map(({ name }) => name.length)) + 2;
  const lines = reference.map(
    ({ name, fallback, meaning }) => `  ${name.padEnd(width)}${meaning}${fallback ? ` (default: ${fallback})` : ''}`,
  );
  return ['npm start [-- --demonstration | --empty]', '', ...lines].join('\n');
};

const fromHere = (path: string): string => relative(process.cwd(), path) || '.';

/** The file in which the sign-ins of a demonstration are kept. */
export const signInsFile = (folder: string): string => join(folder, 'demo-accounts.json');

type SignIn = { readonly username: string; readonly password: string; readonly role: string };

const signIns = (folder: string, areNew: boolean): string[] => {
  const file = signInsFile(folder);
  if (!existsSync(file)) return [];
  if (!areNew) return [`  Sign-ins   ${fromHere(file)}`];
  const accounts = JSON.parse(readFileSync(file, 'utf8')) as SignIn[];
  const width = Math.max(...accounts.map(({ username }) => username.length)) + 2;
  return [
    `  Sign-ins   kept in ${fromHere(file)}`,
    ...accounts.map(({ username, password, role }) => `             ${username.padEnd(width)}${password}  ${role}`),
  ];
};

/** What a start says at its end: the address, the sign-ins (in full when they are new) and how to stop. */
export const greeting = (settings: Settings, url: string, areNew: boolean): string => {
  const what = settings.mode === 'demonstration' ? 'the demonstration year' : 'your installation';
  const lines =
    settings.mode === 'real' ? [`  Data       ${fromHere(settings.folder)}`] : signIns(settings.folder, areNew);
  return ['', `Camket serves ${what} at ${url}`, '', ...lines, '  Stop       Ctrl-C', ''].join('\n');
};

/** Shows how far a long step has come: in place on a terminal, in tenths elsewhere. */
export const progress = (): ((words: string, share: number) => void) => {
  let shown = '';
  return (words, share) => {
    const steps = process.stdout.isTTY ? 100 : 10;
    const line = `… ${words} ${(Math.floor(share * steps) * 100) / steps} %`;
    if (line === shown) return;
    shown = line;
    process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${line}${share >= 1 ? '\n' : ''}` : `${line}\n`);
  };
};
