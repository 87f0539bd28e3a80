import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { migrationsIn, viewsAreKept, within, type Database } from '#platform/database';
import { restoreLogWithin, type StoredEvent } from '#platform/event-store';
import type { FileStore } from '#platform/files';
import { BackupRefused, type BackupReader, type Part } from './backup-file.js';
import { NOTES, type Manifest, type Progress } from './manifest.js';
import {
  allTables,
  firstFilled,
  insertRows,
  isKept,
  nameOf,
  setSequences,
  withoutReferences,
  type OrdinaryTable,
} from './ordinary-tables.js';
import { rowsIn, type TextRow } from './rows.js';

/** Where a backup goes: an installation in which nothing has happened. */
export type RestoreTarget = {
  readonly database: Database;
  readonly files: FileStore;
  /** The data folder. */
  readonly folder: string;
  /** The folder of migrations. */
  readonly migrations: string;
};

const eventOf = (row: TextRow): StoredEvent => {
  const text = (index: number): string => row[index] ?? '';
  return {
    position: text(0),
    stream: text(1),
    revision: Number(text(2)),
    id: text(3),
    type: text(4),
    schema: Number(text(5)),
    on: text(6),
    actor: text(7),
    command: text(8),
    correlation: text(9),
    causation: text(10),
    recorded: text(11),
    data: text(12),
  };
};

const all = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
};

/** What a backup says of itself; it has been checked before. */
export const manifestOf = async (backup: BackupReader): Promise<Manifest> => {
  for await (const { header, content } of backup.parts()) {
    if (header.kind === 'manifest') return JSON.parse((await all(content)).toString('utf8')) as Manifest;
    break;
  }
  throw new BackupRefused('The backup does not begin with what it holds.');
};

/**
 * Brings a checked backup into an empty installation: same log, same bytes of every event, same rows, same files. What
 * the database gets comes in one transaction, behind everything else; a restore that breaks off leaves an installation
 * that is still empty, and can be repeated. Views are made anew by who keeps them.
 */
export const restoreBackup = async (
  backup: BackupReader,
  target: RestoreTarget,
  progress: Progress = () => undefined,
): Promise<Manifest> => {
  const manifest = await manifestOf(backup);
  const { database, migrations } = target;
  await refuseUnlessEmpty(database);
  const known = migrationsIn(migrations);
  const unknown = manifest.migrations.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new BackupRefused(
      `The backup was made by a newer Camket (${manifest.release}): this one does not know ${unknown.join(', ')}. ` +
        'Update first.',
    );
  const level = await database.level();
  const isOlder = level.some((name) => !manifest.migrations.includes(name));
  if (isOlder) await database.beginAt(manifest.migrations, migrations);
  const placed: (() => Promise<void>)[] = [];
  await within(database.url, 'isolation level read committed', async (client) => {
    await refuseFilled(client);
    const tables = new Map((await allTables(client)).filter(isKept).map((table) => [nameOf(table), table]));
    const withReferences = await withoutReferences(client);
    const restoring = new Restoring(client, manifest, tables, target, placed, progress);
    for await (const part of backup.parts()) await restoring.take(part);
    await setSequences(client, manifest.sequences);
    await withReferences();
    await forgetViews(client);
  });
  for (const settle of placed) await settle();
  if (isOlder) await database.migrate(migrations);
  return manifest;
};

const refuseUnlessEmpty = async (database: Database): Promise<void> => {
  const client = await database.pool.connect();
  try {
    await refuseFilled(client);
    if (await viewsAreKept(client))
      throw new BackupRefused(
        'A Camket runs on this installation. End it first; a backup goes into one that stands still.',
      );
  } finally {
    client.release();
  }
};

const refuseFilled = async (client: pg.ClientBase): Promise<void> => {
  const { rowCount } = await client.query('select from log.events limit 1');
  const filled = rowCount === 0 ? await firstFilled(client) : 'log.events';
  if (filled !== undefined)
    throw new BackupRefused(
      `This installation is not empty (${filled} holds rows): a backup goes into an empty one only. Nothing was changed.`,
    );
};

/** Views of another log than the restored one are worth nothing; the next start makes them anew. */
const forgetViews = async (client: pg.ClientBase): Promise<void> => {
  await client.query('delete from projector.checkpoint');
  const { rows } = await client.query<{ schema: string }>(
    `select quote_ident(nspname) as schema from pg_namespace where nspname ~ '^view_'`,
  );
  for (const { schema } of rows) await client.query(`drop schema ${schema} cascade`);
};

/** One restore under way. */
class Restoring {
  private done = { tables: 0, events: 0, files: 0 };

  constructor(
    private readonly client: pg.ClientBase,
    private readonly manifest: Manifest,
    private readonly tables: ReadonlyMap<string, OrdinaryTable>,
    private readonly target: RestoreTarget,
    private readonly placed: (() => Promise<void>)[],
    private readonly progress: Progress,
  ) {}

  async take(part: Part): Promise<void> {
    switch (part.header.kind) {
      case 'table':
        return this.table(part);
      case 'log':
        return restoreLogWithin(this.client, this.manifest.log, this.events(part));
      case 'file':
        this.placed.push(await this.target.files.place(part.header.name, this.bytes(part)));
        return;
      case 'note':
        return this.note(part);
      case 'manifest':
      case 'contents':
        await all(part.content);
        return;
    }
  }

  private async table({ header: { name, columns = [] }, content }: Part): Promise<void> {
    const table = this.tables.get(name);
    const missing = columns.filter((column) => !table?.columns.some((known) => known.name === column));
    if (!table || missing.length > 0)
      throw new BackupRefused(
        `The table ${name}${table ? ` (${missing.join(', ')})` : ''} of the backup is not known.`,
      );
    const sum = this.manifest.tables.reduce((total, { rows }) => total + rows, 0);
    for await (const rows of rowsIn(content)) {
      await insertRows(this.client, table, columns, rows);
      this.done.tables += rows.length;
      this.progress('tables', this.done.tables, sum);
    }
  }

  private async *events({ content }: Part): AsyncIterable<readonly StoredEvent[]> {
    for await (const rows of rowsIn(content)) {
      yield rows.map(eventOf);
      this.done.events += rows.length;
      this.progress('events', this.done.events, this.manifest.log.events);
    }
  }

  private async *bytes({ content }: Part): AsyncIterable<Uint8Array> {
    for await (const piece of content) {
      yield piece;
      this.done.files += piece.length;
      this.progress('files', this.done.files, this.manifest.files.bytes);
    }
  }

  private async note({ header: { name }, content }: Part): Promise<void> {
    const text = await all(content);
    if (!NOTES.includes(name)) throw new BackupRefused(`The backup holds a file that is not known: ${name}.`);
    const path = join(this.target.folder, name);
    await writeFile(`${path}.restored`, text, { mode: 0o600 });
    await rename(`${path}.restored`, path);
  }
}
