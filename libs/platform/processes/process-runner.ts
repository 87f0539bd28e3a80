import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, refusal, type AnyProcess, type Messages, type Seen, type Wish } from '#kernel';
import { idOf, type Sender } from '#platform/commands';
import type { Database } from '#platform/database';
import { type EventStore, isBehind, type StoredEvent, type Upcasting } from '#platform/event-store';
import { keptAmong, Leases, PROCESS_LEASES, type ProjectorLog } from '#platform/projector';
import { Overtaken, ProcessCheckpoints, type ProcessFault, type Trouble } from './process-checkpoints.js';
import { NotYet } from './process-facts.js';
import type { AnyProcessFacts, ProcessPart } from './process-parts.js';
import { dispatchOf } from './wish.js';

/** How a process stands. `waiting`: an event failed and is tried again; `stopped`: it waits for a repair. */
export type ProcessState = {
  readonly process: string;
  readonly position: string;
  readonly lag: number;
  readonly status: 'live' | 'waiting' | 'stopped' | 'foreign';
  /** The event at which it stands, and why. */
  readonly trouble: (Trouble & { readonly attempts?: number }) | null;
  /** Commands that were refused and that nobody has dealt with yet. */
  readonly faults: number;
  /** Some worker carries it. */
  readonly kept: boolean;
};

/** A process as this worker carries it: what the database knows (`stored`) and what it has gone through (`seen`). */
type Carried = {
  readonly process: AnyProcess;
  readonly reader: ProcessPart['facts'];
  facts: AnyProcessFacts | undefined;
  stored: string;
  seen: string;
  rests: boolean;
  attempts: number;
  again: NodeJS.Timeout | undefined;
  work: Promise<void>;
};

const EMPTY = '0';
/** Where other workers hear that a process may go on. */
const CHANGED = 'camket_processes';
/** How many events of several streams are handled together, and how many commands are under way at once. */
const TOGETHER = 64;
const AT_ONCE = 16;
/** How long they rest behind events that asked for nothing, ms. */
const REST_MS = 50;
/** Waits between attempts: the first, which is also the one for what is not known yet, and the longest. */
const AGAIN = { first: 200, longest: 10_000 } as const;

/** An event and its place, as digits. */
type At = { readonly event: StoredEvent; readonly at: string };

/** A wish of the event of that number, with the id of its command. */
type Sending = { readonly of: number; readonly wish: Wish; readonly command: string };

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

/** The handler of a process cannot take an event. */
class Poisoned extends Error {
  constructor(override readonly cause: unknown) {
    super(wordsOf(cause));
  }
}

/**
 * Carries the processes of this worker: one reader of the log, for each process a lease, a checkpoint and its place in
 * the log. Commands carry ids made from the event's id, so that an event that comes twice does nothing twice. What
 * fails is tried again with growing waits, what is not known yet with short ones; what is refused is kept as a fault
 * and passed; an event that a handler cannot take stops its process alone.
 */
