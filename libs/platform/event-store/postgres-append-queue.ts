import pg from 'pg';
import { callAppend, PREPARE_APPEND } from './append-statement.js';
import {
  type Appended,
  type ExpectedRevision,
  type NewEvent,
  OutcomeUnknown,
  StaleRevision,
  type StoredEvent,
} from './event-store.js';
import { connectionTo, isPassing, isSettled, prepare } from './postgres-connection.js';

/** An append that waits for its answer. */
type Waiting = {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
  readonly bytes: number;
  readonly resolve: (answer: Appended) => void;
  readonly reject: (error: Error) => void;
};

/** What one round trip carries at most; a lone append may be larger. */
const BATCH = { events: 1_000, bytes: 2 * 1024 * 1024 } as const;

/** So many appends are worth a round trip of their own while another is under way. */
const WORTH_A_LANE = 16;
/** So many go together before they are shared among lanes: each commit waits for the one before it. */
const TOGETHER = 32;

/** Separates the values of a column; no event can hold it. */
const SEPARATOR = '\u001f';

const instant = (milliseconds: string): string => new Date(Number(milliseconds)).toISOString();

/** The parameters of `log.append` for a batch but the last, as text; each column is one. */
const columnsOf = (batch: readonly Waiting[]): string[] => {
  let total = 0;
  const columns: string[] = [];
  for (const { stream, events, expected } of batch) {
    let revision = expected;
    for (const { id, type, schema, on, actor, command, correlation, causation, data } of events) {
      revision += 1;
      const values = [stream, String(expected), String(revision), id, type, String(schema), on];
      values.push(actor, command, correlation, causation, data);
      for (let column = 0; column < values.length; column += 1) {
        const value = values[column] as string;
        columns[column] = total === 0 ? value : `${columns[column] as string}${SEPARATOR}${value}`;
      }
      total += 1;
    }
  }
  return [String(total), ...columns];
};

/** Field by field: each event that is appended goes through here, and spreading objects takes ten times as long. */
const storedAs = (
  { id, type, schema, on, actor, command, correlation, causation, data }: NewEvent,
  stream: string,
  revision: number,
  position: string,
  recorded: string,
): StoredEvent => {
  return { id, type, schema, on, actor, command, correlation, causation, data, stream, revision, position, recorded };
};

/** Answers each append of a batch as `log.append` judged it; gives what was stored by it, as it lies in the log. */
const answer = (batch: readonly Waiting[], judgement: string): readonly StoredEvent[] => {
  const [base = '', now = '', ...others] = judgement.split(' ');
  const [before, recorded] = [Number(base), instant(now)];
  const judged =
    others.length === 0 ? undefined : new Map(others.map((text) => [Number(text.split(':', 1)[0]), text.split(':')]));
  const news: StoredEvent[] = [];
  let last = 0;
  for (const { stream, events, expected, resolve, reject } of batch) {
    const other = judged?.get(last + events.length);
    if (other === undefined) {
      let [revision, position] = [expected, ''];
      for (const event of events) {
        revision += 1;
        last += 1;
        position = String(before + last);
        news.push(storedAs(event, stream, revision, position, recorded));
      }
      resolve({ revision, position, recorded });
      continue;
    }
    last += events.length;
    const [, first = '', recordedFirst] = other;
    if (recordedFirst === undefined) reject(new StaleRevision(stream, expected));
    else resolve({ revision: expected + events.length, position: first, recorded: instant(recordedFirst) });
  }
  return news;
};

/**
 * Group commit: appends that wait together are written together, in one round trip and one commit, each judged and
 * answered alone. An append that finds nobody waiting goes out at once. Appends to one stream go one after the other,
 * in the order in which they came.
 */
export class PostgresAppendQueue {
  private waiting: Waiting[] = [];
  private readonly streamsUnderWay = new Set<string>();
  private readonly idle: { client?: pg.Client }[];
  private readonly lanes: number;
  private scheduled = false;
  private closed = false;
  private drained: (() => void) | undefined;

