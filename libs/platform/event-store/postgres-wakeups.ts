import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { growingWait } from './growing-wait.js';
import { connectionTo } from './postgres-connection.js';

const CHANNEL = 'camket_log';

/** How close upon each other other processes are told of appends, ms. */
const TELLING = 20;

/**
 * Tells subscribers, here and in other processes, that something was appended. A hint only: whoever waits also looks
 * by himself from time to time, so that a lost hint costs a moment and never an event.
 */
export class PostgresWakeups {
  private readonly sleepers = new Set<() => void>();
  private readonly closing = new AbortController();
  private listening: Promise<void> | undefined;
  private telling: NodeJS.Timeout | undefined;
  private untold = false;
  private heard = 0;
  private elsewhere = 0;
  /** By this we know our own words again. */
  private readonly self = randomUUID();

  constructor(
    private readonly url: string,
    private readonly tell: (statement: string) => Promise<unknown>,
  ) {}

  /** Something was appended here. */
  appended(): void {
    this.wakeAll();
    this.untold = true;
    if (this.telling === undefined) this.tellOthers();
  }

  /** How often something was heard, and how often from other processes; to be read before one looks. */
  get count(): { readonly heard: number; readonly elsewhere: number } {
    return { heard: this.heard, elsewhere: this.elsewhere };
  }

  /**
   * Ends when something is or was heard since that was `before`, after `longest` ms, or when the signal aborts. True when
   * nothing was heard: it is time to look by oneself.
   */
  async next(before: number, longest: number, signal: AbortSignal): Promise<boolean> {
    this.listening ??= this.listen();
    if (this.heard !== before || signal.aborted || this.closing.signal.aborted) return false;
    return new Promise<boolean>((resolve) => {
      const end = (isTime: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.sleepers.delete(wake);
        resolve(isTime);
      };
      const wake = (): void => end(false);
      const timer = setTimeout(() => end(true), longest);
      signal.addEventListener('abort', wake, { once: true });
      this.sleepers.add(wake);
    });
  }

  /** Wakes everybody and stops listening. */
  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.telling);
    this.wakeAll();
    await this.listening;
  }

  private heardElsewhere(): void {
    this.elsewhere += 1;
    this.wakeAll();
  }

  private wakeAll(): void {
    this.heard += 1;
    for (const wake of [...this.sleepers]) wake();
  }

  /** A transaction of its own: inside the append it would take a lock at commit. A hint need not be on disk. */
  private tellOthers(): void {
    this.telling = undefined;
    if (!this.untold || this.closing.signal.aborted) return;
    this.untold = false;
    this.tell(`begin; set local synchronous_commit to off; notify ${CHANNEL}, '${this.self}'; commit`).catch(
      () => undefined,
    );
    this.telling = setTimeout(() => this.tellOthers(), TELLING);
  }

  private async listen(): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const client = new pg.Client(connectionTo(this.url));
      let leave: () => void = () => undefined;
      const gone = new Promise<void>((resolve) => (leave = resolve));
      client.on('error', leave).on('end', leave);
      signal.addEventListener('abort', leave);
      try {
        await client.connect();
        client.on('notification', ({ payload }) => (payload === this.self ? undefined : this.heardElsewhere()));
        await client.query(`listen ${CHANNEL}`);
        failures = 0;
        this.heardElsewhere();
        await gone;
      } catch {
        // Whoever waits looks by himself until the next attempt.
      }
      signal.removeEventListener('abort', leave);
      client.end().catch(() => undefined);
      if (!signal.aborted) await growingWait(failures + 1, signal);
    }
  }
}
