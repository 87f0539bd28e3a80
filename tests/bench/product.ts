import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Connection, type Answer } from './connection.js';
import type { Served, Usage } from './http-server.js';
import { throughput } from './measure.js';

/** So many requests are under way at once at most. */
const CONNECTIONS = 64;
const PERIODS = 12;

/** The product in a process of its own, as `npm start` runs it, and somebody who is signed in and reports. */
export class Product {
  private readonly free: Connection[] = [];
  private readonly queue: (() => void)[] = [];
  private busy = 0;
  private readonly bodies: readonly string[];
  private next = 0;
  private isWarm: Promise<void> | undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly served: Served,
  ) {
    const { day } = served;
    this.bodies = Array.from({ length: PERIODS }, (_, index) =>
      JSON.stringify({
        period: index + 1,
        percent: 60,
        on: day,
        complete: false,
        evidence: [{ kind: 'Báo cáo', number: `${index + 1}/BC-UBND`, date: day }],
      }),
    );
  }

  /** Starts it on a database and waits until it serves and has what to report on. */
  static async start(database: string): Promise<Product> {
    const child = fork(join(import.meta.dirname, 'http-server.js'), [database], {
      execArgv: ['--enable-source-maps', '--max-semi-space-size=128'],
    });
    const [served] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the product does not start'))),
    ])) as [Served];
    return new Product(child, served);
  }

  /** Commands that were sent so far. */
  get commands(): number {
    return this.next;
  }

  /** A server that has just begun is compiled while it answers; measures are about one that has been up for a while. */
  warm(commands: number): Promise<void> {
    return (this.isWarm ??= (async () => {
      for (let reached = -1; this.next < commands && this.next !== reached;) {
        reached = this.next;
        await throughput(32, 500, () => this.report());
      }
    })());
  }

  /** A report on the next obligation and period; answers the position of its event. */
  async report(): Promise<string> {
    const { obligations, token } = this.served;
    const at = (this.next += 1) - 1;
    const [obligation, body] = [obligations[at % obligations.length], this.bodies[Math.floor(at / obligations.length)]];
    if (obligation === undefined || body === undefined) throw new Error('nothing left to report on');
    const { status, text } = await this.through((connection) =>
      connection.post(`/api/v1/obligations/${obligation}/reports`, token, body),
    );
    if (status !== 201) throw new Error(`a report was answered ${status}: ${text}`);
    return /"position":"(\d+)"/.exec(text)?.[1] ?? '';
  }

  /** What a path below /api/v1 answers. */
  async read<T>(path: string): Promise<T> {
    const { status, text } = await this.through((connection) => connection.get(`/api/v1${path}`, this.served.token));
    if (status !== 200) throw new Error(`${path} was answered ${status}: ${text}`);
    return JSON.parse(Buffer.from(text, 'latin1').toString()) as T;
  }

  /** Any other request, which need not be cheap to send. */
  async request(method: string, path: string, body?: FormData | object): Promise<Response> {
    const isForm = body === undefined || body instanceof FormData;
    const response = await fetch(`${this.served.address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.served.token}`,
        ...(isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return response;
  }

  /** What the process holds and has used. */
  async usage(): Promise<Usage> {
    this.child.send('usage');
    const [usage] = (await once(this.child, 'message')) as [Usage];
    return usage;
  }

  async end(): Promise<void> {
    for (const connection of this.free) connection.close();
    if (this.child.connected) this.child.send('end');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  private async through(send: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    if (this.busy === CONNECTIONS) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.busy += 1;
    try {
      const connection = await this.connection();
      const answer = await send(connection);
      this.free.push(connection);
      return answer;
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.busy -= 1;
    }
  }

  private async connection(): Promise<Connection> {
    for (let one = this.free.pop(); one; one = this.free.pop()) {
      if (one.isFresh) return one;
      one.close();
    }
    return Connection.open(this.served.address);
  }
}
