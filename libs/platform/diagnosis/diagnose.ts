import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '#platform/clock';
import { CommandRunner } from '#platform/commands';
import { isLoopback, type Settings } from '#platform/config';
import { PostgresEventStore, Upcasting } from '#platform/event-store';
import { FileStore } from '#platform/files';
import { ProcessRunner } from '#platform/processes';
import { Projector, type Parts } from '#platform/projector';
import { textDecider, Texts } from '#platform/texts';
import { verifyHistory } from '#platform/verification';
import { FINDINGS, HIDING, type Finding, type Tell } from './finding.js';
import { isHere, lookAtClock, lookAtLevel, lookAtLog, lookAtOthers, lookAtServer } from './look-at-database.js';
import { lookAtFiles } from './look-at-files.js';
import { lookAtWork, type Work } from './look-at-work.js';
import type { Machine } from './machine.js';
import { openToLook, type Opened } from './open-to-look.js';

/** What is looked at, and from where. */
export type Examined = {
  readonly settings: Settings;
  /** What the modules of this product bring along. */
  readonly parts: readonly Parts[];
  /** The folder of its migrations. */
  readonly migrations: string;
  /** The oldest Node that it runs on. */
  readonly node: string;
  readonly lastDayBegun: Work['lastDayBegun'];
  readonly machine: Machine;
};

export type DiagnosisOptions = {
  /** Read every event and every file to its last byte. */
  readonly deep?: boolean;
  /** How long views and processes of a Camket that runs may need to come along, ms (10 s). */
  readonly patience?: number;
  readonly progress?: (step: 'log' | 'streams' | 'files', done: number, all: number) => void;
  /** Told how what was opened is closed, should somebody interrupt. */
  readonly opened?: (close: () => Promise<void>) => void;
};

/** What was found, the worst first; `complete` is false when something hid the rest. */
export type Diagnosis = { readonly findings: readonly Finding[]; readonly complete: boolean };

const MB = 1024 * 1024;
/** Below the first PostgreSQL may stop at any moment; the second is what a busy week and a backup may need, bytes. */
const ROOM = { full: 512 * MB, low: 2048 * MB } as const;
/** How many sentences about the log are kept. */
const MOST = 200;

const ORDER = ['error', 'warning', 'note'] as const;

/**
 * Looks at an installation, whether it runs or not, and says what is wrong with it. Changes nothing: the database is
 * read only and is not brought up to date; a look that fails is a finding itself and ends no other.
 */
export const diagnose = async (examined: Examined, options: DiagnosisOptions = {}): Promise<Diagnosis> => {
  const findings: Finding[] = [];
  const tell: Tell = (code, details = {}) => findings.push({ code, severity: FINDINGS[code], details });
  const look: Look = async (what, work) => {
    try {
      return await work();
    } catch (error) {
      tell('look.failed', { what, reason: error instanceof Error ? error.message || error.name : String(error) });
      return undefined;
    }
  };
  await look('machine', () => lookAtMachine(examined, tell));
  const opened = await look('database', () => openToLook(examined.settings, tell));
  if (opened) {
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => (closed ??= opened.close());
    options.opened?.(close);
    try {
      await lookInside(opened, examined, options, look, tell);
    } finally {
      await close();
    }
  }
  return {
    findings: ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity)),
    complete: !findings.some(({ code }) => HIDING.has(code)),
  };
};

type Look = <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;

const partsOf = (version: string): readonly number[] => version.split('.').map(Number);

const isOlder = (version: string, than: string): boolean => {
  const [ours, needed] = [partsOf(version), partsOf(than)];
  const at = needed.findIndex((part, index) => part !== (ours[index] ?? 0));
  return at >= 0 && (ours[at] ?? 0) < (needed[at] ?? 0);
};

