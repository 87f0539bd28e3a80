import { dayOfInstant, type Day } from '#kernel';
import { LEASES, type Database } from '#platform/database';
import type { EventStore } from '#platform/event-store';
import type { ProcessRunner, Trouble } from '#platform/processes';
import { keptAmong, PROCESS_LEASES, type Projector } from '#platform/projector';
import type { Tell } from './finding.js';
import type { Machine } from './machine.js';
import type { Opened } from './open-to-look.js';

/** The parts that do something by themselves, as this process knows them; none of them is started. */
export type Work = {
  readonly store: EventStore;
  readonly projector: Projector;
  readonly runner: ProcessRunner;
  /** The last day of which the log was told that it began. */
  readonly lastDayBegun: (store: EventStore) => Promise<Day | undefined>;
  /** So long may views and processes need to come along, and whoever starts may need to take them up, ms. */
  readonly patience: number;
};

/** So long after midnight a day may not be begun yet, ms. */
const MIDNIGHT_MS = 120_000;

/** Views and processes: does somebody carry them, do they stand, do they come along. */
export const lookAtWork = async (
  { database, running }: Opened,
  work: Work,
  machine: Machine,
  tell: Tell,
): Promise<void> => {
  const { projector, runner, patience } = work;
  const views = projector.views.map(({ name }) => name);
  const isServing = running?.url !== undefined;
  const kept = {
    views: await keptSoon(database, LEASES, views, running !== undefined, patience),
    processes: await keptSoon(database, PROCESS_LEASES, runner.names, isServing, patience),
  };
  const isKept = running !== undefined || kept.views.size > 0;
  // A command of the command line keeps views while it works, and carries no processes.
  const isCarried = isServing || kept.processes.size > 0;
  if (!isKept && !isCarried) tell('product.stopped');
  const unkept = (all: readonly string[], those: ReadonlySet<string>): string[] =>
    all.filter((name) => !those.has(name));
  if (isKept && kept.views.size < views.length) tell('views.unkept', { views: unkept(views, kept.views) });
  if (isCarried && kept.processes.size < runner.names.length)
    tell('processes.unkept', { processes: unkept(runner.names, kept.processes) });
  await lookAtViews(work, isKept, tell);
  await lookAtProcesses(work, isCarried, tell);
  if (isCarried) await lookAtDays(database, work, machine, tell);
};

/** Whose leases are held; where somebody should hold them he is given the time to take them. */
const keptSoon = async (
  { pool }: Database,
  kind: number,
  names: readonly string[],
  isExpected: boolean,
  patience: number,
): Promise<ReadonlySet<string>> => {
  for (const began = Date.now(); ;) {
    const kept = await keptAmong(pool, kind, names);
    const isUp = kept.size === names.length || (kept.size === 0 && !isExpected);
    if (isUp || Date.now() - began >= patience) return kept;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

const lookAtViews = async ({ store, projector, patience }: Work, isKept: boolean, tell: Tell): Promise<void> => {
  const end = await store.end();
  const incomplete = await projector.incomplete();
  const live = (await projector.states())
    .filter(({ status, view }) => status === 'live' && !incomplete.has(view))
    .map(({ view }) => view);
  if (isKept && end !== undefined) await projector.passed(live, end, patience);
  for (const { view, status, position, stopped } of await projector.states()) {
    const tables = incomplete.get(view);
    if (tables) tell('view.incomplete', { view, tables });
    else if (status === 'stopped') tell('view.stopped', { view, ...told(stopped) });
    else if (status === 'foreign') tell('view.foreign', { view });
    else if (isKept && end !== undefined) {
      const lag = Number(BigInt(store.order(end)) - BigInt(position));
      if (lag > 0) tell('view.lagging', { view, lag });
    }
  }
};

const lookAtProcesses = async ({ store, runner, patience }: Work, isCarried: boolean, tell: Tell): Promise<void> => {
  const end = await store.end();
  const live = (await runner.states()).filter(({ status }) => status === 'live').map(({ process }) => process);
  if (isCarried && end !== undefined) await runner.passed(live, end, patience);
  for (const { process, status, position, trouble, faults } of await runner.states()) {
    if (status === 'stopped') tell('process.stopped', { process, ...told(trouble) });
    else if (status === 'foreign') tell('process.foreign', { process });
    else if (status === 'waiting') tell('process.waiting', { process, ...told(trouble) });
    else if (isCarried && end !== undefined) {
      const lag = Number(BigInt(store.order(end)) - BigInt(position));
      if (lag > 0) tell('process.lagging', { process, lag });
    }
    if (faults > 0) tell('process.faults', { process, faults });
  }
};

/** Where something stands and why. */
const told = (trouble: Trouble | null): Record<string, string> => {
  const { type = '', event = '', error = '' } = trouble ?? {};
  return { type, event, error };
};

/** A product that runs tells the log of each day; days in which nothing ran follow at the next start. */
const lookAtDays = async (
  { pool }: Database,
  { store, lastDayBegun }: Work,
  machine: Machine,
  tell: Tell,
): Promise<void> => {
  if ((await store.end()) === undefined) return;
  const { rows } = await pool.query<{ now: string; loaded: boolean }>('select now, loaded from demonstration');
  const set = rows[0];
  if (set && !set.loaded) return;
  const now = set ? new Date(set.now).getTime() : machine.now();
  const today = dayOfInstant(new Date(now - MIDNIGHT_MS).toISOString());
  const last = await lastDayBegun(store);
  if (last === undefined || last < today) tell('days.not-begun', { last: last ?? '–', today });
};
