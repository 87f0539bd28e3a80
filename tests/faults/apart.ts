import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { childEnvironment } from '#platform/config';
import { programOf } from '../support/programs.js';

/** How long a program may take to begin on a busy machine. */
const BEGIN_MS = 90_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** Waits until something is so; the answer is how long that took, ms. */
export const until = async (holds: () => boolean | Promise<boolean>, longest: number): Promise<number> => {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > longest) throw new Error(`not so after ${longest} ms: ${holds.toString()}`);
    await sleep(20);
  }
  return performance.now() - began;
};

/** A program of the product as a process of its own. */
export class Running {
  private child: ChildProcess | undefined;
  private said = '';
  /** Once it has begun. */
  ready: Promise<void> = Promise.resolve();

  constructor(
    private readonly program: 'api' | 'worker',
    private readonly file: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly begun: string,
  ) {}

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`the ${this.program} does not run`);
    return this.child.pid;
  }

  async start(): Promise<void> {
    this.said = '';
    const child = spawn(process.execPath, ['--enable-source-maps', this.file], {
      env: childEnvironment({ ...this.environment, CAMKET_ROLE: this.program }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (this.said += data.toString()));
    await until(() => {
      if (child.exitCode !== null) throw new Error(`the ${this.program} ended: ${this.said}`);
      return this.said.includes(this.begun);
    }, BEGIN_MS).catch((error: unknown) => {
      throw new Error(`the ${this.program} does not begin: ${this.said}`, { cause: error });
    });
  }

  /** Begins again; others go on meanwhile. */
  restart(): void {
    this.ready = this.start();
    this.ready.catch(() => undefined);
  }

  /** kill -9 */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stands still without ending, as a process does whose machine hangs; `goOn` wakes it. */
  standStill(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  goOn(): void {
    process.kill(this.pid, 'SIGCONT');
  }
}

/** One api and some workers apart, on one database. */
export class Apart {
  private constructor(
    readonly api: Running,
    readonly workers: readonly Running[],
    readonly address: string,
    private readonly pool: pg.Pool,
  ) {}

  static async start(url: string, folder: string, workers: number): Promise<Apart> {
    const port = String(await freePort());
    const [api, worker] = [await programOf('api'), await programOf('worker')];
    const common = { DATABASE_URL: url, CAMKET_LOG_LEVEL: 'warn', HOST: '127.0.0.1' };
    const apart = new Apart(
      new Running('api', api, { ...common, PORT: port, CAMKET_DATA: join(folder, 'api') }, 'Camket serves'),
      Array.from(
        { length: workers },
        (_, nth) =>
          new Running('worker', worker, { ...common, CAMKET_DATA: join(folder, `worker-${nth}`) }, 'Camket works'),
      ),
      `http://127.0.0.1:${port}/api/v1`,
      new pg.Pool({ connectionString: url, max: 2 }),
    );
    await Promise.all([apart.api, ...apart.workers].map((program) => program.start()));
    return apart;
  }

  /** The worker that keeps this view, undefined when none does. */
  async keeperOf(view: string): Promise<Running | undefined> {
    const { rows } = await this.pool.query<{ pid: number }>(
      `select substring(a.application_name from '[0-9]+')::int as pid
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = 7026100
         and l.objid = (hashtext($1)::bigint & 4294967295)::oid
         and l.database = (select oid from pg_database where datname = current_database())`,
      [view],
    );
    return this.workers.find((worker) => rows.some(({ pid }) => isRunning(worker, pid)));
  }

  async end(): Promise<void> {
    await Promise.all([this.api, ...this.workers].map((program) => program.kill()));
    await this.pool.end();
  }
}

const isRunning = (worker: Running, pid: number): boolean => {
  try {
    return worker.pid === pid;
  } catch {
    return false;
  }
};
