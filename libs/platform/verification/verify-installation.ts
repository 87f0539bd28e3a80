import type { TextRef } from '#kernel';
import { within, type Database } from '#platform/database';
import type { EventStore, Upcasting } from '#platform/event-store';
import type { FileStore } from '#platform/files';
import type { AnyDecider, Projector } from '#platform/projector';
import type { Texts } from '#platform/texts';
import { verifyOrder, verifyStreams, type Finding } from './verify-log.js';

/** What is verified. */
export type Verified = {
  readonly database: Database;
  readonly store: EventStore;
  readonly upcasting: Upcasting;
  readonly deciders: readonly AnyDecider[];
  readonly texts: Texts;
  readonly files: FileStore;
  readonly projector: Projector;
};

/** How much was looked at, and what is wrong with it: nothing when `findings` is empty. */
export type Verification = {
  readonly events: number;
  readonly streams: number;
  readonly texts: number;
  readonly files: number;
  readonly views: number;
  readonly findings: readonly string[];
  /** How many more things are wrong than `findings` lists. */
  readonly further: number;
};

/** Told how far it has come. */
export type VerificationProgress = (step: 'log' | 'streams' | 'files', done: number, all: number) => void;

/** So many sentences are read by nobody. */
const MOST_FINDINGS = 200;
/** How long views that go on may need to come to the end. */
const PATIENCE_MS = 30_000;

/** Checks everything that the installation has promised to keep; changes nothing. */
export const verifyInstallation = async (
  world: Verified,
  progress: VerificationProgress = () => undefined,
): Promise<Verification> => {
  const findings: string[] = [];
  let further = 0;
  const finding: Finding = (sentence) => {
    if (findings.length < MOST_FINDINGS) findings.push(sentence);
    else further += 1;
  };
  const history = await verifyHistory(world, finding, progress);
  const files = await verifyFiles(world, finding, progress);
  const views = await verifyViews(world, finding);
  return { ...history, files, views, findings, further };
};

/** Checks the log, in its order and stream by stream, and the texts and files that it names; changes nothing. */
export const verifyHistory = async (
  world: Omit<Verified, 'store' | 'projector'>,
  finding: Finding,
  progress: VerificationProgress = () => undefined,
): Promise<Pick<Verification, 'events' | 'streams' | 'texts'>> => {
  const references = new ReferenceCheck(world, finding);
  const { events, streams } = await within(
    world.database.url,
    'isolation level repeatable read, read only',
    async (client) => {
      const { rows } = await client.query<{ count: string }>('select count(*) as count from log.events');
      const all = Number(rows[0]?.count);
      let done = 0;
      for await (const batch of verifyOrder(client, finding)) {
        await references.take(batch.texts, batch.files, batch.erased);
        done += batch.events;
        progress('log', done, all);
      }
      const count = await verifyStreams(client, world.deciders, world.upcasting, finding, (n) =>
        progress('streams', n, all),
      );
      return { events: done, streams: count };
    },
  );
  references.finish();
  return { events, streams, texts: references.texts };
};

/** The texts and files that events refer to. */
class ReferenceCheck {
  texts = 0;
  private readonly erased = new Set<string>();
  private readonly blank = new Set<string>();
  private readonly known = new Set<string>();

  constructor(
    private readonly world: Pick<Verified, 'texts' | 'files'>,
    private readonly finding: Finding,
  ) {}

  async take(texts: readonly TextRef[], files: readonly string[], erased: readonly string[]): Promise<void> {
    for (const id of erased) this.erased.add(id);
    this.texts += texts.length;
    if (texts.length > 0)
      for (const { id, fault } of await this.world.texts.faults(texts)) {
        if (fault === 'blank') this.blank.add(id);
        else
          this.finding(
            fault === 'missing' ? `The text ${id} is missing.` : `The text ${id} is not the one that was typed.`,
          );
      }
    for (const sha256 of new Set(files)) {
      if (this.known.has(sha256)) continue;
      this.known.add(sha256);
      if (!(await this.world.files.has(sha256)))
        this.finding(`An event names the file ${sha256}, which is not stored.`);
    }
  }

  finish(): void {
    for (const id of this.blank)
      if (!this.erased.has(id)) this.finding(`The text ${id} is gone, but nobody has recorded that it was erased.`);
  }
}

const verifyFiles = async (
  { files, database }: Verified,
  finding: Finding,
  progress: VerificationProgress,
): Promise<number> => {
  const { rows } = await database.pool.query<{ count: string }>('select count(*) as count from stored_file');
  const all = Number(rows[0]?.count);
  for await (const { sha256, fault } of files.verify((done) => progress('files', done, all)))
    finding(
      fault === 'missing' ? `The stored file ${sha256} is missing.` : `The stored file ${sha256} is not what it was.`,
    );
  return all;
};

const verifyViews = async ({ projector, store }: Verified, finding: Finding): Promise<number> => {
  const end = await store.end();
  // Where nobody keeps views they come along with the next start.
  const isKept = (await projector.states()).some(({ kept }) => kept);
  if (isKept && end !== undefined)
    await projector.passed(
      projector.views.map(({ name }) => name),
      end,
      PATIENCE_MS,
    );
  const states = await projector.states();
  for (const { view, status, position, stopped } of states) {
    if (status === 'stopped')
      finding(`The view ${view} has stopped at ${stopped?.type} ${stopped?.event}: ${stopped?.error}.`);
    else if (status === 'foreign') finding(`The view ${view} was made from another log.`);
    else if (isKept && end !== undefined && BigInt(position) < BigInt(store.order(end)))
      finding(`The view ${view} is at ${position} of ${end} and does not come along.`);
  }
  return states.length;
};
