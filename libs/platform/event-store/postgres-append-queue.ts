import pg from 'pg';
import { type Appended, type ExpectedRevision, type NewEvent, OutcomeUnknown, StaleRevision } from './event-store.js';
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

/** Separates the values of a column; no event can hold it. */
const SEPARATOR = '\u001f';

const APPEND = {
  name: 'log-append',
  text: 'select log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
  rowMode: 'array',
} as const;

const instant = (milliseconds: string): string => new Date(Number(milliseconds)).toISOString();

/** The parameters of `log.append` for a batch: one text for each column. */
const columnsOf = (batch: readonly Waiting[]): (string | number)[] => {
  const [first] = batch;
  if (batch.length === 1 && first?.events.length === 1) {
    const [event] = first.events as readonly [NewEvent];
    const { id, type, schema, on, actor, command, correlation, causation, data } = event;
    const revision = first.expected + 1;
    return [
      1,
      first.stream,
      first.expected,
      revision,
      id,
      type,
      schema,
      on,
      actor,
      command,
      correlation,
      causation,
      data,
    ];
  }
  const columns = Array.from({ length: 12 }, (): (string | number)[] => []);
  let total = 0;
  for (const { stream, events, expected } of batch) {
    for (const [index, { id, type, schema, on, actor, command, correlation, causation, data }] of events.entries()) {
      const revision = expected + 1 + index;
      const row = [stream, expected, revision, id, type, schema, on, actor, command, correlation, causation, data];
      for (const [column, value] of row.entries()) columns[column]?.push(value);
      total += 1;
    }
  }
  return [total, ...columns.map((column) => column.join(SEPARATOR))];
};

/** Answers each append of a batch as `log.append` judged it. */
const answer = (batch: readonly Waiting[], judgement: string): void => {
  const [base = '', recorded = '', ...others] = judgement.split(' ');
  const before = Number(base);
  const stored = instant(recorded);
  const judged = new Map(
    others.map((text) => text.split(':') as [string, string, string?]).map((v) => [Number(v[0]), v]),
  );
  let last = 0;
  for (const { stream, events, expected, resolve, reject } of batch) {
    last += events.length;
    const revision = expected + events.length;
    const other = judged.get(last);
    if (other === undefined) resolve({ revision, position: String(before + last), recorded: stored });
    else if (other[2] === undefined) reject(new StaleRevision(stream, expected));
    else resolve({ revision, position: other[1], recorded: instant(other[2]) });
  }
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
      readonly onStored: () => void;
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
    await Promise.all(this.idle.map(({ client }) => client?.end().catch(() => undefined)));
  }

  /** Those who are woken by one answer append in the same turn: they shall go together. */
  private schedule(): void {
    if (this.scheduled || this.idle.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      for (let lane = this.idle.pop(); lane !== undefined; lane = this.idle.pop()) {
        const batch = this.nextBatch();
        if (batch.length === 0) {
          this.idle.push(lane);
          break;
        }
        void this.write(lane, batch);
      }
      if (this.waiting.length === 0 && this.idle.length === this.lanes) this.drained?.();
    });
  }

  private nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    let [events, bytes] = [0, 0];
    let index = 0;
    for (; index < this.waiting.length && events < BATCH.events && bytes < BATCH.bytes; index += 1) {
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
    let values: unknown[];
    try {
      values = [...columnsOf(batch), this.options.now() ?? null];
      client = lane.client ??= await this.connect(lane);
    } catch (error) {
      return error as Error;
    }
    try {
      const { rows } = await client.query<[string]>({ ...APPEND, values });
      answer(batch, rows[0]?.[0] ?? '');
      this.options.onStored();
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
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }
}
