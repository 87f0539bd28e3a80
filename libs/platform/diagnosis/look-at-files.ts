import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Database } from '#platform/database';
import type { FileFault, FileStore } from '#platform/files';
import type { Tell } from './finding.js';

/** How many names are kept of what is wrong in the same way. */
const MOST = 200;

/** Stored files against the disk: what is missing, what is another, what nobody names. */
export const lookAtFiles = async (
  { pool }: Database,
  files: FileStore,
  folder: string,
  { deep, progress }: { readonly deep: boolean; readonly progress: (done: number, all: number) => void },
  tell: Tell,
): Promise<void> => {
  const { rows } = await pool.query<{ count: string }>('select count(*) as count from stored_file');
  const all = Number(rows[0]?.count);
  if (!existsSync(folder)) {
    if (all > 0) tell('files.folder-absent', { folder, count: all });
    return;
  }
  const faults: Record<FileFault['fault'], string[]> = { missing: [], altered: [] };
  for await (const { sha256, fault } of files.verify((done) => progress(done, all), deep ? 'content' : 'size'))
    faults[fault].push(sha256);
  for (const fault of ['missing', 'altered'] as const) {
    const found = faults[fault];
    if (found.length > 0) tell(`files.${fault}`, { count: found.length, folder, files: found.slice(0, MOST) });
  }
  const unnamed = await files.unnamed();
  if (unnamed.length > 0)
    tell('files.unnamed', {
      count: unnamed.length,
      folder,
      files: unnamed.slice(0, MOST).map((path) => basename(path)),
    });
};
