import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, EmbeddedPostgres } from '#platform/database';
import { PostgresEventStore, type StoredEvent } from '#platform/event-store';
import { type AppendingJob, idOf } from '../support/appending-process.js';
import { newStream } from '../support/events.js';
import { Relay } from '../support/relay.js';

const CALLERS = 50;
const APPENDS = 10_000;
/** So many callers at the end write on two streams together; the others have one each. */
const SHARING = 10;

export type Victim = 'program' | 'database';

/** What a round has shown; `faults` is empty when every promise was kept. */
export type Round = {
  readonly victim: Victim;
  readonly kills: number;
  readonly seconds: number;
  readonly faults: readonly string[];
};

/** A line per acknowledged append: id, stream, revision, position, caller. */
type Acknowledged = { readonly stream: string; readonly revision: number; readonly position: string };

/** A process whose lines are taken down as they come. */
class Reported {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;

  constructor(program: string, args: readonly string[], input: string, take: (line: string) => void) {
    this.child = spawn(process.execPath, [`dist/tests/support/${program}.js`, ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.child.stdin?.on('error', () => undefined).end(input);
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    lines.on('line', take);
    this.ended = new Promise((resolve) => {
      this.child.once('close', () => resolve());
    });
  }

  kill(): Promise<void> {
    this.child.kill('SIGKILL');
    return this.ended;
  }
}

/** Follows the log in a process of its own; killed, it goes on from the last position that it had told of. */
class Follower {
  readonly seen: { readonly position: string; readonly id: string }[] = [];
  private process: Reported;

  constructor(private readonly url: string) {
    this.process = this.start();
  }

  async restart(): Promise<void> {
    await this.process.kill();
    this.process = this.start();
  }

  stop(): Promise<void> {
    return this.process.kill();
  }

  private start(): Reported {
    return new Reported('following-process', [this.url, this.seen.at(-1)?.position ?? ''], '', (line) => {
      const [position = '', id = ''] = line.split(' ');
      // A line that was cut off by a kill tells of nothing.
      if (id.length === 36) this.seen.push({ position, id });
    });
  }
}

/** Appends by 50 callers in a process of its own; killed, each caller goes on behind what was acknowledged to it. */
class Appender {
  readonly acknowledged = new Map<string, Acknowledged>();
  readonly repeated: string[] = [];
  private readonly done = new Map<string, number>();
  private process: Reported | undefined;
  private readonly jobs: readonly AppendingJob[];

  constructor(
    private readonly url: string,
    private readonly onAcknowledged: (count: number) => void,
  ) {
    const shared = [newStream(), newStream()];
    this.jobs = Array.from({ length: CALLERS }, (_, n) => ({
      caller: `caller-${n}`,
      stream: n < CALLERS - SHARING ? newStream() : (shared[n % 2] as string),
      from: 0,
      count: APPENDS / CALLERS,
    }));
  }

  /** Starts the process, again and again until all is acknowledged. */
  async run(): Promise<void> {
    while (this.acknowledged.size < APPENDS) {
      const jobs = this.jobs.map((job) => ({ ...job, from: this.done.get(job.caller) ?? 0 }));
      this.process = new Reported('appending-process', [this.url], JSON.stringify(jobs), (line) => this.take(line));
      await this.process.ended;
    }
  }

  kill(): Promise<void> {
    return this.process?.kill() ?? Promise.resolve();
  }

  private take(line: string): void {
    const [id = '', stream = '', revision = '', position = '', caller] = line.split(' ');
    if (caller === undefined || !this.jobs.some((job) => job.caller === caller)) return;
    const number = this.done.get(caller) ?? 0;
    if (idOf(caller, number) !== id) this.repeated.push(line);
    this.done.set(caller, number + 1);
    this.acknowledged.set(id, { stream, revision: Number(revision), position });
    this.onAcknowledged(this.acknowledged.size);
  }
}

/** Kills a database server; `wholly` with all its processes, else these find out by themselves. */
const killDatabase = (server: EmbeddedPostgres, wholly: boolean): void => {
  const postmaster = server.pid();
  const processes = wholly ? execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n') : [];
  process.kill(postmaster, 'SIGKILL');
  for (const line of processes) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid === undefined || parent !== postmaster) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
};

/** Some numbers of acknowledged appends, drawn by chance, at which something is killed. */
const moments = (count: number, random: () => number): number[] =>
  Array.from({ length: count }, () => 1 + Math.floor(random() * (APPENDS - 500))).sort((a, b) => a - b);

/**
 * One round: 10,000 appends by 50 callers and two subscribers, each a process of its own, while the program or the
 * database is killed at random moments; and then a comparison of what was acknowledged and seen with what is stored.
 */
export const killRound = async (victim: Victim, folder: string, random: () => number): Promise<Round> => {
  const began = performance.now();
  let server = await EmbeddedPostgres.start(folder);
  const relay = await Relay.to(server.url('postgres'));
  await Database.open(relay.url, []).then((database) => database.close());
  const followers = [new Follower(relay.url), new Follower(relay.url)] as const;
  const due = moments(3, random);
  let kills = 0;
  let killing = Promise.resolve();
  const kill = async (): Promise<void> => {
    kills += 1;
    if (victim === 'program') {
      await Promise.all([appender.kill(), ...(random() < 0.5 ? [followers[0].restart()] : [])]);
      return;
    }
    killDatabase(server, random() < 0.5);
    if (random() < 0.5) await followers[0].restart();
    server = await EmbeddedPostgres.start(folder);
    relay.redirect(server.url('postgres'));
  };
  const appender = new Appender(relay.url, (count) => {
    if (due[0] === undefined || count < due[0]) return;
    due.shift();
    killing = killing.then(kill);
  });
  await appender.run();
  await killing;

  const store = await PostgresEventStore.open(relay.url);
  const stored: StoredEvent[] = [];
  for await (const page of store.readAll()) stored.push(...page);
  await store.close();
  const caughtUp = (): boolean => followers.every(({ seen }) => seen.length >= stored.length);
  for (let waited = 0; waited < 10_000 && !caughtUp(); waited += 20) await sleep(20);
  await Promise.all(followers.map((follower) => follower.stop()));
  await relay.close();
  await server.stop();
  return {
    victim,
    kills,
    seconds: (performance.now() - began) / 1_000,
    faults: [...faultsOf(stored, appender), ...followers.flatMap(({ seen }, n) => faultsOfReader(stored, seen, n))],
  };
};

const faultsOf = (stored: readonly StoredEvent[], appender: Appender): string[] => {
  const faults: string[] = [];
  const byId = new Map<string, StoredEvent>();
  const lengths = new Map<string, number>();
  let recorded = '';
  for (const event of stored) {
    if (byId.has(event.id)) faults.push(`${event.id} is stored twice`);
    byId.set(event.id, event);
    const length = lengths.get(event.stream) ?? 0;
    if (event.revision !== length)
      faults.push(`${event.stream} has revision ${event.revision} where ${length} belongs`);
    lengths.set(event.stream, length + 1);
    if (event.recorded < recorded) faults.push(`${event.id} was recorded before its predecessor`);
    recorded = event.recorded;
  }
  for (const [id, { stream, revision, position }] of appender.acknowledged) {
    const event = byId.get(id);
    if (event?.stream !== stream || event.revision !== revision || event.position !== position) {
      faults.push(
        `${id} was acknowledged at ${stream} ${revision} ${position} and ${event ? 'is elsewhere' : 'is lost'}`,
      );
    }
  }
  if (appender.acknowledged.size !== APPENDS) faults.push(`${appender.acknowledged.size} appends were acknowledged`);
  if (stored.length !== APPENDS) faults.push(`${stored.length} events are stored`);
  faults.push(...appender.repeated.map((line) => `acknowledged out of turn: ${line}`));
  return faults;
};

const faultsOfReader = (
  stored: readonly StoredEvent[],
  seen: readonly { readonly position: string; readonly id: string }[],
  reader: number,
): string[] => {
  const wrong = stored.findIndex(({ id, position }, n) => seen[n]?.id !== id || seen[n].position !== position);
  if (wrong < 0 && seen.length === stored.length) return [];
  return [`subscriber ${reader} saw ${seen.length} of ${stored.length} events; the first difference is at ${wrong}`];
};