export class ProcessRunner {
  private readonly carried: readonly Carried[];
  private readonly checkpoints: ProcessCheckpoints;
  private readonly leases: Leases;
  private readonly passedBy = new EventEmitter().setMaxListeners(0);
  private readonly ending = new AbortController();
  private reading: AbortController | undefined;
  private running: Promise<void> | undefined;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly database: Database,
    private readonly upcasting: Upcasting,
    private readonly bus: { execute(dispatch: object): Promise<unknown> },
    parts: readonly ProcessPart[],
    private readonly readerOf: (facts: NonNullable<ProcessPart['facts']>) => AnyProcessFacts,
    private readonly log: ProjectorLog = () => undefined,
  ) {
    this.checkpoints = new ProcessCheckpoints(database);
    const look = (): void => this.reading?.abort();
    this.leases = new Leases(database, PROCESS_LEASES, { lost: look, hears: { [CHANGED]: look } });
    this.carried = parts.map(({ process, facts }) => ({
      process,
      reader: facts,
      facts: undefined,
      stored: EMPTY,
      seen: EMPTY,
      rests: false,
      attempts: 0,
      again: undefined,
      work: Promise.resolve(),
    }));
  }

  /** The names of all processes. */
  get names(): readonly string[] {
    return this.carried.map(({ process }) => process.name);
  }

  /** Notes where new processes begin, then follows the log until `stop`; once, however often it is asked. */
  async start(): Promise<void> {
    if (this.carried.length === 0 || this.running) return;
    const [known, log, end] = await Promise.all([this.checkpoints.all(), this.store.logId(), this.end()]);
    for (const one of this.carried) {
      const { process, reader } = one;
      one.facts = reader && this.readerOf(reader);
      if (known.has(process.name)) continue;
      await this.checkpoints.begin(process.name, log, process.begins === 'at-the-beginning' ? EMPTY : end);
    }
    await this.leases.take(this.names);
    this.idle = setInterval(() => {
      for (const one of this.carried) if (this.owns(one) && !one.rests && one.stored !== one.seen) this.keep(one);
      this.leases
        .take(this.names)
        .then((got) => got.length > 0 && this.reading?.abort())
        .catch(() => undefined);
    }, 1000);
    this.idle.unref();
    this.running = this.follow();
  }

  /** Ends after the events under way. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.reading?.abort();
    clearInterval(this.idle);
    for (const { again } of this.carried) clearTimeout(again);
    await this.running;
    await Promise.all(this.carried.map(({ work }) => work.catch(() => undefined)));
    await this.leases.close();
  }

  /** Waits until these processes have done what they had to up to a position, at most `patience` milliseconds. */
  async passed(names: readonly string[], position: string, patience = 2000): Promise<boolean> {
    const wanted = this.store.order(position);
    const until = performance.now() + patience;
    for (const name of names) {
      const carried = this.known(name);
      for (;;) {
        const own = this.running && this.owns(carried);
        const seen = own ? carried.seen : ((await this.checkpoints.all()).get(name)?.position ?? EMPTY);
        if (!isBehind(seen, wanted)) break;
        const left = until - performance.now();
        if (left <= 0) return false;
        await (own
          ? Promise.race([new Promise((resolve) => this.passedBy.once(name, resolve)), wait(Math.min(left, 100))])
          : wait(Math.min(left, 25)));
      }
    }
    return true;
  }

  /** How all processes stand. */
  async states(): Promise<readonly ProcessState[]> {
    const known = await this.checkpoints.all();
    // After where they stand: a refusal is stored before the process passes it, so none is missing behind a position.
    const counts = await this.checkpoints.faultCounts();
    const [end, log, kept] = await Promise.all([
      this.end(),
      this.store.logId(),
      keptAmong(this.database.pool, PROCESS_LEASES, this.names),
    ]);
    return this.carried.map(({ process: { name }, seen }) => {
      const row = known.get(name);
      // One that was never started begins where the log then ends.
      const stands = row?.position ?? end;
      const position = this.leases.holds(name) && isBehind(stands, seen) ? seen : stands;
      const foreign = row !== undefined && (row.log !== log || isBehind(end, row.position));
      return {
        process: name,
        position,
        lag: Math.max(0, Number(BigInt(end) - BigInt(position))),
        status: foreign ? 'foreign' : row?.stopped ? 'stopped' : row?.trying ? 'waiting' : 'live',
        trouble: row?.stopped ?? row?.trying ?? null,
        faults: counts.get(name) ?? 0,
        kept: kept.has(name),
      };
    });
  }

  /**
   * Lets a process go on that stopped or waits, after the repair. One that belongs to another log begins anew behind all
   * that has happened in this one.
   */
  async resume(name: string): Promise<void> {
    this.known(name);
    const [log, end] = await Promise.all([this.store.logId(), this.end()]);
    await this.checkpoints.resume(name, log, end);
    await this.database.pool.query(`notify ${CHANGED}`);
    this.reading?.abort();
  }

  /** The refusals of a process that nobody has dealt with yet. */
  faults(name: string, limit = 1000): Promise<readonly ProcessFault[]> {
    return this.checkpoints.faults(this.known(name).process.name, limit);
  }

  /** Takes the refusals of a process as dealt with; answers how many. */
  settle(name: string): Promise<number> {
    return this.checkpoints.settle(this.known(name).process.name);
  }

  private known(name: string): Carried {
    const found = this.carried.find(({ process }) => process.name === name);
    if (!found) throw refusal('absent', 'process.absent', { process: name });
    return found;
  }

  private owns({ process }: Carried): boolean {
    return this.leases.holds(process.name);
  }

  private async end(): Promise<string> {
    const end = await this.store.end();
    return end === undefined ? EMPTY : this.store.order(end);
  }

  private async follow(): Promise<void> {
    let patience = 50;
    const { signal } = this.ending;
    while (!signal.aborted) {
      const reading = (this.reading = new AbortController());
      try {
        const ready = await this.claim();
        if (ready.length === 0) {
          await wait(1000, undefined, { signal: AbortSignal.any([reading.signal, signal]) });
          continue;
        }
        const from = ready.map(({ seen }) => seen).reduce((a, b) => (isBehind(a, b) ? a : b));
        const after = from === EMPTY ? undefined : this.store.positionOf(from);
        for await (const batch of this.store.subscribe(after, reading.signal, 500)) {
          await Promise.all(ready.map((one) => this.take(one, batch, reading.signal)));
          // While much is recorded that no process asked for, it is read together.
          const isHeard = batch.some((event) => ready.some((one) => this.hears(one, event)));
          if (batch.length > 1 && !isHeard) await wait(REST_MS, undefined, { signal: reading.signal });
          patience = 50;
        }
      } catch (error) {
        if (reading.signal.aborted || signal.aborted) continue;
        if (!(error instanceof Overtaken)) this.log('warn', `processes wait: ${wordsOf(error)}`);
        await wait(patience, undefined, { signal }).catch(() => undefined);
        patience = Math.min(patience * 2, 5000);
      }
    }
  }

  /** Takes the leases that are free and reads where their processes stand. */
  private async claim(): Promise<readonly Carried[]> {
    await this.leases.take(this.names);
    await Promise.all(this.carried.map(({ work }) => work.catch(() => undefined)));
    const [known, log, end] = await Promise.all([this.checkpoints.all(), this.store.logId(), this.end()]);
    return this.carried.filter((one) => {
      const { name } = one.process;
      const row = known.get(name);
      if (!row) throw new Error(`the process ${name} has no checkpoint`);
      one.stored = one.seen = row.position;
      if (row.log !== log || isBehind(end, row.position)) {
        this.log(
          'error',
          `the process ${name} is of another log; to let it begin here: camket processes resume ${name}`,
        );
        one.rests = true;
      } else {
        if (row.trying === null) this.stopTrying(one);
        one.rests = row.stopped !== null || one.again !== undefined;
      }
      return this.owns(one) && !one.rests;
    });
  }

  private take(one: Carried, batch: readonly StoredEvent[], signal: AbortSignal): Promise<void> {
    return (one.work = one.work
      .catch(() => undefined)
      .then(async () => {
        const fresh = batch
          .map((event) => ({ event, at: this.store.order(event.position) }))
          .filter(({ at }) => isBehind(one.seen, at));
        const most = one.process.order === 'of-each-stream' ? TOGETHER : 1;
        for (let heard: At[] = []; fresh.length > 0;) {
          if (one.rests || signal.aborted) return;
          const next = fresh.shift() as At;
          if (this.hears(one, next.event)) heard.push(next);
          if (heard.length > 0 && (heard.length === most || fresh.length === 0)) {
            if (!(await this.handled(one, heard))) return;
            heard = [];
          }
          if (heard.length === 0) one.seen = next.at;
        }
        this.passedBy.emit(one.process.name);
      }));
  }

  /**
   * Does what some events ask for and moves the checkpoint behind them. What is read for them is read at once, as of the
   * position of each. False: the process rests before an event.
   */
  private async handled(one: Carried, heard: readonly At[]): Promise<boolean> {
    const asked = await Promise.allSettled(heard.map((each) => this.wishes(one, each)));
    const sent = await this.send(one.process, heard, asked);
    const failed = sent.findIndex((outcome) => outcome !== undefined);
    const before = failed < 0 ? heard.at(-1)?.at : heard[failed - 1]?.at;
    if (before !== undefined) {
      await this.pass(one, before);
      one.seen = before;
    }
    const at = heard[failed];
    if (!at) {
      this.stopTrying(one);
      return true;
    }
    await this.pass(one, one.seen);
    await this.rest(one, at.event, sent[failed]);
    return false;
  }

  /** Stands still before an event: until the next attempt, or, when the handler cannot take it, until the repair. */
  private async rest(one: Carried, event: StoredEvent, error: unknown): Promise<void> {
    const { name } = one.process;
    const trouble = { event: event.id, type: event.type, error: wordsOf(error) };
    one.rests = true;
    if (error instanceof Poisoned) {
      this.stopTrying(one);
      if (!(await this.checkpoints.stop(name, one.stored, trouble))) throw new Overtaken(name);
      this.log(
        'error',
        `the process ${name} stopped at ${trouble.type} ${trouble.event}: ${trouble.error}; ` +
          `after the repair: camket processes resume ${name}`,
      );
      return;
    }
    one.attempts += 1;
    const isNotYet = error instanceof NotYet;
    const longest = isNotYet ? AGAIN.first : Math.min(AGAIN.longest, AGAIN.first * 2 ** Math.min(one.attempts - 1, 10));
    clearTimeout(one.again);
    one.again = setTimeout(
      () => {
        one.again = undefined;
        this.reading?.abort();
      },
      longest * (0.5 + Math.random() / 2),
    );
    one.again.unref();
    if (!isNotYet || one.attempts === 1) {
      this.log('warn', `the process ${name} tries ${trouble.type} ${trouble.event} again: ${trouble.error}`);
    }
    await this.checkpoints.trying(name, one.stored, { ...trouble, attempts: one.attempts }).catch(() => undefined);
  }

  /** Moves the checkpoint over what asked for nothing. */
  private async pass(one: Carried, to: string): Promise<void> {
    if (one.stored === to) return;
    await this.checkpoints.advance(one.process.name, one.stored, to);
    one.stored = to;
  }

  private stopTrying(one: Carried): void {
    clearTimeout(one.again);
    one.again = undefined;
    one.attempts = 0;
  }

  private keep(one: Carried): void {
    one.work = one.work.catch(() => undefined).then(() => this.pass(one, one.seen));
    one.work.catch(() => this.reading?.abort());
  }

  /** True when the process listens to such an event; one that cannot be read counts by its stored name. */
  private hears({ process }: Carried, event: StoredEvent): boolean {
    return Object.hasOwn(process.on, this.upcasting.nameOf(event));
  }

  private async wishes(one: Carried, { event, at }: At): Promise<readonly Wish[]> {
    let seen: Seen<Messages, string>;
    try {
      seen = this.upcasting.seen(event, at);
    } catch (error) {
      throw new Poisoned(error);
    }
    const facts = await one.facts?.read(seen as never);
    try {
      return one.process.on[seen.type]?.(seen, facts ?? null) ?? [];
    } catch (error) {
      throw new Poisoned(error);
    }
  }

  /**
   * Sends what events ask for: for events of one stream in order, for those of several at once; for a single event to
   * each subject in order, to several at once. Nothing is sent of an event whose wishes are not known, nor of those behind
   * it. Answers by event what went wrong, undefined where nothing did.
   */
  private async send(
    process: AnyProcess,
    heard: readonly At[],
    asked: readonly PromiseSettledResult<readonly Wish[]>[],
  ): Promise<unknown[]> {
    const outcomes: unknown[] = asked.map((one) => (one.status === 'rejected' ? (one.reason as unknown) : undefined));
    const unknown = outcomes.findIndex((outcome) => outcome !== undefined);
    const chains = new Map<string, Sending[]>();
    for (const [of, one] of asked.slice(0, unknown < 0 ? undefined : unknown).entries()) {
      const names = new Map<string, number>();
      for (const wish of one.status === 'fulfilled' ? one.value : []) {
        const subject = `${wish.to.name} ${wish.id}`;
        const name = `${subject} ${wish.name}`;
        const nth = names.get(name) ?? 0;
        names.set(name, nth + 1);
        // Made of what it is, not of where it stands: what was read may be other when the event comes again.
        const command = idOf('process', process.name, (heard[of] as At).event.id, subject, wish.name, nth);
        const chain = heard.length === 1 ? subject : (heard[of] as At).event.stream;
        chains.set(chain, [...(chains.get(chain) ?? []), { of, wish, command }]);
      }
    }
    const left = [...chains.values()];
    const lane = async (): Promise<void> => {
      for (let chain = left.shift(); chain; chain = left.shift()) {
        for (const { of, wish, command } of chain) {
          try {
            await this.sendOne(process, heard[of] as At, wish, command);
          } catch (error) {
            outcomes[of] ??= error;
            break;
          }
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, lane));
    return outcomes;
  }

  private async sendOne(process: AnyProcess, { event, at }: At, wish: Wish, command: string): Promise<void> {
    const sender: Sender = {
      actor: `system:${process.name}`,
      unit: null,
      role: 'system',
      command,
      correlation: event.correlation,
      causation: event.id,
    };
    try {
      await this.bus.execute(dispatchOf(wish, sender));
    } catch (error) {
      // Somebody was faster four times: that passes.
      if (!(error instanceof Refusal) || error.code === 'request.too-busy') throw error;
      await this.checkpoints.refused(process.name, command, at, event, wish, error);
      this.log('warn', `the process ${process.name} was refused ${wish.name} of ${wish.id}: ${error.code}`);
    }
  }
}
