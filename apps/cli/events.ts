import { open, type FileHandle } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { StoredEvent } from '#platform/event-store';
import { EXIT, Refused } from './answer.js';
import type { Run } from './command.js';
import type { Context } from './context.js';
import { print, type Bars } from './terminal.js';

type ExportOptions = { readonly from?: string; readonly to?: string; readonly output?: string };

const position = (text: string): string => {
  if (!/^[1-9]\d{0,18}$/.test(text)) throw new InvalidArgumentError('A position is a whole number from 1.');
  return text;
};

/** `camket events …` */
export const addEvents = (program: Command, run: Run): void => {
  program
    .command('events')
    .description('the log')
    .command('export')
    .description('write events as NDJSON: the envelope, and data byte for byte as it is stored')
    .option('--from <position>', 'begin with the event at this position (default: the first)', position)
    .option('--to <position>', 'end with the event at this position (default: the last)', position)
    .option('-o, --output <file>', 'write to a new file instead of standard output')
    .action((options: ExportOptions, command: Command) =>
      run.on(command, async (context, bars) => {
        await exportEvents(context, options, bars);
        return EXIT.done;
      }),
    );
};

/** The stored text of `data` is JSON already and is put in as it is. */
const lineOf = ({ data, position, stream, revision, id, type, schema, recorded, ...rest }: StoredEvent): string => {
  const { on, actor, command, correlation, causation } = rest;
  const envelope = {
    position,
    stream,
    revision,
    id,
    type,
    schema,
    recorded,
    on,
    actor,
    command,
    correlation,
    causation,
  };
  return `${JSON.stringify(envelope).slice(0, -1)},"data":${data}}\n`;
};

const exportEvents = async ({ store }: Context, { from, to, output }: ExportOptions, bars: Bars): Promise<void> => {
  const end = await store.end();
  if (end === undefined) return;
  const [first, last] = [BigInt(from ?? '1'), BigInt(to ?? end)];
  const all = Number((last < BigInt(end) ? last : BigInt(end)) - first) + 1;
  const file = output === undefined ? undefined : await created(output);
  const write = file ? async (text: string): Promise<boolean> => (await file.writeFile(text), true) : print;
  try {
    for await (const batch of store.readAll(first === 1n ? undefined : store.positionOf(String(first - 1n)))) {
      const wanted = batch.filter((event) => BigInt(event.position) <= last);
      if (wanted.length > 0 && !(await write(wanted.map(lineOf).join('')))) break;
      if (wanted.length < batch.length) break;
      if (file) bars.show('events', Number(BigInt(wanted.at(-1)?.position ?? 0) - first) + 1, all);
    }
    await file?.sync();
  } finally {
    await file?.close();
  }
};

const created = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Refused(`${path} cannot be written: ${code === 'EEXIST' ? 'it is there already' : message}.`);
  }
};