  constructor(
    private readonly url: string,
    private readonly options: {
      readonly lanes: number;
      readonly now: () => string | undefined;
      readonly onStored: (events: readonly StoredEvent[]) => void;
    },
  ) {
    this.lanes = options.lanes;
    this.idle = Array.from({ length: options.lanes }, () => ({}));
  }

  /** Takes an append whose limits have been checked. */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    if (this.closed) return Promise.reject(new Error('the event store is closed'));
    let bytes = 0;
    for (const { data } of events) bytes += data.length;
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, events, expected, bytes, resolve, reject });
      this.schedule();
    });
  }

  /** Writes what waits, then closes the connections. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.waiting.length > 0 || this.idle.length < this.lanes) {
      await new Promise<void>((resolve) => (this.drained = resolve));
    }
    await Promise.allSettled(this.idle.map(async ({ client }) => client?.end()));
  }

  /** Those who are woken by one answer append in the same turn: they shall go together. */
  private schedule(): void {
    if (this.scheduled || this.idle.length === 0) return;
    this.scheduled = true;
    process.nextTick(() => {
      this.scheduled = false;
      while (this.isTimeToWrite()) {
        const batch = this.nextBatch();
        const lane = batch.length > 0 ? this.idle.pop() : undefined;
        if (lane === undefined) break;
        void this.write(lane, batch);
      }
      if (this.waiting.length === 0 && this.idle.length === this.lanes) this.drained?.();
    });
  }

  /** Many share the lanes, so that some are being prepared while others are being written; few go together. */
  private isTimeToWrite(): boolean {
    const least = this.idle.length === this.lanes ? 1 : WORTH_A_LANE;
    return this.idle.length > 0 && this.waiting.length >= least;
  }

  private nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    const most = Math.max(Math.ceil(this.waiting.length / this.idle.length), TOGETHER);
    let [events, bytes] = [0, 0];
    let index = 0;
    for (; index < this.waiting.length && batch.length < most; index += 1) {
      const next = this.waiting[index] as Waiting;
      const fits =
        batch.length === 0 || (events + next.events.length <= BATCH.events && bytes + next.bytes <= BATCH.bytes);
      if (!fits) break;
      if (this.streamsUnderWay.has(next.stream)) {
        later.push(next);
      } else {
        this.streamsUnderWay.add(next.stream);
        batch.push(next);
        events += next.events.length;
        bytes += next.bytes;
      }
    }
    this.waiting = index === this.waiting.length ? later : [...later, ...this.waiting.slice(index)];
    return batch;
  }

  private async write(lane: { client?: pg.Client }, batch: readonly Waiting[]): Promise<void> {
    const failure = await this.attempt(lane, batch);
    if (failure !== undefined) {
      if (batch.length > 1 && isSettled(failure) && !isPassing(failure)) {
        for (const alone of batch) {
          const error = await this.attempt(lane, [alone]);
          if (error !== undefined) alone.reject(error);
        }
      } else for (const { reject } of batch) reject(failure);
    }
    for (const { stream } of batch) this.streamsUnderWay.delete(stream);
    this.idle.push(lane);
    this.schedule();
  }

  /** Writes and answers a batch; or gives the error, and nobody has been answered. */
  private async attempt(lane: { client?: pg.Client }, batch: readonly Waiting[]): Promise<Error | undefined> {
    let client: pg.Client;
    let values: (string | null)[];
    try {
      values = [...columnsOf(batch), this.options.now() ?? null];
      client = lane.client ??= await this.connect(lane);
    } catch (error) {
      return error as Error;
    }
    try {
      this.options.onStored(answer(batch, await callAppend(client, values)));
      return undefined;
    } catch (error) {
      if (isSettled(error)) return error as Error;
      delete lane.client;
      client.end().catch(() => undefined);
      return new OutcomeUnknown(error);
    }
  }

  private async connect(lane: { client?: pg.Client }): Promise<pg.Client> {
    const client = new pg.Client(connectionTo(this.url));
    client.on('error', () => {
      if (lane.client === client) delete lane.client;
    });
    client.on('end', () => {
      if (lane.client === client) delete lane.client;
    });
    try {
      await client.connect();
      await prepare(client);
      await client.query(PREPARE_APPEND);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }
}