const lookAtMachine = async ({ settings, machine, node }: Examined, tell: Tell): Promise<void> => {
  if (isOlder(machine.node, node)) tell('node.unsupported', { found: machine.node, needed: node });
  if (!machine.sortsVietnamese) tell('node.no-vietnamese');
  if (!isLoopback(settings.host)) tell('settings.network', { host: settings.host });
  if (process.platform === 'win32') return;
  const open = ['server.json', 'postgres.secret', 'demo-accounts.json']
    .map((name) => join(settings.folder, name))
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
  if (open.length > 0) tell('folder.open-to-others', { files: open });
};

const lookInside = async (
  opened: Opened,
  { settings, parts, migrations, machine, lastDayBegun }: Examined,
  { deep = false, patience = 10_000, progress = () => undefined }: DiagnosisOptions,
  look: Look,
  tell: Tell,
): Promise<void> => {
  const { database } = opened;
  await look('disk', () => lookAtDisks(opened, settings, machine, tell));
  if (!(await look('server', () => lookAtServer(database, tell)))) return;
  const level = { pool: database.pool, url: database.url, level: () => database.level() };
  if (!(await look('migrations', () => lookAtLevel(level, settings, migrations, tell)))) return;
  await look('others', () => lookAtOthers(database, tell));
  await look('clock', () => lookAtClock(database, machine, tell));
  await look('log', () => lookAtLog(database, tell));

  const folder = join(settings.folder, 'files');
  const files = FileStore.look(folder, database);
  await look('files', () =>
    lookAtFiles(database, files, folder, { deep, progress: (done, all) => progress('files', done, all) }, tell),
  );

  const store = await look('log', () => PostgresEventStore.open(database.url));
  if (!store) return;
  try {
    const upcasting = new Upcasting(parts.flatMap(({ upcasters }) => (upcasters ? [upcasters] : [])));
    const views = parts.flatMap((part) => part.views ?? []);
    const processes = parts.flatMap((part) => part.processes ?? []);
    const nobody = (): never => {
      throw new Error('a look carries no process');
    };
    const work: Work = {
      store,
      projector: new Projector(store, database, upcasting, views),
      runner: new ProcessRunner(store, database, upcasting, { execute: nobody }, processes, nobody),
      lastDayBegun,
      patience,
    };
    await look('work', () => lookAtWork(opened, work, machine, tell));
    if (!deep) return;
    await look('history', async () => {
      const deciders = [...parts.flatMap((part) => part.deciders ?? []), textDecider];
      const texts = new Texts(database, new CommandRunner(store, upcasting, new SystemClock()));
      const sentences: string[] = [];
      let count = 0;
      const finding = (sentence: string): void => {
        count += 1;
        if (sentences.length < MOST) sentences.push(sentence);
      };
      await verifyHistory({ database, deciders, upcasting, texts, files }, finding, progress);
      if (count > 0) tell('log.broken', { count, sentences });
    });
  } finally {
    await store.close();
  }
};

/** The disks on which the installation lies: that of its folder, and that of its PostgreSQL. */
const lookAtDisks = async (
  { database: { pool, url } }: Opened,
  { folder }: Settings,
  machine: Machine,
  tell: Tell,
): Promise<void> => {
  const seen = new Set<number>();
  const lookAt = async (path: string): Promise<boolean> => {
    const space = await machine.space(path);
    if (!space) return false;
    if (!seen.has(space.disk)) {
      seen.add(space.disk);
      const free = `${Math.floor(space.free / MB)} MB`;
      if (space.free < ROOM.full) tell('disk.full', { path, free });
      else if (space.free < ROOM.low) tell('disk.low', { path, free });
    }
    return true;
  };
  await lookAt(folder);
  // Who may not read that setting is told of no row.
  const { rows } = await pool.query<{ path: string }>(
    `select setting as path from pg_settings where name = 'data_directory' and setting <> ''`,
  );
  const path = rows[0]?.path;
  if (!isHere(url) || path === undefined || !(await lookAt(path))) tell('disk.unseen', { host: new URL(url).host });
};
