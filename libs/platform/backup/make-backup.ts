import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { within, type Database } from '#platform/database';
import { logWithin, type StoredEvent } from '#platform/event-store';
import type { FileStore } from '#platform/files';
import { BackupRefused, BackupWriter } from './backup-file.js';
import { NOTES, type Manifest, type Progress } from './manifest.js';
import { allTables, countOf, isKept, nameOf, rowsOf, sequences, type OrdinaryTable } from './ordinary-tables.js';
import { linesOf, type TextRow } from './rows.js';

/** What is backed up. */
export type BackupSource = {
  readonly database: Database;
  readonly files: FileStore;
  /** The data folder. */
  readonly folder: string;
  readonly release: string;
};

const rowOf = (event: StoredEvent): TextRow => [
  event.position,
  event.stream,
  String(event.revision),
  event.id,
  event.type,
  String(event.schema),
  event.on,
  event.actor,
  event.command,
  event.correlation,
  event.causation,
  event.recorded,
  event.data,
];

async function* counted<Batch extends readonly unknown[]>(
  batches: AsyncIterable<Batch>,
  told: (done: number) => void,
): AsyncIterable<Batch> {
  let done = 0;
  for await (const batch of batches) {
    yield batch;
    done += batch.length;
    told(done);
  }
}

async function* rowsOfLog(client: pg.ClientBase): AsyncIterable<readonly TextRow[]> {
  for await (const events of logWithin(client)) yield events.map(rowOf);
}

/** The content of a file, refused at its end when it is not its own any more. */
async function* intact(sha256: string, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of content) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== sha256) throw broken(sha256, 'is not what it was');
}

const broken = (sha256: string, how: string): Error =>
  new BackupRefused(`The stored file ${sha256} ${how}, so a backup would not be whole. See camket verify.`);

const describe = async (
  client: pg.ClientBase,
  { database, files, release }: BackupSource,
  tables: readonly OrdinaryTable[],
): Promise<Manifest> => {
  const { rows } = await client.query<{ id: string; demonstration: string; position: string | null; events: string }>(
    `select h.id, h.demonstration::int as demonstration, (select max(position) from log.events) as position,
       (select count(*) from log.events) as events
     from log.head h`,
  );
  const head = rows[0];
  if (!head) throw new Error('the database holds no log');
  const counts: { name: string; rows: number }[] = [];
  for (const table of tables) counts.push({ name: nameOf(table), rows: await countOf(client, table) });
  const stored = { count: 0, bytes: 0 };
  for await (const { size } of files.all(client)) {
    stored.count += 1;
    stored.bytes += Number(size);
  }
  return {
    format: 1,
    made: new Date().toISOString(),
    release,
    log: {
      id: head.id,
      demonstration: head.demonstration === '1',
      position: head.position,
      events: Number(head.events),
    },
    migrations: await database.level(client),
    tables: counts,
    sequences: await sequences(client),
    files: stored,
  };
};

/**
 * Writes log, ordinary tables and files as of one position into one file, while everything goes on. Either the file is
 * whole, or it is not there.
 */
export const makeBackup = async (
  path: string,
  source: BackupSource,
  progress: Progress = () => undefined,
): Promise<Manifest> => {
  const writer = await BackupWriter.create(path);
  try {
    const manifest = await within(
      source.database.url,
      'isolation level repeatable read, read only',
      async (client): Promise<Manifest> => {
        const tables = (await allTables(client)).filter(isKept);
        const made = await describe(client, source, tables);
        const words = Buffer.from(JSON.stringify(made));
        await writer.part({ kind: 'manifest', name: 'manifest', packed: true }, Readable.from([words]));
        const all = made.tables.reduce((sum, { rows }) => sum + rows, 0);
        let before = 0;
        for (const table of tables) {
          const columns = table.columns.map(({ name }) => name);
          const rows = counted(rowsOf(client, table), (done) => progress('tables', before + done, all));
          await writer.part({ kind: 'table', name: nameOf(table), packed: true, columns }, linesOf(rows));
          before += made.tables.find(({ name }) => name === nameOf(table))?.rows ?? 0;
        }
        const events = counted(rowsOfLog(client), (done) => progress('events', done, made.log.events));
        await writer.part({ kind: 'log', name: 'log', packed: true }, linesOf(events));
        if (made.log.demonstration) await addNotes(writer, source.folder);
        let bytes = 0;
        for await (const { sha256, size } of source.files.all(client)) {
          const { content } = await source.files.open(sha256).catch(() => {
            throw broken(sha256, 'is missing');
          });
          await writer.part({ kind: 'file', name: sha256, packed: false }, intact(sha256, content));
          bytes += Number(size);
          progress('files', bytes, made.files.bytes);
        }
        return made;
      },
    );
    await writer.finish();
    return manifest;
  } catch (error) {
    await writer.discard();
    throw error;
  }
};

const addNotes = async (writer: BackupWriter, folder: string): Promise<void> => {
  for (const name of NOTES) {
    const text = await readFile(join(folder, name)).catch(() => undefined);
    if (text) await writer.part({ kind: 'note', name, packed: true }, Readable.from([text]));
  }
};
