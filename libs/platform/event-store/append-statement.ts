import type pg from 'pg';

const NAME = 'log-append';
const PARAMETERS = Array.from({ length: 14 }, (_, index) => `$${index + 1}`).join(', ');

/** Makes `log.append` known to a connection, before it is called there. */
export const PREPARE_APPEND = `prepare "${NAME}" as select log.append(${PARAMETERS})`;

/**
 * One call of `log.append` as `pg` carries it out. Of what an ordinary query does, this leaves out what is known before: what
 * the statement is, and what its answer looks like; that was a tenth of the time of a small batch.
 */
class AppendCall implements pg.Submittable {
  private answer = '';

  constructor(
    private readonly values: (string | null)[],
    /** Called once; `pg` puts its time limit before it. */
    readonly callback: (error: Error | null, answer?: string) => void,
  ) {}

  submit(connection: pg.Connection): void {
    connection.stream.cork();
    try {
      connection.bind({ statement: NAME, values: this.values }, true);
      connection.execute(null, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleDataRow({ fields: [answer] }: { readonly fields: readonly (string | null)[] }): void {
    this.answer = answer ?? '';
  }

  handleCommandComplete(): void {
    // The answer is given when the server is ready again.
  }

  handleReadyForQuery(): void {
    this.callback(null, this.answer);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}

/** Calls `log.append` with the text of each parameter; answers its text. */
export const callAppend = (client: pg.Client, values: (string | null)[]): Promise<string> =>
  new Promise((resolve, reject) => {
    client.query(
      new AppendCall(values, (error, answer = '') => {
        if (error) reject(error);
        else resolve(answer);
      }),
    );
  });
