import type pg from 'pg';
import type { StoredEvent } from './event-store.js';

/** The columns of a stored event, in the order in which `storedEvent` takes them. */
export const COLUMNS =
  'e.position, e.stream, e.revision, e.id, e.type, e.schema, e.day, e.actor, e.command, e.correlation, e.causation, ' +
  '(extract(epoch from e.recorded) * 1000)::bigint, e.data';

/** A row of `COLUMNS`, every value as the server's text. */
export type Row = readonly [
  position: string,
  stream: string,
  revision: string,
  id: string,
  type: string,
  schema: string,
  on: string,
  actor: string,
  command: string,
  correlation: string,
  causation: string,
  recorded: string,
  data: string,
];

/** The event of a row. */
export const storedEvent = (row: Row): StoredEvent => ({
  id: row[3],
  type: row[4],
  schema: Number(row[5]),
  on: row[6],
  actor: row[7],
  command: row[8],
  correlation: row[9],
  causation: row[10],
  data: row[12],
  stream: row[1],
  revision: Number(row[2]),
  position: row[0],
  recorded: new Date(Number(row[11])).toISOString(),
});

const ONE = {
  name: 'log-read',
  rowMode: 'array',
  text: `select ${COLUMNS} from log.events e where e.stream = $1 and e.revision >= $2 order by e.revision`,
} as const;

const MANY = {
  name: 'log-read-many',
  rowMode: 'array',
  text: `select ${COLUMNS}, w.n
    from unnest($1::text[], $2::integer[]) with ordinality as w(stream, start, n)
    cross join lateral (
      select * from log.events l where l.stream = w.stream and l.revision >= w.start order by l.revision
    ) e`,
} as const;

type Waiting = {
  readonly stream: string;
  readonly from: number;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (error: unknown) => void;
};

/** How many streams one question asks for at most. */
const TOGETHER = 200;

/** Streams that are asked for together are read together, in one round trip; a lone question goes out at once. */
export class PostgresReadQueue {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private scheduled = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly lanes: number,
  ) {}

  /** The events of a stream from a revision on. */
  read(stream: string, from: number): Promise<readonly StoredEvent[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, from, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.underWay >= this.lanes) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.underWay < this.lanes) void this.ask(this.waiting.splice(0, TOGETHER));
    });
  }

  private async ask(questions: readonly Waiting[]): Promise<void> {
    this.underWay += 1;
    try {
      const answers = questions.length === 1 ? [await this.one(questions[0] as Waiting)] : await this.many(questions);
      for (const [index, { resolve }] of questions.entries()) resolve(answers[index] ?? []);
    } catch (error) {
      for (const { reject } of questions) reject(error);
    } finally {
      this.underWay -= 1;
      if (this.waiting.length > 0) this.schedule();
    }
  }

  private async one({ stream, from }: Waiting): Promise<readonly StoredEvent[]> {
    const { rows } = await this.pool.query<Row & unknown[]>({ ...ONE, values: [stream, from] });
    return rows.map(storedEvent);
  }

  private async many(questions: readonly Waiting[]): Promise<readonly (readonly StoredEvent[])[]> {
    const values = [questions.map(({ stream }) => stream), questions.map(({ from }) => from)];
    const { rows } = await this.pool.query<[...Row, string]>({ ...MANY, values });
    const answers = questions.map((): StoredEvent[] => []);
    for (const row of rows) answers[Number(row[13]) - 1]?.push(storedEvent(row as unknown as Row));
    return answers;
  }
}
