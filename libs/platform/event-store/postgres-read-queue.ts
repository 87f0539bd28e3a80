import type pg from 'pg';
import { Together } from '#platform/database';
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

type Question = { readonly stream: string; readonly from: number };

/** How many streams one question asks for at most. */
const TOGETHER = 200;

/** Streams that are asked for together are read together, in one round trip; a lone question goes out at once. */
export class PostgresReadQueue {
  private readonly together: Together<Question, readonly StoredEvent[]>;

  constructor(
    private readonly pool: pg.Pool,
    lanes: number,
  ) {
    this.together = new Together(
      async (questions) =>
        questions.length === 1 ? [await this.one(questions[0] as Question)] : await this.many(questions),
      { lanes, most: TOGETHER },
    );
  }

  /** The events of a stream from a revision on. */
  read(stream: string, from: number): Promise<readonly StoredEvent[]> {
    return this.together.of({ stream, from });
  }

  private async one({ stream, from }: Question): Promise<readonly StoredEvent[]> {
    const { rows } = await this.pool.query<Row & unknown[]>({ ...ONE, values: [stream, from] });
    return rows.map(storedEvent);
  }

  private async many(questions: readonly Question[]): Promise<readonly (readonly StoredEvent[])[]> {
    const values = [questions.map(({ stream }) => stream), questions.map(({ from }) => from)];
    const { rows } = await this.pool.query<[...Row, string]>({ ...MANY, values });
    const answers = questions.map((): StoredEvent[] => []);
    for (const row of rows) answers[Number(row[13]) - 1]?.push(storedEvent(row as unknown as Row));
    return answers;
  }
}
